"""Names of ports as devices write them: Gi1/0/1 and GigabitEthernet1/0/1 are one port."""

from __future__ import annotations

import re

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
