"""Secrets by reference: where one may stand, and how it is fetched; and the base of all sections.

Every failure is a ``ValueError`` whose words hold no secret; pydantic adds the key.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)

_MOST_OCTETS = 4096
_EVERYBODY_READS = 0o004


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """What a value may refer to while it is checked.

    Attributes:
        path: The settings file.
        environ: Where secrets may be.
        variables: Dotted key -> the variable that gave it.
        noticed: What is not wise about the sources themselves.
    """

    path: Path | None = None
    environ: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    noticed: tuple[str, ...] = ()


def context_of(info: ValidationInfo) -> Context:
    """The context of a validation; an empty one where settings are built by hand."""
    return info.context if isinstance(info.context, Context) else Context()


def from_folder(path: Path, info: ValidationInfo) -> Path:
    """A path, counted from the folder of the settings file."""
    of_settings = context_of(info).path
    return of_settings.parent / path if of_settings else path


def secret_file(path: Path, info: ValidationInfo) -> Path:
    """A path as `from_folder`, from which a secret can be read."""
    located = from_folder(path, info)
    in_file(located)
    return located


def secret_variable(name: str, info: ValidationInfo) -> str:
    """The name of a variable that is set."""
    in_environ(name, context_of(info).environ)
    return name


def argon2_hash(found: SecretStr) -> SecretStr:
    """A hash that a password can be checked against."""
    import argon2  # only a process with users needs it

    try:
        argon2.extract_parameters(found.get_secret_value())
    except argon2.exceptions.InvalidHashError:
        raise ValueError("is not an argon2 hash such as $argon2id$v=19$…") from None
    return found


def referred(ways: Mapping[str, SecretStr | Path | str | None], context: Context) -> bytes:
    """The octets of a secret that is given in exactly one of these ways."""
    taken = [way for way in ways.values() if way is not None]
    if len(taken) != 1:
        names = list(ways)
        raise ValueError(f"needs exactly one of {', '.join(names[:-1])} and {names[-1]}")
    match taken[0]:
        case SecretStr() as literal:
            return literal.get_secret_value().encode("utf-8", "replace")
        case Path() as path:
            return in_file(path)
        case variable:
            return in_environ(str(variable), context.environ)


def in_file(path: Path) -> bytes:
    """The secret in a file, without the line end at its end."""
    if not path.is_file():
        raise ValueError(f"{path} is not a file" if path.exists() else f"{path} is not there")
    try:
        with path.open("rb") as file:
            octets = file.read(_MOST_OCTETS + 1)
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from None
    if len(octets) > _MOST_OCTETS:
        raise ValueError(f"{path} is longer than {_MOST_OCTETS} octets")
    return octets.removesuffix(b"\n").removesuffix(b"\r")


def in_environ(variable: str, environ: Mapping[str, str]) -> bytes:
    """The secret in a variable."""
    if variable not in environ:
        raise ValueError(f"the variable {variable} is not set")
    return environ[variable].encode("utf-8", "surrogateescape")


def is_open(path: Path | None) -> bool:
    """Whether everybody on this host can read a file."""
    try:
        return path is not None and bool(path.stat().st_mode & _EVERYBODY_READS)
    except OSError:  # gone since it was read: nothing is exposed
        return False


Located = Annotated[Path, AfterValidator(from_folder)]
"""A path, counted from the folder of the settings file."""
SecretFile = Annotated[Path, AfterValidator(secret_file)]
"""A file that holds a secret."""
SecretVariable = Annotated[
    str, Field(pattern=r"^[A-Za-z_][0-9A-Za-z_]*$"), AfterValidator(secret_variable)
]
"""A variable of the environment that holds a secret."""


def _network(found: str) -> str:
    try:
        return str(ipaddress.ip_network(found.strip()))
    except ValueError as error:
        raise ValueError(f"is not a network such as 192.0.2.0/24: {error}") from None


Network = Annotated[str, AfterValidator(_network)]
"""An IPv4 or IPv6 network, or one address."""

Name = Annotated[str, Field(pattern=r"^[0-9A-Za-z_.@-]{1,64}$")]
"""A user, a provider, a credential, a server or a source, as the operator calls it."""


def _pattern(found: str) -> str:
    try:
        re.compile(found)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"is not a regular expression: {error}") from None
    return found


Pattern = Annotated[str, AfterValidator(_pattern)]
"""A regular expression."""


class Section(BaseModel):
    """Keys of one section; unknown ones are refused, and no value is shown in an error."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        allow_inf_nan=False,
        validate_default=True,
        revalidate_instances="always",
        defer_build=True,
    )

    @field_validator("*", mode="wrap")
    @classmethod
    def _no_truth_as_a_number(cls, found: Any, read: ValidatorFunctionWrapHandler) -> Any:
        """Pydantic reads true as 1, as Python does; whoever wrote it meant no number."""
        value = read(found)
        listed = found if isinstance(found, list) else [found]
        if any(isinstance(one, bool) for one in listed) and not isinstance(value, bool):
            raise ValueError("is a number, not true or false")
        return value
