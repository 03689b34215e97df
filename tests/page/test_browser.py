"""The page as people use it: in a browser, on a phone and at a desk, over the demo's switches."""

from __future__ import annotations

import re
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
        found = re.search(r"The page: (http://\S+/)", demo.printed)
        assert found
        yield found[1].rstrip("/")


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
    for access in ("A-1001", "A-1401"):
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
    page.goto(address + "/sessions")
    _look(name, "sessions", page)
    page.goto(address + "/a/nobody-has-this")
    _look(name, "unknown", page)

    assert complaints.said == []
