"""Elements of the inventory that answer at another address than the inventory says.

An agent that answers with the sysName of an element, or with its MAC address, may be that element
moved, its second address, or another device of the same name. One GET each, to both addresses,
tells: what the old one says, and whether both are one SNMP engine (snmpEngineID, RFC 3411) or one
bridge (dot1dBaseBridgeAddress, RFC 4188). It is a proposal; nothing changes an inventory by itself.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from techinfo.collect import Opener, Target
from techinfo.collect.target import NO_AGENT
from techinfo.driver import standard
from techinfo.driver.convert import decode_text
from techinfo.driver.driver import DEFAULT_LIMITS
from techinfo.errors import AddressNotAllowedError, ConfigError, DeviceError, SnmpSecurityError
from techinfo.inventory import Element
from techinfo.wire import Cell

SNMP_ENGINE_ID = "1.3.6.1.6.3.10.2.1.1.0"
"""SNMP-FRAMEWORK-MIB (RFC 3411), beside snmpEngineTime; read as a value, over any version."""
_ASKED = (standard.SYS_NAME, SNMP_ENGINE_ID, standard.DOT1D_BASE_BRIDGE_ADDRESS)
_OCTETS_OF_A_MAC = 6


class Judgement(StrEnum):
    """What an agent is that answers like an element elsewhere."""

    MOVED = "moved"
    """The element, and its old address is silent, or another device's by now."""
    SECOND_ADDRESS = "second address"
    """The element, which answers at the old address, too."""
    NAMESAKE = "another device"
    """Not the element."""
    UNCLEAR = "unclear"
    """Both addresses answer by one name, and nothing tells whether they are one device."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """An element, and where else it may be.

    Attributes:
        element: Its name in the inventory.
        inventory_address: As the inventory says.
        address: Where an agent answers like it.
        credential: That it was asked with there.
        evidence: In words, what this was judged by.
    """

    element: str
    inventory_address: str
    address: str
    credential: str
    judgement: Judgement
    evidence: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """What an agent says of itself; ``None``: it does not say, or the MAC is none."""

    name: str | None = None
    engine: bytes | None = None
    mac: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Suspect:
    """An agent that answered, and may be an element that has moved."""

    address: str
    credential: str
    name: str
    identity: Identity


def by_mac(elements: Sequence[Element], identity: Identity) -> Element | None:
    """The element with the MAC address of an agent; ``None``: there is none, or several."""
    found = [one for one in elements if identity.mac is not None and one.mac == identity.mac]
    return found[0] if len(found) == 1 else None


async def identify(target: Target, opener: Opener) -> Identity | None:
    """What an agent says of itself, by one GET; ``None``: it does not answer.

    Raises:
        AddressNotAllowedError: The credential may not be sent there.
        SnmpSecurityError: It refuses the credential.
    """
    conversation = opener(target, DEFAULT_LIMITS)
    try:
        return _identity(await conversation.get(_ASKED))
    except (AddressNotAllowedError, SnmpSecurityError):
        raise
    except DeviceError:
        return None
    finally:
        await conversation.close()


async def judged(
    element: Element, suspect: Suspect, opener: Opener, turn: Callable[[], Awaitable[None]]
) -> Move:
    """What an agent is that answers like an element; asks the element's old address once.

    Args:
        element: The one that it answers like.
        suspect: The agent.
        opener: Begins a conversation, of one try.
        turn: Awaited before the request.
    """
    there, words = await _at_the_old_address(element, opener, turn)
    judgement, evidence = _compared(element, suspect, there, words)
    return Move(
        element=element.name,
        inventory_address=element.address,
        address=suspect.address,
        credential=suspect.credential,
        judgement=judgement,
        evidence=evidence,
    )


async def _at_the_old_address(
    element: Element, opener: Opener, turn: Callable[[], Awaitable[None]]
) -> tuple[Identity | None, str]:
    """What answers there, and in words that nobody does, or may be asked."""
    if element.engine == NO_AGENT:
        return None, f"{element.address} has no SNMP agent by the inventory"
    await turn()
    target = Target(
        element=element.name,
        host=element.address,
        port=element.port,
        credential=element.credential,
        engine=element.engine,
    )
    try:
        found = await identify(target, opener)
    except AddressNotAllowedError:
        return None, f"{element.address} is in no network of its credential, and was not asked"
    except SnmpSecurityError:
        return None, f"{element.address} refuses its credential"
    except ConfigError:
        return None, f"{element.address} was not asked: there is no credential {element.credential}"
    return found, "" if found else f"{element.address} does not answer"


def _compared(
    element: Element, suspect: Suspect, there: Identity | None, words: str
) -> tuple[Judgement, tuple[str, ...]]:
    here = suspect.identity
    if element.mac is not None and here.mac is not None:
        if element.mac != here.mac:
            told = f"its MAC address is {here.mac}, the inventory's {element.mac}"
            return Judgement.NAMESAKE, (told,)
        like = f"it answers with the MAC address {here.mac} of the inventory"
    else:
        like = f"it answers as {suspect.name}"
    if there is None:
        silent = words.endswith("does not answer")
        return Judgement.MOVED if silent else Judgement.UNCLEAR, (like, words)
    if (same := _same(here, there)) is not None:
        what, is_same = same
        told = f"{what} of both addresses is {'the same' if is_same else 'another one'}"
        return Judgement.SECOND_ADDRESS if is_same else Judgement.NAMESAKE, (like, told)
    if there.name is not None and there.name not in (element.sys_name, element.name, here.name):
        return Judgement.MOVED, (like, f"{element.address} answers as {there.name}")
    return Judgement.UNCLEAR, (like, f"{element.address} answers, too, as {there.name or 'nobody'}")


def _same(here: Identity, there: Identity) -> tuple[str, bool] | None:
    """Whether two answers are of one device, and what tells; ``None``: nothing tells.

    A MAC address tells more than an engine ID: some makers give one ID to every switch.
    """
    if here.mac is not None and there.mac is not None:
        return "the MAC address", here.mac == there.mac
    if here.engine and there.engine and here.engine != there.engine:
        return "the engine ID", False
    return None


def _identity(cells: Mapping[str, Cell]) -> Identity:
    name, engine = cells.get(standard.SYS_NAME), cells.get(SNMP_ENGINE_ID)
    mac = cells.get(standard.DOT1D_BASE_BRIDGE_ADDRESS)
    usable = isinstance(mac, bytes) and len(mac) == _OCTETS_OF_A_MAC and any(mac)
    return Identity(
        name=(decode_text(name) or None) if isinstance(name, bytes) else None,
        engine=engine if isinstance(engine, bytes) and engine else None,
        mac=mac.hex(":").upper() if usable and isinstance(mac, bytes) else None,
    )
