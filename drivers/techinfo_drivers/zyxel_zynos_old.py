"""Zyxel Ethernet switches with ZyNOS and a tree of their own, 1.3.6.1.4.1.890.1.5.8.<model>.

Seen: MGS-3712 (recording zynos_mgs3712).
Source: ZYXEL-MGS3712-MIB, ZYXEL-GS2200-24-MIB, ZYXEL-GS4012F-MIB 2004-11-03.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import techinfo.driver as d
from techinfo_drivers import _zyxel as z


def _driver(
    model: int,
    name: str,
    series: str,
    mib: str,
    *,
    optics: bool = True,
    seen: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
    **rates: d.Column[int],
) -> d.Driver:
    """One model by the number of its branch; ``seen``: recording and what it proves."""
    root = f"{z.OLD}.{model}"
    bindings, ddm, serial = f"{root}.100.3.1", f"{root}.117.2.1", f"{root}.117.1.1"
    columns = (f"{serial}.2", f"{serial}.3", f"{serial}.4", f"{serial}.5")
    readings = z.optics(mib, (f"{ddm}.7", f"{ddm}.8"), columns, numbers=tuple(seen))
    return d.Driver(
        name=name,
        series=series,
        sys_object_ids=(root,),
        hardware=d.Hardware(
            mib=mib,
            model=(z.DESCR,),
            serial_number=(d.Column(f"{root}.1.10.0", d.text),),  # sysSerialNumber
        ),
        transceivers=readings if optics else (),
        leases=(
            d.LeaseTable(
                mib=mib,
                address=d.Column(f"{bindings}.3", d.ipv4),  # dhcpSnpBindEntry
                mac=d.index_octets(-7, 6, d.mac),
                vlan=d.index_at(-1, d.vlan),
                time_remaining=d.Column(f"{bindings}.4", d.integer),
                row_active=d.Column(
                    f"{bindings}.5", d.is_one_of(frozenset({2}), "Type is dynamic(2)")
                ),
                port=d.PortKey(d.PortBy.BRIDGE_PORT, d.Column(f"{bindings}.6", d.integer)),
            ),
        ),
        shaping=d.rate_limits(mib, port=d.BRIDGE_PORT, **rates),
        verified_by=seen,
        notes=z.NOTES,
        **z.COMMON,
    )


_MGS3712, _GS2200, _GS4012F = (f"{z.OLD}.{model}.2.2.1" for model in (47, 55, 20))
_GS4012F_STATE = f"{z.OLD}.20.2.1.0"  # rateLimitState
_SEEN = ("link", "counters", "transceiver", "macs", "neighbours", "vlans")

DRIVERS = (
    d.Driver(
        name="zyxel_zynos_old_tree",
        series="old models whose own tree nobody has taught us",
        sys_object_ids=(z.OLD,),
        hardware=d.Hardware(model=(z.DESCR,)),
        **z.COMMON,
    ),
    _driver(
        47,
        "zyxel_mgs3712",
        "MGS-3712 and MGS-3712F",
        "ZYXEL-MGS3712-MIB 2004-11-03",
        seen={"zynos_mgs3712": _SEEN},
        egress=z.enabled(_MGS3712, 3, 6),  # Egr
        ingress=z.enabled(_MGS3712, 2, 5),  # Peak
        committed=z.enabled(_MGS3712, 4, 7),  # Commit
    ),
    _driver(
        55,
        "zyxel_gs2200",
        "GS2200-24",
        "ZYXEL-GS2200-24-MIB 2004-11-03",
        egress=z.enabled(_GS2200, 3, 6),  # Egr
        ingress=z.enabled(_GS2200, 2, 5),  # Ing
    ),
    _driver(
        20,
        "zyxel_gs4012f",
        "GS-4012F; its MIB has no optics",
        "ZYXEL-GS4012F-MIB 2004-11-03",
        optics=False,
        # Egr is in Mbit/s on this model, in kbit/s on the others.
        egress=z.enabled(_GS4012F, 4, 6, 1000, _GS4012F_STATE),
        ingress=z.enabled(_GS4012F, 3, 5, all_=_GS4012F_STATE),  # Peak
        committed=z.enabled(_GS4012F, 2, 7, all_=_GS4012F_STATE),  # Commit
    ),
)
