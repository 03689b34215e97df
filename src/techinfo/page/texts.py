"""The words of the page: English in the code, other languages in one catalogue each (gettext)."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO

from babel import Locale
from babel.dates import format_datetime, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from techinfo.api.languages import preferred


@dataclass(frozen=True, slots=True)
class Language:
    """How somebody is spoken to."""

    code: str
    translations: NullTranslations

    @property
    def say(self) -> Callable[[str], str]:
        """A text in this language."""
        return self.translations.gettext

    def number(self, value: float | str, digits: int = 0) -> str:
        """A number as it is written here."""
        spelt = "#,##0" + ("." + "0" * digits if digits else "")
        return format_decimal(value, format=spelt, locale=self.code)

    def octets(self, value: int) -> str:
        """So many octets, in three or four digits: ``4.38 TB``."""
        size, units = float(value), ["B", "kB", "MB", "GB", "TB", "PB", "EB"]
        while size >= 1000 and len(units) > 1:
            size, units = size / 1000, units[1:]
        return f"{self.number(size, 0 if units[0] == 'B' else 2)} {units[0]}"

    def time(self, text: str) -> str:
        """A time of the API, to the minute, in UTC; a text that is none as it is."""
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            return text
        return f"{format_datetime(at, 'd MMM y HH:mm', locale=self.code)} UTC"

    def age(self, seconds: float) -> str:
        """How long ago: ``3 minutes ago``."""
        if seconds < 1:
            return self.say("now")
        return format_timedelta(
            -timedelta(seconds=seconds), add_direction=True, locale=self.code, threshold=1.5
        )


@functools.cache
def language(code: str) -> Language:
    """A language; its catalogue is compiled when it is first needed.

    Args:
        code: One of `api.languages.LANGUAGES`.
    """
    if code == "en":
        return Language(code, NullTranslations())
    compiled = BytesIO()
    with files(__package__).joinpath("locales", f"{code}.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=Locale.parse(code)))
    compiled.seek(0)
    return Language(code, GNUTranslations(compiled))


def wanted(accept_language: str) -> Language:
    """The language that a browser wants most of those that there are."""
    return language(preferred(accept_language))
