"""What crosses to another process comes out as it went in, or is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.facts import values

from techinfo.collect import DeviceInfo, Reading, Target
from techinfo.collect.remote.messages import (
    DeviceInfoMessage,
    DeviceInfoRequest,
    DeviceQuestion,
    ErrorMessage,
    ReadingMessage,
    ReadQuestion,
    UnreachableMessage,
    decode,
    encode,
)
from techinfo.errors import CollectorError
from techinfo.model import Fact, Part, Port, PortFacts, State, Transceiver
from techinfo.units import Celsius, Dark, Dbm

AT = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
READING = Reading(
    element="sw-1",
    if_index=3,
    ports={
        3: PortFacts(
            port=Port(if_index=3, name="ge3"),
            transceiver=Transceiver(rx_power=Dark.NO_LIGHT, tx_power=Dbm(-3.0)),
        )
    },
    parts={Fact.TRANSCEIVER: Part(state=State.OK, read_at=AT)},
)


@given(values.READINGS)
@settings(max_examples=60, deadline=None)
def test_a_reading_comes_out_as_it_went_in(reading: Reading) -> None:
    """Every field, whatever stands in it."""
    assert decode(ReadingMessage, encode(ReadingMessage(reading=reading))).reading == reading


@given(values.TARGETS, st.frozensets(values.FACTS, min_size=1), st.floats(0, 1e9))
@settings(max_examples=60, deadline=None)
def test_a_question_comes_out_as_it_went_in(
    target: Target, facts: frozenset[Fact], max_age: float
) -> None:
    """Whom, what, and how old it may be."""
    question = ReadQuestion(target=target, facts=facts, max_age=max_age, deadline=5.0)

    assert decode(ReadQuestion, encode(question)) == question
    assert decode(DeviceQuestion, encode(DeviceQuestion(target=target))).target == target


@given(st.lists(st.none() | values.MET, max_size=4), st.lists(values.TARGETS, max_size=3))
@settings(max_examples=40, deadline=None)
def test_devices_that_were_met_come_out_as_they_went_in(
    met: list[DeviceInfo | None], targets: list[Target]
) -> None:
    """Those that never were are ``None``, in their place."""
    assert decode(DeviceInfoMessage, encode(DeviceInfoMessage(met=tuple(met)))).met == tuple(met)
    assert decode(
        DeviceInfoRequest, encode(DeviceInfoRequest(targets=tuple(targets)))
    ).targets == tuple(targets)


def test_a_level_and_the_reason_for_none_stay_what_they_are() -> None:
    """A whole number is a level as well; a word is a reason, and a time keeps its microseconds."""
    at = AT.replace(microsecond=123_456)
    light = Transceiver(rx_power=Dark.NO_LIGHT, tx_power=Dbm(0), temperature=Celsius(41.5))
    reading = Reading(
        element="sw-1",
        ports={1: PortFacts(port=Port(if_index=1), transceiver=light)},
        silent_since=at,
    )

    out = decode(ReadingMessage, encode(ReadingMessage(reading=reading))).reading

    assert out is not None
    assert out.ports[1].transceiver == light
    assert out.silent_since == at
    assert out.silent_since.utcoffset() is not None


def _mutated(*path: str | int, value: Any) -> bytes:
    told = json.loads(encode(ReadingMessage(reading=READING)))
    at = told
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return json.dumps(told).encode()


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff\xfe",
        b"{}",
        b'{"reading": NaN}',
        b"[" * 100_000,
        _mutated("reading", "element", value=3),
        _mutated("reading", "element", value=None),
        _mutated("reading", "nobody_knows", value=1),
        _mutated("reading", "ports", "3", "port", "if_index", value="3"),
        _mutated("reading", "ports", "3", "port", "if_index", value=True),
        _mutated("reading", "ports", "three", value={"port": {"if_index": 3}}),
        _mutated("reading", "ports", "3", "transceiver", "rx_power", value="loud"),
        _mutated("reading", "ports", "3", "transceiver", "rx_power", value="-3.0"),
        _mutated("reading", "ports", "3", "macs", value={"mac": "x"}),
        _mutated("reading", "ports", "3", "macs", value=[{"mac": "x", "port": 1}]),
        _mutated("reading", "parts", "transceiver", "state", value="fine"),
        _mutated("reading", "parts", "weather", value={"state": "ok"}),
        _mutated("reading", "parts", "transceiver", "read_at", value="2026-01-01T00:00:00"),
        _mutated("reading", "parts", "transceiver", "read_at", value=1767225600),
        _mutated("reading", "parts", "transceiver", "read_at", value="yesterday"),
        _mutated("reading", "cost", value={"requests": 1.5}),
    ],
)
def test_what_is_no_reading_is_refused(octets: bytes) -> None:
    """Wrong type, unknown name, a time without its zone: never guessed at."""
    with pytest.raises(CollectorError):
        decode(ReadingMessage, octets)


def test_a_refusal_shows_nothing_of_what_came() -> None:
    """It may be a secret, and it may be written to look like a line of the log."""
    octets = _mutated("reading", "parts", "transceiver", "read_at", value="hunter2\nWARNING x")

    with pytest.raises(CollectorError) as refused:
        decode(ReadingMessage, octets)

    assert "hunter2" not in str(refused.value)
    assert "read_at" in str(refused.value)


@pytest.mark.parametrize("max_age", ["-1", "NaN", "Infinity", "1e10", '"1"', "null"])
def test_an_age_that_is_none_is_refused(max_age: str) -> None:
    """So is a deadline of nothing."""
    target = '{"element": "e", "host": "h"}'
    for age, deadline in ((max_age, "5"), ("5", "0"), ("5", max_age)):
        octets = (
            f'{{"target": {target}, "facts": ["link"], "max_age": {age}, "deadline": {deadline}}}'
        )
        with pytest.raises(CollectorError):
            decode(ReadQuestion, octets.encode())


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_no_octets_at_all_raise_anything_else(octets: bytes) -> None:
    """Whatever comes over the socket is a letter or a `CollectorError`."""
    for kind in (ReadingMessage, ReadQuestion, DeviceInfoRequest, UnreachableMessage, ErrorMessage):
        try:
            decode(kind, octets)
        except CollectorError:
            continue
