"""A recorded command line as a device has it: its log-in, its prompt, its pager, and how it fails.

What it prints is a CLI recording's; what stands around it is told here. One object is one
device; its sessions are `CliScreen`'s, and share no state but what is counted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from techinfo.errors import ConfigError
from techinfo.ssh.cli_recording import CliRecording
from techinfo.ssh.sessions.commands import is_testing

_NO_PAGER = re.compile(
    r"terminal (?:length 0|datadump)|screen-length (?:0 temporary|disable)|set cli screen-length 0"
)
"""Lines that turn the pager off, for the session that they are typed in."""
_SILENT = re.compile(r"terminal width \d+|set cli (?:screen-width \d+|complete-on-space off)|")
_LOGOUTS = ("exit", "quit", "logout", "/quit")
UNKNOWN = "% Invalid input detected at '^' marker.\n"


@dataclass(kw_only=True, slots=True)
class CliFaults:
    """How a device misbehaves; nothing of it, by itself.

    Attributes:
        delay_s: Seconds before each output.
        too_many: It says that there are too many users, and ends the session.
        refuses: It refuses every log-in.
        cut_after: Characters of an output after which it ends the session.
        hangs: Commands whose output never comes to the prompt.
        no_echo: It does not print what is typed.
        log_line: A line that it prints before each output, unasked.
        colours: Sequences of a VT100 around every line.
        config_mode: Its prompt is one of a configuration mode.
        new_prompt: After the first command, the prompt is this.
        asleep: It prints nothing until somebody types.
        no_test: What it prints instead of beginning to test a cable: another test runs, it is busy.
    """

    delay_s: float = 0.0
    too_many: str = ""
    refuses: bool = False
    cut_after: int | None = None
    hangs: tuple[str, ...] = ()
    no_echo: bool = False
    log_line: str = ""
    colours: bool = False
    config_mode: str = ""
    new_prompt: str = ""
    asleep: bool = False
    no_test: str = ""


@dataclass(kw_only=True, slots=True)
class CliDevice:
    r"""A device of the lab.

    Attributes:
        prompt: What stands before a command.
        user, password: Who may log in; ``keys`` in OpenSSH's form may, too.
        banner: What it prints after the log-in, before the first prompt.
        pager: What it prints after a page; empty: it has no pager.
        page: Lines of a page.
        erase: What it prints over the pager's line.
        log_out: What it asks when it is left; ``y`` is typed then, and Enter where it ends in a
            colon.
        smart: What it prints before an output, for what the command may go on with; Enter is typed.
        enable: The secret for more rights; the prompt ends in ``#`` then.
        asks: It lets everybody in by SSH, and asks for name and password in the session.
        interactive: It takes a password by keyboard-interactive alone, as with RADIUS or TACACS.
        question: What it asks before the first prompt; a line or a key is an answer to it.
        above: What it prints above every prompt.
        heard: What was typed in each session, from log-in to log-out.
        refused: Log-ins that were refused.
        open: Sessions that are open now, and ``most`` at a time so far.
    """

    name: str
    recording: CliRecording
    prompt: str = "switch#"
    user: str = "techinfo"
    password: str = "techinfo"  # noqa: S105 - of a lab on loopback
    keys: tuple[str, ...] = ()
    banner: str = ""
    pager: str = " --More-- "
    page: int = 24
    erase: str = "\r          \r"
    log_out: str = ""
    smart: str = ""
    enable: str = ""
    asks: bool = False
    interactive: bool = False
    question: str = ""
    above: str = ""
    faults: CliFaults = field(default_factory=CliFaults)
    heard: list[str] = field(default_factory=list)
    commands: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    open: int = 0
    most: int = 0

    def screen(self) -> CliScreen:
        """A new session."""
        return CliScreen(self)


_OWN = ("name", "recording", "keys", "faults", "heard", "commands", "refused", "open", "most")
"""Fields that nobody sets in a file."""


def cli_device(name: str, recording: CliRecording, told: Mapping[str, Any]) -> CliDevice:
    """A device as a file describes it.

    Args:
        name: Its name in the lab.
        recording: What it prints; its prompt is the device's, unless ``told`` has another.
        told: Fields of `CliDevice`, and ``faults``: fields of `CliFaults`.

    Raises:
        ConfigError: A key is unknown, or its value is of another type.
    """
    faults = told.get("faults", {})
    given = {key: value for key, value in told.items() if key != "faults"}
    own = [f.name for f in fields(CliDevice) if f.name not in _OWN]
    _check("cli", given, own, CliDevice(name=name, recording=recording))
    _check("cli.faults", faults, [f.name for f in fields(CliFaults)], CliFaults())
    shown = {"prompt": recording.prompt} if recording.prompt else {}
    made: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in faults.items()}
    return CliDevice(name=name, recording=recording, faults=CliFaults(**made), **{**shown, **given})


def _check(where: str, told: Mapping[str, Any], known: Sequence[str], usual: Any) -> None:
    for key, value in told.items():
        if key not in known:
            raise ConfigError(f"unknown; known are {', '.join(known)}", key=f"{where}.{key}")
        kind = type(getattr(usual, key))
        wanted = {float: (int, float), tuple: (list,), type(None): (int,)}.get(kind, (kind,))
        if not isinstance(value, wanted):
            raise ConfigError(f"is no {wanted[-1].__name__}", key=f"{where}.{key}")


class CliScreen:
    """One session: characters come in, and what is printed goes out.

    Attributes:
        over: The device has ended it.
    """

    def __init__(self, device: CliDevice) -> None:
        self._device = device
        self._line = ""
        self._pages: list[str] = []
        self._waiting: list[str] = []
        self._paging = bool(device.pager)
        self._asks = ""
        self._rights = ""
        self._number = len(device.heard)
        device.heard.append("")
        self.over = False

    @property
    def prompt(self) -> str:
        """As it is now."""
        faults, device = self._device.faults, self._device
        shown = faults.config_mode or device.prompt
        if faults.new_prompt and device.commands:
            shown = faults.new_prompt
        shown = shown[:-1] + self._rights if self._rights else shown
        return _wired(device.above) + shown

    def begin(self) -> str:
        """What is printed after the log-in."""
        if self._device.faults.too_many:
            self.over = True
            return _wired(self._device.faults.too_many + "\n")
        if self._device.faults.asleep:
            return ""
        if self._device.asks:
            self._asks = "name"
            return "Username: "
        return self._greeting()

    def _greeting(self) -> str:
        self._asks = "question" if self._device.question else ""
        return _wired(self._device.banner) + (self._device.question or self.prompt)

    def type(self, character: str) -> str:
        """What is printed when a character is typed."""
        self._device.heard[self._number] += character
        if character == "\n" and self._device.heard[self._number].endswith("\r\n"):
            return ""
        if self._pages:
            return self._turn_page(character)
        if self._asks == "smart" and character in "\r\n":
            self._asks = ""
            return _wired(f"\n\n  Command:\n          {self._line}\n") + self._begun()
        if self._asks == "log out" and character in "yn" and not self._wants_enter():
            self.over = character == "y"
            self._asks = ""
            return character + _wired("\n") + ("" if self.over else self.prompt)
        if self._asks == "question":
            self._asks = ""
            return character.strip() + _wired("\n") + self.prompt
        if character not in "\r\n":
            self._line += character
            return "" if self._device.faults.no_echo or self._asks else character
        line, self._line = self._line, ""
        if self._asks == "log out" and self._wants_enter():
            self.over, self._asks = line.strip() == "y", ""
            return "" if self.over else _wired("\n") + self.prompt
        echo = "" if self._device.faults.no_echo else _wired("\n")
        return echo + self._done(line.strip())

    def _done(self, line: str) -> str:
        device = self._device
        if self._asks in ("name", "password"):
            return self._let_in(line)
        if self._asks == "secret":
            self._asks = ""
            self._rights = "#" if line == device.enable else ""
            return self.prompt
        if line in _LOGOUTS:
            self.over, self._asks = not device.log_out, "log out" if device.log_out else ""
            return _wired(device.log_out)
        if line == "enable" and device.enable:
            self._asks = "secret"
            return "Password: "
        if _NO_PAGER.fullmatch(line):
            self._paging = False
            return self.prompt
        if _SILENT.fullmatch(line):
            return self.prompt
        device.commands[line] += 1
        return self._printed(line)

    def _wants_enter(self) -> bool:
        return self._device.log_out.rstrip().endswith(":")

    def _let_in(self, line: str) -> str:
        """Name, then password; what is wrong is asked for again."""
        device = self._device
        if self._asks == "name":
            self._asks = "password" if line == device.user else "name"
        elif line == device.password and not device.faults.refuses:
            return self._greeting()
        else:
            self._asks, device.refused = "name", device.refused + 1
        return "Password: " if self._asks == "password" else "% Bad passwords\r\nUsername: "

    def _printed(self, command: str) -> str:
        """An output as it goes out; the rest of it waits behind the pager."""
        faults = self._device.faults
        known = [o.text for o in self._device.recording.outputs if o.command == command]
        turn = self._device.commands[command] - 1  # one that stands there twice is told in turns
        text = known[min(turn, len(known) - 1)] if known else UNKNOWN
        if faults.no_test and is_testing(command):
            text = faults.no_test
        text = text if not text or text.endswith("\n") else text + "\n"
        text = f"{faults.log_line}\n{text}" if faults.log_line else text
        if faults.cut_after is not None:
            self.over = True
            return _wired(text[: faults.cut_after])
        lines = text.splitlines(keepends=True)
        if faults.colours:
            lines = [f"\x1b[1m{line[:-1]}\x1b[0m\x1b[K\n" for line in lines]
        if command in faults.hangs:
            return _wired("".join(lines))
        step = self._device.page if self._paging else max(len(lines), 1)
        self._waiting = ["".join(lines[n : n + step]) for n in range(0, len(lines), step)]
        if self._device.smart:
            self._asks, self._line = "smart", command
            return self._device.smart
        return self._begun()

    def _begun(self) -> str:
        self._pages, self._waiting, self._line = self._waiting, [], ""
        return self._next_page()

    def _turn_page(self, character: str) -> str:
        if character == "q":
            self._pages = []
            return self._device.erase + self.prompt
        if character == "a":
            self._pages = ["".join(self._pages)]
        return self._device.erase + self._next_page()

    def _next_page(self) -> str:
        page = self._pages.pop(0) if self._pages else ""
        return _wired(page) + (self._device.pager if self._pages else self.prompt)


def _wired(text: str) -> str:
    return text.replace("\n", "\r\n")
