"""Finding an access by what somebody remembers of it; nobody finds what is not theirs.

What a viewer has no right to is simply not there: neither in the results nor in their number, and
the answer does not show whether something was left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from techinfo.access import clues
from techinfo.access.rights import Right
from techinfo.access.service import AccessService
from techinfo.access.sightings import Sighting
from techinfo.access.viewer import Viewer
from techinfo.errors import ForbiddenError, UnknownAccessError
from techinfo.inventory import Access, Element

MOST_FOUND = 50
_MOST_LOOKED_AT = 1000
"""Of every kind of match: some of a provider's may have ended too long ago."""
_MOST_ADDRESSES = 8
"""Of a line: each costs as much as a search of its own."""
_AROUND = "()[]<>{},;\"'="
_OF_HOLDERS = frozenset({"cpeMac", "cpeSerial"})
"""Of a CPE: for whoever may see rows of the access."""
_MAC = re.compile(r"(?:[0-9a-fA-F]{2}[:-]?){5}[0-9a-fA-F]{2}|(?:[0-9a-fA-F]{4}\.){2}[0-9a-fA-F]{4}")


@dataclass(slots=True)
class Found:
    """An access, and by what it was found."""

    access: Access
    matched: list[str]


@dataclass(frozen=True, slots=True)
class Findings:
    """The first accesses that were found.

    Attributes:
        more: There are more than these that the viewer may see.
        element: Name of the network element that the text names, for who may see elements.
        missed_identifier: It was looked for among DHCP identifiers, and is none: maybe a guess.
    """

    found: tuple[Found, ...]
    more: bool
    element: str | None = None
    missed_identifier: bool = False


def search(
    service: AccessService, viewer: Viewer, text: str, *, may_look_up: bool = True
) -> Findings:
    """The accesses of a viewer that a text may mean.

    Args:
        service: Knows the inventory, and who may see what.
        viewer: Who searches.
        text: Beginning of an accessId, words of an address, a MAC or IP address, a serial number,
            a reference, an element with its port, a DHCP identifier or the line of a log.
        may_look_up: Whether DHCP identifiers may be guessed at still.
    """
    rights = _Rights(service, viewer, {})
    place = clues.element_and_port(service, text) if viewer.sees_all else None
    findings = _gathered(_hits(service, viewer, text, rights, place), rights)
    if findings.found or place or text.isalpha() or not may_look_up:
        return replace(findings, element=place[0].name if place else None)
    # A look-up costs most and is counted: only for what is nothing else.
    findings = _gathered(clues.identified(service, viewer, text), rights)
    if not findings.found:
        findings = _gathered(_of_line(service, viewer, text, rights), rights)
    return replace(findings, missed_identifier=not findings.found)


def _of_line(
    service: AccessService, viewer: Viewer, text: str, rights: _Rights
) -> Iterator[tuple[str, Access]]:
    """By the addresses that a line holds: the first words of it that are some."""
    words = (word.strip(_AROUND) for word in text.split())
    addresses = (word for word in words if mac_address(word) or clues.address_of(word))
    for word in islice(addresses, _MOST_ADDRESSES):
        yield from _hits(service, viewer, word, rights, None)


def _gathered(hits: Iterator[tuple[str, Access]], rights: _Rights) -> Findings:
    found: dict[str, Found] = {}
    for what, access in hits:
        known = found.get(access.access_id)
        if known is not None:
            if what not in known.matched:
                known.matched.append(what)
        elif rights.of(access.access_id) is not None:
            if len(found) == MOST_FOUND:
                return Findings(tuple(found.values()), more=True)
            found[access.access_id] = Found(access, [what])
    return Findings(tuple(found.values()), more=False)


@dataclass(slots=True)
class _Rights:
    """What a viewer may see of accesses, each found out once."""

    service: AccessService
    viewer: Viewer
    known: dict[str, Right | None]

    def of(self, access_id: str) -> Right | None:
        """The right to an access; ``None``: there is none."""
        if access_id not in self.known:
            try:
                self.known[access_id] = self.service.right(self.viewer, access_id)
            except (ForbiddenError, UnknownAccessError):
                self.known[access_id] = None
        return self.known[access_id]


def _hits(
    service: AccessService,
    viewer: Viewer,
    text: str,
    rights: _Rights,
    place: tuple[Element, str] | None,
) -> Iterator[tuple[str, Access]]:
    inventory = service.troubleshooter.inventory
    if place is not None and place[1]:
        yield from clues.at_port(service, *place)
    if (address := clues.address_of(text)) is not None:
        yield from _seen(service, "lease", service.sightings.leased(address, _now(service)), rights)
        yield from clues.of_lease(service, viewer, text)
    modules = service.sightings.module(text, _now(service))
    yield from _seen(service, "moduleSerial", modules, rights)
    mac = mac_address(text)
    if mac is not None:
        yield from _seen(service, "mac", service.sightings.of(mac, _now(service)), rights)
    most = MOST_FOUND + 1 if viewer.sees_all else _MOST_LOOKED_AT
    whose = None if viewer.sees_all else viewer.provider or ""
    for what, access in inventory.find(text, provider=whose, most=most, mac=mac):
        held = rights.of(access.access_id) if what in _OF_HOLDERS else None
        if what not in _OF_HOLDERS or (held is not None and held.may_see_rows):
            yield what, access


def _now(service: AccessService) -> datetime:
    return service.troubleshooter.now()


def _seen(
    service: AccessService, what: str, sightings: Iterable[Sighting], rights: _Rights
) -> Iterator[tuple[str, Access]]:
    """Accesses on which an address was seen, as a row that the viewer may see."""
    inventory = service.troubleshooter.inventory
    for sighting in sightings:
        held = rights.of(sighting.access_id)
        if held is None or not (what == "moduleSerial" or _owns(held, sighting)):
            continue
        too_old = held.since is not None and sighting.at < held.since
        too_new = held.until is not None and sighting.at >= held.until
        access = inventory.access(sighting.access_id)
        if access is not None and not too_old and not too_new:
            yield what, access


def _owns(held: Right, sighting: Sighting) -> bool:
    """Whether a row that was seen is the viewer's; light is every holder's."""
    return held.owns(sighting.vlan, sighting.service_type, sighting.began_at)


def mac_address(text: str) -> str | None:
    """``AA:BB:CC:DD:EE:FF`` of a MAC address in any of its spellings; ``None``: it is none."""
    if not _MAC.fullmatch(text):
        return None
    digits = re.sub(r"[^0-9a-fA-F]", "", text).upper()
    return ":".join(digits[n : n + 2] for n in range(0, 12, 2))
