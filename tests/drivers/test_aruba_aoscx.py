"""Aruba CX: readings as text, a row for each lane."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from techinfo.collect.target import Reading
from techinfo.model import Group, Transceiver
from techinfo.units import Dark
from techinfo.wire import Cell

Play = Callable[..., Reading]

DEVICE = {
    "sys_object_id": "1.3.6.1.4.1.47196.4.1.1.1.100",
    "sys_descr": "HPE ANW JL658A 6300M 24SFP+ 4SFP56 Swch FL.10.16.1006",
    "ports": {27: "1/1/27"},
}
PM = "1.3.6.1.4.1.47196.4.1.1.3.27.1"
MODULE, DOM, LANE = f"{PM}.1.1.1", f"{PM}.2.1.1", f"{PM}.2.2.1"
NAMED: dict[str, Cell] = {f"{MODULE}.5.27": b"S0001", f"{MODULE}.6.27": b"1990-4065"}
WARM: dict[str, Cell] = {f"{DOM}.2.27": b"41.25", f"{DOM}.11.27": b"3.29"}


def lane(number: int, bias: bytes, tx: bytes, rx: bytes) -> dict[str, Cell]:
    """A row of arubaWiredPmXcvrLaneDomTable."""
    row = {2: bias, 7: tx, 12: rx}
    return {f"{LANE}.{column}.27.{number}": cell for column, cell in row.items()}


def optic(play: Play, cells: dict[str, Cell]) -> Transceiver | None:
    """The pluggable of port 1/1/27."""
    return play(cells, **DEVICE).ports[27].transceiver


@pytest.mark.parametrize(
    ("rx", "expected"),
    [
        (b"0.5623", -2.5),
        (b"0.5623 mW", -2.5),
        (b"0.56 mW, -2.50 dBm", -2.5),
        (b"0.0000", Dark.NO_LIGHT),
        (b"-inf", Dark.NO_LIGHT),
        (b"N/A", None),
        (b"", None),
    ],
)
def test_light_is_a_text_in_milliwatts(
    play: Play, rx: bytes, expected: float | Dark | None
) -> None:
    """A unit in the text is believed before the MIB's."""
    found = optic(play, NAMED | WARM | lane(1, b"6.50", b"0.6310", rx))

    assert found is not None
    assert found.rx_power == (pytest.approx(expected, abs=0.01) if expected else expected)
    assert found.tx_power == pytest.approx(-2.0, abs=0.01)
    assert (found.bias, found.temperature, found.voltage) == (6.5, 41.25, 3.29)
    assert (found.serial_number, found.part_number) == ("S0001", "1990-4065")


def test_of_four_lanes_the_darkest_is_the_ports(play: Play) -> None:
    """O7: index ifIndex and lane."""
    cells = NAMED | WARM
    for number, rx in enumerate((b"1.0", b"0.1", b"0.9", b"0.8"), 1):
        cells |= lane(number, b"7.0", b"1.0", rx)

    found = optic(play, cells)

    assert found is not None
    assert len(found.lanes) == 4
    assert found.rx_power == pytest.approx(-10.0)


def test_a_cable_says_that_it_has_no_diagnostics(play: Play) -> None:
    """Its Diagnostics column is false(2)."""
    found = optic(play, NAMED | {f"{MODULE}.28.27": 2})

    assert found is not None
    assert found.rx_power is Dark.NO_DIAGNOSTICS


def test_a_group_knows_since_when(play: Play) -> None:
    """Index: VLAN, type, group, port; TimeTicks since the join."""
    column = "1.3.6.1.4.1.47196.4.1.1.3.3.1.20.1.5"

    reading = play({f"{column}.90.1.4.239.1.1.1.27": 6_000}, **DEVICE)

    assert reading.ports[27].groups == (
        Group(address="239.1.1.1", vlan=90, joined_at=datetime(2026, 10, 1, 11, 59, tzinfo=UTC)),
    )


def test_the_device_introduces_itself(play: Play) -> None:
    """Part number, name and software stand in sysDescr."""
    device = play({}, **DEVICE).device

    assert device is not None
    assert (device.model, device.firmware) == ("JL658A 6300M", "FL.10.16.1006")


def test_a_stack_introduces_itself_by_its_first_member(play: Play) -> None:
    """Entity 1 is the stack and has no serial number (arubaos-cx_6300m)."""
    entity = "1.3.6.1.2.1.47.1.1.1.1"
    cells: dict[str, Cell] = {
        f"{entity}.10.1": b"FL.10.10.1030",
        f"{entity}.11.1": b"",
        f"{entity}.2.101001": b"6300M 24-port SFP+ and 4-port SFP56 Switch",
        f"{entity}.11.101001": b"SG00000001",
    }

    device = play(cells, **{**DEVICE, "sys_descr": ""}).device

    assert device is not None
    assert (device.model, device.firmware, device.serial_number) == (
        "6300M",
        "FL.10.10.1030",
        "SG00000001",
    )
