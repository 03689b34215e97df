"""``techinfo wrong-ports``: accesses that may be patched the wrong way round, with the evidence."""

from __future__ import annotations

import csv
import json
import sys
from contextlib import ExitStack
from typing import Annotated

import typer

from techinfo.access.wrong_ports import Finding, Kind, audited, corrected
from techinfo.api.v1.wrong_ports import wrong_port
from techinfo.cli.console import err, out
from techinfo.cli.options import ConfigOption, inventory_of, settings_of
from techinfo.cli.service.watching import history_of
from techinfo.cli.wiring import leases_of
from techinfo.errors import ConfigError
from techinfo.model import utc_now
from techinfo.moments import rfc3339

_WORDS = {
    Kind.SWAPPED: "{one} and {other} have changed places",
    Kind.ELSEWHERE: "equipment of {one} is on {other}",
}


def wrong_ports(
    elsewhere: Annotated[
        bool,
        typer.Option(
            "--elsewhere", help="Also equipment on another access without a sign of a swap."
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
    proposal: Annotated[
        bool,
        typer.Option(
            "--proposal",
            help="CSV of the accesses as they would be right, for who corrects the records.",
        ),
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Tell accesses whose equipment is lastingly on another one; exit status 1 if there are some.

    For every night; no device is asked. Equipment of orders and CPEs is held against the ports that
    the logs of DHCP servers (option 82), polled MAC tables and serial numbers of ONTs name. Two
    accesses whose equipment has changed places are patched the wrong way round, or the inventory
    is wrong: [bold]--proposal[/bold] writes where they would be right, for whoever has looked and
    corrects the records.

    Example: [bold]techinfo wrong-ports --json[/bold]
    """
    if as_json and proposal:
        raise ConfigError("either a document or a proposal", key="--proposal")
    settings = settings_of(config)
    with ExitStack() as closing:
        inventory = closing.enter_context(inventory_of(settings))
        leases = closing.enter_context(leases_of(settings, inventory))
        history = history_of(settings)
        if history is not None:
            closing.enter_context(history)
        log = leases.log if leases is not None else None
        found = [
            one
            for one in audited(inventory, history, log, utc_now())
            if elsewhere or one.kind is Kind.SWAPPED
        ]
        if proposal:
            table = csv.writer(sys.stdout, lineterminator="\n")
            table.writerow(_COLUMNS)
            for here, there in corrected(inventory, found):
                values = (there.element, there.port, there.port_by, there.ont_id, there.uni)
                table.writerow([here.access_id, *("" if x is None else x for x in values)])
        elif as_json:
            told = {"schema": "techinfo.wrong-ports/1", "wrongPorts": [*map(wrong_port, found)]}
            sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
        else:
            for one in found:
                out.print(_line(one), markup=False, soft_wrap=True)
            err.print(f"{len(found)} found")
    raise typer.Exit(1 if found else 0)


_COLUMNS = ("access_id", "element", "port", "port_by", "ont_id", "uni")


def _line(one: Finding) -> str:
    words = _WORDS[one.kind].format(one=one.access_id, other=one.other_id)
    told = "; ".join(
        f"{row.equipment} of {row.belongs} ({row.by}) on {row.seen[0].access_id}"
        f" ({', '.join(seen.source.value for seen in row.seen)})"
        for row in one.evidence
    )
    return f"{words} since {rfc3339(one.since)}: {told}"
