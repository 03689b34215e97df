"""Random values of everything that may cross between two processes, every field of each."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from techinfo.collect import DeviceInfo, Reading, Target
from techinfo.model import Fact

_FEW = 2
_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    int: st.integers(min_value=-(2**64), max_value=2**64),
    float: st.floats(allow_nan=False, allow_infinity=False),
    str: st.text(max_size=12),
    datetime: st.datetimes(
        min_value=datetime(1970, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone itself
        max_value=datetime(2200, 1, 1),  # noqa: DTZ001 - the same
        timezones=st.just(UTC),
    ),
    type(None): st.none(),
}
"""A text has control characters and the far planes of Unicode; lone surrogates are no text."""


def of(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a type; of a dataclass with every field drawn, none left at its default by habit.

    A type that nobody has thought of here is an error of the test.
    """
    hint = getattr(hint, "__supertype__", hint)
    if hint in _PLAIN:
        return _PLAIN[hint]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    if is_dataclass(hint) and isinstance(hint, type):
        hints = get_type_hints(hint)
        return st.builds(hint, **{f.name: of(hints[f.name]) for f in fields(hint)})
    return _of_several(get_origin(hint), get_args(hint))


def _of_several(origin: Any, inner: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    if origin in (Union, types.UnionType):
        return st.one_of([of(kind) for kind in inner])
    if origin is tuple:
        return st.lists(of(inner[0]), max_size=_FEW).map(tuple)
    if origin is frozenset:
        return st.frozensets(of(inner[0]))
    if origin is Mapping:
        return st.dictionaries(of(inner[0]), of(inner[1]), max_size=_FEW)
    raise AssertionError(origin)


FACTS = of(Fact)
TARGETS = of(Target)
MET = of(DeviceInfo)
READINGS = of(Reading)
