"""Why a port is closed, by each maker's own table: made up in the shape of the MIBs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from techinfo.collect.target import Reading
from techinfo.model import Fact, Guard, Protection, State
from techinfo.wire import Cell

Play = Callable[..., Reading]

_E = "1.3.6.1.4.1"
_CISCO, _RADLAN, _ECS = f"{_E}.9.9.548.1", f"{_E}.89.128", f"{_E}.259.10.1.46.1.2.1.1.20"
_IOS = ("9.1.1208", "Cisco IOS Software, C2960X Software, Version 15.0(2a)EX5")
_MES = ("35265.1.83", "MES2324B 28-port 1G/10G Managed Switch")
_ECS4100 = ("259.10.1.46.104", "ECS4100-28T")
_DES = ("171.10.113.3.1", "DES-3200-18 Fast Ethernet")
_S5720 = ("2011.2.23.291", "S5720-56C-PWR-EI-AC")
_ISCOM = ("8886.6.140", "")
_EOS = ("30065.1.3011", "Arista Networks EOS version 4.30.1F")
_ROS = {f"{_E}.8886.60.131.1.1.1.0": b"ROS_6.2.0_20200614"}
_OLD, _NEW, _LDT, _RC = (
    f"{_E}.171.12.41", f"{_E}.171.14.46.1", f"{_E}.2011.5.25.174.1.1.7.1", f"{_E}.8886.6.1.50"
)  # fmt: skip
_ARISTA = f"{_E}.30065.3.15.1.1.1.10"
OPEN, NOTHING = Protection(state=Guard.OK), None


def closed(text: str, reason: str | None, recovers_in: int | None = None) -> Protection:
    """A port that carries nothing."""
    return Protection(state=Guard.BLOCKED, reason=reason, text=text, recovers_in=recovers_in)


def restricted(text: str, reason: str, recovers_in: int | None = None) -> Protection:
    """A port that carries less."""
    return Protection(state=Guard.RESTRICTED, reason=reason, text=text, recovers_in=recovers_in)


@pytest.mark.parametrize(
    ("device", "cells", "expected"),
    [
        (_IOS, {f"{_CISCO}.1.1.0": 300}, OPEN),
        (_IOS, {}, NOTHING),
        (
            _IOS,
            {f"{_CISCO}.1.1.0": 300, f"{_CISCO}.3.1.1.2.1.0": 9, f"{_CISCO}.3.1.1.3.1.0": 120},
            closed("portSecurityViolation", "security", 120),
        ),
        (
            _IOS,
            {f"{_CISCO}.1.1.0": 300, f"{_CISCO}.3.1.1.2.1.0": 6, f"{_CISCO}.3.1.1.3.1.0": 0},
            closed("linkFlap", "link-flap"),
        ),
        (
            _IOS,
            {f"{_CISCO}.1.1.0": 300, f"{_CISCO}.3.1.1.2.1.0": 61, f"{_CISCO}.3.1.1.3.1.0": 0},
            closed("ipQosCompatCheckFailure", None),
        ),
        (_MES, {f"{_RADLAN}.1.0": 300}, OPEN),
        (
            _MES,
            {f"{_RADLAN}.1.0": 300, f"{_RADLAN}.3.1.1.1": 1, f"{_RADLAN}.3.1.2.1": 2},
            closed("loopback-detection", "loop"),
        ),
        (
            _MES,
            {f"{_RADLAN}.1.0": 300, f"{_RADLAN}.3.1.1.1": 5, f"{_RADLAN}.3.1.2.1": 1},
            closed("stp-bpdu-guard", "bpdu-guard", 300),
        ),
        (_ECS4100, {f"{_ECS}.1": b"\x00\x00"}, OPEN),
        (_ECS4100, {f"{_ECS}.1": b"\x80\x00"}, OPEN),  # admin(0): switched off by the operator
        (_ECS4100, {f"{_ECS}.1": b"\x02\x00"}, closed("lbd", "loop")),
        (_ECS4100, {f"{_ECS}.1": b"\x84\x00"}, closed("portSec", "security")),
        (_ECS4100, {f"{_ECS}.1": b"\x00\x80"}, closed("atcMstorm", "storm")),
        (_ECS4100, {f"{_ECS}.1": b""}, NOTHING),
        (
            _DES,
            {f"{_OLD}.1.4.0": 2, f"{_OLD}.1.3.0": 60, f"{_OLD}.3.1.1.4.1": 2},
            closed("loop", "loop", 60),
        ),
        (
            _DES,
            {f"{_OLD}.1.4.0": 1, f"{_OLD}.1.3.0": 0, f"{_OLD}.3.1.1.4.1": 2},
            restricted("loop", "loop"),
        ),
        (_DES, {f"{_OLD}.1.4.0": 2, f"{_OLD}.3.1.1.4.1": 1}, NOTHING),
        (_DES, {f"{_OLD}.3.1.1.4.1": 2}, NOTHING),  # nobody tells what a loop closes
        (_DES, {f"{_NEW}.3.0": 1, f"{_NEW}.4.1.3.1": 2}, closed("loop", "loop")),
        (_DES, {f"{_NEW}.3.0": 2, f"{_NEW}.4.1.3.1": 2}, restricted("loop", "loop")),
        (_S5720, {f"{_LDT}.6.1": 3}, closed("loop: shutdown", "loop")),
        (_S5720, {f"{_LDT}.6.1": 6}, restricted("loop: quitvlan", "loop")),
        (_S5720, {f"{_LDT}.6.1": 4}, NOTHING),
        (
            _ISCOM,
            {**_ROS, f"{_RC}.1.5.0": 1, f"{_RC}.2.1.2.1": 1, f"{_RC}.2.1.4.1": 1},
            closed("loop", "loop"),
        ),
        (
            _ISCOM,
            {**_ROS, f"{_RC}.1.5.0": 1, f"{_RC}.2.1.2.1": 2, f"{_RC}.2.1.4.1": 1},
            NOTHING,  # trap-only(2)
        ),
        (_EOS, {f"{_ARISTA}.1": b""}, OPEN),
        (_EOS, {f"{_ARISTA}.1": b"link-flap"}, closed("link-flap", "link-flap")),
        (_EOS, {f"{_ARISTA}.1": b"speed-misconfigured"}, closed("speed-misconfigured", None)),
        (_EOS, {}, NOTHING),  # software before 2021 has no such column
    ],
)
@pytest.mark.parametrize("port", [None, 1])
def test_what_a_table_says_of_a_port(
    play: Play,
    device: tuple[str, str],
    cells: dict[str, Cell],
    expected: Protection | None,
    port: int | None,
) -> None:
    """The same of one port and of all."""
    number, descr = device

    reading = play(cells, sys_object_id=f"{_E}.{number}", sys_descr=descr, port=port)

    assert reading.ports[1].protection == expected
    if expected is not None:
        assert reading.parts[Fact.PROTECTION].state is State.OK
