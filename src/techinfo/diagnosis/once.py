"""What is worked out once for a case, when it is first asked for.

Own code though `functools.cached_property` does the same: until Python 3.12 that one takes a lock
each time, which is a tenth of all that a verdict costs. A case is read by one thread.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class once(Generic[T]):  # noqa: N801 - it stands where a decorator stands
    """A property that is found once and then stands in its holder."""

    def __init__(self, find: Callable[[Any], T]) -> None:
        self._find = find
        self._name = find.__name__
        self.__doc__ = find.__doc__

    @overload
    def __get__(self, holder: None, owner: type) -> once[T]: ...

    @overload
    def __get__(self, holder: object, owner: type) -> T: ...

    def __get__(self, holder: object | None, owner: type) -> once[T] | T:
        """What was found, but for the class itself."""
        if holder is None:
            return self
        found = holder.__dict__[self._name] = self._find(holder)
        return found
