"""Random networks with three providers, in which every row says whose it is."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.access import made_up as m
from tests.access.made_up import NOW, Rows, merged

PROVIDERS = ("isp-a", "isp-b", "isp-c")
SERVICES = ("bb", "iptv", "voip")
NOBODY = "nobody"
_LLDP = "1.0.8802.1.1.2.1.4.1.1"  # lldpRemTable
"""Whose rows are that only the operator may see."""
_SWITCHES = 4
_PORTS = 8


@dataclass(slots=True)
class Held:
    """One subscription, as the oracle knows it.

    Attributes:
        said: When it has begun by what the inventory is told; ``None``: it is told nothing.
    """

    number: int
    access: str
    provider: str
    service: str
    since: datetime
    until: datetime | None = None
    ordered: bool = False
    said: datetime | None = None

    def runs(self, at: datetime) -> bool:
        """Whether its rows are its provider's."""
        ended = self.until is not None and at >= self.until
        return not self.ordered and self.since <= at and not ended


@dataclass(slots=True)
class Network:
    """Switches, accesses and subscriptions, and what was planted for whom.

    Attributes:
        owner: Marker -> the only provider that may ever be shown it.
        places: accessId -> switch, port and the access's own tag on a shared port.
        vlans: switch and service -> VLAN; the same number means something else elsewhere.
        ending: Held until the next move, beside whoever has come.
        coming: Not held by anybody until the next move.
        dated: Subscriptions have dates, those that have passed to others old ones now and then.
        imports: How many there were; each has other subscriptionIds.
    """

    chance: random.Random
    owner: dict[str, str] = field(default_factory=dict)
    places: dict[str, tuple[int, int, int | None]] = field(default_factory=dict)
    vlans: dict[tuple[int, str], int] = field(default_factory=dict)
    held: list[Held] = field(default_factory=list)
    ending: list[Held] = field(default_factory=list)
    coming: list[Held] = field(default_factory=list)
    planted: int = 0
    numbered: int = 0
    dated: bool = False
    imports: int = 0

    def has_right(self, provider: str, access: str, at: datetime) -> bool:
        """Whether a provider may see anything of an access."""
        return any(
            held.ordered
            or held.runs(at)
            or (held.until is not None and at - timedelta(days=14) < held.until <= at)
            for held in self.held
            if (held.provider, held.access) == (provider, access)
        )

    def markers(self, whose: str) -> tuple[str, str, str]:
        """A MAC address, an IPv4 address and a group that stand for nothing else."""
        self.planted += 1
        high, low = divmod(self.planted, 256)
        mac = f"02:5A:{high:02X}:{low:02X}:EE:0{PROVIDERS.index(whose) if whose != NOBODY else 9}"
        address, group = f"100.{64 + high % 64}.{low}.77", f"233.{high % 250}.{low}.77"
        for marker in (mac, address, group):
            self.owner[marker] = whose
        return mac, address, group


def drawn(seed: int, accesses: int = 24) -> Network:
    """A network from a seed."""
    network = Network(random.Random(seed))  # noqa: S311 - a test that can be repeated
    chance = network.chance
    network.dated = chance.random() < 0.4
    for switch in range(_SWITCHES):
        tags = chance.sample(range(100, 110), len(SERVICES))
        network.vlans |= {(switch, s): tag for s, tag in zip(SERVICES, tags, strict=True)}
    ports = [(s, p) for s in range(_SWITCHES) for p in range(1, _PORTS + 1)]
    free = chance.sample(ports, len(ports))
    number = 0
    while number < accesses:
        switch, port = free.pop()
        shared = number < accesses - 1 and chance.random() < 0.15
        for tag in (1000 + 2 * number, 1001 + 2 * number) if shared else (None,):
            network.places[f"X-{number}"] = (switch, port, tag)
            number += 1
    for access in network.places:
        _subscribe(network, access)
    return network


def _subscribe(network: Network, access: str) -> None:
    chance = network.chance
    for service in SERVICES:
        if chance.random() < 0.3:
            continue
        _hold(network, access, chance.choice(PROVIDERS), service)
    if chance.random() < 0.2:  # an order in progress, beside or instead
        held = _hold(network, access, chance.choice(PROVIDERS), chance.choice(SERVICES))
        held.ordered = True
    if chance.random() < 0.3:  # one that has ended, lately or long ago
        held = _hold(network, access, chance.choice(PROVIDERS), chance.choice(SERVICES))
        held.until = NOW - timedelta(days=chance.choice((1, 5, 13, 15, 40)))


def _hold(network: Network, access: str, provider: str, service: str) -> Held:
    age = timedelta(days=network.chance.choice((50, 100, 400)))
    network.numbered += 1
    held = Held(network.numbered, access, provider, service, NOW - age)
    held.said = held.since if network.dated else None
    network.held.append(held)
    network.owner[reference(held)] = provider
    return held


def reference(held: Held) -> str:
    """What only its provider knows of a subscription."""
    return f"REF-{held.number}-{held.provider[-1]}-END"


def circuit(access: str, service: str) -> str:
    """The circuit-id of a service on an access, whoever holds it."""
    return f"{access}-{service}"


def move(network: Network, at: datetime) -> None:
    """Some subscriptions pass to other providers, most of them without a word about when.

    The new one is in the inventory at once, or before the old one has gone, or only later; the old
    one is dropped, or ends at this moment.
    """
    network.held = [held for held in network.held if held not in network.ending]
    network.ending = []
    for held in network.coming:
        held.since = at
    network.held += network.coming
    network.coming = []
    for held in list(network.held):
        if held.runs(at) and held.since < at and network.chance.random() < 0.3:
            _pass_on(network, held, at)
    _swap(network)
    _move(network)


def _pass_on(network: Network, held: Held, at: datetime) -> None:
    others = [p for p in PROVIDERS if p != held.provider]
    new = _hold(network, held.access, network.chance.choice(others), held.service)
    new.since = at
    if network.dated:
        new.said = network.chance.choice((at, at - timedelta(days=200)))
    how = network.chance.choice(("dated", "at once", "overlapping", "later"))
    if how == "dated":
        held.until, new.said = at, at
    elif how == "overlapping":
        network.ending.append(held)
    else:
        network.held.remove(held)
        if how == "later":
            network.held.remove(new)
            network.coming.append(new)


def _swap(network: Network) -> None:
    """Two accesses change ports."""
    alone = [access for access, (_, _, tag) in network.places.items() if tag is None]
    one, other = network.chance.sample(alone, 2)
    places = network.places
    places[one], places[other] = places[other], places[one]


def free_ports(network: Network) -> list[tuple[int, int]]:
    """Switch and port where no access is."""
    taken = {(switch, port) for switch, port, _ in network.places.values()}
    every = ((s, p) for s in range(_SWITCHES) for p in range(1, _PORTS + 1))
    return [one for one in every if one not in taken]


def _move(network: Network) -> None:
    """An access gets a port that had none; what was seen there before is nobody's."""
    alone = [access for access, (_, _, tag) in network.places.items() if tag is None]
    free = network.chance.choice(free_ports(network))
    network.places[network.chance.choice(alone)] = (*free, None)


def inventory(network: Network) -> str:
    """As YAML, with other subscriptionIds every time."""
    network.imports += 1
    lines = ["elements:"]
    lines += [
        f"  - {{name: sw-{s}, address: 192.0.2.{s + 1}, sys_name: elm{s}}}"
        for s in range(_SWITCHES)
    ]
    lines += ["accesses:"]
    for access, (switch, port, tag) in network.places.items():
        own = "" if tag is None else f", c_vlan: {tag}"
        lines.append(
            f"  - {{access_id: {access}, element: sw-{switch}, port: ge{port}, port_by: name{own},"
            " state: CONNECTED, street_name: Gata, postal_code: '10000', city: By,"
            " country_code: SE, premises_type: RESIDENTIAL_HOUSE}"
        )
    lines += ["services:"]
    lines += [
        f"  - {{element: sw-{s}, vlan: {vlan}, service_type: {service}}}"
        for (s, service), vlan in network.vlans.items()
    ]
    lines += ["subscriptions:"]
    for held in network.held:
        ends = f", disconnection_date: '{held.until.isoformat()}'" if held.until else ""
        began = f", connection_date: '{held.said.isoformat()}'" if held.said else ""
        number = f"{network.imports}-{reference(held)}"
        lines.append(
            f"  - {{subscription_id: {number}, access_id: {held.access},"
            f" provider: {held.provider}, service: S, service_type: {held.service},"
            f" state: {'ORDERED' if held.ordered else 'ACTIVATED'},"
            f" ipv4_circuit_id: {circuit(held.access, held.service)},"
            f" sp_reference: {reference(held)}, sp_subscription_id: {reference(held)},"
            f" note: {reference(held)}{began}{ends}}}"
        )
    lines += ["offers:"]
    lines += [
        f"  - {{access_id: {access}, service: S, connection: 2014-03-01, available: 2014-03-01}}"
        for access in network.places
    ]
    return "\n".join(lines)


def switches(network: Network, at: datetime) -> dict[str, Rows]:
    """Every switch as it would answer at a time, with rows of everybody."""
    pieces: dict[int, list[Rows]] = {
        s: [m.system(f"elm{s}"), *(m.port(p, f"ge{p}") for p in range(1, _PORTS + 1))]
        for s in range(_SWITCHES)
    }
    row = 0
    for access, (switch, port, tag) in network.places.items():
        for vlan, whose in _rows(network, access, switch, tag, at):
            row += 1
            mac, address, group = network.markers(whose)
            pieces[switch] += [
                m.learnt(port, mac, vlan),
                m.lease(row, port, address, mac, vlan),
                m.group(row, port, group, vlan),
            ]
    for switch, port in free_ports(network):
        pieces[switch].append(m.learnt(port, network.markers(NOBODY)[0], 999))
        box = network.markers(NOBODY)[0].replace(":", "").lower()
        pieces[switch].append(
            {f"{_LLDP}.4.0.{port}.1": "2|4", f"{_LLDP}.5.0.{port}.1": f"4x|{box}"}
        )
    return {f"192.0.2.{s + 1}": merged(*rows) for s, rows in pieces.items()}


def _rows(
    network: Network, access: str, switch: int, tag: int | None, at: datetime
) -> list[tuple[int, str]]:
    """VLANs seen on an access, and whose each row is."""
    running = [h for h in network.held if h.access == access and h.runs(at)]
    providers = {h.provider for h in running}
    sole = providers.pop() if len(providers) == 1 else NOBODY
    if tag is not None:  # only the access's own tag tells its rows from its neighbour's
        return [(tag, sole)]
    out = []
    for service in SERVICES:
        holders = {h.provider for h in running if h.service == service}
        whose = holders.pop() if len(holders) == 1 else NOBODY
        out.append((network.vlans[switch, service], whose))
    return [*out, (999, sole)]
