"""``techinfo audit-ports``: what ports are configured for, held against what is ordered on them."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import aclosing
from dataclasses import asdict
from typing import Annotated, Any

import typer

from techinfo.access.freshness import CachePolicy
from techinfo.access.port_audit import Audit, Difference, audit
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.cli.console import err, out
from techinfo.cli.devices import Engines, credentials_of, learnt_to_read
from techinfo.cli.groups.inventory import named_elements, progress
from techinfo.cli.options import OTHERS_SECRETS, ConfigOption, inventory_of, settings_of
from techinfo.collect import Collector, load
from techinfo.config import Settings
from techinfo.inventory import Element, Inventory

_WORDS = {
    "vlan_missing": "VLAN {ordered} of {service} is not on the port, which has {configured}",
    "vlan_not_ordered": "VLAN {configured} of {service} is on the port, and nobody has ordered it",
    "rate_below_order": "{service} is limited to {configured} kbit/s; ordered are {ordered}",
    "snooping_off": "DHCP snooping is not on in VLAN {ordered} of {service}, but in {configured}",
}
_SNOOPED_NOWHERE = "DHCP snooping is on in no VLAN of the switch, and {service} needs leases"


def audit_ports(
    element: Annotated[
        list[str] | None, typer.Option(help="Only this element; may be repeated.")
    ] = None,
    site: Annotated[str | None, typer.Option(help="Only elements of this site.")] = None,
    not_ordered: Annotated[
        bool, typer.Option("--not-ordered", help="Also VLANs of services that nobody has ordered.")
    ] = False,
    snooping: Annotated[
        bool, typer.Option("--snooping/--no-snooping", help="DHCP snooping that is off.")
    ] = True,
    parallel: Annotated[int, typer.Option(min=1, max=1000, help="Switches at a time.")] = 20,
    switch_s: Annotated[
        float, typer.Option(min=1, max=3600, help="Seconds that one switch may take.")
    ] = 60.0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
    config: ConfigOption = None,
) -> None:
    """Compare the ports of switches with the orders on them; exit status 1 if they differ.

    For every night: what is wrong is found before the customer unpacks the router. One line for
    each difference: the VLAN of a service that runs is not on its port; broadband is limited to
    less than 95 % of what is ordered; DHCP snooping is off where broadband has no fixed address.
    Each switch is asked for its port VLANs, its rates and where snooping is on, as far as its
    driver can read them; no lease is read, and nothing is written to it. What a switch does not
    tell is no difference; how many ports that concerns is said.

    Example: [bold]techinfo audit-ports --json[/bold]
    """
    settings = settings_of(config, without=OTHERS_SECRETS)
    with inventory_of(settings) as inventory:
        elements = tuple(
            one for one in named_elements(inventory, element) if site in (None, one.site)
        )
        with progress(len(elements)) as asked:
            pace = {
                "parallel": parallel,
                "not_ordered": not_ordered,
                "snooping": snooping,
                "asked": asked,
            }
            found = asyncio.run(_audited(settings, inventory, elements, switch_s, pace))
    if as_json:
        sys.stdout.write(json.dumps(_document(found), ensure_ascii=False, indent=2) + "\n")
    else:
        for one in found.differences:
            out.print(_line(one), markup=False, soft_wrap=True)
        for name, why in sorted(found.unread.items()):
            err.print(f"{name}: {why}", markup=False, soft_wrap=True)
        err.print(_summary(found))
    raise typer.Exit(1 if found.differences or found.unread else 0)


async def _audited(
    settings: Settings,
    inventory: Inventory,
    elements: tuple[Element, ...],
    switch_s: float,
    pace: dict[str, Any],
) -> Audit:
    with learnt_to_read(settings) as learnt:
        async with aclosing(Engines(credentials_of(settings), settings.snmp.timeouts)) as engines:
            collector = Collector(load(settings.drivers.folders), engines.open, learnt=learnt)
            try:
                troubleshooter = Troubleshooter(inventory, collector)
                policy = CachePolicy(max_age_s=0.0, deadline_s=switch_s)
                return await audit(troubleshooter, elements, policy=policy, **pace)
            finally:
                await collector.close()


def _line(one: Difference) -> str:
    configured = ", ".join(map(str, one.configured))
    is_nowhere = one.what == "snooping_off" and not one.configured
    words = (_SNOOPED_NOWHERE if is_nowhere else _WORDS[one.what]).format(
        ordered=one.ordered, service=one.service_type, configured=configured
    )
    return f"{one.access_id} ({one.element} {one.port}): {words}"


def _document(found: Audit) -> dict[str, Any]:
    rows = [asdict(one) for one in found.differences]
    for row in rows:
        row["read_at"] = (
            row["read_at"].isoformat().replace("+00:00", "Z") if row["read_at"] else None
        )
    return {
        "schema": "techinfo.port-audit/1",
        "differences": [{k: v for k, v in row.items() if v is not None} for row in rows],
        "ports": found.ports,
        "untold": found.untold,
        "unread": found.unread,
    }


def _summary(found: Audit) -> str:
    words = f"{len(found.differences)} differences on {found.ports} ports"
    return f"{words}; of {found.untold} ports the switches tell nothing that is compared"
