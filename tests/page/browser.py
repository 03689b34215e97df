"""Chromium, driven by Playwright: what it complains of is kept, and fails a test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
PICTURES = os.environ.get("PAGE_PICTURES", "")
"""A folder for screenshots; empty: none are made."""
_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
]
PHONE, DESK = (320, 640), (1280, 800)
_PATIENCE_MS = 300_000.0
"""No test waits longer for what must come."""


class Complaints:
    """What a browser says is wrong with a page: errors, refused by the CSP, failed requests."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def listen(self, page: Any) -> None:
        """Keep what is said of a page from now on."""
        page.on("console", lambda said: self._note(said.type, said.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("requestfailed", self._failed)

    def _failed(self, failed: Any) -> None:
        # A browser that leaves a page gives up what is its tab's alone: icon, name of an app.
        decor = failed.url.partition("?")[0].endswith(
            ("/static/icon.svg", "/static/app.webmanifest")
        )
        if not (decor and failed.failure == "net::ERR_ABORTED"):
            self.said.append(f"failed: {failed.failure} {failed.url}")

    def _note(self, kind: str, text: str) -> None:
        # An answer that is no 2xx is told by the test itself.
        if kind in ("error", "warning") and "Failed to load resource" not in text:
            self.said.append(text)


@contextmanager
def browsing(profile: Path, size: tuple[int, int], **more: Any) -> Iterator[tuple[Any, Complaints]]:
    """A page in a new browser with an empty profile."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=CHROMIUM,
            args=_ARGUMENTS,
            timeout=_PATIENCE_MS,
            viewport={"width": size[0], "height": size[1]},
            **more,
        )
        context.set_default_timeout(_PATIENCE_MS)
        try:
            page, complaints = context.pages[0], Complaints()
            complaints.listen(page)
            yield page, complaints
        finally:
            context.close()


def violations(page: Any) -> list[str]:
    """What axe-core finds wrong, WCAG 2.2 AA and best practices."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {[n['html'][:120] for n in v['nodes']][:3]}" for v in found]


def sideways(page: Any) -> int:
    """By how many pixels a page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def picture(page: Any, name: str) -> None:
    """Keep a screenshot, where a folder is given for them."""
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)
