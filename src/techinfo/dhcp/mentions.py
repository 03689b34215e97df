"""Identifiers in a line of any log: what stands behind the words that programs use for them.

It knows how Kea, ISC dhcpd, dnsmasq, FreeRADIUS, Infoblox, tshark and common recipes write, line by
line. It takes what stands there as it is spelt; what the spelling means is not its affair.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from techinfo.dhcp.notations import is_nothing


class Mention(NamedTuple):
    """Identifiers of one client, as they are spelt; ``None`` where nothing is said.

    Attributes:
        option82: A whole option 82 or its sub-options.
        options6: A row of DHCPv6 options of the relay next to the client.
        cut_off: The program has cut a value off, so that nothing can be made of it.
    """

    circuit: bytes | None = None
    remote: bytes | None = None
    interface: bytes | None = None
    remote6: bytes | None = None
    option82: bytes | None = None
    options6: bytes | None = None
    cut_off: bool = False

    @property
    def whole(self) -> bool:
        """Whether no other line can add to it."""
        pair = self.circuit is not None and self.remote is not None
        return pair or bool(self.option82 or self.options6 or self.cut_off)


_SUB_OPTIONS = re.compile(rb'"(?:sub-options|relay-agent-info)": ?"(0x[0-9A-Fa-f]*)"')
_OPTIONS_6 = re.compile(rb'"options": ?"(0x[0-9A-Fa-f]+)"')
_RELAYS = re.compile(rb'"rela(?:y-info|ys)": ?\[(.{0,8192}?)\]')
_SCRIPT = re.compile(rb"OPTION_82(?:_SUB_OPTION_([12]))?=(\S*)")
_CUT = re.compile(rb"agent-id\s+((?:[0-9A-Fa-f]{2}:)*[0-9A-Fa-f]{2})(\.\.\.)?\s*$")
_KEA_4 = re.compile(rb"^\s{4,}type=00([12]), len=\d+: ?((?:[0-9a-f]{2}:?)*(?: ?'.*')?)\s*$")
_KEA_6 = re.compile(rb"^\s*type=000(18|37), len=\d+: (.*?)\s*$")
_KEA_37 = re.compile(rb"(\d+) \(uint32\) ([0-9A-Fa-f]*)")
_USER_NAME = re.compile(rb'User-Name = "([0-9A-Fa-f]{8,}):([0-9A-Fa-f]{8,})"')
_OCTETS = rb"[0-9A-Fa-f]{1,2}(?::[0-9A-Fa-f]{1,2}){1,512}(?: '[^']{0,1024}'| \([^)]{0,1024}\))?"
_NAMED = re.compile(
    rb"(?<![A-Za-z])"
    rb"(?:(circuit)|(remote)|(i(?:nter)?face(?=[-_]id)))(?P<id>[-_ ]?id)?(?:-tag)?"
    rb"(?: suboption \d, length \d+)?"
    rb"(?P<mark>\"? *[=:] *|(?<=id) +of +|(?<=id) +)"
    rb"(?:(?P<quoted>\"(?:[^\"\\]|\\.){0,1024}\")"
    rb"|(?P<octets>0x[0-9A-Fa-f]*|" + _OCTETS + rb")(?=[\s,;)\"]|$)"
    rb"|(?!id\b|[\w.-]+=)(?P<text>[^\s\"=,;:(<][^\"]{0,1024}?)"
    rb"(?=\s+[A-Za-z][\w.-]*=|[,;)\"]|\s+and\s+(?:a\s+)?remote|\s*$))",
    re.IGNORECASE,
)
_CUT_MARKS = (b"...", "…".encode())
_EMPTY = Mention()


def mentions(line: bytes) -> Iterator[Mention]:
    """What a line says, in its order; usually one thing or nothing."""
    if _says_nothing(line):
        return
    found = [Mention(option82=spelt) for spelt in _SUB_OPTIONS.findall(line)]
    layers = [_OPTIONS_6.findall(relays) for relays in _RELAYS.findall(line)]
    # Kea writes the outermost relay first; the access is named by the innermost.
    found += [Mention(options6=options[-1]) for options in layers if options]
    if not found and (one := _of_line(line)) != _EMPTY:
        found.append(one)
    yield from found


def _says_nothing(line: bytes) -> bool:
    """Whether none of the words is there that stand before identifiers; most lines have none."""
    return not (
        b"ircuit" in line
        or b"emote" in line
        or b"-options" in line
        or b"agent-info" in line
        or b"agent-id " in line
        or b"face-id" in line
        or b"OPTION_82" in line
        or b"type=00" in line
        or b'"options"' in line
        or b"CIRCUIT" in line
        or b"REMOTE" in line
        or b"face_id" in line
        or b"FACE_ID" in line
        or b"face-ID" in line
        or b"User-Name" in line
    )


def _of_line(line: bytes) -> Mention:
    if b"OPTION_82" in line:
        return _of_script(line)
    if match := _CUT.search(line):
        return Mention(option82=match[1]) if match[2] is None else Mention(cut_off=True)
    if match := _KEA_4.match(line):
        return Mention(circuit=match[2]) if match[1] == b"1" else Mention(remote=match[2])
    if match := _KEA_6.match(line):
        return _of_kea_6(match[1], match[2])
    if match := _USER_NAME.search(line):
        return Mention(circuit=match[1], remote=match[2])
    return _named(line)


def _of_script(line: bytes) -> Mention:
    match = _SCRIPT.search(line)
    if match is None:
        return _EMPTY
    number, value = match.groups()
    if number is None:
        return Mention(option82=value) if value else _EMPTY
    return Mention(circuit=value) if number == b"1" else Mention(remote=value)


def _of_kea_6(code: bytes, value: bytes) -> Mention:
    if code == b"18":
        return Mention(interface=value)
    match = _KEA_37.match(value)
    if match is None or int(match[1]) >= 2**32:
        return _EMPTY
    return Mention(remote6=b"0x%08x%s" % (int(match[1]), match[2]))


def _named(line: bytes) -> Mention:
    found: dict[str, Any] = {}
    for match in _NAMED.finditer(line):
        value = match["quoted"] or match["octets"] or match["text"]
        if match["mark"].strip() == b"of":
            value = value.strip(b'"')
        name = "circuit" if match[1] else "remote" if match[2] else "interface"
        if value.endswith(_CUT_MARKS):
            return Mention(cut_off=True)
        if name not in found and not is_nothing(value):
            found[name] = value
    if "interface" in found and "remote" in found:
        found["remote6"] = found.pop("remote")
    return _EMPTY._replace(**found)
