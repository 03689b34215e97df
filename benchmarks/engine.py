"""CPU of the polling engine for one switch, as a ratio to pysnmp's.

Run by hand from the top folder: ``python -m benchmarks.engine``. It ends by itself, in less than a
minute. Both engines walk the same 30 columns of 28 rows, from the same agent in a process of its
own, with the same requests; only the client's CPU (user and system) is counted. The two take turns,
and the median counts, so other work on the machine hits both.
"""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Iterable
from multiprocessing.connection import Connection
from statistics import median

from benchmarks.agents import beside
from tests.snmp.scripted_agent import Script, ScriptedAgent

from techinfo.snmp import ber
from techinfo.snmp.engine import SnmpEngine
from techinfo.snmp.interface import Cell, SnmpLimits, SnmpTarget
from techinfo.snmp.pysnmp_engine import PysnmpEngine

COLUMNS = [
    *(f"1.3.6.1.2.1.2.2.1.{column}" for column in range(1, 16)),
    *(f"1.3.6.1.2.1.31.1.1.1.{column}" for column in range(1, 16)),
]
_ROWS = 28
_ROUNDS = 5
_AT_ONCE = 50
_OWN_SWITCHES = 100
_PYSNMP_SWITCHES = 10
_LONGEST_S = 120


def _cells() -> dict[str, tuple[int, Cell]]:
    kinds: list[tuple[int, Cell]] = [
        (ber.COUNTER32, 4_000_000_000),
        (ber.OCTET_STRING, b"GigabitEthernet0/0/1"),
        (ber.INTEGER, 6),
    ]
    return {
        f"{column}.{row}": kinds[place % len(kinds)]
        for place, column in enumerate(COLUMNS)
        for row in range(1, _ROWS + 1)
    }


AGENT_CELLS = _cells()


def remembering() -> Script:
    """An agent that works out each answer once, so that the client is what is measured."""
    answers: dict[tuple[tuple[bytes, ...], int], list[bytes]] = {}

    def script(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        key = (request.oids, request.max_repetitions)
        own_id = request.request_id.to_bytes(4, "big")
        if key not in answers:
            answers[key] = agent.answer(request).split(own_id, 1)
        yield own_id.join(answers[key])

    return script


def _serve(pipe: Connection) -> None:
    """Be an agent until the client hangs up, or for as long as a run may take."""

    async def run() -> None:
        async with ScriptedAgent(AGENT_CELLS, remembering()) as agent:
            pipe.send(agent.port)
            await asyncio.to_thread(pipe.poll, _LONGEST_S)

    asyncio.run(run())


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def walk_all(engine: SnmpEngine | PysnmpEngine, target: SnmpTarget) -> None:
    """One walk of all columns, in a conversation of its own.

    Raises:
        RuntimeError: Rows are missing.
    """
    conversation = engine.conversation(target, SnmpLimits())
    walked = await conversation.walk(COLUMNS)
    await conversation.close()
    if walked.partial or any(len(rows) != _ROWS for rows in walked.cells.values()):
        raise RuntimeError("the walk is not whole")


async def cost_ms(engine: SnmpEngine | PysnmpEngine, target: SnmpTarget, switches: int) -> float:
    """CPU of one walk of all columns, milliseconds."""
    places = asyncio.Semaphore(_AT_ONCE)

    async def poll() -> None:
        async with places:
            await walk_all(engine, target)

    before = _cpu_s()
    await asyncio.gather(*(poll() for _ in range(switches)))
    return (_cpu_s() - before) * 1000 / switches


async def _measure(port: int) -> None:
    target = SnmpTarget(host="127.0.0.1", port=port)
    own: list[float] = []
    pysnmp: list[float] = []
    async with asyncio.timeout(_LONGEST_S), SnmpEngine() as engine, PysnmpEngine() as other:
        for _ in range(_ROUNDS):
            own.append(await cost_ms(engine, target, _OWN_SWITCHES))
            pysnmp.append(await cost_ms(other, target, _PYSNMP_SWITCHES))
    print(f"own engine  {median(own):8.2f} ms of CPU a switch ({len(COLUMNS)} x {_ROWS} cells)")
    print(f"pysnmp      {median(pysnmp):8.2f} ms")
    print(f"ratio       {median(pysnmp) / median(own):8.1f}")


def main() -> None:
    """Start the agent, measure, stop the agent."""
    with beside(_serve) as here:
        asyncio.run(_measure(here.recv()))


if __name__ == "__main__":
    main()
