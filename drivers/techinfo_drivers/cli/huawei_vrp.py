"""Huawei VRP: switches S2300 to S7700, AR, NE, CE; MA5605 of VRP 3.

Commands: see the sources of templates/huawei_vrp.toml. Groups and the short lists of neighbours
and Ethernet ports stand on the command references only.
"""

from __future__ import annotations

from collections.abc import Iterator

from techinfo.driver import cli as c
from techinfo.driver import cli_session as s
from techinfo.driver import cli_words as w


def _status(values: c.Values, _: str | None) -> Iterator[c.CliPort]:
    """``*down`` and "Administratively DOWN" are switched off; a mark or a word may follow "up"."""
    state = values["state"].lower()
    up = state.startswith("up")
    yield c.CliPort(
        port=values["port"],
        link_up=up,
        admin_up=not state.startswith(("*", "administratively")),
        speed=w.speed(values.get("speed")) if up else None,
        full_duplex=w.duplex(values.get("duplex")) if up else None,
        description=w.texts(values, "description")[0],
    )


def _mac_of_lan(values: c.Values, _: str | None) -> Iterator[c.CliMac]:
    """Its ports are two numbers; it has learnt addresses only."""
    yield from w.learnt({**values, "kind": "dynamic"}, None)


def _lease(values: c.Values, _: str | None) -> Iterator[c.CliLease]:
    date, _, time = values.get("end", "").partition("-")
    yield c.CliLease(
        ip=values["ip"],
        mac=values["mac"],
        port=values["port"],
        vlan=c.number(values["vlan"]),
        expires=f"{date.replace('.', '-')}T{time}" if time else None,
        kind=values.get("kind", "").lower() or ("dynamic" if time else None),
    )


def _group(values: c.Values, _: str | None) -> Iterator[c.CliGroup]:
    yield c.CliGroup(group=values["group"], port=values["port"], vlan=c.number(values["vlan"]))


def _cable(values: c.Values, port: str | None) -> Iterator[c.CliCableTest]:
    for pair in "abcd":
        if status := values.get(f"status_{pair}"):
            length = c.decimal(values.get(f"length_{pair}"))
            at = port or c.NO_PORT
            yield c.CliCableTest(port=at, pair=pair.upper(), status=status, length=length)


def _neighbour(values: c.Values, port: str | None) -> Iterator[c.CliNeighbour]:
    if values.get("count") != "0":
        yield from w.neighbour(values, port)


_ONE = r"(?P<port>(?:\d+|[a-z])[a-z-]* ?\d[\d/.]*)"
_OF = rf"(?: interface)?(?: {_ONE})?"
_DIS = r"dis(?:play)?"


CLI = c.CliPlatform(
    names=("huawei_vrp", "huawei_vrpv8", "huawei_vrp3", "huawei"),
    vendor="Huawei",
    driver="huawei_vrp",
    refusals=(r"error: ?(?:unrecogni|wrong|incomplete|too many|ambiguous)",),
    session=s.CliSession(
        prompt=r"(?:HRP_[MSA])?<[^<>\s]{1,64}>",
        config_prompt=r"(?:HRP_[MSA])?\[[~*]?[^\[\]\s]{1,64}\]",
        after_login=("screen-length 0 temporary",),
        logout="quit",
        questions=(
            s.Answer(asked=r".*change now\? ?\[y/n\] ?:?", typed="n\n"),
            s.Answer(asked=r".*\[y/n\] ?:?", typed="n\n"),
        ),
        at_logout=(s.Answer(asked=r".*\[y/n\] ?:?", typed="n\n"),),
        netmiko="screen-length 0 temporary; Y to a warning of risks: saves the configuration",
    ),
    tables=(
        w.table(
            c.CliPort,
            "display interface brief",
            "huawei_vrp.brief",
            _status,
            rf"{_DIS} (?:int\w* br\w*|br\w* int\w*)",
        ),
        w.table(
            c.CliCounters,
            "display interface brief",
            "huawei_vrp.brief",
            w.counted,
            rf"{_DIS} (?:int\w* br\w*|br\w* int\w*)",
        ),
        w.table(
            c.CliPort,
            "display interface ethernet brief",
            "huawei_vrp.ethernet_brief",
            _status,
            manual=True,
        ),
        w.table(
            c.CliPort,
            "display interface description",
            "huawei_vrp.description",
            _status,
            rf"{_DIS} int\w* desc\w*(?: {_ONE})?",
        ),
        w.table(
            c.CliPort,
            "display interface",
            "huawei_vrp.interfaces",
            _status,
            rf"{_DIS} int[a-z]*(?: {_ONE})?",
            one_port="display interface {port}",
        ),
        w.table(
            c.CliCounters,
            "display interface",
            "huawei_vrp.interfaces",
            w.counted,
            rf"{_DIS} int[a-z]*(?: {_ONE})?",
            one_port="display interface {port}",
        ),
        w.table(
            c.CliMac,
            "display mac-address",
            "huawei_vrp.mac",
            w.learnt,
            rf"{_DIS} mac-addr[a-z]*(?: (?!total|summary|aging)[a-z].*)?",
            one_port="display mac-address {port}",
        ),
        w.table(
            c.CliMac,
            "show mac-table all",
            "huawei_vrp.mac_of_lan",
            _mac_of_lan,
            r"show mac-table(?: .*)?",
        ),
        w.table(
            c.CliLease,
            "display dhcp snooping user-bind all",
            "huawei_vrp.lease",
            _lease,
            rf"{_DIS} dhcp(?:v6)? (?:snooping|static) user-bind(?: .*)?",
        ),
        w.table(
            c.CliGroup,
            "display igmp-snooping port-info",
            "huawei_vrp.group",
            _group,
            rf"{_DIS} (?:igmp|mld)-snooping port-info(?: .*)?",
            manual=True,
        ),
        w.table(
            c.CliOptic,
            "display transceiver verbose",
            "huawei_vrp.optic",
            w.measured,
            rf"{_DIS} transceiver(?: diagnosis)?{_OF}(?: verbose)?",
            rf"{_DIS} interface(?: {_ONE})? transceiver(?: verbose| brief)?",
            one_port="display transceiver interface {port} verbose",
        ),
        w.table(
            c.CliCableTest,
            "virtual-cable-test",
            "huawei_vrp.cable_test",
            _cable,
            rf"virtual-cable-test(?: {_ONE})?",
        ),
        w.table(
            c.CliNeighbour,
            "display lldp neighbor",
            "huawei_vrp.neighbours",
            _neighbour,
            rf"{_DIS} lldp neighbor{_OF}",
            one_port="display lldp neighbor interface {port}",
        ),
        w.table(
            c.CliNeighbour,
            "display lldp neighbor brief",
            "huawei_vrp.neighbours_brief",
            _neighbour,
            manual=True,
        ),
    ),
)
