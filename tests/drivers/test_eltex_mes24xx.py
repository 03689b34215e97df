"""Eltex MES14xx and MES24xx: units in words, a channel in the index."""

from __future__ import annotations

from collections.abc import Callable

from techinfo.collect.target import Reading
from techinfo.model import Transceiver
from techinfo.units import Celsius, Dark, Dbm, MilliAmpere
from techinfo.wire import Cell

Play = Callable[..., Reading]

OWN = {
    "sys_object_id": "1.3.6.1.4.1.35265.1.176",
    "sys_descr": "MES2424B AC 28-port 1G/10G Managed Switch",
}
OWN_INFO = "1.3.6.1.4.1.35265.52.1.1.3.1.1"
DIAGNOSTIC = "1.3.6.1.4.1.35265.52.1.1.3.2.1"


def optic(reading: Reading, port: int = 1) -> Transceiver | None:
    """The pluggable of a port."""
    return reading.ports[port].transceiver


def own_generation(port: int, values: dict[int, tuple[int, bytes]]) -> dict[str, Cell]:
    """Current value and unit of some kinds, on the first channel."""
    out: dict[str, Cell] = {}
    for kind, (value, unit) in values.items():
        out[f"{DIAGNOSTIC}.3.{port}.{kind}.1"] = unit
        out[f"{DIAGNOSTIC}.8.{port}.{kind}.1"] = value
    return out


def test_the_own_software_names_units_in_words(play: Play) -> None:
    """Whole degrees and milliamperes, thousandths of a dBm; whole volts are too coarse."""
    values = {
        1: (43, b"Degrees"),
        2: (3, b"Volts"),
        3: (21, b"milliAmperes"),
        4: (-2_443, b"milliDecibel-milliWatts"),
        5: (-2_235, b"milliDecibel-milliWatts"),
        6: (0, b"Boolean"),
    }

    reading = play(own_generation(28, values), ports={28: "te 0/4"}, **OWN)

    assert reading.driver == "eltex_mes24xx"
    assert optic(reading, 28) == Transceiver(
        rx_power=Dbm(-2.235),
        tx_power=Dbm(-2.443),
        temperature=Celsius(43),
        bias=MilliAmpere(21),
    )


def test_an_empty_cage_of_the_own_software_is_no_module(play: Play) -> None:
    """All rows are there, with type unknown(0), zeros and empty texts."""
    info: dict[str, Cell] = {
        f"{OWN_INFO}.2.25": 0,
        f"{OWN_INFO}.5.25": b"",
        f"{OWN_INFO}.6.25": b"",
        f"{OWN_INFO}.9.25": 0,
        f"{OWN_INFO}.10.25": b"",
    }
    zeros = own_generation(25, dict.fromkeys(range(1, 7), (0, b"")))

    reading = play(info | zeros, ports={25: "te 0/1"}, **OWN)

    found = optic(reading, 25)
    assert found is not None
    assert found.light is Dark.NO_MODULE


def test_a_named_module_of_unknown_type_is_a_module(play: Play) -> None:
    """SFF-8472 identifier 0 is unknown; a vendor name proves that something is plugged."""
    info: dict[str, Cell] = {f"{OWN_INFO}.2.25": 0, f"{OWN_INFO}.5.25": b"ACME"}

    reading = play(info, ports={25: "te 0/1"}, **OWN)

    found = optic(reading, 25)
    assert found is not None
    assert (found.vendor, found.present) == ("ACME", None)
