"""Juniper Junos: made up in the shape of 10.4 to 21."""

from __future__ import annotations

from tests.drivers.cli.samples import Sample

from techinfo.driver.cli import (
    CliCounters,
    CliGroup,
    CliLease,
    CliMac,
    CliNeighbour,
    CliOptic,
    CliPort,
    CliRate,
)
from techinfo.units import Celsius, Dbm, KilobitPerSecond, MegabitPerSecond, MilliAmpere, Volt

INTERFACE = """
Physical interface: ge-0/0/0, Enabled, Physical link is Up
  Interface index: 129, SNMP ifIndex: 506
  Description: hall 3
  Link-level type: Ethernet, MTU: 1514, Speed: 1000mbps, Duplex: Full-Duplex
  Traffic statistics:
   Input  bytes  :                12000                 0 bps
   Output bytes  :                34000                 0 bps
   Input  packets:                  100                 0 pps
   Output packets:                  200                 0 pps

  Logical interface ge-0/0/0.0 (Index 67) (SNMP ifIndex 18)
    Description: not the port's
    Input packets : 7
@@
Physical interface: ge-0/0/1, Administratively down, Physical link is Down
  Link-level type: Ethernet, MTU: 1514, Speed: 1000mbps
   Input  bytes  :                    0                 0 bps
"""
SAMPLES = (
    Sample(
        "juniper_junos",
        "show interfaces",
        INTERFACE,
        (
            CliPort(
                port="ge-0/0/0", link_up=True, admin_up=True, speed=MegabitPerSecond(1000),
                full_duplex=True, description="hall 3",
            ),
            CliPort(port="ge-0/0/1", link_up=False, admin_up=False),
        ),
    ),
    Sample(
        "juniper",
        "show interfaces ge-0/0/0 extensive",
        INTERFACE,
        (
            CliCounters(
                port="ge-0/0/0", in_bytes=12000, out_bytes=34000, in_packets=100, out_packets=200
            ),
            CliCounters(port="ge-0/0/1", in_bytes=0),
        ),
    ),
    Sample(
        "juniper_junos",
        "show interfaces terse",
        """
Interface               Admin Link Proto    Local                 Remote
ge-0/0/0                up    up
ge-0/0/0.0              up    up   eth-switch
@@
ge-0/0/1                down  down
""",
        (
            CliPort(port="ge-0/0/0", link_up=True, admin_up=True),
            CliPort(port="ge-0/0/1", link_up=False, admin_up=False),
        ),
    ),
    Sample(
        "juniper_junos",
        "show ethernet-switching table",
        """
MAC flags (S - static MAC, D - dynamic MAC, L - locally learned, P - Persistent static
           SE - statistics enabled, NM - non configured MAC, R - remote PE MAC, O - ovsdb MAC)

Ethernet switching table : 2 entries, 2 learned
Routing instance : default-switch
    Vlan                MAC                 MAC         Age    Logical
    name                address             flags              interface
    voice               02:00:00:00:00:01   D             -   ge-0/0/0.0
@@
    vlan20              02:00:00:00:00:02   S,L           -   ae1.0
""",
        (
            CliMac(mac="02:00:00:00:00:01", port="ge-0/0/0.0", vlan="voice", kind="dynamic"),
            CliMac(mac="02:00:00:00:00:02", port="ae1.0", vlan=20, kind="static"),
        ),
        "Ethernet switching table : 0 entries, 0 learned\n",
    ),
    Sample(
        "juniper_junos",
        "show ethernet-switching table brief",
        """
Ethernet-switching table: 3 entries, 1 learned
  VLAN              MAC address       Type         Age Interfaces
  voice             *                 Flood          - All-members
  voice             02:00:00:00:00:01 Learn          0 ge-0/0/0.0
@@
  voice             02:00:00:00:00:09 Static         - Router
""",
        (CliMac(mac="02:00:00:00:00:01", port="ge-0/0/0.0", vlan="voice", kind="dynamic"),),
    ),
    Sample(
        "juniper_junos",
        "show dhcp snooping binding",
        """
DHCP Snooping Information:
MAC address        IP address  Lease (seconds) Type     VLAN    Interface
02:00:00:00:00:01  192.0.2.11  1512            dynamic  vlan10  ge-0/0/0.0
@@
02:00:00:00:00:02  192.0.2.12  -               static   vlan20  ge-0/0/1.0
""",
        (
            CliLease(
                ip="192.0.2.11", mac="02:00:00:00:00:01", port="ge-0/0/0.0", vlan=10, left_s=1512,
                kind="dynamic",
            ),
            CliLease(
                ip="192.0.2.12", mac="02:00:00:00:00:02", port="ge-0/0/1.0", vlan=20, kind="static"
            ),
        ),
        "DHCP Snooping Information:\n",
    ),
    Sample(
        "juniper_junos",
        "show igmp snooping membership",
        """
Instance: default-switch

Vlan: vlan10

Learning-Domain: default
Interface: ge-0/0/0.0, Groups: 2
    Group: 239.1.1.1
        Group mode: Exclude
        Source: 0.0.0.0
@@
    Group: 239.1.1.2
        Last reported by: 192.0.2.11
""",
        (
            CliGroup(group="239.1.1.1", port="ge-0/0/0.0", vlan=10),
            CliGroup(group="239.1.1.2", port="ge-0/0/0.0", vlan=10),
        ),
    ),
    Sample(
        "juniper_junos",
        "show interfaces diagnostics optics xe-0/0/0",
        """
Physical interface: xe-0/0/0
    Module temperature                        :  39 degrees C / 102 degrees F
    Module voltage                            :  3.3190 V
@@
  Lane 0
    Laser bias current                        :  6.594 mA
    Laser output power                        :  0.572 mW / -2.43 dBm
    Laser receiver power                      :  0.000 mW / -33.98 dBm
  Lane 1
    Laser bias current                        :  6.600 mA
""",
        (
            CliOptic(
                port="xe-0/0/0", lane=0, temperature=Celsius(39.0), voltage=Volt(3.319),
                bias=MilliAmpere(6.594), tx=Dbm(-2.43), rx=Dbm(-33.98),
            ),
            CliOptic(port="xe-0/0/0", lane=1, bias=MilliAmpere(6.6)),
        ),
    ),
    Sample(
        "juniper_junos",
        "show lldp neighbors",
        """
Local Interface    Parent Interface    Chassis Id          Port info          System Name
ge-0/0/0           -                   02:00:00:00:00:08   GE 0/1             elm
@@
xe-0/0/1           ae7                 02:00:00:00:00:09   ge-0/0/1           oak
""",
        (
            CliNeighbour(
                port="ge-0/0/0", chassis_id="02:00:00:00:00:08", port_id="GE 0/1",
                system_name="elm",
            ),
            CliNeighbour(
                port="xe-0/0/1", chassis_id="02:00:00:00:00:09", port_id="ge-0/0/1",
                system_name="oak",
            ),
        ),
    ),
    Sample(
        "juniper_junos",
        "show lldp neighbors interface ge-0/0/0",
        """
LLDP Neighbor Information:
Local Information:
Index: 7 Time to live: 120 Time mark: Fri Feb 12 12:32:30 2026 Age: 19 secs
Local Interface    : ge-0/0/0
Parent Interface   : -
@@
Neighbour Information:
Chassis type       : Mac address
Chassis ID         : 02:00:00:00:00:08
Port ID            : 506
System name        : elm
System Description : a switch

System capabilities
""",
        (
            CliNeighbour(
                port="ge-0/0/0", chassis_id="02:00:00:00:00:08", port_id="506", system_name="elm"
            ),
        ),
    ),
    Sample(
        "juniper_junos",
        "show class-of-service interface",
        """
Physical interface: ge-0/0/2, Index: 150
Maximum usable queues: 8, Queues in use: 4
  Shaping rate: 10000000 bps
  Scheduler map: <default>, Index: 2
  Congestion-notification: Disabled
@@
  Logical interface: ge-0/0/2.0, Index: 335
Object                  Name                   Type                    Index
Classifier              ieee8021p-default      ieee8021p                  11

Physical interface: ge-0/0/3, Index: 151
Queues supported: 8, Queues in use: 4
  Scheduler map: <default>, Index: 2
""",
        (
            CliRate(port="ge-0/0/2", queue="out", pir=KilobitPerSecond(10_000)),
            CliRate(port="ge-0/0/3", queue="out"),
        ),
    ),
    Sample(
        "juniper_junos",
        "show ethernet-switching table",
        """
MAC flags (S - static MAC, D - dynamic MAC, L - locally learned, P - Persistent static
           SE - statistics enabled, NM - non configured MAC, R - remote PE MAC, O - ovsdb MAC)

Ethernet switching table : 3 entries, 3 learned
Routing instance : default-switch
   Vlan                MAC                 MAC      Logical                SVLBNH/      Active
   name                address             flags    interface              VENH Index   source
@@
   elm                 02:00:00:00:00:01   DLR      ae0.0
   elm                 02:00:00:00:00:02   D,SE     ge-0/0/1.0
   elm                 02:00:00:00:00:03   S,NM     ge-0/0/1.0
""",
        (
            CliMac(mac="02:00:00:00:00:01", port="ae0.0", vlan="elm", kind="dynamic"),
            CliMac(mac="02:00:00:00:00:02", port="ge-0/0/1.0", vlan="elm", kind="dynamic"),
            CliMac(mac="02:00:00:00:00:03", port="ge-0/0/1.0", vlan="elm", kind="static"),
        ),
    ),
)  # fmt: skip
