"""The test of a cable, as the OpenAPI document describes it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from techinfo.api.onapi import schemas as s
from techinfo.api.v1.schemas.asked import Asked


class CablePair(s.Sparse):
    """One pair of a tested cable, or all of them."""

    pair: str | None = Field(default=None, description="as the network element calls it")
    status: str = Field(description="the network element's word: ok, open, short, …")
    length: float | None = Field(default=None, description="metres")
    testedAt: s.Time


CableTested = Annotated[
    list[CablePair] | None,
    Field(description="the last test of the cable, of the last 24 h and the asker's time"),
]


class CableTestWanted(Asked):
    """A test that somebody wants while the link is down."""

    feedsNothing: bool = Field(
        default=False,
        description="whoever asks knows that the port feeds no equipment (PoE); it counts only"
        " where the network element tells nothing of feeding",
    )


class CableTestForced(CableTestWanted):
    """A test by an engineer on site, though the link is up."""

    onSite: Literal[True]
    interrupts: list[Annotated[str, Field(max_length=36)]] = Field(
        max_length=1000, description="every subscriptionId on the port, as GET has told them"
    )


class InterruptedService(s.Sparse):
    """A service on the port."""

    accessId: str
    subscriptionId: str
    service: str
    serviceType: str
    state: str
    provider: str


class CableTestProspect(s.Sparse):
    """What a test would interrupt."""

    accessId: str
    services: list[InterruptedService]
    againstForce: list[str] = Field(
        description="why the cable may not be tested while the link is up; empty: it may"
    )
    cableTest: CableTested = None


class CableTestMade(s.Sparse):
    """What came of a test."""

    accessId: str
    linkBefore: bool
    cableTest: list[CablePair]
