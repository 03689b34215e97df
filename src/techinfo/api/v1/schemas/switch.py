"""Whole switches, for the operator's own people: the panel, ports that moved, ports and orders."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from techinfo.api.onapi import schemas as s
from techinfo.api.v1.schemas import Address


class PanelPort(s.Sparse):
    """One port of a switch."""

    ifIndex: int
    name: str | None = None
    description: str | None = None
    link: bool | None = None
    adminDown: bool | None = None
    linkSince: s.Time | None = None
    linkSpeed: int | None = Field(default=None, description="Mbit/s")
    light: s.Decimal | None = Field(default=None, description="received, dBm")
    noLight: str | None = Field(
        default=None, description="why there is no level: no light, no diagnostics, no module"
    )
    accessIds: list[str] = Field(description="accesses that the inventory has on this port")
    vlanCount: int | None = Field(default=None, description="VLANs with a MAC address learnt")


class Panel(s.Sparse):
    """All ports of a switch at a glance, from one reading."""

    element: str
    site: str | None = None
    vendor: str | None = None
    model: str | None = None
    upSince: s.Time | None = None
    collectedAt: s.Time
    parts: dict[str, s.PartState]
    ports: list[PanelPort]


class TouchedAccess(s.Sparse):
    """An access that the inventory has on a port that has moved."""

    accessId: str
    address: Address | None = None


class TouchedPort(s.Sparse):
    """A port that has just moved."""

    ifIndex: int
    name: str | None = None
    moved: Literal["link", "light"] = Field(description="what of it has moved")
    at: s.Time | None = Field(
        default=None, description="by the switch's clock; left out: some time since comparedWith"
    )
    link: bool | None = None
    linkBefore: bool | None = Field(default=None, description="at comparedWith")
    light: s.Decimal | None = Field(default=None, description="received, dBm")
    lightBefore: s.Decimal | None = None
    noLight: str | None = None
    noLightBefore: str | None = None
    accesses: list[TouchedAccess]


class UnregisteredOnt(s.Sparse):
    """An ONT that the OLT has found on a PON port, and that nobody has registered."""

    ifIndex: int
    name: str | None = Field(default=None, description="of the PON port")
    serialNumber: str = Field(description="four letters of the maker, and eight hex digits")
    new: bool | None = Field(
        default=None, description="not there at the look before; left out: there was none"
    )


class TouchedTold(s.Sparse):
    """Ports that have just moved, the last one first."""

    element: str
    seconds: int = Field(description="so long ago a link may have changed")
    readAt: s.Time
    comparedWith: s.Time | None = Field(
        default=None, description="the reading before, of the last ten minutes"
    )
    ports: list[TouchedPort]
    unregistered: list[UnregisteredOnt] | None = Field(
        default=None,
        description="of an OLT: ONTs that it lists as not registered, new ones first; left out:"
        " the element does not tell",
    )


class PortDifference(s.Sparse):
    """A port that is configured otherwise than what is ordered on it."""

    port: str
    accessId: str
    what: Literal["vlan_missing", "vlan_not_ordered", "rate_below_order", "snooping_off"]
    serviceType: str
    ordered: int | None = Field(default=None, description="the VLAN, or the rate in kbit/s")
    configured: list[int] = Field(
        description="the VLANs of the port, or its rate in kbit/s; of `snooping_off` the VLANs in"
        " which DHCP snooping is on, none: nowhere in the switch"
    )


class PortAudit(s.Sparse):
    """What has come of comparing the ports of a switch."""

    element: str
    readAt: s.Time
    ports: int = Field(description="ports with an access of which something was compared")
    untold: int = Field(
        description="ports with an access of which the switch tells nothing that is compared"
    )
    differences: list[PortDifference]
