"""Facts into ON-API's objects, where a value is at its edge."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta, timezone

import pytest

from techinfo.access.answer import Past
from techinfo.api.documents.dump import dump
from techinfo.api.onapi import render
from techinfo.api.onapi import schemas as s
from techinfo.collect import Reading
from techinfo.history.windows import Peak, Window
from techinfo.model import Counters, Fact, Flow, Lane, Part, Port, PortFacts, State, Transceiver
from techinfo.units import Celsius, Dark, Dbm, MilliAmpere


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (-12.341, 2, "-12.34"),
        (-0.004, 2, "0.00"),
        (0.05, 1, "0.1"),
        (-40.0, 2, "-40.00"),
        (math.nan, 2, None),
        (-math.inf, 2, None),
        (None, 2, None),
    ],
)
def test_a_decimal_is_a_string_with_a_point(
    value: float | None, digits: int, text: str | None
) -> None:
    """What is no number is nothing, and zero has no minus."""
    assert render.decimal(value, digits) == text


@pytest.mark.parametrize(
    ("level", "text"),
    [
        (Dark.NO_LIGHT, "-40.00"),
        (Dark.NO_DIAGNOSTICS, None),
        (Dark.NO_MODULE, None),
        (Dbm(-3.0), "-3.00"),
    ],
)
def test_only_no_light_is_a_number(level: Dbm | Dark, text: str | None) -> None:
    """The other dark states are left out."""
    assert render.power(level) == text


def test_a_time_is_utc_with_z() -> None:
    """Whatever zone it came in, and without fractions."""
    moment = datetime(2026, 11, 21, 11, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=1)))

    assert render.time(moment) == "2026-11-21T10:00:00Z"


def test_what_is_not_known_is_left_out_at_every_depth() -> None:
    """Neither null nor an empty text is ever sent; an empty list says something."""
    status = s.CpeStatus(
        vendor="",
        up=False,
        ports=[s.CpePortInfo(index=1, name="", transceiver=s.TransceiverInfo(vendor=""))],
        macAddressTable=[],
    )

    assert render.bare(status) == {
        "up": False,
        "ports": [{"index": 1, "transceiver": {}}],
        "macAddressTable": [],
    }


def test_lanes_are_for_dumps_only() -> None:
    """ON-API has one light level for a module; a dump has them all beside the lowest."""
    now = datetime(2026, 11, 21, 10, tzinfo=UTC)
    light = Transceiver(
        rx_power=Dbm(-3.0),
        temperature=Celsius(40.0),
        lanes=(Lane(number=1, rx_power=Dbm(-3.0), bias=MilliAmpere(6.0)), Lane(number=2)),
    )
    facts = PortFacts(port=Port(if_index=1, name="q1", if_type=6), transceiver=light)
    reading = Reading(
        element="sw", ports={1: facts}, parts={Fact.LINK: Part(state=State.OK, read_at=now)}
    )

    told = render.bare(render.link_status(facts))["transceiver"]
    dumped = dump(reading, now)["ports"][0]["status"]["transceiver"]

    assert told == {"dbmRx": "-3.00", "temp": "40.0"}
    assert dumped == told | {"lanes": [{"dbmRx": "-3.00", "biasTx": "6.00"}, {}]}


def test_the_last_five_minutes_and_peaks_stand_beside_the_counters() -> None:
    """Octets per second, with the end of the window; nothing where nobody has looked."""
    end = datetime(2026, 10, 1, 12, 5, tzinfo=UTC)
    flow = Flow(bytes=300_000, unicast=1, multicast=2, broadcast=3, crc_errors=4)
    counters = Counters(input=flow, output=flow)
    window = Window(
        begin=end - timedelta(minutes=5), end=end, seconds=300.0, input=flow, output=Flow()
    )
    past = Past(last_five=window, peak_input=Peak(rate=1000, end=end))

    told = render.bare(render.link_statistics(counters, past) or s.LinkStatistics())
    plain = render.bare(render.link_statistics(counters) or s.LinkStatistics())

    assert told["lastFiveInput"]["bytes"] == 300_000
    assert told["lastFiveInput"]["packets"] == 6
    assert told["lastFiveInput"]["crcErrors"] == 4
    assert told["peakInputRate"] == {"counter": 1000, "timestamp": "2026-10-01T12:05:00Z"}
    assert "lastFiveOutput" not in told
    assert plain.keys() == {"input", "output"}
