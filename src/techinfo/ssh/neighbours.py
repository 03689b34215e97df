"""Neighbours by port: what the short list and the long one say of the same one is put together.

Devices write one port in several ways: Gi1/0/1 is GigabitEthernet1/0/1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from techinfo.driver.cli import CliNeighbour

_FAMILIES = (
    ("gigabitethernet", "gige", "gig", "ge", "gi", "g"),
    ("fastethernet", "fa", "fe"),
    ("tengigabitethernet", "tengige", "tengig", "xgigabitethernet", "xge", "te"),
    ("twentyfivegigabitethernet", "twentyfivegige", "twe"),
    ("twogigabitethernet", "tw"),
    ("fivegigabitethernet", "fi"),
    ("fortygigabitethernet", "fortygige", "fo"),
    ("fiftygigabitethernet", "fiftygige", "fif"),
    ("hundredgigabitethernet", "hundredgige", "hu"),
    ("twohundredgigabitethernet", "twohundredgige", "th"),
    ("fourhundredgigabitethernet", "fourhundredgige", "fou"),
    ("appgigabitethernet", "ap"),
    ("serial", "se"),
    ("loopback", "lo"),
    ("tunnel", "tu"),
    ("ethernet", "eth", "et", "e"),
    ("port-channel", "portchannel", "po", "ch"),
    ("bridge-aggregation", "bagg"),
    ("vlan", "vl"),
)
_WORD = {word.replace("-", ""): family[0] for family in _FAMILIES for word in family}
_MEMBER = re.compile(r"(?<=\d)(?:-trk\d+|\(\d+g\))$")
"""What ProCurve and VRP add to the name of a port: its trunk, and what it could do."""
_NAME = re.compile(r"([a-z][a-z-]*?)-?(\d.*)")


def port_key(name: str) -> str:
    """The same for every spelling of one port's name."""
    plain = "".join(name.lower().split()).strip("*,;")
    plain = _MEMBER.sub("", plain)
    found = _NAME.fullmatch(plain)
    if found is None:
        return plain
    word = found[1].replace("-", "")
    return _WORD.get(word, word) + found[2]


_NAME_COLUMN = 19
"""IOS has 20 characters for a name in the short list, and cuts there, or before a blank."""


def joined(told: Iterable[tuple[int, CliNeighbour]]) -> tuple[list[CliNeighbour], int]:
    """Neighbours of a device, each once.

    Args:
        told: Each with the number of the output that tells it. What one output tells twice is two
            neighbours. A port that is empty is not told: the other output may know it.

    Returns:
        The neighbours, and how many there are whose port nobody tells: they are left out.
    """
    found: list[tuple[set[int], CliNeighbour]] = []
    for source, row in told:
        same = next(
            (n for n, (sources, other) in enumerate(found) if source not in sources
             and _is_same(other, row)),
            None,
        )  # fmt: skip
        if same is None:
            found.append(({source}, row))
        else:
            sources, other = found[same]
            found[same] = (sources | {source}, _both(other, row))
    rows = [row for _, row in found if row.port]
    return rows, len(found) - len(rows)


def _is_same(a: CliNeighbour, b: CliNeighbour) -> bool:
    if a.port and b.port and port_key(a.port) != port_key(b.port):
        return False
    alike = (
        _agree(a.port_id, b.port_id),
        _agree(a.system_name, b.system_name, cut=_NAME_COLUMN),
        _agree(a.chassis_id, b.chassis_id),
    )
    return False not in alike and (bool(a.port and b.port) or True in alike)


def _agree(a: str | None, b: str | None, cut: int | None = None) -> bool | None:
    """Whether two texts are one, where one may be cut; ``None``: one is not told."""
    if not a or not b:
        return None
    short, long = sorted((a, b), key=lambda text: (not text.endswith("..."), len(text)))
    if short.endswith("...") or (cut and len(short) >= cut):
        return long.startswith(short.removesuffix("..."))
    return port_key(a) == port_key(b) or _octets(a) == _octets(b) != ""


def _octets(text: str) -> str:
    plain = re.sub(r"[ .:-]", "", text.lower())
    return plain if re.fullmatch(r"[0-9a-f]{12}", plain) else ""


def _both(a: CliNeighbour, b: CliNeighbour) -> CliNeighbour:
    return replace(
        a,
        port=a.port or b.port,
        chassis_id=_whole(a.chassis_id, b.chassis_id),
        port_id=_whole(a.port_id, b.port_id),
        system_name=_whole(a.system_name, b.system_name),
    )


def _whole(a: str | None, b: str | None) -> str | None:
    return max((a or "", b or ""), key=lambda text: (not text.endswith("..."), len(text))) or None
