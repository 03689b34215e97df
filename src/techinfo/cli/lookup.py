"""``techinfo lookup``: which access has an identifier, and why; of a value or of a whole log."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from techinfo.access.explaining import Explainer, LookupOutcome
from techinfo.access.lookup import Lookup, Match, Miss
from techinfo.cli.options import (
    ConfigOption,
    JsonLinesOption,
    inventory_of,
    settings_of,
    time_of,
    zone_of,
)
from techinfo.dhcp.matching import Asked
from techinfo.dhcp.mentions import Mention, mentions, of_mention, of_value
from techinfo.dhcp.spellings import Tier
from techinfo.errors import ConfigError, OctetError
from techinfo.inventory import Inventory
from techinfo.moments import rfc3339


def lookup(
    values: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="VALUE…",
            help="An option 82, a circuit-id, a remote-id, …, in any spelling; or a line of a log.",
        ),
    ] = None,
    circuit: Annotated[str | None, typer.Option(help="IPv4 circuit-id.")] = None,
    remote: Annotated[str | None, typer.Option(help="IPv4 remote-id.")] = None,
    interface: Annotated[str | None, typer.Option(help="IPv6 interface-id (option 18).")] = None,
    remote6: Annotated[str | None, typer.Option(help="IPv6 remote-id (option 37).")] = None,
    option82: Annotated[str | None, typer.Option(help="A whole option 82 in hex.")] = None,
    log: Annotated[
        Path | None, typer.Option(help="A log of a DHCP server, or - for standard input.")
    ] = None,
    zone: Annotated[
        str, typer.Option("--tz", help="Time zone of a log that does not tell it, as Europe/Oslo.")
    ] = "",
    moment: Annotated[
        str | None,
        typer.Option(
            "--at", help="Who had it at this time, as 2026-11-29T10:00:00Z; without it now."
        ),
    ] = None,
    json_: JsonLinesOption = False,
    config: ConfigOption = None,
) -> None:
    """Say which access has an identifier, and why: how it is spelt, and what says so.

    Any spelling will do: hex with or without 0x, octets between colons, octal escapes, quoted text,
    as logs and leases have it. [bold]--circuit[/bold], [bold]--remote[/bold] and the others
    together ask for one access; all of them must hold.

    With [bold]--log[/bold] every identifier in a log is resolved, at the time of its line: lines of
    Kea, ISC dhcpd, dnsmasq, FreeRADIUS, Infoblox, tshark, tcpdump. A line of the answer:
    line number, accessId or -, why. What was read, and samples of what could not be, goes to
    standard error; so do lines in which something like an identifier was not understood.

    Where no access is named it says what is missing: unknown switch, unknown port, port without
    access, VLAN not sold there. Exit status: 0 all were found, 1 some were not, 2 called wrongly.

    Example: [bold]techinfo lookup 0x000400640103[/bold]
    """
    together = Mention(
        circuit=_octets(circuit),
        remote=_octets(remote),
        interface=_octets(interface),
        remote6=_octets(remote6),
        option82=_octets(option82),
    )
    named = any(part is not None for part in together[:5])
    if (bool(values) + named + (log is not None)) != 1:
        raise ConfigError(
            "give values, or a log, or options such as --circuit; one of the three", key="lookup"
        )
    if log is not None and moment is not None:
        raise ConfigError("is said by the lines of a log", key="--at")
    at = time_of(moment, "--at")
    with inventory_of(settings_of(config)) as inventory:
        if log is not None:
            from techinfo.cli.lookup_log import resolve_log

            report = resolve_log(
                inventory, log, zone=zone_of(zone, "--tz") if zone else None, as_json=json_
            )
            for line in report.lines():
                print(line, file=sys.stderr)
            raise typer.Exit(0 if report.found and not report.missed else 1)
        asked = [("", list(_of_fields(together)))] if named else [*map(_of_value, values or [])]
        complete = True
        for value, questions in asked:
            outcome = _answer(inventory, questions, at)
            complete &= outcome.access_id is not None
            _print(value, outcome, as_json=json_)
    raise typer.Exit(0 if complete else 1)


def _octets(value: str | None) -> bytes | None:
    return None if value is None else value.encode("utf-8", "surrogateescape")


def _of_fields(mention: Mention) -> Iterator[Asked]:
    """One question of what the options say; an option 82 counts as its parts."""
    fields = mention._replace(option82=None)
    try:
        if mention.option82 is None:
            yield of_mention(fields)
        elif not any(fields[:4]):
            yield of_mention(mention)
        else:
            raise ConfigError("already says what --circuit and --remote say", key="--option82")
    except OctetError as error:
        raise ConfigError(f"is no option 82: {error}", key="--option82") from error


def _of_value(value: str) -> tuple[str, list[Asked]]:
    """What a value may ask for; a line that names its values says more than a value alone."""
    octets = value.encode("utf-8", "surrogateescape")
    for mention in mentions(octets):
        try:
            if asked := of_mention(mention):
                return value, [asked]
        except OctetError:
            continue
    return value, list(of_value(octets))


def _answer(inventory: Inventory, questions: list[Asked], at: datetime | None) -> LookupOutcome:
    """The answer to a value that may mean several things: the first that is found."""
    explainer = Explainer(inventory)
    asked = [one for one in questions if one]
    if not asked:
        return LookupOutcome(access_id=None, why="says nothing")
    began = inventory.identified.began()
    if at is not None and (began is None or at < began):
        since = f"; the inventory begins at {rfc3339(began)}" if began is not None else ""
        return LookupOutcome(access_id=None, why=f"nothing is known of that time{since}")
    found = Lookup(inventory).resolve(asked, times=[at] * len(asked))
    matches = [one for one in found if isinstance(one, Match)]
    if Miss.NOT_UNIQUE in found:  # what it may be in other fields is not surer than that
        matches = [one for one in matches if one.tier is Tier.STORED]
    if len({one.access_id for one in matches}) > 1:
        fields = " or ".join(dict.fromkeys(next(iter(one.matched)).value for one in matches))
        return LookupOutcome(access_id=None, why=f"not unique: it is another access's as {fields}")
    if matches:
        return explainer.found(matches[0])
    if at is not None:
        several = Miss.NOT_UNIQUE in found
        why = "not unique: several accesses may have had it" if several else "no access had it then"
        return LookupOutcome(access_id=None, why=why)
    shared = [one for one, miss in zip(asked, found, strict=True) if miss is Miss.NOT_UNIQUE]
    question, miss = (shared[0], Miss.NOT_UNIQUE) if shared else (asked[0], Miss.UNKNOWN)
    return LookupOutcome(access_id=None, why=explainer.missed(question, miss))


def _print(value: str, outcome: LookupOutcome, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"value": value, **outcome.as_json()}, ensure_ascii=True))
        return
    front = f"{json.dumps(value) if not value.isprintable() else value}\t" if value else ""
    print(f"{front}{outcome.access_id or '-'}\t{outcome.why}")
