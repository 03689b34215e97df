"""The test of a port's cable: what is asked for, what stands against it, and what came of it.

It takes the link down. So it is the operator's settings that let it be, one runs at a time on a
switch, and a port is looked at before: its link, and whether it feeds somebody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from techinfo.collect.command_line.asking import CommandLines
from techinfo.collect.command_line.testing import test_cable
from techinfo.collect.device_state import DeviceState
from techinfo.collect.target import NO_AGENT, CableTest, CableTestOrder, Reading
from techinfo.errors import CableTestRefusedError, DeadlineError, DeviceError
from techinfo.model import Fact, Port
from techinfo.snmp.interface import Conversation
from techinfo.wire import Cell, Index

LINK_S: Final = 15.0
"""For the look at the link before a test."""
_MOST_S: Final = 120.0
"""For a test as a whole."""
_OPER_STATUS = "1.3.6.1.2.1.2.2.1.8"
"""ifOperStatus, IF-MIB (RFC 2863)."""
_DETECTION_STATUS = "1.3.6.1.2.1.105.1.1.1.6"
"""pethPsePortDetectionStatus, POWER-ETHERNET-MIB (RFC 3621), by group and port."""
_UP = 1
_DELIVERING, _KNOWN_STATES = 3, range(1, 7)
_INDEX_PARTS = 2


class Power(StrEnum):
    """Whether a port feeds the equipment behind it (Power over Ethernet)."""

    FEEDING = "feeding"
    OFF = "off"
    UNCLEAR = "unclear"
    """The switch feeds somebody, and does not tell on which of the ports that SNMP numbers."""
    UNTOLD = "untold"
    """Its agent tells nothing of feeding at all: mostly it cannot feed, but nobody says so."""


async def made(
    order: CableTestOrder,
    reading: Reading,
    known: DeviceState | None,
    opened: Callable[[], Conversation],
    lines: CommandLines | None,
    now: Callable[[], datetime],
) -> CableTest:
    """Make a test, if nothing stands against it.

    Args:
        order: What is wanted.
        reading: The port's link, as it was read just now.
        known: The device, as it has introduced itself.
        opened: Begins a conversation with it; whoever calls has its turn.
        lines: Whoever has sessions.
        now: The time.

    Raises:
        CableTestRefusedError: Something stands against it.
        CableTestRunningError: The device is at another test.
        DeviceError: The device could not be asked, or the test did not come to its end.
    """
    target = order.target
    port, up = link_before(reading, order)
    if known is None or lines is None:
        raise CableTestRefusedError("its command line is not asked", address=target.host)
    try:
        async with asyncio.timeout(_MOST_S):
            if target.engine == NO_AGENT:
                check_power(Power.UNTOLD, order)
            else:
                talk = opened()
                try:
                    await look(talk, port, known.joins.ports, order)
                finally:
                    await talk.close()
            pairs = await test_cable(lines, target, known, port, now())
    except TimeoutError as late:
        if isinstance(late, DeviceError):
            raise
        raise DeadlineError("the test takes too long", address=target.host) from late
    return CableTest(at=now(), link=up, pairs=pairs)


def link_before(reading: Reading, order: CableTestOrder) -> tuple[Port, bool]:
    """The port that is to be tested, and whether its link is up.

    Raises:
        CableTestRefusedError: It is up, or nobody knows.
    """
    facts = reading.port
    up = facts.link.up if facts is not None and facts.link is not None else None
    if facts is None or up is None:
        cause = reading.parts[Fact.LINK].cause if Fact.LINK in reading.parts else ""
        raise CableTestRefusedError(f"it is not known whether the link is up: {cause or 'untold'}")
    if up and not order.despite_link:
        raise CableTestRefusedError("the link is up, and a test takes it down")
    return facts.port, up


async def look(
    conversation: Conversation, port: Port, ports: Mapping[int, Port], order: CableTestOrder
) -> None:
    """Look at a port once more, just before it is tested: its link, and who is fed.

    Some requests are needed for that: every feeding port of the switch is looked at.

    Args:
        conversation: With the device.
        port: The one that is to be tested.
        ports: All there are, by ifIndex.
        order: Says what need not stand against it.

    Raises:
        CableTestRefusedError: The link has come up, or the port feeds somebody, or may.
        DeviceError: The device does not answer.
    """
    oid = f"{_OPER_STATUS}.{port.if_index}"
    if (await conversation.get([oid])).get(oid) == _UP and not order.despite_link:
        raise CableTestRefusedError("the link has come up, and a test takes it down")
    walked = await conversation.walk([_DETECTION_STATUS])
    told = power(walked.cells.get(_DETECTION_STATUS, {}), port, ports)
    check_power(Power.UNCLEAR if walked.partial else told, order)


def check_power(told: Power, order: CableTestOrder) -> None:
    """Whether what is told of feeding stands against a test.

    Raises:
        CableTestRefusedError: It does.
    """
    match told:
        case Power.FEEDING:
            raise CableTestRefusedError("the port feeds the equipment behind it (PoE)")
        case Power.UNCLEAR:
            raise CableTestRefusedError(
                "the switch feeds equipment (PoE), and does not tell on which port"
            )
        case Power.UNTOLD if not order.feeds_nothing:
            raise CableTestRefusedError(
                "the switch does not tell whether the port feeds anybody (PoE); say that it feeds"
                " nothing, if you know"
            )


def power(cells: Mapping[Index, Cell], port: Port, ports: Mapping[int, Port]) -> Power:
    """Whether a port feeds, by the rows of all.

    RFC 3621 numbers feeding ports by group and port, and leaves open which interface that is. Where
    every number is the ifIndex of an interface whose name ends in it, it is this one; else only
    that nobody at all is fed says something of one port.

    Args:
        cells: pethPsePortDetectionStatus by its index.
        port: The one that is asked for.
        ports: All there are, by ifIndex.
    """
    if not cells:
        return Power.UNTOLD
    states = set(cells.values())
    if not states <= set(_KNOWN_STATES):
        return Power.UNCLEAR
    if _DELIVERING not in states:
        return Power.OFF
    if not _are_interfaces(cells, ports) or (state := _of(cells, port)) is None:
        return Power.UNCLEAR
    return Power.FEEDING if state == _DELIVERING else Power.OFF


def _of(cells: Mapping[Index, Cell], port: Port) -> Cell | None:
    return next((cell for index, cell in cells.items() if index[-1] == port.if_index), None)


def _are_interfaces(cells: Collection[Index], ports: Mapping[int, Port]) -> bool:
    if any(len(n) != _INDEX_PARTS for n in cells) or len({n[0] for n in cells}) != 1:
        return False
    found = ((n[1], ports.get(n[1])) for n in cells)
    return all(port is not None and _ends_in(port.called or "", n) for n, port in found)


def _ends_in(name: str, number: int) -> bool:
    digits = str(number)
    return name.endswith(digits) and not name[: -len(digits)][-1:].isdigit()
