"""What the inventory knows, as plain values. The names of the fields are the keys of every import.

``None`` means that nobody has said; it is never an empty text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Literal

Kind = Literal["elements", "accesses", "cpes", "services", "subscriptions", "offers"]
"""One kind of record, as it is called at the top of a YAML or JSON file."""

Engine = Literal["slim", "pysnmp"]
Role = Literal["switch", "olt", "cpe"]
PortBy = Literal["name", "descr", "alias", "index", "any"]
NOBODY = "unassigned"
"""The provider of a subscription whose source names none: it is nobody's in particular."""
SubscriptionState = Literal["ORDERED", "ACTIVATED", "SUSPENDED"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Element:
    """A network element: a switch, an OLT.

    Attributes:
        address: IPv4 or IPv6 address, or a host name.
        port: UDP port of its SNMP agent.
        driver: Name of its driver; ``None``: found out from its sysObjectID.
        credential: Name of a credential in the configuration, never the secret.
        sys_name: The sysName that it must answer with; ``None``: not compared.
        site: Where it stands; services may be declared by site.
        mac: ``AA:BB:CC:DD:EE:FF``, as its DHCP relay agent writes it.
        ip: As it stands in DHCP identifiers; ``None``: `address`, if that is a literal.
        layout: Name of a set of patterns of DHCP identifiers; ``None``: its driver's.
        circuit_id, remote_id: Patterns of its own for option 82, sub-options 1 and 2.
        interface_id, remote6_id: The same for DHCPv6, options 18 and 37.
        enterprise_number: In front of option 37 (RFC 4649).
    """

    name: str
    address: str
    port: int = 161
    driver: str | None = None
    credential: str = "default"
    sys_name: str | None = None
    site: str | None = None
    engine: Engine = "slim"
    role: Role = "switch"
    mac: str | None = None
    ip: str | None = None
    layout: str | None = None
    circuit_id: str | None = None
    remote_id: str | None = None
    interface_id: str | None = None
    remote6_id: str | None = None
    enterprise_number: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    """One connection to a household: where it is attached, and where it is.

    Attributes:
        element: Name of the element; ``None`` while nothing is connected.
        port: The port in the words of `port_by`.
        port_by: Which of the port's names `port` is: ifName, ifDescr, ifAlias, ifIndex, any.
        ont_id: With `uni`, tells accesses on one PON port apart.
        s_vlan: With `c_vlan`, tells accesses on one port apart.
        state: accessState (ON-API), upper case.
        price_group: ON-API 2.6.
        module, port_number: The numbers that patterns of DHCP identifiers write.
        co_fiber_converter, co_cpe_switch, co_cpe_router, co_network_agreement: ON-API 2.4 and 2.5.
    """

    access_id: str
    legacy_access_id: str | None = None
    element: str | None = None
    port: str | None = None
    port_by: PortBy = "any"
    ont_id: int | None = None
    uni: int | None = None
    s_vlan: int | None = None
    c_vlan: int | None = None
    state: str | None = None
    street_name: str | None = None
    street_number: str | None = None
    street_littera: str | None = None
    postal_code: str | None = None
    city: str | None = None
    country_code: str | None = None
    premises_type: str | None = None
    mdu_apartment_number: str | None = None
    mdu_distinguisher: str | None = None
    outlet: str | None = None
    population: str | None = None
    price_group: int | None = None
    national_address_uuid: str | None = None
    module: int | None = None
    port_number: int | None = None
    co_fiber_converter: str | None = None
    co_cpe_switch: str | None = None
    co_cpe_router: str | None = None
    co_network_agreement: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Cpe:
    """The managed CPE behind an access. Its answer counts only if its MAC or serial is this one.

    Attributes:
        address: Where it is managed; ``None``: its management lease tells.
        port: UDP port of its SNMP agent.
        driver: Name of its driver; ``None``: found out from its sysObjectID.
        mac: ``AA:BB:CC:DD:EE:FF``.
    """

    access_id: str
    address: str | None = None
    port: int = 161
    driver: str | None = None
    credential: str = "default"
    mac: str | None = None
    serial_number: str | None = None
    engine: Engine = "slim"


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceVlan:
    """Which service a VLAN carries: on one port, on one element, at one site, or everywhere.

    Attributes:
        service_type: bb, iptv, voip, or a name of the operator's own.
        port: Only together with `element`; the port as the accesses on it spell it.
    """

    vlan: int
    service_type: str
    element: str | None = None
    site: str | None = None
    port: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscription:
    """A service of a provider on an access.

    Attributes:
        provider: Whose it is, as the users of that provider have it.
        service: Its name (ON-API), such as ``BB-1000-1000``.
        service_type: What its VLAN carries: bb, iptv, voip, or a name of the operator's own.
        connection_date, disconnection_date: RFC 3339, UTC; `since` and `until` are the same.
        vlan: Its VLAN on the access, where the services of the inventory do not tell it.
        option82: The whole option 82 as upper-case hex, as stored by the operator.
        ipv4_circuit_id, ipv4_remote_id, ipv6_interface_id, ipv6_remote_id: As published.
        characteristics, equipment: JSON.
    """

    subscription_id: str
    access_id: str
    provider: str
    service: str
    service_type: str
    state: SubscriptionState = "ACTIVATED"
    connection_date: str | None = None
    disconnection_date: str | None = None
    sp_reference: str | None = None
    sp_subscription_id: str | None = None
    vlan: int | None = None
    option82: str | None = None
    ipv4_circuit_id: str | None = None
    ipv4_remote_id: str | None = None
    ipv6_interface_id: str | None = None
    ipv6_remote_id: str | None = None
    note: str | None = None
    characteristics: str | None = None
    equipment: str | None = None

    @property
    def since(self) -> datetime | None:
        """When it began; ``None`` when nobody has said."""
        return _moment(self.connection_date)

    @property
    def until(self) -> datetime | None:
        """When it ended or will end; ``None`` while no end is known."""
        return _moment(self.disconnection_date)


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """A service that can be delivered on an access (ON-API services).

    Attributes:
        connection: When it could be delivered for the first time; RFC 3339, UTC.
        available: When it can be ordered; ``None`` when that is not known.
        disconnection: When it is no longer available.
        forced_takeover_possible: 1 or 0.
        comments, characteristics: JSON.
    """

    access_id: str
    service: str
    connection: str
    available: str | None = None
    disconnection: str | None = None
    forced_takeover_possible: int = 0
    comments: str | None = None
    characteristics: str | None = None


def _moment(told: str | None) -> datetime | None:
    return None if told is None else datetime.fromisoformat(told).astimezone(UTC)


Record = (
    type[Element] | type[Access] | type[Cpe] | type[ServiceVlan] | type[Subscription] | type[Offer]
)
RECORDS: Mapping[Kind, Record] = MappingProxyType(
    {
        "elements": Element,
        "accesses": Access,
        "cpes": Cpe,
        "services": ServiceVlan,
        "subscriptions": Subscription,
        "offers": Offer,
    }
)
"""In the order in which they are checked: nothing refers to a later kind."""
