"""Accesses that are patched wrongly, as the OpenAPI document describes them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from techinfo.api.onapi import schemas as s
from techinfo.api.v1.schemas.asked import Asked

_AccessId = Annotated[str, Field(min_length=1, max_length=255)]


class SeenThere(s.Sparse):
    """Where equipment was seen last."""

    source: str = Field(description="option82, mac_table, serial or lldp")
    since: s.Time
    until: s.Time


class Misplaced(s.Sparse):
    """Equipment that is not where it belongs."""

    equipment: str = Field(description="MAC address, serial number, or outlet")
    belongsTo: str = Field(description="accessId")
    by: str = Field(description="order, cpe, outlet; before: where it was until then")
    seenOn: str | None = Field(
        default=None, description="accessId; left out: the port without an access"
    )
    seen: list[SeenThere]


class PlaceOfAccess(s.Sparse):
    """Where an access is attached."""

    accessId: str
    element: str
    port: str
    ontId: int | None = None
    uni: int | None = None


class FreePort(s.Sparse):
    """A port without an access, or such an ONT."""

    element: str
    port: str
    ontId: int | None = None


class MoveProposed(s.Sparse):
    """Where they would be right."""

    id: str = Field(description="another one as soon as the records have one of them elsewhere")
    places: list[PlaceOfAccess]


class WrongPort(s.Sparse):
    """Two accesses whose equipment has changed places, or one whose equipment has moved."""

    kind: str = Field(description="swapped, moved, or elsewhere")
    accessId: str
    otherAccessId: str | None = Field(
        default=None, description="where it is; left out: on a port without an access"
    )
    freePort: FreePort | None = Field(default=None, description="that port")
    since: s.Time
    evidence: list[Misplaced]
    proposal: MoveProposed | None = Field(
        default=None, description="of swapped and moved ones: what the operator may confirm"
    )


class WrongPortsTold(s.Sparse):
    """Those that were found: swapped ones, then moved ones; elsewhere last of each."""

    wrongPorts: list[WrongPort]


class WrongPortsToConfirm(Asked):
    """A proposal that somebody has looked into."""

    accessId: _AccessId
    otherAccessId: _AccessId | None = Field(default=None, description="of swapped ones")
    proposal: Annotated[str, Field(min_length=1, max_length=64)] = Field(
        description="its id, as GET has told it"
    )


class WrongPortsConfirmed(s.Sparse):
    """Where they are now."""

    places: list[PlaceOfAccess]
    already: bool = Field(description="it had been done before")
