"""Planned works, as the OpenAPI document describes them."""

from __future__ import annotations

from pydantic import AwareDatetime, Field

from techinfo.api.onapi import schemas as s
from techinfo.api.v1.schemas.asked import Asked

_NAMED = "as the inventory has it"


class WorksScope(Asked):
    """One place: a site, an element or a port of it, an access, a cable group, or a street."""

    site: str | None = Field(default=None, max_length=64, description=_NAMED)
    element: str | None = Field(default=None, max_length=64, description=_NAMED)
    port: str | None = Field(
        default=None,
        max_length=255,
        description="of the element, as the inventory spells it; a PON port with its ONTs",
    )
    accessId: str | None = Field(default=None, max_length=255)
    cableGroup: str | None = Field(default=None, max_length=64, description=_NAMED)
    street: str | None = Field(default=None, max_length=255, description=_NAMED)
    city: str | None = Field(
        default=None, max_length=255, description="of a street; needed where several have one"
    )


class WorksAsked(Asked):
    """Works as they are announced; those of the same reference are replaced."""

    reference: str | None = Field(
        default=None, max_length=128, description="the operator's own; without it one is made"
    )
    text: str = Field(max_length=1000, description="for providers")
    from_: AwareDatetime = Field(alias="from", strict=False, description="RFC 3339")
    to: AwareDatetime = Field(strict=False, description="RFC 3339; 92 days after from at most")
    expectedEnd: AwareDatetime | None = Field(
        default=None, strict=False, description="where it is not `to` any more"
    )
    scopes: list[WorksScope] = Field(min_length=1, max_length=500)


class WorksContradiction(s.Sparse):
    """What polls say against works that go on."""

    lost: int = Field(description="lines that fell; all of them are back")
    backSince: str


class WorksTold(s.Sparse):
    """Works."""

    reference: str
    text: str
    status: str = Field(description="PLANNED, ACTIVE or ENDED")
    from_: str = Field(alias="from")
    to: str = Field(description="end of the window that was announced")
    expectedEnd: str = Field(description="when they end, as far as anybody knows")
    endedAt: str | None = None
    scope: str = Field(description="the kind of place: site, element, port, accessId, …")
    several: bool = Field(description="more than one access is touched, whosesoever")
    accesses: int | None = Field(default=None, description="how many of the asker's are touched")
    accessIds: list[str] | None = Field(
        default=None, description="the asker's own, the first thousand"
    )
    scopes: list[dict[str, str]] | None = Field(
        default=None, description="where, for the operator's own people"
    )
    asksToBeClosed: WorksContradiction | None = Field(
        default=None, description="for the operator's own people, where sites are polled"
    )


class WorksListed(s.Sparse):
    """Works, by their beginning."""

    works: list[WorksTold]
