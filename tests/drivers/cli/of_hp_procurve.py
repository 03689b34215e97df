"""HP ProCurve: made up in the shape of N.11 to WC.16."""

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
    CliRate,
)
from techinfo.units import Celsius, Dbm, KilobitPerSecond, MegabitPerSecond, MilliAmpere, Volt

ONE_PORT = """
 Status and Counters - Port Counters for port A1

  Name  : hall 3
  Link Status     : Up
@@
  Totals (Since boot or last clear) :
   Bytes Rx        : 12,345             Bytes Tx        : 67,890
   Unicast Rx      : 90                 Unicast Tx      : 80
  Errors (Since boot or last clear) :
   FCS Rx          : 1                  Drops Tx        : 0
   Total Rx Errors : 2
"""
SAMPLES = (
    Sample(
        "hp_procurve",
        "show interfaces brief",
        """
 Status and Counters - Port Status

                          | Intrusion                           MDI  Flow Bcast
  Port         Type       | Alert     Enabled Status Mode       Mode Ctrl Limit
  ------------ ---------- + --------- ------- ------ ---------- ---- ---- -----
  A1           100/1000T  | No        Yes     Up     1000FDx    MDIX off  0
@@
  A2-Trk1      SFP+SR     | No        Yes     Up     10GigFD    NA   off  0
  A3*          100/1000T  | Yes       No      Down   1000FDx    NA   off  0
  A4                      | No        Yes     Down   .               off  0
  1/A1-Trk2    SFP+SR     | No        No      Down   10GigFD    NA   off  0
""",
        (
            CliPort(
                port="A1", link_up=True, admin_up=True, speed=MegabitPerSecond(1000),
                full_duplex=True,
            ),
            CliPort(
                port="A2-Trk1", link_up=True, admin_up=True, speed=MegabitPerSecond(10000),
                full_duplex=True,
            ),
            CliPort(port="A3", link_up=False, admin_up=False),
            CliPort(port="A4", link_up=False, admin_up=True),
            CliPort(port="1/A1-Trk2", link_up=False, admin_up=False),
        ),
    ),
    Sample(
        "hp_procurve",
        "show interfaces status",
        """
  Port     Name       Status  Config-mode   Speed    Type       Tagged Untagged
  -------- ---------- ------- ------------- -------- ---------- ------ --------
  1/1      Up the ... Up      Auto          100HDx   100/1000T  multi  60
@@
  1/2                 Down                                      No     1
  1/A1                Up      Auto          10GigFD  SFP+SR     10     No
""",
        (
            CliPort(
                port="1/1", link_up=True, speed=MegabitPerSecond(100), full_duplex=False,
                description="Up the ...",
            ),
            CliPort(port="1/2", link_up=False),
            CliPort(
                port="1/A1", link_up=True, speed=MegabitPerSecond(10000), full_duplex=True
            ),
        ),
    ),
    Sample(
        "hp_procurve",
        "show interfaces A1",
        ONE_PORT,
        (CliPort(port="A1", link_up=True, description="hall 3"),),
    ),
    Sample(
        "aruba_osswitch",
        "show interfaces ethernet A1",
        ONE_PORT,
        (
            CliCounters(
                port="A1", in_bytes=12345, out_bytes=67890, in_unicast=90, out_unicast=80,
                in_crc=1, in_errors=2,
            ),
        ),
    ),
    Sample(
        "hp_procurve",
        "show mac-address",
        """
 Status and Counters - Port Address Table

  MAC Address       Port                            VLAN
  ----------------- ------------------------------- ----
  020000-000001     A1                              10
@@
  020000-000002     Trk1                            20
""",
        (
            CliMac(mac="020000-000001", port="A1", vlan=10),
            CliMac(mac="020000-000002", port="Trk1", vlan=20),
        ),
        """
 Status and Counters - Port Address Table

  MAC Address       Port                            VLAN
  ----------------- ------------------------------- ----
""",
    ),
    Sample(
        "hp_procurve",
        "show mac-address A1",
        """
 Status and Counters - Port Address Table - A1

  MAC Address   VLANs
  ------------- ------
  020000-000001 10
@@
  020000-000002 20
""",
        (
            CliMac(mac="020000-000001", port="A1", vlan=10),
            CliMac(mac="020000-000002", port="A1", vlan=20),
        ),
    ),
    Sample(
        "hp_procurve",
        "show dhcp-snooping binding",
        """
  MacAddress    IP              VLAN Interface Time Left
  ------------- --------------- ---- --------- ---------
  020000-000001 192.0.2.11      10   A1        1234
@@
  020000-000002 192.0.2.12      20   A2        static
""",
        (
            CliLease(ip="192.0.2.11", mac="020000-000001", port="A1", vlan=10, left_s=1234),
            CliLease(ip="192.0.2.12", mac="020000-000002", port="A2", vlan=20, kind="static"),
        ),
        "  MacAddress    IP              VLAN Interface Time Left\n",
    ),
    Sample(
        "hp_procurve",
        "show interfaces transceiver A1 detail",
        """
Transceiver in A1
   Interface Index                 : 1
   Model                           : J9150A
   Serial Number                   : S1
 Status
   Temperature : 38.613C
   Voltage     : 3.2928V
@@
   Tx Bias     : 6.178mA
   Tx Power    : 0.5700mW, -2.441dBm
   Rx Power    : 0.4853mW, -3.140dBm
""",
        (
            CliOptic(
                port="A1", temperature=Celsius(38.613), voltage=Volt(3.2928),
                bias=MilliAmpere(6.178), tx=Dbm(-2.441), rx=Dbm(-3.14),
            ),
            CliModule(port="A1", part="J9150A", serial="S1"),
        ),
    ),
    Sample(
        "hp_procurve",
        "show lldp info remote-device",
        """
 LLDP Remote Devices Information

  LocalPort | ChassisId                 PortId PortDescr SysName
  --------- + ------------------------- ------ --------- ----------------------
  A1        | 02 00 00 00 00 08         00 ... eth0      elm
@@
  A2        | a-name-that-is-wider-than-it.example   Gig...
""",
        (
            CliNeighbour(
                port="A1", chassis_id="02 00 00 00 00 08", port_id="00 ...", system_name="elm"
            ),
            CliNeighbour(
                port="A2", chassis_id="a-name-that-is-wider-than-it.example", port_id="Gig..."
            ),
        ),
    ),
    Sample(
        "hp_procurve",
        "show lldp info remote-device A1",
        """
 LLDP Remote Device Information Detail

  Local Port   : A1
  ChassisType  : mac-address
  ChassisId    : 02 00 00 00 00 08
  PortType     : local
  PortId       : 143
@@
  SysName      : elm
  System Descr : a switch

  ChassisType  : local
  ChassisId    : oak
  PortId       : eth0
  SysName      :
""",
        (
            CliNeighbour(
                port="A1", chassis_id="02 00 00 00 00 08", port_id="143", system_name="elm"
            ),
            CliNeighbour(port="A1", chassis_id="oak", port_id="eth0"),
        ),
    ),
    Sample(
        "hp_procurve",
        "show rate-limit all",
        """

 All-Traffic Rate Limit Maximum %

         | Inbound            Radius      | Outbound           Radius
  Port   | Limit     Mode     Override    | Limit     Mode     Override
  ------ + --------- -------- ----------- + --------- -------- --------
  A1     | Disabled  Disabled No-override | 200       kbps     No-override
@@
  A2     | 0         kbps     No-override | Disabled  Disabled No-override
""",
        (
            CliRate(port="A1", queue="in"),
            CliRate(port="A1", queue="out", pir=KilobitPerSecond(200)),
            CliRate(port="A2", queue="in", pir=KilobitPerSecond(0)),
            CliRate(port="A2", queue="out"),
        ),
        """
 All-Traffic Rate Limit Maximum %

         | Inbound            Radius      | Outbound           Radius
  Port   | Limit     Mode     Override    | Limit     Mode     Override
  ------ + --------- -------- ----------- + --------- -------- --------
""",
    ),
)  # fmt: skip
