"""Access gear that is read by the standard MIBs alone: whose it is, and nothing of its own.

The numbers are those of public definitions (LibreNMS os_detection), or of a recording where one is
named. A maker whose tables become known moves to a file of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

import techinfo.driver as d

_E = "1.3.6.1.4.1"
_NOTES = ("Only the standard MIBs are read.",)
_NO_BULK = d.SnmpLimits(bulk=False)
_PORTS = ("link", "counters", "macs")


def _plain(
    name: str,
    vendor: str,
    *numbers: str,
    descr: str = "",
    limits: d.SnmpLimits = d.SnmpLimits(),  # noqa: B008  # frozen
    verified_by: Mapping[str, tuple[str, ...]] | None = None,
) -> d.Driver:
    """A maker's platform, by its numbers below the enterprises and what sysDescr says."""
    return d.Driver(
        name=name,
        vendor=vendor,
        series=f"seen: {', '.join(verified_by)}" if verified_by else "none recorded here",
        sys_object_ids=tuple(f"{_E}.{number}" for number in numbers),
        when=(d.DescrMatches(descr),) if descr else (),
        limits=limits,
        verified_by=verified_by or {},
        notes=_NOTES,
    )


DRIVERS = (
    _plain("alaxala", "AlaxalA", "21839.1.2", verified_by={"alaxala_ax2430s": _PORTS}),
    _plain("calix", "Calix", "6321", verified_by={"calix_716ge": ("link", "counters")}),
    _plain("cambium_cnmatrix", "Cambium", "17713.24"),
    _plain("dasan_nos", "Dasan", "6296"),
    _plain("dkt", "DKT", "27304"),
    _plain(
        "engenius_ecs",
        "EnGenius",
        "44194",
        descr=r"^EnGenius E[CW]S",
        verified_by={
            "engenius-switch_ecs1528p": ("link", "counters"),
            "engenius-switch_ecs1552p": ("link", "counters"),
            "engenius-switch_ecs5512f": ("link", "counters"),
        },
    ),
    _plain("fiberhome_switch", "FiberHome", "3807.1"),
    _plain("fortinet_fortiswitch", "Fortinet", "12356.106"),
    _plain("grandstream_gwn", "Grandstream", "42397", descr="^GWN"),
    _plain("ifotec", "Ifotec", "21362", limits=_NO_BULK),
    _plain("linksys_ss", "Linksys", "3955"),
    _plain("microsens_g6", "Microsens", "3181", verified_by={"microsens-g6": _PORTS}),
    _plain("moxa_mx_nos", "Moxa", "8691.600"),
    _plain("mrv", "MRV", "629"),
    _plain("netonix", "Netonix", "46242"),
    _plain("nexans", "Nexans", "266"),
    _plain(
        "openwrt", "OpenWrt", "8072.3.2.10", descr="OpenWrt", verified_by={"openwrt": ("link",)}
    ),
    _plain("planet", "Planet", "10456"),
    _plain("qtech_qsw", "Qtech", "27514", verified_by={"qtech_qsw-3400": (*_PORTS, "vlans")}),
    _plain("redlion_ntron", "Red Lion", "28381"),
    _plain("siae_sm_os", "SIAE", "3373.1103"),
    _plain("telco_binos", "Telco Systems", "738"),
    _plain("teldat", "Teldat", "2007"),
    _plain("threecom", "3Com", "43.1", "43.10"),
    _plain(
        "ubiquiti_edgeswitch",
        "Ubiquiti",
        "4413",
        "27282.3.2.10",
        descr=r"^(EdgeSwitch|EdgePoint|USW[ -]|UBNT US|US[ -]|RTL8380)",
        verified_by={"edgeswitch_10xp": (*_PORTS, "vlans")},
    ),
    _plain("westermo_weos", "Westermo", "16177", verified_by={"weos_ddw-225": ("link", "macs")}),
)
