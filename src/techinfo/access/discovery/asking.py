"""Which agents answer in a network, as elements that an inventory could have.

Each address is asked for sysObjectID, sysDescr and sysName in one GET, once, with the credentials
in turn until one is answered. Users of SNMPv3 come first: a community is told to whoever answers.
Nothing is sent outside of the networks that a credential names, nor to what belongs to customers.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Network, IPv6Network, ip_address

from techinfo.access.discovery.moved import (
    Identity,
    Move,
    Suspect,
    by_mac,
    identify,
    judged,
)
from techinfo.collect import Opener, Registry, Target
from techinfo.driver import standard
from techinfo.driver.convert import decode_text
from techinfo.driver.driver import DEFAULT_LIMITS
from techinfo.errors import ConfigError, DeviceError, DriverError, SnmpSecurityError
from techinfo.inventory import Element
from techinfo.snmp.oid import dotted
from techinfo.wire import Cell

Network = IPv4Network | IPv6Network

MOST_ADDRESSES = 4096
"""Of one network: some minutes at twenty a second."""
_ASKED = (standard.SYS_OBJECT_ID, standard.SYS_DESCR, standard.SYS_NAME)
_NAME = re.compile(r"[^0-9A-Za-z_.-]+")
_MOST_OF_A_NAME = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Whom to ask, and with what.

    Attributes:
        addresses: In order.
        credentials: Names, in the order in which they are tried.
        left_out: Words -> how many addresses are not asked for that reason.
        port: UDP port of the agents.
    """

    addresses: tuple[str, ...]
    credentials: tuple[str, ...]
    left_out: Mapping[str, int]
    port: int = 161


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One agent that answered.

    Attributes:
        name: Proposed for the element: its sysName, else its address.
        driver: Name of its driver; ``None``: more must be asked to tell.
        problem: Why it is not proposed; empty: it is.
    """

    address: str
    credential: str
    name: str
    sys_name: str | None
    sys_object_id: str
    sys_descr: str
    driver: str | None
    problem: str = ""


@dataclass(kw_only=True)
class Discovery:
    """What has come of asking.

    Attributes:
        asked: Requests that were sent, the discovery of SNMPv3 engines not counted.
        answers: By address.
        refused: Addresses whose agents refuse every credential, and in what words.
        moves: Elements of the inventory that may answer at another address, by name.
    """

    asked: int = 0
    answers: list[Answer] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)


def plan(
    network: Network,
    credentials: Mapping[str, tuple[Network, ...] | None],
    *,
    v3: frozenset[str],
    known: Sequence[str],
    customers: Sequence[str],
    customer_networks: Sequence[Network],
    port: int = 161,
) -> Plan:
    """Whom to ask in a network.

    Args:
        network: The network.
        credentials: Name -> the networks that it may be sent to; ``None``: it names none.
        v3: Names of those that are users of SNMPv3.
        known: Addresses of elements in the inventory, which are not asked.
        customers: Addresses of CPEs in the inventory.
        customer_networks: Networks in which customers are.
        port: UDP port of the agents.

    Raises:
        ConfigError: No credential names this network, it is too large, or customers are in it.
    """
    if network.num_addresses > MOST_ADDRESSES:
        raise ConfigError(
            f"has {network.num_addresses} addresses; {MOST_ADDRESSES} are the most at a time",
            key=str(network),
        )
    for theirs in customer_networks:
        if theirs.version == network.version and theirs.overlaps(network):
            raise ConfigError(f"overlaps {theirs}, where customers are", key=str(network))
    inside = [one for one in map(_literal, customers) if one is not None and one in network]
    if inside:
        raise ConfigError(f"has a customer's CPE in it ({inside[0]})", key=str(network))
    named = [name for name, networks in credentials.items() if _covers(networks, network)]
    if not named:
        raise ConfigError(
            "is in the networks of no credential; credentials.NAME.networks must name it, for a"
            " credential is sent nowhere else",
            key=str(network),
        )
    there = {literal for literal in map(_literal, known) if literal is not None}
    hosts = list(network.hosts())
    asked = tuple(str(host) for host in hosts if host not in there)
    return Plan(
        addresses=asked,
        credentials=tuple(sorted(named, key=lambda name: (name not in v3, name))),
        left_out={"in the inventory already": len(hosts) - len(asked)},
        port=port,
    )


async def discover(
    wanted: Plan,
    registry: Registry,
    opener: Opener,
    elements: Sequence[Element],
    *,
    turn: Callable[[], Awaitable[None]],
) -> Discovery:
    """Ask every address once, and those twice that may be elements of the inventory.

    Args:
        wanted: Whom, and with what.
        registry: The drivers.
        opener: Begins a conversation, of one try.
        elements: Of the inventory, so that one that has moved is told.
        turn: Awaited before every request; keeps them apart.
    """
    found = Discovery()
    left = list(wanted.addresses)
    for credential in wanted.credentials:
        asking: list[asyncio.Task[bool]] = []
        for address in left:
            await turn()
            found.asked += 1
            target = _target(address, wanted.port, credential)
            asking.append(asyncio.create_task(_asked(target, registry, opener, found)))
        answered = await asyncio.gather(*asking)
        left = [one for one, done in zip(left, answered, strict=True) if not done]
    for answer in found.answers:
        found.refused.pop(answer.address, None)
    await _look_for_moved(found, wanted.port, opener, elements, turn)
    found.answers = list(_judged(found.answers, found.moves))
    return found


async def _look_for_moved(
    found: Discovery,
    port: int,
    opener: Opener,
    elements: Sequence[Element],
    turn: Callable[[], Awaitable[None]],
) -> None:
    """Judge what answers like an element, by its sysName or MAC address; one after the other."""
    named = _by_name(elements)
    macs = [one for one in elements if one.mac is not None]

    async def counted() -> None:
        found.asked += 1
        await turn()

    for answer in _in_order(found.answers):
        known = named.get(answer.sys_name or answer.name)
        if known is None and not macs:
            continue
        await counted()
        target = _target(answer.address, port, answer.credential)
        try:
            identity = await identify(target, opener) or Identity()
        except DeviceError:
            identity = Identity()
        known = by_mac(macs, identity) or known
        if known is not None:
            suspect = Suspect(
                address=answer.address,
                credential=answer.credential,
                name=answer.sys_name or answer.name,
                identity=identity,
            )
            found.moves.append(await judged(known, suspect, opener, counted))
    found.moves.sort(key=lambda one: (one.element, int(ip_address(one.address))))


def _by_name(elements: Sequence[Element]) -> dict[str, Element]:
    """Elements by names that one of them alone has."""
    counts: dict[str, set[Element]] = {}
    for element in elements:
        for name in (element.name, element.sys_name):
            if name is not None:
                counts.setdefault(name, set()).add(element)
    return {name: next(iter(some)) for name, some in counts.items() if len(some) == 1}


def _in_order(answers: Sequence[Answer]) -> list[Answer]:
    return sorted(answers, key=lambda one: int(ip_address(one.address)))


def _target(address: str, port: int, credential: str) -> Target:
    return Target(element=address, host=address, port=port, credential=credential)


async def _asked(target: Target, registry: Registry, opener: Opener, found: Discovery) -> bool:
    """Whether an address answers with what is wanted."""
    conversation = opener(target, DEFAULT_LIMITS)
    try:
        cells = await conversation.get(_ASKED)
    except SnmpSecurityError as error:
        found.refused[target.host] = str(error)
        return False
    except DeviceError:  # silent, or no agent
        return False
    finally:
        await conversation.close()
    object_id = cells.get(standard.SYS_OBJECT_ID)
    identity = dotted(object_id) if isinstance(object_id, tuple) else ""
    descr, name = _text(cells.get(standard.SYS_DESCR)), _text(cells.get(standard.SYS_NAME))
    found.answers.append(
        Answer(
            address=target.host,
            credential=target.credential,
            name=_NAME.sub("-", name).strip("-.")[:_MOST_OF_A_NAME] or target.host,
            sys_name=name or None,
            sys_object_id=identity,
            sys_descr=descr,
            driver=_driver(registry, identity, descr),
        )
    )
    return True


def _driver(registry: Registry, sys_object_id: str, sys_descr: str) -> str | None:
    """The driver, if these two tell it: some are told apart only by what else is answered."""
    if registry.probes(sys_object_id):
        return None
    try:
        return registry.choose(sys_object_id, sys_descr).name
    except DriverError:
        return None


def _judged(answers: Sequence[Answer], moves: Sequence[Move]) -> Iterator[Answer]:
    """The answers by address, each with why it is not proposed."""
    told = {move.address: move for move in moves}
    first: dict[str, str] = {}
    for answer in _in_order(answers):
        problem = ""
        if (move := told.get(answer.address)) is not None:
            where = f"{move.element} is in the inventory at {move.inventory_address}"
            problem = f"{where}: {move.judgement.value}"
        elif answer.name in first:
            problem = f"has the sysName of {first[answer.name]}: one device, or give it another"
        first.setdefault(answer.name, answer.address)
        yield replace(answer, problem=problem)


def _covers(networks: tuple[Network, ...] | None, network: Network) -> bool:
    first, last = network[0], network[-1]
    return any(
        one.version == network.version and first in one and last in one for one in networks or ()
    )


def _literal(found: str) -> object:
    try:
        return ip_address(found)
    except ValueError:
        return None


def _text(cell: Cell | None) -> str:
    return decode_text(cell) if isinstance(cell, bytes) else ""
