"""``port_status``: what is on a port, as Tjänsteguiden asks it («Direct Activation», 1.1).

Told is what the inventory knows for sure. What the page calls mandatory and no source of ours tells
(``commitment``, the earliest day of an end) is left out, as is what it does not explain.
"""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from xml.etree.ElementTree import Element, SubElement, tostring
from zoneinfo import ZoneInfo

from fastapi.responses import Response

from techinfo.access.rights import runs
from techinfo.api.errors import PERSONAL
from techinfo.inventory import Access, Inventory

METHOD = "port_status"
_THERE = ZoneInfo("Europe/Stockholm")


def access_of(socket: str, inventory: Inventory) -> Access | None:
    """The access of a socket: an accessId, a legacyAccessId, the outlet of one access alone."""
    return inventory.access(socket) or inventory.listing.at_outlet(socket)


def told(access: Access, inventory: Inventory, now: datetime) -> Response:
    """The port and the services that run on it; neither whose they are nor anything of people."""
    root = Element(METHOD)
    body = SubElement(root, "response")
    info = SubElement(body, "info")
    if access.port_speed is not None:
        SubElement(info, "portcapacity").text = str(access.port_speed)
    services = SubElement(body, "services")
    for held in inventory.subscriptions_on(access.access_id):
        if not runs(held, now):
            continue
        service = SubElement(services, "service")
        SubElement(service, "id").text = held.service
        if held.since is not None:
            SubElement(service, "date").text = held.since.astimezone(_THERE).date().isoformat()
        SubElement(service, "name").text = held.service
    SubElement(root, "status").text = "success"
    return _xml(root, HTTPStatus.OK)


def failed(status: HTTPStatus, method: str = METHOD) -> Response:
    """That it has failed, in the form that the page has for it."""
    root = Element(method)
    SubElement(root, "status").text = "failed"
    SubElement(SubElement(root, "response"), "code").text = str(int(status))
    return _xml(root, status)


def _xml(root: Element, status: HTTPStatus) -> Response:
    octets = tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(octets, status, headers=PERSONAL, media_type="application/xml")
