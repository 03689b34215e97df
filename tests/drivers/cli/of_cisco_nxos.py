"""Cisco NX-OS: made up in the shape of 5.x to 9.3."""

from __future__ import annotations

from tests.drivers.cli.samples import Sample

from techinfo.driver.cli import (
    CliCounters,
    CliLease,
    CliMac,
    CliModule,
    CliNeighbour,
    CliOptic,
    CliPort,
)
from techinfo.units import Celsius, Dbm, MegabitPerSecond

INTERFACE = """
Ethernet1/1 is up
admin state is up, Dedicated Interface
  Hardware: 1000/10000 Ethernet, address: 0200.0000.0101 (bia 0200.0000.0101)
  Description: hall 3
  full-duplex, 10 Gb/s, media type is 10G
  RX
    90 unicast packets  7 multicast packets  3 broadcast packets
    100 input packets  12000 bytes
    0 runts  0 giants  1 CRC  0 no buffer
    2 input error  0 short frame  0 overrun   0 underrun  0 ignored
  TX
    80 unicast packets  8 multicast packets  4 broadcast packets
    92 output packets  34000 bytes
    3 output error  0 collision  0 deferred  0 late collision
@@
Ethernet1/2 is down (Administratively down)
admin state is down, Dedicated Interface
  full-duplex, 10 Gb/s
  RX
    0 input packets  0 bytes
"""
SAMPLES = (
    Sample(
        "cisco_nxos",
        "show interface",
        """
Ethernet1/1 is down (BPDUGuard errDisable)
admin state is up, Dedicated Interface
@@
Ethernet1/2 is down (Link not connected)
admin state is up, Dedicated Interface
""",
        (
            CliPort(
                port="Ethernet1/1", link_up=False, admin_up=True, error="BPDUGuard errDisable"
            ),
            CliPort(port="Ethernet1/2", link_up=False, admin_up=True),
        ),
    ),
    Sample(
        "cisco_nxos",
        "show interface",
        INTERFACE,
        (
            CliPort(
                port="Ethernet1/1", link_up=True, admin_up=True, speed=MegabitPerSecond(10000),
                full_duplex=True, description="hall 3",
            ),
            CliPort(port="Ethernet1/2", link_up=False, admin_up=False),
        ),
    ),
    Sample(
        "cisco_nxos",
        "show interface ethernet1/1",
        INTERFACE,
        (
            CliCounters(
                port="Ethernet1/1", in_unicast=90, in_multicast=7, in_broadcast=3, in_packets=100,
                in_bytes=12000, in_crc=1, in_errors=2, out_unicast=80, out_multicast=8,
                out_broadcast=4, out_packets=92, out_bytes=34000, out_errors=3,
            ),
            CliCounters(port="Ethernet1/2", in_packets=0, in_bytes=0),
        ),
    ),
    Sample(
        "cisco_nxos",
        "show interface status",
        """
--------------------------------------------------------------------------------
Port          Name               Status    Vlan      Duplex  Speed   Type
--------------------------------------------------------------------------------
Eth1/1        hall up 3          connected trunk     full    a-10G   10Gbase-SR
@@
Eth1/2        --                 disabled  1         auto    auto    --
Eth1/3        --                 xcvrAbsen 1         auto    auto    --
""",
        (
            CliPort(
                port="Eth1/1", link_up=True, admin_up=True, speed=MegabitPerSecond(10000),
                full_duplex=True, description="hall up 3",
            ),
            CliPort(port="Eth1/2", link_up=False, admin_up=False),
            CliPort(port="Eth1/3", link_up=False),
        ),
    ),
    Sample(
        "cisco_nxos",
        "show interface counters",
        """
Port                                     InOctets                      InUcastPkts
--------------------------------------------------------------------------------
Eth1/1                                       1000                               10
@@
Eth1/2                                          0                                0
""",
        (
            CliCounters(port="Eth1/1", in_bytes=1000, in_unicast=10),
            CliCounters(port="Eth1/2", in_bytes=0, in_unicast=0),
        ),
    ),
    Sample(
        "cisco_nxos",
        "show mac address-table vlan 10",
        """
Legend:
        * - primary entry, G - Gateway MAC, (R) - Routed MAC, O - Overlay MAC
        age - seconds since last seen,+ - primary entry using vPC Peer-Link
   VLAN     MAC Address      Type      age     Secure NTFY   Ports/SWID.SSID.LID
---------+-----------------+--------+---------+------+----+------------------
* 10       0200.0000.0001    dynamic   0          F    F  Po28
@@
+ 10       0200.0000.0002    static    -          F    F  Eth1/1
G 10       0200.0000.0009    static    -          F    F  sup-eth1(R)
""",
        (
            CliMac(mac="0200.0000.0001", port="Po28", vlan=10, kind="dynamic"),
            CliMac(mac="0200.0000.0002", port="Eth1/1", vlan=10, kind="static"),
        ),
        "   VLAN     MAC Address      Type      age     Secure NTFY   Ports\n",
    ),
    Sample(
        "cisco_nxos",
        "show ip dhcp snooping binding",
        """
MacAddress         IpAddress        LeaseSec Type        VLAN  Interface
-----------------  ---------------  -------- ----------  ----  -------------
02:00:00:00:00:01  192.0.2.11       1512     dhcp-snoop  10    Ethernet1/1
@@
02:00:00:00:00:02  192.0.2.12       infinite static      20    Ethernet1/2
""",
        (
            CliLease(
                ip="192.0.2.11", mac="02:00:00:00:00:01", port="Ethernet1/1", vlan=10,
                left_s=1512, kind="dynamic",
            ),
            CliLease(
                ip="192.0.2.12", mac="02:00:00:00:00:02", port="Ethernet1/2", vlan=20,
                kind="static",
            ),
        ),
        "MacAddress         IpAddress        LeaseSec Type        VLAN  Interface\n",
    ),
    Sample(
        "cisco_nxos",
        "show interface ethernet1/1 transceiver details",
        """
Ethernet1/1
    transceiver is present
    name is ACME
    part number is SFP-1
    serial number is S1

Lane Number:1 Network Lane
           SFP Detail Diagnostics Information (internal calibration)
  ----------------------------------------------------------------------------
  Temperature   35.66 C        75.00 C     -5.00 C     70.00 C        0.00 C
  Current           N/A        11.80 mA     4.00 mA    10.80 mA       5.00 mA
  Tx Power     -14.05 dBm --    1.69 dBm  -11.30 dBm   -1.30 dBm     -7.30 dBm
@@
Lane Number:2 Network Lane
  Rx Power     -30.45 dBm --    2.00 dBm  -13.90 dBm   -1.00 dBm     -9.90 dBm
""",
        (
            CliOptic(port="Ethernet1/1", lane=1, temperature=Celsius(35.66), tx=Dbm(-14.05)),
            CliOptic(port="Ethernet1/1", lane=2, rx=Dbm(-30.45)),
            CliModule(port="Ethernet1/1", vendor="ACME", part="SFP-1", serial="S1"),
        ),
    ),
    Sample(
        "cisco_nxos",
        "show lldp neighbors",
        """
Capability codes:
  (R) Router, (B) Bridge, (T) Telephone, (C) DOCSIS Cable Device
Device ID            Local Intf      Hold-time  Capability  Port ID
a-name-that-is-longer.example
                     Eth1/1          120        BR          Ethernet1/7
@@
elm                  Eth1/3          120                    Gi0/1
Total entries displayed: 2
""",
        (
            CliNeighbour(
                port="Eth1/1", port_id="Ethernet1/7", system_name="a-name-that-is-longer.example"
            ),
            CliNeighbour(port="Eth1/3", port_id="Gi0/1", system_name="elm"),
        ),
    ),
    Sample(
        "cisco_nxos",
        "show lldp neighbors detail",
        """
Chassis id: 0200.0000.0008
Port id: Gi3
Local Port id: Eth1/1
System Name: elm
System Description: some OS
System Name: not this one
Time remaining: 114 seconds

@@
Chassis id: 0200.0000.0009
Port id: Gi4
Local Port id: Eth1/2
System Name: not advertised
Total entries displayed: 2
""",
        (
            CliNeighbour(
                port="Eth1/1", chassis_id="0200.0000.0008", port_id="Gi3", system_name="elm"
            ),
            CliNeighbour(port="Eth1/2", chassis_id="0200.0000.0009", port_id="Gi4"),
        ),
    ),
)  # fmt: skip
