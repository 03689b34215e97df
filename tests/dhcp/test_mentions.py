"""Identifiers are found in the lines of logs, and what is spread over lines is put together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.dhcp_lab import folder

from techinfo.dhcp.gathering import Gatherer
from techinfo.dhcp.log_lines import FRONT, Clock, LogTime, dated
from techinfo.dhcp.mentions import Mention, mentions

_USUAL = settings(deadline=None)
"""A machine that is busy with other work is no error."""
_NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
_CET = timezone(timedelta(hours=1))
_SECOND = timedelta(seconds=1)


def _gathered(log: bytes) -> list[Mention]:
    gatherer = Gatherer(LogTime(_CET, _NOW), puzzled=lambda *_: None)
    lines = log.split(b"\n")
    return [client.mention for found in gatherer.gather(lines) for _, client, _ in found]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            b'10.82.100.3,02:82,01:02,3600,1795242431,1,0,0,h,0,{ "ISC": { "relay-agent-info": '
            b'{ "remote-id": "000F"&#x2c "sub-options": "0x0102000a" } } }',
            Mention(option82=b"0x0102000a"),
        ),
        (
            b'{ "relay-info": [ { "hop": 1, "options": "0x0012000400000003" }, '
            b'{ "hop": 0, "options": "0x001200026131" } ] }',
            Mention(options6=b"0x001200026131"),
        ),
        (
            b"2026-11-21 06:27:23 CET Address: 10.0.0.1 has been assigned, identified by "
            b"circuit-id: 65:74:68 (eth) and remote-id: 00:16, context",
            Mention(circuit=b"65:74:68 (eth)", remote=b"00:16"),
        ),
        (
            b"a REQUEST DHCP packet from relay-agent eth2 with a circuit-id of "
            b'"1a:02:30", a remote-id of "0a:44" for 192.0.2.1 (00:50:56:ae:b3:44)',
            Mention(circuit=b"1a:02:30", remote=b"0a:44"),
        ),
        (
            b"DHCP-Request mac=02:82 circuit=0x000a remote=0x0016 circuit_str=a remote_str=b",
            Mention(circuit=b"0x000a", remote=b"0x0016"),
        ),
        (
            b"11,11/21/26,06:02:06,Renew,192.0.2.1,h,02005E005301,,7,0,,,,,,,,0x010263310202633,0\r",
            Mention(puzzling=True),
        ),
        (
            b"11,11/21/26,06:02:06,Renew,192.0.2.1,h,02005E005301,,7,0,,,,,,,,0x0102633102026332,0\r",
            Mention(option82=b"0x0102633102026332"),
        ),
        (b"acct=Start circuit= remote=0x4158 nasport=1", Mention(remote=b"0x4158")),
        (b'\tADSL-Agent-Circuit-Id = "a\\"b"', Mention(circuit=b'"a\\"b"')),
        (b'\tCisco-AVPair = "circuit-id-tag=65746820302f31"', Mention(circuit=b"65746820302f31")),
        (
            b'User-Name = "000400330001:00061cbdb965fb60"',
            Mention(circuit=b"000400330001", remote=b"00061cbdb965fb60"),
        ),
        (b"sent size: 18 option: 82 agent-id  01:02:00:0a", Mention(option82=b"01:02:00:0a")),
        (b"sent size: 18 option: 82 agent-id  01:06:00:04...", Mention(cut_off=True)),
        (b"QUERY4_OPTION_82_SUB_OPTION_1=0x000A", Mention(circuit=b"0x000A")),
        (b"  option agent.circuit-id 0:4:9:49:4:4;", Mention(circuit=b"0:4:9:49:4:4")),
        (b'  set remote = "\\000\\015\\35110";', Mention(remote=b'"\\000\\015\\35110"')),
        (b"    type=001, len=003: 65:74:68 'eth'", Mention(circuit=b"65:74:68 'eth'")),
        (b"type=00037, len=00015: 3561 (uint32) 3130 '10'", Mention(remote6=b"0x00000de93130")),
        (b"o82raw 10.0.0.1 circuit-id eth 0/1", Mention(circuit=b"eth 0/1")),
        (b"Agent Circuit ID: 65746820302f31", Mention(circuit=b"65746820302f31")),
        (
            b"Circuit-ID SubOption 1, length 7: eth 0/1",
            Mention(circuit=b"eth 0/1"),
        ),
        (
            b"identified by remote-id: 00:00:0d:e9, connected at location interface-id: 65:74 (et)",
            Mention(interface=b"65:74 (et)", remote6=b"00:00:0d:e9"),
        ),
    ],
)
def test_a_line_tells_its_identifiers_as_they_are_spelt(line: bytes, expected: Mention) -> None:
    """Kea, Infoblox, FreeRADIUS, dnsmasq, ISC dhcpd, tshark, tcpdump, common recipes."""
    assert list(mentions(line)) == [expected]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"DHCPACK on 10.82.100.3 to 02:82:00:00:00:04 (host) via 10.82.0.2",
        b"DNSMASQ_INTERFACE=s0",
        b"interface 1/3 (add 1 to port number!), VLAN 100",
        b"10.0.0.1 02:82:00 s22-remote-only 01:02:82",
        b"dhcp.option.agent_circuit_id\tdhcp.option.agent_remote_id",
        b"\xff\xfe\x00 garbage circuit",
    ],
)
def test_a_line_without_identifiers_tells_nothing(line: bytes) -> None:
    """Names of interfaces and hosts are none, nor are decimal numbers of a recipe."""
    assert list(mentions(line)) == []


@_USUAL
@given(
    st.binary(max_size=200) | st.binary(max_size=100).map(lambda octets: b"circuit-id " + octets)
)
def test_any_line_is_read_without_an_error(line: bytes) -> None:
    """Garbage is never fatal."""
    list(mentions(line))
    LogTime(UTC, _NOW).of(line)


def test_a_lease_of_many_lines_is_one_client() -> None:
    """ISC dhcpd: each value stands in a line of its own, twice; a block is a client."""
    lease = (
        b'lease 10.0.0.%d {\n  set remote = "r%d";\n  set circuit = "c%d";\n'
        b'  option agent.circuit-id "c%d";\n  option agent.remote-id "r%d";\n}\n'
    )

    found = _gathered(lease % (1, 1, 1, 1, 1) + lease % (2, 2, 2, 2, 2))

    assert [(one.circuit, one.remote) for one in found] == [
        (b'"c1"', b'"r1"'),
        (b'"c2"', b'"r2"'),
    ]


def test_circuit_ids_of_different_clients_are_not_put_together() -> None:
    """A log that has only circuit-ids names a client in each line."""
    found = _gathered(b"circuit-id c1\ncircuit-id c2\nremote-id r2\n")

    assert found == [Mention(circuit=b"c1"), Mention(circuit=b"c2", remote=b"r2")]


def test_a_lease_of_ipv6_calls_its_remote_id_as_one_of_ipv4() -> None:
    """The block tells the family."""
    found = _gathered(b'ia-na "x" {\n set remote = "r";\n set iface-id = "i";\n}\n')

    assert found == [Mention(interface=b'"i"', remote6=b'"r"')]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"2026-11-21T05:59:01.3+01:00 vm dhcpd", datetime(2026, 11, 21, 4, 59, 1, tzinfo=UTC)),
        (b"2026-11-21 06:27:23 CET Address", datetime(2026, 11, 21, 5, 27, 23, tzinfo=UTC)),
        (b"Nov 21 05:59:04 vm dhcpd[1]:", datetime(2026, 11, 21, 4, 59, 4, tzinfo=UTC)),
        (b"Dec  3 05:59:04 vm dhcpd[1]:", datetime(2025, 12, 3, 4, 59, 4, tzinfo=UTC)),
        (b"Sat Nov 21 06:04:47 2026", datetime(2026, 11, 21, 5, 4, 47, tzinfo=UTC)),
        (b"  starts 6 2026/11/21 04:59:04;", datetime(2026, 11, 21, 4, 59, 4, tzinfo=UTC)),
        (
            b"10.82.100.3,02:82:00:00:00:04,01:02,3600,1795240616,1",
            datetime.fromtimestamp(1795240616 - 3600, UTC),
        ),
        (b"10,11/21/26,06:02:06,Assign,", datetime(2026, 11, 21, 5, 2, 6, tzinfo=UTC)),
        (b"10,13/41/26,06:02:06,Assign,", None),
        (b"nothing", None),
        (b"2026-13-41 99:99:99", None),
        (b"Foo 99 99:99:99", None),
    ],
)
def test_a_line_begins_with_its_time(line: bytes, expected: datetime | None) -> None:
    """Local times in the zone that is stated; a year that is not told is the last that fits."""
    assert LogTime(_CET, _NOW).of(line) == expected


def test_summer_time_is_that_of_the_zone() -> None:
    """Noon in July and in January."""
    times = LogTime(ZoneInfo("Europe/Oslo"), _NOW)

    assert times.of(b"2026-07-01 12:00:00 x") == datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
    assert times.of(b"2026-01-01 12:00:00 x") == datetime(2026, 1, 1, 11, 0, tzinfo=UTC)


def test_captures_of_servers_are_read() -> None:
    """Every client of the debug log of Kea has both values, none is somebody else's."""
    log = (folder() / "kea-3.0.4" / "dhcp4" / "kea-dhcp4.query-data.log").read_bytes()

    found = _gathered(log)

    assert len(found) > 40
    assert all(one.circuit or one.remote for one in found)


@given(
    st.lists(
        st.integers(0, 8 * 3600).map(
            lambda s: datetime(2026, 10, 24, 22, tzinfo=UTC) + s * _SECOND
        ),
        max_size=40,
    )
)
@_USUAL
def test_a_clock_that_remembers_hours_reads_as_one_that_does_not(times: list[datetime]) -> None:
    """Over the night in which an hour comes twice."""
    oslo = ZoneInfo("Europe/Oslo")
    remembering, forgetful = Clock(oslo, _NOW), Clock(oslo, _NOW)
    for time in sorted(times):
        written = time.astimezone(oslo).strftime("%Y-%m-%d %H:%M:%S")
        forgetful._offsets.clear()
        forgetful._sure.clear()
        assert remembering.iso(written) == forgetful.iso(written)


@pytest.mark.parametrize("written", ["0001-01-01 00:30:00", "9999-12-31 23:59:59"])
def test_a_time_without_one_in_utc_is_none_each_time(written: str) -> None:
    """At the ends of the calendar, also once the hour is known."""
    clock = Clock(timezone(timedelta(minutes=43)), _NOW)
    ends = [clock.iso(written), clock.iso(written[:-1] + "8"), clock.iso(written)]
    assert ends[0] == ends[2]
    assert (ends[0] is None) == (ends[1] is None) == written.startswith("0001")


def test_a_line_says_the_same_again_whatever_its_time() -> None:
    """What is kept of a line is kept by what stands behind its time; what stands before counts."""
    line = b"vm kea: circuit-id: 65:74:68 and remote-id: 00:16, context"
    once = Mention(circuit=b"65:74:68", remote=b"00:16")
    log = b"\n".join(b"2026-11-21 06:27:%02d %s" % (second, line) for second in range(3))
    assert _gathered(log) == [once] * 3
    lease = b',02:82,01:02,3600,1795242431,1,0,0,h,0,{ "sub-options": "0x0102000a" }'
    assert (
        _gathered(b"10.82.100.3" + lease + b"\n10.82.100.4" + lease)
        == [Mention(option82=b"0x0102000a")] * 2
    )


def test_an_option_82_in_front_of_a_lease_is_found_though_the_rest_is_known() -> None:
    """What stands before the time is no part of what a line is known by."""
    rest = b",3600,1795242431,1,0,0,h,0,"
    named = b"10.0.0.1,52:05:01:03:65:74:68" + rest
    assert _gathered(named) == _gathered(b"10.0.0.1,02:05:01:03:65:74:68" + rest + b"\n" + named)
    assert _gathered(named) == [Mention(option82=b"52:05:01:03:65:74:68")]


_FRONTS = [
    b"2026-11-21 06:27:23 ",
    b"2026-11-21T06:27:23.5Z ",
    b"2026-11-21T06:27:23+01:00 ",
    b"2026-11-21 06:27:23.123456 ",
    b"2026-11-21 06:27:23.1234567890 ",
    b"2026-11-21 06:27:23,5 ",
    b"2026-11-21T06:27:23Z\t",
    b"2026-13-41 99:99:99 ",
    b"Nov 21 06:27:23 ",
    b"Foo 21 06:27:23 ",
    b"10.0.0.1,02:82,01:02,3600,1795240616,1 ",
    b"10.0.0.1,02:82,01:02,3600,999999999999,1 ",
    b"10.0.0.1" * 40 + b",02:82,01:02,3600,1795240616,1 ",
]


@pytest.mark.parametrize("front", _FRONTS)
def test_a_line_whose_date_is_found_has_the_time_that_it_has_read_as_a_whole(front: bytes) -> None:
    """Fractions, zones, and what only looks like a time."""
    line = front + b"vm kea: circuit-id: 65:74:68 and remote-id: 00:16, context"
    begun, times = dated(line), LogTime(_CET, _NOW)

    assert begun is not None
    assert begun[2] is not None
    assert times.at(begun[2]) == LogTime(_CET, _NOW).of(line)
    again = times.begun.get(line[:FRONT])
    assert again is None or again == (begun[0], LogTime(_CET, _NOW).of(line), None)


def test_the_front_of_a_line_is_remembered_where_it_tells_the_whole_time() -> None:
    """A blank or more follows the time in it; Feb 29 is a day of some years."""
    times = LogTime(_CET, _NOW)
    for front in [*_FRONTS, b"2026-11-21T06:27:23Z ", b"2026-11-21 06:27:2", b"Feb 29 06:27:23:"]:
        if (begun := dated(front + b"vm kea")) and begun[2]:
            times.at(begun[2])

    assert set(times.begun) == {
        b"2026-11-21 06:27:23 v",
        b"2026-11-21T06:27:23Z ",
        b"Nov 21 06:27:23 vm ke",
        b"Feb 29 06:27:23:vm ke",
    }


@given(st.lists(st.tuples(st.integers(0, 8 * 3600), st.booleans()), max_size=40), st.booleans())
@_USUAL
def test_times_of_lines_are_those_that_are_read_without_remembering(
    seconds: list[tuple[int, bool]], is_sorted: bool
) -> None:
    """Over the night in which an hour comes twice, in both ways to write a time."""
    oslo, night = ZoneInfo("Europe/Oslo"), datetime(2026, 10, 24, 22, tzinfo=UTC)
    log = []
    for second, is_iso in sorted(seconds) if is_sorted else seconds:
        local = (night + second // 600 * 600 * _SECOND).astimezone(oslo)
        written = local.strftime("%Y-%m-%d %H:%M:%S" if is_iso else "%b %d %H:%M:%S")
        log.append(f"{written} vm kea: circuit-id: 65:74:68 and remote-id: 00:16".encode())
    gatherer = Gatherer(LogTime(oslo, _NOW), puzzled=lambda *_: None)
    forgetful, expected = LogTime(oslo, _NOW), []
    for line in log:
        forgetful._clock._sure.clear()
        expected.append(forgetful.of(line))

    assert [time for found in gatherer.gather(log) for *_, time in found] == expected


def test_a_line_says_the_same_again_whatever_the_fraction_and_the_zone_of_its_time() -> None:
    """They are part of the time; what may be the beginning of an option 82 is not."""
    known = [dated(front + b"x") for front in _FRONTS[:4]]
    assert [begun and begun[0] for begun in known] == [len(front) - 1 for front in _FRONTS[:4]]
    option = b"2026-11-21T06:27:23+52:05:01:03:65:74:68"
    assert _gathered(b"2026-11-21T06:27:23+01:05:01:03:65:74:68\n" + option) == [
        Mention(option82=b"52:05:01:03:65:74:68")
    ]


@pytest.mark.parametrize(
    "repeated",
    [
        b'circuit-id="',
        b"circuit id remote id ",
        b"circuit-id ",
        b"circuit-id=a ",
        b'remote-id: "x ',
        b"circuit-id x   ",
    ],
)
def test_a_line_twice_as_long_takes_about_twice_as_long(repeated: bytes) -> None:
    """Whatever somebody has put into it: where each name is sought to the end, four times."""

    def took_s(octets: int) -> float:
        line = b"2026 option circuit " + repeated * (octets // len(repeated))
        tries = []
        for _ in range(3):
            begun = process_time()
            mentions(line)
            tries.append(process_time() - begun)
        return min(tries)

    assert took_s(1 << 18) < 9 * took_s(1 << 16)
    assert mentions(b"2026 option circuit " + repeated * 1000)
