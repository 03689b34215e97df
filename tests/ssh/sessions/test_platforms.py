"""What is typed on each platform, to the octet: from log-in to log-out, over real SSH."""

from __future__ import annotations

import pytest
from tests.ssh.sessions.talking import TABLE, device, lab, run

from techinfo.collect.registry import cli_platforms
from techinfo.ssh.cli_recording import Output
from techinfo.ssh.sessions.commands import every_command

SPACES = "-- MORE --, next page: Space, next line: Enter, quit: Control-C"
ALL = "CTRL+C ESC q Quit SPACE n Next Page ENTER Next Entry a All "
LONG = "terminal length 0\nterminal width 511\n"
TYPED = {
    "cisco_ios": ("sw-1>", LONG + "{0}\nexit\n", " --More-- "),
    "cisco_nxos": ("sw-1#", LONG + "{0}\nexit\n", "--More--"),
    "dell_os6": ("console>", "{0}\n  exit\n", "--More-- or (q)uit"),
    "dlink_cisco_cli": ("sw-1#", "terminal length 0\n{0}\nexit\n", "--More--"),
    "dlink_des21xx": ("DES-2108>", "{0}\n  exit\n", "--More--"),
    "dlink_ds": ("DES-3200-28:admin#", "{0}\nalogout\n", ALL),
    "edgecore": (
        "Vty-0#",
        "terminal length 0\nterminal width 300\n{0}\nexit\n",
        "---More---",
    ),
    "eltex": ("console#", "terminal datadump\n{0}\nexit\n", "More: <space>,  Quit: q"),
    "fs_fsos": ("Switch#", "terminal length 0\n{0}\nexit\n", " --More-- "),
    "hp_comware": ("<HP>", "screen-length disable\n{0}\nquit\n", "  ---- More ----"),
    "hp_procurve": ("ProCurve Switch 2510G-48#", "{0}\n  logout\ny", SPACES),
    "huawei_smartax": (
        "MA5800-X7#",
        "{0}\n  quit\ny\n",
        "  ---- More ( Press 'Q' to break ) ----",
    ),
    "huawei_vrp": ("<sw-1>", "screen-length 0 temporary\n{0}\nquit\n", "  ---- More ----"),
    "juniper_junos": (
        "tech@sw-1>",
        "set cli screen-length 0\nset cli screen-width 511\nset cli complete-on-space off\n"
        "{0}\nexit\n",
        "---(more)---",
    ),
    "linux": ("root@OpenWrt:~#", "{0}\nexit\n", ""),
    "mikrotik_routeros": ("[tech@sw-1] >", "{0}\r\n/quit\r", ""),
    "zyxel_zynos": ("ES-3124#", "{0}\n  exit\n", "Press any key to continue, e to exit"),
}
"""Prompt, octets, pager. A device that has a line against its pager is sent that one."""
LOG_OUT = {
    "hp_procurve": "Do you want to log out [y/n]? ",
    "huawei_smartax": "  Check whether system data has been changed. Please save data before "
    "logout.\n  Are you sure to log out? (y/n)[n]:",
}


@pytest.mark.parametrize("platform", TYPED)
def test_nothing_else_is_typed(platform: str) -> None:
    """And what was printed is told whole, whatever the pager."""
    prompt, typed, pager = TYPED[platform]
    command = every_command(cli_platforms()[platform])[0]
    switch = device(
        platform=platform,
        prompt=prompt,
        pager=pager,
        outputs=(Output(command, TABLE),),
        log_out=LOG_OUT.get(platform, ""),
    )

    async def test() -> None:
        async with lab(switch) as net:
            (told,) = await net.pool.ask(net.target(), [command])
        assert told.error is None
        assert told.output.text == TABLE

    run(test)

    assert switch.heard == [typed.format(command)]


def test_every_platform_with_a_session_stands_here() -> None:
    """A new one needs its octets."""
    spoken = {p.names[0] for p in cli_platforms().values() if p.session is not None}

    assert spoken == set(TYPED)
