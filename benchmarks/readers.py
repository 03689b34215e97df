"""How many lines of logs and lease files a CPU second reads, by form.

    python -m benchmarks.readers            # every form
    python -m benchmarks.readers kea-csv    # one

Each form reads some ten thousand records as its server writes them, with an option 82 of its own in
each, in pieces of 256 KiB. ``ingest`` is the whole way for one form: read, looked up by a dict,
written to the file of leases.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from techinfo.dhcp.identity import Identity
from techinfo.dhcp.intervals import AccessRef
from techinfo.dhcp.readers import FORMS, Reader, Source
from techinfo.leases.log import LeaseLog
from techinfo.leases.store import LeaseFile

LEASES = 10_000
PIECE = 256 * 1024
FIRST = 1_795_237_763
NOW = datetime(2026, 11, 27, tzinfo=UTC)
PATTERN = re.compile(r": ack (?P<address>\S+) (?P<mac>\S+) (?P<circuit_hex>\S+)")


def _address(n: int) -> str:
    return f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}"


def _mac(n: int) -> str:
    return (0x02_00_5E_00_00_00 + n).to_bytes(6, "big").hex(":")


def _circuit(n: int) -> bytes:
    return b"sw-%04d eth 0/%d:100" % (n // 24, n % 24)


def _time(n: int) -> datetime:
    return datetime.fromtimestamp(FIRST + n // 10, UTC)


def kea_csv(n: int) -> str:
    """A row of Kea 3.0."""
    row = bytes([1, len(_circuit(n))]) + _circuit(n)
    context = f'{{ "ISC": {{ "relay-agent-info": {{ "sub-options": "0x{row.hex()}" }} }} }}'
    end = FIRST + n // 10 + 3600
    return f"{_address(n)},{_mac(n)},01:{_mac(n)},3600,{end},1,0,0,,0,{context},0\n"


def kea_forensic(n: int) -> str:
    """A line of Kea 3.0."""
    text = _circuit(n)
    return (
        f"{_time(n):%Y-%m-%d %H:%M:%S} UTC Address: {_address(n)} has been assigned for 1 hrs 0"
        f" mins 0 secs to a device with hardware address: hwtype=1 {_mac(n)}, client-id: 01:00 "
        f"connected via relay at address: 10.82.0.2, identified by circuit-id: {text.hex(':')} "
        f"({text.decode()})\n"
    )


def dhcpd_leases(n: int) -> str:
    """A block of ISC dhcpd, thirteen lines."""
    return (
        f"lease {_address(n)} {{\n  starts 6 {_time(n):%Y/%m/%d %H:%M:%S};\n"
        f"  ends 6 {_time(n + 36_000):%Y/%m/%d %H:%M:%S};\n  cltt 6 {_time(n):%Y/%m/%d %H:%M:%S};\n"
        f"  binding state active;\n  next binding state free;\n  rewind binding state free;\n"
        f'  hardware ethernet {_mac(n)};\n  uid "\\001\\002\\202\\000\\000\\002\\001";\n'
        f'  option agent.circuit-id "{_circuit(n).decode()}";\n  client-hostname "host";\n}}\n'
    )


def dhcpd_syslog(n: int) -> str:
    """Five lines, as ISC dhcpd writes them for a new client."""
    front = f"{_time(n):%b %d %H:%M:%S} vm dhcpd[2850]: "
    return (
        f"{front}DHCPDISCOVER from {_mac(n)} via 10.82.0.2\n"
        f"{front}DHCPOFFER on {_address(n)} to {_mac(n)} via 10.82.0.2\n"
        f"{front}COMMIT ip={_address(n)} mac={_mac(n)} cid={_circuit(n).hex(':')} rid=\n"
        f"{front}DHCPREQUEST for {_address(n)} (10.82.0.1) from {_mac(n)} via 10.82.0.2\n"
        f"{front}DHCPACK on {_address(n)} to {_mac(n)} via 10.82.0.2\n"
    )


def dnsmasq_log(n: int) -> str:
    """Eight lines, with log-dhcp."""
    front = f"{_time(n):%b %d %H:%M:%S} dnsmasq-dhcp[21423]: {n} "
    return (
        f"{front}available DHCP range: 10.0.0.1 -- 10.255.255.254\n"
        f"{front}client provides name: host\n{front}DHCPREQUEST(s0) {_address(n)} {_mac(n)} \n"
        f"{front}tags: s0\n{front}DHCPACK(s0) {_address(n)} {_mac(n)} host\n"
        f"{front}sent size:  1 option: 53 message-type  5\n"
        f"{front}sent size:  4 option: 51 lease-time  1h\n"
        f"{front}sent size:  8 option: 82 agent-info  01:06:{n.to_bytes(6, 'big').hex(':')}\n"
    )


def windows_dhcp(n: int) -> str:
    """A row."""
    return (
        f"11,{_time(n):%m/%d/%y,%H:%M:%S},Renew,{_address(n)},host,{_mac(n).replace(':', '')},,7,0"
        f",,,,0x4D53465420352E30,MSFT 5.0,,,0x0106{_circuit(n).hex()},0\r\n"
    )


def freeradius_linelog(n: int) -> str:
    """A line of the DHCP server."""
    return (
        f"{_time(n):%Y-%m-%d %H:%M:%S} DHCP-Request mac={_mac(n)} ip={_address(n)}"
        f" circuit=0x{_circuit(n).hex()} remote=0x\n"
    )


def syslog_pattern(n: int) -> str:
    """A line of nobody's."""
    return f"{_time(n):%b %d %H:%M:%S} vm x: ack {_address(n)} {_mac(n)} {_circuit(n).hex(':')}\n"


def tshark_fields(n: int) -> str:
    """A packet."""
    return f"{FIRST + n / 10}\t{_mac(n)}\t{_address(n)}\t5\t3600\t{_circuit(n).hex()}\n"


CASES: dict[str, tuple[str, Callable[[int], str]]] = {
    "kea-csv": (
        "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,"
        "state,user_context,pool_id\n",
        kea_csv,
    ),
    "kea-forensic": ("", kea_forensic),
    "dhcpd-leases": ("", dhcpd_leases),
    "dhcpd-syslog": ("", dhcpd_syslog),
    "dnsmasq-log": ("", dnsmasq_log),
    "windows-dhcp": ("", windows_dhcp),
    "freeradius-linelog": ("", freeradius_linelog),
    "tshark-fields": (
        "frame.time_epoch\tdhcp.hw.mac_addr\tdhcp.ip.your\tdhcp.option.dhcp\t"
        "dhcp.option.ip_address_lease_time\t"
        "dhcp.option.agent_information_option.agent_circuit_id\n",
        tshark_fields,
    ),
    "syslog-pattern": ("", syslog_pattern),
}


def pieces(octets: bytes) -> Iterator[bytes]:
    """As a tail reads them."""
    for at in range(0, len(octets), PIECE):
        yield octets[at : at + PIECE]


def measure(form: str) -> str:
    """Lines and events of a CPU second."""
    head, record = CASES[form]
    octets = (head + "".join(map(record, range(LEASES)))).encode()
    source = Source(name="benchmark", now=lambda: NOW, lease_s=3600, pattern=PATTERN)
    reader = Reader(FORMS[form], source)
    begun = time.process_time()
    events = sum(1 for piece in pieces(octets) for _ in reader.feed(piece))
    events += sum(1 for _ in reader.end())
    spent = time.process_time() - begun
    assert (events, reader.tally.garbage) == (LEASES, 0), (events, reader.tally.samples)  # noqa: S101 - a benchmark of nothing is none
    lines = octets.count(b"\n")
    return f"{form:20} {lines / spent:12,.0f} lines/s {events / spent:12,.0f} events/s"


def ingest() -> str:
    """The whole way of Kea's lease file into the file of leases."""
    head, record = CASES["kea-csv"]
    octets = (head + "".join(map(record, range(LEASES)))).encode()
    known = {Identity(_circuit(n)): AccessRef(f"A-{n}", 100) for n in range(LEASES)}

    def where(asked: Sequence[tuple[Identity, datetime | None]]) -> list[AccessRef | None]:
        return [known.get(identity) for identity, _ in asked]

    with (
        tempfile.TemporaryDirectory() as folder,
        LeaseFile.open(Path(folder) / "leases.sqlite") as file,
    ):
        log = LeaseLog(file, where, now=lambda: NOW)
        reader = Reader(FORMS["kea-csv"], Source(name="benchmark", now=lambda: NOW))
        begun = time.process_time()
        taken = sum(log.take(reader.feed(piece)) for piece in pieces(octets))
        spent = time.process_time() - begun
    return f"{'ingest of kea-csv':20} {taken / spent:12,.0f} lines/s"


def main() -> None:
    """Print a line for each form."""
    wanted = sys.argv[1:] or list(CASES)
    for form in wanted:
        print(measure(form))
    if not sys.argv[1:]:
        print(ingest())


if __name__ == "__main__":
    main()
