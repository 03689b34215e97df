"""Cisco IOS and IOS-XE: made up in the shape of IOS 12.2 to 17."""

from __future__ import annotations

from tests.drivers.cli.samples import Sample, closed

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
    CliProtection,
)
from techinfo.units import Celsius, Dbm, MegabitPerSecond, MilliAmpere, Volt

GIGABIT = MegabitPerSecond(1000)
INTERFACE = """
GigabitEthernet1/0/1 is up, line protocol is up (connected)
  Hardware is Gigabit Ethernet, address is 0200.0000.0101 (bia 0200.0000.0101)
  Description: hall 3
  MTU 1500 bytes, BW 1000000 Kbit/sec, DLY 10 usec,
  Full-duplex, 1000Mb/s, media type is 10/100/1000BaseTX
     100 packets input, 12000 bytes, 0 no buffer
     Received 7 broadcasts (5 multicasts)
     1 input errors, 2 CRC, 0 frame, 0 overrun, 0 ignored
     0 watchdog, 5 multicast, 0 pause input
     200 packets output, 34000 bytes, 0 underruns
     3 output errors, 0 collisions, 1 interface resets
@@
GigabitEthernet1/0/2 is administratively down, line protocol is down (disabled)
  Full-duplex, 1000Mb/s, media type is 10/100/1000BaseTX
     0 packets input, 0 bytes, 0 no buffer
GigabitEthernet1/0/3 is down, line protocol is down (err-disabled)
  Auto-duplex, Auto-speed, media type is 10/100/1000BaseTX
     9 packets input, 900 bytes, 0 no buffer
"""
SAMPLES = (
    Sample(
        "cisco_ios",
        "show interfaces",
        INTERFACE,
        (
            CliPort(
                port="GigabitEthernet1/0/1", link_up=True, admin_up=True, speed=GIGABIT,
                full_duplex=True, description="hall 3",
            ),
            CliPort(port="GigabitEthernet1/0/2", link_up=False, admin_up=False),
            CliPort(
                port="GigabitEthernet1/0/3", link_up=False, admin_up=True, error="err-disabled"
            ),
        ),
    ),
    Sample(
        "cisco_xe",
        "sh int",
        INTERFACE,
        (
            CliCounters(
                port="GigabitEthernet1/0/1", in_packets=100, in_bytes=12000, in_broadcast=7,
                in_errors=1, in_crc=2, in_multicast=5, out_packets=200, out_bytes=34000,
                out_errors=3,
            ),
            CliCounters(port="GigabitEthernet1/0/2", in_packets=0, in_bytes=0),
            CliCounters(port="GigabitEthernet1/0/3", in_packets=9, in_bytes=900),
        ),
    ),
    Sample(
        "cisco_ios",
        "show interfaces status",
        """
Port      Name               Status       Vlan       Duplex  Speed Type
Gi1/0/1   connected to none  connected    trunk      a-full a-1000 10/100/1000BaseTX
@@
Gi1/0/2                      notconnect   20           auto   auto 10/100/1000BaseTX
Te1/1/1                      disabled     pvlan prom   full    10G SFP-10GBase-LR
Gi1/0/4   lift               err-disabled 20           auto   auto 10/100/1000BaseTX
""",
        (
            CliPort(
                port="Gi1/0/1", link_up=True, admin_up=True, speed=GIGABIT, full_duplex=True,
                description="connected to none",
            ),
            CliPort(port="Gi1/0/2", link_up=False, admin_up=True),
            CliPort(port="Te1/1/1", link_up=False, admin_up=False),
            CliPort(port="Gi1/0/4", link_up=False, error="err-disabled", description="lift"),
        ),
        "Port      Name               Status       Vlan       Duplex  Speed Type\n",
    ),
    Sample(
        "cisco_ios",
        "show interfaces status err-disabled",
        """
Port      Name               Status       Reason               Err-disabled Vlans
Gi1/0/4   lift               err-disabled bpduguard
@@
Gi1/0/5                      err-disabled link-flap
""",
        (
            CliPort(port="Gi1/0/4", link_up=False, error="bpduguard"),
            CliPort(port="Gi1/0/5", link_up=False, error="link-flap"),
        ),
    ),
    Sample(
        "cisco_ios",
        "show interfaces status err-disabled",
        """
Port      Name               Status       Reason               Err-disabled Vlans
Gi1/0/4   lift               err-disabled bpduguard
@@
Gi1/0/5                      err-disabled link-flap
Gi1/0/6   attic              err-disabled psecure-violation
Gi1/0/7   cellar             err-disabled gbic-invalid
""",
        (
            CliProtection(port="Gi1/0/4", protection=closed("bpdu-guard", "bpduguard")),
            CliProtection(port="Gi1/0/5", protection=closed("link-flap", "link-flap")),
            CliProtection(port="Gi1/0/6", protection=closed("security", "psecure-violation")),
            CliProtection(port="Gi1/0/7", protection=closed(None, "gbic-invalid")),
        ),
        "Port      Name               Status       Reason               Err-disabled Vlans\n",
    ),
    Sample(
        "cisco_ios",
        "show interfaces description",
        """
Interface                      Status         Protocol Description
Gi1/0/1                        up             up       hall 3
@@
Gi1/0/2                        admin down     down
""",
        (
            CliPort(port="Gi1/0/1", link_up=True, admin_up=True, description="hall 3"),
            CliPort(port="Gi1/0/2", link_up=False, admin_up=False),
        ),
    ),
    Sample(
        "cisco_ios",
        "show interfaces switchport",
        """
Name: Gi1/0/1
Switchport: Enabled
Operational Mode: static access
Trunking VLANs Enabled: ALL
@@
Name: Gi1/0/2
Operational Mode: down
""",
        (CliPort(port="Gi1/0/1", link_up=True), CliPort(port="Gi1/0/2", link_up=False)),
    ),
    Sample(
        "cisco_xe",
        "show interfaces counters",
        """

Port            InOctets    InUcastPkts    InMcastPkts    InBcastPkts
Gi1/0/1             1000             10              2              3
@@
Gi1/0/2                0              0              0              0

Port           OutOctets   OutUcastPkts
Gi1/0/1             2000             20

Port        OutMcastPkts   OutBcastPkts
Gi1/0/1                4              5
""",
        (
            CliCounters(
                port="Gi1/0/1", in_bytes=1000, in_unicast=10, in_multicast=2, in_broadcast=3
            ),
            CliCounters(port="Gi1/0/2", in_bytes=0, in_unicast=0, in_multicast=0, in_broadcast=0),
            CliCounters(port="Gi1/0/1", out_bytes=2000, out_unicast=20),
            CliCounters(port="Gi1/0/1", out_multicast=4, out_broadcast=5),
        ),
    ),
    Sample(
        "cisco_ios",
        "show mac address-table",
        """
          Mac Address Table
-------------------------------------------

Vlan    Mac Address       Type        Ports
----    -----------       --------    -----
 All    0100.0ccc.cccc    STATIC      CPU
  10    0200.0000.0001    DYNAMIC     Gi1/0/1
@@
  20    0200.0000.0002    STATIC      Gi1/0/2
  20    0200.0000.0003    STATIC      Vl20
Total Mac Addresses for this criterion: 4
""",
        (
            CliMac(mac="0200.0000.0001", port="Gi1/0/1", vlan=10, kind="dynamic"),
            CliMac(mac="0200.0000.0002", port="Gi1/0/2", vlan=20, kind="static"),
        ),
        """
          Mac Address Table
-------------------------------------------

Vlan    Mac Address       Type        Ports
----    -----------       --------    -----
Total Mac Addresses for this criterion: 0
""",
    ),
    Sample(
        "cisco_ios",
        "show mac-address-table dynamic vlan 10",
        """
Legend: * - primary entry
        age - seconds since last seen
        n/a - not available

  vlan   mac address     type    learn     age              ports
------+----------------+--------+-----+----------+--------------------------
*   10  0200.0000.0001   dynamic  Yes          5   Gi1/1
    10  0200.0000.0004    static  Yes          -   Gi1/2,Gi1/3
                                                   Gi1/4,Router,Switch
@@
R   10  0200.0000.0009    static  No           -   Router
""",
        (
            CliMac(mac="0200.0000.0001", port="Gi1/1", vlan=10, kind="dynamic"),
            *(
                CliMac(mac="0200.0000.0004", port=port, vlan=10, kind="static")
                for port in ("Gi1/2", "Gi1/3", "Gi1/4")
            ),
        ),
    ),
    Sample(
        "cisco_ios",
        "show mac-address-table",
        """
Destination Address  Address Type  VLAN  Destination Port
-------------------  ------------  ----  --------------------
0200.0000.0001          Dynamic       1     FastEthernet0/1
@@
0200.0000.0009          Self          1     Vlan1
""",
        (CliMac(mac="0200.0000.0001", port="FastEthernet0/1", vlan=1, kind="dynamic"),),
    ),
    Sample(
        "cisco_ios",
        "show mac address-table interface Gi1/0/1",
        """
Unicast Entries
 vlan   mac address     type        protocols               port
-------+---------------+--------+---------------------+--------------------
  10    0200.0000.0001   dynamic ip,ipx,assigned,other GigabitEthernet1/0/1

@@
Multicast Entries
 vlan    mac address     type    ports
-------+---------------+-------+--------------------------------------------
  10    ffff.ffff.ffff   system Switch,Gi1/0/1,Gi1/0/2
                                Gi1/0/3
""",
        (CliMac(mac="0200.0000.0001", port="GigabitEthernet1/0/1", vlan=10, kind="dynamic"),),
    ),
    Sample(
        "cisco_ios",
        "show ip dhcp snooping binding",
        """
MacAddress          IpAddress        Lease(sec)  Type           VLAN  Interface
------------------  ---------------  ----------  -------------  ----  --------------------
02:00:00:00:00:01   192.0.2.11       1512        dhcp-snooping   10    GigabitEthernet1/0/1
@@
02:00:00:00:00:02   192.0.2.12       infinite    static          20    GigabitEthernet1/0/2
Total number of bindings: 2
""",
        (
            CliLease(
                ip="192.0.2.11", mac="02:00:00:00:00:01", port="GigabitEthernet1/0/1", vlan=10,
                left_s=1512, kind="dynamic",
            ),
            CliLease(
                ip="192.0.2.12", mac="02:00:00:00:00:02", port="GigabitEthernet1/0/2", vlan=20,
                kind="static",
            ),
        ),
        """
MacAddress          IpAddress        Lease(sec)  Type           VLAN  Interface
------------------  ---------------  ----------  -------------  ----  --------------------
Total number of bindings: 0
""",
    ),
    Sample(
        "cisco_xe",
        "show ip igmp snooping groups",
        """
Flags: I -- IGMP snooping, S -- Static, E -- EVPN sync

Vlan      Group                    Type        Version     Port List
-----------------------------------------------------------------------
10        239.1.1.1                igmp        v2          Gi1/0/1, Gi1/0/2
                                                           Gi1/0/3
@@
20        239.1.1.2                S                       Po1
""",
        (
            *(
                CliGroup(group="239.1.1.1", port=port, vlan=10, version="2")
                for port in ("Gi1/0/1", "Gi1/0/2", "Gi1/0/3")
            ),
            CliGroup(group="239.1.1.2", port="Po1", vlan=20),
        ),
        """
Vlan      Group                    Type        Version     Port List
-----------------------------------------------------------------------
""",
    ),
    Sample(
        "cisco_xe",
        "show ipv6 mld snooping address",
        """
Vlan      Group                    Type        Version     Port List
-----------------------------------------------------------------------
10        FF1E:11::2               mld         v1,v2       Gi1/0/1
@@
10        FF1E:11::3               mld         v2          Gi1/0/1
""",
        (
            CliGroup(group="FF1E:11::2", port="Gi1/0/1", vlan=10, version="1,2"),
            CliGroup(group="FF1E:11::3", port="Gi1/0/1", vlan=10, version="2"),
        ),
    ),
    Sample(
        "cisco_ios",
        "show interfaces transceiver",
        """
If device is externally calibrated, only calibrated values are printed.
++ : high alarm, +  : high warning, -  : low warning, -- : low alarm.
NA or N/A: not applicable, Tx: transmit, Rx: receive.
mA: milliamperes, dBm: decibels (milliwatts).

                                         Optical   Optical
            Temperature  Voltage  Current   Tx Power  Rx Power
Port        (Celsius)    (Volts)  (mA)      (dBm)     (dBm)
----------  -----------  -------  --------  --------  --------
Te1/1/1       26.1        N/A       6.2 --   -2.7     -28.8 --
@@
Te1/1/2       24.1       3.30       0.0       N/A       N/A --
""",
        (
            CliOptic(
                port="Te1/1/1", temperature=Celsius(26.1), bias=MilliAmpere(6.2), tx=Dbm(-2.7),
                rx=Dbm(-28.8),
            ),
            CliOptic(
                port="Te1/1/2", temperature=Celsius(24.1), voltage=Volt(3.3), bias=MilliAmpere(0.0)
            ),
        ),
    ),
    Sample(
        "cisco_xe",
        "show interfaces transceiver detail",
        """
mA: milliamperes, dBm: decibels (milliwatts), NA or N/A: not applicable.
++ : high alarm, +  : high warning, -  : low warning, -- : low alarm.

                                High Alarm  High Warn  Low Warn   Low Alarm
             Temperature        Threshold   Threshold  Threshold  Threshold
Port         (Celsius)          (Celsius)   (Celsius)  (Celsius)  (Celsius)
---------    -----------------  ----------  ---------  ---------  ---------
Te1/1/1      48.5                   75.0       70.0        0.0       -5.0

@@
                 Optical          High Alarm  High Warn  Low Warn   Low Alarm
                 Receive Power    Threshold   Threshold  Threshold  Threshold
Port       Lane  (dBm)            (dBm)       (dBm)      (dBm)      (dBm)
---------  ----  ---------------  ----------  ---------  ---------  ---------
Te1/1/1    N/A  -13.3 (-13.1)          2.0       -1.0       -9.9      -13.9
""",
        (
            CliOptic(port="Te1/1/1", temperature=Celsius(48.5)),
            CliOptic(port="Te1/1/1", rx=Dbm(-13.3)),
        ),
    ),
    Sample(
        "cisco_xe",
        "show hw-module subslot 0/1 transceiver 2 status",
        """
The Transceiver in slot 0 subslot 1 port 2 is enabled.
  Module temperature                        = +28.945 C
  Transceiver Tx supply voltage             = 3284.2 mVolts
  Transceiver Tx bias current               = 5296 uAmps
@@
  Transceiver Tx power                      = -2.3 dBm
  Transceiver Rx optical power              = -2.4 dBm
  Vendor Name                               = ACME
""",
        (
            CliOptic(
                port="0/1/2", temperature=Celsius(28.945), voltage=Volt(3.2842),
                bias=MilliAmpere(5.296), tx=Dbm(-2.3), rx=Dbm(-2.4),
            ),
            CliModule(port="0/1/2", vendor="ACME"),
        ),
    ),
    Sample(
        "cisco_xe",
        "show cable-diagnostics tdr interface Gi1/0/1",
        """
TDR test last run on: November 15 09:57:29

Interface   Speed Local pair Pair length        Remote pair Pair status
---------   ----- ---------- ------------------ ----------- --------------------
Gi1/0/1     1000M Pair A     12   +/- 5  meters Pair A      Normal
                  Pair B     N/A                N/A         Not Completed
@@
                  Pair C     3    +/- 5  meters Pair C      Open
""",
        (
            CliCableTest(port="Gi1/0/1", pair="A", status="normal", length=12.0),
            CliCableTest(port="Gi1/0/1", pair="B", status="not completed"),
            CliCableTest(port="Gi1/0/1", pair="C", status="open", length=3.0),
        ),
    ),
    Sample(
        "cisco_ios",
        "show lldp neighbors",
        """
Capability codes:
    (R) Router, (B) Bridge, (T) Telephone, (C) DOCSIS Cable Device
    (W) WLAN Access Point, (P) Repeater, (S) Station, (O) Other

Device ID           Local Intf     Hold-time  Capability      Port ID
a-very-long-name.exaGi1/0/1        120        B,R             Te2/1/14
@@
0200.0000.0007      Gi1/0/2        3601                       0200.0000.0007

Total entries displayed: 2
""",
        (
            CliNeighbour(port="Gi1/0/1", port_id="Te2/1/14", system_name="a-very-long-name.exa"),
            CliNeighbour(port="Gi1/0/2", chassis_id="0200.0000.0007", port_id="0200.0000.0007"),
        ),
        """
Capability codes:
    (R) Router, (B) Bridge, (T) Telephone, (C) DOCSIS Cable Device

Device ID           Local Intf     Hold-time  Capability      Port ID

Total entries displayed: 0
""",
    ),
    Sample(
        "cisco_ios",
        "show lldp neighbors Gi1/0/1 detail",
        """
------------------------------------------------
Chassis id: 0200.0000.0008
Port id: Gi0/1
Port Description - not advertised
System Name: elm

System Description:
Some OS, Chassis 7
System Name: not this one

Time remaining: 101 seconds
@@
Management Addresses:
    IP: 192.0.2.1

Total entries displayed: 1
""",
        (
            CliNeighbour(
                port="gi1/0/1", chassis_id="0200.0000.0008", port_id="Gi0/1", system_name="elm"
            ),
        ),
    ),
)  # fmt: skip
