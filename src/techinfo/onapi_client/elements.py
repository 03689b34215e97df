"""A JSON array, one object after another, however long it is and whoever has written it."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Iterator
from typing import Any, NoReturn

MOST_OF_ONE = 2**20
"""Characters of one object."""
MOST_OBJECTS = 5_000_000
_BLANK = " \t\r\n"


def _no_number(found: str) -> NoReturn:
    raise ValueError(f"{found} is no number of JSON")


_DECODER = json.JSONDecoder(parse_constant=_no_number)


def objects(chunks: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """The objects of an array, as soon as each is complete.

    Takes no more memory than the largest object.

    Args:
        chunks: UTF-8, divided anywhere.

    Raises:
        ValueError: It is not an array of objects in JSON, or one is too large, or there are too
            many. What came before has been given.
    """
    text = _Text(chunks)
    if text.next() != "[":
        raise ValueError("is not a JSON array")
    if text.peek() == "]":
        text.next()
    else:
        for count in range(MOST_OBJECTS + 1):
            if count == MOST_OBJECTS:
                raise ValueError(f"holds more than {MOST_OBJECTS} objects")
            yield text.object()
            following = text.next()
            if following == "]":
                break
            if following != ",":
                raise ValueError("is not JSON: neither , nor ] stands behind an object")
    if text.peek():
        raise ValueError("is not JSON: something stands behind the array")


class _Text:
    """What has come and is not yet used."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._text = ""
        self._at = 0
        self._ended = False

    def peek(self) -> str:
        """The next character that is not blank; empty at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _BLANK:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def next(self) -> str:
        """The same, used up."""
        found = self.peek()
        self._at += 1
        return found

    def object(self) -> dict[str, Any]:
        """The object that begins here."""
        if self.peek() != "{":
            raise ValueError("is not an array of JSON objects")
        while True:
            try:
                found, self._at = _DECODER.raw_decode(self._text, self._at)
            except RecursionError:
                raise ValueError("holds an object that is nested too deeply") from None
            except json.JSONDecodeError as error:
                if len(self._text) - self._at > MOST_OF_ONE:
                    raise ValueError(
                        f"holds an object of more than {MOST_OF_ONE} characters"
                    ) from None
                if not self._more():
                    raise ValueError(f"is not JSON: {error.msg}") from None
            else:
                told: dict[str, Any] = found
                return told

    def _more(self) -> bool:
        """Take the next chunk; says whether there was one."""
        if self._ended:
            return False
        chunk = next(self._chunks, None)
        self._text = self._text[self._at :]
        self._at = 0
        try:
            self._text += self._decoder.decode(chunk or b"", final=chunk is None)
        except UnicodeDecodeError:
            raise ValueError("is not UTF-8") from None
        self._ended = chunk is None
        return not self._ended
