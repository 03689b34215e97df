"""What to say of a key that is not known: the one that was probably meant, and all that are.

A near miss is one of spelling (``prot``), of form (``Access ID``), or of meaning: other systems
call an element a switch, a device or a node.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from techinfo.inventory.records import Kind

_ELEMENT = (
    "switch device node host hostname olt router equipment network_element ne switch_name"
    " device_name element_name"
)
_PORT = (
    "interface if ifname if_name ifdescr ifindex if_index port_name port_id interface_name"
    " switch_port pon pon_port"
)
_SITE = "location pop station building node_site"
_ADDRESS = (
    "ip_address ipaddress management_ip mgmt_ip primary_ip management_address mgmt_address fqdn"
    " dns_name"
)
_DRIVER = "vendor platform os model type device_type manufacturer"
_ACCESS_ID = "access id line line_id outlet_id connection_id accessid customer_id circuit"
_STATE = "status access_status"
_BEGIN = "from start start_date begin since valid_from activated"
_END = "to end end_date until valid_to terminated"

_MEANT: Mapping[str, Mapping[str, str]] = {
    "elements": {
        "name": f"{_ELEMENT} element id label",
        "address": f"{_ADDRESS} ipv4 ipv6",
        "port": "udp_port snmp_port",
        "driver": _DRIVER,
        "credential": "credentials snmp auth snmp_profile",
        "sys_name": "system_name",
        "site": _SITE,
        "mac": "mac_address chassis_mac",
        "role": "device_role function",
        "layout": "option82_format dhcp_format",
        "ssh_login": "login ssh ssh_user ssh_credential cli_login",
        "ssh_platform": "cli netmiko device_driver netmiko_device_type",
    },
    "accesses": {
        "access_id": _ACCESS_ID,
        "element": _ELEMENT,
        "port": _PORT,
        "ont_id": "onu onu_id ont",
        "s_vlan": "outer_vlan service_vlan stag",
        "c_vlan": "vlan vid vlan_id inner_vlan customer_vlan ctag",
        "state": _STATE,
        "street_name": "street address road",
        "street_number": "number house_number",
        "street_littera": "letter entrance",
        "postal_code": "zip zipcode zip_code postcode post_code",
        "city": "town municipality",
        "country_code": "country",
        "mdu_apartment_number": "apartment apartment_number flat",
        "module": "slot card",
    },
    "cpes": {
        "access_id": _ACCESS_ID,
        "address": f"{_ADDRESS} ip host",
        "driver": _DRIVER,
        "mac": "mac_address",
        "serial_number": "serial sn serial_no",
    },
    "services": {
        "vlan": "vid vlan_id tag",
        "service_type": "service type name kind",
        "element": _ELEMENT,
        "site": _SITE,
        "port": _PORT,
    },
    "subscriptions": {
        "subscription_id": "id subscription contract contract_id order_id",
        "access_id": "access line line_id outlet_id",
        "provider": "sp isp service_provider operator tenant holder customer owner",
        "service": "product name product_name service_name",
        "service_type": "type kind",
        "state": "status operational_state",
        "connection_date": _BEGIN,
        "disconnection_date": _END,
        "vlan": "vid vlan_id c_vlan",
    },
    "offers": {
        "access_id": "access id line line_id outlet_id",
        "service": "product name product_name service_name",
        "connection": _BEGIN,
        "disconnection": _END,
    },
    "": {
        "elements": "switches devices nodes hosts olts routers equipment",
        "accesses": "lines outlets connections customers ports interfaces access",
        "cpes": "cpe routers_of_customers onts onus",
        "services": "vlans service_vlans",
        "subscriptions": "contracts holders orders tenures",
        "offers": "products available_services",
    },
}
"""Kind, or nothing for the kinds themselves -> key -> what other systems call it."""

_BY_MEANING: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        kind: {word.replace("_", ""): key for key, words in meant.items() for word in words.split()}
        for kind, meant in _MEANT.items()
    }
)


def known_keys(found: str, kind: Kind | None, known: Iterable[str]) -> str:
    """Words for the end of an error: ``; did you mean 'element'? known are access_id, …``.

    Args:
        found: The key that is not known.
        kind: Of the record that it stands in; ``None``: it should be a kind itself.
        known: The keys that there are.
    """
    keys = tuple(known)
    near = _meant(found[:60], kind, keys)
    return (f"; did you mean {near!r}?" if near else ";") + f" known are {', '.join(keys)}"


def _meant(found: str, kind: Kind | None, known: tuple[str, ...]) -> str | None:
    plain = re.sub("[^0-9a-z]", "", found.lower())
    forms = {key.replace("_", ""): key for key in known}
    meant = forms.get(plain) or _BY_MEANING[kind or ""].get(plain)
    if meant in known:
        return meant
    near = difflib.get_close_matches(found, known, n=1) or [
        forms[form] for form in difflib.get_close_matches(plain, forms, n=1)
    ]
    return near[0] if near else None
