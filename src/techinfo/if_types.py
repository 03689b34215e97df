"""Kinds of interfaces by their ifType, as IANA numbers them (IANAifType-MIB)."""

from __future__ import annotations

ETHERNET_TYPES = frozenset({6, 7, 26, 62, 69, 117})
"""IANAifType-MIB: ethernetCsmacd, iso88023Csmacd, ethernet3Mbit, fastEther, fastEtherFX,
gigabitEthernet."""
DSL_TYPES = frozenset({94, 95, 96, 97, 168, 169, 192, 230, 238, 251, 263, 264, 265, 279, 282})
"""IANAifType-MIB: adsl, radsl, sdsl, vdsl, hdsl2, shdsl, reachDSL, adsl2, adsl2plus, vdsl2,
g9981 to g9983 (bonded lines), gfast, fastdsl."""
PON_TYPES = frozenset({207, 208, 250, 266, 267, 268, 269, 270, 271})
"""IANAifType-MIB: pon155, pon622, gpon, aluEpon and its ONUs, UNIs and links, aluGponOnu,
aluGponPhysicalUni."""
AGGREGATE_TYPE = 161
"""IANAifType-MIB: ieee8023adLag."""
