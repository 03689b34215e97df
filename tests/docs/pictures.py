"""Pictures for the pages, of the demo and of commands: python -m tests.docs.pictures [FOLDER]."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from io import StringIO
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text
from tests.cli.demoing import Demo
from tests.docs.test_links import ROOT
from tests.page.browser import DESK, browsing

PHONE = (390, 800)
WIDTH = 100
COMMANDS = {
    "cli-help": ["--help"],
    "cli-driver": ["drivers", "waystream_ibos"],
}
SCREENS = {
    "page-access": (DESK, "light", "/a/A-1401"),
    "page-dark": (DESK, "dark", "/a/A-1501"),
    "page-phone": (PHONE, "light", "/a/A-1502"),
    "page-panel": (DESK, "light", "/s/sw-cisco"),
}
_SVG = """<svg class="rich-terminal" viewBox="0 0 {width} {height}"
 xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: monospace; font-size: {char_height}px;
  line-height: {line_height}px; }}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: sans-serif; }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" /></clipPath>{lines}</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">{matrix}</g>
</g>
</svg>
"""
"""Rich's own form of a terminal asks another's server for a font."""


def terminal(words: list[str], lines: int = 44) -> str:
    """A command and what it prints, as an SVG of a terminal."""
    printed = subprocess.run(
        [Path(sys.executable).with_name("techinfo"), *words],
        env={**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(WIDTH), "TERM": "xterm-256color"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    shown = printed.rstrip().splitlines()
    console = Console(record=True, width=WIDTH, file=StringIO())
    console.print(Text(f"$ techinfo {' '.join(words)}"))
    console.print(Text.from_ansi("\n".join(shown[:lines])), overflow="crop", no_wrap=True)
    if shown[lines:]:
        console.print(Text("…"))
    return console.export_svg(title="techinfo", code_format=_SVG, unique_id=words[0].strip("-"))


def log_in(page: Any, address: str) -> None:
    """As the demo's operator."""
    page.goto(address)
    page.fill("#name", "demo")
    page.fill("#password", "demo")
    page.press("#password", "Enter")
    page.wait_for_selector("#q")


def screens(address: str, scratch: Path, folder: Path) -> None:
    """The page at a desk, in the dark and on a phone."""
    for name, (size, scheme, path) in SCREENS.items():
        with browsing(scratch / name, size, color_scheme=scheme, locale="en-GB") as (page, _):
            log_in(page, address + "/")
            page.goto(address + path)
            if path.startswith("/s/") and page.locator(".panel").count() == 0:
                page.locator("main .button").click()
                page.wait_for_selector(".panel")
            page.screenshot(path=str(folder / f"{name}.png"))


def main(folder: Path) -> None:
    """Make all of them anew."""
    folder.mkdir(exist_ok=True)
    for name, words in COMMANDS.items():
        (folder / f"{name}.svg").write_text(terminal(words), encoding="utf-8")
    with tempfile.TemporaryDirectory() as made:
        scratch = Path(made)
        with Demo(scratch / "errors", PORT="0") as demo:
            screens(demo.page, scratch, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else ROOT / "docs" / "pictures")
