"""EdgeCore: made up in the shape of ES35xx, ECS4100, and of ES4626."""

from __future__ import annotations

from tests.drivers.cli.samples import Sample

from techinfo.driver.cli import (
    CliCableTest,
    CliCounters,
    CliGroup,
    CliLease,
    CliMac,
    CliModule,
    CliNeighbour,
    CliOptic,
    CliPort,
    CliRate,
)
from techinfo.units import Celsius, Dbm, KilobitPerSecond, MegabitPerSecond, MilliAmpere, Volt

STATUS = """
Information of Eth 1/1
 Basic Information:
  Port Type:              100TX
 Configuration:
  Name:                   hall 3
  Port Admin:             Up
 Current Status:
  Link Status:            Up
  Port Operation Status:  Up
  Operation Speed-duplex: 100half

@@
Information of Eth 1/2
 Configuration:
  Name:
  Port Admin:             Down
 Current Status:
  Link Status:            Down
  Operation Speed-duplex: 1000full

Information of VLAN 1
 MAC Address:             02-00-00-00-00-01
"""
PROTOCOL = """
Ethernet1/1 is up, line protocol is up
  Ethernet1/1 is layer 2 port, alias name is hall 3, index is 1
  Auto-duplex: Negotiation full-duplex, Auto-speed: Negotiation 1G bits
  Input packets statistics:
    100 input packets, 12000 bytes, 0 no buffer
    90 unicast packets, 7 multicast packets, 3 broadcast packets
    4 input errors, 1 CRC, 0 frame alignment, 0 overrun, 0 ignored,
  Output packets statistics:
    200 output packets, 34000 bytes, 0 underruns
    150 unicast packets, 40 multicast packets, 10 broadcast packets
    5 output errors, 0 collisions, 0 pause frame
@@
Ethernet1/2 is administratively down, line protocol is down
  Ethernet1/2 is layer 2 port, alias name is (null), index is 2
  Auto-duplex: Negotiation half-duplex, Auto-speed: Negotiation 10M bits
Vlan64 is up, line protocol is up, dev index is 2017
"""
COUNTERS = """
Ethernet 1/ 7
 Iftable Stats:
  Octets Input: 30658, Octets Output: 196550
  Unicast Input: 6, Unicast Output: 5
  Error Input: 1, Error Output: 2
 Extended Iftable Stats:
  Multi-cast Input: 3, Multi-cast Output: 3064
  Broadcast Input: 262, Broadcast Output: 4
@@
 Ether-like Stats:
  Alignment Errors: 0, FCS Errors: 8
"""
GROUPS = """
Bridge Multicast Forwarding Entry Count:1

Flag: R - Router port, M - Group member port
      H - Host counts (number of hosts joining the group on this port).

VLAN Group           Port        Up time      Expire Count
---- --------------- ----------- ------------ ------ --------
   1 239.0.0.1                   00:00:00:37           2(P)
                     Eth 1/ 1(R)
                     Eth 1/ 2(M)              4:19     1(H)
@@
"""
SAMPLES = (
    Sample(
        "edgecore",
        "show interfaces status",
        STATUS,
        (
            CliPort(
                port="Eth 1/1",
                link_up=True,
                admin_up=True,
                speed=MegabitPerSecond(100),
                full_duplex=False,
                description="hall 3",
            ),
            CliPort(port="Eth 1/2", link_up=False, admin_up=False),
        ),
    ),
    Sample(
        "edgecore",
        "show interface status | include line protocol is",
        PROTOCOL,
        (
            CliPort(
                port="Ethernet1/1",
                link_up=True,
                admin_up=True,
                speed=MegabitPerSecond(1000),
                full_duplex=True,
                description="hall 3",
            ),
            CliPort(port="Ethernet1/2", link_up=False, admin_up=False),
            CliPort(port="Vlan64", link_up=True, admin_up=True),
            CliCounters(
                port="Ethernet1/1",
                in_bytes=12000,
                out_bytes=34000,
                in_packets=100,
                out_packets=200,
                in_unicast=90,
                out_unicast=150,
                in_multicast=7,
                out_multicast=40,
                in_broadcast=3,
                out_broadcast=10,
                in_errors=4,
                out_errors=5,
                in_crc=1,
            ),
        ),
    ),
    Sample(
        "edgecore",
        "show interfaces brief",
        """
Interface Name              Status    PVID Pri Speed/Duplex  Type         Trunk
--------- ----------------- --------- ---- --- ------------- ------------ -----
Eth 1/ 1  hall 3            Up          10   0 Auto-1000full 1000BASE-T   None
@@
Eth 1/ 2                    Disabled     1   0 Auto          1000BASE-T   None
""",
        (
            CliPort(
                port="Eth 1/1",
                link_up=True,
                admin_up=True,
                speed=MegabitPerSecond(1000),
                full_duplex=True,
                description="hall 3",
            ),
            CliPort(port="Eth 1/2", link_up=False, admin_up=False),
        ),
    ),
    Sample(
        "edgecore",
        "show interfaces counters ethernet 1/7",
        COUNTERS,
        (
            CliCounters(
                port="Ethernet 1/7",
                in_bytes=30658,
                out_bytes=196550,
                in_unicast=6,
                out_unicast=5,
                in_multicast=3,
                out_multicast=3064,
                in_broadcast=262,
                out_broadcast=4,
                in_errors=1,
                out_errors=2,
                in_crc=8,
            ),
        ),
    ),
    Sample(
        "edgecore",
        "show interfaces counters",
        """
Ethernet 1/ 1
 ===== IF table Stats =====
     2166458 Octets Input
    14734059 Octets Output
       14707 Unicast Input
@@
 ===== Ether-like Stats =====
           0 FCS Errors
""",
        (
            CliCounters(
                port="Ethernet 1/1",
                in_bytes=2166458,
                out_bytes=14734059,
                in_unicast=14707,
                in_crc=0,
            ),
        ),
    ),
    Sample(
        "edgecore",
        "show interfaces transceiver ethernet 1/25",
        """
Information of Eth 1/25
 Connector Type        : LC
 Vendor Name           : MADE UP
 Vendor PN             : MU-1
 Vendor SN             : S0001
DDM Information
@@
  Temperature           : 37.95 degree C
  Vcc                   : 3.31 V
  Bias Current          : 16.17 mA
  TX Power              : -4.31 dBm
  RX Power              : -7.25 dBm
""",
        (
            CliOptic(
                port="Eth 1/25",
                rx=Dbm(-7.25),
                tx=Dbm(-4.31),
                temperature=Celsius(37.95),
                voltage=Volt(3.31),
                bias=MilliAmpere(16.17),
            ),
            CliModule(port="Eth 1/25", vendor="MADE UP", part="MU-1", serial="S0001"),
        ),
    ),
    Sample(
        "edgecore",
        "show mac-address-table",
        """
 Total entry in system: 3
 Interface MAC Address       VLAN Type     Life Time
 --------- ----------------- ---- -------- -----------------
  CPU      02-00-00-00-00-01    1 CPU      Delete on Reset
  Eth 1/ 1 02-00-00-00-00-02  301 Learn    Delete on Timeout
@@
  Eth 1/10 02-00-00-00-00-03    5 Config   Permanent
""",
        (
            CliMac(mac="02-00-00-00-00-02", port="Eth 1/1", vlan=301, kind="dynamic"),
            CliMac(mac="02-00-00-00-00-03", port="Eth 1/10", vlan=5, kind="static"),
        ),
        """
 Total entry in system: 0
 Interface MAC Address       VLAN Type     Life Time
 --------- ----------------- ---- -------- -----------------
""",
    ),
    Sample(
        "edgecore",
        "show mac-address-table vlan 69",
        """
Read mac address table....
Vlan Mac Address                 Type    Creator   Ports
---- --------------------------- ------- -------------------------------------
69   02-00-00-00-00-02           DYNAMIC Hardware Ethernet1/24
@@
69   02-00-00-00-00-03           STATIC  System   CPU
69   02-00-00-00-00-04           DYNAMIC Hardware Port-Channel1
""",
        (
            CliMac(mac="02-00-00-00-00-02", port="Ethernet1/24", vlan=69, kind="dynamic"),
            CliMac(mac="02-00-00-00-00-04", port="Port-Channel1", vlan=69, kind="dynamic"),
        ),
    ),
    Sample(
        "edgecore",
        "show ip dhcp snooping binding",
        """
MacAddress        IpAddress       Lease(sec) Type                 VLAN Interface
----------------- --------------- ---------- -------------------- ---- ---------
02-00-00-00-00-02 192.0.2.84             909 dhcp-snooping         104 Eth 1/4
@@
02-00-00-00-00-03 192.0.2.85               0 Static                104 Eth 1/ 5
""",
        (
            CliLease(
                ip="192.0.2.84",
                mac="02-00-00-00-00-02",
                port="Eth 1/4",
                vlan=104,
                left_s=909,
                kind="dynamic",
            ),
            CliLease(
                ip="192.0.2.85", mac="02-00-00-00-00-03", port="Eth 1/5", vlan=104, kind="static"
            ),
        ),
        """
MacAddress        IpAddress       Lease(sec) Type                 VLAN Interface
----------------- --------------- ---------- -------------------- ---- ---------
""",
    ),
    Sample(
        "edgecore",
        "show ip igmp snooping group",
        GROUPS,
        (CliGroup(group="239.0.0.1", port="Eth 1/2", vlan=1),),
    ),
    Sample(
        "edgecore",
        "show cable-diagnostics interface ethernet 1/1",
        """
Port     Type   Link Status  Pair A (meters)  Pair B (meters)  Last Update
-------- ------ ------------ ---------------- ---------------- -------------------
Eth 1/ 1 GE     Up           OK (21)          Open (3)         2026-01-02 09:44:19
@@
""",
        (
            CliCableTest(port="Eth 1/1", pair="A", status="ok", length=21.0),
            CliCableTest(port="Eth 1/1", pair="B", status="open", length=3.0),
        ),
    ),
    Sample(
        "edgecore",
        "show lldp info remote-device",
        """
 LLDP Remote Devices Information

  Interface | ChassisId         PortId            SysName
  --------- + ----------------- ----------------- ---------------------
  Eth 1/24  | 02-00-00-00-00-02 02-00-00-00-00-59 hall-3
@@
  Eth 1/25  | 02-00-00-00-00-03 46-61-30-2F-34-00 a name that is cu...
""",
        (
            CliNeighbour(
                port="Eth 1/24",
                chassis_id="02-00-00-00-00-02",
                port_id="02-00-00-00-00-59",
                system_name="hall-3",
            ),
            CliNeighbour(
                port="Eth 1/25",
                chassis_id="02-00-00-00-00-03",
                system_name="a name that is cu...",
            ),
        ),
        " LLDP Remote Devices Information\n",
    ),
    Sample(
        "edgecore",
        "show lldp info remote detail Eth 1/25",
        """
 LLDP Remote Devices Information Detail
---------------------------------------------------------------
  Local PortName     : Eth 1/25
  Chassis Type       : MAC Address
  Chassis Id         : 02-00-00-00-00-03
  PortID Type        : Interface alias
  PortID             : 46-61-30-2F-34-00
@@
  SysName            : hall-3
  SysDescr           : of many lines
Compiled long ago
  PortDescr          : up
""",
        (
            CliNeighbour(
                port="Eth 1/25",
                chassis_id="02-00-00-00-00-03",
                port_id="Fa0/4",
                system_name="hall-3",
            ),
        ),
    ),
    Sample(
        "edgecore",
        "show interfaces switchport",
        """
Information of Eth 1/ 1
 Broadcast Threshold:           Enabled, 64 Kbits/second
 LACP Status:                   Disabled
 Ingress Rate Limit:            Enabled, 102400 Kbits per second
 Egress Rate Limit:             Disabled, 100000 Kbits per second
 VLAN Membership Mode:          Hybrid
802.1Q-tunnel Status:           Disable
@@
 Allowed VLAN:                    85(u),4000(t),

Information of Eth 1/2
 Ingress rate limit: disable,1000M bits per second
 Egress rate limit: enable,50M bits per second
 Native VLAN: 1
Information of Eth 1/3
 Ingress Rate Limit:            Disabled, scale:8M level:10
  Egress Rate Limit:            Disabled, scale:8M level:10
""",
        (
            CliRate(port="Eth 1/1", queue="in", pir=KilobitPerSecond(102_400)),
            CliRate(port="Eth 1/1", queue="out"),
            CliRate(port="Eth 1/2", queue="in"),
            CliRate(port="Eth 1/2", queue="out", pir=KilobitPerSecond(50_000)),
            CliRate(port="Eth 1/3", queue="in"),
            CliRate(port="Eth 1/3", queue="out"),
        ),
    ),
)
