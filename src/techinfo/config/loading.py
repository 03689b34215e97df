"""From a TOML file and the environment to `Settings`.

``TECHINFO_SERVICE__PORT=9000`` in the environment stands for ``port = 9000`` under ``[service]``;
a list is written as in TOML. Relative paths count from the folder of the file, without a file from
the working directory.
"""

from __future__ import annotations

import copy
import difflib
import itertools
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from techinfo.config.acs import AcsSettings
from techinfo.config.credential import SECRETS, Credential
from techinfo.config.issuer import IssuerSettings
from techinfo.config.login import LOGIN_SECRETS
from techinfo.config.netbox import NetBoxSettings
from techinfo.config.network import OnApiSource
from techinfo.config.secrets import Context
from techinfo.config.service import User
from techinfo.config.settings import Settings
from techinfo.config.tjansteguiden import TjansteguidenSettings
from techinfo.errors import ConfigError

_PREFIX = "TECHINFO_"
_SECRET_SECTIONS = ("credentials", "logins", "acs", "onapi")
_ONE_SERVER: Mapping[str, type[BaseModel]] = {
    "netbox": NetBoxSettings,
    "tjansteguiden": TjansteguidenSettings,
}
"""Sections with the secret of one server."""
_MOST_OCTETS = 2**20
_NEVER_LISTS = (*SECRETS, "password_hash")
"""Keys whose value is never read as a list."""

_NAMED: Mapping[str, type[BaseModel]] = {
    "credentials": Credential,
    "users": User,
    "onapi": OnApiSource,
    "acs": AcsSettings,
}
"""Sections whose keys are names that the operator chooses."""

WEAK: Mapping[str, str] = {"version": "1", "auth": "MD5", "priv": "DES"}
"""Key of a credential -> what it must be named for, since nobody should choose it."""

_Tables = dict[str, Any]


def load(
    path: Path | None,
    environ: Mapping[str, str],
    *,
    without: Collection[str] = (),
    tables: Mapping[str, Any] | None = None,
) -> Settings:
    """Read the settings.

    Args:
        path: The TOML file; ``None``: only the environment and the defaults.
        environ: Variables, usually ``os.environ``.
        without: Sections that are left unread, whatever stands there: the files and variables that
            they refer to are not looked at.
        tables: What the file holds, where it was read by another process.

    Raises:
        ConfigError: A key is unknown, a value is wrong, or a secret is not where it should be. It
            names the first such key; the message names the others too.
    """
    given = copy.deepcopy(dict(tables)) if tables is not None else tables_in(path) if path else {}
    variables = _overlay(given, environ)
    for section in without:
        given.pop(section, None)
    noticed = tuple(_nearly_settings(environ))
    context = Context(path=path, environ=environ, variables=variables, noticed=noticed)
    try:
        return Settings.model_validate(given, context=context)
    except ValidationError as error:
        raise _in_words(error, variables) from error


def without_device_secrets(tables: Mapping[str, Any], environ: Mapping[str, str]) -> None:
    """Check that who has seen these has seen no secret of a device.

    Args:
        tables: What the settings file holds.
        environ: All variables.

    Raises:
        ConfigError: A secret itself stands there; names the first.
    """
    others = (_credentials(tables, environ, section) for section in ("logins", "acs"))
    for key, keys in (*_credentials(tables, environ), *itertools.chain(*others)):
        for secret in (*SECRETS, *LOGIN_SECRETS):
            if secret in keys:
                raise ConfigError(
                    "is a secret of a device, which this process must not see; put it into a file"
                    f" of its own and name that by {secret}_file",
                    key=f"{key}.{secret}",
                )
            if str(keys.get(f"{secret}_env")) in environ:
                raise ConfigError(
                    "names a variable with a secret of a device, which this process must not have",
                    key=f"{key}.{secret}_env",
                )


def credential_names(
    tables: Mapping[str, Any], environ: Mapping[str, str], section: str = "credentials"
) -> frozenset[str]:
    """The names of all credentials, or of another section; none of their secrets is looked at."""
    return frozenset(key.partition(".")[2] for key, _ in _credentials(tables, environ, section))


def weak_credentials(
    tables: Mapping[str, Any], environ: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Credentials of which anybody on the way can read or forge messages: name, and what says so.

    They are for equipment that has nothing better; none of their secrets is looked at.
    """
    for key, keys in _credentials(tables, environ):
        for setting, weak in WEAK.items():
            if str(keys.get(setting)) == weak:
                yield key.partition(".")[2], f'{setting} = "{weak}"'


def secret_variables(tables: Mapping[str, Any], environ: Mapping[str, str]) -> set[str]:
    """Variables that hold secrets of devices or for other servers, or say where they are.

    Args:
        tables: What the settings file holds.
        environ: All variables.
    """
    sections = (*_SECRET_SECTIONS, *_ONE_SERVER)
    prefixes = tuple(f"{_PREFIX}{section}__".lower() for section in sections)
    said = {variable for variable in environ if variable.lower().startswith(prefixes)}
    found = [each for s in _SECRET_SECTIONS for each in _credentials(tables, environ, s)]
    merged = _merged(tables, environ)
    others = [(name, merged.get(name)) for name in _ONE_SERVER]
    found += [(name, keys) for name, keys in others if isinstance(keys, dict)]
    named = {
        keys[f"{secret}_env"]
        for _, keys in found
        for secret in (*SECRETS, *LOGIN_SECRETS, "token", "api_user")
        if isinstance(keys.get(f"{secret}_env"), str)
    }
    return said | named


def _credentials(
    tables: Mapping[str, Any], environ: Mapping[str, str], named: str = "credentials"
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    section = _merged(tables, environ).get(named)
    for name, keys in section.items() if isinstance(section, dict) else ():
        if isinstance(keys, dict):
            yield f"{named}.{name}", keys


def _merged(tables: Mapping[str, Any], environ: Mapping[str, str]) -> _Tables:
    """The tables of the file under the variables."""
    merged = copy.deepcopy(dict(tables))
    _overlay(merged, environ)
    return merged


def given(
    path: Path | None, environ: Mapping[str, str]
) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """What is set, as it stands: nothing is checked, and no secret is looked up.

    Args:
        path: The TOML file.
        environ: Variables.

    Returns:
        The tables of the file under the variables, and dotted key -> the variable that gave it.

    Raises:
        ConfigError: The file cannot be read, or a variable names no setting.
    """
    tables = tables_in(path) if path else {}
    variables = _overlay(tables, environ)
    return tables, variables


def tables_in(path: Path) -> dict[str, Any]:
    """What a settings file holds, as TOML has it.

    Raises:
        ConfigError: It cannot be read, or is no TOML.
    """
    try:
        with path.open("rb") as file:
            octets = file.read(_MOST_OCTETS + 1)
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", key=str(path)) from error
    if len(octets) > _MOST_OCTETS:
        raise ConfigError("is longer than 1 MiB; these are no settings", key=str(path))
    try:
        return tomllib.loads(octets.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ConfigError("is not UTF-8", key=str(path)) from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"is not TOML: {error}", key=str(path)) from error


def _overlay(tables: _Tables, environ: Mapping[str, str]) -> dict[str, str]:
    """Put the environment over the file; dotted key -> the variable that gave it."""
    given: dict[str, str] = {}
    for variable in sorted(environ):
        *sections, last = variable.removeprefix(_PREFIX).split("__")
        if not variable.startswith(_PREFIX) or not sections:
            continue
        if not all((*sections, last)):
            raise ConfigError("names no setting", key=variable)
        table, names = tables, []
        for section in sections:
            names.append(_spelt(section, table))
            table = table.setdefault(names[-1], {})
            if not isinstance(table, dict):
                raise ConfigError(f"{variable} goes below a plain value", key=".".join(names))
        key = _spelt(last, table)
        table[key] = _listed(environ[variable]) if key not in _NEVER_LISTS else environ[variable]
        given[".".join([*names, key])] = variable
    return given


def _spelt(found: str, table: _Tables) -> str:
    """A key as the file spells it: most shells know variables in capitals only."""
    return next((key for key in table if key.lower() == found.lower()), found.lower())


def _listed(text: str) -> Any:
    if not text.lstrip().startswith("["):
        return text
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError):
        return text


def _nearly_settings(environ: Mapping[str, str]) -> Iterator[str]:
    """Variables that look like settings but lack the double underscore."""
    for variable in sorted(environ):
        section, _, key = variable.removeprefix(_PREFIX).partition("_")
        known = variable.startswith(_PREFIX) and section.lower() in Settings.model_fields
        if known and "__" not in variable:
            yield f"{variable} sets nothing; {_PREFIX}{section}__{key} would"


def _in_words(error: ValidationError, variables: Mapping[str, str]) -> ConfigError:
    """The first problem as an error, the others in its message; no value that may be a secret."""
    problems = [(_dotted(found["loc"]), _problem(found)) for found in error.errors()]
    explained = [
        (key, f"{why} (from {variables[key]})" if key in variables else why)
        for key, why in problems
    ]
    (key, why), *others = explained
    return ConfigError("\n  ".join([why, *(f"{other}: {said}" for other, said in others)]), key=key)


def _problem(found: Mapping[str, Any]) -> str:
    loc, value = found["loc"], found["input"]
    if found["type"] == "extra_forbidden":
        known = _known(loc)
        near = difflib.get_close_matches(str(loc[-1])[:60], known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
        return f"unknown setting; {hint}"
    if found["type"] == "missing":
        return "is missing"
    if found["type"] in ("model_type", "dict_type"):
        return "is a section with keys of its own"
    if found["type"] in ("tuple_type", "list_type"):
        return "is a list, between square brackets, also of one alone"
    if found["type"] == "path_type":
        return "is a path, in quotes"
    why = str(found["msg"]).removeprefix("Value error, ")
    shown = loc[0] not in {*_NAMED, "elsewhere"} and isinstance(value, str | int | float)
    return f"{why}, found {str(value)[:60]!r}" if shown else why


def _known(loc: tuple[str | int, ...]) -> list[str]:
    """The keys that could stand where an unknown one does."""
    section = str(loc[0])
    if len(loc) == 1:
        return list(Settings.model_fields)
    model = _NAMED.get(section) or Settings.model_fields[section].annotation
    model = IssuerSettings if section == "issuer" else _ONE_SERVER.get(section, model)
    if not isinstance(model, type) or not issubclass(model, BaseModel):
        return []
    return list(model.model_fields)


def _dotted(loc: tuple[str | int, ...]) -> str:
    """``snmp.timeouts[1]``, as the file has it."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc)
    return "".join(part for part in parts if part != ".[key]").removeprefix(".")
