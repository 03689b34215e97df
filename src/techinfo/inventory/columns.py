"""What every key of the inventory means: for the reference page, and for ``inventory columns``.

``python -m techinfo.cli.reference_pages --check`` holds docs/inventory.md to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from techinfo.inventory.records import FIELDS, Kind
from techinfo.inventory.shapes import Shape

ABOUT: Mapping[Kind, str] = MappingProxyType(
    {
        "elements": "Network elements that are asked: access switches and OLTs.",
        "accesses": "Connections to households: what has an accessId, and the port it hangs on.",
        "cpes": "Managed CPEs behind accesses. The MAC or serial number must match.",
        "services": "Which service a VLAN carries: on a port, an element, a site, or everywhere.",
        "subscriptions": "Services of providers on accesses: whoever holds one may ask about it.",
        "offers": "Services that can be delivered on an access (ON-API services).",
    }
)

_ADDRESS = "IPv4 or IPv6 address, or host name, at which its SNMP agent is asked"
_ACCESS = "accessId of the access"
_ENGINE = (
    "SNMP engine, slim or pysnmp (for odd agents); none: it has no agent, its command line alone is"
    " asked, or its ACS"
)
_LINE = """\
ssh_login | name of a section [logins.NAME] of the configuration: its command line is asked where \
SNMP does not tell; left out: it is not | {login}
ssh_port | TCP port of its SSH server; left out: 22 | 22
ssh_platform | platform of its command line (techinfo drivers); left out: its driver's | {platform}
ssh_host_key | its host key or the fingerprint of it; left out: the one that it shows first \
| SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8
ssh_old | old algorithms that it may be spoken with, a blank between them \
| diffie-hellman-group14-sha1 ssh-rsa aes128-cbc"""
_CREDENTIAL = "name of a section [credentials.NAME] of the configuration; never the secret itself"
_DRIVER = "name of a driver (techinfo drivers); left out: its sysObjectID decides"
_UDP = "UDP port of its SNMP agent"
_DATE = "RFC 3339 with its zone, or a date (midnight in UTC)"
_WORDS: Mapping[Kind, str] = {
    "elements": f"""
name | what you call it; accesses and services refer to it | sw-elm-3
address | {_ADDRESS} | 192.0.2.7
port | {_UDP} | 161
driver | {_DRIVER} | huawei_vrp
credential | {_CREDENTIAL} | default
sys_name | sysName that it must answer with; left out: it is not compared | sw-elm-3
site | where it stands; services may be declared by site | ELM
engine | {_ENGINE} | slim
role | switch, olt or cpe | switch
mac | its MAC address, as its DHCP relay agent writes it; any spelling | 00:1b:2c:3d:4e:5f
ip | its address as DHCP identifiers have it; left out: address, if that is no name | 192.0.2.7
layout | set of patterns of DHCP identifiers; left out: its driver's | cisco-ios-mac
circuit_id | pattern of its own for option 82, sub-option 1 | text: {{sysname}} {{module}}/{{port}}
remote_id | pattern of its own for option 82, sub-option 2 | bin: <mac>
interface_id | pattern of its own for DHCPv6 option 18 | text: {{ifname}}
remote6_id | pattern of its own for DHCPv6 option 37 | bin: <mac>
enterprise_number | number in front of DHCPv6 option 37 (RFC 4649) | 2011
{_LINE.format(login="default", platform="cisco_ios")}
uplink_element | the element above that feeds it; left out: LLDP tells, if it can | sw-core-1
uplink_port | the port of that element that leads here, by its ifName or ifDescr | Te1/0/1
""",
    "accesses": """
access_id | accessId, as providers ask for it (service.access_id_pattern) | A-1001
legacy_access_id | a former id by which it is found, too | 0042
element | name of the element; left out while nothing is connected | sw-elm-3
port | the port as the element calls it, in the words of port_by | ge-0/0/7
port_by | which of its names port is: name, descr, alias, index (ifName and so on), any | name
ont_id | number of the ONT on its PON port; with uni tells accesses on one port apart | 3
uni | number of the subscriber port of that ONT | 1
s_vlan | outer VLAN; with c_vlan tells accesses on one port apart | 3100
c_vlan | inner VLAN | 101
state | accessState of ON-API, upper case | ACTIVE
street_name | address of the household, and so on with the next five | Elm Street
street_number | number in the street | 7
street_littera | letter behind the number | B
postal_code | postal code; its zeros stay | 11421
city | town | Stockholm
country_code | ISO 3166-1, two letters | SE
premises_type | premisesType of ON-API | MDU_APARTMENT
mdu_apartment_number | number of the apartment | 1101
mdu_distinguisher | what else tells apartments apart | staircase B
outlet | which outlet of the household | 1
population | population of ON-API: the part of the network | ELM-1
price_group | priceGroup of ON-API 2.6 | 3
national_address_uuid | nationalAddressUUID of ON-API | 1f3c9a2e-9a55-4a41-8b7c-0f2f0d0c7a11
module | number of the module that patterns of DHCP identifiers write | 0
port_number | number of the port that patterns of DHCP identifiers write | 7
co_fiber_converter | coFiberConverter of ON-API 2.4 and 2.5 | FC-1
co_cpe_switch | coCpeSwitch of ON-API 2.4 and 2.5 | CS-1
co_cpe_router | coCpeRouter of ON-API 2.4 and 2.5 | CR-1
co_network_agreement | REQUIRED_NOT_VALID, REQUIRED_VALID or NOT_REQUIRED (ON-API 2.4 and 2.5) \
| NOT_REQUIRED
medium | fibre, copper or pon; left out: what the port shows | fibre
optic_class | class of the module that belongs into the port: a level of light counts by it \
| 1000BASE-BX10
port_speed | Mbit/s that the port and the CPE are to negotiate | 1000
cable_group | street or cable: accesses of one group fall together | ELM-K7
cable | cable that its fibre goes through | K7
tube | tube of that cable, by number or colour | 3
closure | closure that its fibre is spliced in | S-12
""",
    "cpes": f"""
access_id | {_ACCESS} that it stands behind | A-1001
address | {_ADDRESS}; left out: as its management lease says | 198.51.100.9
port | {_UDP} | 161
driver | {_DRIVER} | generic
credential | {_CREDENTIAL} | default
mac | its MAC address; this or serial_number must be given | 00:1b:2c:aa:bb:cc
serial_number | its serial number | 2102ABCD1234
engine | {_ENGINE} | slim
{_LINE.format(login="homes", platform="openwrt")}
acs | name of a section [acs.NAME] of the configuration: it tells of the CPE, which is not asked \
itself; with engine: none | homes
""",
    "services": """
vlan | the VLAN, 1 to 4094 | 100
service_type | what it carries: bb, iptv, voip, or a name of your own | bb
element | only there; the narrowest of port, element, site and everywhere counts | sw-elm-3
site | only at this site; never together with element | ELM
port | only on this port, spelt as its accesses spell it; together with element | ge-0/0/7
""",
    "subscriptions": f"""
subscription_id | id of the subscription | S-1
access_id | {_ACCESS} | A-1001
provider | whose it is, as its users have it (techinfo user add NAME --provider) | isp-1
service | name of the service (ON-API) | BB-100-100
service_type | what its VLAN carries: bb, iptv, voip, or a name of your own; rows of people go to \
whoever holds the service of their VLAN | bb
state | ORDERED, ACTIVATED or SUSPENDED | ACTIVATED
connection_date | when it began; {_DATE} | 2025-03-01
disconnection_date | when it ended or will end; the same | 2026-03-01T00:00:00+01:00
sp_reference | spReference of ON-API | order 7
sp_subscription_id | spSubscriptionId of ON-API | 4711
vlan | its VLAN on the access, where the services do not give it | 100
option82 | its whole option 82 as hex, as you have stored it | 0104000003E70206001B2C3D4E5F
ipv4_circuit_id | circuit-id as published to the provider | sw-elm-3 7
ipv4_remote_id | remote-id as published | 00:1b:2c:3d:4e:5f
ipv6_interface_id | interface-id as published | sw-elm-3 7
ipv6_remote_id | DHCPv6 remote-id as published | 00:1b:2c:3d:4e:5f
note | a note | moved in March
characteristics | JSON, told as it is | [{{"name": "speed", "value": "100"}}]
equipment | JSON, told as it is | []
mac_limit | devices that the access allows for it | 5
mac_locked | 1: only the equipment of the order is served | 0
dhcp_server | whose server gives addresses: sp (the provider's) or co (the network's) | co
""",
    "offers": f"""
access_id | {_ACCESS} | A-1001
service | name of the service | BB-1000-1000
connection | when it could be delivered for the first time; {_DATE} | 2025-03-01
available | when it can be ordered | 2025-03-01
disconnection | when it is no longer available | 2027-03-01
forced_takeover_possible | 1 or 0 | 0
comments | JSON, told as it is | []
characteristics | JSON, told as it is | []
""",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One key of a kind of record.

    Attributes:
        name: Key in YAML and JSON, column in CSV.
        about: What it means.
        example: A value.
        required: Every record must give it.
        default: What counts where nothing is said; ``None``: nothing does.
        spellings: Other accepted spellings.
    """

    name: str
    about: str
    example: str
    required: bool
    default: str | None
    spellings: tuple[str, ...]


def columns(kind: Kind, shape: Shape) -> Iterator[Column]:
    """Every key of a kind, in the order of its record.

    Raises:
        KeyError: Nothing is written here about a field.
    """
    told = {}
    for line in _WORDS[kind].strip().splitlines():
        name, about, example = line.split(" | ")
        told[name] = about, example
    for name in FIELDS[kind]:
        about, example = told[name]
        default = shape.defaults.get(name)
        yield Column(
            name=name,
            about=about,
            example=example,
            required=name in shape.required,
            default=None if default is None else str(default),
            spellings=tuple(s for s, key in shape.spellings.items() if key == name and s != name),
        )
