"""Huawei VRP: made up in the shape of V100R005 to V200R019, and of VRP 3."""

from __future__ import annotations

from tests.drivers.cli.samples import Sample

from techinfo.driver.cli import (
    NO_PORT,
    CliCableTest,
    CliCounters,
    CliGroup,
    CliLease,
    CliMac,
    CliModule,
    CliNeighbour,
    CliOptic,
    CliPort,
)
from techinfo.units import Celsius, Dbm, MegabitPerSecond, MilliAmpere, Volt

BRIEF = """
PHY: Physical
*down: administratively down
(s): spoofing
InUti/OutUti: input utility/output utility
Interface                   PHY   Protocol  InUti OutUti   inErrors  outErrors
GigabitEthernet0/0/1        up    up        0.01%  0.01%         12          3
@@
GigabitEthernet0/0/2        *down down         0%     0%          0          0
"""
INTERFACE = """
GigabitEthernet0/0/1 current state : UP
Line protocol current state : UP
Description:hall 3
Switch Port, PVID :   10, TPID : 8100(Hex), The Maximum Frame Length is 9216
Speed : 1000,  Loopback: NONE
Duplex: FULL,  Negotiation: ENABLE
Input:  100 packets, 12000 bytes
  Unicast:                 90,  Multicast:                   7
  Broadcast:                3,  Jumbo:                       0
  Discard:                  0,  Total Error:                 4
  CRC:                      1,  Giants:                      0
Output:  200 packets, 34000 bytes
  Unicast:                150,  Multicast:                  40
  Broadcast:               10,  Jumbo:                       0
  Discard:                  0,  Total Error:                 5

@@
GigabitEthernet0/0/2 current state : Administratively DOWN
Line protocol current state : DOWN
Speed : 1000,  Loopback: NONE
Input:  0 packets, 0 bytes
Output:  0 packets, 0 bytes
"""
SAMPLES = (
    Sample(
        "huawei_vrp",
        "display interface brief",
        BRIEF,
        (
            CliPort(port="GigabitEthernet0/0/1", link_up=True, admin_up=True),
            CliPort(port="GigabitEthernet0/0/2", link_up=False, admin_up=False),
        ),
        "PHY: Physical\nInterface       PHY   Protocol  InUti OutUti   inErrors  outErrors\n",
    ),
    Sample(
        "huawei",
        "display interface brief",
        BRIEF,
        (
            CliCounters(port="GigabitEthernet0/0/1", in_errors=12, out_errors=3),
            CliCounters(port="GigabitEthernet0/0/2", in_errors=0, out_errors=0),
        ),
    ),
    Sample(
        "huawei_vrp",
        "display interface ethernet brief",
        """
PHY: Physical
*down: administratively down
Interface           PHY   Auto-Neg Duplex Bandwidth InUti  OutUti Trunk
GigabitEthernet0/0/1 up    enable   full   1000M     0.01%  0.01%  --
@@
GigabitEthernet0/0/2 down  enable   half   10M          0%     0%  1
""",
        (
            CliPort(
                port="GigabitEthernet0/0/1", link_up=True, admin_up=True,
                speed=MegabitPerSecond(1000), full_duplex=True,
            ),
            CliPort(port="GigabitEthernet0/0/2", link_up=False, admin_up=True),
        ),
    ),
    Sample(
        "huawei_vrp",
        "display interface description",
        """
PHY: Physical
*down: administratively down
Interface                     PHY     Protocol Description
GE0/0/1                       up      up       hall 3
@@
GE0/0/2                       *down   down
""",
        (
            CliPort(port="GE0/0/1", link_up=True, admin_up=True, description="hall 3"),
            CliPort(port="GE0/0/2", link_up=False, admin_up=False),
        ),
    ),
    Sample(
        "huawei_vrp",
        "display interface",
        INTERFACE,
        (
            CliPort(
                port="GigabitEthernet0/0/1", link_up=True, admin_up=True,
                speed=MegabitPerSecond(1000), full_duplex=True, description="hall 3",
            ),
            CliPort(port="GigabitEthernet0/0/2", link_up=False, admin_up=False),
        ),
    ),
    Sample(
        "huawei_vrp",
        "dis interface GigabitEthernet 0/0/1",
        INTERFACE,
        (
            CliCounters(
                port="GigabitEthernet0/0/1", in_packets=100, in_bytes=12000, in_unicast=90,
                in_multicast=7, in_broadcast=3, in_errors=4, in_crc=1, out_packets=200,
                out_bytes=34000, out_unicast=150, out_multicast=40, out_broadcast=10, out_errors=5,
            ),
            CliCounters(
                port="GigabitEthernet0/0/2", in_packets=0, in_bytes=0, out_packets=0, out_bytes=0
            ),
        ),
    ),
    Sample(
        "huawei_vrp",
        "display mac-address",
        """
-------------------------------------------------------------------------------
MAC Address    VLAN/VSI/BD                       Learned-From        Type
-------------------------------------------------------------------------------
0200-0000-0001 10/-/-                            GE0/0/1             dynamic
@@
0200-0000-0002 20/-/-                            10GE1/0/2           static
0200-0000-0003 20/-/-                            -                   blackhole

-------------------------------------------------------------------------------
Total items displayed = 3
""",
        (
            CliMac(mac="0200-0000-0001", port="GE0/0/1", vlan=10, kind="dynamic"),
            CliMac(mac="0200-0000-0002", port="10GE1/0/2", vlan=20, kind="static"),
        ),
        """
-------------------------------------------------------------------------------
MAC Address    VLAN/VSI/BD                       Learned-From        Type
-------------------------------------------------------------------------------
Total items displayed = 0
""",
    ),
    Sample(
        "huawei_vrp",
        "display mac-address dynamic",
        """
MAC address table of slot 0:
-------------------------------------------------------------------------------
MAC Address    VLAN/       PEVLAN CEVLAN Port            Type      LSP/LSR-ID
               VSI/SI                                              MAC-Tunnel
-------------------------------------------------------------------------------
0200-0000-0001 10          -      -      Eth0/0/1        dynamic   0/-
@@
0200-0000-0002 20          30     -      GE0/0/2         security  -

Total matching items on slot 0 displayed = 2
""",
        (
            CliMac(mac="0200-0000-0001", port="Eth0/0/1", vlan=10, kind="dynamic"),
            CliMac(mac="0200-0000-0002", port="GE0/0/2", vlan=20, kind="static"),
        ),
    ),
    Sample(
        "huawei_vrp3",
        "show mac-table all",
        """
  Index  Cid  Bind  VlanId  Port  MacAddress
  -------------------------------------------------
  1      16   0     392     1/16  02-00-00-00-00-01
@@
  2      7    0     392     1/7   02-00-00-00-00-02
  -------------------------------------------------
  Total: 2
""",
        (
            CliMac(mac="02-00-00-00-00-01", port="1/16", vlan=392, kind="dynamic"),
            CliMac(mac="02-00-00-00-00-02", port="1/7", vlan=392, kind="dynamic"),
        ),
    ),
    Sample(
        "huawei_vrp",
        "display dhcp snooping user-bind all",
        """
DHCP Dynamic Bind-table:
Flags:O - outer vlan ,I - inner vlan ,P - Vlan-mapping
IP Address       MAC Address     VSI/VLAN(O/I/P) Interface      Lease
--------------------------------------------------------------------------------
192.0.2.11       0200-0000-0001  10  /--  /--    GE0/0/1        2026.08.10-12:27
@@
192.0.2.12       0200-0000-0002  20  /--  /--    GE0/0/2        2026.08.10-12:28 DST
--------------------------------------------------------------------------------
Print count:           2          Total count:           2
""",
        (
            CliLease(
                ip="192.0.2.11", mac="0200-0000-0001", port="GE0/0/1", vlan=10,
                expires="2026-08-10T12:27", kind="dynamic",
            ),
            CliLease(
                ip="192.0.2.12", mac="0200-0000-0002", port="GE0/0/2", vlan=20,
                expires="2026-08-10T12:28", kind="dynamic",
            ),
        ),
        """
DHCP Dynamic Bind-table:
IP Address       MAC Address     VSI/VLAN(O/I/P) Interface      Lease
--------------------------------------------------------------------------------
Print count:           0          Total count:           0
""",
    ),
    Sample(
        "huawei_vrp",
        "display igmp-snooping port-info",
        """
-----------------------------------------------------------------------
                     (Source, Group)  Port                        Flag
 Flag: S:Static     D:Dynamic     M: Ssm-mapping
-----------------------------------------------------------------------
VLAN 10, 2 Entry(s)
                 (*, 239.1.1.1)      GE0/0/1                      -D-
                                     GE0/0/2                      -D-
                                     2 port(s) include
@@
                 (*, 239.1.1.2)      GE0/0/1                      S--
                                     1 port(s) include
""",
        (
            CliGroup(group="239.1.1.1", port="GE0/0/1", vlan=10),
            CliGroup(group="239.1.1.1", port="GE0/0/2", vlan=10),
            CliGroup(group="239.1.1.2", port="GE0/0/1", vlan=10),
        ),
    ),
    Sample(
        "huawei_vrp",
        "display transceiver interface GigabitEthernet0/0/1 verbose",
        """
GigabitEthernet0/0/1 transceiver information:
-------------------------------------------------------------
Common information:
  Vendor Name                    :ACME
  Vendor Part Number             :SFP-1
Manufacture information:
  Manu. Serial Number            :S1
Diagnostic information:
  Temperature(C)                 :33.66
  Voltage(V)                     :3.29
@@
  Bias Current(mA)               :46.53
  RX Power(dBM)                  :-33.98
  RX Power High Warning(dBM)     :-1.00
  TX Power(dBM)                  :0.53
-------------------------------------------------------------
""",
        (
            CliOptic(
                port="GigabitEthernet0/0/1", temperature=Celsius(33.66), voltage=Volt(3.29),
                bias=MilliAmpere(46.53), rx=Dbm(-33.98), tx=Dbm(0.53),
            ),
            CliModule(port="GigabitEthernet0/0/1", vendor="ACME", part="SFP-1", serial="S1"),
        ),
    ),
    Sample(
        "huawei_vrp",
        "virtual-cable-test",
        """
Warning: The command will stop service for a while. Continue? [Y/N]:y
Info: This operation may take a few seconds. Please wait for a moment.done.
Pair A length: 12meter(s)
Pair B length: Unknown
@@
Pair A state: Ok
Pair B state: Open
Info: The test result is only for reference.
""",
        (
            CliCableTest(port=NO_PORT, pair="A", status="Ok", length=12.0),
            CliCableTest(port=NO_PORT, pair="B", status="Open"),
        ),
    ),
    Sample(
        "huawei_vrp",
        "display lldp neighbor",
        """
GigabitEthernet0/0/1 has 2 neighbor(s):

Neighbor index :1
Chassis type   :MAC address
Chassis ID     :0200-0000-0008
Port ID        :GigabitEthernet0/0/2
System name         :elm
System description  :A switch
Chassis ID     :not this one
System capabilities supported   :bridge router

@@
Neighbor index :2
Chassis ID     :0200-0000-0009
Port ID        :eth0
System name         :-

GigabitEthernet0/0/2 has 0 neighbor(s):
""",
        (
            CliNeighbour(
                port="GigabitEthernet0/0/1", chassis_id="0200-0000-0008",
                port_id="GigabitEthernet0/0/2", system_name="elm",
            ),
            CliNeighbour(
                port="GigabitEthernet0/0/1", chassis_id="0200-0000-0009", port_id="eth0"
            ),
        ),
    ),
    Sample(
        "huawei_vrp",
        "display lldp neighbor brief",
        """
Local Intf   Neighbor Dev         Neighbor Intf        Exptime(s)
GE0/0/1      elm hall             GE0/0/2              101
@@
GE0/0/2      oak                  Gi1                  90
""",
        (
            CliNeighbour(port="GE0/0/1", port_id="GE0/0/2", system_name="elm hall"),
            CliNeighbour(port="GE0/0/2", port_id="Gi1", system_name="oak"),
        ),
    ),
)  # fmt: skip
