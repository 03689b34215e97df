"""How devices talk, over real SSH: pagers, banners, prompts, echoes, and what goes wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.ssh.sessions.talking import HURRY, MACS, PATIENCE, STATUS, TABLE, device, lab, login, run

from techinfo.collect.registry import cli_platforms
from techinfo.errors import (
    SshBusyError,
    SshClosedError,
    SshLoginError,
    SshModeError,
    SshTimeoutError,
)
from techinfo.lab.cli_device import CliDevice, CliFaults
from techinfo.ssh.cli_recording import CliRecording, Output
from techinfo.ssh.sessions.commands import every_command
from techinfo.ssh.sessions.messages import Login


def test_a_banner_that_looks_like_a_prompt_is_none() -> None:
    """It is followed by more; the prompt is what silence follows."""
    switch = device(banner="########\n# No trespassing #\nunauthorised>\n", prompt="sw-1#")

    async def test() -> None:
        async with lab(switch) as net:
            (told,) = await net.pool.ask(net.target(), [STATUS])
        assert told.output.text == TABLE

    run(test)


def test_colours_and_log_lines_leave_the_table_as_it_is() -> None:
    """Sequences are gone; a log line stands as one."""
    switch = device(faults=CliFaults(colours=True, log_line="%LINK-3-UPDOWN: Gi1/0/9 down"))

    async def test() -> None:
        async with lab(switch) as net:
            (told,) = await net.pool.ask(net.target(), [STATUS])
        assert told.output.text == "%LINK-3-UPDOWN: Gi1/0/9 down\n" + TABLE

    run(test)


def test_a_prompt_that_changes_is_found_again() -> None:
    """A switch is given another name while we are on it."""
    switch = device(faults=CliFaults(new_prompt="sw-2#"))

    async def test() -> None:
        async with lab(switch) as net:
            told = await net.pool.ask(net.target(), [STATUS, MACS, STATUS])
        assert [t.error for t in told] == [None, None, None]
        assert told[2].output.text == TABLE
        assert net.pool.counts.opened == 1

    run(test)


def test_a_device_that_says_nothing_is_woken() -> None:
    """By an empty line, once; one that says something is not."""
    switch = device(faults=CliFaults(asleep=True))

    async def test() -> None:
        async with lab(switch, patience=replace(PATIENCE, login=5.0)) as net:
            (told,) = await net.pool.ask(net.target(), [STATUS])
        assert told.output.text == TABLE

    run(test)

    assert switch.heard[0].startswith("\nterminal length 0\n")


def test_a_wide_row_is_not_broken() -> None:
    """500 characters, and a command that is as long as one may be."""
    row = "x" * 500 + "\n"
    command = "show mac address-table interface GigabitEthernet1/0/1"
    switch = device(outputs=(Output(command, row),))

    async def test() -> None:
        async with lab(switch) as net:
            (told,) = await net.pool.ask(net.target(), [command])
        assert told.output.text == row

    run(test)


def test_a_slow_device_is_waited_for() -> None:
    """It takes longer than a prompt needs to settle."""
    switch = device(faults=CliFaults(delay_s=0.3))

    async def test() -> None:
        async with lab(switch) as net:
            (told,) = await net.pool.ask(net.target(), [STATUS])
        assert told.output.text == TABLE

    run(test)


def test_a_time_out_is_the_fault_of_one_command() -> None:
    """Its session is ended; the next command gets another one."""
    switch = device(faults=CliFaults(hangs=(STATUS,)))

    async def test() -> None:
        async with lab(switch, patience=HURRY) as net:
            hung, fine = await net.pool.ask(net.target(), [STATUS, MACS])
        assert isinstance(hung.error, SshTimeoutError)
        assert hung.output.cut == "timeout 1.5"
        assert hung.output.text.startswith(TABLE)
        assert fine.error is None
        assert net.pool.counts.opened == 2

    run(test)


def test_a_device_that_hangs_twice_is_not_asked_the_rest() -> None:
    """It would cost a session each."""
    switch = device(faults=CliFaults(hangs=(STATUS, MACS)))

    async def test() -> None:
        async with lab(switch, patience=HURRY) as net:
            told = await net.pool.ask(net.target(), [STATUS, MACS, STATUS, MACS])
        assert all(isinstance(t.error, SshTimeoutError) for t in told)
        assert sum(switch.commands.values()) == 2

    run(test)


def test_an_output_that_is_cut_says_so() -> None:
    """What came is told, with how it ended."""
    switch = device(faults=CliFaults(cut_after=200))

    async def test() -> None:
        async with lab(switch) as net:
            (told,) = await net.pool.ask(net.target(), [STATUS])
        assert isinstance(told.error, SshClosedError)
        assert told.output.cut == "closed"
        assert told.output.text
        assert TABLE.startswith(told.output.text)

    run(test)


def test_a_device_without_an_echo_is_not_understood() -> None:
    """A prompt that was left over would pass for an empty answer."""
    switch = device(faults=CliFaults(no_echo=True))

    async def test() -> None:
        async with lab(switch, patience=HURRY) as net:
            with pytest.raises(SshTimeoutError, match="echo"):
                await net.pool.ask(net.target(), [STATUS])
            with pytest.raises(SshBusyError, match="left alone for"):
                await net.pool.ask(net.target(), [STATUS])

    run(test)


@pytest.mark.parametrize(
    ("platform", "command", "prompt"),
    [
        ("cisco_ios", STATUS, "sw-1(config-if)#"),
        ("huawei_vrp", "display interface brief", "[~sw-1]"),
        ("juniper_junos", "show interfaces", "tech@sw-1#"),
    ],
)
def test_a_configuration_mode_ends_the_session(platform: str, command: str, prompt: str) -> None:
    """Nothing is typed there, not even the log-out."""
    switch = device(platform=platform, faults=CliFaults(config_mode=prompt))

    async def test() -> None:
        async with lab(switch) as net:
            with pytest.raises(SshModeError, match="configuration mode"):
                await net.pool.ask(net.target(), [command])
            with pytest.raises(SshBusyError, match=r"configuration mode; .* left alone"):
                await net.pool.ask(net.target(), [command])

    run(test)

    assert switch.heard == [""]


def test_a_session_that_slips_into_a_configuration_mode_is_ended() -> None:
    """After the first command, in this one."""
    switch = device(faults=CliFaults(new_prompt="sw-1(config)#"))

    async def test() -> None:
        async with lab(switch) as net:
            told, rest = await net.pool.ask(net.target(), [STATUS, MACS])
        assert isinstance(told.error, SshModeError)
        assert isinstance(rest.error, SshModeError)

    run(test)

    assert switch.heard[0].endswith(f"{STATUS}\n")


def test_a_shell_is_no_command_line() -> None:
    """Junos lets root into one."""
    switch = device(platform="juniper_junos", prompt="root@sw-1%")

    async def test() -> None:
        async with lab(switch, patience=HURRY_TO_LOG_IN) as net:
            with pytest.raises(SshModeError, match="shell"):
                await net.pool.ask(net.target(), ["show interfaces"])

    run(test)

    assert switch.heard == [""]


HURRY_TO_LOG_IN = type(HURRY)(login=0.6, settle=0.1)


def _with_rights(secret: str) -> tuple[CliDevice, dict[str, Login]]:
    return device(prompt="sw-1>", enable="more"), {"default": login(enable=secret)}


def test_more_rights_are_asked_for_where_a_secret_is_configured() -> None:
    """And nowhere else: every other test of these has a prompt that ends in >."""
    switch, logins = _with_rights("more")

    async def test() -> None:
        async with lab(switch, logins=logins) as net:
            (told,) = await net.pool.ask(net.target(), [STATUS])
        assert told.output.text == TABLE

    run(test)

    assert switch.heard[0].startswith("enable\nmore\nterminal length 0\n")


def test_a_secret_that_is_refused_stops_the_log_in() -> None:
    """It counts as one."""
    switch, logins = _with_rights("wrong")

    async def test() -> None:
        async with lab(switch, logins=logins) as net:
            for _ in range(2):
                with pytest.raises(SshLoginError):
                    await net.pool.ask(net.target(), [STATUS])

    run(test)

    assert switch.heard == ["enable\nwrong\n"]


@pytest.mark.parametrize("platform", ["fs_fsos", "dell_os6"])
def test_a_device_that_asks_within_the_session_is_told_there(platform: str) -> None:
    """It lets everybody in by SSH. Only platforms that are known for it are told."""
    command = every_command(cli_platforms()[platform])[0]
    switch = device(platform=platform, prompt="Switch#", asks=True, outputs=(Output(command, "x"),))

    async def test() -> None:
        async with lab(switch) as net:
            (told,) = await net.pool.ask(net.target(), [command])
        assert told.output.text == "x\n"

    run(test)

    assert switch.heard[0].startswith("techinfo\ntechinfo\n")


def test_a_password_is_typed_once_where_it_is_refused() -> None:
    """And nowhere on a platform that is not known to ask: it might be a log line of somebody's."""
    switch = device(platform="fs_fsos", asks=True, faults=CliFaults(refuses=True))
    other = device("sw-2", asks=True)

    async def test() -> None:
        async with lab(switch, other, patience=HURRY_TO_LOG_IN) as net:
            with pytest.raises(SshLoginError):
                await net.pool.ask(net.target(), ["show interfaces brief"])
            with pytest.raises(SshTimeoutError):
                await net.pool.ask(net.target("sw-2"), [STATUS])

    run(test)

    assert switch.heard == ["techinfo\ntechinfo\n"]
    assert other.heard == [""]


@pytest.mark.parametrize(
    ("platform", "question", "typed"),
    [
        ("hp_procurve", "Press any key to continue", " "),
        ("huawei_vrp", "The password needs to be changed. Change now? [Y/N]:", "n\n"),
        ("huawei_vrp", "Security risks in the configuration file. Continue? [Y/N]:", "n\n"),
        ("hp_comware", "Press Y or ENTER to continue, N to exit.", "\n"),
        ("mikrotik_routeros", "Do you want to see the software license? [Y/n]:", "n"),
    ],
)
def test_what_is_asked_before_the_prompt_is_answered(
    platform: str, question: str, typed: str
) -> None:
    """Nothing is agreed to."""
    prompt = {"huawei_vrp": "<sw>", "hp_comware": "<sw>", "mikrotik_routeros": "[t@sw] >"}
    command = every_command(cli_platforms()[platform])[0]
    shown = prompt.get(platform, "sw#")
    switch = device(platform=platform, prompt=shown, question=question, pager="")
    switch.recording = CliRecording(platform, (Output(command, "row\n"),))

    async def test() -> None:
        async with lab(switch) as net:
            (told,) = await net.pool.ask(net.target(), [command])
        assert told.error is None
        assert told.output.text == "row\n"

    run(test)

    assert switch.heard[0].startswith(typed)


def test_what_stands_above_a_prompt_is_no_output() -> None:
    """Junos says which member of a chassis it is."""
    outputs = (Output("show interfaces", "Physical interface: ge-0/0/1\n\n"),)
    switch = device(
        platform="juniper_junos", prompt="tech@sw>", above="{master:0}\n", outputs=outputs
    )

    async def test() -> None:
        async with lab(switch) as net:
            (told,) = await net.pool.ask(net.target(), ["show interfaces"])
        assert told.output.text == "Physical interface: ge-0/0/1\n"

    run(test)


def test_a_screen_that_is_painted_for_ever_is_left() -> None:
    """What it shows is told as cut: there is more that nobody sees."""
    switch = device(
        platform="dlink_ds",
        prompt="DES-3526:admin#",
        pager="CTRL+C ESC q Quit SPACE n Next Page p Previous Page r Refresh",
        outputs=(Output("show ports", TABLE),),
    )

    async def test() -> None:
        async with lab(switch) as net:
            (told,) = await net.pool.ask(net.target(), ["show ports"])
        assert told.error is None
        assert told.output.cut == "pager"
        assert told.output.text.startswith("Port      Name  Status\nGi1/0/1   up\n")

    run(test)

    assert switch.heard == ["show ports\nqlogout\n"]
