"""From the text of one field to its value, or to words that say what is wrong with it.

Every import source hands over text, so that a postal code keeps its zeros and Norway stays ``NO``.
A parser raises ``ValueError`` with what was found and what is expected; nothing else escapes.
"""

from __future__ import annotations

import difflib
import ipaddress
import json
import re
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime

from techinfo.dhcp.layouts import layout_patterns
from techinfo.dhcp.octets import parse_option82
from techinfo.dhcp.patterns import parse_pattern
from techinfo.driver.cli_session import OLD_ALGORITHMS
from techinfo.errors import OctetError, PatternError

Parse = Callable[[str], str | int]

_MOST_OF_JSON = 8192
_MOST_NAMED = 40
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_INTEGER = re.compile(r"[0-9]{1,10}")
_LABEL = r"[0-9A-Za-z_](?:[0-9A-Za-z_-]{0,61}[0-9A-Za-z_])?"
_HOST_NAME = re.compile(rf"(?:{_LABEL}\.)*(?=[^.]*[A-Za-z]){_LABEL}")
"""RFC 1123, with the underscore that internal names have; a last label of digits is no name."""
_MAC = re.compile(r"(?:[0-9A-Fa-f]{2}([:-]?)(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2})")
_HOST_KEY = re.compile(
    r"SHA256:[A-Za-z0-9+/]{43}=?|(?:ssh|ecdsa)-[a-z0-9@.-]{1,40} [A-Za-z0-9+/]{60,4000}={0,2}"
)
_MAC_DOTTED = re.compile(r"(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}")


def quoted(found: str) -> str:
    """What was found, in quotes, never longer than a line."""
    return repr(found) if len(found) <= 60 else f"{found[:60]!r}…"


def suggestion(found: str, known: Iterable[str]) -> str:
    """``; did you mean 'port'?``, or nothing when no known name is close."""
    near = difflib.get_close_matches(found[:60], list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def text(most: int = 255) -> Parse:
    """Readable text of at most ``most`` characters (ON-API: 255)."""

    def parse(found: str) -> str:
        if len(found) > most:
            raise ValueError(f"{len(found)} characters; at most {most} are allowed")
        if not found.isprintable() and _CONTROL.search(found):
            raise ValueError(f"{quoted(found)} holds a control character or half of a character")
        return found

    return parse


def matching(pattern: str, expected: str, *, secret: bool = False) -> Parse:
    """Text that a pattern describes as a whole.

    Args:
        pattern: Regular expression.
        expected: The same in words.
        secret: What was found is never repeated, because a secret may have slipped in.
    """
    compiled = re.compile(pattern)
    plain = text()

    def parse(found: str) -> str:
        if not compiled.fullmatch(found):
            raise ValueError(f"{'this' if secret else quoted(found)} is not {expected}")
        return str(plain(found))

    return parse


def existing(form: Parse, names: Collection[str], what: str, *, secret: bool = False) -> Parse:
    """The name of something that there is.

    Args:
        form: How such a name is written.
        names: Those that there are.
        what: What they are names of.
        secret: As in `matching`.
    """

    def parse(found: str) -> str:
        name = str(form(found))
        if name not in names:
            known = f"; there are {', '.join(sorted(names)[:_MOST_NAMED])}" if names else ""
            named = "this is" if secret else f"{quoted(found)} is"
            raise ValueError(f"{named} no {what} that exists{suggestion(name, names) or known}")
        return name

    return parse


def one_of(*allowed: str) -> Parse:
    """One of a few words."""

    def parse(found: str) -> str:
        if found not in allowed:
            raise ValueError(f"{quoted(found)} is not one of {', '.join(allowed)}")
        return found

    return parse


def whole_number(least: int, most: int) -> Parse:
    """A whole number, both ends included."""

    def parse(found: str) -> int:
        if not _INTEGER.fullmatch(found) or not least <= int(found) <= most:
            raise ValueError(f"{quoted(found)} is not a whole number from {least} to {most}")
        return int(found)

    return parse


def address(found: str) -> str:
    """An IPv4 or IPv6 literal or a host name, in the one form in which it is compared."""
    try:
        literal = ipaddress.ip_address(found)
    except ValueError:
        if len(found) > 253 or not _HOST_NAME.fullmatch(found):
            raise ValueError(
                f"{quoted(found)} is not an IPv4 address, an IPv6 address or a host name"
            ) from None
        return found.lower()
    if "%" in found:
        raise ValueError(
            f"{quoted(found)} has a zone; a link-local address is not managed from here"
        )
    if literal.is_unspecified or literal.is_multicast or found == "255.255.255.255":
        raise ValueError(f"{quoted(found)} is not the address of one device")
    return str(literal)


def mac(found: str) -> str:
    """A MAC address in any of the usual spellings, as ``AA:BB:CC:DD:EE:FF``."""
    if not (_MAC.fullmatch(found) or _MAC_DOTTED.fullmatch(found)):
        raise ValueError(f"{quoted(found)} is not a MAC address such as AA:BB:CC:DD:EE:FF")
    digits = re.sub(r"[^0-9A-Fa-f]", "", found).upper()
    return ":".join(digits[start : start + 2] for start in range(0, 12, 2))


def pattern(found: str) -> str:
    """A pattern of DHCP identifiers."""
    try:
        return parse_pattern(found).source
    except PatternError as error:
        raise ValueError(str(error)) from error


def layout(found: str) -> str:
    """The name of a layout of DHCP identifiers."""
    try:
        layout_patterns(found)
    except PatternError as error:
        raise ValueError(str(error)) from error
    return found


def option82(found: str) -> str:
    """The hex of an option 82, in upper case."""
    try:
        parse_option82(bytes.fromhex(found))
    except (ValueError, OctetError) as error:
        said = str(error) if isinstance(error, OctetError) else "is not hex"
        raise ValueError(f"{quoted(found)} is no option 82: {said}") from error
    return re.sub(r"\s", "", found).upper()


def host_key(found: str) -> str:
    """A host key as ``ssh-keyscan`` prints it, or its fingerprint as ``ssh-keygen -l`` does."""
    plain = " ".join(found.split()[:2])
    if not _HOST_KEY.fullmatch(plain):
        raise ValueError(f"{quoted(found)} is neither a host key (ssh-ed25519 AAAA…) nor SHA256:…")
    return plain


def old_algorithms(found: str) -> str:
    """Names of old algorithms of SSH, a blank between them."""
    for name in found.split():
        if name not in OLD_ALGORITHMS:
            near = suggestion(name, OLD_ALGORITHMS) or f"; there are {', '.join(OLD_ALGORITHMS)}"
            raise ValueError(f"{quoted(name)} is no old algorithm that can be named{near}")
    return " ".join(found.split())


def moment(found: str) -> str:
    """A date or a time in RFC 3339, as a time in UTC; a date alone is its midnight in UTC."""
    try:
        time = datetime.fromisoformat(found)
        if time.tzinfo is None:
            if len(found) > len("2019-01-03"):
                raise ValueError(found)
            time = time.replace(tzinfo=UTC)
        return time.astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        raise ValueError(
            f"{quoted(found)} is neither a date such as 2019-01-03 nor a time with its zone"
        ) from None


def json_text(found: str) -> str:
    """JSON in a text, without blanks."""
    try:
        value = json.loads(found, parse_constant=_no_constant)
        compact = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    except (ValueError, RecursionError):
        raise ValueError(f"{quoted(found)} is not JSON") from None
    if len(compact) > _MOST_OF_JSON:
        raise ValueError(f"more than {_MOST_OF_JSON} characters of JSON")
    return str(text(_MOST_OF_JSON)(compact))


def _no_constant(found: str) -> object:
    raise ValueError(found)
