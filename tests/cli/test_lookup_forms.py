"""Whatever a log looks like, its identifiers are found, or told as not understood."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from techinfo.cli.main import app

_NETWORK = r"""
elements: [{name: sw-1, address: 192.0.2.3}]
accesses: [{access_id: A-1, element: sw-1, port: ge1}, {access_id: A-2, element: sw-1, port: ge2},
           {access_id: A-3, element: sw-1, port: ge3}, {access_id: A-6, element: sw-1, port: ge6}]
subscriptions:
  - {subscription_id: S-1, access_id: A-1, provider: isp, service: BB, service_type: bb,
     state: ACTIVATED, ipv4_circuit_id: "0x000400640103", ipv4_remote_id: "0x0006001b54aa0200"}
  - {subscription_id: S-2, access_id: A-2, provider: isp, service: BB, service_type: bb,
     state: ACTIVATED, ipv4_circuit_id: "eth 0/1", ipv4_remote_id: "10.10.10.10"}
  - {subscription_id: S-3, access_id: A-3, provider: isp, service: BB, service_type: bb,
     state: ACTIVATED, ipv4_circuit_id: "0x67650731", ipv4_remote_id: "0xff1e7f"}
  - {subscription_id: S-6, access_id: A-6, provider: isp, service: BB, service_type: bb,
     state: ACTIVATED, ipv6_interface_id: "eth 0/1", ipv6_remote_id: "line-6"}
"""
"""A-3 has a BEL, and octets above 127 and of 127."""
_FRONT = b"Nov 21 06:11:47 vm dhcpd[1]: "
_COMMIT = b"COMMIT ip=192.0.2.9 mac=2:0:5e:0:53:1 cid=0:4:0:64:1:3 rid=0:6:0:1b:54:aa:2:0"
_TCPDUMP = (
    b"      Circuit-ID SubOption 1, length 6: ^@^D^@d^A^C\n"
    b"      Remote-ID SubOption 2, length 8: ^@^F^@^[T*^B^@\n"
)


def _counted(*messages: bytes) -> bytes:
    return b"".join(b"%d %b" % (len(message), message) for message in messages)


@pytest.fixture(scope="module")
def looked_up(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes], Result]:
    """Ask for a log's identifiers."""
    folder: Path = tmp_path_factory.mktemp("network")
    config = folder / "techinfo.toml"
    config.write_text(f'[inventory]\npath = "{folder / "inventory.sqlite"}"\n')
    (folder / "net.yaml").write_text(_NETWORK)
    runner = CliRunner()
    arguments = ["inventory", "import", str(folder / "net.yaml"), "--config", str(config)]
    done = runner.invoke(app, arguments)
    assert done.exit_code == 0, done.output

    def look_up(log: bytes) -> Result:
        (folder / "log").write_bytes(log)
        path = str(folder / "log")
        return runner.invoke(app, ["lookup", "--log", path, "--tz", "UTC", "--config", str(config)])

    return look_up


def _accesses(result: Result) -> list[str]:
    return [line.split("\t")[1] for line in result.stdout.splitlines()]


@pytest.mark.parametrize(
    ("log", "access"),
    [
        pytest.param(_FRONT + _COMMIT, "A-1", id="the recipe of docs/leases.md"),
        pytest.param(b"<30>1 2026-11-21T05:11:47Z vm dhcpd 1 - - " + _COMMIT, "A-1", id="RFC 5424"),
        pytest.param(
            b'<30>1 2026-11-21T05:11:47Z vm dhcpd 1 - [a@1 b="c \\] d"][e@2 f="1"] ' + _COMMIT,
            "A-1",
            id="RFC 5424, structured data with blanks and brackets",
        ),
        pytest.param(
            b"<30>1 2026-11-21T05:11:47Z vm dhcpd 1 - - \xef\xbb\xbf" + _COMMIT,
            "A-1",
            id="RFC 5424, a BOM before the message",
        ),
        pytest.param(
            b"\xef\xbb\xbf2026-11-21T05:11:47Z vm dhcpd[1]: " + _COMMIT, "A-1", id="BOM of the file"
        ),
        pytest.param(
            b'<30>1 2026-11-21T05:11:47Z vm x 1 - [dhcp@32473 circuit-id="0x000400640103" '
            b'remote-id="0x0006001b54aa0200"] bound',
            "A-1",
            id="identifiers in structured data",
        ),
        pytest.param(
            _counted(b"<30>1 2026-11-21T05:11:47Z vm dhcpd 1 - - " + _COMMIT),
            "A-1",
            id="an octet count before the priority",
        ),
        pytest.param(
            _counted(
                b"<30>1 2026-11-21T05:11:46Z vm dhcpd 1 - - DHCPDISCOVER from 02:00:5e:00:53:01",
                b"<30>1 2026-11-21T05:11:47Z vm dhcpd 1 - - " + _COMMIT,
            ),
            "A-1",
            id="octet counts and no line feeds",
        ),
        pytest.param(
            _FRONT + b"Lease for 192.0.2.9 raw option-82 info is CID: 0.4.0.100.1.3 "
            b"AID: 0.6.0.1b.54.aa.2.0",
            "A-1",
            id="decimals of a recipe",
        ),
        pytest.param(
            _FRONT + b"o82hex 192.0.2.9 circuit-id 0:4:0:64:1:3\n"
            b"" + _FRONT + b"o82hex 192.0.2.9 remote-id 0:6:0:1b:54:aa:2:0",
            "A-1",
            id="o82hex",
        ),
        pytest.param(
            _FRONT + b"o82raw 192.0.2.9 circuit-id eth 0/1\n"
            b"" + _FRONT + b"o82raw 192.0.2.9 remote-id 10.10.10.10",
            "A-2",
            id="o82raw",
        ),
        pytest.param(
            _FRONT + b"o18 65:74:68:20:30:2f:31\n" + _FRONT + b"o37 0:0:d:e9:6c:69:6e:65:2d:36",
            "A-6",
            id="o18 and o37",
        ),
        pytest.param(_TCPDUMP.replace(b"*", b"M-*"), "A-1", id="tcpdump's carets"),
        pytest.param(
            b"circuit-id ^@^D^@d^A^C, remote-id ^@^F^@^[TM-*^B^@", "A-1", id="cat -v of a log"
        ),
        pytest.param(
            b"circuit-id ge^G1, remote-id <FF>^^^?", "A-3", id="octets as less shows them"
        ),
        pytest.param(
            b"circuit-id ge^G1, remote-id M-^?^^^?", "A-3", id="the highest octets as cat -v has"
        ),
        pytest.param(b'circuit-id="ge\\a1" remote-id="\\377\\036\\177"', "A-3", id="escapes"),
        pytest.param(
            b'{"circuit-id": "ge\\u00071", "remote-id": "\\u00ff\\u001e\\u007f"}',
            "A-3",
            id="escapes of JSON",
        ),
        pytest.param(
            b"KEA_QUERY4_OPTIONS=type=082, len=018:,\noptions:\n"
            b"  type=001, len=006: 00:04:00:64:01:03\n"
            b"  type=002, len=008: 00:06:00:1b:54:aa:02:00\n",
            "A-1",
            id="an option of Kea in a variable",
        ),
        pytest.param(
            b"type=082, len=018:,\noptions:\n\ttype=001, len=007: 65:74:68:20:30:2f:31 'eth 0/1'\n"
            b"\ttype=002, len=011: 31:30:2e:31:30:2e:31:30:2e:31:30 '10.10.10.10'\n",
            "A-2",
            id="an option of Kea 3 with tabs",
        ),
        pytest.param(
            b"Nov 21 06:11:47 vm kea-dhcp4: DEBUG [kea-dhcp4.packets] DHCP4_QUERY_DATA x"
            b"#012  type=082, len=018:,#012options:#012    type=001, len=006: 00:04:00:64:01:03"
            b"#012    type=002, len=008: 00:06:00:1B:54:AA:02:00",
            "A-1",
            id="a packet of Kea in one line of rsyslog",
        ),
        pytest.param(
            b"QUERY4_OPTION_82=0x01060004006401030208 0006\nQUERY4_OPTION_82_SUB_OPTION_1="
            b"0x000400640103\nQUERY4_OPTION_82_SUB_OPTION_2=0x0006001B54AA0200",
            "A-1",
            id="variables of Kea's hook",
        ),
        pytest.param(
            b"EVENT=add 02:00:5e:00:53:01 192.0.2.9\0DNSMASQ_CIRCUIT_ID=eth 0/1\0"
            b"DNSMASQ_REMOTE_ID=10.10.10.10\0DNSMASQ_TAGS=s0\0",
            "A-2",
            id="an environment with NULs",
        ),
        pytest.param(
            b"x sent size: 20 option: 82 agent-info  01:06:00:04:00:64:01:03:02:08:00:06:00:1b:54"
            b":aa:02:00",
            "A-1",
            id="dnsmasq under its newer name",
        ),
        pytest.param(
            b"Relay-Agent-Information: 0x52120106000400640103020800060 01b54aa0200\n"
            b"DHCP-Relay-Agent-Information = 0x0106000400640103020800060 01b\n"
            b"option 82: 0x521201060004006401030208"
            b"0006001b54aa0200",
            "A-1",
            id="a whole option in hex",
        ),
        pytest.param(
            b"dhcp: client 02:00:5e:00:53:01 52:12:01:06:00:04:00:64:01:03:02:08:00:06:00:1b:54:aa"
            b":02:00 bound",
            "A-1",
            id="a whole option without a name",
        ),
        pytest.param(
            b"\tRelay-Agent-Information.Circuit-Id = 0x000400640103\n"
            b"\tRelay-Agent-Information.Remote-Id = 0x0006001b54aa0200",
            "A-1",
            id="FreeRADIUS 4",
        ),
        pytest.param(
            b"frame.time_epoch\tdhcp.option.agent_information_option.agent_circuit_id\t"
            b"dhcp.option.agent_information_option.agent_remote_id\n"
            b"1795237562.73\t000400640103\t0006001b54aa0200",
            "A-1",
            id="columns of tshark",
        ),
        pytest.param(
            b"dhcpd: lease 192.0.2.9 CID=0:4:0:64:1:3 RID=0:6:0:1b:54:aa:2:0", "A-1", id="CID, RID"
        ),
        pytest.param(
            b"KEA_QUERY6_OPTIONS=type=00018, len=00007: 65:74:68:20:30:2f:31\n"
            b"type=00037, len=00010: 3561 (uint32) 6C696E652D36",
            "A-6",
            id="an option of Kea 6 in a variable",
        ),
        pytest.param(
            b"OPTION:  82 ( 18) Relay Agent Information  Circuit-ID  00:04:00:64:01:03\n"
            b"                                           Remote-ID  00:06:00:1b:54:aa:02:00",
            "A-1",
            id="dhcpdump",
        ),
        pytest.param(
            b"Option 82: 01 06 00 04 00 64 01 03 02 08 00 06 00 1b 54 aa 02 00", "A-1", id="blanks"
        ),
        pytest.param(
            b'{"log":"circuit-id=0x000400640103 remote-id=0x0006001b54aa0200\\n",'
            b'"stream":"stdout","time":"2026-11-21T06:04:45.1Z"}',
            "A-1",
            id="a line that Docker keeps",
        ),
        pytest.param(
            b'{"__CURSOR":"s=1","MESSAGE":"circuit-id: \\"eth 0/1\\", '
            b'remote-id: \\"10.10.10.10\\""}',
            "A-2",
            id="a line of journalctl -o json",
        ),
        pytest.param(
            b"DHCPD: circuit-id 000400640103 remote-id 0006001b54aa0200",
            "A-1",
            id="nothing but a blank between the two",
        ),
        pytest.param(
            b"relay: Circuit ID: eth 0/1 Remote ID: 10.10.10.10", "A-2", id="blanks in the names"
        ),
        pytest.param(
            b"circuit-id: [0:4:0:64:1:3] remote-id: [0:6:0:1b:54:aa:2:0]", "A-1", id="in brackets"
        ),
    ],
)
def test_an_identifier_is_found_whatever_the_log_looks_like(
    looked_up: Callable[[bytes], Result], log: bytes, access: str
) -> None:
    """Headers of syslog, escapes, dumps of options."""
    result = looked_up(log + b"\n")

    assert _accesses(result)[-1:] == [access], result.output


@pytest.mark.parametrize("form", ["25-tcpdump", "26-kea"])
def test_a_field_case_is_found(looked_up: Callable[[bytes], Result], form: str) -> None:
    """As tcpdump and Kea's hook print them; the switch is another one."""
    log = {
        "25-tcpdump": b"\t    Agent-Information (82), length 18: \n"
        b"\t      Circuit-ID SubOption 1, length 6: ^@^D^@d^A^C\n"
        b"\t      Remote-ID SubOption 2, length 8: ^@^F^B^@^^^@^@^A\n",
        "26-kea": b"KEA_QUERY4_OPTIONS=type=082, len=014:,\noptions:\n"
        b"  type=001, len=006: 00:04:00:64:01:03\n"
        b"  type=002, len=008: 00:06:02:00:1e:00:00:01\n",
    }[form]

    result = looked_up(log)

    assert result.exit_code == 1
    assert ("0x000400640103" if "tcp" in form else "00:04:00:64:01:03") in result.stdout


@pytest.mark.parametrize(
    "log",
    [
        b"circuit-id: <port 00:04:00:64:01:03>",
        b"Circuit-ID SubOption 1, length 9: ^@^D^@d^A^C",
        b"    type=001, len=006: 00:04:00",
        b"option 82: 0x52120106000400640103",
        b"relay agent information option: 01:06:00:04:00:64",
        b"type=00037, len=00015: 3130",
    ],
)
def test_what_may_be_an_identifier_is_told_when_it_is_not_understood(
    looked_up: Callable[[bytes], Result], log: bytes
) -> None:
    """Counted, shown, and no success: a log with identifiers is never told to have none."""
    result = looked_up(b"DHCPDISCOVER from 02:00:5e:00:53:01\n" + log + b"\n")

    assert result.exit_code == 1
    assert "1 lines have what may be an identifier and was not understood" in result.stderr
    assert "line 2:" in result.stderr


@pytest.mark.parametrize(
    "log",
    [
        b"Nov 21 06:11:47 vm dhcpd[1]: DHCPACK on 192.0.2.9 to 02:00:5e:00:53:01 via eth0",
        b"Nov 21 06:11:47 vm dhcpd[1]: COMMIT ip=192.0.2.9 mac=2:0:5e:0:53:1 cid= rid=",
        b"Nov 21 06:11:47 vm dhcpd[1]: Discarding packet with bogus relay agent information option",
        b"    Option: (82) Agent Information Option",
        b"        Option 82 Suboption: (1) Agent Circuit ID",
        b"sent size: 4 option: 51 lease-time  1h",
        b"INFO [kea-dhcp4.leases/1.2] DHCP4_LEASE_ALLOC [hwtype=1 02:00:5e:00:53:01], cid=[01:02]",
    ],
)
def test_a_line_without_an_identifier_is_not_told(
    looked_up: Callable[[bytes], Result], log: bytes
) -> None:
    """Neither as found nor as not understood."""
    result = looked_up(log + b"\n")

    assert "0 identifiers found, 0 not" in result.stderr
    assert "understood" not in result.stderr


@pytest.mark.parametrize(
    "packed",
    [gzip.compress, bz2.compress, lzma.compress, lambda log: log.decode().encode("utf-16")],
)
def test_a_packed_log_is_read(
    looked_up: Callable[[bytes], Result], packed: Callable[[bytes], bytes]
) -> None:
    """As logrotate leaves it, and as PowerShell writes."""
    assert _accesses(looked_up(packed(_FRONT + _COMMIT + b"\n"))) == ["A-1"]


def test_a_text_behind_octets_forges_no_other_value(looked_up: Callable[[bytes], Result]) -> None:
    """Kea's legal log does not escape what it puts in brackets."""
    evil = b"c) and remote-id: 0x0006001b54aa0200 (x"
    log = b"identified by circuit-id: %b (%b) and remote-id: 00:01 (..)\n"

    result = looked_up(log % (evil.hex(":").encode(), evil))

    assert _accesses(result) == ["-"]


def test_a_sub_option_of_another_option_is_none(looked_up: Callable[[bytes], Result]) -> None:
    """Option 43 has sub-options of its own in a packet of Kea."""
    log = (
        b"options:\n  type=043, len=008:,\noptions:\n    type=001, len=006: 00:04:00:64:01:03\n"
        b"  type=082, len=018:,\noptions:\n    type=001, len=007: 65:74:68:20:30:2f:31\n"
        b"    type=002, len=011: 31:30:2e:31:30:2e:31:30:2e:31:30\n"
    )

    assert _accesses(looked_up(log)) == ["A-2"]
