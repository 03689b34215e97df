"""Zyxel ZyNOS: made up in the shape of ES-2024 and GS-4012F."""

from __future__ import annotations

from tests.drivers.cli.samples import Sample

from techinfo.driver.cli import (
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

INTERFACES = """
  Port Info\tPort NO.\t\t:1
  \t\tLink\t\t\t:1000M/F SFP
  \t\tStatus\t\t\t:FORWARDING
  \t\tTxPkts\t\t\t:200
  \t\tRxPkts\t\t\t:100
  TX Packet\tTx Packets\t\t:200
  \t\tMulticast\t\t:40
  \t\tBroadcast\t\t:10
  RX Packet\tRx Packets\t\t:100
  \t\tMulticast\t\t:7
  \t\tBroadcast\t\t:3
  Error Packet\tRX CRC\t\t\t:1

@@
  Port Info\tPort NO.\t\t:2
  \t\tLink\t\t\t:Down
  \t\tStatus\t\t\t:STOP
"""
SAMPLES = (
    Sample(
        "zyxel_zynos",
        "show interfaces *",
        INTERFACES,
        (
            CliPort(port="1", link_up=True, speed=MegabitPerSecond(1000), full_duplex=True),
            CliPort(port="2", link_up=False),
            CliCounters(
                port="1",
                in_packets=100,
                out_packets=200,
                in_multicast=7,
                out_multicast=40,
                in_broadcast=3,
                out_broadcast=10,
                in_crc=1,
            ),
        ),
    ),
    Sample(
        "zyxel_zynos",
        "show interface config *",
        """
  Port Configurations:

  Port No \t:1
    Active \t:Yes
    Name  \t:hall 3
    PVID \t:1\t\tFlow Control \t:No
@@
  Port No \t:2
    Active \t:No
    Name  \t:
""",
        (
            CliPort(port="1", admin_up=True, description="hall 3"),
            CliPort(port="2", admin_up=False),
        ),
    ),
    Sample(
        "zyxel_zynos",
        "show mac address-table vlan 676",
        """
Port      VLAN ID        MAC Address         Type
12        676            02:00:00:00:00:01   Dynamic
@@
CPU       676            02:00:00:00:00:02   Static
""",
        (CliMac(mac="02:00:00:00:00:01", port="12", vlan=676, kind="dynamic"),),
        "Port      VLAN ID        MAC Address         Type\n",
    ),
    Sample(
        "zyxel_zynos",
        "show dhcp snooping binding",
        """
       MacAddress       IpAddress        Lease          Type VLAN  Port
----------------- --------------- ------------ ------------- ---- -----
02:00:00:00:00:01 192.0.2.4         1d2h3m4s  dhcp-snooping   10     7
@@
Total number of bindings: 1
""",
        (
            CliLease(
                ip="192.0.2.4",
                mac="02:00:00:00:00:01",
                port="7",
                vlan=10,
                left_s=93784,
                kind="dynamic",
            ),
        ),
        "       MacAddress       IpAddress\n-------- --------\nTotal number of bindings: 0\n",
    ),
    Sample(
        "zyxel_zynos",
        "show multicast",
        """
 Multicast Status

 Index VID  Port  Multicast Group  Timeout
 ----- ---- ----  ---------------- -------
     1   30    7  239.0.0.1            120
@@
""",
        (CliGroup(group="239.0.0.1", port="7", vlan=30),),
        " Multicast Status\n\n Index VID  Port  Multicast Group  Timeout\n ----- ---- ----\n",
    ),
    Sample(
        "zyxel_zynos",
        "show interfaces transceiver 11",
        """
Transceiver Information

Port           : 11 (SFP)
Vendor         : MADE UP
Part Number    : MU-1
Serial Number  : S0001
              Current   High Alarm  High Warn  Low Warn  Low Alarm
@@
Temp(C)         34.72      100.00      90.00      0.00    -10.00
Voltage(V)       3.29        3.60       3.50      3.10      3.00
TX Bias(mA)     12.10       80.00      70.00      2.00      1.00
TX Power(dBm)   -5.24       -3.00      -4.00     -9.00    -10.00
RX Power(dBm)   -7.25       -3.00      -4.00    -19.00    -20.00
""",
        (
            CliOptic(
                port="11",
                rx=Dbm(-7.25),
                tx=Dbm(-5.24),
                temperature=Celsius(34.72),
                voltage=Volt(3.29),
                bias=MilliAmpere(12.1),
            ),
            CliModule(port="11", vendor="MADE UP", part="MU-1", serial="S0001"),
        ),
    ),
    Sample(
        "zyxel_zynos",
        "show lldp info remote",
        """
LLDP Remote Device Information:

LocalPort  Chassis ID         Port ID   Port Description  System Name  Management Address
---------  -----------------  -------   ----------------  -----------  ------------------
25         02:00:00:00:00:01  7         up                hall-3       192.0.2.1
@@
""",
        (CliNeighbour(port="25", chassis_id="02:00:00:00:00:01", port_id="7"),),
        "LLDP Remote Device Information:\n\nLocalPort  Chassis ID\n---------\n",
    ),
    Sample(
        "zyxel_zynos",
        "sh lldp info remote interface port-channel 25",
        """
LLDP Remote Device Information Detail:

Local Port:25
Remote Device:
  Chassis id subtype:mac-address
  Chassis id:02:00:00:00:00:01
  Port id subtype:local-assigned
  Port id:7
@@
  System Name:hall-3
""",
        (
            CliNeighbour(
                port="25", chassis_id="02:00:00:00:00:01", port_id="7", system_name="hall-3"
            ),
        ),
    ),
)
