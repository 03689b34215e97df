"""ISAM: ports and ONTs in ifIndexes, levels in texts, cages that have no ifIndex."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from techinfo.collect.target import Reading
from techinfo.errors import WrongPortError
from techinfo.model import Fact, Ont, OntLight, State, Transceiver
from techinfo.units import Dark, Dbm

MadeUp = Callable[..., Reading]

_7360 = "nokia_isam/made_up_7360"
_PON_1, _PON_2 = 0x5A02000, 0x5A12000
_NT_B = 1 << 31 | 4354 << 16
_NT_A = 1 << 31 | 4353 << 16


def test_a_cage_of_a_line_card_is_a_pon_port(made_up: MadeUp) -> None:
    """Slot 4355, cage 1; "not-available" is nothing: of a PON the OLT has no level."""
    found = made_up(_7360).ports[_PON_1].transceiver

    assert found is not None
    assert found.present is True
    assert found.tx_power == pytest.approx(4.94)
    assert found.rx_power is None
    assert (found.bias, found.voltage, found.temperature) == (21.5, 3.28, 43.1)
    assert (found.vendor, found.serial_number) == ("SOURCEPHOTONICS", "MADEUP000001")


def test_an_empty_cage_is_no_module(made_up: MadeUp) -> None:
    """SfpDiagAvailable is cageEmpty(3)."""
    found = made_up(_7360).ports[_PON_2].transceiver

    assert found is not None
    assert found.light is Dark.NO_MODULE


def test_cages_of_an_nt_are_told_under_a_number_that_is_no_if_index(made_up: MadeUp) -> None:
    """InterfaceIndex ends at 2147483647 (RFC 2863); "No Power" beside a supply is no light."""
    ports = made_up(_7360).ports

    lit, dark = ports[_NT_B | 257].transceiver, ports[_NT_B | 258].transceiver
    assert lit is not None
    assert dark is not None
    assert (lit.tx_power, lit.rx_power) == (Dbm(-0.34), Dbm(-9.36))
    assert (dark.tx_power, dark.rx_power) == (Dark.NO_LIGHT, Dark.NO_LIGHT)


@pytest.mark.parametrize("port", [_PON_1, _PON_2, _NT_B | 257, _NT_B | 258, _NT_A | 513])
def test_a_cage_can_be_asked_for_alone(made_up: MadeUp, port: int) -> None:
    """Its number says where its row stands: no table of light is walked for it."""
    alone = made_up(_7360, port=port)

    assert alone.ports[port].transceiver == made_up(_7360).ports[port].transceiver
    assert alone.parts[Fact.TRANSCEIVER].state is State.OK


@pytest.mark.parametrize("port", [_NT_B | 300, _NT_A, 1 << 31, 4_999_999_999, 77])
def test_a_cage_that_is_not_there_is_no_port(made_up: MadeUp, port: int) -> None:
    """Nor is a number that can be none."""
    with pytest.raises(WrongPortError):
        made_up(_7360, port=port)


def test_a_text_of_four_lanes_is_four_levels(made_up: MadeUp) -> None:
    """The dark lane is the module's level."""
    found = made_up(_7360).ports[_NT_A | 513].transceiver

    assert found is not None
    assert [lane.tx_power for lane in found.lanes] == [-1.2, -1.1, -1.3, -1.0]
    assert found.rx_power is Dark.NO_LIGHT


@pytest.mark.parametrize("asked", [{}, {"port": _PON_1}])
def test_onts_are_interfaces_of_their_own(made_up: MadeUp, asked: dict[str, int]) -> None:
    """Counted from 1; up is what ifOperStatus says."""
    assert made_up(_7360, **asked).ports[_PON_1].onts == (
        Ont(ont_id=1, serial_number="ALCLF0000001", up=True),
        Ont(ont_id=5, serial_number="ALCLF0000005", up=False),
    )


@pytest.mark.parametrize("asked", [{}, {"port": _PON_1, "ont": 1}])
def test_the_light_of_an_ont_is_in_steps_of_its_own(made_up: MadeUp, asked: dict[str, int]) -> None:
    """-9120 is -18.24 dBm, -204 at the OLT -20.4 dBm."""
    assert made_up(_7360, **asked).ports[_PON_1].ont_light == (
        OntLight(
            ont_id=1,
            transceiver=Transceiver(rx_power=Dbm(-18.24), tx_power=Dbm(2.4)),
            olt_rx=Dbm(-20.4),
        ),
    )


def test_32768_and_65534_are_no_light(made_up: MadeUp) -> None:
    """Of an ONT that is off the line."""
    assert made_up(_7360, port=_PON_1, ont=5).ports[_PON_1].ont_light == ()
