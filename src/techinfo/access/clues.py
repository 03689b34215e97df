"""What a text may be beside a name or an address: a place, an address of IP, an identifier of DHCP.

Each way gives accesses by what it has matched; whether somebody may see them, the search asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_address

from techinfo.access.lookup import Lookup
from techinfo.access.service import AccessService
from techinfo.access.viewer import Viewer
from techinfo.dhcp.matching import Asked
from techinfo.dhcp.mentions import mentions, of_mention, of_value
from techinfo.errors import OctetError, SharedIdentifierError, UnknownIdentifierError
from techinfo.inventory import Access, Element

Hit = tuple[str, Access]
_SPLIT = re.compile(r"[\s,;:/]+")
_MOST_SPLITS = 6
_MOST_QUESTIONS = 8
_MOST_OF_A_NAME = 255


def element_and_port(service: AccessService, text: str) -> tuple[Element, str] | None:
    """The element that a text begins with, and what follows its name; ``None``: none has it.

    ``sw-elm-3 ge1``, ``sw-elm-3:ge1`` and ``SW-ELM-3/ge1`` are the same.
    """
    inventory = service.troubleshooter.inventory
    if len(text) > _MOST_OF_A_NAME:
        return None
    ends = [(split.start(), split.end()) for split in _SPLIT.finditer(text)][:_MOST_SPLITS]
    for start, end in ((len(text), len(text)), *ends):
        name = text[:start]
        for spelt in dict.fromkeys((name, name.lower(), name.upper())):
            if found := inventory.element(spelt):
                return found, text[end:].strip()
    return None


def at_port(service: AccessService, element: Element, port: str) -> Iterator[Hit]:
    """Accesses on a port, whichever of its spellings is given: ``ge1``, ``GE 1``, ``1``."""
    wanted = _bare(port)
    for access in service.troubleshooter.inventory.accesses_on(element.name):
        if access.port is not None and wanted in (_bare(access.port), _numbers(access.port)):
            yield "port", access


def of_lease(service: AccessService, viewer: Viewer, text: str) -> Iterator[Hit]:
    """Accesses that hold an address now by the logs of DHCP servers; for the operator's people.

    What switches have shown of leases is found by the sightings, for whoever may see the row.
    """
    address = address_of(text)
    if address is None or service.lease_log is None or not viewer.sees_all:
        return
    now, inventory = service.troubleshooter.now(), service.troubleshooter.inventory
    for interval in reversed(service.lease_log.history(address=address)):
        held = interval.access_id if interval.runs(now) else None
        access = inventory.access(held) if held else None
        if access is not None:
            yield "lease", access


def address_of(text: str) -> str | None:
    """An IP address as everybody spells it; ``None``: it is none."""
    try:
        return str(ip_address(text.strip("[]")))
    except ValueError:
        return None


def identified(service: AccessService, viewer: Viewer, text: str) -> Iterator[Hit]:
    """The access that a DHCP identifier in a text names: a value in any spelling, or a log line."""
    inventory = service.troubleshooter.inventory
    lookup, now = Lookup(inventory), service.troubleshooter.now()
    for asked in list(_questions(text.encode()))[:_MOST_QUESTIONS]:
        try:
            match = lookup.access(asked, viewer, now)
        except (UnknownIdentifierError, SharedIdentifierError):
            continue
        if access := inventory.access(match.access_id):
            yield "identifier", access


def _questions(octets: bytes) -> Iterator[Asked]:
    said = mentions(octets)
    for mention in said:
        try:
            asked = of_mention(mention)
        except OctetError:
            continue
        if asked:
            yield asked
    if not said:
        yield from of_value(octets)


def _bare(port: str) -> str:
    """A port's name without blanks and capitals."""
    return "".join(port.split()).casefold()


def _numbers(port: str) -> str:
    """What of a port's name is printed beside the socket: ``GigabitEthernet0/0/7`` -> ``0/0/7``."""
    found = re.search(r"\d+(?:[/.:]\d+)*$", port)
    return found[0] if found else ""
