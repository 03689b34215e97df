"""``techinfo wrong-ports``: accesses that may be patched the wrong way round, with the evidence."""

from __future__ import annotations

import csv
import getpass
import json
import sys
from collections.abc import Iterable
from contextlib import ExitStack
from functools import partial
from typing import Annotated

import typer

from techinfo.access.wrong_ports import (
    Finding,
    FreePlace,
    Kind,
    audited,
    confirm,
    proposal,
)
from techinfo.api.v1.wrong_ports import wrong_port
from techinfo.cli.console import err, must_agree, out
from techinfo.cli.options import ConfigOption, inventory_of, settings_of
from techinfo.cli.service.watching import history_of
from techinfo.cli.wiring import leases_of
from techinfo.config import Settings
from techinfo.errors import ConfigError, MoveConflictError
from techinfo.inventory import Access, Inventory
from techinfo.model import utc_now
from techinfo.moments import rfc3339
from techinfo.store.audit import AuditEntry, AuditFile

_WORDS = {
    Kind.SWAPPED: "{one} and {other} have changed places",
    Kind.MOVED: "{one} has moved to {other}",
    Kind.ELSEWHERE: "equipment of {one} is on {other}",
}


def wrong_ports(
    elsewhere: Annotated[
        bool,
        typer.Option(
            "--elsewhere", help="Also equipment elsewhere without a sign of a swap or a move."
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
    as_proposal: Annotated[
        bool,
        typer.Option(
            "--proposal",
            help="CSV of the accesses as they would be right, for who corrects the records.",
        ),
    ] = False,
    access: Annotated[
        str | None,
        typer.Option(
            "--confirm",
            metavar="ACCESS",
            help="Let this access change places with the other one in the inventory, or move.",
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="With --confirm: do not ask.")] = False,
    config: ConfigOption = None,
) -> None:
    """Tell accesses whose equipment is lastingly elsewhere; exit status 1 if there are some.

    For every night; no device is asked. Equipment of orders and CPEs is held against the ports that
    the logs of DHCP servers (option 82), polled MAC tables, neighbours (LLDP) and serial numbers of
    ONTs name. Two accesses whose equipment has changed places are patched the wrong way round, one
    whose equipment is on a port without an access has moved, or the inventory is wrong:
    [bold]--proposal[/bold] writes where they would be right, for whoever has looked and corrects
    the records. [bold]--confirm[/bold] lets two change places in the inventory now, or one move;
    who has them sees nothing of the new port from before. Correct the source of the records as
    well: the next import says again what stands there.

    Example: [bold]techinfo wrong-ports --json[/bold]
    """
    if as_json and as_proposal:
        raise ConfigError("either a document or a proposal", key="--proposal")
    if access is not None and (as_json or as_proposal):
        raise ConfigError("confirms, and lists nothing", key="--confirm")
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
            if elsewhere or one.kind is not Kind.ELSEWHERE
        ]
        if access is not None:
            _confirm(settings, inventory, found, access, sure=yes)
            return
        if as_proposal:
            _print_proposal(inventory, found)
        elif as_json:
            rows = [wrong_port(one, proposal(inventory, one)) for one in found]
            told = {"schema": "techinfo.wrong-ports/1", "wrongPorts": rows}
            sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
        else:
            for one in found:
                out.print(_line(one), markup=False, soft_wrap=True)
            err.print(f"{len(found)} found")
    raise typer.Exit(1 if found else 0)


def _print_proposal(inventory: Inventory, found: Iterable[Finding]) -> None:
    """Of swapped accesses each with the place of the other, of moved ones with the new one."""
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(_COLUMNS)
    for told in (proposal(inventory, one) for one in found):
        for here, there in told.moves if told is not None else ():
            values = (there.element, there.port, there.port_by, there.ont_id, there.uni)
            table.writerow([here.access_id, *("" if x is None else x for x in values)])


def _confirm(
    settings: Settings, inventory: Inventory, found: list[Finding], access: str, *, sure: bool
) -> None:
    """Let an access have the place that is proposed, and write down who did."""
    of_access = [one for one in found if access in one.ids]
    told = next((what for one in of_access if (what := proposal(inventory, one))), None)
    if told is None:
        why = "has changed places with nobody, nor moved to a port whose name is known"
        raise MoveConflictError(f"{access} {why}, as far as was seen")
    for one in of_access:
        err.print(_line(one), markup=False, soft_wrap=True)
    for here, there in told.moves:
        err.print(f"{here.access_id}: {_place(here)} -> {_place(there)}", markup=False)
    must_agree("are they to be there in the inventory?", yes=sure)
    ids = [one.access_id for one, _ in told.moves]
    with AuditFile.open(settings.audit.path) as audit:
        confirm(inventory, found, ids, told.id)
        entry = partial(
            AuditEntry,
            at=utc_now(),
            user=getpass.getuser(),
            role="",
            method="CONFIRM",
            path="techinfo wrong-ports --confirm",
        )
        audit.write([entry(access_id=one) for one in ids])
    done = "has another port" if len(ids) == 1 else "have changed places"
    err.print(f"{' and '.join(ids)} {done} in the inventory", markup=False)


def _place(access: Access) -> str:
    ont = (f"ont {access.ont_id}",) if access.ont_id is not None else ()
    return " ".join((access.element or "nowhere", access.port or "", *ont))


def _free(at: FreePlace) -> str:
    ont = f" ont {at.ont_id}" if at.ont_id is not None else ""
    return f"{at.element} {at.called}{ont}, a port without an access"


_COLUMNS = ("access_id", "element", "port", "port_by", "ont_id", "uni")


def _line(one: Finding) -> str:
    there = _free(one.free) if one.free is not None else ""
    words = _WORDS[one.kind].format(one=one.access_id, other=one.other_id or there)
    told = "; ".join(
        f"{row.equipment} of {row.belongs} ({row.by}) on {row.on or there}"
        f" ({', '.join(seen.source.value for seen in row.seen)})"
        for row in one.evidence
    )
    return f"{words} since {rfc3339(one.since)}: {told}"
