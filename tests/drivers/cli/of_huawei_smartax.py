"""Huawei SmartAX: made up in the shape of ntc-templates' tests and of public scripts."""

from __future__ import annotations

from tests.drivers.cli.samples import Sample

from techinfo.driver.cli import CliMac, CliPortVlan

RULE = "  -----------------------------------------------------------------------------\n"
NOTE = """\
   Note : F--Frame, S--Slot, P--Port,
          VPI indicates ONT ID for PON, VCI indicates GEM index for GPON,
          v/e--vlan/encap, pritag--priority-tagged,
          ppp--pppoe, ip--ipoe, ip4--ipv4oe, ip6--ipv6oe, vxl--vxlan.
          When FLOW TYPE is plist, the value of FLOW PARA is a byte in
          hexadecimal format and indicates a priority list. Eight bits
          of its binary value indicate priorities 0-7 from the least
          significant bit to the most significant bit. Value 1 indicates
          that the priority is used. For example, if FLOW PARA is 0x23 and
          its binary format is 0010 0011, priorities 0, 1 and 5 are used
"""
FLOWS = f"""  Switch-Oriented Flow List
{RULE}\
   INDEX VLAN VLAN     PORT F/ S/ P VPI  VCI   FLOW  FLOW       RX   TX   STATE
         ID   ATTR     TYPE                    TYPE  PARA
{RULE}"""
NO_FLOW = "  Failure: No service virtual port can be operated\n"
SMART = """{ <cr>|gemport<K>|sort-by<K>||<K> }:

  Command:
          display service-port port 0/1/12 ont 3
"""
MACS = """\
  It will take some time, please wait...
  -----------------------------------------------------------------------
   SRV-P BUNDLE TYPE MAC            MAC TYPE F /S /P   VPI  VCI   VLAN ID
   INDEX INDEX
  -----------------------------------------------------------------------
"""
NOTE_OF_MACS = """\
  Note: F--Frame, S--Slot, P--Port, F/S/P indicates PW Index for PW,
        A--The MAC address is learned or configured on the aggregation port,
        VPI indicates ONT ID for PON, VCI indicates GEM index for GPON,
        v/e--vlan/encap, pritag--priority-tagged,
        ppp--pppoe, ip--ipoe, ip4--ipv4oe, ip6--ipv6oe
"""
NO_MAC = "  Failure: There is not any MAC address record\n"
SAMPLES = (
    Sample(
        "huawei_smartax",
        "display service-port all",
        f"""
{FLOWS}\
      58  100 common   gpon 0/1 /0  5    1     vlan  100        10   10   up
     396  200 stacking gpon 0/1 /14 127  2     vlan  7          -    -    down
@@
     397  300 QinQ     epon 0/2 /0  1    -     -     -          6    6    up
    1000  301 common   eth  0/11/27 -    -     vlan  untag      -    -    up
    1001  302 common   gpon 0/1 /0  5    3     vlan  pritag     -    -    up
    1002  303 common   gpon 0/1 /0  5    4     v/e   100/ppp    -    -    up
{RULE}\
   Total : 6  (Up/Down :    5/1)
{NOTE}""",
        (
            CliPortVlan(port="0/1/0", vlan=100, tagged=True, user_vlan=100, ont=5),
            CliPortVlan(port="0/1/14", vlan=200, tagged=True, user_vlan=7, outer=True, ont=127),
            CliPortVlan(port="0/2/0", vlan=300, outer=True, ont=1),
            CliPortVlan(port="0/11/27", vlan=301, tagged=False),
            CliPortVlan(port="0/1/0", vlan=302, ont=5),
            CliPortVlan(port="0/1/0", vlan=303, ont=5),
        ),
        NO_FLOW,
    ),
    Sample(
        "huawei_smartax",
        "display service-port port 0/1/12 ont 3",
        f"""
{SMART}{FLOWS}\
@@
      22  100 common   gpon 0/1 /12 3    1     vlan  35         20   20   up
{RULE}\
   Total : 1  (Up/Down :    1/0)
""",
        (CliPortVlan(port="0/1/12", vlan=100, tagged=True, user_vlan=35, ont=3),),
        SMART + NO_FLOW,
    ),
    Sample(
        "huawei_smartax",
        "display mac-address all",
        f"""
{MACS}\
       1     -  gpon 0200-0000-00a1 static   0 /1 /0   1    1           1
@@
     689     -  adl  0200-0000-00a2 dynamic  0 /11/27 1    33    1418
       -     -  eth  0200-0000-00a3 dynamic  0 /8 /1   -    -           1
  -----------------------------------------------------------------------
  Total: 3
{NOTE_OF_MACS}""",
        (
            CliMac(mac="0200-0000-00a1", port="0/1/0", vlan=1, kind="static", ont="1"),
            CliMac(mac="0200-0000-00a2", port="0/11/27", vlan=1418, kind="dynamic"),
            CliMac(mac="0200-0000-00a3", port="0/8/1", vlan=1, kind="dynamic"),
        ),
        NO_MAC,
    ),
    Sample(
        "huawei_smartax",
        "display mac-address port 0/9/0 ont 56",
        f"""
{MACS}\
    4252     -  gpon 0200-0000-00b1 dynamic  0 /9 /0   56   1         206
@@
    4253     -  gpon 0200-0000-00b2 dynamic  0 /9 /0   56   2     -     -     207
  -----------------------------------------------------------------------
   Total: 2
""",
        (
            CliMac(mac="0200-0000-00b1", port="0/9/0", vlan=206, kind="dynamic", ont="56"),
            CliMac(mac="0200-0000-00b2", port="0/9/0", vlan=207, kind="dynamic", ont="56"),
        ),
        NO_MAC,
    ),
)
