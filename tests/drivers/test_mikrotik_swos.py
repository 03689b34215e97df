"""SwOS: a part of RouterOS' tables, with a sentinel of its own."""

from __future__ import annotations

from collections.abc import Callable

from techinfo.collect.registry import Registry
from techinfo.collect.target import Reading
from techinfo.model import Transceiver
from techinfo.units import Celsius, MilliAmpere, Volt
from techinfo.wire import Cell

Play = Callable[..., Reading]

DEVICE = {
    "sys_object_id": "1.3.6.1.4.1.14988.2",
    "sys_descr": "CSS326-24G-2S+ SwOS v2.18",
    "ports": {25: "SFP1", 26: "SFP2"},
}
OPTICAL = "1.3.6.1.4.1.14988.1.1.19.1.1"


def row(port: int, columns: dict[int, Cell]) -> dict[str, Cell]:
    """One row of mtxrOpticalTable."""
    return {f"{OPTICAL}.{column}.{port}": cell for column, cell in columns.items()}


def test_a_module_without_light_columns_tells_the_rest(play: Play) -> None:
    """2.18 has temperature, voltage and bias only: light stays unknown."""
    reading = play(row(25, {6: 28, 7: 3_289, 8: 17}), **DEVICE)

    assert reading.ports[25].transceiver == Transceiver(
        temperature=Celsius(28), bias=MilliAmpere(17), voltage=Volt(3.289)
    )


def test_minus_128_in_32_bits_is_no_temperature(play: Play) -> None:
    """An empty cage reads 4294967168 and zeros (list of sentinels)."""
    reading = play(row(26, {6: 4_294_967_168, 7: 0, 8: 0, 9: 0, 10: 0}), **DEVICE)

    assert reading.ports[26].transceiver is None


def test_model_and_version_are_in_the_description(play: Play) -> None:
    """SwOS Lite spells itself in two words."""
    reading = play({}, **DEVICE | {"sys_descr": "CSS610-8G-2S+ SwOS Lite v2.19"})

    assert reading.device is not None
    assert (reading.device.model, reading.device.firmware) == ("CSS610-8G-2S+", "2.19")


def test_the_agent_is_never_asked_in_bulk(registry: Registry) -> None:
    """A9: it has no GETBULK."""
    assert registry.named("mikrotik_swos").limits.bulk is False
