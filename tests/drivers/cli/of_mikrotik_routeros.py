"""MikroTik RouterOS: made up in the shape of 6.49 and 7."""

from __future__ import annotations

from tests.drivers.cli.samples import Sample

from techinfo.driver.cli import CliMac, CliModule, CliOptic, CliPort
from techinfo.units import Celsius, Dbm, MegabitPerSecond, MilliAmpere, Volt

MONITOR = """
                      name: sfp1
                    status: link-ok
                      rate: 10Gbps
               full-duplex: yes
@@
           sfp-vendor-name: ACME
         sfp-vendor-serial: S1
           sfp-temperature: 33C
        sfp-supply-voltage: 3.251V
       sfp-tx-bias-current: 6mA
              sfp-tx-power: -2.843dBm
              sfp-rx-power: -1.203dBm
"""
SAMPLES = (
    Sample(
        "mikrotik_routeros",
        "/interface bridge host print terse without-paging",
        """
0 D E  mac-address=02:00:00:00:00:01 vid=10 interface=ether1 bridge=lan on-interface=ether1
@@
1 DLE  mac-address=02:00:00:00:00:02 interface=lan bridge=lan on-interface=lan
2      comment=a b mac-address=02:00:00:00:00:03 interface=ether2 bridge=lan on-interface=ether2
""",
        (
            CliMac(mac="02:00:00:00:00:01", port="ether1", vlan=10, kind="dynamic"),
            CliMac(mac="02:00:00:00:00:03", port="ether2", kind="static"),
        ),
        "\n",
    ),
    Sample(
        "mikrotik_routeros",
        "interface bridge host print",
        """
Flags: D - DYNAMIC; L - LOCAL; E - EXTERNAL
Columns: MAC-ADDRESS, VID, ON-INTERFACE, BRIDGE
 #     MAC-ADDRESS        VID  ON-INTERFACE  BRIDGE
 0 D E 02:00:00:00:00:01  10   ether1        lan
@@
 1 DL  02:00:00:00:00:02       lan           lan
""",
        (CliMac(mac="02:00:00:00:00:01", port="ether1", vlan=10, kind="dynamic"),),
    ),
    Sample(
        "mikrotik_routeros",
        "/interface print",
        """
Flags: D - dynamic, X - disabled, R - running, S - slave
 #     NAME                                TYPE       ACTUAL-MTU L2MTU
 0  R  ether1                              ether            1500  1598
@@
 1 XS  ether2                              ether            1500  1598
 2     sfp1                                ether            1500  1598
""",
        (
            CliPort(port="ether1", link_up=True, admin_up=True),
            CliPort(port="ether2", link_up=False, admin_up=False),
            CliPort(port="sfp1", link_up=False, admin_up=True),
        ),
    ),
    Sample(
        "mikrotik_routeros",
        "/interface ethernet monitor sfp1 once",
        MONITOR,
        (
            CliPort(
                port="sfp1", link_up=True, speed=MegabitPerSecond(10000), full_duplex=True
            ),
        ),
    ),
    Sample(
        "mikrotik_routeros",
        "interface ethernet monitor [find] once",
        MONITOR,
        (
            CliOptic(
                port="sfp1", temperature=Celsius(33.0), voltage=Volt(3.251),
                bias=MilliAmpere(6.0), tx=Dbm(-2.843), rx=Dbm(-1.203),
            ),
            CliModule(port="sfp1", vendor="ACME", serial="S1"),
        ),
    ),
    Sample(
        "mikrotik_routeros",
        "interface ethernet monitor ether1,ether2 once",
        """
                      name: ether1 ether2
                    status: link-ok no-link
@@
                      rate: 1Gbps  100Mbps
               full-duplex: yes    yes
""",
        (
            CliPort(
                port="ether1", link_up=True, speed=MegabitPerSecond(1000), full_duplex=True
            ),
            CliPort(port="ether2", link_up=False),
        ),
    ),
)  # fmt: skip
