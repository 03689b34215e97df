"""CPU of SNMPv3 with authentication and privacy for one switch, as a ratio to SNMPv2c's.

``python -m benchmarks.v3`` has the polling engine walk the same 30 columns of 28 rows by both, from
the same answers of a process of its own; only the client's CPU (user and system) is counted. The
two take turns, and the median of the rounds' ratios counts, so other work on the machine hits both.

Before, a crowd of switches that nobody has asked yet, each with a passphrase and an engine ID of
its own, is walked at once: the longest that the event loop stood still is told. The least of some
rounds counts, as other work on the machine stops the loop too.

It ends by itself, in less than a minute, with a JSON line each: ``name``, ``ratio`` (of the crowd
``ms``), ``aim`` and ``load`` (the machine's, in the last minute); with exit status 1 when one is
beyond its aim.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Iterable
from contextlib import AsyncExitStack
from dataclasses import replace
from multiprocessing.connection import Connection
from statistics import median
from time import perf_counter
from typing import cast, get_args

from benchmarks.agents import beside
from benchmarks.engine import AGENT_CELLS, cost_ms, remembering, walk_all
from tests.snmp.scripted_agent import ScriptedAgent
from tests.snmp.v3_agent import Script, V3Agent, sealing

from techinfo.snmp.engine import SnmpEngine
from techinfo.snmp.interface import AuthProtocol, PrivProtocol, SnmpTarget, V3User
from techinfo.snmp.usm import Peer

MOST_RATIO = 2.0
MOST_STOP_MS = 50.0
_CROWD = 30
_CROWD_ROUNDS = 5
_SWITCHES = 100
_LONGEST_S = 240
_TICK_S = 0.002


def _user(number: int, auth: AuthProtocol, priv: PrivProtocol) -> V3User:
    return V3User(
        name=f"user-{number}",
        auth=auth,
        auth_key=b"auth-of-%d" % number,
        priv=priv,
        priv_key=b"priv-of-%d" % number,
    )


def _stranger(round_number: int, place: int) -> V3User:
    """Each has a passphrase of its own, and a cipher whose keys take longest to work out."""
    return _user(1000 * (round_number + 1) + place, "SHA-512" if place % 2 else "MD5", "AES-256-C")


def _serve(pipe: Connection, user: V3User) -> None:
    """Be all agents until the client hangs up, or for as long as a run may take."""

    async def run() -> None:
        async with AsyncExitStack() as stack:
            plain = await stack.enter_async_context(ScriptedAgent(AGENT_CELLS, remembering()))
            script = sealing(plain)
            ports = [plain.port, await _opened(stack, user, script, 0)]
            for place in range(_CROWD * _CROWD_ROUNDS):
                other = _stranger(*divmod(place, _CROWD))
                ports.append(await _opened(stack, other, script, place + 1))
            pipe.send(ports)
            await asyncio.to_thread(pipe.poll, _LONGEST_S)

    asyncio.run(run())


async def _opened(stack: AsyncExitStack, user: V3User, script: Script, number: int) -> int:
    agent = await stack.enter_async_context(V3Agent(user, script))
    agent.engine = Peer(engine_id=b"\x80\x00\x1f\x88\x04%08d" % number, boots=7, time=99)
    return agent.target(()).port


async def _ratio(user: V3User, plain: int, guarded: int, rounds: int) -> float:
    ratios: list[float] = []
    target = SnmpTarget(host="127.0.0.1", port=plain)
    by_v3 = replace(target, port=guarded, v3=user)
    async with SnmpEngine() as engine:
        await walk_all(engine, by_v3)
        for _ in range(rounds):
            v2c = await cost_ms(engine, target, _SWITCHES)
            v3 = await cost_ms(engine, by_v3, _SWITCHES)
            ratios.append(v3 / v2c)
            print(f"SNMPv2c {v2c:6.2f} ms of CPU a switch, SNMPv3 {v3:6.2f} ms")
    return median(ratios)


async def _longest_stop_ms(engine: SnmpEngine, targets: Iterable[SnmpTarget]) -> float:
    """The longest that the event loop stood still while all of them are walked at once."""
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            before = perf_counter()
            await asyncio.sleep(_TICK_S)
            longest = max(longest, perf_counter() - before - _TICK_S)

    watching = asyncio.create_task(watch())
    try:
        await asyncio.gather(*(walk_all(engine, target) for target in targets))
    finally:
        watching.cancel()
    return longest * 1000


async def _crowd_ms(ports: list[int]) -> float:
    stops: list[float] = []
    for number in range(_CROWD_ROUNDS):
        targets = [
            SnmpTarget(host="127.0.0.1", port=port, timeouts=(20.0,), v3=_stranger(number, place))
            for place, port in enumerate(ports[number * _CROWD : (number + 1) * _CROWD])
        ]
        async with SnmpEngine() as engine:
            stops.append(await _longest_stop_ms(engine, targets))
        print(f"{_CROWD} switches at once: the event loop stood still for {stops[-1]:.1f} ms")
    return min(stops)


async def _measure(user: V3User, ports: list[int], rounds: int) -> tuple[float, float]:
    plain, guarded, *crowd = ports
    async with asyncio.timeout(_LONGEST_S):
        crowd_ms = await _crowd_ms(crowd)
        return crowd_ms, await _ratio(user, plain, guarded, rounds)


def main() -> int:
    """Start the agents, measure, stop them; 1 when something is beyond its aim."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--auth", choices=get_args(AuthProtocol), default="SHA-256")
    parser.add_argument("--priv", choices=get_args(PrivProtocol), default="AES-128")
    given = parser.parse_args()
    user = _user(1, cast(AuthProtocol, given.auth), cast(PrivProtocol, given.priv))
    with beside(_serve, user) as here:
        crowd_ms, ratio = asyncio.run(_measure(user, here.recv(), given.rounds))
    load = round(os.getloadavg()[0], 1)
    crowd = {"name": "v3 crowd", "ms": round(crowd_ms, 1), "aim": MOST_STOP_MS, "load": load}
    print(json.dumps(crowd))
    print(json.dumps({"name": "v3", "ratio": round(ratio, 2), "aim": MOST_RATIO, "load": load}))
    return 0 if ratio <= MOST_RATIO and crowd_ms <= MOST_STOP_MS else 1


if __name__ == "__main__":
    sys.exit(main())
