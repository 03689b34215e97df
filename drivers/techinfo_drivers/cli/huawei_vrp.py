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
    yield w.linked(values, up, not state.startswith(("*", "administratively")))


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


_ROWS: w.Rows = {c.CliPort: _status, c.CliNeighbour: _neighbour}
_SEEN = w.Tables("huawei_vrp", _ROWS)
_MANUAL = w.Tables("huawei_vrp", _ROWS, manual=True)
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
        *_SEEN.each(
            {c.CliPort: _status, c.CliCounters: w.counted},
            "display interface brief",
            "brief",
            rf"{_DIS} (?:int\w* br\w*|br\w* int\w*)",
        ),
        _MANUAL(c.CliPort, "display interface ethernet brief", "ethernet_brief"),
        _SEEN(
            c.CliPort,
            "display interface description",
            "description",
            rf"{_DIS} int\w* desc\w*(?: {_ONE})?",
        ),
        *_SEEN.each(
            {c.CliPort: _status, c.CliCounters: w.counted},
            "display interface",
            "interfaces",
            rf"{_DIS} int[a-z]*(?: {_ONE})?",
            one_port="display interface {port}",
        ),
        _SEEN(
            c.CliMac,
            "display mac-address",
            "mac",
            rf"{_DIS} mac-addr[a-z]*(?: (?!total|summary|aging)[a-z].*)?",
            one_port="display mac-address {port}",
        ),
        _SEEN(
            c.CliMac, "show mac-table all", "mac_of_lan", r"show mac-table(?: .*)?", row=_mac_of_lan
        ),
        _SEEN(
            c.CliLease,
            "display dhcp snooping user-bind all",
            "lease",
            rf"{_DIS} dhcp(?:v6)? (?:snooping|static) user-bind(?: .*)?",
            row=_lease,
        ),
        _MANUAL(
            c.CliGroup,
            "display igmp-snooping port-info",
            "group",
            rf"{_DIS} (?:igmp|mld)-snooping port-info(?: .*)?",
        ),
        _SEEN(
            c.CliOptic,
            "display transceiver verbose",
            "optic",
            rf"{_DIS} transceiver(?: diagnosis)?{_OF}(?: verbose)?",
            rf"{_DIS} interface(?: {_ONE})? transceiver(?: verbose| brief)?",
            one_port="display transceiver interface {port} verbose",
        ),
        _SEEN(
            c.CliCableTest,
            "virtual-cable-test",
            "cable_test",
            rf"virtual-cable-test(?: {_ONE})?",
            row=_cable,
        ),
        _SEEN(
            c.CliNeighbour,
            "display lldp neighbor",
            "neighbours",
            rf"{_DIS} lldp neighbor{_OF}",
            one_port="display lldp neighbor interface {port}",
        ),
        _MANUAL(c.CliNeighbour, "display lldp neighbor brief", "neighbours_brief"),
    ),
)
