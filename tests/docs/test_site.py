"""The site of these pages: built strictly, whole, and asking nobody else for anything.

`make docs` gets what that takes; without it these tests are skipped.
"""

from __future__ import annotations

import os
import re
import subprocess
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from tests.docs.test_links import PAGES, ROOT
from tests.page.browser import CHROMIUM, DESK, browsing, sideways

MKDOCS = ROOT / ".venv-docs" / "bin" / "mkdocs"
PATIENCE_S = 300.0

pytestmark = [pytest.mark.long, pytest.mark.skipif(not MKDOCS.is_file(), reason="make docs")]
_FETCHED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src"}


class _Page(HTMLParser):
    """What a browser fetches for a page, the paragraphs of it, and its policy."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.paragraphs: list[str] = []
        self.policy = ""
        self._in_paragraph = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what is fetched."""
        given = dict(attrs)
        if tag in _FETCHED and given.get("rel") not in ("prev", "next", "canonical"):
            self.fetched.append(given.get(_FETCHED[tag]) or "")
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given.get("content") or ""
        if tag == "p":
            self._in_paragraph = True
            self.paragraphs.append("")

    def handle_endtag(self, tag: str) -> None:
        """A paragraph's end."""
        self._in_paragraph = self._in_paragraph and tag != "p"

    def handle_data(self, data: str) -> None:
        """A paragraph's text."""
        if self._in_paragraph:
            self.paragraphs[-1] += data


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where it was built; a link or an anchor that leads nowhere is an error."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [MKDOCS, "build", "--quiet", "--strict", "--site-dir", folder],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def made(site: Path) -> dict[str, _Page]:
    """Each page by its place."""
    return {
        str(path.relative_to(site)): _Page(path.read_text(encoding="utf-8"))
        for path in sorted(site.rglob("*.html"))
    }


def test_every_page_of_ours_is_in_it(site: Path) -> None:
    """Those of the top, of docs/ and of deploy/."""
    for page in PAGES:
        path = page.relative_to(ROOT).with_suffix("")
        folder = path.parent if path.name == "README" else path
        assert (site / folder / "index.html").is_file(), page


def test_nothing_is_asked_of_others(made: dict[str, _Page]) -> None:
    """No font, script or picture stands elsewhere, and the policy of a page forbids it."""
    for name, page in made.items():
        assert [one for one in page.fetched if re.match(r"(https?:)?//", one)] == [], name
        assert page.policy.startswith("default-src 'self';"), name


def test_lists_and_tables_are_made_of_what_is_written_as_such(made: dict[str, _Page]) -> None:
    """None has run into the paragraph above it."""
    run_in = re.compile(r"\n\s*([*-]|\d+\.) |\|\s*---|```")

    for name, page in made.items():
        assert [one[:80] for one in page.paragraphs if run_in.search(one)] == [], name


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed")
def test_a_browser_finds_a_page_by_a_word(site: Path, tmp_path: Path) -> None:
    """The search works under the policy, and nothing is complained of."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        with browsing(tmp_path, DESK, locale="en-GB") as (page, complaints):
            page.goto(f"http://127.0.0.1:{server.server_port}/")
            page.fill(".md-search__input", "netbox")
            page.wait_for_selector('.md-search-result__item a[href*="docs/netbox/"]')
            assert sideways(page) <= 0
            assert complaints.said == []
        server.shutdown()
