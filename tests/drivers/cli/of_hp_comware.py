"""HP and H3C Comware: made up in the shape of 3, 5 and 7."""

from __future__ import annotations

from tests.drivers.cli.samples import Sample

from techinfo.driver.cli import (
    CliCounters,
    CliLease,
    CliMac,
    CliNeighbour,
    CliOptic,
    CliPort,
    CliRate,
)
from techinfo.units import Celsius, Dbm, KilobitPerSecond, MegabitPerSecond, MilliAmpere, Volt

INTERFACE = """
 GigabitEthernet1/0/1 current state: UP
 Description: hall 3
 Media type is twisted pair
 1000Mbps-speed mode, full-duplex mode
 Input (total):  100 packets, 12000 bytes
         90 unicasts, 3 broadcasts, 7 multicasts, 0 pauses
 Input:  2 input errors, 0 runts, 0 giants, 0 throttles
         1 CRC, 0 frame, - overruns, 0 aborts
 Output (total): 200 packets, 34000 bytes
         150 unicasts, 10 broadcasts, 40 multicasts, 0 pauses
 Output: 3 output errors, - underruns, - buffer failures
@@

GigabitEthernet1/0/2
Current state: Administratively DOWN
Line protocol state: DOWN
 Input (total):  0 packets, 0 bytes
"""
SAMPLES = (
    Sample(
        "hp_comware",
        "display interface",
        """
Vlan-interface2
Current state: DOWN ( Administratively )
Line protocol state: DOWN
Description: hall 3
@@
Vlan-interface3
Current state: DOWN
Line protocol state: DOWN
""",
        (
            CliPort(
                port="Vlan-interface2", link_up=False, admin_up=False, description="hall 3"
            ),
            CliPort(port="Vlan-interface3", link_up=False, admin_up=True),
        ),
    ),
    Sample(
        "hp_comware",
        "display interface brief",
        """
Brief information on interfaces in bridge mode:
Link: ADM - administratively down; Stby - standby
Speed: (a) - auto
Interface            Link Speed     Duplex Type PVID Description
GE1/0/1              UP   1G(a)     F(a)   A    10   hall 3
@@
GE1/0/2              ADM  auto      A      A    1
GE1/0/3              DOWN auto      A      T    1
""",
        (
            CliPort(
                port="GE1/0/1", link_up=True, admin_up=True, speed=MegabitPerSecond(1000),
                full_duplex=True, description="hall 3",
            ),
            CliPort(port="GE1/0/2", link_up=False, admin_up=False),
            CliPort(port="GE1/0/3", link_up=False, admin_up=True),
        ),
        "Brief information on interfaces in bridge mode:\nLink: ADM - administratively down\n",
    ),
    Sample(
        "hp_comware",
        "display interface",
        INTERFACE,
        (
            CliPort(
                port="GigabitEthernet1/0/1", link_up=True, admin_up=True,
                speed=MegabitPerSecond(1000), full_duplex=True, description="hall 3",
            ),
            CliPort(port="GigabitEthernet1/0/2", link_up=False, admin_up=False),
        ),
    ),
    Sample(
        "hp_comware",
        "dis int GigabitEthernet1/0/1",
        INTERFACE,
        (
            CliCounters(
                port="GigabitEthernet1/0/1", in_packets=100, in_bytes=12000, in_unicast=90,
                in_broadcast=3, in_multicast=7, in_errors=2, in_crc=1, out_packets=200,
                out_bytes=34000, out_unicast=150, out_broadcast=10, out_multicast=40, out_errors=3,
            ),
            CliCounters(port="GigabitEthernet1/0/2", in_packets=0, in_bytes=0),
        ),
    ),
    Sample(
        "hp_comware",
        "display mac-address",
        """
Unit 1
MAC ADDR        VLAN ID   STATE          PORT INDEX               AGING TIME(s)
0200-0000-0001  10        Learned        GigabitEthernet1/0/1     AGING
@@
0200-0000-0002  20        Config static  Bridge-Aggregation1      NOAGED

  ---  2 mac address(es) found on unit 1  ---
""",
        (
            CliMac(
                mac="0200-0000-0001", port="GigabitEthernet1/0/1", vlan=10, kind="dynamic"
            ),
            CliMac(mac="0200-0000-0002", port="Bridge-Aggregation1", vlan=20, kind="static"),
        ),
        "MAC ADDR        VLAN ID   STATE          PORT INDEX               AGING TIME(s)\n",
    ),
    Sample(
        "hp_comware",
        "display dhcp snooping binding",
        """
2 DHCP snooping entries found.
IP address      MAC address    Lease        VLAN  SVLAN Interface
=============== ============== ============ ===== ===== =================
192.0.2.11      0200-0000-0001 1512         10    N/A   GE1/0/1
@@
192.0.2.12      0200-0000-0002 N/A          20    N/A   GE1/0/2
""",
        (
            CliLease(ip="192.0.2.11", mac="0200-0000-0001", port="GE1/0/1", vlan=10, left_s=1512),
            CliLease(ip="192.0.2.12", mac="0200-0000-0002", port="GE1/0/2", vlan=20),
        ),
        "0 DHCP snooping entries found.\n",
    ),
    Sample(
        "hp_comware",
        "display transceiver diagnosis interface GigabitEthernet1/0/1",
        """
GigabitEthernet1/0/1 transceiver diagnostic information:
  Current diagnostic parameters:
    Temp.(C) Voltage(V)  Bias(mA)  RX power(dBm)  TX power(dBm)
    36       3.31        6.13      -35.64         -5.19
@@
  Alarm thresholds:
""",
        (
            CliOptic(
                port="GigabitEthernet1/0/1", temperature=Celsius(36.0), voltage=Volt(3.31),
                bias=MilliAmpere(6.13), rx=Dbm(-35.64), tx=Dbm(-5.19),
            ),
        ),
    ),
    Sample(
        "hp_comware",
        "display lldp neighbor-information",
        """
LLDP neighbor-information of port 1[GigabitEthernet1/0/1]:
  Neighbor index   : 1
  Chassis ID       : 0200-0000-0008
  Port ID          : GigabitEthernet4/0/49
  System name        : elm
  System description : some OS
  System capabilities supported : Bridge,Router
@@
  Neighbor index   : 2
  Chassis ID       : 0200-0000-0009
  Port ID          : eth0
""",
        (
            CliNeighbour(
                port="GigabitEthernet1/0/1", chassis_id="0200-0000-0008",
                port_id="GigabitEthernet4/0/49", system_name="elm",
            ),
            CliNeighbour(
                port="GigabitEthernet1/0/1", chassis_id="0200-0000-0009", port_id="eth0"
            ),
        ),
    ),
    Sample(
        "hp_comware",
        "display lldp neighbor-information list",
        """
Chassis ID : * -- -- Nearest nontpmr bridge neighbor
System Name          Local Interface Chassis ID      Port ID
elm                  GE1/0/1         0200-0000-0008  GigabitEthernet4/0/49
@@
oak                  GE1/0/2         0200-0000-0009  eth0
""",
        (
            CliNeighbour(
                port="GE1/0/1", chassis_id="0200-0000-0008", port_id="GigabitEthernet4/0/49",
                system_name="elm",
            ),
            CliNeighbour(
                port="GE1/0/2", chassis_id="0200-0000-0009", port_id="eth0", system_name="oak"
            ),
        ),
    ),
    Sample(
        "hp_comware",
        "display qos lr interface",
        """
Interface: GigabitEthernet1/0/1
 Direction: Inbound
  CIR 10240 (kbps), CBS 640000 (Bytes)
 Direction: Outbound
  CIR 102400 (kbps), CBS 6400000 (byte), EBS 0 (byte)
  Passed : 0(Packets) 0(Bytes)
@@
  Delayed: 0(Packets) 0(Bytes)
  Active Shaping: NO
Interface: GigabitEthernet1/0/2
 Direction: Outbound
  CIR 64 (kbps), CBS 4096 (Bytes)
""",
        tuple(
            CliRate(port=f"GigabitEthernet1/0/{n}", queue=way, cir=rate, pir=rate)
            for n, way, rate in (
                (1, "in", KilobitPerSecond(10_240)),
                (1, "out", KilobitPerSecond(102_400)),
                (2, "out", KilobitPerSecond(64)),
            )
        ),
        "\n",
    ),
)  # fmt: skip
