"""D-Link DES-2108: made up in its shape."""

from __future__ import annotations

from tests.drivers.cli.samples import Sample

from techinfo.driver.cli import CliMac, CliPort
from techinfo.units import MegabitPerSecond

SAMPLES = (
    Sample(
        "dlink_des21xx",
        "show ports",
        """
PORT STATUS:
ID       Speed    Flow_Control       QOS    Link_Status
-------------------------------------------------------
01        Auto         Disable    Normal      100M Half
@@
02    10M Full         Disable    Normal           Down
""",
        (
            CliPort(port="1", link_up=True, speed=MegabitPerSecond(100), full_duplex=False),
            CliPort(port="2", link_up=False),
        ),
    ),
    Sample(
        "dlink_des21xx",
        "show fdb port 8",
        """
DYNAMIC MAC SEARCH LIST:
Idx   Port    VID    MAC Address
-----------------------------------
001    8         1    020000000001
@@
002    8         7    02-00-00-00-00-02
""",
        (
            CliMac(mac="020000000001", port="8", vlan=1, kind="dynamic"),
            CliMac(mac="02-00-00-00-00-02", port="8", vlan=7, kind="dynamic"),
        ),
        "DYNAMIC MAC SEARCH LIST:\nIdx   Port    VID    MAC Address\n--------------\n",
    ),
    Sample(
        "dlink_des21xx",
        "show smac",
        """
STATIC MAC Function: Enable
STATIC MAC LIST:
ID    Port    VID    MAC Address
-----------------------------------
01     1      227    020000000001
@@
""",
        (CliMac(mac="020000000001", port="1", vlan=227, kind="static"),),
    ),
)
