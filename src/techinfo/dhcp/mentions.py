"""Identifiers in a line of any log: what stands behind the words that programs use for them.

It knows how Kea, ISC dhcpd, dnsmasq, FreeRADIUS, Infoblox, tshark, Windows and common recipes
write, line by line. It takes values as they are spelt; `techinfo.dhcp.spellings` says what they may
mean.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from techinfo.dhcp import recipes
from techinfo.dhcp.identity import Field, Identity
from techinfo.dhcp.matching import Asked
from techinfo.dhcp.notations import is_nothing, option82_octets, uncareted
from techinfo.dhcp.octets import parse_option82, parse_options6
from techinfo.dhcp.recipes import LABEL
from techinfo.dhcp.spellings import Reading, of_octets, of_option82, readings
from techinfo.errors import OctetError


class Mention(NamedTuple):
    """Identifiers of one client, as they are spelt; ``None`` where the line has none.

    Attributes:
        option82: A whole option 82 or its sub-options.
        options6: A row of DHCPv6 options of the relay next to the client.
        cut_off: The program has cut a value off, so that nothing can be made of it.
        puzzling: Something like an identifier stands there, and it was not understood.
    """

    circuit: bytes | None = None
    remote: bytes | None = None
    interface: bytes | None = None
    remote6: bytes | None = None
    option82: bytes | None = None
    options6: bytes | None = None
    cut_off: bool = False
    puzzling: bool = False

    @property
    def whole(self) -> bool:
        """Whether no other line can add to it."""
        pair = self.circuit is not None and self.remote is not None
        return pair or bool(self.option82 or self.options6 or self.cut_off or self.puzzling)


_SUB_OPTIONS = re.compile(rb'"(?:sub-options|relay-agent-info)": ?"(0x[0-9A-Fa-f]*)"')
_OPTIONS_6 = re.compile(rb'"options": ?"(0x[0-9A-Fa-f]+)"')
_RELAYS = re.compile(rb'"rela(?:y-info|ys)": ?\[(.{0,8192}?)\]')
_SCRIPT = re.compile(rb"OPTION_82(?:_SUB_OPTION_([12]))?=(\S*)")
_RECIPE = re.compile(
    rb"(?:^|[\]:-] |\xef\xbb\xbf|\")"
    rb"(?=(?:COMMIT|o82hex|o82raw|Lease for|Option 82: received|o18|o37) )"
)
_DNSMASQ = re.compile(
    rb"(?:option: {0,2}82 \S{1,40}|agent-id) {1,2}((?:[0-9A-Fa-f]{2}:)*[0-9A-Fa-f]{2})(\.\.\.)?\s*$"
)
_HEX = rb"[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2})*"
_KEA_4 = re.compile(rb"type=00([12]), len=(\d+): ?(" + _HEX + rb"|)( ?'.{0,256}')?(?=\s|$)")
_KEA_6 = re.compile(rb"^\s*(?:\w{1,64}=)?type=000(18|37), len=\d+: (.*)$")
_KEA_37 = re.compile(rb"(\d+) \(uint32\) ([0-9A-Fa-f]*)")
_TCPDUMP = re.compile(
    rb"(circuit|remote)-id suboption \d+, length (\d{1,3}): ?(.*)$", re.IGNORECASE | re.DOTALL
)
_PAIR = re.compile(rb"(?<![A-Za-z])([cr])id[=:] ?\"?(0x[0-9A-Fa-f]*|[0-9A-Fa-f:]+)", re.IGNORECASE)
_USER_NAME = re.compile(rb'User-Name = "([0-9A-Fa-f]{8,}):([0-9A-Fa-f]{8,})"')
_ROW = rb"0x[0-9A-Fa-f]{8,}|[0-9A-Fa-f]{2}(?:([:. -])[0-9A-Fa-f]{2}){3,}|[0-9A-Fa-f]{8,}"
_OPTION = (
    rb"(?<![A-Za-z])(?:opt(?:ion)?[-_: ]{0,2}\(?82\)?|attr-82"
    rb"|(?:relay[-_ ])?agent[-_. ]info(?:rmation)?(?:[-_ ]option)?)"
)
_WHOLE = re.compile(_OPTION + rb"[^0-9A-Za-z]{0,6}(" + _ROW + rb")(?![0-9A-Za-z])", re.IGNORECASE)
_UNNAMED = re.compile(
    rb"(?<![0-9A-Za-z:.-])((?:0x)?52(?:[:-]?[0-9A-Fa-f]{2}){5,})(?![0-9A-Za-z:-])"
)
_WINDOWS = re.compile(
    rb"\d{2,5},\d\d/\d\d/\d\d,\d\d:\d\d:\d\d(?:,[^,]*){14},(0x[0-9A-Fa-f]{8,}),[^,]*"
)
"""A row of the audit log of Windows' DHCP server; see `techinfo.dhcp.readers.windows_dhcp`."""
_OCTETS = rb"[0-9A-Fa-f]{1,2}(?::[0-9A-Fa-f]{1,2}){1,512}"
_NAMED = re.compile(
    rb"(?<![A-Za-z])" + LABEL + rb"(?P<mark>\"? *[=:] *|(?<=id) +of +|(?<=id) +)"
    rb"(?:(?P<quoted>\"(?:[^\"\\]|\\.){0,1024}\")"
    rb"|(?P<octets>0x[0-9A-Fa-f]*|" + _OCTETS + rb")(?=[\s,;)\"]|$)"
    rb"|\[(?P<bracketed>[^\]]{1,1024})\](?=[\s,;)]|$)"
    rb"|(?!id\b|[\w.-]+=)(?P<text>(?:[^\s\"=,;:(<]|<(?=[0-9A-F]{2}>))[^\"]{0,1024}?)"
    rb"(?=[,;)\"]|$|(?<!\s)(?=\s)(?:\s{1,64}[A-Za-z][\w.-]{0,64}="
    rb"|\s{1,64}(?:and\s{1,64}(?:a\s{1,64})?remote|remote[-_ ]id\b)|\s{0,1024}$)))",
    re.IGNORECASE,
)
_LABELS = re.compile(rb"circuit|remote|interface|iface")
"""In lower case: how each name of a value begins."""
_MOST_LABELS = 256
"""Of a line; a value is sought behind each, up to a KiB away."""
_FRAMED = re.compile(rb'"(?:log|MESSAGE)" ?: ?("(?:[^"\\]|\\.)*")')
"""The message in a line of Docker's json-file driver, or of ``journalctl -o json``."""
_EXPLAINED = re.compile(rb" '[^']{0,1024}'")
_PUZZLE = re.compile(
    rb"(?:circuit(?:[-_ ]?id|(?=\W{0,2}[=:]))|remote[-_ ]?id|i(?:nter)?face[-_ ]id"
    rb"|sub-?option:? \(?[12]\b|[cr]id(?==[0-9a-f])|" + _OPTION + rb").{0,48}?"
    rb"(?:0x[0-9A-Fa-f]{4}|[0-9A-Fa-f]{1,2}[:-][0-9A-Fa-f]{1,2}[:-]|(?:\d{1,3}\.){5}"
    rb"|(?<![0-9A-Za-z])[0-9A-Fa-f]{8}|\\[0-7x]|\^[@-_]|[=:] ?[\"'<\[]?(?!MISSING)[0-9A-Za-z]{3})",
    re.IGNORECASE | re.DOTALL,
)
"""A word that stands before identifiers, and behind it what may be one."""
_EMPTY = Mention()
_PUZZLED = Mention(puzzling=True)
_CUT_OFF = Mention(cut_off=True)
_CUT_MARKS = (b"...", "…".encode())
_FIELDS = (_CIRCUIT, _REMOTE, *_) = tuple(Field)
_WORDS = re.compile(
    rb"(?:ircuit|emote|option|agent|face[-_]id|type=00|user-name|opt82|attr-82"
    rb"|commit|o82|o18|o37|rid[=:])"
)
"""In lower case: a line without any of them names nothing; most lines are such."""


def mentions(line: bytes) -> list[Mention]:
    """What a line says, in its order; usually one thing or nothing."""
    if b",0x" in line and (row := _WINDOWS.fullmatch(line)):
        return [_option82([row]) or _PUZZLED]
    lower = line.lower()
    if (
        b"ircuit" not in lower
        and b"option" not in lower
        and not _WORDS.search(lower)
        and (b"52" not in line or not _UNNAMED.search(line))
    ):
        return []
    if line.startswith(b"{") and (inside := _message(line)):
        found = mentions(inside)
        if found and _PUZZLED not in found:
            return found
    found = []
    if b'"rela' in line or b'"sub-options"' in line:
        found += [Mention(option82=spelt) for spelt in _SUB_OPTIONS.findall(line)]
        if b'"options"' in line:
            layers = [_OPTIONS_6.findall(relays) for relays in _RELAYS.findall(line)]
            # Kea writes the outermost relay first; the access is named by the innermost.
            found += [Mention(options6=options[-1]) for options in layers if options]
    if not found and (one := _of_line(line, lower)) != _EMPTY:
        found.append(one)
    return found


def _message(line: bytes) -> bytes | None:
    """The one line of text that a line of JSON frames, without JSON's escapes."""
    match = _FRAMED.search(line)
    try:
        text = json.loads(match[1]) if match else ""
        octets: bytes = text.rstrip("\r\n").encode()
    except ValueError:
        return None
    return None if b"\n" in octets else octets


def _of_line(line: bytes, lower: bytes) -> Mention:
    for words, read in _READERS if _FORMS.search(lower) else ():
        for word in words:
            if word in lower:
                if (found := read(line)) is not None:
                    return found
                break
    found = _named(line, lower)
    if found == _EMPTY and (len(_LABELS.findall(lower)) > _MOST_LABELS or _PUZZLE.search(line)):
        return _PUZZLED
    return found


def _of_recipe(line: bytes) -> Mention | None:
    match = _RECIPE.search(line)
    if match is None:
        return None
    message = line[match.end() :]
    if match[0] == b'"':
        message = message.partition(b'"')[0]
    recipe = recipes.read_recipe(message.decode("latin-1"))
    if recipe is None:
        return None if message.startswith((b"Lease", b"Option")) else _CUT_OFF
    values: dict[str, Any] = {
        name: value.spelt
        for name in ("circuit", "remote", "interface", "remote6")
        if (value := getattr(recipe, name)) is not None and value.written
    }
    return _EMPTY._replace(**values)


def _of_script(line: bytes) -> Mention | None:
    match = _SCRIPT.search(line)
    if match is None:
        return None
    number, value = match.groups()
    if number is None:
        return Mention(option82=value) if value else _EMPTY
    return Mention(circuit=value) if number == b"1" else Mention(remote=value)


def _of_dnsmasq(line: bytes) -> Mention | None:
    match = _DNSMASQ.search(line)
    if match is None:
        return None
    return _CUT_OFF if match[2] else Mention(option82=match[1])


def _of_kea(line: bytes) -> Mention | None:
    if match := _KEA_6.match(line):
        return _of_kea_6(match[1], match[2].rstrip())
    found = _EMPTY
    for match in _KEA_4.finditer(line):
        code, length, octets, text = match.groups()
        if (len(octets) + 1) // 3 != int(length):
            return _PUZZLED
        value = octets + (text or b"")
        found = found._replace(circuit=value) if code == b"1" else found._replace(remote=value)
    return None if found == _EMPTY else found


def _of_kea_6(code: bytes, value: bytes) -> Mention | None:
    if code == b"18":
        return Mention(interface=value)
    match = _KEA_37.match(value)
    if match is None or int(match[1]) >= 2**32:
        return _PUZZLED
    return Mention(remote6=b"0x%08x%s" % (int(match[1]), match[2]))


def _of_tcpdump(line: bytes) -> Mention | None:
    """The length shows whether ``^X`` is caret notation or two characters of the value."""
    match = _TCPDUMP.search(line)
    if match is None:
        return None
    name, length, written = match[1].lower(), int(match[2]), match[3]
    value = next((v for v in (written, uncareted(written)) if len(v) == length), None)
    if value is None:
        return _PUZZLED
    spelt = value if value == written else b"0x" + value.hex().encode()
    if not value:
        return _EMPTY
    return Mention(circuit=spelt) if name == b"circuit" else Mention(remote=spelt)


def _of_user(line: bytes) -> Mention | None:
    match = _USER_NAME.search(line)
    return Mention(circuit=match[1], remote=match[2]) if match else None


def _of_pair(line: bytes) -> Mention | None:
    """``cid=… rid=…``, as recipes call them; cid alone is a client's."""
    found = {match[1].lower(): match[2] for match in _PAIR.finditer(line)}
    if len(found) < 2:
        return None
    return Mention(circuit=found[b"c"], remote=found[b"r"])


def _whole(line: bytes) -> Mention | None:
    """An option 82 in hex behind one of its names."""
    return _option82(_WHOLE.finditer(line))


def _unnamed(line: bytes) -> Mention | None:
    """An option 82 in hex without any name, from its code to its end."""
    return _option82(_UNNAMED.finditer(line))


def _option82(matches: Iterable[re.Match[bytes]]) -> Mention | None:
    for match in matches:
        octets = option82_octets(match[1])
        try:
            if octets and parse_option82(octets):
                return Mention(option82=match[1])
        except OctetError:
            continue
    return None


def _named(line: bytes, lower: bytes) -> Mention:
    found: dict[str, Any] = {}
    at = 0
    for label in islice(_LABELS.finditer(lower), _MOST_LABELS):
        match = _NAMED.match(line, label.start()) if label.start() >= at else None
        if match is None:
            continue
        at = match.end()
        value = match["quoted"] or match["octets"] or match["bracketed"] or match["text"]
        if match["mark"].strip() == b"of":
            value = value.strip(b'"')
        if match["octets"]:
            at = _behind_text(line, value, at)
            value = line[match.start("octets") : at]
        name = match["four"].lower().decode() if match["four"] else "interface"
        if value.endswith(_CUT_MARKS):
            return _CUT_OFF
        if name not in found and not is_nothing(value):
            found[name] = value
    if "interface" in found and "remote" in found:
        found["remote6"] = found.pop("remote")
    return Mention(**found)


def _behind_text(line: bytes, octets: bytes, at: int) -> int:
    """Where the text ends that may stand behind octets: ``(text)`` or ``'text'``.

    Kea does not escape it, and whoever chose it may have put brackets and names into it: it is as
    long as its octets.
    """
    end = at + 3 + octets.count(b":")
    if line.startswith(b" (", at) and line[end : end + 1] == b")":
        return end + 1
    quoted = _EXPLAINED.match(line, at)
    return quoted.end() if quoted else at


_READERS: tuple[tuple[tuple[bytes, ...], Callable[[bytes], Mention | None]], ...] = (
    ((b"commit ", b"o82", b"lease for ", b"option 82:", b"o18 ", b"o37 "), _of_recipe),
    ((b"option_82",), _of_script),
    ((b"option:", b"agent-id"), _of_dnsmasq),
    ((b"type=00",), _of_kea),
    ((b"suboption",), _of_tcpdump),
    ((b"user-name",), _of_user),
    ((b"rid=", b"rid:"), _of_pair),
    ((b"opt", b"attr-82", b"agent"), _whole),
    ((b"52",), _unnamed),
)
"""What knows a line by its form, the surest first, and words (in lower case) of which a line of
that form has one; else what is named in it is taken."""
_FORMS = re.compile(b"|".join(re.escape(word) for words, _ in _READERS for word in words))


def of_option(identity: Identity) -> dict[Field, tuple[Reading, ...]]:
    """The values of an option 82 as readings."""
    circuit, remote = identity.circuit, identity.remote
    out = {_CIRCUIT: of_option82(circuit)} if circuit else {}
    if remote:
        out[_REMOTE] = of_option82(remote)
    return out


def of_mention(mention: Mention) -> Asked:
    """The question that the identifiers in a line of a log ask.

    Raises:
        OctetError: An option in it is none.
    """
    option = mention.option82 if mention.option82 is not None else mention.options6
    if option is not None:
        octets = option82_octets(option)
        if octets is None:
            raise OctetError("not an even number of hex digits", position=0)
        if mention.option82 is not None:
            return Asked(readings=of_option(parse_option82(octets)))
        return Asked(readings=_of_options6(parse_options6(octets)))
    found = {
        field: read
        for field, value in zip(_FIELDS, mention[:4], strict=True)
        if value and (read := readings([value], field))
    }
    return Asked(readings=found)


def of_value(value: bytes) -> Iterator[Asked]:
    """The questions that a value may ask that may be an option 82, or any field of an identity."""
    octets = option82_octets(value)
    if octets is not None:
        try:
            option = of_option(parse_option82(octets))
        except OctetError:
            option = {}
        if option:
            yield Asked(readings=option)
    for field in Field:
        if read := readings([value], field):
            yield Asked(readings={field: read})


def _of_options6(identity: Identity) -> dict[Field, tuple[Reading, ...]]:
    out: dict[Field, tuple[Reading, ...]] = {}
    if identity.interface:
        out[Field.INTERFACE] = of_octets(identity.interface)
    if identity.remote6:
        out[Field.REMOTE6] = of_octets(identity.remote6, identity.enterprise)
    return out
