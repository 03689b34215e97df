"""Linux bridges: made up in the shape of iproute2 6.1."""

from __future__ import annotations

from tests.drivers.cli.samples import Sample

from techinfo.driver.cli import CliCounters, CliDevice, CliGroup, CliMac, CliPort, CliRate
from techinfo.units import KilobitPerSecond

LINKS = """
[{"ifindex":1,"ifname":"lo","flags":["LOOPBACK","UP","LOWER_UP"],"operstate":"UNKNOWN","link_type":"loopback"},\
{"ifindex":2,"ifname":"lan1","flags":["BROADCAST","UP","LOWER_UP"],"master":"br-bb","operstate":"UP",\
"link_type":"ether","address":"02:00:00:00:00:99","ifalias":"the hall",\
"stats64":{"rx":{"bytes":90,"packets":1,"errors":2,"dropped":0,"multicast":3},"tx":{"bytes":200,"packets":4,"errors":5}}},\
{"ifindex":3,"ifname":"lan2","flags":["BROADCAST"],"operstate":"DOWN","link_type":"ether",\
"stats64":{"rx":{"bytes":0,"packets":0,"errors":0,"multicast":0},"tx":{"bytes":0,"packets":0,"errors":0}}}]
@@
"""
BOARD = """
{
\t"kernel": "5.15.137",
\t"hostname": "home",
\t"model": "Made Up Router 1",
@@
\t"release": {
\t\t"distribution": "OpenWrt",
\t\t"description": "OpenWrt 23.05.2 r23630-842932a63d"
\t}
}
"""
SAMPLES = (
    Sample(
        "openwrt",
        "ubus call system board",
        BOARD,
        (CliDevice(model="Made Up Router 1", firmware="OpenWrt 23.05.2 r23630-842932a63d"),),
    ),
    Sample(
        "linux",
        "ip -j -s link show",
        LINKS,
        (
            CliPort(
                port="lan1",
                link_up=True,
                admin_up=True,
                description="the hall",
                mac="02:00:00:00:00:99",
            ),
            CliPort(port="lan2", link_up=False, admin_up=False),
        ),
        '[{"ifindex":1,"ifname":"lo","flags":["UP"],"link_type":"loopback"}]\n',
    ),
    Sample(
        "linux",
        "ip -j -s link show",
        LINKS,
        (
            CliCounters(
                port="lan1",
                in_bytes=90,
                out_bytes=200,
                in_packets=1,
                out_packets=4,
                in_multicast=3,
                in_errors=2,
                out_errors=5,
            ),
            CliCounters(
                port="lan2",
                in_bytes=0,
                out_bytes=0,
                in_packets=0,
                out_packets=0,
                in_multicast=0,
                in_errors=0,
                out_errors=0,
            ),
        ),
        "[]\n",
    ),
    Sample(
        "linux",
        "bridge -j fdb show",
        """
[{"mac":"33:33:00:00:00:01","ifname":"lan1","flags":["self"],"state":"permanent"},\
{"mac":"02:00:00:00:00:01","ifname":"lan1","vlan":10,"flags":[],"master":"br-bb","state":""},\
{"mac":"02:00:00:00:00:02","ifname":"lan2","flags":[],"master":"br-bb","state":"static"},\
{"mac":"02:00:00:00:00:99","ifname":"lan1","flags":[],"master":"br-bb","state":"permanent"}]
@@
""",
        (
            CliMac(mac="02:00:00:00:00:01", port="lan1", vlan=10, kind="dynamic"),
            CliMac(mac="02:00:00:00:00:02", port="lan2", kind="static"),
        ),
        '[{"mac":"33:33:00:00:00:01","ifname":"lan1","flags":["self"],"state":"permanent"}]\n',
    ),
    Sample(
        "linux",
        "bridge -j mdb show",
        """
@@
[{"mdb":[{"index":2,"dev":"br-tv","port":"lan1","grp":"239.1.1.1","state":"temp","flags":[],"vid":20},\
{"index":2,"dev":"br-tv","port":"br-tv","grp":"ff02::6a","state":"temp","flags":[]}],"router":{}}]
""",
        (CliGroup(group="239.1.1.1", port="lan1", vlan=20),),
        '[{"mdb":[],"router":{}}]\n',
    ),
    Sample(
        "linux",
        "tc -j qdisc show",
        """
[{"kind":"noqueue","handle":"0:","dev":"lan1","root":true,"refcnt":2,"options":{}},\
{"kind":"tbf","handle":"8001:","dev":"lan2","root":true,"refcnt":3,\
"options":{"rate":1250000,"burst":4095,"lat":400000}},\
{"kind":"cake","handle":"8002:","dev":"lan3","root":true,"options":{"bandwidth":12500000}},\
{"kind":"cake","handle":"8003:","dev":"lan4","root":true,"options":{"bandwidth":"unlimited"}},\
{"kind":"mq","handle":"0:","dev":"lan5","root":true,"options":{}},\
{"kind":"fq_codel","handle":"0:","dev":"lan5","parent":":1","options":{"limit":10240}},\
{"kind":"clsact","handle":"ffff:","dev":"lan5","parent":"ffff:fff1","options":{}}]
@@
""",
        (
            CliRate(port="lan1", queue="out"),
            CliRate(port="lan2", queue="out", pir=KilobitPerSecond(10_000)),
            CliRate(port="lan3", queue="out", pir=KilobitPerSecond(100_000)),
            CliRate(port="lan4", queue="out"),
            CliRate(port="lan5", queue="out"),
        ),
        "[]\n",
    ),
    Sample(
        "linux",
        "tc -j qdisc show dev lan2",
        """
[{"kind":"tbf","handle":"8001:","root":true,"refcnt":3,"options":{"rate":125000,"burst":4095}}]
@@
""",
        (CliRate(port="lan2", queue="out", pir=KilobitPerSecond(1_000)),),
        "[]\n",
    ),
)
