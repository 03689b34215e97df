"""Whatever a device sends, nothing is typed but what its driver declares, and the end is ours."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from techinfo.collect.registry import cli_platforms
from techinfo.driver.cli_session import PAGERS
from techinfo.errors import DriverError, SshClosedError, SshError, SshTimeoutError
from techinfo.ssh.sessions.commands import every_command
from techinfo.ssh.sessions.dialogue import Dialogue
from techinfo.ssh.sessions.messages import Login, Patience

PLATFORMS = sorted({p.names[0] for p in cli_platforms().values() if p.session is not None})
SECRET = "hush-1"  # noqa: S105 - made up
LOGIN = Login(name="default", user="reader", password=SECRET, enable="hush-2")
PATIENCE = Patience(login=5.0, quiet=5.0, command=20.0, settle=0.5, logout=2.0)
PIECES = [
    "sw-1#", "sw-1>", "\r\n", "\n", "<sw-1>", "[sw-1]", "tech@sw-1>", "[t@sw-1] >", "--More--",
    "sw-1(config)#", "Password: ", "Username: ", "Change now? [Y/N]:", "Too many users",
    "do you want to log out [y/n]?", "do you want to save [y/n]?", "root@sw%", "\x00", "å",
    "CTRL+C ESC q Quit a All", "\x1b[2J\x1b[24;1H", "\x1b[", "\x08\x08", "more: <space>",
    "Press Y or ENTER to continue",
]  # fmt: skip
"""What devices say that means something, and what means nothing."""


class Device:
    """Sends what it is told to, piece by piece; time passes where it sends nothing."""

    def __init__(self, sends: Sequence[str], *, echoes: bool) -> None:
        self._sends = list(sends)
        self._echoes = echoes
        self.typed: list[str] = []
        self.now = 0.0

    def send(self, text: str) -> None:
        """Remember it, and perhaps print it."""
        self.typed.append(text)
        if self._echoes:
            self._sends.insert(0, text.replace("\n", "\r\n"))

    def receive(self, seconds: float) -> str:
        """The next piece; silence, once there is none; the end, in the end."""
        if self._sends:
            return self._sends.pop(0)
        self.now += max(seconds, 0.001)
        if self.now > 1000.0:
            raise SshClosedError("it closed the session")
        return ""

    def clock(self) -> float:
        """Seconds that it has kept silent."""
        return self.now


@pytest.mark.parametrize("name", PLATFORMS)
@given(
    sends=st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=20)), max_size=40),
    echoes=st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_nothing_is_typed_that_is_not_declared(name: str, sends: list[str], echoes: bool) -> None:
    """No error but ours, no loop, and no secret where none is asked for."""
    platform = cli_platforms()[name]
    cli = platform.session
    assert cli is not None
    command = every_command(platform)[0]
    device = Device(sends, echoes=echoes)
    dialogue = Dialogue(device, cli, LOGIN, PATIENCE, clock=device.clock)

    try:
        dialogue.log_in()
        dialogue.ask(command)
    except SshError:
        pass
    dialogue.log_out()

    answers = (*cli.questions, *cli.at_logout, *cli.pagers, *PAGERS)
    lines = ["", *cli.after_login, command, cli.logout, cli.enable, LOGIN.user]
    secrets = [SECRET] * cli.asks_in_session + [LOGIN.enable] * bool(cli.enable)
    allowed = {a.typed for a in answers} | {line + cli.enter for line in (*lines, *secrets)}
    assert set(device.typed) <= allowed


def test_half_a_row_that_looks_like_a_prompt_ends_no_output() -> None:
    """The device pauses there; what comes after is the rest of the table, and then the prompt."""
    cli = cli_platforms()["cisco_ios"].session
    assert cli is not None

    class Pausing(Device):
        def receive(self, _seconds: float) -> str:
            return self._sends.pop(0)

    pause = ""
    device = Pausing(
        [pause, "show vlan\r\nPort\r\nVLAN#", pause, "10 up\r\n", "sw-1#", "\r\nsw-1#"],
        echoes=False,
    )
    dialogue = Dialogue(device, cli, LOGIN, PATIENCE, clock=device.clock)
    dialogue.prompt = "sw-1#"

    asked = dialogue.ask("show vlan")

    assert asked.error is None
    assert asked.output.text == "Port\nVLAN#10 up\n"
    assert device.typed == ["show vlan\n", "\n"]


def test_what_does_not_only_read_is_not_typed() -> None:
    """The last wall, in the process that types."""
    cli = cli_platforms()["cisco_ios"].session
    assert cli is not None
    device = Device([], echoes=True)

    with pytest.raises(DriverError, match="only reads"):
        Dialogue(device, cli, LOGIN, PATIENCE, clock=device.clock).ask("reload")

    assert device.typed == []


def test_an_output_without_end_ends() -> None:
    """As does a pager without end: it is the time that ends it."""
    cli = cli_platforms()["edgecore"].session
    assert cli is not None
    command = "show interfaces status"

    class Endless(Device):
        def receive(self, seconds: float) -> str:
            self.now += 0.01
            more = self.typed and "row\r\n--More--"
            return self._sends.pop(0) if self._sends else more or super().receive(seconds)

    device = Endless([], echoes=True)
    dialogue = Dialogue(device, cli, LOGIN, PATIENCE, clock=device.clock)
    dialogue.prompt = "Vty-0#"

    asked, again = dialogue.ask(command), dialogue.ask(command)

    assert isinstance(asked.error, SshTimeoutError)
    assert asked.output.text.startswith("row\n")
    assert "does not stop" in str(again.error)
