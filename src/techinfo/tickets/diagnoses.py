"""Diagnoses that were told lately, each with the document that it was made of.

A ticket that names one needs no second reading while it is valid. They are in memory only, a
bounded number, and known to whose provider asked for them: an id of somebody else's, or of before a
restart, is an unknown one.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from techinfo.access.viewer import Viewer
from techinfo.tickets.records import OPERATOR

_MOST = 2_000
_ID_OCTETS = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A diagnosis as it was told.

    Attributes:
        whose: The provider that asked for it, or the operator.
        document: ``techinfo.access/1``, with the diagnosis in it.
        until: When it is no longer valid.
    """

    whose: str
    access_id: str
    document: Mapping[str, Any]
    until: datetime

    @property
    def diagnosis(self) -> Mapping[str, Any]:
        """``techinfo.diagnosis/1``."""
        told = self.document.get("diagnosis")
        return told if isinstance(told, Mapping) else {}


@dataclass(slots=True)
class Diagnoses:
    """The newest of them; the oldest go first."""

    most: int = _MOST
    _told: OrderedDict[str, Told] = field(default_factory=OrderedDict)

    def keep(
        self, viewer: Viewer, access_id: str, document: Mapping[str, Any], until: datetime
    ) -> str:
        """Keep what was told to somebody; gives the id by which they may name it."""
        name = secrets.token_hex(_ID_OCTETS)
        self._told[name] = Told(
            whose=whose(viewer), access_id=access_id, document=document, until=until
        )
        while len(self._told) > self.most:
            self._told.popitem(last=False)
        return name

    def of(self, viewer: Viewer, name: str, access_id: str, now: datetime) -> Told | None:
        """What somebody was told of an access; ``None``: nothing of this id, or not valid now."""
        told = self._told.get(name)
        if told is None or told.until < now:
            return None
        theirs = (told.whose, told.access_id) == (whose(viewer), access_id)
        return told if theirs else None

    def forget(self, *, access_id: str | None = None) -> None:
        """Erase what was told of an access; ``None``: of all."""
        for name in [n for n, x in self._told.items() if access_id in (None, x.access_id)]:
            del self._told[name]


def whose(viewer: Viewer) -> str:
    """Whose a diagnosis is: all users of a provider have the same."""
    return OPERATOR if viewer.sees_all else viewer.provider or viewer.name


def contradicts(problem: str, document: Mapping[str, Any]) -> str | None:
    """How a reported problem contradicts what was found, in words; ``None``: it does not.

    It is told, and no ticket is refused for it. The port of a PON says nothing about one access.

    Args:
        problem: ON-API's problemType.
        document: ``techinfo.access/1`` with its diagnosis.
    """
    diagnosis = document.get("diagnosis", {})
    code = diagnosis.get("code")
    is_pon = document.get("expected", {}).get("medium") == "pon"
    is_up = document.get("status", {}).get("link") is True and not is_pon
    if problem == "NO_LINK" and is_up:
        return f"NO_LINK is reported, and the link was up ({code})"
    if problem in ("NO_LINK", "NO_ACCESS") and diagnosis.get("outcome") == "green":
        return f"{problem} is reported, and everything works up to the network's edge ({code})"
    return None
