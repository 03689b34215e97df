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
    VERSION,
    AnyMessage,
    DeviceInfoMessage,
    DeviceInfoRequest,
    DeviceQuestion,
    DoneMessage,
    ErrorMessage,
    HeardMessage,
    HeardQuestion,
    LastQuestion,
    ReadingMessage,
    ReadQuestion,
    StatsMessage,
    UnreachableMessage,
    decode,
    encode,
)
from techinfo.errors import CollectorError, CollectorVersionError
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
        _mutated("reading", "ports", "3", "port", "if_index", value="3"),
        _mutated("reading", "ports", "3", "port", "if_index", value=True),
        _mutated("reading", "ports", "three", value={"port": {"if_index": 3}}),
        _mutated("reading", "ports", "3", "transceiver", "rx_power", value="loud"),
        _mutated("reading", "ports", "3", "transceiver", "rx_power", value="-3.0"),
        _mutated("reading", "ports", "3", "macs", value={"mac": "x"}),
        _mutated("reading", "parts", "transceiver", "state", value="fine"),
        _mutated("reading", "parts", "weather", value={"state": "ok"}),
        _mutated("reading", "parts", "transceiver", "read_at", value="2026-01-01T00:00:00"),
        _mutated("reading", "parts", "transceiver", "read_at", value=1767225600),
        _mutated("reading", "parts", "transceiver", "read_at", value="yesterday"),
        _mutated("reading", "cost", value={"requests": 1.5}),
    ],
)
def test_what_is_no_reading_is_refused(octets: bytes) -> None:
    """Wrong type, a fact that was not asked, a time without its zone: never guessed at."""
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


def _told(letter: AnyMessage) -> Any:
    return json.loads(encode(letter))


def test_a_message_begins_with_its_version() -> None:
    """So that it is known before anything else of it is read."""
    told = encode(DoneMessage()), encode(ReadingMessage(reading=None))

    assert all(octets.startswith(b'{"version":"%s"' % VERSION.encode()) for octets in told)
    assert decode(DoneMessage, told[0]).version == VERSION


def _with_news(value: Any) -> Any:
    """The same message with a field more in each of its objects that have names of fields."""
    if isinstance(value, list):
        return [_with_news(part) for part in value]
    if not isinstance(value, dict):
        return value
    told = {name: _with_news(part) for name, part in value.items()}
    by_number_or_fact = all(name.lstrip("-").isdigit() or name in set(Fact) for name in told)
    return told if by_number_or_fact else {**told, "news": {"of": ["1.99"]}}


@given(values.READINGS)
@settings(max_examples=30, deadline=None)
def test_a_newer_reading_tells_an_older_process_all_that_that_knows(reading: Reading) -> None:
    """Fields that only the newer one knows are passed over, at any depth."""
    newer = _with_news(_told(ReadingMessage(reading=reading))) | {"version": "1.99"}

    told = decode(ReadingMessage, json.dumps(newer).encode())

    assert told.reading == reading
    assert not told.is_older


@given(values.TARGETS, st.frozensets(values.FACTS, min_size=1))
@settings(max_examples=30, deadline=None)
def test_a_newer_question_asks_an_older_process_what_that_knows(
    target: Target, facts: frozenset[Fact]
) -> None:
    """Fields and facts that only the newer one knows are passed over."""
    question = ReadQuestion(target=target, facts=facts, max_age=1.0, deadline=5.0)
    newer = _with_news(_told(question)) | {"version": "1.99"}
    newer["facts"].append("weather")

    assert decode(ReadQuestion, json.dumps(newer).encode()) == question


def test_a_device_that_a_newer_process_has_met_tells_what_an_older_one_knows() -> None:
    """A fact that only the newer one knows is none here."""
    met = DeviceInfo(driver="elm", tells=frozenset({Fact.LINK}))
    newer = _told(DeviceInfoMessage(met=(met,)))
    newer["met"][0]["tells"].append("weather")

    assert decode(DeviceInfoMessage, json.dumps(newer).encode()).met == (met,)


OLDEST = {
    ReadQuestion: b"""{"target": {"element": "sw-1", "host": "192.0.2.1"}, "facts": ["link"],
        "max_age": 60, "deadline": 5.0}""",
    LastQuestion: b"""{"target": {"element": "sw-1", "host": "192.0.2.1"}, "facts": ["link"]}""",
    DeviceQuestion: b"""{"target": {"element": "sw-1", "host": "192.0.2.1"}}""",
    DeviceInfoRequest: b"""{"targets": [{"element": "sw-1", "host": "192.0.2.1"}]}""",
    ReadingMessage: b"""{"reading": {"element": "sw-1", "ports": {
        "3": {"port": {"if_index": 3}, "link": {}, "counters": {}, "transceiver": {
            "lanes": [{"number": 1}]}, "macs": [{"mac": "m"}], "leases": [{"address": "a"}],
            "groups": [{"address": "a"}], "shaping": [{}], "onts": [{"ont_id": 1}],
            "neighbours": [{"chassis_id": "c"}], "cpe": [{"number": 1, "ports": [{"index": 1}],
            "macs": [{"mac": "m"}]}]}}, "parts": {"link": {"state": "ok"}}, "device": {},
            "cost": {}, "limits": {}}}""",
    UnreachableMessage: b"""{"since": null}""",
    DeviceInfoMessage: b"""{"met": [{"driver": "elm"}, null]}""",
    StatsMessage: b"""{"numbers": {}}""",
    HeardQuestion: b"""{"wait": 1}""",
    HeardMessage: b"""{"heard": [{"source": "192.0.2.1", "said": "link_down",
        "at": "2026-11-21T10:00:00Z", "last": "2026-11-21T10:00:00Z"}]}""",
    DoneMessage: b"{}",
    ErrorMessage: b"""{"kind": "DeviceError", "words": "it failed", "facts": {"address": "a"}}""",
}
"""The least that a process of version 1.0 says; what is added to these later has a default."""


@pytest.mark.parametrize("kind", OLDEST, ids=lambda kind: kind.__name__)
def test_an_older_message_is_understood_by_a_newer_process(kind: type[AnyMessage]) -> None:
    """Whatever fields came later, whatever version it is told to be of, or of none."""
    told = decode(kind, OLDEST[kind])

    assert told.version == "1.0"
    assert decode(kind, OLDEST[kind].replace(b"{", b'{"version": "1.0",', 1).replace(b",}", b"}"))
    assert decode(kind, encode(told)) == told


@pytest.mark.parametrize("version", ["2.0", "0.9", "11.0"])
@pytest.mark.parametrize(
    "octets",
    [
        b'{"version":"%s"}',
        b'{"version":"%s","letter":[1,2]}',
        b' { "version" : "%s", "reading": null}',
        b'{"reading": null, "version": "%s"}',
        b'{"version":"%s", what comes is no JSON',
    ],
)
def test_another_major_is_an_error_that_says_so(version: str, octets: bytes) -> None:
    """Whatever else the message looks like."""
    with pytest.raises(CollectorVersionError, match=f"version {version.split('.')[0]} .*upgrade"):
        decode(ReadingMessage, octets % version.encode())
