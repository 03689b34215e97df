"""Names of the release before, for an operator's own drivers; they go with the next one."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import fields
from typing import Any

OLD_NAMES = {
    "counts": "row_active",
    "hears": "bidirectional",
    "lease": "lease_time",
    "layout": "circuit_id_format",
    "proven": "verified_by",
    "quiet": "idle_seconds",
    "remaining": "time_remaining",
    "seen": "verified_by",
}


def accept_old_names(*classes: type[Any]) -> None:
    """Let these dataclasses be made with the old names of their fields, as `replace` does, too.

    Names of arguments only: what a ``row`` is given has the new ones.
    """
    for cls in classes:
        present = {field.name for field in fields(cls)}
        names = {old: new for old, new in OLD_NAMES.items() if new in present}
        if names:
            cls.__init__ = _accepting(cls.__init__, names)


def _accepting(init: Callable[..., None], names: dict[str, str]) -> Callable[..., None]:
    @functools.wraps(init)
    def made(self: Any, *values: Any, **named: Any) -> None:
        for old in names.keys() & named.keys():
            named[names[old]] = named.pop(old)  # `replace` gives the new one as it was
        init(self, *values, **named)

    return made
