"""What may be typed on a device: what a driver declares, and of that only what reads.

A command is let through three times: its form is one of those that read (`READING`), its platform
declares it, and what was put into it is a port's name and nothing else. The first is looked at
again in the process that types it. The test of a cable (`TESTING`) is an order of another kind,
which that process takes only where it was started for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

from techinfo.driver.cli import CableTester, CliCableTest, CliPlatform, CliTable
from techinfo.driver.cli_session import PAGERS, Answer, CliSession
from techinfo.errors import DriverError

_WORD = r"[\w./:@,*-]+"
READING = re.compile(
    rf"(?:show|display|get)(?: {_WORD})+(?: \| (?:no-more|display json))?"
    rf"|ubus call [\w.-]+ (?:status|board|dump|list|get[\w-]*|show[\w-]*|ipv4leases|ipv6leases)"
    rf"|ip -j(?: -[sd46])*(?: {_WORD})* (?:show|list)(?: {_WORD})*"
    rf"|bridge -j(?: -[sd])* (?:fdb|link|mdb|vlan) show(?: {_WORD})*"
    rf"|tc -j qdisc show(?: dev {_WORD})?"
    rf"|ethtool --json(?: -[mS])? {_WORD}"
    rf"|/interface(?: [a-z-]+)* print(?: (?:terse|detail|stats))?"
    rf"|/interface(?: [a-z-]+)* monitor (?:\[find\]|{_WORD}) once",
    re.ASCII,
)
"""Forms of commands that read, and change nothing: no second command, no file, no pipe to one."""
_CHANGING = re.compile(
    r"(?:^| )(?:clear|reset|set|delete|add|no|write|copy|erase|reload|reboot|debug|append|redirect"
    r"|tee|save|export|import|tftp|ftp|scp)(?= |$)"
)
"""Words that stand in no command that reads; the second wall behind the first."""
PORT = re.compile(r"(?:[A-Za-z][A-Za-z-]{0,30} ?)?\d{1,4}(?:[/.:]\d{1,4}){0,4}", re.ASCII)
"""A port's name, as it is put into a command."""
_ONT = re.compile(r"\d{1,4}", re.ASCII)
TESTING = re.compile(
    rf"(?:test cable-diagnostics tdr interface|cable_diag ports) (?:{PORT.pattern})", re.ASCII
)
"""Forms of commands that test the cable of one port, and do nothing else."""
_MOST_OCTETS = 200
_LINES = re.compile(
    r"terminal (?:length 0|width \d{2,3}|datadump)"
    r"|screen-length (?:0 temporary|disable)"
    r"|set cli (?:screen-length 0|screen-width \d{2,4}|complete-on-space off)"
)
"""Lines at log-in that hold for the session they are typed in, and for nothing else."""
_LOGOUTS = ("exit", "quit", "logout", "/quit")
_TYPED = re.compile(r"[ynNaq ]?[\r\n]{0,2}")


def is_reading(command: str) -> bool:
    """Whether a command has one of the forms that only read."""
    return (
        len(command) <= _MOST_OCTETS
        and READING.fullmatch(command) is not None
        and _CHANGING.search(command) is None
    )


def is_testing(command: str) -> bool:
    """Whether a command tests the cable of one port: its link goes down for that."""
    return len(command) <= _MOST_OCTETS and TESTING.fullmatch(command) is not None


def for_cable_test(tester: CableTester, port: str) -> tuple[str, str]:
    """What begins the test of a port's cable, and what shows its result (empty: the same).

    Raises:
        ValueError: It is no port's name.
    """
    if PORT.fullmatch(port) is None:
        raise ValueError(f"{port!r} is no name of a port that may be put into a command")
    return tester.start.replace("{port}", port), tester.result.replace("{port}", port)


def is_askable(table: CliTable) -> bool:
    """Whether a table's commands are ever sent: a cable test takes the link down, and is not."""
    return table.kind is not CliCableTest and is_reading(table.command)


def for_port(table: CliTable, port: str) -> str | None:
    """The command that asks a table for one port; ``None``: there is none.

    Raises:
        ValueError: It is no port's name.
    """
    if not table.one_port:
        return None
    if PORT.fullmatch(port) is None:
        raise ValueError(f"{port!r} is no name of a port that may be put into a command")
    return table.one_port.replace("{port}", port)


def for_ont(table: CliTable, port: str, ont: int) -> str | None:
    """The command that asks a table for one ONT behind a PON port; ``None``: there is none.

    Raises:
        ValueError: It is no port's name, or no number of an ONT.
    """
    if not table.one_ont:
        return None
    if PORT.fullmatch(port) is None or _ONT.fullmatch(str(ont)) is None:
        raise ValueError(f"{port!r} and {ont!r} are no ONT that may be put into a command")
    return table.one_ont.replace("{port}", port).replace("{ont}", str(ont))


def declared(platform: CliPlatform, command: str) -> bool:
    """Whether a platform declares a command, as it is sent for all ports or for one."""
    return is_reading(command) and any(
        _is_of(table, command) and is_askable(table) for table in platform.tables
    )


def _is_of(table: CliTable, command: str) -> bool:
    told = (table.one_port, table.one_ont)
    return command == table.command or any(_form(x).fullmatch(command) for x in told if x)


@cache
def _form(command: str) -> re.Pattern[str]:
    """Regular expression of a command with names in it."""
    words = re.escape(command).replace(r"\{port\}", f"(?:{PORT.pattern})")
    return re.compile(words.replace(r"\{ont\}", _ONT.pattern), re.ASCII)


def every_command(platform: CliPlatform) -> tuple[str, ...]:
    """Commands that tell all there is of a device, each once, in the order of the tables."""
    return tuple(dict.fromkeys(t.command for t in platform.tables if is_askable(t)))


def check(platforms: Mapping[str, CliPlatform]) -> None:
    """Look at all that drivers could have typed, once at the start.

    Raises:
        DriverError: A command does not only read, or a line changes more than its session.
    """
    for name, platform in platforms.items():
        for table in platform.tables:
            told = (table.command, table.one_port, table.one_ont)
            for command in (t.replace("{port}", "1/1").replace("{ont}", "1") for t in told):
                if command and table.kind is not CliCableTest and not is_reading(command):
                    raise DriverError(f"{name}: {command!r} is no command that only reads")
        if platform.cable_test is not None:
            _check_cable_test(name, platform.cable_test)
        if platform.session is not None:
            _check_session(name, platform.session)


def _check_cable_test(name: str, tester: CableTester) -> None:
    start, result = for_cable_test(tester, "1/1")
    if not is_testing(start):
        raise DriverError(f"{name}: {start!r} does more than to test the cable of a port")
    if result and not is_reading(result):
        raise DriverError(f"{name}: {result!r} is no command that only reads")


def _check_session(name: str, session: CliSession) -> None:
    wrong = [line for line in session.after_login if _LINES.fullmatch(line) is None]
    wrong += [session.logout] if session.logout not in _LOGOUTS else []
    wrong += [session.enable] if session.enable not in ("", "enable") else []
    wrong += [a.typed for a in (*_answers(session), *PAGERS) if not _TYPED.fullmatch(a.typed)]
    wrong += [
        answer.asked
        for answer in (*session.questions, *session.at_logout)
        if answer.typed.strip().lower() == "y" and "log out" not in answer.asked
    ]
    if wrong:
        raise DriverError(f"{name}: {wrong[0]!r} may change more than its session")
    try:
        for form in (session.prompt, session.config_prompt, session.above_prompt):
            re.compile(form)
    except re.error as e:
        raise DriverError(f"{name}: a prompt is no regular expression: {e}") from e


def _answers(session: CliSession) -> Iterable[Answer]:
    return (*session.questions, *session.at_logout, *session.pagers)
