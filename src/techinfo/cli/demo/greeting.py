"""What the demo says when it is ready: what stands in it, who may log in, where the page is."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

OPERATOR, PASSWORD = "demo", "demo"
"""Who is always there; the password is everybody's."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question to paste.

    Attributes:
        words: What it asks, and whether the answer is real or made up.
        path: Below the version.
    """

    words: str
    path: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may log in.

    Attributes:
        role: As `techinfo.access.viewer.Role` has it.
        words: Who that is.
    """

    name: str
    role: str
    words: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """An access with which something is wrong."""

    access: str
    words: str


def greet_alone(file: Path, port: int) -> None:
    """Say that an inventory is served, and no switch is behind it."""
    ask = f"curl -u {OPERATOR}:{PASSWORD} 'http://127.0.0.1:{port}/onapi/2.6"
    _say(
        f"{file.name} is served; no switch is behind it.",
        "",
        "ready",
        "",
        f"User {OPERATOR}, password {PASSWORD}: an operator. To paste in another terminal:",
        "",
        "# which access has these DHCP identifiers, in any spelling",
        f"{ask}/dhcplookup?ipv4CircuitId=eth%200/1&ipv4RemoteId=10.10.10.10'",
        "# which access sends this option 82",
        f"{ask}/option82/5216010765746820302F31020B31302E31302E31302E3130'",
        "",
        "Ctrl-C ends the demo.",
    )


def greet(
    port: int,
    *,
    provenance: Iterable[tuple[str, str]],
    people: Iterable[Person],
    troubles: Iterable[Trouble],
    examples: Iterable[Example],
) -> None:
    """Say what is there, in one piece: who waits for ``ready`` finds the commands with it."""
    page = f"http://127.0.0.1:{port}/"
    base = f"{page}onapi/2.6"
    operator = Person(OPERATOR, "operator", "sees everything, and administers")
    _say(
        "Recorded switches answer SNMP on loopback. What is real and what is made up:",
        "",
        *_columns(provenance),
        "",
        "Customers and what a VLAN carries are made up too.",
        "",
        "ready",
        "",
        f"The page: {page}",
        *_qr(page),
        "",
        f"Who may log in there, each with the password {PASSWORD}:",
        "",
        *_columns((one.name, f"{one.role}: {one.words}") for one in (operator, *people)),
        "",
        "Where something is wrong (all else works):",
        "",
        *_columns((one.access, one.words) for one in troubles),
        "",
        f"User {OPERATOR}, password {PASSWORD}: an operator. To paste in another terminal:",
        *(line for example in examples for line in _pasted(example, base)),
        "",
        "Add  | python3 -m json.tool  for indented JSON. Ctrl-C ends the demo.",
    )


def _pasted(example: Example, base: str) -> tuple[str, ...]:
    return "", f"# {example.words}", f"curl -u {OPERATOR}:{PASSWORD} {base}/{example.path}"


def _columns(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    found = list(rows)
    longest = max((len(name) for name, _ in found), default=0)
    return (f"  {name:{longest}}  {words}" for name, words in found)


def _qr(address: str) -> Iterator[str]:
    """The address for a camera, where a terminal shows it; half a character is one module."""
    if not sys.stdout.isatty():
        return
    try:
        import segno
    except ImportError:  # techinfo without its [demo] extra
        return
    drawn = io.StringIO()
    segno.make(address, micro=False).terminal(drawn, compact=True)
    yield ""
    yield from drawn.getvalue().splitlines()


def _say(*lines: str) -> None:
    print("\n".join(lines), flush=True)
