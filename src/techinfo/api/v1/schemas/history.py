"""What was seen of an access before, as the OpenAPI document describes it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from techinfo.access.past.timeline import What
from techinfo.api.onapi import schemas as s
from techinfo.api.v1.schemas import Address


class Installation(s.Sparse):
    """Light when the line was known to be good."""

    at: str
    source: str = Field(description="first link, order done or engineer")
    dbmRx: str
    dbmTx: str | None = None
    serialNumber: str | None = Field(default=None, description="of the module that told it")


class Installed(s.Sparse):
    """Light at installation of an access, against now."""

    accessId: str
    installation: Installation
    weakerBy: float | None = Field(
        default=None, description="dB less than then; negative: more; absent: not comparable"
    )


class Downtime(s.Sparse):
    """Seconds of the whole time; what nobody has seen is unknown."""

    upSeconds: int
    downSeconds: int
    unknownSeconds: int


class HistorySample(s.Sparse):
    """One piece of the time: what a poll found, and what was counted since the one before."""

    begin: str
    end: str
    link: bool | None = Field(default=None, description="at the end")
    upSeconds: float
    downSeconds: float
    losses: int = Field(description="how often the link was lost, at least")
    dbmRx: str | None = None
    dbmTx: str | None = None
    noLight: bool | None = Field(default=None, description="true: a module, and no light")
    seconds: float = Field(description="of which it is known what was counted")
    unknown: str | None = Field(default=None, description="why nothing of it is known")
    input: dict[str, Any] | None = Field(
        default=None, description="growth: bytes, packets, errors, …; volumes to who may see them"
    )
    output: dict[str, Any] | None = None


class AccessHistory(s.Sparse):
    """What was counted and measured on an access."""

    accessId: str
    from_: str = Field(alias="from", description="later than asked for where nothing older is told")
    to: str
    step: Literal["5m", "hour", "day"]
    more: bool = Field(description="there are older samples in this time")
    downtime: Downtime
    installation: Installation | None = None
    samples: list[HistorySample]


class TimelineEvent(s.Sparse):
    """Something that has happened."""

    at: str
    what: What
    earliest: str | None = Field(
        default=None, description="it was not so before this; absent: the time is exact"
    )
    withElement: bool | None = Field(default=None, description="true: the switch restarted")
    speed: int | None = Field(default=None, description="Mbit/s from then on")
    dbmRxBefore: str | None = None
    dbmRx: str | None = None
    noLight: bool | None = None
    mac: str | None = None
    vlan: int | None = None
    address: str | None = None
    text: str | None = Field(
        default=None, description="source of an installation, reference of a ticket or works"
    )


class AccessTimeline(s.Sparse):
    """What has happened on an access, by age."""

    accessId: str
    from_: str = Field(alias="from")
    to: str
    more: bool = Field(description="there are older events in this time")
    events: list[TimelineEvent]


class DisturbanceTold(s.Sparse):
    """Lines that were lost together."""

    reference: str
    scope: Literal["pon", "street", "switch", "site"] = Field(
        description="what the lines have in common; street: the cable_group of the inventory"
    )
    since: str
    running: bool
    several: bool = Field(description="always true: other accesses are part of it")
    until: str | None = Field(default=None, description="when the last line came back")
    cause: str | None = Field(default=None, description="element_restarted, where that is known")
    name: str | None = Field(
        default=None, description="for the operator's own people: of the port, street, switch, site"
    )
    elements: list[str] | None = Field(default=None, description="the same: where its lines are")
    element: str | None = Field(default=None, description="the same, where that is one")
    lines: int | None = Field(default=None, description="the same: how many were lost")
    of: int | None = Field(default=None, description="the same: of how many")
    accessIds: list[str] | None = Field(default=None, description="the same")


class DisturbancesTold(s.Sparse):
    """Disturbances, the newest first."""

    disturbances: list[DisturbanceTold]


class DisturbedAccess(s.Sparse):
    """One access of the asker's own."""

    accessId: str
    address: Address | None = None


class DisturbedAccesses(s.Sparse):
    """The accesses of the asker's own that a disturbance touches."""

    reference: str
    since: str
    until: str | None = Field(default=None, description="when the last line came back")
    running: bool
    accesses: list[DisturbedAccess]


class WeakerLine(s.Sparse):
    """A line that lost light."""

    element: str
    line: str
    weaker: float = Field(description="dB")


class WeatherPiece(s.Sparse):
    """A piece of the plant of which several fibres lost light."""

    plant: Literal["cable", "tube", "closure", "cable_group"]
    name: str
    fibres: int = Field(description="that lost light")
    of: int = Field(description="that tell their light")
    weaker: float = Field(description="dB, in the middle")
    lines: list[WeakerLine]


class FibreWeatherTold(s.Sparse):
    """What was found of a night, where to open first."""

    night: str
    pieces: list[WeatherPiece]
