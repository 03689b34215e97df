"""``techinfo probe``: what a model can tell and what it stands, learnt gently from one device."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Annotated

import typer

from techinfo.api.documents.dump import probe_document
from techinfo.cli.console import err, out, table
from techinfo.cli.devices import (
    Engines,
    Secret,
    learnt_to_keep,
    learnt_to_read,
    secret_of,
    target_of,
)
from techinfo.cli.options import (
    OTHERS_SECRETS,
    CommunityFileOption,
    ConfigOption,
    CredentialOption,
    HostArgument,
    PortOption,
    settings_of,
)
from techinfo.collect import AgentLimits, Target, load
from techinfo.collect.probing import Probed, remember
from techinfo.collect.probing import probe as probed
from techinfo.config import Settings
from techinfo.driver.driver import DEFAULT_LIMITS
from techinfo.recordings.recorder import Pace


def probe(
    host: HostArgument,
    port: PortOption = 161,
    community_file: CommunityFileOption = None,
    credential: CredentialOption = "default",
    driver: Annotated[
        str | None, typer.Option(help="Probe for this driver, whatever the device says it is.")
    ] = None,
    engine: Annotated[str, typer.Option(help="slim or pysnmp.")] = "slim",
    rate: Annotated[float, typer.Option(min=0.1, max=100, help="Requests a second.")] = 5.0,
    save: Annotated[
        bool, typer.Option("--save", help="Keep it for all devices of this model and software.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    config: ConfigOption = None,
) -> None:
    """Learn gently what a device's model can tell: its driver, its tables, its limits.

    Some forty small requests, [bold]--rate[/bold] a second; nothing larger than the service itself
    would send, and each larger one only when the one before was answered. Nothing is written to the
    device. Choose one that nobody needs at this hour: a weak agent may choke.

    With [bold]--save[/bold] the result goes into the file that [bold]collect.learnt[/bold] names,
    and the service heeds it within a minute: tables that are [bold]not implemented[/bold] make
    their fact unsupported for this model and software (404, not_available_here, instead of an empty
    list). [bold]techinfo drivers NAME[/bold] shows what was learnt, and can forget it.

    Example: [bold]techinfo probe 192.0.2.7 --community-file community[/bold]
    """
    settings = settings_of(config, without=OTHERS_SECRETS)
    secret = secret_of(settings, credential, community_file)
    target = target_of(host, port, engine, driver)
    now = datetime.now(UTC)
    with learnt_to_keep(settings) if save else learnt_to_read(settings) as learnt:
        found = asyncio.run(_probed(target, secret, settings, learnt, rate, now))
        if save:
            remember(found, learnt, host, now)
    if as_json:
        document = probe_document(found, now, saved=save)
        sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    else:
        _show(found, saved=save)


async def _probed(
    target: Target,
    secret: Secret,
    settings: Settings,
    learnt: AgentLimits,
    rate: float,
    now: datetime,
) -> Probed:
    registry = load(settings.drivers.folders)
    pace = Pace(rate)
    async with aclosing(Engines({target.credential: secret}, settings.snmp.timeouts)) as engines:
        with err.status("probing …") as shown:

            async def step(words: str) -> None:
                shown.update(f"probing: {words} …")
                await asyncio.sleep(pace.pause_s())

            conversation = engines.open(target, learnt.first(target.element, DEFAULT_LIMITS))
            return await probed(conversation, target, registry, now, learnt=learnt, step=step)


def _show(found: Probed, *, saved: bool) -> None:
    known, most = found.known, found.known.driver.limits
    rows = table()
    rows.add_row("driver", f"{known.driver.name}  {known.driver.vendor}")
    rows.add_row("sysObjectID", known.sys_object_id)
    rows.add_row("model", known.kind.model)
    rows.add_row("software", known.kind.software)
    for fact, presence in found.facts.items():
        rows.add_row(fact.value, presence.value)
    for name, counting in found.counters.items():
        rows.add_row(f"64-bit {name}", counting.value)
    rows.add_row("snmpEngineTime", found.engine_time.value)
    bulk = f"{found.stood.max_repetitions} of {most.max_repetitions}"
    rows.add_row("repetitions", bulk if found.stood.bulk else "no GETBULK")
    rows.add_row("varbinds", f"{found.stood.varbinds} of {most.varbinds}")
    cost = found.cost
    rows.add_row(
        "cost", f"{cost.requests} requests, {cost.retries} retries, {cost.varbinds} varbinds"
    )
    out.print(rows, markup=False)
    for words in found.proposals:
        out.print(f"- {words}", markup=False)
    if saved:
        err.print("saved for this model and software")
