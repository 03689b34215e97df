"""Mutated answers, through decoder, engine and collector (`make soak` runs a million of them)."""

from __future__ import annotations

import random

import pytest
from tests.access import fuzz
from tests.access.mutations import Place, mutated, parts_of
from tests.access.surviving import elm

from techinfo.lab.device import RunningDevice
from techinfo.lab.holdings import RecordingCache
from techinfo.snmp import ber
from techinfo.snmp.message import header, template, varbinds

QUICK = 20_000


@pytest.fixture(scope="module")
def tally() -> fuzz.Tally:
    """What came of some twenty thousand mutated answers."""
    return fuzz.run(seed=1, count=QUICK)


@pytest.mark.long
def test_nothing_escapes_hangs_or_is_made_up(tally: fuzz.Tally) -> None:
    """The run itself holds every value against the wire; here it is seen to have been one."""
    assert tally.total >= QUICK
    assert all(count > QUICK / 20 for count in tally.mutated.values())
    assert tally.accepted > QUICK / 100
    assert tally.cells > QUICK


def test_readings_of_every_kind_have_come_of_it(tally: fuzz.Tally) -> None:
    """Some facts were read, some in part, some failed; some devices were refused."""
    how = set(tally.outcomes)

    assert {"link ok", "macs ok", "leases ok", "leases partial", "leases failed"} <= how
    assert {"SnmpProtocolError", "WrongDeviceError"} <= how


def _answer() -> bytes:
    head, tail = template(b"public", ber.GET_BULK, 10, (ber.encode_oid("1.3.6.1.2.1.2.2.1"),))
    (sent,) = RunningDevice(elm(), RecordingCache()).receive(head + b"\x40\0\0\1" + tail)
    return sent.reply.datagram


def test_a_message_that_is_taken_apart_is_put_together_the_same() -> None:
    """Mutations of fields change nothing else."""
    honest = _answer()

    assert parts_of(honest).joined() == honest


def test_the_witness_reads_what_the_engine_reads() -> None:
    """Two decoders of one honest message agree."""
    honest = _answer()
    head = header(honest)
    found = varbinds(honest, head.start, head.end)

    told = fuzz.said(honest, {head.request_id})

    assert told == [(ber.decode_oid(oid), cell) for oid, _, cell in found]
    assert fuzz.said(honest, {head.request_id + 1}) is None


def test_every_head_that_is_mutated_is_another_head() -> None:
    """Nothing that was mutated there is a response to the request any more."""
    chance = random.Random(7)  # noqa: S311 - a run must be the same again
    honest = _answer()
    number = header(honest).request_id

    drawn = [mutated(chance, honest, honest) for _ in range(4000)]

    heads = [datagram for place, datagram in drawn if place is Place.HEAD]
    assert len(heads) > 400
    assert all(fuzz.said(datagram, {number}) is None for datagram in heads)
