"""Versions of ON-API, and how each of them, or a provider's profile, writes the objects of 2.6.

Tables say what is left out or has another name; objects and their schemas follow them. They are the
contract's: where a page of ON-API disagrees, they win.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, create_model
from pydantic.fields import FieldInfo

from techinfo.access.viewer import Options
from techinfo.api.onapi import schemas as s
from techinfo.api.onapi import ticket_schemas as ts


@dataclass(frozen=True, order=True, slots=True)
class Version:
    """A version of ON-API, ordered by age."""

    numbers: tuple[int, ...]

    def __str__(self) -> str:
        return ".".join(map(str, self.numbers))

    @property
    def pages(self) -> str:
        """The folder of its specification; of a draft, which has none yet, that of 2.6."""
        if self == V2_7:
            return V2_6.pages
        return ".".join(map(str, (*self.numbers, 0)[:3]))


V2_3_1, V2_4, V2_5, V2_6 = Version((2, 3, 1)), Version((2, 4)), Version((2, 5)), Version((2, 6))
VERSIONS = (V2_3_1, V2_4, V2_5, V2_6)
V2_7 = Version((2, 7))
"""A draft, served where the operator says so: 2.6 with what the working group has decided. That is
``events`` without ``orderevents`` (on-api/on-api, issue 4, 2026-03-10), which is served nowhere
here, and that ``option82`` will be deprecated (issue 73, 2026-03-10)."""
OLDEST_LISTED = V2_4
"""The first that has an endpoints list, events and technical information."""


@dataclass(frozen=True, slots=True)
class As:
    """A field by another name.

    Attributes:
        name: The other name; empty: it keeps its own.
        only: Fields of the object in it that are answered; ``None``: all.
        integer: Its decimal text becomes an integer.
    """

    name: str = ""
    only: tuple[str, ...] | None = None
    integer: bool = False


LEFT_OUT = None
Spelling = Mapping[type[BaseModel], Mapping[str, As | None]]

FIBER: Spelling = {
    s.LinkStatus: {
        "adminDown": LEFT_OUT,
        "transceiver": As("fiber", only=("dbmRx", "dbmTx", "temp")),
    },
    s.CpePortInfo: {"transceiver": As("fiber")},
    s.MacRow: {"vlan": LEFT_OUT, "port": LEFT_OUT, "learntAt": LEFT_OUT} | {"aggregate": LEFT_OUT},
    s.LeaseRow: {"lastRenew": LEFT_OUT, "aggregate": LEFT_OUT},
    s.GroupRow: {"aggregate": LEFT_OUT},
}
"""2.4 and 2.5."""

BITVIS: Spelling = {
    s.LinkStatus: {"configuredSpeed": As("configuredSpeeds")},
    s.CpeStatus: {"dhcpSnooping": As("dhcpSnoopingTable")},
    s.CpeStatistics: {
        "pause": As("pauses"),
        "unicastPackets": As("unicast"),
        "multicastPackets": As("multicast"),
    },
}
"""The Bitvis reading of 2.6."""

OLD_TICKETS: Spelling = {ts.TicketInfo: {"subscriptionId": As("coSubscription")}}
"""2.4."""

INTEGER_RATES: Spelling = {
    s.ConfiguredSpeed: {key: As(integer=True) for key in ("queue", "cir", "pir")}
}
"""As the examples of technical_info have them, whose tables say strings."""


_USUAL = As()


@dataclass(frozen=True, slots=True)
class _Field:
    """How one field is written; `inside` is of the object, or the objects, in it."""

    name: str
    inside: Mapping[str, _Field] | None
    integer: bool = False


_Plan = Mapping[str, _Field] | None
"""Field -> how it is written, of an object; ``None``: as it is."""


@dataclass(frozen=True, slots=True)
class ApiProfile:
    """How objects are written.

    Attributes:
        bitvis: In the Bitvis reading.
        integer_rates: ``queue``, ``cir`` and ``pir`` as integers.
    """

    version: Version
    bitvis: bool = False
    integer_rates: bool = False

    def spell(self, model: type[BaseModel], body: Any) -> Any:
        """An object of 2.6, or several in a list, as this dialect writes it.

        Args:
            model: What it is an object of.
            body: As `techinfo.api.onapi.render.bare` makes it.
        """
        plan = _plan(self, model)
        return body if plan is None else _spelt(plan, body)

    def schema(self, model: type[BaseModel]) -> type[BaseModel]:
        """What `spell` makes of a model's objects."""
        return _schema(self, model, None)

    def word(self, model: type[BaseModel], path: str) -> str | None:
        """What a parameter is called, such as ``transceiver.dbmRx``.

        Args:
            model: The object that it is a parameter of.
            path: As 2.6 has it.

        Returns:
            ``None`` when this dialect does not have it.
        """
        inner: type[BaseModel] | None = model
        only: tuple[str, ...] | None = None
        words: list[str] = []
        for name in path.split("."):
            how = None if inner is None else self.field(inner, name)
            if inner is None or how is None or (only is not None and name not in only):
                return None
            words.append(how.name or name)
            inner, only = _object_in(inner.model_fields[name]), how.only
        return ".".join(words)

    def spellings(self) -> tuple[Spelling, ...]:
        """The tables that make the difference to 2.6."""
        return (
            *((FIBER,) if self.version < V2_6 else ()),
            *((OLD_TICKETS,) if self.version == V2_4 else ()),
            *((BITVIS,) if self.bitvis else ()),
            *((INTEGER_RATES,) if self.integer_rates else ()),
        )

    def field(self, model: type[BaseModel], name: str) -> As | None:
        """How a field is written; ``None``: it is left out."""
        found = _USUAL
        for spelling in self.spellings():
            said = spelling.get(model, {}).get(name, _USUAL)
            if said is None:
                return None
            if said != _USUAL:
                found = said
        return found


@functools.cache
def dialect_of(version: Version, options: Options) -> ApiProfile:
    """How a version is answered to a viewer with these options."""
    return ApiProfile(
        version=version,
        bitvis=options.profile == "bitvis" and version >= V2_6,
        integer_rates=options.integer_rates,
    )


def _spelt(plan: Mapping[str, _Field], body: Any) -> Any:
    if isinstance(body, list):
        return [_spelt(plan, row) for row in body]
    out: dict[str, Any] = {}
    for name, value in body.items():
        field = plan.get(name)
        if field is None:
            continue
        if field.inside is not None:
            value = _spelt(field.inside, value)
        elif field.integer:
            value = _whole(value)
        out[field.name] = value
    return out


def _whole(text: str) -> int | str:
    """A queue may have a name instead of a number; that stays what it is."""
    return int(text) if text.isascii() and text.isdecimal() else text


@functools.cache
def _plan(
    dialect: ApiProfile, model: type[BaseModel], only: tuple[str, ...] | None = None
) -> _Plan:
    plan: dict[str, _Field] = {}
    as_it_is = only is None
    for name, info in model.model_fields.items():
        how = dialect.field(model, name)
        if how is None or (only is not None and name not in only):
            as_it_is = False
            continue
        inner = _object_in(info)
        inside = None if inner is None else _plan(dialect, inner, how.only)
        plan[name] = _Field(how.name or name, inside, how.integer)
        as_it_is = as_it_is and how == _USUAL and inside is None
    return None if as_it_is else plan


@functools.cache
def _schema(
    dialect: ApiProfile, model: type[BaseModel], only: tuple[str, ...] | None
) -> type[BaseModel]:
    if _plan(dialect, model, only) is None:
        return model
    fields: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        how = dialect.field(model, name)
        if how is None or (only is not None and name not in only):
            continue
        inner = _object_in(info)
        kind = info.annotation
        if inner is not None and _plan(dialect, inner, how.only) is not None:
            kind = _replaced(info.annotation, inner, _schema(dialect, inner, how.only))
        elif how.integer:
            kind = int | str | None
        fields[how.name or name] = (kind, info)
    name = model.__name__ if only is None else f"{model.__name__}Light"
    return create_model(name, __base__=s.Sparse, __doc__=model.__doc__, **fields)


def _object_in(info: FieldInfo) -> type[BaseModel] | None:
    """The model of the object, or of the objects in the list, that a field holds."""
    waiting: list[Any] = [info.annotation]
    while waiting:
        kind = waiting.pop()
        if isinstance(kind, type) and not get_args(kind) and issubclass(kind, BaseModel):
            return kind
        waiting.extend(get_args(kind))
    return None


def _replaced(kind: Any, old: type[BaseModel], new: type[BaseModel]) -> Any:
    """The same annotation around another model; all of them are optional, or a list, or both."""
    if kind is old:
        return new
    args = get_args(kind)
    if type(None) in args:
        (inner,) = (arg for arg in args if arg is not type(None))
        return _replaced(inner, old, new) | None
    return list.__class_getitem__(_replaced(args[0], old, new))
