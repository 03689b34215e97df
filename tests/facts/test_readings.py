"""Words of a pluggable that are no reading."""

from __future__ import annotations

import pytest

from techinfo.driver import Column, TransceiverTable, celsius, milliamperes, signed, volts, watts
from techinfo.driver.convert import text
from techinfo.facts.joins import Joins
from techinfo.facts.optics import transceivers
from techinfo.facts.plan import plan_table
from techinfo.model import Port, Transceiver
from techinfo.wire import Cell, Index

_ENTRY = "1.3.6.1.4.1.99.1"
_WORDS = TransceiverTable(
    mib="none: SFF-8472 as it stands",
    temperature=Column(f"{_ENTRY}.1", signed(16, celsius(1 / 256))),
    voltage=Column(f"{_ENTRY}.2", volts(1e-4)),
    bias=Column(f"{_ENTRY}.3", milliamperes(1 / 500)),
    tx_power=Column(f"{_ENTRY}.4", watts(1e-7)),
    rx_power=Column(f"{_ENTRY}.5", watts(1e-7)),
    serial_number=Column(f"{_ENTRY}.6", text),
)


def pluggable(*words: int | None) -> Transceiver | None:
    """What one port tells whose module holds these words."""
    told: dict[str, dict[Index, Cell]] = {
        f"{_ENTRY}.{n}": {(1,): word} for n, word in enumerate(words, 1) if word is not None
    }
    told[f"{_ENTRY}.6"] = {(1,): b"SN1"}
    joins = Joins(ports={1: Port(if_index=1)})
    return transceivers([plan_table(_WORDS)], told, {}, joins).get(1)


@pytest.mark.parametrize(
    "words",
    [(0xFFFF,) * 5, (0xFFFF, None, 0xFFFF, 0xFFFF, 0xFFFF), (0xFFFF, 0xFFFF, None, None, None)],
    ids=["all", "no voltage", "no light"],
)
def test_words_that_are_all_ones_are_no_reading(words: tuple[int | None, ...]) -> None:
    """Nobody has answered: neither 8.16 dBm, 6.55 V, 131 mA nor -0.004 degC; its name stays."""
    assert pluggable(*words) == Transceiver(serial_number="SN1")


def test_a_receiver_at_the_end_of_its_scale_is_read() -> None:
    """One word of ones among others that are none is what the module has said."""
    told = pluggable(30 * 256, 33_000, 10_000, 5_000, 0xFFFF)

    assert told is not None
    assert told.rx_power == pytest.approx(8.165, abs=0.001)
    assert told.temperature == 30.0
