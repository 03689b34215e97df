"""Octets cut into records: lines, blocks between marks, blocks in braces. The rest is bounded."""

from __future__ import annotations

import re
from collections.abc import Iterator

from techinfo.dhcp.log_lines import counted, messages
from techinfo.dhcp.readers.reader import MOST_RECORD


class Lines:
    """Records that end with a line feed; a carriage return before it is no part of them.

    Messages of syslog with an octet count in front (RFC 6587) need no line feed.
    """

    def __init__(self) -> None:
        self.dropped = 0
        self._rest = b""
        self._skipping = False

    def cut(self, octets: bytes) -> Iterator[bytes]:
        """The lines that are complete now, without empty ones."""
        *lines, rest = (self._rest + octets).split(b"\n") if self._rest else octets.split(b"\n")
        if self._skipping and lines:
            del lines[0]
            self._skipping = False
        whole, rest = counted(rest)
        if len(rest) > MOST_RECORD:
            self.dropped += not self._skipping
            self._skipping, rest = True, b""
        self._rest = b"" if self._skipping else rest
        for line in (*lines, *whole):
            for message in messages(line):
                if len(message) > MOST_RECORD:
                    self.dropped += 1
                elif message:
                    yield message.removesuffix(b"\r")

    def rest(self) -> bytes:
        """The last line, which no line feed ends."""
        rest, self._rest = self._rest, b""
        return rest

    def pending(self) -> int:
        """Octets of the line that has not ended."""
        return len(self._rest)


class Blocks:
    """Records that begin with a mark, or end where the next one begins.

    Args:
        mark: What stands between two records, at most 64 octets: it ends the one before it.
        kept: The mark is the beginning of the next one.
    """

    def __init__(self, mark: re.Pattern[bytes], *, kept: bool) -> None:
        self.dropped = 0
        self._mark = mark
        self._kept = kept
        self._rest = b""
        self._looked = 0

    def cut(self, octets: bytes) -> Iterator[bytes]:
        """The blocks that are complete now."""
        held, begin = self._rest + octets, 0
        for match in self._mark.finditer(held, max(0, self._looked)):
            if match.start() > begin:
                yield held[begin : match.start()]
            begin = match.start() if self._kept else match.end()
        self._rest = held[begin:]
        if len(self._rest) > MOST_RECORD:
            self.dropped += 1
            self._rest = self._rest[-64:]
        self._looked = max(int(self._kept), len(self._rest) - 64)

    def rest(self) -> bytes:
        """The last block, which nothing follows."""
        rest, self._rest, self._looked = self._rest, b"", 0
        return rest

    def pending(self) -> int:
        """Octets of the block that nothing has ended."""
        return len(self._rest)


_TOKEN = re.compile(
    rb'"(?:[^"\\\n]|\\[^\n])*"|#[^\n]*\n|[{};]'
    rb"|^(?:lease|ia-na|ia-ta|ia-pd|host|group|class|subclass|failover|server-duid)\b",
    re.MULTILINE,
)


class Statements:
    """Statements of ISC dhcpd's language: ``word … ;`` and ``word … { … }``, whatever is quoted.

    A quoted text never has a line feed in it, so only whole lines are looked at. A word that only
    begins statements, at the beginning of a line, ends one that was never closed: a server that
    is killed leaves half a block behind.
    """

    def __init__(self) -> None:
        self.dropped = 0
        self._rest = b""
        self._looked = 0
        self._depth = 0

    def cut(self, octets: bytes) -> Iterator[bytes]:
        """The statements that are complete now."""
        held, begin = self._rest + octets, 0
        whole = held.rfind(b"\n") + 1
        for match in _TOKEN.finditer(held, self._looked, whole):
            token = match[0]
            if token[:1] == b"#" and not held[begin : match.start()].strip():
                begin = match.end()
            elif token[:1] > b"Z" and token[:1] != b"{" and token[:1] != b"}":
                if unfinished := held[begin : match.start()].strip():
                    yield unfinished
                begin, self._depth = match.start(), 0
            elif self._ends(token):
                yield held[begin : match.end()].strip()
                begin = match.end()
        self._rest, self._looked = held[begin:], max(0, whole - begin)
        if len(self._rest) > MOST_RECORD:
            self.dropped += 1
            self._rest, self._looked, self._depth = b"", 0, 0

    def _ends(self, token: bytes) -> bool:
        """Whether a statement ends with this token."""
        if token == b"{":
            self._depth += 1
        elif token == b"}":
            self._depth = max(0, self._depth - 1)
            return self._depth == 0
        return token == b";" and self._depth == 0

    def rest(self) -> bytes:
        """A statement that nothing ends; it is cut off, and is counted as garbage."""
        rest = self._rest.strip()
        self._rest, self._looked, self._depth = b"", 0, 0
        return rest

    def pending(self) -> int:
        """Octets of the statement that has not ended."""
        return len(self._rest)


_JSON = re.compile(rb'"(?:[^"\\]|\\.)*"|[][{}]', re.DOTALL)


class Leases:
    """The objects of the array ``leases`` in an answer of Kea: ``{arguments: {leases: […]}}``.

    An answer to lease4-get-all may be larger than the memory that we want to use.
    """

    def __init__(self) -> None:
        self.dropped = 0
        self._rest = b""
        self._looked = 0
        self._depth = 0
        self._among_leases = False

    def cut(self, octets: bytes) -> Iterator[bytes]:
        """The leases that are complete now."""
        held, begin, at = self._rest + octets, 0, self._looked
        while (match := _JSON.search(held, at)) is not None:
            if (quote := held.find(b'"', at, match.start())) >= 0:
                at = quote  # nothing closes it yet
                break
            at = match.end()
            if match[0] == b"{" and self._depth == 2:
                begin = match.start()
            if self._ends(match[0]) and self._among_leases:
                yield held[begin:at]
            if self._depth < 3:
                begin = at
        else:
            quote = held.find(b'"', at)
            at = quote if quote >= 0 else len(held)
        begin = at if self._depth < 3 else begin
        self._rest, self._looked = held[begin:], at - begin
        if len(self._rest) > MOST_RECORD:
            self.dropped += 1
            self._rest, self._looked, self._depth, self._among_leases = b"", 0, 0, False

    def _ends(self, token: bytes) -> bool:
        """Whether an object two levels deep ends with this token."""
        if token == b"{":
            self._depth += 1
        elif token == b"}":
            self._depth = max(0, self._depth - 1)
            return self._depth == 2
        elif token in (b"[", b"]") and self._depth == 2:
            self._among_leases = token == b"["
        return False

    def rest(self) -> bytes:
        """What an answer ends with is no lease."""
        self._rest, self._looked, self._depth, self._among_leases = b"", 0, 0, False
        return b""

    def pending(self) -> int:
        """Octets of the lease that has not ended."""
        return len(self._rest)
