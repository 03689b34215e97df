"""A CLI recording without people, in which every column stays where it is. Texts are made up."""

from __future__ import annotations

from techinfo.collect.registry import cli_platforms
from techinfo.driver.cli import CliLease, CliPort
from techinfo.recordings.cli_scrubbing import scrubbed_cli
from techinfo.ssh.cli_reading import read
from techinfo.ssh.cli_recording import CliRecording, Output

PLATFORM = cli_platforms()["cisco_ios"]
STATUS = """
Port      Name               Status       Vlan       Duplex  Speed Type
Gi1/0/1   connected          connected    10         a-full a-1000 10/100/1000BaseTX
Gi1/0/2   Solgarden          connected    10         a-full a-1000 10/100/1000BaseTX
Gi1/0/3                      notconnect   1            auto   auto 10/100/1000BaseTX
"""
LEASES = """
MacAddress          IpAddress        Lease(sec)  Type           VLAN  Interface
------------------  ---------------  ----------  -------------  ----  --------------------
3C:52:82:11:22:33   81.230.17.201    1512        dhcp-snooping   10   GigabitEthernet1/0/1
3C:52:82:11:22:34   5.1.1.9          86400       dhcp-snooping   10   GigabitEthernet1/0/2
Total number of bindings: 2
"""


def _made(*outputs: tuple[str, str]) -> CliRecording:
    return CliRecording("cisco_ios", tuple(Output(command, text) for command, text in outputs))


def test_rows_tell_the_same_of_somebody_else() -> None:
    """Addresses and names are others; states, ports and times are what they were."""
    made = _made(("show interfaces status", STATUS), ("show ip dhcp snooping binding", LEASES))

    result = scrubbed_cli(made, PLATFORM)
    told = read(result.recording, PLATFORM)

    leases = [row for row in told.rows if isinstance(row, CliLease)]
    ports = [row for row in told.rows if isinstance(row, CliPort)]
    assert [(x.ip, x.mac.lower(), x.left_s) for x in leases] == [
        ("192.0.2.2", "02:00:00:00:00:01", 1512),
        ("192.0.2.1", "02:00:00:00:00:02", 86400),
    ]
    assert [p.link_up for p in ports] == [True, True, False]
    assert [p.description for p in ports] == ["connected", "port-2", None]
    assert result.unread == ()


def test_columns_stay_where_they_are() -> None:
    """A shorter address leaves blanks behind it, a longer one takes some."""
    made = _made(("show ip dhcp snooping binding", LEASES))

    (output,) = scrubbed_cli(made, PLATFORM).recording.outputs

    rows = output.text.splitlines()[3:5]
    assert {row.index("dhcp-snooping") for row in rows} == {49}


def test_secrets_are_nowhere_and_what_is_not_understood_is_told() -> None:
    """The user who asked, and a line that no template knows."""
    made = _made(("show interfaces status", STATUS + "session of reader-x from 81.230.17.9\n"))

    result = scrubbed_cli(made, PLATFORM, ["reader-x"])

    assert "reader-x" not in result.recording.outputs[0].text
    assert "81.230" not in result.recording.outputs[0].text
    assert result.unread
