"""D-Link DGS-3610 and DGS-1510: made up in their shape."""

from __future__ import annotations

from tests.drivers.cli.samples import Sample

from techinfo.driver.cli import (
    ERR_DISABLED,
    CliCounters,
    CliLease,
    CliMac,
    CliNeighbour,
    CliPort,
)
from techinfo.units import MegabitPerSecond

INTERFACES = """
========================== GigabitEthernet 0/1 ========================
Index(dec):1 (hex):1
GigabitEthernet 0/1 is UP  , line protocol is UP
Hardware is GigabitEthernet
Description: hall 3
  MTU 1500 bytes, BW 1000000 Kbit
    admin duplex mode is AUTO, oper duplex is Full
    admin speed is AUTO, oper speed is 1000M
    100 packets input, 12000 bytes, 0 no buffer, 0 dropped
    Received 3 broadcasts, 0 runts, 0 giants
    4 input errors, 1 CRC, 0 frame, 0 overrun, 0 abort
    200 packets output, 34000 bytes, 0 underruns , 0 dropped
    5 output errors, 0 collisions, 0 interface resets
@@
========================== VLAN 1 ========================
VLAN 1 is UP  , line protocol is UP
"""
SAMPLES = (
    Sample(
        "dlink_cisco_cli",
        "show interfaces status",
        """
Interface                Status    Vlan  Duplex   Speed     Type
------------------------ --------  ----  -------  --------- ------
GigabitEthernet 0/1      up        1     Full     100M      copper
@@
GigabitEthernet 0/2      down      1     Unknown  Unknown   fiber
eth1/0/3                 err-disabled  trunk a-full  a-1000  1000BASE-T
""",
        (
            CliPort(
                port="GigabitEthernet 0/1",
                link_up=True,
                admin_up=True,
                speed=MegabitPerSecond(100),
                full_duplex=True,
            ),
            CliPort(port="GigabitEthernet 0/2", link_up=False, admin_up=True),
            CliPort(port="eth1/0/3", link_up=False, error=ERR_DISABLED),
        ),
    ),
    Sample(
        "dlink_cisco_cli",
        "show interfaces",
        INTERFACES,
        (
            CliPort(
                port="GigabitEthernet 0/1",
                link_up=True,
                admin_up=True,
                speed=MegabitPerSecond(1000),
                full_duplex=True,
                description="hall 3",
            ),
            CliCounters(
                port="GigabitEthernet 0/1",
                in_bytes=12000,
                out_bytes=34000,
                in_packets=100,
                out_packets=200,
                in_broadcast=3,
                in_errors=4,
                out_errors=5,
                in_crc=1,
            ),
        ),
    ),
    Sample(
        "dlink_cisco_cli",
        "show interfaces GigabitEthernet 0/1 counters",
        """
Interface : GigabitEthernet 0/1
5 minute input rate : 0 bits/sec, 0 packets/sec
InOctets : 17310045
@@
InUcastPkts : 37488
OutOctets : 1282535
""",
        (
            CliCounters(
                port="GigabitEthernet 0/1",
                in_bytes=17310045,
                out_bytes=1282535,
                in_unicast=37488,
            ),
        ),
    ),
    Sample(
        "dlink_cisco_cli",
        "show mac-address-table",
        """
Vlan        MAC Address          Type     Interface
----------  -------------------- -------- -------------------
   1        0200.0000.0001       DYNAMIC  GigabitEthernet 0/23
@@
   1        02-00-00-00-00-02    Static   CPU
""",
        (CliMac(mac="0200.0000.0001", port="GigabitEthernet 0/23", vlan=1, kind="dynamic"),),
        "Vlan        MAC Address          Type     Interface\n--------- ------------\n",
    ),
    Sample(
        "dlink_cisco_cli",
        "show ip dhcp snooping binding",
        """
Total number of bindings: 1
MacAddress         IpAddress       Lease(sec)   Type          VLAN  Interface
------------------ --------------- ------------ ------------- ----- -----------------
0200.0000.0001     192.0.2.4       78198        dhcp-snooping 10    GigabitEthernet 0/3
@@
""",
        (
            CliLease(
                ip="192.0.2.4",
                mac="0200.0000.0001",
                port="GigabitEthernet 0/3",
                vlan=10,
                left_s=78198,
                kind="dynamic",
            ),
        ),
        "Total number of bindings: 0\n",
    ),
    Sample(
        "dlink_cisco_cli",
        "show lldp neighbor-information",
        """
----------------------------------------------------------------------------
Lldp neighbor-information of port [GigabitEthernet 0/1]
----------------------------------------------------------------------------
  Neighbor index                    : 1
  Chassis ID type                   : MAC address
  Chassis ID                        : 0200.0000.0001
  System name                       : hall-3
  System description                : of
many lines
  System capabilities supported     : Bridge
@@
  Port ID type                      : MAC address
  Port ID                           : 0200.0000.0002
""",
        (
            CliNeighbour(
                port="GigabitEthernet 0/1",
                chassis_id="0200.0000.0001",
                port_id="0200.0000.0002",
                system_name="hall-3",
            ),
        ),
    ),
)
