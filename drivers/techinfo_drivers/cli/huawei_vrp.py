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
    CliModule,
    CliNeighbour,
    CliOptic,
    CliPlatform,
    CliPort,
    CliTable,
    Values,
    counted,
    decimal,
    duplex,
    learnt,
    levels,
    neighbour,
    number,
    speed,
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


def _counters(values: Values, _: str | None) -> Iterator[CliCounters]:
    yield from counted(values, values["port"])


def _mac(values: Values, _: str | None) -> Iterator[CliMac]:
    yield from learnt(values)


def _mac_of_lan(values: Values, _: str | None) -> Iterator[CliMac]:
    """Its ports are two numbers; it has learnt addresses only."""
    yield from learnt({**values, "kind": "dynamic"})


def _lease(values: Values, port: str | None) -> Iterator[CliLease]:
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


def _optic(values: Values, _: str | None) -> Iterator[CliOptic | CliModule]:
    yield from levels(values, values["port"])
    vendor, part, serial = texts(values, "vendor", "part", "serial")
    if vendor or part or serial:
        yield CliModule(port=values["port"], vendor=vendor, part=part, serial=serial)


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


def _table(kind, command, also, section, row, manual=False):
    return CliTable(kind=kind, command=command, also=also, template=f"huawei_vrp.{section}", row=row, manual=manual)


CLI = CliPlatform(
    names=("huawei_vrp", "huawei_vrpv8", "huawei_vrp3", "huawei"),
    vendor="Huawei",
    driver="huawei_vrp",
    refusals=(r"error: ?(?:unrecogni|wrong|incomplete|too many|ambiguous)",),
    tables=(
        _table(CliPort, "display interface brief", (rf"{_DIS} (?:int\w* br\w*|br\w* int\w*)",), "brief", _status),
        _table(CliCounters, "display interface brief", (rf"{_DIS} (?:int\w* br\w*|br\w* int\w*)",), "brief", _counters),
        _table(CliPort, "display interface ethernet brief", (), "ethernet_brief", _status, True),
        _table(CliPort, "display interface description", (rf"{_DIS} int\w* desc\w*(?: {_ONE})?",), "description", _status),
        _table(CliPort, "display interface", (rf"{_DIS} int[a-z]*(?: {_ONE})?",), "interfaces", _status),
        _table(CliCounters, "display interface", (rf"{_DIS} int[a-z]*(?: {_ONE})?",), "interfaces", _counters),
        _table(CliMac, "display mac-address", (rf"{_DIS} mac-addr[a-z]*(?: (?!total|summary|aging)[a-z].*)?",), "mac", _mac),
        _table(CliMac, "show mac-table all", (r"show mac-table(?: .*)?",), "mac_of_lan", _mac_of_lan),
        _table(CliLease, "display dhcp snooping user-bind all", (rf"{_DIS} dhcp(?:v6)? (?:snooping|static) user-bind(?: .*)?",), "lease", _lease),
        _table(CliGroup, "display igmp-snooping port-info", (rf"{_DIS} (?:igmp|mld)-snooping port-info(?: .*)?",), "group", _group, True),
        _table(CliOptic, "display transceiver verbose", (rf"{_DIS} transceiver(?: diagnosis)?{_OF}(?: verbose)?", rf"{_DIS} interface {_ONE} transceiver(?: verbose)?"), "optic", _optic),
        _table(CliCableTest, "virtual-cable-test", (rf"virtual-cable-test(?: {_ONE})?",), "cable_test", _cable),
        _table(CliNeighbour, "display lldp neighbor", (rf"{_DIS} lldp neighbor{_OF}",), "neighbours", _neighbour),
        _table(CliNeighbour, "display lldp neighbor brief", (), "neighbours_brief", _neighbour, True),
    ),
)
