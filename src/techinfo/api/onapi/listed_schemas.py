"""What ON-API lists beside the technical information: accesses, services, subscriptions, events."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from techinfo.api.onapi.schemas import Mac, Sparse, Time
from techinfo.inventory import Change, ObjectType

Date = Annotated[
    str,
    Field(
        description="RFC 3339 full-date",
        examples=["2019-01-18"],
        json_schema_extra={"format": "date"},
    ),
]
Characteristics = dict[str, Any]


class DatedService(Sparse):
    """A service that can be delivered on an access (2.4)."""

    service: str
    connection: Date = Field(description="when it could be delivered for the first time")
    available: str = Field(description="when it can be ordered: a date, or NO while none is known")
    disconnection: Date | None = Field(default=None, description="when it is no longer available")
    forcedTakeoverPossible: bool
    comments: list[str] | None = None
    characteristics: Characteristics | None = None


class ServiceInfo(Sparse):
    """A service that can be delivered on an access (2.5 and 2.6)."""

    service: str
    connectionDateTime: Time = Field(description="when it could be delivered for the first time")
    availableDateTime: Time | None = Field(
        default=None, description="when it can be ordered; left out while that is not known"
    )
    disconnectionDateTime: Time | None = Field(
        default=None, description="when it is no longer available"
    )
    forcedTakeoverPossible: bool
    comments: list[str] | None = None
    characteristics: Characteristics | None = None


class AccessServices(Sparse):
    """The services of one access (2.6)."""

    accessId: str
    services: list[ServiceInfo]


class DhcpIdentifier(Sparse):
    """Sub-options of option 82, and the like of DHCPv6, as readable text."""

    ipv4CircuitId: str | None = None
    ipv4RemoteId: str | None = None
    ipv6InterfaceId: str | None = None
    ipv6RemoteId: str | None = None


class Equipment(Sparse):
    """A device that a service is tied to."""

    vendorId: str | None = None
    macAddress: Mac | None = None


class SubscriptionInfo(Sparse):
    """One subscription, in the list of its access (2.6)."""

    subscriptionId: str
    service: str
    operationalState: str
    connectionDate: Date
    disconnectionDate: Date | None = None
    spReference: str
    spSubscriptionId: str
    option82: str | None = None
    dhcpIdentifier: DhcpIdentifier | None = None
    note: str | None = None
    characteristics: Characteristics | None = None
    equipment: list[Equipment] | None = None


class AccessSubscriptions(Sparse):
    """Whoever asks sees the own subscriptions on one access (2.6)."""

    accessId: str
    subscriptions: list[SubscriptionInfo]


class FlatSubscription(Sparse):
    """One subscription, with its access (2.4 and 2.5)."""

    subscriptionId: str
    accessId: str
    service: str
    operationalState: str
    spReference: str
    spSubscriptionId: str
    option82: str | None = None
    dhcpIdentifier: DhcpIdentifier | None = None
    note: str | None = None
    characteristics: Characteristics | None = None
    equipment: list[Equipment] | None = None


class _ListedAccess(Sparse):
    accessId: str
    legacyAccessId: str | None = None
    streetName: str
    streetNumber: str | None = None
    streetLittera: str | None = None
    postalCode: str
    city: str
    countryCode: str
    premisesType: str
    mduApartmentNumber: str | None = None
    mduDistinguisher: str | None = None
    outlet: str | None = None
    population: str | None = None
    accessState: str


class AccessInfo(_ListedAccess):
    """One access of the inventory (2.6)."""

    priceGroup: int | None = None
    nationalAddressUUID: str | None = None


class _EquippedAccess(_ListedAccess):
    coNetworkAgreement: str | None = Field(
        default=None, description="left out while nobody has said; that means NOT_REQUIRED"
    )
    coFiberConverter: str | None = None
    coCpeSwitch: str | None = None
    coCpeRouter: str | None = None


class DatedAccess(_EquippedAccess):
    """One access of the list (2.4)."""

    services: list[DatedService]


class DatedSingleAccess(DatedAccess):
    """One access, with the own subscriptions on it (2.4)."""

    subscriptions: list[FlatSubscription]


class ServedAccess(_EquippedAccess):
    """One access of the list (2.5)."""

    services: list[ServiceInfo]


class ServedSingleAccess(ServedAccess):
    """One access, with the own subscriptions on it (2.5)."""

    subscriptions: list[FlatSubscription]


class EventInfo(Sparse):
    """One change of one object."""

    type: Change
    objectType: ObjectType
    objectId: str
    path: str | None = Field(default=None, description="where the object is; not of DELETE")
    time: Time


class EndpointInfo(Sparse):
    """One endpoint, and what it does not tell."""

    name: str
    endpoint: str = Field(description="path, or the URL where another system serves it")
    version: str
    documentation: str
    note: str | None = None
    unsupportedFields: list[str] | None = None


class Client(Sparse):
    """A device on the port (2.3.1)."""

    mac: Mac
    ip: str | None = Field(default=None, description="IPv4")


class LinkUp(Sparse):
    """A link that is up (2.3.1)."""

    since: Time | None = None
    mbps: int | None = Field(default=None, description="10, 100 or 1000; others are left out")
    clients: list[Client] | None = None


class LinkInfo(Sparse):
    """State of the link (2.3.1)."""

    link: str = Field(pattern="^(UP|DOWN)$")
    up: LinkUp | None = Field(default=None, description="only of a link that is up")
