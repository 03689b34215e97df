"""Nothing is typed on a device but what a driver declares, and of that only what reads."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techinfo.collect.registry import cli_platforms
from techinfo.driver.cli import CliCableTest, CliPlatform, CliTable
from techinfo.driver.cli_session import Answer, CliSession
from techinfo.errors import DriverError
from techinfo.ssh.sessions.commands import (
    check,
    declared,
    every_command,
    for_ont,
    for_port,
    is_reading,
)

PLATFORMS = cli_platforms()
TABLES = [
    pytest.param(platform, table, id=f"{platform.names[0]}: {table.command}")
    for platform in dict.fromkeys(PLATFORMS.values())
    for table in platform.tables
]
NAMES = {
    "dlink_ds": "1:3",
    "edgecore": "Eth 1/3",
    "eltex": "gigabitethernet 1/0/3",
    "hp_procurve": "3",
    "huawei_smartax": "0/1/3",
    "juniper_junos": "ge-0/0/3",
    "linux": "eth3",
    "zyxel_zynos": "3",
}
"""How a port is called there."""


@pytest.mark.parametrize(
    "command",
    [
        "show vlan",
        "display mac-address",
        "show interfaces *",
        "show interfaces extensive | display json",
        "ubus call network.device status",
        "ip -j -s link show",
        "ip -j addr show dev eth0",
        "bridge -j fdb show",
        "bridge -j -d vlan show",
        "ethtool --json -m eth1",
        "tc -j qdisc show",
        "tc -j qdisc show dev eth0.10",
        "/interface ethernet monitor [find] once",
    ],
)
def test_what_reads_may_be_typed(command: str) -> None:
    """The forms of the commands of every platform."""
    assert is_reading(command)


@pytest.mark.parametrize(
    "command",
    [
        "configure terminal",
        "show vlan\nconfigure terminal",
        "show vlan\rreload",
        "show vlan; reload",
        "show running-config | redirect tftp://192.0.2.1/x",
        "show vlan | append flash:x",
        "show vlan > x",
        "show vlan && reboot",
        "show `reboot`",
        "show $(reboot)",
        "show",
        "show  vlan",
        " show vlan",
        "showvlan",
        "ubus call network.interface down",
        "ubus call system reboot",
        "ip -j link set eth0 down",
        "ip link show",
        "bridge -j fdb add 02:00:00:00:00:01 dev eth0",
        "ethtool -s eth0 speed 10",
        "ethtool --json -p eth0",
        "tc -j qdisc add dev eth0",
        "tc qdisc show",
        "tc -j -b show",
        "/interface print; /system reboot",
        "/interface ethernet disable ether1",
        "/interface ethernet monitor [/system reboot] once",
        "show " + "x" * 300,
        "show vlan\x00",
        "show vlän",
        "cable_diag ports all",
        "show interfaces clear",
    ],
)
def test_what_could_do_more_may_not(command: str) -> None:
    """No second command, no file, no pipe to one, nothing that is not spelt as a reading is."""
    assert not is_reading(command)


@given(st.text(max_size=12), st.text(alphabet="\r\n;|&<>`$\x00\x1b{}()\"'\\", min_size=1))
def test_no_line_end_and_no_shell_gets_through(text: str, odd: str) -> None:
    """Wherever it stands."""
    assert not is_reading(f"show {text}{odd}")
    assert not is_reading(f"{odd}show vlan")


def test_every_driver_declares_what_may_be_typed() -> None:
    """The check of the start."""
    check(PLATFORMS)


@pytest.mark.parametrize(("platform", "table"), TABLES)
def test_the_command_for_one_port_is_read_by_its_own_table(
    platform: CliPlatform, table: CliTable
) -> None:
    """One port's question sends one port's command, and it is known again."""
    port = NAMES.get(platform.names[0], "GigabitEthernet1/0/3")

    command = for_port(table, port)

    if command is not None:
        assert table.named(command)
        assert declared(platform, command)
        assert port in command


@pytest.mark.parametrize(
    "port", ["1; reload", "1\n", "all", "1 | redirect x", "", "clear", "1/0/1 | no-more", "../1"]
)
def test_what_is_no_port_is_put_into_no_command(port: str) -> None:
    """It may come from an inventory that somebody else has filled."""
    table = next(t for t in PLATFORMS["cisco_ios"].tables if t.one_port)

    with pytest.raises(ValueError, match="no name of a port"):
        for_port(table, port)
    assert not declared(PLATFORMS["cisco_ios"], table.one_port.replace("{port}", port))


def test_one_ont_is_asked_for_by_its_own_command() -> None:
    """It is known again, by the platform that declares it and by no other."""
    platform = PLATFORMS["huawei_smartax"]
    for table in platform.tables:
        command = for_ont(table, "0/1/12", 127)

        assert command is not None
        assert command.endswith(" port 0/1/12 ont 127")
        assert table.named(command)
        assert declared(platform, command)
        assert not declared(PLATFORMS["huawei_vrp"], command)
    assert for_ont(PLATFORMS["cisco_ios"].tables[0], "1/1", 3) is None


@pytest.mark.parametrize(("port", "ont"), [("0/1/0; x", 1), ("0/1/0", -1), ("0/1/0", 10**9)])
def test_what_is_no_ont_is_put_into_no_command(port: str, ont: int) -> None:
    """Nor is it declared."""
    platform = PLATFORMS["huawei_smartax"]
    (table, *_) = platform.tables

    with pytest.raises(ValueError, match="no ONT"):
        for_ont(table, port, ont)
    typed = table.one_ont.replace("{port}", port).replace("{ont}", str(ont))
    assert not declared(platform, typed)


def test_a_cable_test_is_never_among_the_commands() -> None:
    """It takes the link down."""
    for platform in PLATFORMS.values():
        tests = {t.command for t in platform.tables if t.kind is CliCableTest}

        assert not tests & set(every_command(platform))
        assert not any(declared(platform, command) for command in tests)


@pytest.mark.parametrize(
    "session",
    [
        CliSession(after_login=("disable clipaging",)),
        CliSession(after_login=("terminal length 0\nreload",)),
        CliSession(after_login=("undo smart",)),
        CliSession(logout="reload"),
        CliSession(enable="system-view"),
        CliSession(questions=(Answer(asked=r"Save the configuration\? \[Y/N\]", typed="y\n"),)),
        CliSession(pagers=(Answer(asked="more", typed="reload\n"),)),
        CliSession(prompt="["),
    ],
)
def test_a_driver_whose_session_changes_something_is_refused(session: CliSession) -> None:
    """At the start, before anybody is asked."""
    platform = replace(PLATFORMS["cisco_ios"], session=session)

    with pytest.raises(DriverError, match="mine"):
        check({"mine": platform})


def test_a_driver_whose_command_changes_something_is_refused() -> None:
    """The same for commands."""
    table = replace(PLATFORMS["cisco_ios"].tables[0], command="clear counters")

    with pytest.raises(DriverError, match="clear counters"):
        check({"mine": replace(PLATFORMS["cisco_ios"], tables=(table,))})
