"""``techinfo inventory netbox``: elements, accesses and holders from NetBox."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from techinfo.cli.console import err, out, working
from techinfo.cli.groups.inventory_files import guard_of, names_of, print_report
from techinfo.cli.options import (
    ConfigOption,
    DryRunOption,
    all_but,
    inventory_of,
    settings_of,
)
from techinfo.errors import ConfigError

if TYPE_CHECKING:  # the other commands of the group need no client
    from techinfo.config.netbox import NetBoxSettings
    from techinfo.netbox_client.fetching import NetBoxPlan, NetBoxReport


def netbox(
    dry_run: DryRunOption = False,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Import the rest where something is left out.")
    ] = False,
    accept: Annotated[
        bool, typer.Option("--accept", help="Import even what drops or moves many accesses.")
    ] = False,
    anew: Annotated[
        bool, typer.Option("--all", help="Read everything, not only what has changed.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Import elements, accesses and holders from NetBox, as section [bold]netbox[/bold] says.

    Devices are elements, by their primary IP address. An access is where the custom field
    [bold]netbox.access_id_field[/bold] stands: on an interface, on its cable, or on the device at
    the other end. A tenant of the cable or that device is a holder only if the tenant has the
    custom field [bold]netbox.provider_field[/bold]. docs/netbox.md tells it all.

    Only what has changed is read. Elements and accesses are replaced as a whole, with the guard of
    [bold]techinfo inventory import[/bold]; what contradicts itself in NetBox is told, and nothing
    is imported then, until you say --skip-bad.

    Example: [bold]techinfo inventory netbox --dry-run[/bold]
    """
    from techinfo.netbox_client.fetching import import_netbox
    from techinfo.netbox_client.server import NetBox
    from techinfo.netbox_client.snapshot import Snapshot

    settings = settings_of(config, without=all_but("netbox"))
    source = settings.netbox
    if source is None:
        raise ConfigError("is not configured; docs/netbox.md shows how", key="netbox")
    plan = _plan(source)
    with (
        inventory_of(settings) as inventory,
        NetBox(
            source.url,
            token=source.secret.get_secret_value(),
            ca_file=Path(source.ca_file) if source.ca_file else None,
        ) as server,
        working("reading NetBox"),
    ):
        report = import_netbox(
            plan,
            inventory,
            Snapshot(server, source.snapshot, plan.signature(source.url), anew=anew),
            access_id_pattern=settings.service.access_id_pattern,
            names=names_of(settings, config),
            guard=guard_of(settings, accept=accept),
            dry_run=dry_run,
            skip_bad=skip_bad,
        )
    _print(report, dry_run=dry_run)
    if report.left_out_count or (report.imported and report.imported.doubts):
        raise typer.Exit(1)


def _plan(source: NetBoxSettings) -> NetBoxPlan:
    from techinfo.netbox_client.fetching import NetBoxPlan
    from techinfo.netbox_client.mapping import Fields

    fields = Fields(
        access_id=source.access_id_field,
        provider=source.provider_field,
        far_element=source.far_element_field,
        far_port=source.far_port_field,
        elements=source.element_fields,
        accesses=source.access_fields,
    )
    told = {
        "service": source.service_field,
        "service_type": source.service_type_field,
        "connection_date": source.connection_date_field,
    }
    subscriptions = {column: name for column, name in told.items() if name is not None}
    subscriptions |= source.subscription_fields
    return NetBoxPlan(
        elements=source.elements,
        far_devices=source.far_devices,
        fields=replace(fields, subscriptions=subscriptions),
    )


def _print(report: NetBoxReport, *, dry_run: bool) -> None:
    for name, count in report.read.items():
        how = "read" if name in report.whole else "read, as changed"
        err.print(f"{name}: {count} {how}", markup=False)
    for line in report.left_out:
        err.print(f"left out: {line}", markup=False, soft_wrap=True)
    if more := report.left_out_count - len(report.left_out):
        err.print(f"left out: {more} more")
    if report.imported is None:
        err.print("nothing was changed; --skip-bad imports the rest")
        return
    print_report(report.imported)
    if dry_run:
        out.print("nothing was changed (--dry-run)")
