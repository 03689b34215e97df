"""Who is behind the address that a browser comes from: told to the portal alone, if surely."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.access.played import Recordings, stocked
from tests.api.portal.place import PORTAL, SITE, TOP, Place
from tests.api.served import OPERATOR, PROVIDER, serve

from techinfo.leases.store import LeaseFile

HERE = "198.51.100.7"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """One where a household of A-1 has a lease."""
    with LeaseFile.open(tmp_path / "leases.sqlite") as file:
        made = Place(tmp_path, file)
        made.granted(HERE)
        yield made
        made.audit.close()


def test_the_portal_gets_the_access_of_a_browser_once(place: Place) -> None:
    """A token that says nothing by itself and is gone when it was used; both are in the audit."""
    sent = place.sent(HERE)
    first, second = place.identify(sent["token"]), place.identify(sent["token"])
    place.audit.flush()

    assert set(sent) == {"status", "token"}
    assert sent["status"] == "ok"
    assert len(sent["token"]) > 40
    assert "A-1" not in sent["token"]
    assert (first.status_code, first.json()) == (200, {"accessId": "A-1"})
    assert second.status_code == 404
    assert "no-store" in first.headers["cache-control"]
    told = [(one.user, one.path, one.access_id, one.address) for one in place.entries]
    assert told[:2] == [
        ("", "/portal/bounce", "A-1", HERE),
        ("portal", "/portal/identify", "A-1", "127.0.0.1"),
    ]
    assert sent["token"] not in str(place.entries)


def test_a_token_lasts_two_minutes(place: Place) -> None:
    """And is erased with what is known of its access."""
    late, erased = place.sent(HERE)["token"], place.sent(HERE)["token"]
    place.bounces.forget("A-1")
    assert place.identify(erased).status_code == 404
    late = place.sent(HERE)["token"]
    place.clock.go_on(121)

    assert place.identify(late).status_code == 404


def test_a_token_is_for_the_portal_alone(place: Place) -> None:
    """For its user, from its addresses; and whoever else asks does not use it up."""
    token = place.sent(HERE)["token"]
    others = [place.identify(token, who).status_code for who in (OPERATOR, PROVIDER)]
    elsewhere = place.identify(token, headers={"X-Forwarded-For": "192.0.2.99"})
    wrong = place.identify(token, ("portal", "wrong"))

    assert others == [403, 403]
    assert elsewhere.status_code == 403
    assert wrong.status_code == 401
    assert place.identify(token).status_code == 200


def test_an_address_that_is_not_surely_one_households_gets_nothing(place: Place) -> None:
    """Without a lease, elsewhere, ended, of another household lately, on a port nobody knows."""
    place.granted("198.51.100.8", ago_s=7200)
    place.granted("198.51.100.9", b"p1", ago_s=600, mac=1)
    place.granted("198.51.100.9", b"p2", ago_s=300, mac=2)
    place.granted("198.51.100.10", b"?")
    place.granted("192.0.2.7")
    asked = ["198.51.100.1", "198.51.100.8", "198.51.100.9", "198.51.100.10", "192.0.2.7", "?"]

    assert [place.sent(address) for address in asked] == [{"status": "not found"}] * len(asked)
    place.granted("2001:db8::7", b"p2", mac=3)
    assert place.identify(place.sent("2001:db8::7")["token"]).json() == {"accessId": "A-2"}


def test_leases_that_nobody_has_read_lately_say_nothing(place: Place) -> None:
    """Somebody else may have the address by now."""
    place.clock.at += timedelta(minutes=6)
    before = place.sent(HERE)
    place.log.looked()

    assert before == {"status": "not found"}
    assert place.sent(HERE)["status"] == "ok"


@pytest.mark.parametrize(
    ("mode", "dest"),
    [("cors", "empty"), ("no-cors", "image"), ("navigate", "iframe"), ("navigate", "")],
)
def test_only_a_whole_window_is_sent_back(place: Place, mode: str, dest: str) -> None:
    """Neither a script nor a picture nor a frame of another site; no site may read anything."""
    headers = {"Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest, "Origin": "https://evil.example"}
    answer = place.come(HERE, headers)

    assert answer.status_code == 403
    assert "location" not in answer.headers
    for one in (answer, place.come(HERE)):
        assert not [name for name in one.headers if name.startswith("access-control")]


def test_a_browser_that_does_not_say_how_it_comes_gets_nothing(place: Place) -> None:
    """It is sent back all the same: it would be stuck here else."""
    assert place.sent(HERE, {}) == {"status": "not found"}


def test_too_many_of_one_address_wait_and_others_do_not(place: Place) -> None:
    """A minute long."""
    statuses = [place.come(HERE).status_code for _ in range(11)]
    other = place.come("198.51.100.1").status_code
    place.clock.go_on(61)

    assert statuses == [303] * 10 + [429]
    assert other == 303
    assert place.come(HERE).status_code == 303


def test_nothing_is_told_while_it_cannot_be_written_down(place: Place) -> None:
    """As of every row of people."""
    place.audit._failed = True

    assert place.sent(HERE) == {"status": "error"}


def test_the_access_in_clear_is_a_setting(tmp_path: Path) -> None:
    """Spelt as Tjänsteguiden has it."""
    with LeaseFile.open(tmp_path / "leases.sqlite") as file:
        place = Place(tmp_path, file, clear=True)
        place.granted(HERE)
        assert place.sent(HERE) == {"status": "ok", "uid": "A-1"}
        place.audit.close()


def test_where_no_portal_is_configured_nothing_is_there(tmp_path: Path) -> None:
    """Not even without a log-in."""
    served = serve(stocked(tmp_path, SITE), Recordings({}).open)

    assert served.get("/portal/bounce", headers=TOP).status_code == 404
    nobody = served.get("/portal/bounce", headers=TOP, auth=lambda request: request)
    assert nobody.status_code == 401
    answer = served.request("POST", "/portal/identify", json={"token": "x"}, auth=OPERATOR)
    assert answer.status_code == 404


def test_the_portal_sees_nothing_else(place: Place) -> None:
    """Its user is a provider's, of nothing."""
    answer = place.served.get("/2.6/tech/access/A-1/link/status", auth=PORTAL)

    assert answer.status_code == 403
