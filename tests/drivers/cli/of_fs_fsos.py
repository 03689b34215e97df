"""FS S3900: made up in its shape."""

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
from techinfo.units import Dbm, MegabitPerSecond

SAMPLES = (
    Sample(
        "fs_fsos",
        "show interfaces brief",
        """
Interface Type         Admin  Link-Status  Negotiation  Speed/Duplex   Group
------------------------------------------------------------------------- -----
Eth 1/ 1  1000BASE-T   Up      Up            Auto          100full      None
@@
Eth 1/25  10GBASE SFP+ Down    Down          Disable       10Gfull      None
Group  1  10GBASE SFP+         Up            Disable       10Gfull
""",
        (
            CliPort(
                port="Eth 1/1",
                link_up=True,
                admin_up=True,
                speed=MegabitPerSecond(100),
                full_duplex=True,
            ),
            CliPort(port="Eth 1/25", link_up=False, admin_up=False),
            CliPort(port="Group 1", link_up=True, speed=MegabitPerSecond(10000), full_duplex=True),
        ),
    ),
    Sample(
        "fs_fsos",
        "show interfaces counters",
        """
Ethernet 1/ 1
   Item                                         Counters
---------------------------------------     --------------------
Octets Input                                               12000
Octets Output                                              34000
@@
Unicast Input Pkts                                            90
Multi-cast Output Pkts                                        40
FCS Errors                                                     1
""",
        (
            CliCounters(
                port="Ethernet 1/1",
                in_bytes=12000,
                out_bytes=34000,
                in_unicast=90,
                out_multicast=40,
                in_crc=1,
            ),
        ),
    ),
    Sample(
        "fs_fsos",
        "show interfaces transceiver",
        """
Information of Eth 1/25
 Vendor Name           : MADE UP
 Vendor SN             : S0001
DDM Information
@@
  TX Power              : -2.50 dBm
  RX Power              : -3.75 dBm
""",
        (
            CliOptic(port="Eth 1/25", rx=Dbm(-3.75), tx=Dbm(-2.5)),
            CliModule(port="Eth 1/25", vendor="MADE UP", serial="S0001"),
        ),
    ),
    Sample(
        "fs_fsos",
        "show mac-address-table",
        """
Interface MAC Address       VLAN Type     Life Time
--------- ----------------- ---- -------- -----------------
Eth 1/ 2  02-00-00-00-00-01   10 Learn    Delete on Timeout
@@
CPU       02-00-00-00-00-02    1 CPU      Delete on Reset
""",
        (CliMac(mac="02-00-00-00-00-01", port="Eth 1/2", vlan=10, kind="dynamic"),),
        "Interface MAC Address       VLAN Type     Life Time\n--------- -----------------\n",
    ),
    Sample(
        "fs_fsos",
        "show ip dhcp snooping binding",
        """
MAC Address       IP Address      Lease(sec) Type                 VLAN Interface
----------------- --------------- ---------- -------------------- ---- ---------
02-00-00-00-00-01 192.0.2.84             909 Dynamic-DHCPSNP       104 Eth 1/ 4
@@
""",
        (
            CliLease(
                ip="192.0.2.84",
                mac="02-00-00-00-00-01",
                port="Eth 1/4",
                vlan=104,
                left_s=909,
                kind="dynamic",
            ),
        ),
    ),
    Sample(
        "fs_fsos",
        "show lldp neighbor",
        """
LLDP Remote Devices Information
 Local Port Chassis ID        Port ID           Hold Time   System Name
 ---------- ----------------- ----------------- ----------- --------------------
 Eth 1/19   02-00-00-00-00-01 02-00-00-00-00-02 120 seconds hall-3
@@
""",
        (
            CliNeighbour(
                port="Eth 1/19",
                chassis_id="02-00-00-00-00-01",
                port_id="02-00-00-00-00-02",
                system_name="hall-3",
            ),
        ),
        "LLDP Remote Devices Information\n",
    ),
    Sample(
        "fs_fsos",
        "show lldp neighbor Eth 1/19",
        """
LLDP Remote Devices Information Detail
------------------------------------------------------------------------------
 Index                : 49
 Chassis Type         : MAC Address
 Chassis ID           : 02-00-00-00-00-01
 Port ID              : 02-00-00-00-00-02
@@
 System Name          : hall-3
 System Description   : of
many lines
 System Capabilities  : Bridge
""",
        (
            CliNeighbour(
                port="eth 1/19",
                chassis_id="02-00-00-00-00-01",
                port_id="02-00-00-00-00-02",
                system_name="hall-3",
            ),
        ),
    ),
)
