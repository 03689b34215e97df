"""A lab agent answers as RFC 1157 and RFC 3416 say; pyasn1 and pysnmp read what it sends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from pyasn1.codec.ber import decoder
from pysnmp.proto.api import v1, v2c

from techinfo.lab.agent import MOST_OCTETS, Agent, Reply
from techinfo.lab.holdings import Holdings
from techinfo.recordings.recording import Recording
from techinfo.snmp import ber
from techinfo.snmp.ber import Request

SYSTEM = "1.3.6.1.2.1.1"
UP_TIME = f"{SYSTEM}.3.0"
NAME = f"{SYSTEM}.5.0"
IF_ENTRY = "1.3.6.1.2.1.2.2.1"
IF_X_ENTRY = "1.3.6.1.2.1.31.1.1.1"
BIG = "1.3.6.1.4.1.9.1.0"
LAST = "1.3.6.1.4.1.9.2.0"

ROWS: dict[str, tuple[int, Any]] = {
    UP_TIME: (ber.TIME_TICKS, 4294967200),
    NAME: (ber.OCTET_STRING, b"sw-elm-3"),
    **{f"{IF_ENTRY}.2.{port}": (ber.OCTET_STRING, b"ge%d" % port) for port in range(1, 100)},
    **{f"{IF_ENTRY}.5.{port}": (ber.GAUGE32, 1_000_000_000) for port in range(1, 100)},
    f"{IF_ENTRY}.8.1": (ber.INTEGER, 1),
    f"{IF_ENTRY}.8.2": (ber.INTEGER, 2),
    f"{IF_ENTRY}.9.1": (ber.TIME_TICKS, 500),
    f"{IF_ENTRY}.10.1": (ber.COUNTER32, 4294967295),
    f"{IF_ENTRY}.10.2": (ber.COUNTER32, 7),
    f"{IF_ENTRY}.11.1": (ber.COUNTER32, 0),
    f"{IF_X_ENTRY}.6.1": (ber.COUNTER64, 4294967295),
    f"{IF_X_ENTRY}.6.2": (ber.COUNTER64, 7),
    f"{IF_X_ENTRY}.15.1": (ber.GAUGE32, 1000),
    BIG: (ber.OCTET_STRING, bytes(3000)),
    LAST: (ber.INTEGER, 4294967168),
}


@dataclass
class Clock:
    """A clock that a test sets."""

    now: float = 1000.0

    def __call__(self) -> float:
        """Seconds, as `time.monotonic` gives them."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The agent's clock."""
    return Clock()


@pytest.fixture
def agent(clock: Clock) -> Agent:
    """A switch of 99 ports, of which one is up."""
    return Agent(Holdings(Recording.from_rows(ROWS)), clock=clock)


def ask(
    agent: Agent, pdu_type: int, *oids: str, version: int = 1, non_repeaters: int = 0, most: int = 0
) -> Reply:
    """One request, and the reply to it."""
    reply = agent.answer(
        Request(
            version=version,
            community=b"public",
            pdu_type=pdu_type,
            request_id=-4711,
            non_repeaters=non_repeaters,
            max_repetitions=most,
            oids=tuple(map(ber.encode_oid, oids)),
        )
    )
    assert reply is not None
    return reply


def values(reply: Reply, proto: Any = v2c) -> list[tuple[str, Any]]:
    """The varbinds of a reply without error, as pysnmp reads them."""
    status, _, found = read(reply, proto)
    assert status == 0
    assert reply.varbinds == len(found)
    return found


def read(reply: Reply, proto: Any = v2c) -> tuple[int, int, list[tuple[str, Any]]]:
    """error-status, error-index and varbinds, as pysnmp reads them."""
    message, rest = decoder.decode(reply.datagram, asn1Spec=proto.Message())
    assert not rest
    assert bytes(proto.apiMessage.get_community(message)) == b"public"
    pdu = proto.apiMessage.get_pdu(message)
    assert proto.apiPDU.get_request_id(pdu) == -4711
    return (
        int(proto.apiPDU.get_error_status(pdu)),
        int(proto.apiPDU.get_error_index(pdu, muteErrors=True)),
        [(str(oid), value) for oid, value in proto.apiPDU.get_varbinds(pdu)],
    )


def test_a_get_gives_values_and_tells_what_is_missing(agent: Agent) -> None:
    """It is noSuchInstance where the object has other instances, noSuchObject where it has none."""
    reply = ask(agent, ber.GET, NAME, f"{SYSTEM}.5.1", f"{IF_ENTRY}.2.100", f"{IF_ENTRY}.77.1")

    (name, value), (_, other), (_, port), (_, column) = values(reply)
    assert (name, bytes(value)) == (NAME, b"sw-elm-3")
    assert isinstance(other, v2c.NoSuchInstance)
    assert isinstance(port, v2c.NoSuchInstance)
    assert isinstance(column, v2c.NoSuchObject)


def test_a_get_next_gives_the_instance_behind(agent: Agent) -> None:
    """Of an instance, of a column, of an OID between two, and of the last one."""
    reply = ask(agent, ber.GET_NEXT, NAME, f"{IF_ENTRY}.8", f"{IF_ENTRY}.8.1.7", LAST)

    found = values(reply)
    assert [oid for oid, _ in found] == [
        f"{IF_ENTRY}.2.1",
        f"{IF_ENTRY}.8.1",
        f"{IF_ENTRY}.8.2",
        LAST,
    ]
    assert isinstance(found[3][1], v2c.EndOfMibView)


def test_a_get_bulk_gives_non_repeaters_once_and_columns_in_turn(agent: Agent) -> None:
    """RFC 3416, 4.2.3."""
    columns = (f"{IF_ENTRY}.2.7", f"{IF_ENTRY}.5.7")

    reply = ask(agent, ber.GET_BULK, SYSTEM, *columns, non_repeaters=1, most=3)

    assert [oid for oid, _ in values(reply)] == [
        UP_TIME,
        *(f"{IF_ENTRY}.{column}.{port}" for port in (8, 9, 10) for column in (2, 5)),
    ]


def test_a_get_bulk_ends_with_the_mib(agent: Agent) -> None:
    """Once every column says endOfMibView, no more repetitions follow."""
    reply = ask(agent, ber.GET_BULK, BIG, LAST, most=2_000_000_000)

    found = values(reply)
    assert [oid for oid, _ in found] == [LAST, LAST, LAST, LAST]
    assert [isinstance(value, v2c.EndOfMibView) for _, value in found] == [False, True, True, True]


def test_a_get_bulk_is_cut_to_what_a_frame_holds(agent: Agent) -> None:
    """An agent sends what fits, however much was asked for."""
    reply = ask(agent, ber.GET_BULK, f"{IF_ENTRY}.2", most=1000)

    assert MOST_OCTETS - 60 < len(reply.datagram) <= MOST_OCTETS
    assert 40 < len(values(reply)) < 99


def test_a_get_that_does_not_fit_is_too_big(agent: Agent) -> None:
    """The error comes without varbinds."""
    reply = ask(agent, ber.GET, NAME, BIG)

    assert read(reply) == (1, 0, [])
    assert reply.varbinds == 0


@pytest.mark.parametrize(("pdu_type", "oid"), [(ber.GET, BIG), (ber.GET_BULK, "1.3.6.1.4.1.9")])
def test_one_value_alone_is_sent_however_large(agent: Agent, pdu_type: int, oid: str) -> None:
    """The device did send it when it was recorded."""
    reply = ask(agent, pdu_type, oid, most=10)

    assert [(name, len(value)) for name, value in values(reply)] == [(BIG, 3000)]


def test_a_value_over_udp_is_too_big() -> None:
    """Even alone."""
    huge = Recording.from_rows({BIG: (ber.OCTET_STRING, bytes(65_500))})
    agent = Agent(Holdings(huge))

    assert read(ask(agent, ber.GET, BIG))[0] == 1
    assert read(ask(agent, ber.GET_BULK, "1.3", most=1))[0] == 1


@pytest.mark.parametrize(("version", "proto", "status"), [(1, v2c, 17), (0, v1, 2)])
def test_a_set_is_refused(agent: Agent, version: int, proto: Any, status: int) -> None:
    """NotWritable, and noSuchName in SNMPv1; the value stays."""
    reply = ask(agent, ber.SET, NAME, version=version)

    assert read(reply, proto)[:2] == (status, 1)
    assert bytes(values(ask(agent, ber.GET, NAME))[0][1]) == b"sw-elm-3"


def test_version_1_names_the_varbind_that_is_missing(agent: Agent) -> None:
    """It has no exceptions."""
    reply = ask(agent, ber.GET, NAME, f"{SYSTEM}.99.0", version=0)

    status, index, found = read(reply, v1)
    assert (status, index) == (2, 2)
    assert [oid for oid, _ in found] == [NAME, f"{SYSTEM}.99.0"]


def test_version_1_passes_over_64_bits(agent: Agent) -> None:
    """RFC 3584, 4.2.2.1: a Counter64 is not there for SNMPv1."""
    following = ask(agent, ber.GET_NEXT, f"{IF_X_ENTRY}.6", NAME, version=0)
    instance = ask(agent, ber.GET, f"{IF_X_ENTRY}.6.1", version=0)
    end = ask(agent, ber.GET_NEXT, LAST, version=0)

    assert [oid for oid, _ in values(following, v1)] == [f"{IF_X_ENTRY}.15.1", f"{IF_ENTRY}.2.1"]
    assert read(instance, v1)[:2] == (2, 1)
    assert read(end, v1)[:2] == (2, 1)


def test_version_1_has_no_get_bulk(agent: Agent) -> None:
    """Such a message is dropped."""
    request = Request(
        version=0,
        community=b"public",
        pdu_type=ber.GET_BULK,
        request_id=1,
        non_repeaters=0,
        max_repetitions=1,
        oids=(),
    )

    assert agent.answer(request) is None


def test_the_clock_of_a_device_goes_on_and_wraps(agent: Agent, clock: Clock) -> None:
    """SysUpTime counts hundredths of a second from what was recorded, 2^32 of them."""
    before = values(ask(agent, ber.GET, UP_TIME))[0][1]
    clock.now += 1.5
    after = values(ask(agent, ber.GET_NEXT, SYSTEM))[0][1]

    assert (int(before), int(after)) == (4294967200, 54)


def test_counters_of_a_port_that_is_up_move_together(agent: Agent, clock: Clock) -> None:
    """32 and 64 bits by the same octets, the former wrapping; packets by fewer."""
    names = [f"{IF_ENTRY}.10.1", f"{IF_X_ENTRY}.6.1", f"{IF_ENTRY}.11.1"]
    before = [int(value) for _, value in values(ask(agent, ber.GET, *names))]
    clock.now += 10
    octets, octets64, packets = (int(value) for _, value in values(ask(agent, ber.GET, *names)))

    assert before == [4294967295, 4294967295, 0]
    assert octets64 - before[1] > 10 * 125_000
    assert octets == octets64 % 2**32
    assert 0 < packets < octets64 - before[1]


def test_what_is_not_a_counter_of_a_port_that_is_up_stays(agent: Agent, clock: Clock) -> None:
    """A port that is down counts nothing, and ifLastChange is a time in the past."""
    names = [f"{IF_ENTRY}.10.2", f"{IF_X_ENTRY}.6.2", f"{IF_ENTRY}.9.1", f"{IF_ENTRY}.8.1"]
    clock.now += 3600
    found = values(ask(agent, ber.GET, *names))

    assert [int(value) for _, value in found] == [7, 7, 500, 1]


def test_an_integer_that_a_tool_wrote_unsigned_is_sent_signed(agent: Agent) -> None:
    """4294967168 is -128 of a MikroTik's temperature."""
    assert int(values(ask(agent, ber.GET, LAST))[0][1]) == -128
