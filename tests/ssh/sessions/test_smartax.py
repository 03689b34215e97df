"""Huawei SmartAX asks what a command may go on with; what is typed then, to the octet."""

from __future__ import annotations

import pytest
from tests.drivers.cli.of_huawei_smartax import FLOWS, NO_FLOW, RULE
from tests.ssh.sessions.talking import PATIENCE, device, lab, login, run
from tests.ssh.sessions.test_hostile import Device

from techinfo.collect.registry import cli_platforms
from techinfo.driver.cli import CliPortVlan
from techinfo.errors import SshBusyError
from techinfo.lab.cli_device import CliDevice, CliFaults
from techinfo.model import State
from techinfo.ssh.cli_recording import Output
from techinfo.ssh.sessions.dialogue import Dialogue
from techinfo.ssh.sessions.reading import read_rows

PLATFORM = cli_platforms()["huawei_smartax"]
ONT, PORT = "display service-port port 0/1/0 ont 7", "display service-port port 0/1/0"
ALL = "display service-port all"
ROWS = "".join(
    f"    {300 + n} {n}    common   gpon 0/1 /0  7    {n}     vlan  {n}         -    -    up   \n"
    for n in range(1, 41)
)
SECRET = "planted-7f21"  # noqa: S105 - of a lab on loopback


def _olt(*outputs: Output, smart: str = "{ <cr>|gemport<K>|sort-by<K>||<K> }:") -> CliDevice:
    return device(
        platform="huawei_smartax",
        prompt="MA5800-X7>",
        enable=SECRET,
        smart=smart,
        pager="  ---- More ( Press 'Q' to break ) ----",
        erase="\x1b[37D" + 37 * " " + "\x1b[37D",
        log_out="  Are you sure to log out? (y/n)[n]:",
        outputs=outputs,
    )


@pytest.mark.parametrize(("smart", "enter"), [("{ <cr>|gemport<K>||<K> }:", "\n"), ("", "")])
def test_one_ont_is_one_command_from_log_in_to_log_out(smart: str, enter: str) -> None:
    """With more rights, through the question and the pager; not a line is netmiko's."""
    olt = _olt(
        Output(ONT, FLOWS + ROWS + RULE + "   Total : 40  (Up/Down :    40/0)\n"), smart=smart
    )

    async def test() -> None:
        async with lab(olt, logins={"default": login(enable=SECRET)}) as net:
            told = await read_rows(net.pool, net.target(), PLATFORM, [CliPortVlan], "0/1/0", 7)
        assert (told.parts["portVlans"].state, told.parts["portVlans"].cause) == (State.OK, "")
        assert [row.vlan for row in told.rows if isinstance(row, CliPortVlan)] == [*range(1, 41)]

    run(test)

    assert olt.heard == [f"enable\n{SECRET}\n{ONT}\n{enter} quit\ny\n"]


def test_more_rights_that_want_no_secret_are_given_none() -> None:
    """As long as none is set on the OLT, it asks for none."""
    pause = ""
    olt = Device(["\r\nMA5608T>", pause, "enable\r\n\r\nMA5608T#", pause], echoes=False)
    session = PLATFORM.session
    assert session is not None
    dialogue = Dialogue(olt, session, login(enable=SECRET), PATIENCE, clock=olt.clock)

    dialogue.log_in()

    assert dialogue.prompt == "MA5608T#"
    assert olt.typed == ["enable\n"]


def test_an_ont_without_service_ports_has_none() -> None:
    """That is what the device says, and nothing else that it says."""
    busy = "  Failure: System is busy, please retry after a while\n"
    olt = _olt(Output(ONT, NO_FLOW), Output(PORT, busy))

    async def test() -> None:
        async with lab(olt) as net:
            none = await read_rows(net.pool, net.target(), PLATFORM, [CliPortVlan], "0/1/0", 7)
            late = await read_rows(net.pool, net.target(), PLATFORM, [CliPortVlan], "0/1/0")
        assert none.parts["portVlans"].state is State.EMPTY
        assert late.parts["portVlans"].state is State.PARTIAL
        assert "System is busy" in late.parts["portVlans"].cause

    run(test)


def test_the_whole_olt_is_never_asked_for_one_ont() -> None:
    """Where more rights are wanted, or the port has another name: nothing is told."""
    olt = _olt(
        Output(ONT, "          ^\n  % Unknown command, the error locates at '^'\n"), smart=""
    )

    async def test() -> None:
        async with lab(olt) as net:
            kinds = [CliPortVlan]
            refused = await read_rows(net.pool, net.target(), PLATFORM, kinds, "0/1/0", 7)
            strange = await read_rows(net.pool, net.target(), PLATFORM, kinds, "vlanif 7/x")
        assert refused.parts["portVlans"].state is State.UNSUPPORTED
        assert strange.parts["portVlans"].state is State.UNSUPPORTED

    run(test)

    assert list(olt.commands) == [ONT]


def test_a_row_of_a_kind_that_nobody_knows_is_no_ports() -> None:
    """VPI may be the number of an ONT there, or not."""
    strange = "    301 100  common   xgsp 0/1 /0  7    1     vlan  7         -    -    up\n"
    olt = _olt(Output(ONT, FLOWS + strange), smart="")

    async def test() -> None:
        async with lab(olt) as net:
            told = await read_rows(net.pool, net.target(), PLATFORM, [CliPortVlan], "0/1/0", 7)
        assert told.rows == []
        assert told.parts["portVlans"].state is State.PARTIAL

    run(test)


def test_nobody_more_may_log_in_for_this_user() -> None:
    """Each user has so many sessions at a time; the device is left alone for a while."""
    olt = _olt()
    olt.faults = CliFaults(too_many="  Reenter times have reached the upper limit.")

    async def test() -> None:
        async with lab(olt) as net:
            with pytest.raises(SshBusyError):
                await net.pool.ask(net.target(), [ALL])

    run(test)
