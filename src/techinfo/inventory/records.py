"""What the inventory knows, as plain values. The names of the fields are the keys of every import.

``None`` means that nobody has said; it is never an empty text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Kind = Literal["elements", "accesses", "cpes", "services"]
"""One kind of record, as it is called at the top of a YAML or JSON file."""

Engine = Literal["slim", "pysnmp"]
Role = Literal["switch", "olt", "cpe"]
PortBy = Literal["name", "descr", "alias", "index", "any"]


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


RECORDS: Mapping[Kind, type[Element] | type[Access] | type[Cpe] | type[ServiceVlan]] = (
    MappingProxyType(
        {"elements": Element, "accesses": Access, "cpes": Cpe, "services": ServiceVlan}
    )
)
"""In the order in which they are checked: nothing refers to a later kind."""
