"""Every link between our own pages leads somewhere, and every page is in the list of pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    {*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "deploy").rglob("*.md")}
)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"```.*?```", re.DOTALL)


def anchors(text: str) -> set[str]:
    """What the headings of a page are called in links, as forges make it."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}


def broken(page: Path) -> list[str]:
    """Links of a page that lead nowhere; those to other places are not looked at."""
    found = []
    for link in _LINK.findall(_CODE.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        is_page = target.suffix == ".md" and target.is_file()
        headings = anchors(target.read_text(encoding="utf-8")) if is_page else {anchor}
        if not target.exists() or (anchor and anchor not in headings):
            found.append(link)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    """To a file that is there, and a heading that it has."""
    assert broken(page) == []


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    """To a file or a heading; code and other places are left alone."""
    page = tmp_path / "a.md"
    page.write_text(
        "# One\n[a](a.md#one) [b](b.md) [c](#two) [d](https://x.test/)\n```\n[e](e.md)\n```\n",
        encoding="utf-8",
    )

    assert broken(page) == ["b.md", "#two"]


def test_every_page_is_in_the_list_of_pages() -> None:
    """docs/README.md leads to each, or to the folder's own list."""
    listed = set(_LINK.findall((ROOT / "docs" / "README.md").read_text(encoding="utf-8")))
    pages = {path.name for path in (ROOT / "docs").glob("*.md")} - {"README.md"}

    assert pages <= listed


def test_every_page_is_in_the_menu_of_the_site() -> None:
    """mkdocs.yml leads to each: a page that it lacks ends `make docs`."""
    menu = set(re.findall(r"(\S+\.md)$", (ROOT / "mkdocs.yml").read_text("utf-8"), re.MULTILINE))

    assert {page.relative_to(ROOT).as_posix() for page in PAGES} == menu
