"""Errors of a collector in another process: told by class and facts, and raised again as they were.

An address is a fact among others: it stands in an attribute and in the log, never in the words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from techinfo import errors
from techinfo.collect.remote.messages import ErrorTold
from techinfo.errors import CollectorError, ConfigError, TechinfoError

_KINDS: Mapping[type[TechinfoError], tuple[str, ...]] = {
    errors.DeviceError: ("address",),
    errors.SnmpTimeoutError: ("address",),
    errors.SnmpStatusError: ("status", "index", "address"),
    errors.SnmpProtocolError: ("address",),
    errors.SnmpSecurityError: ("report", "address"),
    errors.DeviceUnreachableError: ("address",),
    errors.AddressNotAllowedError: ("credential", "address"),
    errors.WrongDeviceError: ("expected", "found", "address"),
    errors.WrongPortError: ("port", "address"),
    errors.PortNotUniqueError: ("port", "address"),
    errors.IncompleteError: ("address",),
    errors.DeadlineError: ("address",),
    errors.PausedError: ("until", "address"),
    errors.DriverError: (),
    errors.NoDriverError: ("sys_object_id",),
    errors.ConfigError: ("key",),
}
"""What a question to a collector may meet -> its facts, as the constructor calls them."""
_NAMED = {kind.__name__: kind for kind in _KINDS}


def told(error: TechinfoError) -> ErrorTold | None:
    """An error of the house as a letter; ``None`` when it is none that a question may meet."""
    names = _KINDS.get(type(error))
    if names is None:
        return None
    words = str(error)
    if isinstance(error, ConfigError):
        words = words.removeprefix(f"{error.key}: ")  # its constructor writes the key again
    facts = {name: getattr(error, name) for name in names}
    return ErrorTold(kind=type(error).__name__, words=words[:10_000], facts=facts)


def raised(letter: ErrorTold) -> TechinfoError:
    """The error that a letter tells.

    Raises:
        CollectorError: Nobody knows such an error, or its facts are not the ones that it has.
    """
    kind = _NAMED.get(letter.kind)
    if kind is None or set(letter.facts) != set(_KINDS[kind]):
        raise CollectorError("the collector's process tells an error that nobody knows")
    for name, fact in letter.facts.items():
        if isinstance(fact, int) is not (name in _NUMBERS):
            raise CollectorError(f"the collector's process tells an error with a wrong {name}")
    make: Callable[..., TechinfoError] = kind
    return make(letter.words, **letter.facts)


_NUMBERS = frozenset({"status", "index"})
