"""Facts from a command line, over real SSH: few commands, and a state for every part."""

from __future__ import annotations

import pytest
from tests.ssh.sessions.talking import HURRY, device, lab, run

from techinfo.collect.registry import cli_platforms
from techinfo.driver.cli import CliGroup, CliLease, CliMac, CliOptic, CliPort
from techinfo.lab.cli_device import CliFaults
from techinfo.model import State
from techinfo.ssh.cli_recording import Output
from techinfo.ssh.sessions.reading import read_kinds

PLATFORM = cli_platforms()["cisco_ios"]
LEASES = "show ip dhcp snooping binding"
STATUS = "show interfaces status"
ONE_PORT = "show interfaces Gi1/0/2 status"
PRINTED = {
    LEASES: """
MacAddress          IpAddress        Lease(sec)  Type           VLAN  Interface
------------------  ---------------  ----------  -------------  ----  --------------------
02:00:00:00:00:01   192.0.2.11       1512        dhcp-snooping   10   GigabitEthernet1/0/1
02:00:00:00:00:02   192.0.2.12       86400       dhcp-snooping   10   GigabitEthernet1/0/2
Total number of bindings: 2
""",
    ONE_PORT: """
Port      Name               Status       Vlan       Duplex  Speed Type
Gi1/0/2                      connected    10         a-full a-1000 10/100/1000BaseTX
""",
    "show interfaces description": """
Interface                      Status         Protocol Description
Gi1/0/1                        up             up
""",
}
OUTPUTS = tuple(Output(command, text) for command, text in PRINTED.items())


def test_one_port_is_asked_by_its_own_command() -> None:
    """Where there is none, the table is read, and the others' rows are left out."""
    switch = device(outputs=OUTPUTS)

    async def test() -> None:
        async with lab(switch) as net:
            told = await read_kinds(
                net.pool, net.target(), PLATFORM, {CliPort, CliLease}, port="Gi1/0/2"
            )
        assert {type(row) for row in told.rows} == {CliPort, CliLease}
        assert [r.ip for r in told.rows if isinstance(r, CliLease)] == ["192.0.2.12"]
        assert told.parts["status"].state is State.OK
        assert told.parts["dhcpSnooping"].state is State.OK

    run(test)

    assert set(switch.commands) == {LEASES, ONE_PORT}


def test_the_next_command_is_asked_where_the_device_does_not_know_one() -> None:
    """This one has no list of states, and none of groups at all."""
    switch = device(outputs=OUTPUTS)

    async def test() -> None:
        async with lab(switch) as net:
            told = await read_kinds(net.pool, net.target(), PLATFORM, {CliPort, CliGroup})
        assert [row.port for row in told.rows] == ["Gi1/0/1"]
        assert told.parts["status"].state is State.OK
        assert told.parts["igmpSnooping"].state is State.UNSUPPORTED

    run(test)

    assert "show interfaces" not in switch.commands
    assert set(switch.commands) >= {STATUS, "show interfaces description"}


def test_a_command_that_fails_fails_its_part_alone() -> None:
    """What came of one that was cut is told as a part of it."""
    switch = device(outputs=OUTPUTS, faults=CliFaults(hangs=(LEASES,)))

    async def test() -> None:
        async with lab(switch, patience=HURRY) as net:
            told = await read_kinds(
                net.pool, net.target(), PLATFORM, {CliLease, CliPort}, port="Gi1/0/2"
            )
        assert told.parts["dhcpSnooping"].state is State.PARTIAL
        assert "timeout" in told.parts["dhcpSnooping"].cause
        assert told.parts["status"].state is State.OK

    run(test)


def test_a_session_that_is_lost_is_no_empty_table() -> None:
    """Nothing came: the part has failed, and says why."""
    switch = device(outputs=OUTPUTS, faults=CliFaults(cut_after=0))

    async def test() -> None:
        async with lab(switch) as net:
            told = await read_kinds(net.pool, net.target(), PLATFORM, {CliLease, CliMac})
        assert told.rows == []
        assert {told.parts[p].state for p in ("dhcpSnooping", "macAddressTable")} == {State.FAILED}
        assert "closed" in told.parts["dhcpSnooping"].cause

    run(test)


def test_what_a_platform_has_no_table_for_is_unsupported() -> None:
    """And nothing is sent for it."""
    switch = device(platform="dlink_des21xx", outputs=())

    async def test() -> None:
        async with lab(switch) as net:
            platform = cli_platforms()["dlink_des21xx"]
            told = await read_kinds(net.pool, net.target(), platform, {CliOptic})
        assert told.parts["transceiver"].state is State.UNSUPPORTED

    run(test)

    assert switch.heard == []


@pytest.mark.parametrize("port", ["1; reload", "1\nreload", "all"])
def test_a_port_that_is_none_is_put_into_no_command(port: str) -> None:
    """It may come from an inventory that somebody else has filled: nobody's row is told."""
    switch = device(outputs=OUTPUTS)

    async def test() -> None:
        async with lab(switch) as net:
            told = await read_kinds(net.pool, net.target(), PLATFORM, {CliLease}, port=port)
        assert told.rows == []

    run(test)

    assert set(switch.commands) == {LEASES}
