"""Accesses, listed and single."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
from tests.access.played import Clock, Recordings, nothing, stocked
from tests.api.served import ServedApi, serve

from techinfo.inventory import Inventory
from techinfo.inventory.listing import Listing

COMPLETE = {
    "street_name": "Testvägen",
    "street_number": "100",
    "postal_code": "10000",
    "city": "Ankeborg",
    "country_code": "SE",
    "premises_type": "RESIDENTIAL_HOUSE",
    "state": "CONNECTED",
}
FLAT = COMPLETE | {
    "street_littera": "B",
    "premises_type": "MDU_APARTMENT",
    "mdu_apartment_number": "1001",
    "mdu_distinguisher": "left",
    "outlet": "A-11",
    "population": "Hemsöhem",
    "price_group": 3,
    "national_address_uuid": "1ce88c93-b310-11eb-bdc2-000c29f11131",
}
"""All that ON-API 2.6 has, in the inventory's words."""


def stock(folder: Path, *accesses: dict[str, Any]) -> Inventory:
    """An inventory of these accesses."""
    return stocked(folder, json.dumps({"accesses": accesses}, ensure_ascii=False))


def served(inventory: Inventory, *, authoritative: bool = True) -> ServedApi:
    """The service over it."""
    return serve(inventory, Recordings().open, authoritative=authoritative)


def test_every_field_is_listed_under_its_name(tmp_path: Path) -> None:
    """By accessId; a field that nobody has filled in is left out."""
    inventory = stock(
        tmp_path,
        {"access_id": "A-2", "legacy_access_id": "KGX2"} | FLAT,
        {"access_id": "A-1"} | COMPLETE,
    )

    answer = served(inventory).get("/onapi/2.6/accesses/")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == [
        {
            "accessId": "A-1",
            "streetName": "Testvägen",
            "streetNumber": "100",
            "postalCode": "10000",
            "city": "Ankeborg",
            "countryCode": "SE",
            "premisesType": "RESIDENTIAL_HOUSE",
            "accessState": "CONNECTED",
        },
        {
            "accessId": "A-2",
            "legacyAccessId": "KGX2",
            "streetName": "Testvägen",
            "streetNumber": "100",
            "streetLittera": "B",
            "postalCode": "10000",
            "city": "Ankeborg",
            "countryCode": "SE",
            "premisesType": "MDU_APARTMENT",
            "mduApartmentNumber": "1001",
            "mduDistinguisher": "left",
            "outlet": "A-11",
            "population": "Hemsöhem",
            "accessState": "CONNECTED",
            "priceGroup": 3,
            "nationalAddressUUID": "1ce88c93-b310-11eb-bdc2-000c29f11131",
        },
    ]


def test_a_list_says_when_it_was_imported(tmp_path: Path) -> None:
    """And that it is for nobody else."""
    inventory = stock(tmp_path, {"access_id": "A-1"} | COMPLETE)
    newest = inventory.events.newest()
    assert newest
    clock = Clock(newest + timedelta(minutes=1))

    answer = serve(inventory, Recordings().open, clock=clock).get("/2.6/accesses")

    told = parsedate_to_datetime(answer.headers["Last-Modified"])
    assert told == newest.replace(microsecond=0)
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Vary"] == "Authorization"


@pytest.mark.parametrize("access_id", ["A-2", "KGX2"])
def test_a_single_access_is_found_by_both_of_its_ids(tmp_path: Path, access_id: str) -> None:
    """By accessId, else by the only legacyAccessId."""
    inventory = stock(tmp_path, {"access_id": "A-2", "legacy_access_id": "KGX2"} | COMPLETE)
    service = served(inventory)

    answer = service.get(f"/api/2.6/accesses/{access_id}/")

    assert answer.status_code == 200
    assert [answer.json()] == service.get("/2.6/accesses").json()


def test_a_legacy_id_of_two_accesses_is_nobody(tmp_path: Path) -> None:
    """Rather none than the wrong one; an accessId that is the same is exact."""
    inventory = stock(
        tmp_path,
        {"access_id": "A-1", "legacy_access_id": "A-3"} | COMPLETE,
        {"access_id": "A-2", "legacy_access_id": "KGX"} | COMPLETE,
        {"access_id": "A-3", "legacy_access_id": "KGX"} | COMPLETE,
    )
    service = served(inventory)

    assert service.get("/2.6/accesses/KGX").status_code == 404
    assert service.get("/2.6/accesses/A-3").json()["accessId"] == "A-3"


def test_an_unknown_and_a_malformed_id_are_told_apart(tmp_path: Path) -> None:
    """404 and 400, each with its code."""
    service = served(stock(tmp_path, {"access_id": "A-1"} | COMPLETE))

    unknown, malformed = (service.get(f"/2.6/accesses/{i}") for i in ("A-9", "A_9"))

    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_access")
    assert (malformed.status_code, malformed.json()["code"]) == (400, "malformed")


def test_an_inventory_that_is_not_authoritative_lists_nothing(tmp_path: Path) -> None:
    """The operator's order system owns the accesses."""
    service = served(stock(tmp_path, {"access_id": "A-1"} | COMPLETE), authoritative=False)

    for path in ("accesses", "accesses/A-1"):
        answer = service.get(f"/2.6/{path}")
        assert (answer.status_code, answer.json()["code"]) == (501, "elsewhere")


@pytest.mark.parametrize(
    "lacking",
    [
        {"street_name": None},
        {"postal_code": None},
        {"city": None},
        {"country_code": None},
        {"premises_type": None},
        {"state": None},
        {"premises_type": "MDU_APARTMENT"},
    ],
)
def test_nothing_is_listed_that_lacks_a_mandatory_field(
    tmp_path: Path, lacking: dict[str, str | None]
) -> None:
    """Of an apartment also what tells it from the others; the cause names the access."""
    inventory = stock(
        tmp_path, {"access_id": "A-1"} | COMPLETE, {"access_id": "A-2"} | COMPLETE | lacking
    )
    service = served(inventory)

    for path in ("accesses", "accesses/A-2"):
        answer = service.get(f"/2.6/{path}")
        assert (answer.status_code, answer.json()["code"]) == (501, "not_listed")
        assert "A-2" in answer.json()["cause"]
    assert service.get("/2.6/accesses/A-1").status_code == 200


def test_an_inventory_without_accesses_is_404() -> None:
    """As ON-API wants it (spec/accesses.md, "if no available accesses")."""
    answer = served(nothing()).get("/2.6/accesses")

    assert (answer.status_code, answer.json()["code"]) == (404, "no_accesses")


def test_a_long_list_comes_in_pieces_and_off_the_event_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages are read in other threads, and no more than some hundred rows are in memory."""
    inventory = stock(tmp_path, *({"access_id": f"A-{n:04}"} | COMPLETE for n in range(2500)))
    threads: set[int] = set()
    listed = Listing.accesses

    def noting(*asked: Any, **more: Any) -> Iterator[Any]:
        for access in listed(*asked, **more):
            threads.add(threading.get_ident())
            yield access

    monkeypatch.setattr(Listing, "accesses", noting)
    service = served(inventory)
    pieces: list[bytes] = []

    async def send(message: Any) -> None:
        pieces.append(message.get("body", b""))
        await asyncio.sleep(0)

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(3600)
        return {"type": "http.disconnect"}

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/2.6/accesses",
        "query_string": b"",
        "headers": [(b"authorization", b"Basic b3BzOnBhc3M6d29yZA==")],
    }

    asyncio.run(service.app(scope, receive, send))

    rows = json.loads(b"".join(pieces))
    assert [row["accessId"] for row in rows] == [f"A-{n:04}" for n in range(2500)]
    assert max(map(len, pieces)) < 200_000
    assert len([p for p in pieces if p]) > 4
    assert threading.get_ident() not in threads
