"""``techinfo cable-test``: test the cable of an access whose link is down."""

from __future__ import annotations

import asyncio
import functools
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from techinfo.cli.asking.live_service import live_service
from techinfo.cli.console import err
from techinfo.cli.options import (
    OTHER_SERVERS,
    OTHERS_SECRETS,
    ConfigOption,
    YesOption,
    inventory_of,
    settings_of,
)
from techinfo.config import Settings

if TYPE_CHECKING:
    from techinfo.access.viewer import Viewer
    from techinfo.collect.target import CableTest


def cable_test(
    access: Annotated[str, typer.Argument(metavar="ACCESS", help="accessId.")],
    feeds_nothing: Annotated[
        bool,
        typer.Option(
            "--feeds-nothing",
            help="You know that the port feeds no equipment (PoE); it counts only where the switch"
            " tells nothing of feeding.",
        ),
    ] = False,
    yes: YesOption = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="As the REST service answers it.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Test the cable of an access: which pair is open or short, and how far away.

    Only where [bold]danger.cable_test[/bold] lets it, and only while the link is down: a test takes
    it down, and a phone on the hook sends nothing. Refused where the port feeds equipment (PoE) or
    may. One test runs at a time on a switch; with [bold]collector.socket[/bold] the running
    collector sees to that for everybody. It stands in the audit log before it begins. Over a link
    that is up only an engineer on site may test, by REST (docs/cable-test.md).

    Example: [bold]techinfo cable-test A-1001[/bold]
    """
    settings = settings_of(config, without=OTHERS_SECRETS)
    with_logins = functools.partial(settings_of, config, without=OTHER_SERVERS, quiet=True)
    if not yes:
        typer.confirm(f"test the cable of {access}?", abort=True, err=True)
    made = asyncio.run(_tested(settings, access, with_logins, feeds_nothing=feeds_nothing))
    from techinfo.access.cable_tests.results import rows

    if as_json:
        told = {"accessId": access, "linkBefore": made.link, "cableTest": rows(made)}
        print(json.dumps(told, indent=2))
        return
    for pair in made.pairs:
        length = "" if pair.length is None else f", {pair.length:g} m"
        print(f"{'pair ' + pair.pair if pair.pair else 'cable'}: {pair.status}{length}")


async def _tested(
    settings: Settings, access: str, with_logins: Callable[[], Settings], *, feeds_nothing: bool
) -> CableTest:
    from dataclasses import replace

    from techinfo.access.cable_tests.results import CableTests
    from techinfo.access.cable_tests.running import prospect, run_cable_test
    from techinfo.access.viewer import Options, Role, Viewer

    viewer = Viewer(name="command line", role=Role.OPERATOR, options=Options(cable_test=True))
    by_the_collector = settings.collector.socket is not None
    with inventory_of(settings) as inventory:
        async with live_service(settings, inventory, with_logins, cached=by_the_collector) as asked:
            service = replace(asked, cable_tests=CableTests(settings.danger.cable_test))
            found = prospect(service, viewer, access)
            for one in found.services:
                err.print(
                    f"on the port: {one.service} ({one.service_type}) of {one.provider},"
                    f" {one.access_id}",
                    markup=False,
                )
            _note(settings, viewer, found.where.access.access_id)
            return await run_cable_test(
                service, viewer, access, despite=None, feeds_nothing=feeds_nothing
            )


def _note(settings: Settings, viewer: Viewer, access_id: str) -> None:
    """Write the test down; one that cannot be written down is not made."""
    from techinfo.model import utc_now
    from techinfo.store.audit import AuditEntry, AuditFile

    with AuditFile.open(settings.audit.path) as file:
        file.write(
            [
                AuditEntry(
                    at=utc_now(),
                    user=viewer.name,
                    role=viewer.role.value,
                    method="POST",
                    path=f"/techinfo/v1/access/{access_id}/cabletest",
                    access_id=access_id,
                )
            ]
        )
