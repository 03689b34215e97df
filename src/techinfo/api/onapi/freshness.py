"""Freshness in headers: what a request says is good enough, what an answer says of its age."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime

from techinfo.access.freshness import MOST_STALE_S, CachePolicy
from techinfo.api.errors import PERSONAL, ApiError
from techinfo.api.onapi.render import PART_NAMES
from techinfo.error_codes import Code
from techinfo.model import Fact, Part, State

_SECONDS = re.compile(r"[0-9]{1,9}")
_MOST_OCTETS = 200
"""Of Cache-Control, all of them together; all that is understood takes less than half of it."""


def policy(cache_control: str, usual: CachePolicy) -> CachePolicy:
    """What a request's Cache-Control asks for; unknown directives are ignored (RFC 9111).

    Of several that contradict each other the stricter counts.

    Raises:
        ApiError: 400, a directive's number is none, or it is longer than anybody needs.
    """
    if len(cache_control) > _MOST_OCTETS:
        cause = f"Cache-Control is longer than {_MOST_OCTETS} octets"
        raise ApiError(Code.MALFORMED, cause)
    if not cache_control:
        return usual
    ages: list[float] = []
    stale: list[float] = []
    for directive in cache_control.split(","):
        name, _, value = directive.strip().partition("=")
        name, value = name.strip().lower(), value.strip().strip('"')
        if name == "no-cache":
            ages.append(0.0)
        elif name == "max-age":
            ages.append(_seconds(name, value))
        elif name == "max-stale":
            stale.append(_seconds(name, value) if value else MOST_STALE_S)
    return replace(
        usual,
        max_age_s=min(ages, default=usual.max_age_s),
        max_stale_s=min([*stale, MOST_STALE_S]) if stale else usual.max_stale_s,
    )


def _seconds(name: str, value: str) -> float:
    if not _SECONDS.fullmatch(value):
        cause = f"Cache-Control: {name} is not a number of seconds"
        raise ApiError(Code.MALFORMED, cause)
    return float(value)


def headers(
    read_at: datetime | None, now: datetime, incomplete: Iterable[str] = ()
) -> dict[str, str]:
    """Age and completeness of an answer.

    Args:
        read_at: When the oldest part of the answer was read.
        now: When it is given.
        incomplete: What could not be had, in the words of `lacking`.
    """
    out = dict(PERSONAL)
    if read_at is not None:
        out["Last-Modified"] = format_datetime(read_at.astimezone(UTC), usegmt=True)
        out["Age"] = str(age_s(read_at, now))
    lacking_parts = ", ".join(incomplete)
    if lacking_parts:
        out["Techinfo-Incomplete"] = lacking_parts
    return out


def age_s(read_at: datetime, now: datetime) -> int:
    """Whole seconds since a reading."""
    return max(0, int((now - read_at).total_seconds()))


def lacking(parts: Mapping[Fact, Part]) -> list[str]:
    """The parts of an answer that could not be had, or not all of them, and why."""
    return [
        f"{PART_NAMES[fact]}; {_why(part)}"
        for fact, part in parts.items()
        if part.state in {State.FAILED, State.PARTIAL}
    ]


def _why(part: Part) -> str:
    if part.code == Code.ELEMENT_SILENT:
        return "timeout"
    return "partial" if part.state is State.PARTIAL else "failed"
