"""Whatever is fed to a reader: nothing is raised, and what waits for its end is bounded."""

from __future__ import annotations

import tracemalloc
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.dhcp.readers.conftest import CAPTURED, source

from techinfo.dhcp.readers import FORMS, Reader
from techinfo.dhcp.readers.reader import MOST_RECORD
from techinfo.dhcp.readers.syslog import GROUPS
from techinfo.leases.following import compiled

PATTERN = compiled(
    r": (?P<kind>\w+) (?P<address>\S+) (?P<mac>\S+) (?P<circuit_hex>\S*) ?(?P<remote_esc>.*)",
    FORMS["syslog-pattern"],
    "pattern",
)
SEEDS = {
    "kea-csv": b"""address,hwaddr,client_id,valid_lifetime,expire,hostname,state,user_context
192.0.2.1,02:00:5e:00:53:01,,20,1795237770,host,0,\
{ "ISC": { "relay-agent-info": { "remote-id": "6332"&#x2c "sub-options": "0x0102633102026332" } } }
""",
    "kea-forensic": b"""2026-11-21 06:09:10 CET Address: 192.0.2.1 has been assigned\
 for 0 hrs 0 mins 20 secs to a device with hardware address: hwtype=1 02:00:5e:00:53:01\
 connected via relay at address: 192.0.2.9,\
 identified by circuit-id: 63:31 (c1) and remote-id: 63:32
""",
    "kea-log": b"""\
2026-11-21 06:27:09.154 DEBUG [kea-dhcp4.packets/1.2] DHCP4_QUERY_DATA\
 [hwtype=1 02:00:5e:00:53:01], cid=[no info], tid=0x1, packet details: x
  type=082, len=022:,
options:
    type=001, len=002: 63:31
2026-11-21 06:27:09.155 INFO  [kea-dhcp4.leases/1.2] DHCP4_LEASE_ALLOC\
 [hwtype=1 02:00:5e:00:53:01], cid=[no info], tid=0x1:\
 lease 192.0.2.1 has been allocated for 20 seconds
""",
    "kea-control": b"""{"arguments": {"leases": [{"cltt": 1795237763, "ip-address": "192.0.2.1",
"hw-address": "02:00:5e:00:53:01", "state": 0, "valid-lft": 20}]}, "result": 0}
""",
    "kea-script": b"""--- leases4_committed
LEASES4_AT0_ADDRESS=192.0.2.1
LEASES4_AT0_VALID_LIFETIME=20
QUERY4_OPTION_82=0x01026331
TIME=1795237763
""",
    "dhcpd-leases": b"""lease 192.0.2.1 {
  starts 6 2026/11/21 05:11:47;
  ends 6 2026/11/21 05:12:07;
  binding state active;
  hardware ethernet 02:00:5e:00:53:01;
  option agent.circuit-id "a\\"};b";
  on expiry {
    log (info, "x");
  }
}
""",
    "openbsd-leases": b"""lease 192.0.2.1 {
\tstarts 6 2026/11/21 05:11:47 UTC;
\tends 6 2026/11/21 05:12:07 UTC;
\thardware ethernet 02:00:5e:00:53:01;
\tuid 01:02:00:5e:00:53:01;
\tclient-hostname "me";
}
""",
    "dhcpd-syslog": b"""\
Nov 21 06:11:47 vm dhcpd[1]: COMMIT ip=192.0.2.1 mac=2:0:5e:0:53:1 cid=63:31 rid=
Nov 21 06:11:47 vm dhcpd[1]: DHCPACK on 192.0.2.1 to 02:00:5e:00:53:01 via 192.0.2.9
""",
    "infoblox-syslog": b"""Nov 21 06:11:47 ib dhcpd[1]: DHCPACK on 192.0.2.1 to 02:00:5e:00:53:01\
 via eth2 relay 192.0.2.9 lease-duration 119 (RENEW)
""",
    "dnsmasq-script": b"EVENT=add 02:00:5e:00:53:01 192.0.2.1 host\0DNSMASQ_CIRCUIT_ID=c1\0"
    b"DNSMASQ_LEASE_EXPIRES=1795240926\0DNSMASQ_TIME_REMAINING=3600\0",
    "dnsmasq-leases": b"1795240926 02:00:5e:00:53:01 192.0.2.1 host *\n",
    "dnsmasq-log": b"""\
Nov 21 06:02:06 dnsmasq-dhcp[1]: 7 DHCPACK(s0) 192.0.2.1 02:00:5e:00:53:01 host
Nov 21 06:02:06 dnsmasq-dhcp[1]: 7 sent size:  4 option: 82 agent-info  01:02:63:31
""",
    "freeradius-linelog": b"2026-11-21 06:04:45 DHCP-Request mac=02:00:5e:00:53:01 ip=192.0.2.1"
    b" circuit=0x6331 remote=0x6332\n",
    "freeradius-detail": b"""Sat Nov 21 06:04:47 2026
\tAcct-Status-Type = Start
\tFramed-IP-Address = 192.0.2.1
\tADSL-Agent-Circuit-Id = 0x6331
\tTimestamp = 1795237487

""",
    "windows-dhcp": b"10,11/21/26,06:02:06,Assign,192.0.2.1,host,02005E005301,,7,0,,,,"
    b"0x4D53465420352E30,MSFT 5.0,,,0x0102633102026332,0\r\n",
    "tshark-fields": b"frame.time_epoch\tdhcp.hw.mac_addr\tdhcp.ip.your\tdhcp.option.dhcp\t"
    b"dhcp.option.agent_information_option.agent_circuit_id\n"
    b"1795237562.73\t02:00:5e:00:53:01\t192.0.2.1\t5\t6331\n",
    "syslog-pattern": b"Nov 21 06:11:47 vm x: ack 192.0.2.1 02:00:5e:00:53:01 63:31 c2\n",
}
SEEDS["kea-socket"] = SEEDS["kea-control"]
"""A good record of every form."""
_SPOILERS = [b"", b"\0", b'"', b"\\", b"\n", b"{", b"}", b",", b"9" * 20]
_USUAL = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def fed(form: str, octets: bytes, cuts: list[int]) -> Reader:
    """A reader that was given octets in pieces."""
    reader = Reader(FORMS[form], source(pattern=PATTERN if form == "syslog-pattern" else None))
    begin = 0
    for cut in sorted({c % (len(octets) + 1) for c in cuts}):
        for event in reader.feed(octets[begin:cut]):
            assert timedelta(days=-40_000) < event.at - CAPTURED < timedelta(days=40_000)
        begin = cut
    list(reader.feed(octets[begin:]))
    list(reader.end())
    return reader


def test_every_form_has_a_good_record() -> None:
    """So that none is left out below."""
    assert set(SEEDS) == set(FORMS), "add a good record of the form to SEEDS above"
    for form, seed in SEEDS.items():
        tally = fed(form, seed, []).tally
        assert (tally.events > 0, tally.garbage) == (True, 0), (form, tally.samples)


@pytest.mark.parametrize("form", FORMS)
@_USUAL
@given(octets=st.binary(max_size=400), cuts=st.lists(st.integers(0, 1000), max_size=4))
def test_random_octets_raise_nothing(form: str, octets: bytes, cuts: list[int]) -> None:
    """In whatever pieces they come."""
    fed(form, octets, cuts)


@pytest.mark.parametrize("form", FORMS)
@_USUAL
@given(data=st.data(), cuts=st.lists(st.integers(0, 2000), max_size=4))
def test_a_spoilt_record_raises_nothing(form: str, data: st.DataObject, cuts: list[int]) -> None:
    """Octets are changed, taken out and put in; the good record behind it is read again."""
    seed = SEEDS[form]
    spoilt = bytearray(seed)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, max(0, len(spoilt) - 1)))
        octets = data.draw(
            st.sampled_from([b"", b"\0", b'"', b"\\", b"\n", b"{", b"}", b",", b"9" * 20])
        )
        spoilt[at : at + data.draw(st.integers(0, 3))] = octets

    reader = fed(form, bytes(spoilt) + b"\n" + seed, cuts)

    assert reader.tally.garbage <= reader.tally.records * 2


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("filler", [b"a", b'"', b"{", b"\0", b"a,", b"9", b"\\", b"EVENT=", b"[{"])
def test_a_record_without_an_end_takes_bounded_memory(form: str, filler: bytes) -> None:
    """Twice as much as is kept, and more."""
    reader = Reader(FORMS[form], source(pattern=PATTERN if form == "syslog-pattern" else None))
    piece = (filler * 65536)[:65536]
    tracemalloc.start()

    for _ in range(9):
        list(reader.feed(piece))
        assert reader.pending <= MOST_RECORD
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 16 * MOST_RECORD


@pytest.mark.parametrize("form", FORMS)
def test_a_good_record_is_the_same_in_any_pieces(form: str) -> None:
    """Octet by octet, or all at once."""
    whole = fed(form, SEEDS[form] * 3, []).tally
    pieces = fed(form, SEEDS[form] * 3, list(range(3 * len(SEEDS[form])))).tally

    assert (whole.records, whole.events) == (pieces.records, pieces.events)


def test_garbage_is_counted_and_sampled() -> None:
    """A few samples, however much there is, each with why, and printable."""
    reader = fed("kea-csv", SEEDS["kea-csv"] + b"\x1b[31mevil,\n" * 1000, [])

    assert (reader.tally.garbage, reader.tally.events) == (1000, 1)
    assert len(reader.tally.samples) == 5
    assert all(sample.isprintable() for sample in reader.tally.samples)


def test_groups_of_a_pattern_are_all_read(tmp_path: Path) -> None:
    """Their names are those of the documentation."""
    assert tmp_path.exists()
    assert {"address", "circuit_hex", "circuit_dec", "circuit_esc", "option82"} <= GROUPS
