"""Where there is no network: what was seen is there, of no person, for one person, for one day."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.api.listening import listening
from tests.api.v1.network import OPS
from tests.cli.demoing import PATIENCE_S, Demo
from tests.page.browser import CHROMIUM, PHONE, Complaints, browsing, picture, sideways, violations
from tests.page.test_page import paged

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed"),
]
_OPENED = """async () => {
  const database = await new Promise((good) => {
    const asked = indexedDB.open("techinfo", 1);
    asked.onsuccess = () => good(asked.result);
  });"""
"""How what is asked of the device's own database begins."""
_RAW = (
    _OPENED
    + """
  const told = {};
  for (const name of [...database.objectStoreNames]) {
    const rows = await new Promise((good) => {
      const asked = database.transaction(name).objectStore(name).getAll();
      asked.onsuccess = () => good(asked.result);
    });
    told[name] = rows.map((row) => ({
      id: row.id, user: row.user, extractable: row.key?.extractable,
      text: row.data && new TextDecoder("latin1").decode(row.data),
    }));
  }
  database.close();
  return told;
}"""
)
"""All that is written on the device."""
_TAKEN_OVER = """async () => {
  const end = performance.now() + 60000;
  while (!navigator.serviceWorker.controller && performance.now() < end)
    await new Promise((good) => setTimeout(good, 50));
  return navigator.serviceWorker.controller !== null;
}"""
_OLDER = (
    _OPENED
    + """
  const store = database.transaction("kept", "readwrite").objectStore("kept");
  const rows = await new Promise((good) => {
    const asked = store.getAll();
    asked.onsuccess = () => good(asked.result);
  });
  for (const row of rows) await new Promise((good) => {
    const asked = store.put({ ...row, at: row.at - 25 * 3600 * 1000 });
    asked.onsuccess = good;
  });
  database.close();
}"""
)
"""A day passes."""
_BUSY = (
    _OPENED
    + """
  const store = database.transaction("kept", "readwrite").objectStore("kept");
  const end = performance.now() + 1000;
  const again = () => {
    if (performance.now() < end) store.getAll().onsuccess = again;
    else window.releasedAt = performance.now();
  };
  again();
  window.addEventListener("formdata", () => { window.sentAt = performance.now(); });
}"""
)
"""Somebody else writes for a second; and when a form is sent is noted."""


_TICKETS = "fetch('/2.6/tickets').then((answer) => answer.json())"
_AT_ONCE = """window.waits = [];
  const later = window.setTimeout;
  window.setTimeout = (work, wait, ...more) => {
    if (wait >= 10000) waits.push(wait);
    return later(work, wait >= 10000 ? 0 : wait, ...more);
  };"""
"""What is to be done after long is done at once, and how long that was is noted."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the demo's page is."""
    folder = tmp_path_factory.mktemp("demo")
    with Demo(folder / "errors", PORT="0") as demo:
        demo.read("A-1001", "A-1401", "A-1501")
        yield demo.page


@pytest.fixture
def phone(tmp_path: Path) -> Iterator[tuple[Any, Complaints]]:
    """A phone."""
    with browsing(tmp_path / "profile", PHONE, locale="en-GB") as (page, complaints):
        yield page, complaints


def log_in(page: Any, address: str, name: str) -> None:
    """Log in, and wait until the service worker holds the shell."""
    page.goto(f"{address}/login")
    page.fill("#name", name)
    page.fill("#password", "demo")
    page.press("#password", "Enter")
    page.wait_for_selector("#q")
    tries = 5
    while not page.evaluate(_TAKEN_OVER):  # one that could not be installed is tried anew
        tries -= 1
        assert tries, "no service worker"
        page.reload()


def seen(page: Any, address: str, access: str) -> None:
    """Look at an access, and wait until it is kept."""
    page.goto(f"{address}/a/{access}")
    page.wait_for_selector("html[data-kept]")


def without_network(page: Any, url: str) -> None:
    """What the shell shows."""
    page.context.set_offline(True)
    page.goto(url)
    page.wait_for_url(url)
    page.wait_for_selector("html[data-shown]")


def test_what_was_seen_is_there_without_a_network(
    address: str, phone: tuple[Any, Complaints]
) -> None:
    """With its age; nothing of people, nothing readable on the device, no exportable key."""
    page, complaints = phone
    log_in(page, address, "engineer")
    seen(page, address, "A-1401")
    kept = json.loads(page.get_attribute("[data-keep]", "data-keep"))
    written = page.evaluate(_RAW)
    without_network(page, f"{address}/a/A-1401")

    shown = page.locator("main").inner_text()
    assert {"link", "received", "accessId"} <= kept.keys()
    assert "This is what was seen before" in shown
    assert all(text in shown for text in ("A-1401", "-6.00 dBm", "sw-cisco", "read "))
    for text in ("60:0B:03", "100.64.14", "Testvägen", "Inteno", "MADEUP"):
        assert text not in shown + json.dumps(kept)
    assert written["keys"] == [
        {"id": "key", "user": "engineer", "extractable": False, "text": None}
    ]
    assert [row["id"] for row in written["kept"]] == ["A-1401"]
    assert "sw-cisco" not in json.dumps(written["kept"])
    assert violations(page) == []
    assert sideways(page) <= 0
    picture(page, "offline")
    without_network(page, f"{address}/a/A-1001")
    assert "This access was not seen today." in page.locator("main").inner_text()
    assert complaints.said == []


def test_a_note_is_sent_when_the_network_is_back(
    address: str, phone: tuple[Any, Complaints]
) -> None:
    """As a ticket, once."""
    page, complaints = phone
    log_in(page, address, "engineer")
    seen(page, address, "A-1501")
    before = page.evaluate(_TICKETS)
    without_network(page, f"{address}/a/A-1501")
    page.fill("textarea", "splice box open")
    page.click("text=Note it")
    page.wait_for_selector("text=Noted.")
    with page.expect_navigation():  # by itself
        page.context.set_offline(False)
    page.wait_for_selector("text=A note is sent as a ticket: A-1501")

    tickets = page.evaluate(_TICKETS)
    page.reload()
    page.wait_for_load_state("networkidle")
    again = page.evaluate(_TICKETS)
    assert len(tickets) == len(again) == len(before) + 1
    assert page.evaluate(_RAW)["notes"] == []
    assert complaints.said == []


def test_a_note_is_tried_again_while_the_page_is_open(
    address: str, phone: tuple[Any, Complaints]
) -> None:
    """When the service says, else after some time; by one key, so that it is sent once."""
    page, complaints = phone
    keys: list[str] = []

    def answered(route: Any) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            route.fulfill(status=429, headers={"Retry-After": "600"}, body="{}")
        elif len(keys) == 2:
            route.fulfill(status=503, body="{}")
        elif len(keys) == 3:
            route.abort()
        else:
            route.continue_()

    log_in(page, address, "engineer")
    seen(page, address, "A-1001")
    without_network(page, f"{address}/a/A-1001")
    page.fill("textarea", "no key to the cabinet")
    page.click("text=Note it")
    page.wait_for_selector("text=Noted.")
    page.add_init_script(_AT_ONCE)
    page.route(lambda url: url.endswith("/2.6/tickets"), answered)
    with page.expect_navigation():
        page.context.set_offline(False)
    page.wait_for_selector("text=A note is sent as a ticket: A-1001")

    told, soon, later = page.evaluate("waits")
    assert told == 600_000
    assert 30_000 <= soon <= 60_000 <= later <= 120_000
    assert (len(keys), len(set(keys))) == (4, 1)
    assert page.evaluate(_RAW)["notes"] == []
    assert [text for text in complaints.said if not text.startswith("failed:")] == []


def test_who_is_on_the_way_to_another_page_is_not_called_back(
    address: str, phone: tuple[Any, Complaints]
) -> None:
    """The network comes back while another page is on its way: this one does not load again."""
    page, complaints = phone
    log_in(page, address, "engineer")
    without_network(page, f"{address}/a/A-1401")
    page.evaluate("window.before = true; dispatchEvent(new Event('beforeunload')); 0")
    with page.expect_response("**/offline"):
        page.context.set_offline(False)
    with page.expect_response("**/offline"):  # it has not, and looks again
        pass

    assert page.evaluate("window.before") is True
    assert complaints.said == []


def test_a_street_is_taken_along(address: str, phone: tuple[Any, Complaints]) -> None:
    """All that a search has found, as it is now; one that was not asked for is not there."""
    page, complaints = phone
    log_in(page, address, "engineer")
    page.goto(f"{address}/?q=A-14")
    page.click("[data-along]")
    page.wait_for_selector("text=3 taken along", timeout=1000 * PATIENCE_S)
    without_network(page, f"{address}/")

    assert page.locator("#kept h2").all_inner_texts() == ["A-1401", "A-1402", "A-1403"]
    assert "58:66:BA" not in page.content()
    assert complaints.said == []


def test_it_is_gone_at_log_out_and_for_somebody_else_and_after_a_day(
    address: str, phone: tuple[Any, Complaints]
) -> None:
    """Another one who logs in finds nothing, whether or not the first has logged out."""
    page, _ = phone

    def offline() -> list[str]:
        without_network(page, f"{address}/")
        return list(page.locator("#kept h2").all_inner_texts())

    def online() -> None:
        with page.expect_navigation():  # by itself
            page.context.set_offline(False)

    log_in(page, address, "engineer")
    seen(page, address, "A-1401")
    before = offline()
    page.evaluate(_OLDER)
    day_later = offline()
    online()
    seen(page, address, "A-1401")
    page.context.clear_cookies()
    log_in(page, address, "isp-north")
    seen(page, address, "A-1001")
    other = offline()
    online()
    page.click("text=Log out")
    page.wait_for_url("**/login")
    page.goto(f"{address}/login")
    left = page.evaluate(_RAW)

    assert (before, day_later, other) == (["A-1401"], [], ["A-1001"])
    assert not any(left.values())


def test_what_was_kept_is_erased_before_the_page_is_left(
    address: str, phone: tuple[Any, Complaints]
) -> None:
    """Whatever becomes of the request to log out: of this one nothing, so that the page stays."""
    page, _ = phone
    log_in(page, address, "engineer")
    seen(page, address, "A-1401")
    kept = page.evaluate(_RAW)
    page.route("**/logout", lambda route: route.fulfill(status=204))
    page.evaluate(_BUSY)
    with page.expect_request("**/logout"):
        page.click("text=Log out")
    left = page.evaluate(_RAW)

    assert page.evaluate("window.sentAt >= window.releasedAt")
    assert kept["kept"]
    assert not any(left.values())


def test_it_takes_along_below_a_prefix_of_the_page(
    tmp_path: Path, phone: tuple[Any, Complaints]
) -> None:
    """The API stays where it is when the page has a prefix."""
    page, complaints = phone
    with listening(paged(tmp_path, prefix="/page").app) as port:
        page.goto(f"http://127.0.0.1:{port}/page/a/A-1")
        page.fill("#name", OPS[0])
        page.fill("#password", OPS[1])
        page.press("#password", "Enter")
        page.wait_for_selector("[data-keep]")
        page.goto(f"http://127.0.0.1:{port}/page/?q=A-")
        page.locator("[data-along]").click()
        page.get_by_text("taken along").wait_for()

        assert int(page.locator("[data-along]").inner_text().split()[0]) > 0
        assert complaints.said == []
