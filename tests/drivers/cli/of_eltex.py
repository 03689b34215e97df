"""Eltex MES: made up in the shape of software 1.1 to 4.0."""

from __future__ import annotations

from tests.drivers.cli.samples import Sample, closed

from techinfo.driver.cli import (
    ERR_DISABLED,
    CliCableTest,
    CliCounters,
    CliGroup,
    CliLease,
    CliMac,
    CliNeighbour,
    CliOptic,
    CliPort,
    CliProtection,
)
from techinfo.driver.protection_words import OPEN
from techinfo.units import Celsius, Dbm, MegabitPerSecond, MilliAmpere, Volt

STATUS = """
                                             Flow Link           Uptime       Back   Mdix
Port     Type         Duplex  Speed Neg      ctrl State         (d,h:m:s)   Pressure Mode    Port Mode
-------- ------------ ------  ----- -------- ---- ----------- ------------- -------- ------- ---------
gi1/0/1  1G-Copper    Full    1000  Enabled  Off  Up          246,19:10:10Disabled Off     Trunk
@@
gi1/0/2  1G-Copper      --      --     --     --  Down (adm)        --         --     --     Access (1)
gi1/0/3  1G-Copper      --      --     --     --  Down (err)        --         --     --     Access (1)

                                          Flow    Link
Ch       Type    Duplex  Speed  Neg      control  State         Port Mode (VLAN)
-------- ------- ------  -----  -------- -------  ------------- ------------------------
Po1         --     --      --      --       --    Not Present   Trunk

adm (admin.shutdown): The interface was suspended by administrator.
"""  # noqa: E501 - as wide as it is printed
INTERFACE = """
------------------ show interfaces gi1/0/1 ------------------
gigabitethernet1/0/1 is up (connected)
  Description: hall 3
  Full-duplex, 1000Mbps, link type is auto, media type is 1G-Fiber
      100 packets input, 12000 bytes received
      3 broadcasts, 7 multicasts
      4 input errors, 1 FCS, 0 alignment
      200 packets output, 34000 bytes sent
      5 output errors, 0 collisions
@@
------------------ show interfaces gi1/0/2 ------------------
gigabitethernet1/0/2 is down (admin.shutdown)
  Full-duplex, 1000Mbps, link type is auto, media type is 1G-Combo-C
------------------ show interfaces tunnel1 ------------------
tunnel1 is down (not connected)
"""
SAMPLES = (
    Sample(
        "eltex",
        "show interfaces status",
        STATUS,
        (
            CliProtection(port="gi1/0/1", protection=OPEN),
            CliProtection(port="gi1/0/2", protection=OPEN),
            CliProtection(port="gi1/0/3", protection=closed(None, ERR_DISABLED)),
            CliProtection(port="Po1", protection=OPEN),
        ),
    ),
    Sample(
        "eltex",
        "show interfaces status",
        STATUS,
        (
            CliPort(
                port="gi1/0/1",
                link_up=True,
                admin_up=True,
                speed=MegabitPerSecond(1000),
                full_duplex=True,
            ),
            CliPort(port="gi1/0/2", link_up=False, admin_up=False),
            CliPort(port="gi1/0/3", link_up=False, error=ERR_DISABLED),
            CliPort(port="Po1", link_up=False),
        ),
    ),
    Sample(
        "eltex",
        "show interfaces description",
        """
           Admin   Link
Port       State   State       Description
--------- ------- ----------- ------------
gi1/0/1    Up      Up          hall 3
@@
gi1/0/2    Down    Down
""",
        (
            CliPort(port="gi1/0/1", link_up=True, admin_up=True, description="hall 3"),
            CliPort(port="gi1/0/2", link_up=False, admin_up=False),
        ),
    ),
    Sample(
        "eltex",
        "show interface",
        INTERFACE,
        (
            CliPort(
                port="gigabitethernet1/0/1",
                link_up=True,
                admin_up=True,
                speed=MegabitPerSecond(1000),
                full_duplex=True,
                description="hall 3",
            ),
            CliPort(port="gigabitethernet1/0/2", link_up=False, admin_up=False),
            CliCounters(
                port="gigabitethernet1/0/1",
                in_bytes=12000,
                out_bytes=34000,
                in_packets=100,
                out_packets=200,
                in_multicast=7,
                in_broadcast=3,
                in_errors=4,
                out_errors=5,
                in_crc=1,
            ),
        ),
    ),
    Sample(
        "eltex",
        "show interfaces counters",
        """
      Port       InUcastPkts  InMcastPkts  InBcastPkts    InOctets
---------------- ------------ ------------ ------------ ------------
    gi1/0/1           90           7            3          12000
@@
      Port       OutUcastPkts OutMcastPkts OutBcastPkts  OutOctets
---------------- ------------ ------------ ------------ ------------
    gi1/0/1          150           40           10         34000
""",
        (
            CliCounters(
                port="gi1/0/1", in_bytes=12000, in_unicast=90, in_multicast=7, in_broadcast=3
            ),
            CliCounters(
                port="gi1/0/1",
                out_bytes=34000,
                out_unicast=150,
                out_multicast=40,
                out_broadcast=10,
            ),
        ),
    ),
    Sample(
        "eltex",
        "show mac address-table",
        """
Flags: I - Internal usage VLAN
Aging time is 300 sec

  Vlan          Mac Address         Port       Type
------------ --------------------- ---------- ----------
     1         02:00:00:00:00:01    gi1/0/8    dynamic
@@
     1         02:00:00:00:00:02       0         self
""",
        (CliMac(mac="02:00:00:00:00:01", port="gi1/0/8", vlan=1, kind="dynamic"),),
        "Aging time is 300 sec\n\n  Vlan          Mac Address         Port       Type\n------\n",
    ),
    Sample(
        "eltex",
        "show ip dhcp snooping binding",
        """
Update frequency: 1200
Total number of binding: 1

   MAC Address       IP Address    Lease (sec)     Type    VLAN Interface
------------------ --------------- ------------ ---------- ---- ----------
02:00:00:00:00:01  192.0.2.4           7983      snooping   3   gi1/0/21
@@
""",
        (
            CliLease(
                ip="192.0.2.4",
                mac="02:00:00:00:00:01",
                port="gi1/0/21",
                vlan=3,
                left_s=7983,
                kind="dynamic",
            ),
        ),
        "Update frequency: 1200\nTotal number of binding: 0\n",
    ),
    Sample(
        "eltex",
        "show ip igmp snooping groups",
        """
VLAN Group Address    Source Address  Include Ports  Exclude Ports  Comp-Mode
---- ---------------- --------------- -------------- -------------- ---------
 30  239.0.0.1        *               gi1/0/1        gi1/0/2        v2
@@
 30  239.0.0.2        192.0.2.9                      gi1/0/2        v3
""",
        (
            CliGroup(group="239.0.0.1", port="gi1/0/1", vlan=30, version="2"),
            CliGroup(group="239.0.0.1", port="gi1/0/2", vlan=30, version="2"),
        ),
    ),
    Sample(
        "eltex",
        "show fiber-ports optical-transceiver",
        """
   Port     Temp  Voltage Current   Output        Input       LOS
            [C]   [Volt]   [mA]   [mW / dBm]    [mW / dBm]
---------- ----- ------- ------- ------------- ------------- -----
 te1/0/1     33   3.30    6.26   0.58 / -2.36  0.61 / -2.11   No
@@
 te1/0/2    N/S   N/S     N/S        N/S           N/S        N/S
""",
        (
            CliOptic(
                port="te1/0/1",
                rx=Dbm(-2.11),
                tx=Dbm(-2.36),
                temperature=Celsius(33.0),
                voltage=Volt(3.3),
                bias=MilliAmpere(6.26),
            ),
        ),
    ),
    Sample(
        "eltex",
        "show lldp neighbors",
        """
System capability legend:
B - Bridge; R - Router; W - Wlan Access Point; T - telephone;

  Port        Device ID          Port ID       System Name    Capabilities  TTL
--------- ----------------- ----------------- ------------- ------------ -----
gi1/0/1   02:00:00:00:00:01 gi1/0/24          hall-3        B, R         100
@@
gi1/0/2   02:00:00:00:00:02 gi1/0/7           switch-c.exam B            100
""",
        (
            CliNeighbour(
                port="gi1/0/1",
                chassis_id="02:00:00:00:00:01",
                port_id="gi1/0/24",
                system_name="hall-3",
            ),
            CliNeighbour(port="gi1/0/2", chassis_id="02:00:00:00:00:02", port_id="gi1/0/7"),
        ),
    ),
    Sample(
        "eltex",
        "show lldp neighbors gi1/0/1",
        """
Device ID: 02:00:00:00:00:01
Port ID: gi1/0/24
Capabilities: Bridge
@@
System Name: hall-3
System description: made up
""",
        (
            CliNeighbour(
                port="gi1/0/1",
                chassis_id="02:00:00:00:00:01",
                port_id="gi1/0/24",
                system_name="hall-3",
            ),
        ),
    ),
    Sample(
        "eltex",
        "show cable-diagnostics tdr",
        """
  Port      Result        Length [meters]        Date
--------- -------------- ----------------- -------------------
gi1/0/1    OK
@@
gi1/0/2    Open           50               13:32:00 23 Jan 2026
""",
        (
            CliCableTest(port="gi1/0/1", status="ok"),
            CliCableTest(port="gi1/0/2", status="open", length=50.0),
        ),
    ),
)
