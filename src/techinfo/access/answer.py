"""What a question about an access is answered with: facts, their age, and what failed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from techinfo import model
from techinfo.collect import Reading
from techinfo.error_codes import Code
from techinfo.errors import DeviceError, SnmpTimeoutError, SshLoginError, SshTimeoutError
from techinfo.history.windows import Peak, Window
from techinfo.inventory import Access, Cpe
from techinfo.model import Part, PortFacts, State

UNKNOWN = "unknown"
"""ON-API's service type of a VLAN that carries no known service."""

ServiceOf = Callable[[int | None], str | None]
"""VLAN -> service type at a port; ``None`` when the VLAN is not known."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Past:
    """What was counted on a port lately, as its viewer may see it; ``None``: not seen."""

    last_five: Window | None = None
    peak_input: Peak | None = None
    peak_output: Peak | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What was found out about an access.

    Attributes:
        up: The element answers.
        port: Facts of the access's port; rows of others on a shared port are not in it.
        part: State of the fact that the question is about.
        neighbours: Other accesses on the same port.
        grouped: Other accesses on the port's aggregate, and on its members.
        unattributed: Rows were left out that may be the viewer's: nobody can tell whose they are.
        past: What was counted on the port lately; ``None``: nobody has looked.
        next_change: When, by the dates that are known, its viewer may see other things of the
            access; ``None``: at no time.
    """

    access: Access
    reading: Reading
    service: ServiceOf
    up: bool = True
    port: PortFacts | None = None
    part: Part | None = None
    neighbours: tuple[Access, ...] = ()
    grouped: tuple[Access, ...] = ()
    unattributed: bool = False
    past: Past | None = None
    next_change: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Announced:
    """A CPE as it has announced itself to the switch, and the reading of the switch."""

    cpe: model.Cpe
    reading: Reading


@dataclass(frozen=True, kw_only=True, slots=True)
class CpeAnswer:
    """What was found out about the CPE behind an access.

    Attributes:
        cpe: As the inventory has it; ``None`` when it has none.
        reading: Of the CPE itself, or its last one; ``None`` when it does not answer.
        up: It answers; of one that cannot be asked, what the switch knows of it.
        behind: Of a CPE that does not answer: who was seen on the access's port.
        announced: Of a CPE that does not answer, or cannot be asked: what it has announced to the
            switch.
    """

    access: Access
    cpe: Cpe | None
    reading: Reading | None
    service: ServiceOf
    up: bool | None
    behind: PortFacts | None = None
    announced: Announced | None = None


_ERRORS: Mapping[str, type[DeviceError]] = {
    Code.ELEMENT_SILENT: SnmpTimeoutError,
    Code.ELEMENT_REFUSES: SshLoginError,
    Code.ELEMENT_SLOW: SshTimeoutError,
}
"""Code of a part -> the error that says so."""


def part_failed(part: Part) -> DeviceError | None:
    """The error that a failed part stands for; ``None`` when it was read."""
    if part.state is not State.FAILED:
        return None
    return _ERRORS.get(part.code, DeviceError)(part.cause)
