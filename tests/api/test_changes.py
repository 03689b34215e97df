"""Lists on a condition: everything, what has changed since, or 304."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.access.made_up import NOW
from tests.api.changing import ADDRESS, Changing, changing
from tests.api.everything import TELE
from tests.api.served import PROVIDER

LISTED = ("2.4", "2.5", "2.6")


def network(**more: str) -> str:
    """Three accesses with two providers' subscriptions and some services."""
    words = {"city": "Ankeborg", "tv": "TV-1", "bb": "BB-100", "connection": "2019-01-01"} | more
    gone = words.get("gone", "")
    subscriptions = {
        "S-1": "access_id: A-1, provider: isp, service: {bb}, service_type: bb",
        "S-2": "access_id: A-1, provider: tele, service: {tv}, service_type: iptv",
        "S-3": "access_id: A-2, provider: isp, service: BB-10, service_type: bb",
    }
    lines = [
        f"  - {{subscription_id: {name}, {text.format(**words)}, sp_reference: r, "
        "sp_subscription_id: s, connection_date: 2020-01-01}"
        for name, text in subscriptions.items()
        if name != gone
    ]
    return "\n".join(
        [
            "accesses:",
            f"  - {{access_id: A-1, {ADDRESS.replace('Ankeborg', words['city'])}}}",
            f"  - {{access_id: A-2, {ADDRESS}}}",
            *([] if gone == "A-3" else [f"  - {{access_id: A-3, {ADDRESS}}}"]),
            "subscriptions:",
            *lines,
            "offers:",
            f"  - {{access_id: A-1, service: BB, connection: {words['connection']}}}",
            *(
                []
                if gone == "offer"
                else ["  - {access_id: A-2, service: BB, connection: 2019-01-01}"]
            ),
        ]
    )


@pytest.fixture
def world(tmp_path: Path) -> Changing:
    """It, imported once."""
    made = changing(tmp_path, NOW)
    made.imports(network())
    return made


def ids(body: list[dict[str, Any]]) -> list[str]:
    """What is listed."""
    return [row.get("subscriptionId") or row["accessId"] for row in body]


@pytest.mark.parametrize("version", LISTED)
@pytest.mark.parametrize("path", ["accesses", "subscriptions", "events"])
def test_nothing_new_is_304(world: Changing, version: str, path: str) -> None:
    """Without a body, for whoever asks again with what the last answer said."""
    url = f"/onapi/{version}/{path}/"
    assert world.get(url).status_code == 200

    again = world.news(url)

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Last-Modified"] == world.seen[url, "ops"]
    assert again.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("version", LISTED)
def test_changed_accesses_are_listed_once(world: Changing, version: str) -> None:
    """Then there is nothing new again."""
    url = f"/{version}/accesses"
    world.get(url)
    world.imports(network(city="Gåseborg"))

    news = world.news(url)

    assert ids(news.json()) == ["A-1"]
    assert news.json()[0]["city"] == "Gåseborg"
    assert world.news(url).status_code == 304


@pytest.mark.parametrize("version", LISTED)
def test_changed_services_are_news_where_they_are_listed(world: Changing, version: str) -> None:
    """With the access until 2.5, by themselves since 2.6; the whole list of the access."""
    path = "services" if version == "2.6" else "accesses"
    others = "accesses" if version == "2.6" else "subscriptions"
    world.get(f"/{version}/{path}")
    world.get(f"/{version}/{others}")
    world.imports(network(connection="2021-01-01"))

    news = world.news(f"/{version}/{path}")

    assert ids(news.json()) == ["A-1"]
    assert "2021-01-01" in news.text
    assert world.news(f"/{version}/{others}").status_code == 304


def test_services_that_are_gone_leave_an_empty_list(world: Changing) -> None:
    """So that they are known to be gone."""
    world.get("/2.6/services")
    world.imports(network(gone="offer"))

    assert world.news("/2.6/services").json() == [{"accessId": "A-2", "services": []}]


def test_changed_subscriptions_are_listed_alone_until_2_5(world: Changing) -> None:
    """Created or updated ones; what is gone is told by events."""
    world.get("/2.4/subscriptions", auth=PROVIDER)
    world.imports(network(bb="BB-1000", gone="S-3"))

    news = world.news("/2.4/subscriptions", auth=PROVIDER).json()

    assert [(row["subscriptionId"], row["service"]) for row in news] == [("S-1", "BB-1000")]


def test_changed_subscriptions_are_listed_with_their_access_since_2_6(world: Changing) -> None:
    """All of that access; none is left on one where the last has gone."""
    world.get("/2.6/subscriptions", auth=PROVIDER)
    world.imports(network(bb="BB-1000", gone="S-3"))

    news = world.news("/2.6/subscriptions", auth=PROVIDER).json()

    assert [row["accessId"] for row in news] == ["A-1", "A-2"]
    assert [x["service"] for x in news[0]["subscriptions"]] == ["BB-1000"]
    assert news[1]["subscriptions"] == []


@pytest.mark.parametrize("version", LISTED)
def test_nobody_hears_of_anothers_subscriptions(world: Changing, version: str) -> None:
    """Neither what they are nor that anything has happened to them."""
    for path in ("subscriptions", "events"):
        world.get(f"/{version}/{path}", auth=PROVIDER)
        world.get(f"/{version}/{path}", auth=TELE)
    world.imports(network(tv="TV-2"))

    for path in ("subscriptions", "events"):
        assert world.news(f"/{version}/{path}", auth=PROVIDER).status_code == 304
        mine = world.news(f"/{version}/{path}", auth=TELE)
        assert mine.status_code == 200
        assert len(mine.json()) == 1
    assert ids(world.get(f"/{version}/subscriptions", auth=TELE).json()) in (["S-2"], ["A-1"])


def test_a_subscription_that_begins_is_news_on_its_day(tmp_path: Path) -> None:
    """No import tells it: the day comes; and so it ends."""
    world = changing(tmp_path, NOW)
    begins = "2026-11-22T00:00:00Z"
    line = "- {subscription_id: S-9, access_id: A-1, provider: isp, service: BB, service_type: bb, "
    dates = f"connection_date: '{begins}', disconnection_date: 2026-11-24, "
    world.imports(
        f"accesses:\n- {{access_id: A-1, {ADDRESS}}}\nsubscriptions:\n{line}{dates}"
        "sp_reference: r, sp_subscription_id: s}\noffers: []"
    )
    urls = [f"/{version}/subscriptions" for version in LISTED]
    assert [world.get(url, auth=PROVIDER).json() for url in urls] == [[], [], []]
    assert {world.news(url, auth=PROVIDER).status_code for url in urls} == {304}

    world.clock.go_on(2 * 86_400)
    begun = [world.news(url, auth=PROVIDER) for url in urls]
    quiet = [world.news(url, auth=PROVIDER) for url in urls]
    world.clock.go_on(2 * 86_400)
    ended = [world.news(url, auth=PROVIDER) for url in urls]

    assert [ids(answer.json()) for answer in begun] == [["S-9"], ["S-9"], ["A-1"]]
    assert {answer.status_code for answer in quiet} == {304}
    assert [answer.status_code for answer in ended] == [304, 304, 200]
    assert ended[2].json() == [{"accessId": "A-1", "subscriptions": []}]
    assert world.get(urls[0], auth=PROVIDER).json() == []


@pytest.mark.parametrize(
    "told", ["yesterday", "", "Sat, 21 Nov 2099 10:00:00 GMT", "2026-11-21T10:00:00Z", "0"]
)
@pytest.mark.parametrize("path", ["accesses", "subscriptions", "services", "events"])
def test_a_date_that_is_none_counts_for_nothing(world: Changing, path: str, told: str) -> None:
    """Nor one that is still to come (RFC 2616, 14.25): everything is listed."""
    answer = world.service.get(f"/2.6/{path}", headers={"If-Modified-Since": told})

    assert answer.status_code == 200
    assert answer.json() == world.get(f"/2.6/{path}").json()


def test_who_asks_about_a_time_that_is_forgotten_gets_everything(world: Changing) -> None:
    """Rather everything again than something missing."""
    world.get("/2.6/accesses")
    world.imports(network(city="Gåseborg"), after_s=2 * 86_400)
    world.clock.go_on(5 * 86_400)
    world.inventory.drop_old_events(world.clock())

    assert ids(world.news("/2.6/accesses").json()) == ["A-1", "A-2", "A-3"]


def test_the_second_that_is_running_is_asked_about_again(tmp_path: Path) -> None:
    """What is imported in the second of an answer is in the next one, too."""
    world = changing(tmp_path, NOW)
    world.imports(network())
    world.clock.go_on(3600)
    path = tmp_path / "changing.yaml"
    path.write_text(network(city="Gåseborg"), encoding="utf-8")
    world.inventory.import_file(path)

    at_once = world.get("/2.6/accesses")
    events = world.get("/2.6/events")
    world.clock.go_on(5)

    assert at_once.json()[0]["city"] == "Gåseborg"
    assert ids(world.news("/2.6/accesses").json()) == ["A-1"]
    assert world.news("/2.6/accesses").status_code == 304
    assert [e["type"] for e in world.news("/2.6/events").json()] == ["UPDATE"]
    assert "UPDATE" not in events.text


def test_an_access_that_is_deleted_is_an_event_and_no_row(world: Changing) -> None:
    """DELETE has no path."""
    for path in ("accesses", "events"):
        world.get(f"/2.6/{path}")
    world.imports(network(gone="A-3"))

    assert world.news("/2.6/accesses").status_code == 304
    (event,) = world.news("/2.6/events").json()
    assert (event["type"], event["objectId"]) == ("DELETE", "A-3")
    assert set(event) == {"type", "objectType", "objectId", "time"}
