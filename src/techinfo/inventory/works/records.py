"""Works as plain values, and what a scope may say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from techinfo.errors import WorksError
from techinfo.inventory.fields import Parse, text

LONGEST = timedelta(days=92)
"""Of one announcement: what lasts longer is no maintenance window."""
MOST_SCOPES = 500
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""Between which works begin: whatever is worked out of their times is a time, too."""
_REFERENCE = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.@:-]{0,127}")
_TEXT = text(1000)
_NAME = text()


class Place(StrEnum):
    """What a scope names, as the inventory has it."""

    SITE = "site"
    ELEMENT = "element"
    PORT = "port"
    """A port of an element; of an OLT a PON port, with all ONTs behind it."""
    ACCESS = "accessId"
    CABLE_GROUP = "cableGroup"
    STREET = "street"


class Status(StrEnum):
    """How works stand at a time."""

    PLANNED = "PLANNED"
    ACTIVE = "ACTIVE"
    ENDED = "ENDED"


@dataclass(frozen=True, order=True, slots=True)
class Scope:
    """Where works are.

    Attributes:
        name: As the inventory spells it.
        within: The element of a port; the town of a street, ``""``: there is one such street.
    """

    place: Place
    name: str
    within: str = ""

    def told(self) -> dict[str, str]:
        """As JSON has it."""
        beside = {Place.PORT: "element", Place.STREET: "city"}
        more = {beside[self.place]: self.within} if self.within else {}
        return {self.place.value: self.name, **more}


@dataclass(frozen=True, kw_only=True, slots=True)
class Works:
    """Works that the operator has announced.

    Attributes:
        reference: The operator's own, or one that was made.
        text: For providers.
        begin, end: The window that was announced.
        expected_end: When they are believed to end, where that is not `end` any more.
        ended: When somebody has said that they are over, before their time or after it.
        scopes: Where they are.
    """

    reference: str
    text: str
    begin: datetime
    end: datetime
    expected_end: datetime | None = None
    ended: datetime | None = None
    scopes: tuple[Scope, ...]

    @property
    def until(self) -> datetime:
        """When they are over, as far as anybody knows."""
        return self.ended or self.expected_end or self.end

    def status(self, now: datetime) -> Status:
        """How they stand."""
        if self.ended is not None and self.ended <= now:
            return Status.ENDED
        if now < self.begin:
            return Status.PLANNED
        return Status.ACTIVE if now <= self.until else Status.ENDED


def scope_of(told: Mapping[str, str | None]) -> Scope:
    """The scope that some keys name: one place, and for a port its element.

    Args:
        told: `Place` -> name, and ``city`` of a street; empty values count as absent.

    Raises:
        WorksError: It is none; names the key.
    """
    given = {key: value.strip() for key, value in told.items() if value and value.strip()}
    for key, value in given.items():
        _must_be(key, value, _NAME)
    within = given.pop("city", "")
    if "port" in given:
        place, within = Place.PORT, given.pop("element", "")
        if not within:
            raise WorksError("port: its element is missing", key="port")
    else:
        known = [place for place in Place if place in given]
        if len(known) != 1:
            names = ", ".join(Place)
            raise WorksError(f"scope: name one of {names}", key="scope")
        place = known[0]
    name = given.pop(place)
    if place is not Place.STREET and "city" in told and told["city"]:
        raise WorksError("city: is said of a street only", key="city")
    if given:
        raise WorksError(f"scope: {next(iter(given))} beside {place}: one place each", key="scope")
    return Scope(place, name, within)


def checked(works: Works) -> Works:
    """The same works, whose values may be kept.

    Raises:
        WorksError: They may not; names the key.
    """
    if not _REFERENCE.fullmatch(works.reference):
        why = "letters, digits and _.@:- only, 128 at most"
        raise WorksError(f"reference: {why}", key="reference")
    if not works.text.strip():
        raise WorksError("text: says nothing", key="text")
    _must_be("text", works.text, _TEXT)
    _check_times(works)
    if not works.scopes:
        raise WorksError("scopes: there is none", key="scopes")
    if len(works.scopes) > MOST_SCOPES:
        raise WorksError(f"scopes: more than {MOST_SCOPES}", key="scopes")
    return works


def _check_times(works: Works) -> None:
    if not _FIRST <= works.begin <= _LAST:
        raise WorksError(f"from: is not within {_FIRST.year} and {_LAST.year}", key="from")
    if works.end <= works.begin:
        raise WorksError("to: is not after from", key="to")
    if works.end - works.begin > LONGEST:
        raise WorksError(f"to: more than {LONGEST.days} days after from", key="to")
    later = works.expected_end
    if later is not None and not works.begin < later <= works.begin + LONGEST:
        why = f"is not within {LONGEST.days} days after from"
        raise WorksError(f"expectedEnd: {why}", key="expectedEnd")


def _must_be(key: str, value: str, parse: Parse) -> None:
    try:
        parse(value)
    except ValueError as error:
        raise WorksError(f"{key}: {error}", key=key) from None
