"""The words of streets and towns, by which accesses are searched."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from sqlalchemy import Connection, Row, delete, exists, func, insert, select

from techinfo.inventory.tables import accesses, street_words

MOST_OF_A_WORD = 40
_WORD = re.compile(r"\w+")
_AT_ONCE = 2000
_PLACE = (accesses.c.street_name, accesses.c.postal_code, accesses.c.city)


def folded(text: str) -> list[str]:
    """The words of a text as they are compared: no capitals, no accents, each once.

    ``Ålgatan 3B`` -> ``["algatan", "3b"]``; who types on a foreign keyboard finds it too.
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    return list(dict.fromkeys(word[:MOST_OF_A_WORD] for word in _WORD.findall(bare)))


def lacking(connection: Connection) -> bool:
    """Whether no words were written down yet: the file is of a time when there were none."""
    return not connection.execute(select(exists(select(street_words.c.word)))).scalar_one()


def note_streets(connection: Connection) -> None:
    """Write down the words of all streets there are, in the transaction of an import."""
    connection.execute(delete(street_words))
    places = select(*(func.ifnull(column, "") for column in _PLACE)).distinct()
    waiting: list[dict[str, str]] = []
    for place in connection.execute(places).all():
        waiting.extend(_words(place))
        if len(waiting) >= _AT_ONCE:
            connection.execute(insert(street_words), waiting)
            waiting = []
    if waiting:
        connection.execute(insert(street_words), waiting)


def _words(place: Row[str, str, str]) -> Iterator[dict[str, str]]:
    street_name, postal_code, city = place
    where = {"street_name": street_name, "postal_code": postal_code, "city": city}
    for word in folded(f"{street_name} {postal_code.replace(' ', '')} {city}"):
        yield {"word": word, **where}
