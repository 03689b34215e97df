"""A small inventory to start from: in YAML with comments, or one CSV file for each kind.

Addresses and names are those that documentation has (RFC 5737); every record can be imported.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from techinfo.inventory.columns import ABOUT, columns
from techinfo.inventory.records import RECORDS, Kind
from techinfo.inventory.shapes import shapes

Rows = Sequence[Mapping[str, str]]

EXAMPLE: Mapping[Kind, Rows] = MappingProxyType(
    {
        "elements": (
            {
                "name": "sw-elm-3",
                "address": "192.0.2.7",
                "sys_name": "sw-elm-3",
                "site": "ELM",
            },
            {"name": "olt-oak-1", "address": "192.0.2.8", "role": "olt", "site": "OAK"},
        ),
        "accesses": (
            {
                "access_id": "A-1001",
                "element": "sw-elm-3",
                "port": "GigabitEthernet0/0/7",
                "street_name": "Elm Street",
                "street_number": "7",
                "postal_code": "01234",
                "city": "Stockholm",
                "country_code": "SE",
                "medium": "fibre",
                "optic_class": "1000BASE-BX10",
                "cable_group": "ELM-K7",
            },
            {
                "access_id": "A-1002",
                "element": "olt-oak-1",
                "port": "gpon 0/1/2",
                "ont_id": "3",
                "uni": "1",
            },
            {"access_id": "A-1003"},
        ),
        "cpes": ({"access_id": "A-1001", "address": "198.51.100.9", "mac": "00:1b:2c:aa:bb:cc"},),
        "services": (
            {"vlan": "100", "service_type": "bb"},
            {"vlan": "200", "service_type": "iptv", "site": "ELM"},
        ),
        "subscriptions": (
            {
                "subscription_id": "S-1",
                "access_id": "A-1001",
                "provider": "isp-1",
                "service": "BB-100-100",
                "service_type": "bb",
                "connection_date": "2025-03-01",
                "mac_limit": "5",
                "dhcp_server": "co",
            },
        ),
        "offers": ({"access_id": "A-1003", "service": "BB-1000-1000", "connection": "2025-03-01"},),
    }
)
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_-]*")


def as_csv(kind: Kind) -> str:
    """The records of one kind, under a header line."""
    names = list(dict.fromkeys(name for row in EXAMPLE[kind] for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(EXAMPLE[kind])
    return text.getvalue()


def as_yaml() -> str:
    """All of it; every key explained where it stands first."""
    return "\n".join(_yaml_lines()) + "\n"


def _yaml_lines() -> Iterator[str]:
    yield "# An inventory to start from: techinfo inventory import FILE"
    yield "# Every key: docs/inventory.md, or techinfo inventory columns"
    forms = shapes()
    for kind in RECORDS:
        about = {column.name: column.about for column in columns(kind, forms[kind])}
        told: set[str] = set()
        yield ""
        yield f"# {ABOUT[kind]}"
        yield f"{kind}:"
        for row in EXAMPLE[kind]:
            for number, (name, value) in enumerate(row.items()):
                start = "- " if number == 0 else "  "
                written = value if _PLAIN.fullmatch(value) else f'"{value}"'
                comment = "" if name in told else f"  # {about[name]}"
                told.add(name)
                yield f"{start}{name}: {written}{comment}"
        yield f"# other keys: {', '.join(name for name in about if name not in told)}"
