"""Dell OS6 and PowerConnect: made up in the shape of 3.2 to 6.5."""

from __future__ import annotations

from tests.drivers.cli.samples import Sample

from techinfo.driver.cli import CliCounters, CliMac, CliNeighbour, CliOptic, CliPort
from techinfo.units import Celsius, Dbm, MegabitPerSecond, MilliAmpere, Volt

SAMPLES = (
    Sample(
        "dell_os6",
        "show interfaces status",
        """
Port      Description     Duplex Speed   Neg  Link   Flow  M  VLAN
                                              State  Ctrl
--------- --------------- ------ ------- ---- ------ ----- -- -------------------
Te1/0/1   hall 3          Full   10000   Auto Up     On    A  10
@@
Te1/0/2                   N/A    Unknown Auto Down   Off   A  1
""",
        (
            CliPort(
                port="Te1/0/1", link_up=True, speed=MegabitPerSecond(10000), full_duplex=True,
                description="hall 3",
            ),
            CliPort(port="Te1/0/2", link_up=False),
        ),
    ),
    Sample(
        "dell_powerconnect",
        "show interfaces status",
        """
                                             Flow Link          Back   Mdix
Port     Type         Duplex  Speed Neg      ctrl State       Pressure Mode
-------- ------------ ------  ----- -------- ---- ----------- -------- -------
g1       1G-Copper    Full    1000  Enabled  Off  Up          Disabled On
@@
g2       1G-Copper      --      --     --     --  Down           --     --
""",
        (
            CliPort(port="g1", link_up=True, speed=MegabitPerSecond(1000), full_duplex=True),
            CliPort(port="g2", link_up=False),
        ),
    ),
    Sample(
        "dell_os6",
        "show interfaces configuration",
        """
Port      Description                    Duplex Speed   Neg  MTU   Admin
                                                                   State
--------- ------------------------------ ------ ------- ---- ----- -----
Te1/0/1   hall 3                         Full   10000   Auto 9216  Up
@@
Te1/0/2                                  N/A    Unknown Auto 9216  Down
""",
        (
            CliPort(port="Te1/0/1", admin_up=True, description="hall 3"),
            CliPort(port="Te1/0/2", admin_up=False),
        ),
    ),
    Sample(
        "dell_os6",
        "show interfaces counters",
        """
  Port      InTotalPkts      InUcastPkts      InMcastPkts      InBcastPkts
--------- ---------------- ---------------- ---------------- ----------------
Te1/0/1                100               90                7                3
@@
Te1/0/2                  0                0                0                0
""",
        (
            CliCounters(port="Te1/0/1", in_unicast=90, in_multicast=7, in_broadcast=3),
            CliCounters(port="Te1/0/2", in_unicast=0, in_multicast=0, in_broadcast=0),
        ),
    ),
    Sample(
        "dell_os6",
        "show bridge address-table",
        """
Aging time is 300 Sec

  Vlan        Mac Address       Port          Type
-------- --------------------- ---------- --------------------
10       0200.0000.0001        1/g1       Dynamic
@@
10       0200.0000.0009        cpu        Management

Total MAC Addresses in use:2
""",
        (CliMac(mac="0200.0000.0001", port="1/g1", vlan=10, kind="dynamic"),),
    ),
    Sample(
        "dell_os6",
        "show fiber-ports optical-transceiver",
        """
                               Output  Input
Port      Temp Voltage Current Power   Power   TX    LOS
          [C]  [Volt]    [mA]  [dBm]   [dBm]   Fault
--------- ---- ------- ------- ------- ------- ----- ---
Te2/0/1   22.5 3.296       7.5  -2.184 -36.990 No    Yes
@@
Te2/0/2   22.5 N/A         7.5  -2.184 -3.1    No    No
""",
        (
            CliOptic(
                port="Te2/0/1", temperature=Celsius(22.5), voltage=Volt(3.296),
                bias=MilliAmpere(7.5), tx=Dbm(-2.184), rx=Dbm(-36.99),
            ),
            CliOptic(
                port="Te2/0/2", temperature=Celsius(22.5), bias=MilliAmpere(7.5),
                tx=Dbm(-2.184), rx=Dbm(-3.1),
            ),
        ),
    ),
    Sample(
        "dell_os6",
        "show lldp remote-device all",
        """
LLDP Remote Device Summary

Local
Interface RemID    Chassis ID            Port ID             System Name
-------  -------   --------------------  ------------------  ------------------
1/g1       2       02:00:00:00:00:08     23                  elm
1/g2
@@
1/g3       3       02:00:00:00:00:09     eth0
""",
        (
            CliNeighbour(
                port="1/g1", chassis_id="02:00:00:00:00:08", port_id="23", system_name="elm"
            ),
            CliNeighbour(port="1/g3", chassis_id="02:00:00:00:00:09", port_id="eth0"),
        ),
    ),
    Sample(
        "dell_powerconnect",
        "show lldp neighbors",
        """
  Port        Device ID        Port ID       System Name    Capabilities  TTL
--------- ----------------- ------------- ----------------- ------------ -----
gi1/0/47  02:00:00:00:00:08    1/0/24         elm               B, R      105
@@
gi1/0/48  02:00:00:00:00:09    eth0                             B         105
""",
        (
            CliNeighbour(
                port="gi1/0/47", chassis_id="02:00:00:00:00:08", port_id="1/0/24",
                system_name="elm",
            ),
            CliNeighbour(port="gi1/0/48", chassis_id="02:00:00:00:00:09", port_id="eth0"),
        ),
    ),
)  # fmt: skip
