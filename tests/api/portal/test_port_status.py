"""What is on a port, in the portal's own XML, for the portal alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import httpx
import pytest
from defusedxml.ElementTree import fromstring
from tests.api.portal.place import PORTAL, Place
from tests.api.served import OPERATOR, PROVIDER

from techinfo.leases.store import LeaseFile


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """The service with a portal."""
    with LeaseFile.open(tmp_path / "leases.sqlite") as file:
        made = Place(tmp_path, file)
        yield made
        made.audit.close()


def ask(place: Place, socket: str, who: tuple[str, str] = PORTAL, **more: Any) -> httpx.Response:
    """``port_status``, as the portal asks it."""
    query = {"method": "port_status", "socket": socket} | more.pop("query", {})
    return place.served.get("/portal/api", params=query, auth=who, **more)


def read(answer: httpx.Response) -> Element:
    """The answer's root."""
    assert answer.headers["content-type"] == "application/xml"
    root: Element = fromstring(answer.content)
    return root


@pytest.mark.parametrize("socket", ["A-1", "123-456-ABC"])
def test_what_runs_on_a_port_is_told(place: Place, socket: str) -> None:
    """Not what is ordered or over, nor whose it is, nor what stands beside it."""
    answer = ask(place, socket)
    root = read(answer)
    place.audit.flush()

    assert answer.status_code == 200
    assert root.tag == "port_status"
    assert root.findtext("status") == "success"
    assert root.findtext("response/info/portcapacity") == "1000"
    services = [{one.tag: one.text for one in service} for service in root.iter("service")]
    assert services == [{"id": "BB-100", "date": "2026-03-02", "name": "BB-100"}]
    for hidden in ("isp", "other", "Anna", "TV", "OLD", "sw-elm", "192.0.2"):
        assert hidden not in answer.text
    assert "no-store" in answer.headers["cache-control"]
    assert [(one.user, one.path, one.access_id) for one in place.entries] == [
        ("portal", "/portal/api", "A-1")
    ]


def test_a_port_on_which_nothing_is_known_is_told_so(place: Place) -> None:
    """No service, and no capacity that nobody has said."""
    root = read(ask(place, "A-2"))

    assert root.findtext("status") == "success"
    assert root.findtext("response/info/portcapacity") is None
    assert list(root.iter("service")) == []


def test_a_socket_that_nobody_knows_is_a_failure(place: Place) -> None:
    """In the portal's form; what was asked is not repeated."""
    answer = ask(place, "<b>nowhere</b>")
    root = read(answer)

    assert answer.status_code == 404
    assert (root.tag, root.findtext("status")) == ("port_status", "failed")
    assert root.findtext("response/code") == "404"
    assert "nowhere" not in answer.text


@pytest.mark.parametrize("method", ["service_order", "service_deactivate", "<x>"])
def test_what_changes_something_is_not_there(place: Place, method: str) -> None:
    """Nothing is ever ordered or ended here."""
    answer = ask(place, "A-1", query={"method": method})

    assert answer.status_code == 501
    assert read(answer).findtext("status") == "failed"


def test_it_is_for_the_portal_alone(place: Place) -> None:
    """For its user, from its addresses."""
    others = [ask(place, "A-1", who).status_code for who in (OPERATOR, PROVIDER)]
    nobody = place.served.get(
        "/portal/api?method=port_status&socket=A-1", auth=lambda request: request
    )
    elsewhere = ask(place, "A-1", headers={"X-Forwarded-For": "192.0.2.99"})

    assert others == [403, 403]
    assert nobody.status_code == 401
    assert elsewhere.status_code == 403
    assert "BB-100" not in elsewhere.text


def test_a_token_needs_the_scope(place: Place) -> None:
    """One that may look up only reaches neither the port nor, with another, an exchange."""

    def token(scope: str) -> dict[str, str]:
        form = {"grant_type": "client_credentials", "scope": scope}
        given = place.served.request("POST", "/oauth2/token", data=form, auth=PORTAL)
        return {"Authorization": f"Bearer {given.json()['access_token']}"}

    def status(scope: str) -> list[int]:
        headers = token(scope)
        path = "/portal/api?method=port_status&socket=A-1"
        own = {"headers": headers, "auth": lambda request: request}
        port = place.served.get(path, **own)
        body = {"token": "never-was"}
        exchange = place.served.request("POST", "/portal/identify", json=body, **own)
        return [port.status_code, exchange.status_code]

    assert status("inventory.read") == [200, 403]
    assert status("lookup.read") == [403, 404]
