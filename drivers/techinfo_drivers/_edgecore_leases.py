"""What DHCP snooping of Edgecore's switches tells, in the private tree of each model.

The newer models have their bindings by address and MAC, the older ones by VLAN and MAC; those over
IPv6 are alike. Source: ECS4120-MIB 2023-09-28, ECS4510-MIB 2012-09-06 and the MIBs of other models.
"""

from __future__ import annotations

from dataclasses import replace

import techinfo.driver as d

MIB = "ECS4120-MIB 2023-09-28 and the MIBs of the other models"
_LEASE, _LEASE_6 = ".1.46.4.1.1", ".1.71.4.1.1"


def _address_first(index: d.Index) -> d.Cell | None:
    """Index of the newer bindings: IPv4 address and MAC (ECS2100, ECS3510, ECS4100, ECS4120)."""
    return bytes(index[:4]) if len(index) == 10 and max(index[:4]) < 256 else None


def _prefix(cell: d.Cell) -> int | None:
    """Length of a delegated prefix; a single address has none."""
    return cell if isinstance(cell, int) and 0 < cell < 128 else None


_BY_ADDRESS = d.LeaseTable(
    mib=MIB,
    address=d.FromIndex(_address_first, d.ipv4, "index[0:4 octets] of 10"),
    mac=d.index_octets(-6, 6, d.mac),
    vlan=d.Column(f"{_LEASE}.1", d.vlan),
    lease_time=d.Column(f"{_LEASE}.7", d.integer),
    port=d.PortKey(source=d.Column(f"{_LEASE}.6", d.integer)),  # dhcpSnoopBindingsPortIfIndex
    row_active=d.Column(f"{_LEASE}.4", d.is_one_of(frozenset({1}), "EntryType is dynamic(1)")),
)
LEASES = (
    _BY_ADDRESS,
    replace(
        _BY_ADDRESS,
        mib="ECS4510-MIB 2012-09-06 and others of its time",  # VLAN and MAC
        address=d.Column(f"{_LEASE}.5", d.ipv4),
        vlan=d.FromIndex(lambda i: i[0] if len(i) == 7 else None, d.vlan, "index[0] of 7"),
        row=lambda row: row if "vlan" in row else None,  # the others are told above
    ),
)
# dhcpv6SnoopBinding: LinkLayerAddress, IaType, IaId, Ipv6Address with its length
LEASE_OF_V6 = d.LeaseTable(
    mib=MIB,
    address=d.index_octets(-16, 16, d.ip_address),
    mac=d.index_octets(0, 6, d.mac),
    vlan=d.Column(f"{_LEASE_6}.5", d.vlan),
    lease_time=d.Column(f"{_LEASE_6}.7", d.integer),
    port=d.PortKey(source=d.Column(f"{_LEASE_6}.6", d.integer)),
)
_PREFIX = d.Column(f"{_LEASE_6}.8", d.Convert("prefix length below 128", _prefix))
AND_PREFIXES = (*LEASES, replace(LEASE_OF_V6, prefix_length=_PREFIX))
