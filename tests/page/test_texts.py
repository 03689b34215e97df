"""The words of the page, in the languages that there are."""

from __future__ import annotations

import re
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from techinfo.access.past.timeline import What
from techinfo.api.languages import LANGUAGES
from techinfo.page import texts
from techinfo.page.past import _HAPPENED

ROOM = Path(str(files("techinfo.page")))
ROLES = {"operator", "engineer", "provider"}
"""Said of whoever has logged in."""


def _said() -> set[str]:
    methods = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
    keywords = {"_": None, "say": None, "N_": None}
    return {str(m[2]) for m in extract_from_dir(ROOM, methods, keywords=keywords)} | ROLES


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != "en"])
def test_every_text_is_there_in_every_language(code: str) -> None:
    """Nothing is said in English to who reads another language, and no translation is left over."""
    catalogue = read_po(BytesIO((ROOM / "locales" / f"{code}.po").read_bytes()), locale=code)
    translated = {str(m.id): str(m.string) for m in catalogue if m.id}

    assert _said() - {text for text, words in translated.items() if words} == set()
    assert translated.keys() - _said() == set()
    for text, words in translated.items():
        assert re.findall("%.", text) == re.findall("%.", words)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "en"),
        ("sv-SE,sv;q=0.9,en;q=0.8", "sv"),
        ("sv", "sv"),
        ("de-DE,sv;q=0.4,en;q=0.3", "sv"),
        ("de", "en"),
        ("en-GB,sv;q=0.9", "en"),
        ("sv;q=0,en", "en"),
        ("sv;q=nonsense", "en"),
        ("*", "en"),
        ("; ; ,,;q=", "en"),
        ("x" * 100_000, "en"),
        ("../../etc", "en"),
    ],
)
def test_the_browser_says_which_language(header: str, code: str) -> None:
    """The one that it wants most of those that there are; whatever it sends, there is one."""
    assert texts.wanted(header).code == code


def test_numbers_and_ages_are_written_as_the_language_does() -> None:
    """A large number can be read, and nobody has to count seconds."""
    english, swedish = texts.language("en"), texts.language("sv")

    assert (english.number(1234567), swedish.number("1234567")) == ("1,234,567", "1\xa0234\xa0567")
    assert (english.octets(4377780443848), swedish.octets(999)) == ("4.38 TB", "999 B")
    assert (english.age(0), english.age(200)) == ("now", "3 minutes ago")
    assert swedish.age(200) == "för 3 minuter sedan"
    assert english.time("2026-11-29T12:30:29Z") == "29 Nov 2026 12:30 UTC"
    assert english.time("no time") == "no time"


def test_all_that_can_happen_on_a_line_has_a_text() -> None:
    """None is shown by the word of the interface."""
    assert set(_HAPPENED) >= {one.value for one in What}
