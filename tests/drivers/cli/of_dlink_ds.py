"""D-Link xStack: made up in the shape of DES-3200, DGS-3120 and DGS-3100."""

from __future__ import annotations

from tests.drivers.cli.samples import Sample, closed

from techinfo.driver.cli import (
    ERR_DISABLED,
    NO_PORT,
    CliCableTest,
    CliCounters,
    CliGroup,
    CliLease,
    CliMac,
    CliNeighbour,
    CliOptic,
    CliPort,
    CliProtection,
    CliRate,
)
from techinfo.driver.protection_words import OPEN
from techinfo.units import Celsius, Dbm, KilobitPerSecond, MegabitPerSecond, MilliAmpere, Volt

TESTED = """
Command: cable_diag ports all

 Perform Cable Diagnostics ...

 Port   Type    Link Status            Test Result           Cable Length (M)
 ----  ------  -------------  -----------------------------  ----------------
  1     FE      Link Up        OK                             69
@@
  5     FE      Link Down      Pair1 Open      at 31  M       -
                               Pair2 Short     at 36  M
  25    Fiber   Link Up        The PHY can't support Cable Diagnostic
"""
SAMPLES = (
    Sample(
        "dlink_ds",
        "show ports",
        """
 Port   State/          Settings             Connection           Address
        MDIX       Speed/Duplex/FlowCtrl  Speed/Duplex/FlowCtrl   Learning
 -----  --------   ---------------------  ----------------------  --------
 1      Enabled    Auto/Disabled          100M/Full/None          Enabled
@@
 2      Disabled   Auto/Disabled          LinkDown                Enabled
 3      Enabled    100M/Full/Disabled     Loop-Disabled           Enabled
""",
        (
            CliProtection(port="1", protection=OPEN),
            CliProtection(port="2", protection=OPEN),
            CliProtection(port="3", protection=closed("loop", "Loop-Disabled")),
        ),
    ),
    Sample(
        "dlink_ds",
        "show ports description",
        """
 Command: show ports description

 Port   State/          Settings             Connection           Address
        MDIX       Speed/Duplex/FlowCtrl  Speed/Duplex/FlowCtrl   Learning
 -----  --------   ---------------------  ----------------------  --------
 1      Enabled    Auto/Disabled          100M/Full/None          Enabled
        Auto
        Desc: hall 3
@@
 2      Disabled   Auto/Disabled          LinkDown                Enabled
 3      Enabled    100M/Full/Disabled     Loop-Disabled           Enabled
 25(C)  Enabled    Auto/Disabled          1000M/Full/802.3x       Enabled
 25(F)  Enabled    Auto/Disabled          LinkDown                Enabled
""",
        (
            CliPort(
                port="1",
                link_up=True,
                admin_up=True,
                speed=MegabitPerSecond(100),
                full_duplex=True,
                description="hall 3",
            ),
            CliPort(port="2", link_up=False, admin_up=False),
            CliPort(port="3", link_up=False, admin_up=True, error=ERR_DISABLED),
            CliPort(
                port="25",
                link_up=True,
                admin_up=True,
                speed=MegabitPerSecond(1000),
                full_duplex=True,
            ),
        ),
    ),
    Sample(
        "dlink_ds",
        "cable_diag ports all",
        TESTED,
        (
            CliCableTest(port="1", status="ok", length=69.0),
            CliCableTest(port="5", pair="1", status="open", length=31.0),
            CliCableTest(port="5", pair="2", status="short", length=36.0),
        ),
    ),
    Sample(
        "dlink_ds",
        "show fdb",
        """
Command: show fdb

Unicast MAC Address Aging Time  = 300
VID  VLAN Name                        MAC Address       Port Type
---- -------------------------------- ----------------- ---- ---------------
2601 a name of words                  02-00-00-00-00-01 22   Permanent
@@
2601                                  02-00-00-00-00-02  4   DeleteOnTimeout
2601 PPPoE                            02-00-00-00-00-03 CPU  Self
Total Entries  : 3
""",
        (
            CliMac(mac="02-00-00-00-00-01", port="22", vlan=2601, kind="static"),
            CliMac(mac="02-00-00-00-00-02", port="4", vlan=2601, kind="dynamic"),
        ),
        "Unicast MAC Address Aging Time  = 300\nVID  VLAN Name\n\nTotal Entries  : 0\n",
    ),
    Sample(
        "dlink_ds",
        "show dhcp_binding",
        """
Pool Name    IP Address      Hardware Address  Type     Status    Life Time(sec)
------------ --------------- ----------------- -------- --------- -------------
net1         192.0.2.2       02-00-00-00-00-01 Ethernet Automatic 86400
@@
 Total Entries: 1
""",
        (CliLease(ip="192.0.2.2", mac="02-00-00-00-00-01", port=NO_PORT, kind="dynamic"),),
    ),
    Sample(
        "dlink_ds",
        "show address_binding dhcp_snoop binding_entry",
        """
MAC Address        IP Address       Lease Time(secs) Port  Status
-----------------  ---------------- ---------------- ----- --------
02-00-00-00-00-01  192.0.2.35       2864             2     Active
@@
Total Entries : 1
""",
        (CliLease(ip="192.0.2.35", mac="02-00-00-00-00-01", port="2", left_s=2864),),
        "MAC Address        IP Address       Lease Time(secs) Port  Status\nTotal Entries : 0\n",
    ),
    Sample(
        "dlink_ds",
        "show igmp_snooping group",
        """
Source/Group        : NULL / 239.0.0.1
VLAN Name/VID       : iptv/30
Member Ports        : 2-3
@@
UP Time             : 223
Filter Mode         : EXCLUDE
""",
        (
            CliGroup(group="239.0.0.1", port="2", vlan=30),
            CliGroup(group="239.0.0.1", port="3", vlan=30),
        ),
    ),
    Sample(
        "dlink_ds",
        "show ddm ports 25-26 status",
        """
 Port    Temperature   Voltage   Bias-Current   TX-Power   RX-Power
         (in Celsius)  (V)       (mA)           (mW)       (mW)
 ------- ------------- --------- -------------- ---------- ---------
 25      30.500        3.300     10.25          0.5        0.1
@@
 26      -             -         -              -          -
""",
        (
            CliOptic(
                port="25",
                rx=Dbm(-10.0),
                tx=Dbm(-3.010299956639812),
                temperature=Celsius(30.5),
                voltage=Volt(3.3),
                bias=MilliAmpere(10.25),
            ),
        ),
    ),
    Sample(
        "dlink_ds",
        "show packet ports 1",
        """
 Port number : 1
 ==================================================================
 Frame Size/Type       Frame Counts                  Frames/sec
 64                    3275        10     RX Bytes   408973    1657
 Unicast RX            152         1      RX Frames  4395      19
@@
 Multicast RX          557         2      TX Bytes   7918      178
 Broadcast RX          3686        16     TX Frames  111       2
""",
        (
            CliCounters(
                port="1",
                in_bytes=408973,
                out_bytes=7918,
                in_packets=4395,
                out_packets=111,
                in_unicast=152,
                in_multicast=557,
                in_broadcast=3686,
            ),
        ),
    ),
    Sample(
        "dlink_radlan",
        "show lldp remote_ports mode normal",
        """
Port ID                                  : 1:9
--------------------------------------------------------------------
Entity 1
Chassis ID Subtype                       : macAddress
Chassis ID                               : 02:00:00:00:00:01
Port ID Subtype                          : Local
Port ID                                  : 20
@@
System Name                              : hall-3
Port ID                                  : 1:10
--------------------------------------------------------------------
Remote Entities Count : 0
""",
        (
            CliNeighbour(
                port="1:9",
                chassis_id="02:00:00:00:00:01",
                port_id="20",
                system_name="hall-3",
            ),
        ),
        "Port ID : 1\n------------------------\nRemote Entities Count : 0\n    (None)\n",
    ),
    Sample(
        "dlink_ds",
        "show bandwidth_control 1-3",
        """
Command: show bandwidth_control 1-3

 Bandwidth Control Table

 Port   RX Rate       TX Rate       Effective RX    Effective TX
        (Kbit/sec)    (Kbit/sec)    (Kbit/sec)      (Kbit/sec)
 ------ ------------- ------------- --------------- ---------------
 1      No Limit      No Limit      No Limit        No Limit
@@
 2      100000        10240         99968           10240
""",
        (
            CliRate(port="1", queue="in"),
            CliRate(port="1", queue="out"),
            CliRate(port="2", queue="in", pir=KilobitPerSecond(100_000)),
            CliRate(port="2", queue="out", pir=KilobitPerSecond(10_240)),
        ),
    ),
    Sample(
        "dlink_ds",
        "show bandwidth_control",
        """
Bandwidth Control Table

Port  RX Rate (Mbit/sec)  TX Rate (Mbit/sec)
----  ------------------  ------------------
1:1   no_limit            10
@@
""",
        (
            CliRate(port="1:1", queue="in"),
            CliRate(port="1:1", queue="out", pir=KilobitPerSecond(10_000)),
        ),
    ),
)
