"""Lists on the page: a street with link and light, wrong ports, ports against orders."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import httpx
from tests.access.made_up import NOW
from tests.access.played import Clock, Recordings, stocked
from tests.access.test_port_audit import DRIVER, carried, snoops, switch
from tests.access.test_port_audit import INVENTORY as ORDERED
from tests.api.served import OPERATOR, PROVIDER, serve
from tests.api.v1.network import INVENTORY, ISP_A, OPS, USERS, recordings
from tests.api.v1.test_wrong_ports import INVENTORY as PATCHED
from tests.api.v1.test_wrong_ports import ONE, TWO, free_poll, moved_ont, poll
from tests.page.test_page import HERE, log_in, seen, talk, with_page

from techinfo.access.past import History
from techinfo.collect.registry import registry_of
from techinfo.history.macs import Sight
from techinfo.history.store import HistoryFile
from techinfo.history.writing import HistoryWriter, PollNote, PortNote, Tenants

DAY = timedelta(days=1)
STREET = "/street?q=%C3%85lgatan"


def test_a_street_shows_what_is_known_of_each_access(tmp_path: Path) -> None:
    """Link and light with their age, and of what was not read that; no switch is asked for it."""
    network, clock = recordings(), Clock()
    served = with_page(
        serve(stocked(tmp_path, INVENTORY), network.open, clock=clock, users=USERS), clock=clock
    )

    async def words(client: httpx.AsyncClient) -> list[str]:
        before = await seen(client, STREET, OPS)
        found = await client.get("/?q=%C3%85lgatan", headers={"Accept-Language": "en"})
        one = await client.get("/a/A-1", headers={"Accept-Language": "en"})
        clock.go_on(180)
        asked = list(network.asked)
        after = await client.get(STREET, headers={"Accept-Language": "en"})
        assert network.asked == asked
        await client.get("/s/sw-elm-3")
        asked = list(network.asked)
        panelled = await client.get(STREET, headers={"Accept-Language": "en"})
        client.cookies.clear()
        provider = await seen(client, STREET, ISP_A)
        nothing = await client.get("/street?q=Storgatan", headers={"Accept-Language": "en"})
        assert network.asked == asked
        return [x.text for x in (before, found, one, after, panelled, provider, nothing)]

    before, found, one, after, panelled, provider, nothing = talk(served, words)

    assert before.count("Not read lately.") == 2
    assert f'href="{STREET}"' in found
    assert 'href="/street?q=%C3%85lgatan+123+45+Ankeborg"' in one
    lines = {
        line.partition('href="/a/')[2].partition('"')[0]: line
        for line in after.split("<li>")
        if 'href="/a/A-' in line
    }
    assert list(lines) == ["A-1", "A-2"]
    assert "The link is up." in lines["A-1"]
    assert "3 minutes ago" in lines["A-1"]
    assert "-12.34 dBm" in lines["A-1"]
    assert "Not read lately." in lines["A-2"]
    assert panelled.count("The link is up.") == 2
    assert "Not read lately." not in panelled
    assert 'href="/a/A-1"' in provider
    assert "A-2" not in provider
    assert "sw-elm-3" not in provider
    assert "Nothing that you may see is found." in nothing


def test_a_street_needs_a_name(tmp_path: Path) -> None:
    """Without one it is the search; one letter is refused in words."""
    clock = Clock()
    served = with_page(
        serve(stocked(tmp_path, INVENTORY), recordings().open, clock=clock, users=USERS),
        clock=clock,
    )

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        return [await seen(client, "/street", OPS), await client.get("/street?q=x")]

    none, short = talk(served, words)

    assert (none.status_code, none.headers["location"]) == (303, "/")
    assert short.status_code == 400


def test_a_wrong_port_stands_in_what_to_look_at(tmp_path: Path) -> None:
    """With both accesses, and the equipment by which it was found."""
    clock = Clock()
    with HistoryFile.open(tmp_path / "history.sqlite") as file:
        sight = Sight(mac=TWO, vlan=100, since=NOW - 6 * DAY, until=NOW)
        note = PortNote(macs=(sight,), tenants=Tenants(accesses=("A-1",)))
        HistoryWriter(file).write([PollNote(element="sw", at=NOW, ports={"ge1": note})])
        served = with_page(
            serve(
                stocked(tmp_path, PATCHED, Clock(NOW - 40 * DAY)),
                Recordings({}).open,
                clock=clock,
                history=History(file, now=clock),
            ),
            clock=clock,
        )

        async def words(client: httpx.AsyncClient) -> httpx.Response:
            return await seen(client, "/attention", OPERATOR)

        told = talk(served, words)

    card = told.text.partition("Wrong ports")[2].partition("</section>")[0]
    assert 'href="/a/A-1"' in card
    assert 'href="/a/A-2"' in card
    assert TWO in card
    assert "Equipment of the first is on the second." in card


def test_a_swap_is_confirmed_from_what_to_look_at(tmp_path: Path) -> None:
    """By the operator alone; a list of before that has been confirmed since is no harm."""
    clock, imports = Clock(), Clock(NOW - 40 * DAY)
    with HistoryFile.open(tmp_path / "history.sqlite") as file:
        poll(file, {"ge1": TWO, "ge2": ONE})
        inventory = stocked(tmp_path, PATCHED, imports)
        served = serve(
            inventory,
            Recordings({}).open,
            clock=clock,
            history=History(file, now=clock),
        )
        imports.at = NOW + DAY / 24

        async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
            before = await seen(client, "/attention", OPERATOR)
            card = before.text.partition("Wrong ports")[2].partition("</section>")[0]
            hidden = dict(re.findall(r'name="(\w+)" value="(\w[\w-]*)"', card))

            async def confirm(form: Mapping[str, str]) -> httpx.Response:
                headers = {**HERE, "Accept-Language": "en"}
                return await client.post("/attention", data=form, headers=headers)

            stale = await confirm({**hidden, "proposal": "0" * 16})
            elsewhere = await client.post("/attention", data=hidden)
            told = [before, stale, elsewhere, await confirm(hidden), await confirm(hidden)]
            client.cookies.clear()
            await log_in(client, PROVIDER)
            return [*told, await confirm(hidden)]

        before, stale, elsewhere, done, again, refused = talk(with_page(served, clock=clock), words)

    assert "A-1 → sw ge2" in before.text
    assert stale.status_code == 409
    assert "the records have changed since this was proposed" in stale.text
    assert [one.status_code for one in (elsewhere, done, again, refused)] == [403, 200, 200, 403]
    assert "A-1 and the other access have changed places in the inventory." in done.text
    assert "Let them change places" not in done.text
    assert [one.port for one in inventory.accesses_on("sw", "ge1", "ge2")] == ["ge2", "ge1"]


def test_a_move_is_confirmed_from_what_to_look_at(tmp_path: Path) -> None:
    """With the port that it has moved to, and without another access."""
    clock, imports = Clock(), Clock(NOW - 40 * DAY)
    with HistoryFile.open(tmp_path / "history.sqlite") as file:
        free_poll(file)
        inventory = stocked(tmp_path, PATCHED, imports)
        served = serve(
            inventory, Recordings({}).open, clock=clock, history=History(file, now=clock)
        )
        imports.at = NOW

        async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
            before = await seen(client, "/attention", OPERATOR)
            card = before.text.partition("Wrong ports")[2].partition("</section>")[0]
            hidden = dict(re.findall(r'name="(\w+)" value="(\w[\w-]*)"', card))
            headers = {**HERE, "Accept-Language": "en"}
            return [before, await client.post("/attention", data=hidden, headers=headers)]

        before, done = talk(with_page(served, clock=clock), words)

    assert '→ <a href="/s/sw">sw</a> ge7' in before.text
    assert "Its equipment seems to have moved to a port without an access." in before.text
    assert "A-1 → sw ge7" in before.text
    assert "Let it have this port" in before.text
    assert done.status_code == 200
    assert "A-1 has another port in the inventory." in done.text
    assert [one.access_id for one in inventory.accesses_on("sw", "ge1", "ge7")] == ["A-1"]


def test_an_ont_that_has_moved_is_told_as_an_ont(tmp_path: Path) -> None:
    """In Swedish: it is on no port of its own."""
    clock = Clock()
    with HistoryFile.open(tmp_path / "history.sqlite") as file:
        moved_ont(file)
        served = serve(
            stocked(tmp_path, PATCHED, Clock(NOW - 40 * DAY)),
            Recordings({}).open,
            clock=clock,
            history=History(file, now=clock),
        )

        async def words(client: httpx.AsyncClient) -> httpx.Response:
            await log_in(client, OPERATOR)
            return await client.get("/attention", headers={"Accept-Language": "sv"})

        told = talk(with_page(served, clock=clock), words)

    assert '→ <a href="/s/olt">olt</a> gpon1 ONT 7' in told.text
    assert "Dess ONT verkar sitta där registret inte har någon." in told.text


def test_ports_are_compared_with_orders(tmp_path: Path) -> None:
    """From the list of what to look at, in words; not for providers."""
    clock = Clock()
    rows = switch(carried(10, 1, 2), carried(20, 2), snoops(2))
    inventory = stocked(tmp_path, ORDERED, lambda: NOW.replace(year=2018))
    opened = Recordings({"192.0.2.3": rows}).open
    drivers = registry_of([(DRIVER, "made up")])
    served = serve(inventory, opened, clock=clock, users=USERS, drivers=drivers)
    paged = with_page(served, clock=clock)

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        listed = await seen(client, "/attention", OPS)
        led = await client.get("/attention/orders?element=sw")
        told = [await client.get(x) for x in ("/attention/orders", led.headers["location"])]
        unknown = await client.get("/attention/orders?element=..%2Fx")
        client.cookies.clear()
        return [listed, led, *told, unknown, await seen(client, "/s/sw/orders", ISP_A)]

    listed, led, empty, compared, unknown, provider = talk(paged, words)

    assert 'action="/attention/orders"' in listed.text
    assert (led.status_code, led.headers["location"]) == (303, "/s/sw/orders")
    assert empty.headers["location"] == "/attention"
    assert "VLAN 20 of iptv is not on the port, which has 1, 10." in compared.text
    assert "DHCP snooping is on in no VLAN of the switch; bb needs leases." in compared.text
    assert 'href="/a/A-1"' in compared.text
    assert unknown.headers["location"] == "/s/..%2Fx/orders"
    assert provider.status_code == 403
