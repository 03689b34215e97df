"""A NetBox on loopback: lists in the form of NetBox's REST API, with the filters that are used.

Objects are written as NetBox 4 writes them (docs/integrations/rest-api.md and the serializers of
dcim and tenancy); ``save`` sets last_updated as NetBox does, ``point`` changes what an object
shows of another without it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "0123456789abcdef0123456789abcdef01234567"  # noqa: S105 - of nobody
Object = dict[str, Any]
_START = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


@dataclass
class FakeNetBox:
    """What it holds, and what it was asked.

    Attributes:
        lists: Path such as ``dcim/devices`` -> id -> object.
        asked: Path and parameters of every request.
        refused: Path -> status that it answers with.
        most: MAX_PAGE_SIZE.
    """

    lists: dict[str, dict[int, Object]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, list[str]]]] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)
    most: int = 1000
    url: str = ""
    minutes: int = 0

    def save(self, path: str, number: int, **fields: Any) -> Object:
        """Make an object, or change it."""
        self.minutes += 60
        found = self.lists.setdefault(path, {}).setdefault(number, {"custom_fields": {}})
        updated = (_START + timedelta(minutes=self.minutes)).isoformat().replace("+00:00", "Z")
        found.update({"id": number, "last_updated": updated} | fields)
        return found

    def point(self, path: str, number: int, **fields: Any) -> None:
        """Change what an object shows of others; it was not saved itself."""
        self.lists[path][number].update(fields)

    def delete(self, path: str, number: int) -> None:
        """Delete an object."""
        del self.lists[path][number]

    def of(self, path: str) -> list[dict[str, list[str]]]:
        """The parameters of requests for a list."""
        return [wanted for asked, wanted in self.asked if asked == path]

    def answer(self, path: str, wanted: dict[str, list[str]]) -> Object:
        """A page of a list."""
        found = sorted(self.lists.get(path, {}).values(), key=lambda one: int(one["id"]))
        for parameter, values in wanted.items():
            fits = _FILTERS.get(parameter)
            if fits is not None:
                found = [one for one in found if any(fits(one, value) for value in values)]
        if wanted.get("ordering") == ["-last_updated"]:
            found.sort(key=lambda one: str(one["last_updated"]), reverse=True)
        limit = min(int(wanted.get("limit", ["50"])[0]), self.most)
        return {"count": len(found), "next": None, "previous": None, "results": found[:limit]}


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


_FILTERS: dict[str, Callable[[Object, str], bool]] = {
    "id__gt": lambda one, value: int(one["id"]) > int(value),
    "last_updated__gte": lambda one, value: _at(one["last_updated"]) >= _at(value),
    "device_id": lambda one, value: str(one["device"]["id"]) == value,
    "role": lambda one, value: bool(one["role"]["slug"] == value),
    "status": lambda one, value: bool(one["status"]["value"] == value),
}


@contextmanager
def netbox_server() -> Iterator[FakeNetBox]:
    """One that answers while the block lasts."""
    fake = FakeNetBox()

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            path = url.path.removeprefix("/api/").strip("/")
            wanted = parse_qs(url.query)
            fake.asked.append((path, wanted))
            status = fake.refused.get(path, 200)
            if self.headers["Authorization"] != f"Token {TOKEN}":
                status = 403
            said: Object = {"detail": "Invalid token"}
            body = json.dumps(fake.answer(path, wanted) if status == 200 else said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if status == 302:
                self.send_header("Location", "http://127.0.0.1:1/api/")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def small_network(fake: FakeNetBox) -> None:
    """Two switches, one of a chassis of two; accessIds on interface, cable and outlet."""
    for number, name, address in ((1, "sw-1", "192.0.2.1/24"), (2, "sw-2", "2001:db8::2/64")):
        _device(fake, number, name, "access-switch", address, snmp_credential="core")
    chassis = {"id": 5, "master": {"id": 2, "name": "sw-2"}}
    fake.point("dcim/devices", 2, virtual_chassis=chassis)
    _device(fake, 3, "sw-2-member", "access-switch", None)
    fake.point("dcim/devices", 3, virtual_chassis=chassis)
    _device(fake, 9, "outlet-9", "outlet", None, access_id="A-3", street="Elm Street")
    _device(fake, 10, "outlet-10", "outlet", None, access_id="A-4")
    fake.point("dcim/devices", 9, tenant={"id": 71, "name": "Household"})
    interface(fake, 101, 1, "ge-0/0/1", access_id="A-1")
    interface(fake, 102, 1, "ge-0/0/2", cable=201)
    interface(fake, 103, 3, "ge-1/0/3", cable=202, far=9)
    interface(fake, 104, 1, "ge-0/0/4")
    fake.save(
        "dcim/cables",
        201,
        status={"value": "connected"},
        tenant={"id": 70, "name": "ISP one"},
        custom_fields={"access_id": "A-2", "service": "BB-100-100", "service_type": "bb"},
    )
    fake.save("dcim/cables", 202, status={"value": "connected"}, tenant=None)
    fake.save("tenancy/tenants", 70, name="ISP one", custom_fields={"provider": "isp-1"})
    fake.save("tenancy/tenants", 71, name="Household", custom_fields={"provider": None})


def _device(
    fake: FakeNetBox, number: int, name: str, role: str, address: str | None, **custom: Any
) -> None:
    fake.save(
        "dcim/devices",
        number,
        name=name,
        role={"id": 1, "slug": role},
        site={"id": 1, "name": "Elm", "slug": "elm"},
        status={"value": "active", "label": "Active"},
        primary_ip={"id": number, "address": address} if address else None,
        virtual_chassis=None,
        tenant=None,
        custom_fields={"access_id": None, "snmp_credential": None} | custom,
    )


def interface(
    fake: FakeNetBox,
    number: int,
    device: int,
    name: str,
    *,
    cable: int | None = None,
    far: int | None = None,
    **custom: Any,
) -> None:
    """An interface, perhaps with a device at the other end of its path."""
    ends = [{"id": 900 + far, "device": {"id": far}, "name": "wan"}] if far else None
    fake.save(
        "dcim/interfaces",
        number,
        device={"id": device},
        name=name,
        cable={"id": cable} if cable else None,
        connected_endpoints=ends,
        connected_endpoints_type="dcim.interface" if ends else None,
        connected_endpoints_reachable=bool(ends),
        custom_fields={"access_id": None} | custom,
    )
