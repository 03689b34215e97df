"""Cases and dumps without people and places, to be shared: the verdict stays what it was.

A device has another MAC address, the same one everywhere and as near to others as before (the
label, the LAN and the WAN of a router differ by a few); addresses, serial numbers and ids are
numbered, and television groups stay television groups. Times stay.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_MAC = re.compile(r"(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}")
_NEAR = 8
"""Addresses of one device (`techinfo.diagnosis.orders.same_device`)."""
_LOCAL = 0x02 << 40
_NUMBERED = frozenset({"serialNumber", "ontSerial", "accessId", "id", "scope"})
_GROUPS = frozenset({"group", "multicast"})
_KEPT = frozenset({"firmware", "firmwareMin", "model", "tool"})
"""1.2.3.4 may be a release."""
_DROPPED = frozenset({"name", "text", "description"})
_OF_A_DUMP = frozenset({"description", "neighbours", "text", "recording"})
"""What people have written, and what the network around is called."""
_NAMED = frozenset({"device", "onts"})
"""Whose names are somebody's; those of ports are the equipment's, as in recordings."""
_ADDRESS_IN_TEXT = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?![\w.])")
_NOT_TELEVISION = re.compile(r"224\.0\.[01]\.\d{1,3}|239\.255\.255\.250")
"""Link-local and internetwork control (RFC 5771), SSDP: they say nothing of anybody."""


@dataclass(frozen=True, slots=True)
class _Scrubber:
    macs: Mapping[int, int]
    dropped: frozenset[str] = _DROPPED
    named: frozenset[str] = frozenset()
    told: dict[tuple[str, str], int] = field(default_factory=dict)

    def value(self, name: str, value: Any) -> Any:
        """What stands for a value under this key."""
        if isinstance(value, Mapping):
            left_out = self.dropped | {"name"} if name in self.named else self.dropped
            return {k: self.value(k, v) for k, v in value.items() if k not in left_out}
        if isinstance(value, list):
            return [self.value(name, one) for one in value]
        is_told = isinstance(value, str) and name not in _KEPT
        return self._text(name, value) if is_told else value

    def _text(self, name: str, text: str) -> str:
        if name in _NUMBERED:
            return f"X-{self._number('id', text)}"
        if name in _GROUPS:
            number = self._number("group", text)
            kept = _NOT_TELEVISION.fullmatch(text) or not _address(text)
            return text if kept else str(ipaddress.IPv4Address(0xEFC00000 | number))
        if (found := _address(text)) is not None:
            network, number = (0x0A << 24, 0) if found.version == 4 else (0x20010DB8 << 96, 64)
            made = network | self._number("address", str(found)) << number
            return text.replace(text.partition("/")[0], str(type(found)(made)), 1)
        text = _ADDRESS_IN_TEXT.sub("an address", text) if name == "cause" else text
        return _MAC.sub(lambda seen: _spelt(self.macs[_mac_number(seen[0])]), text)

    def _number(self, kind: str, text: str) -> int:
        """Which one of its kind it is, from 1."""
        same = (kind, text)
        if same not in self.told:
            self.told[same] = 1 + sum(known == kind for known, _ in self.told)
        return self.told[same]


def scrubbed_case(case: Mapping[str, Any]) -> dict[str, Any]:
    """The case without people and places."""
    seen = sorted({_mac_number(found) for found in _MAC.findall(json.dumps(case))})
    told: dict[str, Any] = _Scrubber(_others(seen)).value("", case)
    return told


def scrubbed_dump(document: Mapping[str, Any]) -> dict[str, Any]:
    """A dump of an element without people and places, and without the network around it.

    It keeps the equipment's own words: maker, model, software, names of ports. Its checksum is
    another one: seal it again.
    """
    told = {name: value for name, value in document.items() if name != "checksum"}
    seen = sorted({_mac_number(found) for found in _MAC.findall(json.dumps(told))})
    scrubber = _Scrubber(_others(seen), dropped=_OF_A_DUMP, named=_NAMED)
    scrubbed: dict[str, Any] = scrubber.value("", told)
    return scrubbed


def _others(macs: list[int]) -> dict[int, int]:
    """Another address for each: what is near stays as near, what is not stays far."""
    made: dict[int, int] = {}
    group, first, last = 0, 0, -_NEAR - 1
    for mac in macs:
        if mac - last > _NEAR:
            group, first = group + 1, mac
        made[mac] = _LOCAL + (group << 16) + mac - first
        last = mac
    return made


def _mac_number(written: str) -> int:
    return int(written.replace(":", "").replace("-", ""), 16)


def _spelt(number: int) -> str:
    return ":".join(f"{octet:02X}" for octet in number.to_bytes(6, "big"))


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text.partition("/")[0])
    except ValueError:
        return None
