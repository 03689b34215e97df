"""A CLI recording without people, places and addresses, in which columns stay where they are.

What the platform's own tables tell to be a name is replaced wherever it stands: descriptions of
ports, names of neighbours and VLANs, serial numbers; addresses are found by their form. What no
template understands may hold more: whoever hands a recording on reads it first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from techinfo.driver.cli import (
    CliMac,
    CliModule,
    CliNeighbour,
    CliPlatform,
    CliPort,
    CliRow,
)
from techinfo.model import State
from techinfo.recordings.pseudonyms import Pseudonyms
from techinfo.ssh.cli_reading import read
from techinfo.ssh.cli_recording import CliRecording, Output

_SPARED = b"""access active administratively auto autonegotiation bridge connected copper default
    description disabled down dynamic enabled ethernet fastethernet fiber full gigabitethernet half
    interface inactive learned management monitoring name none normal notconnect notpresent port
    present router routed static station status switch system tengigabitethernet trunk unknown
    vlan"""
"""Words that stand in tables for what they say, whoever is called so."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ScrubbedCli:
    """A scrubbed recording.

    Attributes:
        unread: Parts of which lines were not understood, each with the first of them: nothing is
            known of what stands there.
    """

    recording: CliRecording
    unread: tuple[str, ...]


def scrubbed_cli(
    recording: CliRecording, platform: CliPlatform, secrets: Iterable[str] = ()
) -> ScrubbedCli:
    """Scrub a recording.

    Args:
        recording: As the device printed it.
        platform: What reads it.
        secrets: Texts that are to be found nowhere: the host, the user, the prompt's name.
    """
    names = Pseudonyms()
    for secret in secrets:
        if not names.learn_text_addresses(secret.encode()):
            names.learn_name("secret", secret.encode())
    reading = read(recording, platform)
    for word, name in _names(reading.rows):
        names.learn_name(word, name.encode())
    texts = [output.text.encode() for output in recording.outputs]
    for text in texts:
        names.learn_text(text)
        for line in text.splitlines():
            names.learn_text_addresses(line)
    names.settle(b"\n".join(texts), _SPARED)
    outputs = tuple(_scrubbed(names, output) for output in recording.outputs)
    unread = [p.cause for p in reading.parts.values() if p.state is State.PARTIAL and p.cause]
    return ScrubbedCli(recording=replace(recording, outputs=outputs), unread=tuple(unread))


def _names(rows: Iterable[CliRow]) -> Iterator[tuple[str, str]]:
    for row in rows:
        match row:
            case CliPort():
                yield "port", row.description or ""
            case CliNeighbour():
                yield "neighbour", row.system_name or ""
                yield "neighbour", row.chassis_id or ""
            case CliModule():
                yield "serial", row.serial or ""
            case CliMac(vlan=str()):
                yield "vlan", str(row.vlan)


def _scrubbed(names: Pseudonyms, output: Output) -> Output:
    lines = output.text.split("\n")
    return replace(
        output, text="\n".join(names.row(line.encode()).decode("utf-8") for line in lines)
    )
