"""What is listed, and what is not: mandatory fields, what was never imported, whose it is."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
from collections.abc import Iterator, MutableMapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from tests.access.played import Recordings, stocked
from tests.api.changing import ADDRESS
from tests.api.everything import ALL_USERS, TELE
from tests.api.served import PROVIDER, ServedApi, serve

from techinfo.inventory import Inventory

FEW, MANY = 2_000, 6_000
"""Rows of a short list, which fills the pages that are made, and of a longer one."""
OCTETS_OF_A_ROW = 300
"""Each of the shortest of these lists needs more, as Python holds it."""
FULL = "provider: isp, service: BB, service_type: bb, sp_reference: r, sp_subscription_id: s"


def served(folder: Path, text: str) -> ServedApi:
    """The service over an inventory."""
    return serve(stocked(folder, text), Recordings().open, users=ALL_USERS)


@pytest.mark.parametrize("version", ["2.4", "2.5", "2.6"])
def test_what_nobody_has_imported_is_not_told_to_be_nothing(tmp_path: Path, version: str) -> None:
    """501 instead of an empty list; after an import of none it is empty."""
    accesses = f"accesses: [{{access_id: A-1, {ADDRESS}}}]"
    bare = served(tmp_path, accesses)
    filled = served(tmp_path, f"{accesses}\nsubscriptions: []\noffers: []")
    paths = ["subscriptions", "accesses" if version != "2.6" else "services"]
    paths += ["subscriptions/A-1", "services/A-1"] if version == "2.6" else ["accesses/A-1"]

    for path in paths:
        answer = bare.get(f"/{version}/{path}")
        assert (answer.status_code, answer.json()["code"]) == (501, "not_listed"), path
        assert filled.get(f"/{version}/{path}").status_code == 200, path


@pytest.mark.parametrize(
    ("lacking", "versions"),
    [
        ("sp_reference: r, ", ("2.4", "2.5", "2.6")),
        ("sp_subscription_id: s, ", ("2.4", "2.5", "2.6")),
        ("connection_date: 2019-01-03", ("2.6",)),
    ],
)
@pytest.mark.parametrize("version", ["2.4", "2.5", "2.6"])
def test_a_subscription_without_a_mandatory_field_ends_its_owners_list_alone(
    tmp_path: Path, version: str, lacking: str, versions: tuple[str, ...]
) -> None:
    """501 and which; another provider's list has nothing to do with it."""
    whole = (
        "access_id: A-1, provider: {}, service: BB, service_type: bb, sp_reference: r, "
        "sp_subscription_id: s, connection_date: 2019-01-03"
    )
    service = served(
        tmp_path,
        f"accesses: [{{access_id: A-1, {ADDRESS}}}]\noffers: []\nsubscriptions:\n"
        f"- {{subscription_id: S-1, {whole.format('isp').replace(lacking, '')}}}\n"
        f"- {{subscription_id: S-2, {whole.format('tele')}}}\n",
    )
    paths = ["subscriptions", "subscriptions/A-1" if version == "2.6" else "accesses/A-1"]

    for path in paths:
        mine = service.get(f"/{version}/{path}", auth=PROVIDER)
        if version in versions:
            assert (mine.status_code, mine.json()["code"]) == (501, "not_listed")
            assert "S-1" in mine.json()["cause"]
        else:
            assert mine.status_code == 200
        assert service.get(f"/{version}/{path}", auth=TELE).status_code == 200


def test_only_what_runs_is_listed(tmp_path: Path) -> None:
    """Neither an order, nor what is to come, nor what has ended."""
    dates = {
        "S-1": "connection_date: 2019-01-01",
        "S-2": "connection_date: 2019-01-01, state: SUSPENDED",
        "S-3": "connection_date: 2019-01-01, state: ORDERED",
        "S-4": "connection_date: 2019-01-01, disconnection_date: 2020-01-01",
        "S-5": "connection_date: 2999-01-01",
    }
    lines = "".join(
        f"- {{subscription_id: {name}, access_id: A-1, {FULL}, {more}}}\n"
        for name, more in dates.items()
    )
    service = served(
        tmp_path,
        f"accesses: [{{access_id: A-1, {ADDRESS}}}]\noffers: []\nsubscriptions:\n{lines}",
    )

    flat = service.get("/2.5/subscriptions", auth=PROVIDER).json()
    (nested,) = service.get("/2.6/subscriptions", auth=PROVIDER).json()
    single = service.get("/2.6/subscriptions/A-1", auth=PROVIDER).json()
    inside = service.get("/2.4/accesses/A-1", auth=PROVIDER).json()

    for rows in (flat, nested["subscriptions"], single["subscriptions"], inside["subscriptions"]):
        assert [row["subscriptionId"] for row in rows] == ["S-1", "S-2"]


def test_json_of_another_kind_is_not_told(tmp_path: Path) -> None:
    """Characteristics are an object, comments and equipment lists: nothing else is sent on."""
    service = served(
        tmp_path,
        f"accesses: [{{access_id: A-1, {ADDRESS}}}]\n"
        f"subscriptions:\n- {{subscription_id: S-1, access_id: A-1, {FULL},"
        " connection_date: 2019-01-01, characteristics: '[1]', equipment: '{\"a\": 1}'}\n"
        "offers:\n- {access_id: A-1, service: BB, connection: 2019-01-01, comments: '\"x\"',"
        " characteristics: '5'}\n",
    )

    (subscription,) = service.get("/2.6/subscriptions/A-1").json()["subscriptions"]
    (offered,) = service.get("/2.6/services/A-1").json()["services"]

    assert not {"characteristics", "equipment"} & set(subscription)
    assert not {"characteristics", "comments"} & set(offered)


def many(folder: Path, accesses: int) -> Inventory:
    """An inventory of so many accesses, each with a subscription and two services."""
    lines = {
        "accesses": [
            "access_id,street_name,postal_code,city,country_code,premises_type,state",
            *(f"A-{n:06},Testvägen,10000,Ankeborg,SE,PUBLIC,CONNECTED" for n in range(accesses)),
        ],
        "subscriptions": [
            "subscription_id,access_id,provider,service,service_type,sp_reference,"
            "sp_subscription_id,connection_date",
            *(f"S-{n:06},A-{n:06},isp,BB,bb,r,s,2019-01-01" for n in range(accesses)),
        ],
        "offers": [
            "access_id,service,connection",
            *(f"A-{n:06},{name},2019-01-01" for n in range(accesses) for name in ("BB", "TV")),
        ],
    }
    paths = []
    for kind, rows in lines.items():
        paths.append(folder / f"{kind}.csv")
        paths[-1].write_text("\n".join(rows), encoding="utf-8")
    inventory = Inventory.open(folder / "inventory.sqlite", synchronous="OFF")
    inventory.import_files(paths)
    return inventory


@pytest.fixture(scope="module")
def lengths(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, ServedApi]]:
    """The service over few accesses, and over many."""
    with ExitStack() as open_ones:
        made = {}
        for rows in (FEW, MANY):
            inventory = open_ones.enter_context(many(tmp_path_factory.mktemp("many"), rows))
            made[rows] = serve(inventory, Recordings().open, users=ALL_USERS)
        yield made


@pytest.mark.long
@pytest.mark.parametrize("path", ["/2.4/accesses", "/2.6/subscriptions", "/2.5/events"])
def test_a_long_list_needs_the_memory_of_a_page(lengths: dict[int, ServedApi], path: str) -> None:
    """Whatever its length: some hundred rows at a time are made, sent and forgotten."""
    peaks = {}
    for rows, service in lengths.items():
        listed(service, path)  # what is made of a first question stays
        gc.collect()
        gc.freeze()
        tracemalloc.start()
        try:
            assert listed(service, path) >= rows
            _, peaks[rows] = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert peaks[MANY] - peaks[FEW] < (MANY - FEW) * OCTETS_OF_A_ROW / 2


def listed(service: ServedApi, path: str) -> int:
    """Rows of a list that are sent, and forgotten."""
    sent = 0
    first: list[MutableMapping[str, Any]] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        nonlocal sent
        if message["type"] == "http.response.start":
            first.append(message)
        sent += message.get("body", b"").count(b'"time":' if "events" in path else b'"accessId":')

    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": [(b"authorization", b"Basic b3BzOnBhc3M6d29yZA==")],
    }
    asyncio.run(service.app(scope, receive, send))
    assert first[0]["status"] == 200
    return sent
