"""What is said on a command line: from the first prompt to the log-out, one command at a time.

Nothing is typed but what the driver declares. An output begins behind the command's echo, so that a
prompt that was left over is none; it ends at the prompt that was there before, or at another one of
the same shape that comes again when an empty line is sent: half a row of a table may look like a
prompt, and an output that ends there would be told as whole. A device that does not echo is not
understood.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from techinfo.driver.cli_session import NEVER_ENDS, PAGERS, Answer, CliSession
from techinfo.errors import (
    DeviceError,
    DriverError,
    SshBusyError,
    SshClosedError,
    SshError,
    SshLoginError,
    SshModeError,
    SshTimeoutError,
)
from techinfo.ssh.cli_recording import Output
from techinfo.ssh.sessions.commands import is_reading, is_testing
from techinfo.ssh.sessions.messages import Login, Patience
from techinfo.ssh.sessions.terminal import last_line, lines, squeezed

MOST_CHARACTERS: Final = 16 << 20
"""Of an output. A table of 100,000 MAC addresses has seven million."""
_MOST_ANSWERS: Final = 8
"""Questions that are answered before the first prompt; more is a loop."""
_ECHO_LINES: Final = 50
"""Log lines may stand before an echo."""
_TWICE: Final = 2
_MOST_UNASKED: Final = 200
"""Pieces that come before a command, of 64 KiB at most."""
BUSY = re.compile(
    r"too many (?:users|sessions|connections)|(?:maximum|max\.?) (?:number of )?(?:users|sessions)"
    r"|session limit|no (?:free|available) (?:vty|line|session|tty)"
    r"|reenter times have reached the upper limit"  # SmartAX: so many sessions for each user
    r"|all (?:user interfaces|vtys?|lines) are (?:used|in use|busy)"
    r"|(?:users?|sessions?|connections?)[^\n]{0,40} (?:reached|exceeds?) the"
    r" (?:limit|maximum|upper)",
    re.IGNORECASE,
)
"""What devices say when nobody more may log in."""
_REFUSED = re.compile(
    r"authentication failed|login (?:incorrect|invalid|failed)|access denied|fail!", re.IGNORECASE
)
_ASKS_NAME = re.compile(r"(?:user ?name|login(?: name)?) ?: ?", re.IGNORECASE)
_ASKS_PASSWORD = re.compile(r"(?:enable )?pass(?:word|code) ?: ?", re.IGNORECASE)
_SHELL = re.compile(r".*[$%]")


class Line(Protocol):
    """The channel of a session."""

    def send(self, text: str) -> None:
        """Type it.

        Raises:
            SshClosedError: The session is over.
        """

    def receive(self, seconds: float) -> str:
        """What has come, after waiting for so long at most; empty: nothing has.

        Raises:
            SshClosedError: The session is over.
        """


@dataclass(frozen=True, slots=True)
class Asked:
    """A command, and what came of it.

    Attributes:
        output: As far as it came.
        error: Why it is not whole; the session is of no use then.
    """

    output: Output
    error: DeviceError | None = None


class Dialogue:
    """One session's words.

    Args:
        line: Where they are said.
        cli: How the platform is spoken with.
        login: Asked for by some within the session; and the secret for more rights.
        address: For errors.
        clock: Seconds, growing.
    """

    def __init__(
        self,
        line: Line,
        cli: CliSession,
        login: Login,
        patience: Patience,
        *,
        address: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._line = line
        self._cli = cli
        self._login = login
        self._patience = patience
        self._address = address
        self._clock = clock
        self._pagers = (*cli.pagers, *PAGERS)
        self.prompt = ""

    def log_in(self) -> None:
        """Come to the first prompt, ask for more rights if so configured, and turn the pager off.

        Raises:
            SshError: It did not come there.
        """
        self._to_prompt(self._cli.asks_in_session)
        if self._login.enable and self._cli.enable and self.prompt.endswith(">"):
            self._line.send(self._cli.enable + self._cli.enter)
            self._to_prompt(asks=True, secret=self._login.enable)
            if self.prompt.endswith(">"):
                raise self._error(SshLoginError, "it refuses the secret for more rights")
        for line in self._cli.after_login:
            asked = self._typed(line)
            if asked.error is not None:
                raise asked.error

    def ask(self, command: str) -> Asked:
        """Send one command, and read to the prompt.

        Raises:
            DriverError: It is no command that only reads; it was not sent.
        """
        if not is_reading(command):
            raise DriverError(f"{command!r} is no command that only reads")
        return self._typed(command)

    def test_cable(self, command: str) -> Asked:
        """The same with a command that tests a cable.

        Raises:
            DriverError: It does something else; it was not sent.
        """
        if not is_testing(command):
            raise DriverError(f"{command!r} is no test of a cable")
        return self._typed(command)

    def log_out(self) -> None:
        """Say good-bye, and wait a little for the device to end the session."""
        end = self._clock() + self._patience.logout
        buffer, said = "", 0
        try:
            self._line.send(self._cli.logout + self._cli.enter)
            while (left := end - self._clock()) > 0:
                buffer += self._line.receive(left)
                last = last_line(buffer).strip()
                answer = _fitting(self._cli.at_logout, last)
                if answer is not None:
                    self._line.send(answer.typed)
                    buffer = ""
                elif last == self.prompt and said + 1 < _TWICE:  # out of one mode, into another
                    said += 1
                    self._line.send(self._cli.logout + self._cli.enter)
                    buffer = ""
        except SshClosedError:
            return

    # -- to the prompt -----------------------------------------------------------------------

    def _to_prompt(self, asks: bool, secret: str | None = None) -> None:
        """Read to a prompt, and answer what is asked before it."""
        end = self._clock() + self._patience.login
        buffer, answered, told = self._first(), 0, set[str]()
        while True:
            self._refused(buffer, asks)
            typed = self._answer(last_line(buffer).strip(), asks, secret, told)
            if typed is not None:
                answered += 1
                if answered > _MOST_ANSWERS:
                    raise self._error(SshModeError, "it asks and asks, and comes to no prompt")
                self._line.send(typed)
                buffer = ""
            settling = self._is_prompt(last_line(buffer).strip())
            wait = self._patience.settle if settling else end - self._clock()
            came = self._line.receive(wait) if wait > 0 else ""
            if not came and settling:
                break
            if not came:
                raise self._no_prompt(buffer)
            buffer += came
        self._found(last_line(buffer).strip())

    def _first(self) -> str:
        """What it says by itself; some say nothing until an empty line is sent."""
        came = self._line.receive(self._patience.login / 5)
        if not came:
            self._line.send(self._cli.enter)
        return came

    def _refused(self, buffer: str, asks: bool) -> None:
        seen = "\n".join(lines(buffer[-4000:]))
        if BUSY.search(seen):
            raise self._error(SshBusyError, "too many users are on it")
        if asks and _REFUSED.search(seen):
            raise self._error(SshLoginError, "it refuses the log-in")

    def _answer(self, last: str, asks: bool, secret: str | None, told: set[str]) -> str | None:
        """What is typed where it asks something; ``None``: it does not."""
        if asks and (_ASKS_NAME.fullmatch(last) or _ASKS_PASSWORD.fullmatch(last)):
            what = "name" if _ASKS_NAME.fullmatch(last) else "password"
            if what in told:
                raise self._error(SshLoginError, "it refuses the log-in")
            told.add(what)
            password = self._login.password if secret is None else secret
            return (self._login.user if what == "name" else password) + self._cli.enter
        answer = _fitting((*self._cli.questions, *self._pagers), last)
        return None if answer is None else answer.typed

    def _no_prompt(self, buffer: str) -> SshError:
        last = last_line(buffer).strip()
        if _SHELL.fullmatch(last):
            return self._error(SshModeError, "it shows a shell, and not its command line")
        words = "it shows no prompt" if last else "it sends nothing"
        return self._error(SshTimeoutError, f"{words} in {self._patience.login:g} s")

    # -- a command ---------------------------------------------------------------------------

    def _typed(self, command: str) -> Asked:
        """Type a line and read to the prompt; an error comes with what was read until then."""
        reading = _Reading(command)
        try:
            self._drain()
            self._line.send(command + self._cli.enter)
            self._read(reading)
        except SshError as error:
            cut = "closed" if isinstance(error, SshClosedError) else self._cut
            return Asked(Output(command, reading.text(self._cli, None), cut), error)
        cut_by = "pager" if reading.never_ends else None
        return Asked(Output(command, reading.text(self._cli, self.prompt), cut_by))

    def _drain(self) -> None:
        """Throw away what came unasked: log lines."""
        for _ in range(_MOST_UNASKED):
            if not self._line.receive(0.0):
                return
        raise self._error(SshError, "it does not stop sending")

    @property
    def _cut(self) -> str:
        return f"timeout {self._patience.quiet:g}"

    def _read(self, reading: _Reading) -> None:
        end = self._clock() + self._patience.command
        while True:
            last = last_line(reading.raw).strip() if reading.has_echo() else ""
            known = last == self.prompt and not self._cli.repaints
            if last and known:
                return
            settling = len(reading.raw) > reading.mark and self._is_prompt(last)
            left = end - self._clock()
            wait = min(self._patience.settle if settling else self._patience.quiet, left)
            came = self._line.receive(wait) if wait > 0 else ""
            if not came and settling:
                if self._is_sure(reading, last):
                    return
                continue
            if not came:
                words = "its prompt did not come back" if reading.has_echo() else "it does not echo"
                raise self._error(SshTimeoutError, f"{words} in {self._patience.quiet:g} s")
            reading.raw += came
            if len(reading.raw) > MOST_CHARACTERS:
                raise self._error(SshError, "its output does not end")
            self._page(reading)

    def _is_sure(self, reading: _Reading, last: str) -> bool:
        """Whether a line with silence behind it is the prompt; else an empty line is sent, once."""
        again = squeezed("\n".join(lines(reading.raw[reading.mark :])))
        is_same = reading.mark and last == reading.candidate and again == squeezed(last)
        if is_same:
            reading.raw = reading.raw[: reading.mark]
        if is_same or last == self.prompt or self._is_config(last):
            self._found(last)
            return True
        reading.candidate, reading.mark = last, len(reading.raw)
        self._line.send(self._cli.enter)
        return False

    def _page(self, reading: _Reading) -> None:
        if not reading.has_echo():
            return
        last = last_line(reading.raw)
        answer = _fitting(self._pagers, last.strip()) if last.strip() else None
        if answer is not None:
            reading.never_ends = reading.never_ends or answer is NEVER_ENDS
            reading.raw = reading.raw[: reading.raw.rfind("\n") + 1]
            self._line.send(answer.typed)

    def _is_prompt(self, last: str) -> bool:
        return bool(last and re.fullmatch(self._cli.prompt, last)) or self._is_config(last)

    def _is_config(self, last: str) -> bool:
        form = self._cli.config_prompt
        return bool(form and re.fullmatch(form, last))

    def _found(self, prompt: str) -> None:
        """Go on from this prompt, if it is one in which nothing can be changed."""
        if self._is_config(prompt):
            raise self._error(SshModeError, "it is in a configuration mode; nothing more was sent")
        self.prompt = prompt

    def _error(self, kind: type[SshError], words: str) -> SshError:
        return kind(words, address=self._address)


@dataclass(slots=True)
class _Reading:
    command: str
    raw: str = ""
    never_ends: bool = False
    echoed: bool = False
    candidate: str = ""  # what may be a prompt: an empty line was sent behind it
    mark: int = 0  # where that was

    def has_echo(self) -> bool:
        """Whether the command's echo has come; it is taken away then."""
        if self.echoed:
            return True
        want, seen, at = squeezed(self.command), "", 0
        for _ in range(_ECHO_LINES):
            end = self.raw.find("\n", at)
            if end < 0:
                return False
            seen += squeezed(lines(self.raw[at:end])[-1])
            at = end + 1
            if want in seen:
                self.raw, self.echoed = self.raw[at:], True
                return True
        return False

    def text(self, cli: CliSession, prompt: str | None) -> str:
        """The output; without the prompt, if it came to that."""
        if not self.echoed:
            return ""
        found = lines(self.raw)
        if prompt is not None:
            found.pop()
            again = squeezed(prompt + self.command)
            while found and squeezed(found[0]) == again:  # a line that was painted anew
                found.pop(0)
            while found and cli.above_prompt and re.fullmatch(cli.above_prompt, found[-1].strip()):
                found.pop()
        return "\n".join(found) + ("\n" if found and prompt is not None else "")


def _fitting(answers: tuple[Answer, ...], last: str) -> Answer | None:
    return next((a for a in answers if re.fullmatch(a.asked, last, re.IGNORECASE)), None)
