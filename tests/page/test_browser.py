"""The page as people use it: in a browser, on a phone and at a desk, over the demo's switches."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.cli.demoing import Demo
from tests.page.browser import (
    CHROMIUM,
    DESK,
    PHONE,
    Complaints,
    browsing,
    picture,
    sideways,
    violations,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed"),
]
VIEWS = {
    "phone": (PHONE, {"color_scheme": "light", "locale": "sv-SE"}),
    "phone-dark": (PHONE, {"color_scheme": "dark", "locale": "en-GB"}),
    "desk": (DESK, {"color_scheme": "light", "locale": "en-GB"}),
    "desk-dark": (DESK, {"color_scheme": "dark", "locale": "sv-SE"}),
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the demo's page is."""
    folder = tmp_path_factory.mktemp("demo")
    with Demo(folder / "errors", PORT="0") as demo:
        demo.read("A-1001", "A-1301", "A-1401", "A-1501", "A-1506", "A-1601")
        yield demo.page


@pytest.fixture(params=VIEWS)
def view(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Any, Complaints]]:
    """A browser's page of one size and colour."""
    size, more = VIEWS[request.param]
    with browsing(tmp_path / "profile", size, **more) as (page, complaints):
        yield request.param, page, complaints


def _log_in(page: Any, address: str, path: str = "/") -> None:
    page.goto(address + path)
    page.fill("#name", "demo")
    page.fill("#password", "demo")
    page.press("#password", "Enter")
    page.wait_for_selector("#q")


def _look(name: str, what: str, page: Any) -> None:
    picture(page, f"{what}-{name}")
    assert violations(page) == []
    assert sideways(page) <= 0


def test_every_screen_is_readable(address: str, view: tuple[str, Any, Complaints]) -> None:
    """No screen breaks a rule of axe, the CSP or the console, or is wider than its window."""
    name, page, complaints = view

    page.goto(address + "/")
    _look(name, "login", page)
    _log_in(page, address)
    _look(name, "search", page)
    page.goto(address + "/?q=A-1")
    _look(name, "found", page)
    for access in ("A-1001", "A-1401", "A-1506", "A-1601"):
        page.goto(f"{address}/a/{access}")
        assert page.locator("h1").inner_text() == access
        for summary in page.locator("summary").all():
            summary.click()
        _look(name, access, page)
    page.goto(address + "/s/sw-cisco")
    if page.locator(".panel").count() == 0:  # the first reading of a whole switch may take longer
        page.locator("main .button").click()
    assert page.locator(".panel li").count() == 12
    _look(name, "panel", page)
    page.goto(address + "/s/sw-dcn/touched")
    _look(name, "touched", page)
    page.goto(address + "/?q=A-14")
    page.wait_for_selector("[data-along]")
    _look(name, "street", page)
    page.goto(address + "/street?q=Testvägen")
    assert page.locator(".street li").count() == 25
    _look(name, "street-lines", page)
    page.goto(address + "/a/A-1501")
    page.locator("form[action$='/check'] button").click()
    page.goto(page.locator("#link").input_value())
    assert page.locator(".lamps").count() == 1
    _look(name, "check", page)
    page.goto(address + "/attention")
    _look(name, "attention", page)
    page.goto(address + "/sessions")
    _look(name, "sessions", page)
    page.goto(address + "/a/nobody-has-this")
    _look(name, "unknown", page)

    assert complaints.said == []


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[tuple[Any, Complaints]]:
    """A browser at a desk, in English."""
    with browsing(tmp_path / "profile", DESK, locale="en-GB") as (page, complaints):
        yield page, complaints


def test_everything_that_somebody_knows_leads_to_the_access(
    address: str, desk: tuple[Any, Complaints]
) -> None:
    """One box: names, places, addresses, serial numbers, identifiers, the line of a log."""
    page, complaints = desk
    _log_in(page, address, "/a/A-1401")
    page.goto(address + "/a/A-1001")
    asked = {
        "A-1401": "A-1401",
        "kgx49874": "A-1401",
        "testvägen 14": "A-1401",
        "sw-cisco Gi1/0/1": "A-1401",
        "SW-CISCO": "sw-cisco",
        "60:0b:03:ee:16:47": "A-1401",
        "600b.03ee.1660": "A-1401",
        "100.64.14.1": "A-1401",
        "HA16260330677": "A-1401",
        "02:00:00:00:00:99": None,
    }

    found = {}
    for text in asked:
        page.fill("#q", text)
        page.press("#q", "Enter")
        page.wait_for_load_state()
        if page.locator("[data-again]").count():  # the first reading of a switch may take longer
            page.wait_for_selector(".panel")
        found[text] = page.locator("h1").inner_text() if "?q=" not in page.url else None

    assert found == asked
    assert complaints.said == []


def test_the_keyboard_is_enough(address: str, desk: tuple[Any, Complaints]) -> None:
    """Log in, search, read again, see the panel and log out; where the focus is can be seen."""
    page, complaints = desk
    page.goto(address + "/")
    page.wait_for_selector("#name:focus")
    for key in ("demo", "Tab", "demo", "Enter"):
        page.keyboard.press(key) if key in ("Tab", "Enter") else page.keyboard.type(key)
    page.wait_for_selector("#q")
    page.wait_for_load_state()  # until then nobody hears the slash
    page.keyboard.press("/")
    page.wait_for_selector("#q:focus")
    page.keyboard.type("A-1401")
    page.keyboard.press("Enter")
    page.wait_for_url("**/a/A-1401")

    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.textContent.trim().slice(0, 40)"))
        if page.evaluate("document.activeElement !== document.body"):
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"

    assert {"Log out", "Read again", "sw-cisco", "Copy for the ticket"} <= reached
    page.locator("text=Log out").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/login")
    page.goto(address + "/a/A-1401")
    assert "/login" in page.url
    assert complaints.said == []


def test_no_script_is_needed(address: str, tmp_path: Path) -> None:
    """Log-in, search and access, in a browser that runs none."""
    with browsing(tmp_path / "profile", PHONE, java_script_enabled=False) as (page, _):
        _log_in(page, address, "/?q=A-1401")
        assert page.locator("h1").inner_text() == "A-1401"
        assert page.locator(".gauge").count() == 2


def _octets(page: Any) -> int:
    """What has gone over the wire since the page was opened, heads of answers included."""
    page.wait_for_load_state("networkidle")
    told = "performance.getEntriesByType('%s').reduce((all, one) => all + one.transferSize, 0)"
    return sum(int(page.evaluate(told % kind)) for kind in ("navigation", "resource"))


def test_the_first_view_is_small(address: str, tmp_path: Path) -> None:
    """At most 60 kB with nothing in the cache, and with plots 200: a basement has little."""
    for access, most in (("A-1301", 60_000), ("A-1506", 200_000)):
        with browsing(tmp_path / access, PHONE) as (page, _):
            page.goto(address + "/")
            assert 0 < _octets(page) < 60_000
            _log_in(page, address)
            cookies = page.context.cookies()
        with browsing(tmp_path / f"{access}-cold", PHONE) as (page, _):
            page.context.add_cookies(cookies)
            page.goto(f"{address}/a/{access}")
            assert page.locator("h1").inner_text() == access
            octets = _octets(page)
            assert 5_000 < octets < most, octets


def test_few_taps_lead_to_what_is_wanted(address: str, tmp_path: Path) -> None:
    """From a patch label to the light in three; from an address to the sentence in one search."""
    asked = {"/a/A-1401": ".verdict", "Testvägen 18": ".judged"}
    words = {}
    with browsing(tmp_path / "profile", (390, 844), locale="en-GB") as (page, complaints):
        _log_in(page, address)
        for text, where in asked.items():
            page.goto(address + "/")
            page.wait_for_selector("#q:focus")
            page.keyboard.type(text)  # one tap pastes
            page.keyboard.press("Enter")  # another sends
            page.wait_for_url("**/a/*")
            assert page.locator(where).first.bounding_box()["y"] < 844
            words[text] = page.locator(where).first.inner_text()

    assert "Light -6.00 dBm" in words["/a/A-1401"]
    assert "light is far outside" in words["Testvägen 18"]
    assert complaints.said == []
