"""What passes between the API and a collector in another process, as JSON: both ways, and strictly.

Every value is one of the frozen dataclasses of the house; what is there is of the very type that
the dataclass says, and a time without its zone is none.

Each message begins with the version of its sender, ``major.minor``. Either process may be upgraded
first within a major: a field or a fact that a newer one tells is passed over by an older one, and
what an older one does not tell has a default. So within a major a field is only added, with a
default, no default changes, and nothing is added without which the rest would be wrong. Two majors
do not understand each other, and say so.

Errors of a collector in another process: told by class and facts, and raised again as they were.

An address is a fact among others: it stands in an attribute and in the log, never in the words.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, ClassVar, TypeVar, cast

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import SchemaSerializer, SchemaValidator, core_schema

from techinfo import errors
from techinfo.collect.target import (
    CableTest,
    CableTestOrder,
    CollectorStats,
    DeviceInfo,
    DriverInfo,
    Reading,
    Target,
)
from techinfo.errors import CollectorError, CollectorVersionError, ConfigError, TechinfoError
from techinfo.model import Fact
from techinfo.traps.heard import Heard

VERSION = "1.2"
"""Of the messages of this process. A message without one is of the first, 1.0."""
_MAJOR, _MINOR = (int(number) for number in VERSION.split("."))
_AT_FIRST = re.compile(rb'\s*\{\s*"version"\s*:\s*"([0-9]{1,6})\.[0-9]{1,6}"')
MOST_AGE_S = 1e9
"""Thirty years: older than any reading, and a number that JSON has."""
MOST_TARGETS = 5_000
"""Devices that one letter may ask after."""
_MOST_DEADLINE_S = 86_400.0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Message:
    # Of the dataclasses within as well.
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(
        extra="ignore", strict=True, allow_inf_nan=False, hide_input_in_errors=True
    )

    version: Annotated[str, Field(pattern=r"^[0-9]{1,6}\.[0-9]{1,6}$")] = field(
        default="1.0", compare=False
    )
    """Of the sender, where it has told it."""

    @property
    def is_older(self) -> bool:
        """Whether its sender may not know all that this process knows."""
        return int(self.version.partition(".")[2]) < _MINOR

    @property
    def is_newer(self) -> bool:
        """Whether its sender may know more than this process knows."""
        return int(self.version.partition(".")[2]) > _MINOR


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadQuestion(_Message):
    """`AnyCollector.read`."""

    target: Target
    facts: frozenset[Fact]
    max_age: Annotated[float, Field(ge=0, le=MOST_AGE_S)]
    deadline: Annotated[float, Field(gt=0, le=_MOST_DEADLINE_S)]


@dataclass(frozen=True, kw_only=True, slots=True)
class LastQuestion(_Message):
    """`AnyCollector.last_known`."""

    target: Target
    facts: frozenset[Fact]


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceQuestion(_Message):
    """`AnyCollector.silent_since` and `AnyCollector.forget`."""

    target: Target


@dataclass(frozen=True, kw_only=True, slots=True)
class CableTestQuestion(_Message):
    """`AnyCollector.test_cable` (1.2)."""

    order: CableTestOrder


@dataclass(frozen=True, kw_only=True, slots=True)
class CableTestMessage(_Message):
    """What came of it."""

    test: CableTest


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceInfoRequest(_Message):
    """`AnyCollector.met`; and `AnyCollector.drivers`, where they are wanted (1.1)."""

    targets: Annotated[tuple[Target, ...], Field(max_length=MOST_TARGETS)]
    drivers: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadingMessage(_Message):
    """A reading; ``None`` when there is none."""

    reading: Reading | None


@dataclass(frozen=True, kw_only=True, slots=True)
class UnreachableMessage(_Message):
    """Since when a device does not answer; ``None`` while it does."""

    since: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceInfoMessage(_Message):
    """Devices as they introduced themselves, in the order in which they were asked after.

    Drivers only where they are wanted, and by nobody older than 1.1.
    """

    met: tuple[DeviceInfo | None, ...]
    drivers: tuple[DriverInfo, ...] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DoneMessage(_Message):
    """What was ordered is done."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HeardQuestion(_Message):
    """What devices have said by themselves and nobody has fetched (1.2); waited for if need be."""

    wait: Annotated[float, Field(ge=0, le=60)]


@dataclass(frozen=True, kw_only=True, slots=True)
class HeardMessage(_Message):
    """What was heard, by age."""

    heard: Annotated[tuple[Heard, ...], Field(max_length=10_000)]


@dataclass(frozen=True, kw_only=True, slots=True)
class StatsMessage(_Message):
    """What the collector has done so far."""

    numbers: CollectorStats


@dataclass(frozen=True, kw_only=True, slots=True)
class ErrorMessage(_Message):
    """An error of the house by its class and facts (`techinfo.collect.remote.messages`)."""

    kind: Annotated[str, Field(max_length=100)]
    words: Annotated[str, Field(max_length=10_000)]
    facts: dict[str, str | int]


AnyMessage = _Message
"""Any of them."""
L = TypeVar("L", bound=_Message)


def encode(letter: AnyMessage) -> bytes:
    """A letter as JSON, its version first; what has its default value is left out.

    A whole number may stand where a level does; whether all fits is for `decode` to say.
    """
    kind: Any = type(letter)
    told = _serializer(kind).to_json(
        letter, exclude_defaults=True, exclude={"version"}, warnings="none"
    )
    return b'{"version":"%s"%s%s' % (VERSION.encode(), b"," if len(told) > 2 else b"", told[1:])


def decode(kind: type[L], octets: bytes) -> L:
    """A letter of a kind.

    Raises:
        CollectorVersionError: It is of another major, whatever else it may be.
        CollectorError: These octets are none; says where they are wrong, and nothing of what is
            there.
    """
    at_first = _AT_FIRST.match(octets)
    if at_first is not None:
        _check_major(int(at_first[1]))
    of_kind: Any = kind
    try:
        letter = cast("L", _validator(of_kind).validate_json(octets))
        _check_major(int(letter.version.partition(".")[0]))
        return letter
    except ValidationError as e:
        first = e.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"])[:200]
        raise CollectorError(
            f"what came over the socket is no {kind.__name__}: {where!r}: {first['type']}"
        ) from None


def _check_major(major: int) -> None:
    if major != _MAJOR:
        raise CollectorVersionError(
            f"API and collector are of different versions: messages of version {major} came to a "
            f"process that understands {_MAJOR}; upgrade the one that is behind"
        )


@functools.cache
def _validator(kind: Any) -> SchemaValidator:
    return SchemaValidator(_aware(TypeAdapter(kind).core_schema))


@functools.cache
def _serializer(kind: Any) -> SchemaSerializer:
    return SchemaSerializer(TypeAdapter(kind).core_schema)


def _aware(schema: Any) -> Any:
    """The schema with times that must say their zone, and without facts that only others know.

    The dataclasses say ``datetime``; pydantic's way to ask for more is an annotation, and the model
    knows no pydantic.
    """
    if isinstance(schema, list):
        return [_aware(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    told = {key: _aware(part) for key, part in schema.items()}
    if schema.get("type") == "datetime":
        return told | {"tz_constraint": "aware"}
    if schema.get("type") == "frozenset":
        return core_schema.no_info_before_validator_function(_known_facts, told)
    return told


def _known_facts(names: object) -> object:
    """Of some facts those that this process knows; what is no list of words stays as it is."""
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return names
    return frozenset(_FACTS[name] for name in names if name in _FACTS)


_FACTS = {fact.value: fact for fact in Fact}


_KINDS: Mapping[type[TechinfoError], tuple[str, ...]] = {
    errors.DeviceError: ("address",),
    errors.SnmpTimeoutError: ("address",),
    errors.SnmpStatusError: ("status", "index", "address"),
    errors.SnmpProtocolError: ("address",),
    errors.SnmpSecurityError: ("report", "address"),
    errors.DeviceUnreachableError: ("address",),
    errors.AddressNotAllowedError: ("credential", "address"),
    errors.SshError: ("address",),
    errors.SshTimeoutError: ("address",),
    errors.SshClosedError: ("address",),
    errors.SshLoginError: ("address",),
    errors.SshBusyError: ("address",),
    errors.SshHostKeyError: ("address",),
    errors.SshModeError: ("address",),
    errors.AcsError: ("address",),
    errors.AcsTimeoutError: ("address",),
    errors.AcsLoginError: ("address",),
    errors.AcsUnknownError: ("address",),
    errors.WrongDeviceError: ("expected", "found", "address"),
    errors.WrongPortError: ("port", "address"),
    errors.PortNotUniqueError: ("port", "address"),
    errors.IncompleteError: ("address",),
    errors.DeadlineError: ("address",),
    errors.CableTestRefusedError: ("address",),
    errors.CableTestRunningError: ("address",),
    errors.PausedError: ("until", "address"),
    errors.DriverError: (),
    errors.NoDriverError: ("sys_object_id",),
    errors.ConfigError: ("key",),
}
"""What a question to a collector may meet -> its facts, as the constructor calls them."""
_NAMED = {kind.__name__: kind for kind in _KINDS}


def told(error: TechinfoError) -> ErrorMessage | None:
    """An error of the house as a letter; ``None`` when it is none that a question may meet."""
    names = _KINDS.get(type(error))
    if names is None:
        return None
    words = str(error)
    if isinstance(error, ConfigError):
        words = words.removeprefix(f"{error.key}: ")  # its constructor writes the key again
    facts = {name: getattr(error, name) for name in names}
    return ErrorMessage(kind=type(error).__name__, words=words[:10_000], facts=facts)


def raised(letter: ErrorMessage) -> TechinfoError:
    """The error that a letter tells.

    Raises:
        CollectorError: Nobody knows such an error, or it lacks one of its facts.
    """
    kind = _NAMED.get(letter.kind)
    if kind is None or not set(letter.facts) >= set(_KINDS[kind]):
        raise CollectorError("the collector's process tells an error that nobody knows")
    facts = {name: letter.facts[name] for name in _KINDS[kind]}
    for name, fact in facts.items():
        if isinstance(fact, int) is not (name in _NUMBERS):
            raise CollectorError(f"the collector's process tells an error with a wrong {name}")
    make: Callable[..., TechinfoError] = kind
    return make(letter.words, **facts)


_NUMBERS = frozenset({"status", "index"})
