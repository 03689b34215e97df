"""Pages that are made from the code are what the code says."""

from __future__ import annotations

from pathlib import Path

import pytest

from techinfo.cli import reference_pages
from techinfo.cli.reference_pages import PAGES, main

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", list(PAGES))
def test_a_page_is_what_the_code_says(name: str) -> None:
    """``make reference`` writes it."""
    assert (ROOT / name).read_text(encoding="utf-8") == PAGES[name]()


def test_a_page_that_differs_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And is right once it is written."""
    few = {name: PAGES[name] for name in ("docs/inventory.md", "docs/settings.md")}
    monkeypatch.setattr(reference_pages, "PAGES", few)
    (tmp_path / "docs").mkdir()
    monkeypatch.chdir(tmp_path)

    before = main(["--check"])
    written = main(["--write"])
    after = main(["--check"])

    assert (before, written, after, main([])) == (1, 0, 0, 2)
    assert "make reference" in capsys.readouterr().err
