"""Accesses by what somebody remembers of them; every query begins at an index and is bounded.

Streets and towns are found by their words, which an import writes down.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    String,
    and_,
    delete,
    exists,
    func,
    insert,
    intersect,
    literal,
    or_,
    select,
)

from techinfo.inventory.records import Access, from_row
from techinfo.inventory.tables import accesses, cpes, rows, street_words, subscriptions
from techinfo.store.base import Database

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


_HIGHEST = "\U0010ffff"
_MOST_STREETS = 2000
_MOST_WORDS = 8
_SPLIT_CODE = re.compile(r"\b(\d{3}) (\d{2})\b")
"""A postal code as it is written in Sweden."""

_SERIAL = re.compile(r"[0-9A-Za-z][-0-9A-Za-z._:/]{3,63}")
_OUTLET = re.compile(r"(?=.*\d)[\w.:/ -]{2,64}")

Hit = tuple[str, Access]
"""What has matched, and the access."""


def find(
    database: Database, text: str, *, provider: str | None, most: int, mac: str | None = None
) -> Iterator[Hit]:
    """Accesses that a text may mean: the surest first, and one access more than once.

    Args:
        database: The inventory.
        text: Beginning of an accessId or legacyAccessId, a whole subscription id or reference of a
            provider, or words of an address.
        provider: Only accesses that it subscribes on or has; ``None``: all.
        most: Of every kind of match.
        mac: The text as a MAC address, if it is one: of a managed CPE.
    """
    own = _own(provider)
    queries: list[tuple[str, Select[Any]]] = [
        ("accessId", select(accesses).where(_begins(accesses.c.access_id, text))),
        ("legacyAccessId", select(accesses).where(_begins(accesses.c.legacy_access_id, text))),
        ("subscription", _subscribed(subscriptions.c.subscription_id, text, provider)),
        ("spReference", _subscribed(subscriptions.c.sp_reference, text, provider)),
        ("spReference", _subscribed(subscriptions.c.sp_subscription_id, text, provider)),
    ]
    if mac is not None:
        behind = select(accesses).join(cpes, cpes.c.access_id == accesses.c.access_id)
        queries.append(("cpeMac", behind.where(cpes.c.mac == mac)))
    if _SERIAL.fullmatch(text):
        behind = select(accesses).join(cpes, cpes.c.access_id == accesses.c.access_id)
        spellings = sorted({text, text.upper(), text.lower()})
        queries.append(("cpeSerial", behind.where(cpes.c.serial_number.in_(spellings))))
    if _OUTLET.fullmatch(text):
        queries.append(("outlet", select(accesses).where(accesses.c.outlet == text)))
    by_address = _at_address(text)
    if by_address is not None:
        queries.append(("address", by_address))
    # In no index's order: else SQLite would walk all accesses in theirs and look for matches. Those
    # of an address come street by street, as they are found.
    in_order = accesses.c.access_id.concat("")
    for what, query in queries:
        sorted_query = query if what == "address" else query.order_by(in_order)
        for row in rows(database, sorted_query.where(own).limit(most)):
            yield what, from_row(Access, row)


def _own(provider: str | None) -> ColumnElement[bool]:
    if provider is None:
        return literal(True)
    of_access = subscriptions.c.access_id == accesses.c.access_id
    return exists().where(and_(of_access, subscriptions.c.provider == provider))


def _begins(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """The column begins with the text, however its capitals are: ranges of an index."""
    spellings = {text, text.upper(), text.lower()}
    return or_(*(column.between(s, s + _HIGHEST) for s in sorted(spellings)))


def _subscribed(column: ColumnElement[Any], text: str, provider: str | None) -> Select[Any]:
    """The access of a subscription, and of its own only for a provider."""
    on = select(subscriptions.c.access_id).where(column == text)
    if provider is not None:
        on = on.where(subscriptions.c.provider == provider)
    return select(accesses).where(accesses.c.access_id.in_(on))


def _at_address(text: str) -> Select[Any] | None:
    """Accesses in the streets that the words begin; words with a number may be the house's.

    ``None`` when no word says a street, town or postal code.
    """
    words = folded(_SPLIT_CODE.sub(r"\1\2", text))[:_MOST_WORDS]
    names = [word for word in words if not word[0].isdigit()]
    numbers = [word for word in words if word[0].isdigit()]
    certain, open_ones = (names, numbers) if names else (numbers[:1], numbers[1:])
    if not certain or max(map(len, certain)) < 2:
        return None
    w = street_words.c
    # An intersection looks at each word's streets once; a join would for every street of another.
    found = intersect(
        *(select(w.street_name, w.postal_code, w.city).where(_word(w.word, x)) for x in certain)
    )
    places = found.limit(_MOST_STREETS).subquery()
    query = select(accesses).join(places, _is_in(places))
    for number in open_ones:
        query = query.where(or_(_numbered(number), _postal(number)))
    return query


def _word(column: ColumnElement[Any], word: str) -> ColumnElement[bool]:
    return column.between(word, word + _HIGHEST)


def _is_in(places: Any) -> ColumnElement[bool]:
    """NULL is "" among the words; IS keeps to the index."""
    return and_(
        *(
            accesses.c[name].is_not_distinct_from(func.nullif(places.c[name], ""))
            for name in ("street_name", "postal_code", "city")
        )
    )


def _numbered(number: str) -> ColumnElement[bool]:
    """Of a house ``12``, ``12b`` or a flat ``1101``; letters were folded, so they are here."""
    littera = func.ifnull(accesses.c.street_littera, "", type_=String)
    house = func.lower(func.ifnull(accesses.c.street_number, "", type_=String) + littera)
    return or_(
        house == number,
        accesses.c.street_number == number,
        accesses.c.mdu_apartment_number == number,
    )


def _postal(number: str) -> ColumnElement[bool]:
    return func.replace(accesses.c.postal_code, " ", "").startswith(number, autoescape=True)
