"""Huawei VRP: switches S2300 to S7700, AR, NE, CE; MA5605 of VRP 3.

Commands: see the sources of templates/huawei_vrp.toml. Groups and the short lists of neighbours
and Ethernet ports stand on the command references only.
"""

from __future__ import annotations

from collections.abc import Iterator

from techinfo.driver.cli import (
    NO_PORT,
    CliCableTest,
    CliCounters,
    CliGroup,
    CliLease,
    CliMac,
    CliNeighbour,
    CliOptic,
    CliPlatform,
    CliPort,
    Values,
    decimal,
    number,
)
from techinfo.driver.cli_words import (
    counted,
    duplex,
    learnt,
    measured,
    neighbour,
    speed,
    table,
    texts,
)


def _status(values: Values, _: str | None) -> Iterator[CliPort]:
    """``*down`` and "Administratively DOWN" are switched off; a mark or a word may follow "up"."""
    state = values["state"].lower()
    up = state.startswith("up")
    yield CliPort(
        port=values["port"],
        link_up=up,
        admin_up=not state.startswith(("*", "administratively")),
        speed=speed(values.get("speed")) if up else None,
        full_duplex=duplex(values.get("duplex")) if up else None,
        description=texts(values, "description")[0],
    )


def _mac_of_lan(values: Values, _: str | None) -> Iterator[CliMac]:
    """Its ports are two numbers; it has learnt addresses only."""
    yield from learnt({**values, "kind": "dynamic"}, None)


def _lease(values: Values, _: str | None) -> Iterator[CliLease]:
    date, _, time = values.get("end", "").partition("-")
    yield CliLease(
        ip=values["ip"],
        mac=values["mac"],
        port=values["port"],
        vlan=number(values["vlan"]),
        expires=f"{date.replace('.', '-')}T{time}" if time else None,
        kind=values.get("kind", "").lower() or ("dynamic" if time else None),
    )


def _group(values: Values, _: str | None) -> Iterator[CliGroup]:
    yield CliGroup(group=values["group"], port=values["port"], vlan=number(values["vlan"]))


def _cable(values: Values, port: str | None) -> Iterator[CliCableTest]:
    for pair in "abcd":
        if status := values.get(f"status_{pair}"):
            length = decimal(values.get(f"length_{pair}"))
            at = port or NO_PORT
            yield CliCableTest(port=at, pair=pair.upper(), status=status, length=length)


def _neighbour(values: Values, port: str | None) -> Iterator[CliNeighbour]:
    if values.get("count") != "0":
        yield from neighbour(values, port)


_ONE = r"(?P<port>(?:\d+|[a-z])[a-z-]* ?\d[\d/.]*)"
_OF = rf"(?: interface)?(?: {_ONE})?"
_DIS = r"dis(?:play)?"


CLI = CliPlatform(
    names=("huawei_vrp", "huawei_vrpv8", "huawei_vrp3", "huawei"),
    vendor="Huawei",
    driver="huawei_vrp",
    refusals=(r"error: ?(?:unrecogni|wrong|incomplete|too many|ambiguous)",),
    tables=(
        table(
            CliPort,
            "display interface brief",
            "huawei_vrp.brief",
            _status,
            rf"{_DIS} (?:int\w* br\w*|br\w* int\w*)",
        ),
        table(
            CliCounters,
            "display interface brief",
            "huawei_vrp.brief",
            counted,
            rf"{_DIS} (?:int\w* br\w*|br\w* int\w*)",
        ),
        table(
            CliPort,
            "display interface ethernet brief",
            "huawei_vrp.ethernet_brief",
            _status,
            manual=True,
        ),
        table(
            CliPort,
            "display interface description",
            "huawei_vrp.description",
            _status,
            rf"{_DIS} int\w* desc\w*(?: {_ONE})?",
        ),
        table(
            CliPort,
            "display interface",
            "huawei_vrp.interfaces",
            _status,
            rf"{_DIS} int[a-z]*(?: {_ONE})?",
        ),
        table(
            CliCounters,
            "display interface",
            "huawei_vrp.interfaces",
            counted,
            rf"{_DIS} int[a-z]*(?: {_ONE})?",
        ),
        table(
            CliMac,
            "display mac-address",
            "huawei_vrp.mac",
            learnt,
            rf"{_DIS} mac-addr[a-z]*(?: (?!total|summary|aging)[a-z].*)?",
        ),
        table(
            CliMac,
            "show mac-table all",
            "huawei_vrp.mac_of_lan",
            _mac_of_lan,
            r"show mac-table(?: .*)?",
        ),
        table(
            CliLease,
            "display dhcp snooping user-bind all",
            "huawei_vrp.lease",
            _lease,
            rf"{_DIS} dhcp(?:v6)? (?:snooping|static) user-bind(?: .*)?",
        ),
        table(
            CliGroup,
            "display igmp-snooping port-info",
            "huawei_vrp.group",
            _group,
            rf"{_DIS} (?:igmp|mld)-snooping port-info(?: .*)?",
            manual=True,
        ),
        table(
            CliOptic,
            "display transceiver verbose",
            "huawei_vrp.optic",
            measured,
            rf"{_DIS} transceiver(?: diagnosis)?{_OF}(?: verbose)?",
            rf"{_DIS} interface(?: {_ONE})? transceiver(?: verbose| brief)?",
        ),
        table(
            CliCableTest,
            "virtual-cable-test",
            "huawei_vrp.cable_test",
            _cable,
            rf"virtual-cable-test(?: {_ONE})?",
        ),
        table(
            CliNeighbour,
            "display lldp neighbor",
            "huawei_vrp.neighbours",
            _neighbour,
            rf"{_DIS} lldp neighbor{_OF}",
        ),
        table(
            CliNeighbour,
            "display lldp neighbor brief",
            "huawei_vrp.neighbours_brief",
            _neighbour,
            manual=True,
        ),
    ),
)
