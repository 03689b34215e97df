"""What the inventory knows, as plain values: one declaration of every field of every kind.

A field's name is its key in every import and its column in the table, in this order. Its type says
how the text of an import becomes the value, the column's type, and whether the column may be NULL.
``None`` means that the source has not said; it is never an empty text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import (
    Annotated,
    Any,
    Literal,
    NamedTuple,
    TypeVar,
    get_args,
    get_origin,
    get_type_hints,
)

from techinfo.diagnosis.optic_classes import OPTIC_NAMES
from techinfo.inventory.fields import (
    Parse,
    address,
    host_key,
    json_text,
    layout,
    mac,
    matching,
    moment,
    old_algorithms,
    one_of,
    option82,
    pattern,
    text,
    whole_number,
)
from techinfo.values import value

Kind = Literal["elements", "accesses", "cpes", "services", "subscriptions", "offers"]
"""One kind of record, as it is called at the top of a YAML or JSON file."""

Engine = Literal["slim", "pysnmp", "none"]
Role = Literal["switch", "olt", "cpe"]
PortBy = Literal["name", "descr", "alias", "index", "any"]
Medium = Literal["fibre", "copper", "pon"]
DhcpServer = Literal["sp", "co"]
NOBODY = "unassigned"
"""The provider of a subscription whose source names none."""
SubscriptionState = Literal["ORDERED", "ACTIVATED", "SUSPENDED"]
Setting = Literal["access_id", "driver", "credential", "login", "platform", "acs"]
"""A field whose form depends on the settings; see `techinfo.inventory.shapes.shapes`."""

_UINT32 = 2**32 - 1
_AccessId = Annotated[str, "access_id"]
_Driver = Annotated[str, "driver"]
_Credential = Annotated[str, "credential"]
_Login = Annotated[str, "login"]
_Platform = Annotated[str, "platform"]
_Acs = Annotated[str, "acs"]
_Text = Annotated[str, text()]
_Name = Annotated[str, text(64)]
_Address = Annotated[str, address]
_Mac = Annotated[str, mac]
_Pattern = Annotated[str, pattern]
_Identifier = Annotated[str, text(512)]
_Moment = Annotated[str, moment]
_Json = Annotated[str, json_text]
_Vlan = Annotated[int, whole_number(1, 4094)]
_Port16 = Annotated[int, whole_number(1, 65535)]
_Number16 = Annotated[int, whole_number(0, 65535)]
_Number32 = Annotated[int, whole_number(0, _UINT32)]
_State = Annotated[str, matching("[A-Z_]{1,32}", "a state in upper case, such as ACTIVE")]
_Country = Annotated[str, matching("[A-Z]{2}", "a country of ISO 3166-1, such as SE")]
_Agreement = Annotated[str, one_of("REQUIRED_NOT_VALID", "REQUIRED_VALID", "NOT_REQUIRED")]
_Provider = Annotated[
    str, matching("[0-9A-Za-z_.@-]{1,64}", "the name of a provider, such as isp-1")
]
_ServiceType = Annotated[str, matching("[0-9A-Za-z_.-]{1,32}", "the name of a service, such as bb")]


@value(frozen=True, kw_only=True, slots=True)
class Element:
    """A network element: a switch, an OLT.

    Attributes:
        address: IPv4 or IPv6 address, or a host name.
        port: UDP port of its SNMP agent.
        driver: Name of its driver; ``None``: its sysObjectID decides.
        credential: Name of a credential in the configuration, never the secret.
        sys_name: The sysName that it must answer with; ``None``: not compared.
        site: Where it stands; services may be declared by site.
        mac: ``AA:BB:CC:DD:EE:FF``, as its DHCP relay agent writes it.
        ip: As it stands in DHCP identifiers; ``None``: `address`, if that is a literal.
        layout: Name of a set of patterns of DHCP identifiers; ``None``: its driver's.
        circuit_id, remote_id: Patterns of its own for option 82, sub-options 1 and 2.
        interface_id, remote6_id: The same for DHCPv6, options 18 and 37.
        enterprise_number: In front of option 37 (RFC 4649).
        ssh_login: Name of a log-in in the configuration, never the secret; ``None``: its command
            line is not asked.
        ssh_port: ``None``: 22.
        ssh_platform: Of its command line; ``None``: that of its driver.
        ssh_host_key: ``type base64`` or ``SHA256:…``; ``None``: what it shows first.
        ssh_old: Old algorithms that it may be spoken with, a blank between them.
        uplink_element, uplink_port: The element above, and its port that leads here, by its ifName
            or ifDescr; ``None``: LLDP may tell.
    """

    name: _Name
    address: _Address
    port: _Port16 = 161
    driver: _Driver | None = None
    credential: _Credential = "default"
    sys_name: _Text | None = None
    site: _Name | None = None
    engine: Engine = "slim"
    role: Role = "switch"
    mac: _Mac | None = None
    ip: _Address | None = None
    layout: Annotated[str, layout] | None = None
    circuit_id: _Pattern | None = None
    remote_id: _Pattern | None = None
    interface_id: _Pattern | None = None
    remote6_id: _Pattern | None = None
    enterprise_number: _Number32 | None = None
    ssh_login: _Login | None = None
    ssh_port: _Port16 | None = None
    ssh_platform: _Platform | None = None
    ssh_host_key: Annotated[str, host_key] | None = None
    ssh_old: Annotated[str, old_algorithms] | None = None
    uplink_element: _Name | None = None
    uplink_port: _Text | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    """One connection to a household: where it is attached, and where it is.

    Attributes:
        element: Name of the element; ``None`` while nothing is connected.
        port: The port in the words of `port_by`.
        port_by: Which of the port's names `port` is: ifName, ifDescr, ifAlias, ifIndex, any.
        ont_id: With `uni`, distinguishes accesses on one PON port.
        s_vlan: With `c_vlan`, distinguishes accesses on one port.
        state: accessState (ON-API), upper case.
        price_group: ON-API 2.6.
        module, port_number: The numbers that patterns of DHCP identifiers write.
        co_fiber_converter, co_cpe_switch, co_cpe_router, co_network_agreement: ON-API 2.4 and 2.5.
        optic_class: Of the module that belongs into the port.
        port_speed: Mbit/s that port and CPE are to negotiate.
        cable_group: Street or cable: accesses of one group fall together.
        cable, tube, closure: That its fibre goes through; a tube is one of its cable.
    """

    access_id: _AccessId
    legacy_access_id: _AccessId | None = None
    element: _Name | None = None
    port: _Text | None = None
    port_by: PortBy = "any"
    ont_id: _Number32 | None = None
    uni: _Number32 | None = None
    s_vlan: _Vlan | None = None
    c_vlan: _Vlan | None = None
    state: _State | None = None
    street_name: _Text | None = None
    street_number: _Text | None = None
    street_littera: _Text | None = None
    postal_code: Annotated[str, text(16)] | None = None
    city: _Text | None = None
    country_code: _Country | None = None
    premises_type: _Text | None = None
    mdu_apartment_number: _Text | None = None
    mdu_distinguisher: _Text | None = None
    outlet: _Text | None = None
    population: _Text | None = None
    price_group: Annotated[int, whole_number(0, 2**31 - 1)] | None = None
    national_address_uuid: _Name | None = None
    module: _Number16 | None = None
    port_number: _Number16 | None = None
    co_fiber_converter: _Text | None = None
    co_cpe_switch: _Text | None = None
    co_cpe_router: _Text | None = None
    co_network_agreement: _Agreement | None = None
    medium: Medium | None = None
    optic_class: Annotated[str, one_of(*OPTIC_NAMES)] | None = None
    port_speed: Annotated[int, whole_number(1, 1_000_000)] | None = None
    cable_group: _Name | None = None
    cable: _Name | None = None
    tube: _Name | None = None
    closure: _Name | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Cpe:
    """The managed CPE behind an access. Its answer counts only if its MAC or serial is this one.

    Attributes:
        address: Where it is managed; ``None``: as its management lease says.
        port: UDP port of its SNMP agent.
        driver: Name of its driver; ``None``: its sysObjectID decides.
        mac: ``AA:BB:CC:DD:EE:FF``.
        ssh_login, ssh_port, ssh_platform, ssh_host_key, ssh_old: As of an `Element`.
        acs: Name of an ACS in the configuration that is asked in its place; ``None``: none is.
    """

    access_id: _AccessId
    address: _Address | None = None
    port: _Port16 = 161
    driver: _Driver | None = None
    credential: _Credential = "default"
    mac: _Mac | None = None
    serial_number: _Name | None = None
    engine: Engine = "slim"
    ssh_login: _Login | None = None
    ssh_port: _Port16 | None = None
    ssh_platform: _Platform | None = None
    ssh_host_key: Annotated[str, host_key] | None = None
    ssh_old: Annotated[str, old_algorithms] | None = None
    acs: _Acs | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceVlan:
    """Which service a VLAN carries: on one port, on one element, at one site, or everywhere.

    Attributes:
        service_type: bb, iptv, voip, or a name of the operator's own.
        port: Only together with `element`; the port as the accesses on it spell it.
    """

    vlan: _Vlan
    service_type: _ServiceType
    element: _Name | None = None
    site: _Name | None = None
    port: _Text | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscription:
    """A service of a provider on an access.

    Attributes:
        provider: Whose it is, as the users of that provider have it.
        service: Its name (ON-API), such as ``BB-1000-1000``.
        service_type: What its VLAN carries: bb, iptv, voip, or a name of the operator's own.
        connection_date, disconnection_date: RFC 3339, UTC; `since` and `until` are the same.
        vlan: Its VLAN on the access, where the services of the inventory do not give it.
        option82: The whole option 82 as upper-case hex, as stored by the operator.
        ipv4_circuit_id, ipv4_remote_id, ipv6_interface_id, ipv6_remote_id: As published.
        characteristics, equipment: JSON.
        mac_limit: Devices that the access allows for it.
        mac_locked: 1: the access serves the equipment of the order alone.
        dhcp_server: Whose server gives addresses: the provider's or the network's.
    """

    subscription_id: _AccessId
    access_id: _AccessId
    provider: _Provider
    service: _Text
    service_type: _ServiceType
    state: SubscriptionState = "ACTIVATED"
    connection_date: _Moment | None = None
    disconnection_date: _Moment | None = None
    sp_reference: _Text | None = None
    sp_subscription_id: _Text | None = None
    vlan: _Vlan | None = None
    option82: Annotated[str, option82] | None = None
    ipv4_circuit_id: _Identifier | None = None
    ipv4_remote_id: _Identifier | None = None
    ipv6_interface_id: _Identifier | None = None
    ipv6_remote_id: _Identifier | None = None
    note: _Text | None = None
    characteristics: _Json | None = None
    equipment: _Json | None = None
    mac_limit: Annotated[int, whole_number(1, 65535)] | None = None
    mac_locked: Annotated[int, whole_number(0, 1)] | None = None
    dhcp_server: DhcpServer | None = None

    @property
    def since(self) -> datetime | None:
        """When it began; ``None``: not known."""
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

    access_id: _AccessId
    service: _Text
    connection: _Moment
    available: _Moment | None = None
    disconnection: _Moment | None = None
    forced_takeover_possible: Annotated[int, whole_number(0, 1)] = 0
    comments: _Json | None = None
    characteristics: _Json | None = None


def _moment(date: str | None) -> datetime | None:
    return None if date is None else datetime.fromisoformat(date).astimezone(UTC)


Record = Element | Access | Cpe | ServiceVlan | Subscription | Offer
AnyRecord = TypeVar("AnyRecord", Element, Access, Cpe, ServiceVlan, Subscription, Offer)
RECORDS: Mapping[Kind, type[Record]] = MappingProxyType(
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
PARENTS: Mapping[Kind, tuple[str, Kind]] = MappingProxyType(
    {
        "accesses": ("element", "elements"),
        "cpes": ("access_id", "accesses"),
        "services": ("element", "elements"),
        "subscriptions": ("access_id", "accesses"),
        "offers": ("access_id", "accesses"),
    }
)
"""Kind -> the field that names a record of another kind, and that kind."""


class FieldType(NamedTuple):
    """What the type of a field says.

    Attributes:
        value: ``str`` or ``int``.
        optional: It may be ``None``.
        parse: From the text of an import to the value, or the setting that decides it.
    """

    value: type[str] | type[int]
    optional: bool
    parse: Parse | Setting


def _field_type(hint: Any) -> FieldType:
    optional = type(None) in get_args(hint)
    inner = get_args(hint)[0] if optional else hint
    if get_origin(inner) is Literal:
        return FieldType(str, optional, one_of(*get_args(inner)))
    return FieldType(inner.__origin__, optional, inner.__metadata__[0])


FIELDS: Mapping[Kind, Mapping[str, FieldType]] = MappingProxyType(
    {
        kind: {
            name: _field_type(hint)
            for name, hint in get_type_hints(record, include_extras=True).items()
        }
        for kind, record in RECORDS.items()
    }
)
_NAMES = {record: tuple(FIELDS[kind]) for kind, record in RECORDS.items()}


def from_row(record: type[AnyRecord], row: Sequence[Any]) -> AnyRecord:
    """The record of a row that holds its fields and nothing else, in their order."""
    return record(**dict(zip(_NAMES[record], row, strict=True)))


def columns(kind: Kind, table: str) -> str:
    """The columns of a kind's fields in an SQL statement, in the order that `from_row` needs.

    Never ``table.*``: a file that has been migrated has its columns in another order.
    """
    return ", ".join(f"{table}.{name}" for name in FIELDS[kind])
