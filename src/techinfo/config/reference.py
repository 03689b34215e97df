"""Every setting with its meaning, type, default and variable, read from the models themselves."""

from __future__ import annotations

import ast
import functools
import inspect
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from techinfo.config.settings import Settings

SECRETS = frozenset({"community", "auth_key", "priv_key", "password_hash"})
"""Last words of keys whose values are never shown."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """One key.

    Attributes:
        key: As it is written with its sections: ``service.port``, ``credentials.NAME.user``;
            ``[]`` stands behind a table that may be there many times.
        about: What it means.
        form: What it may be, in words.
        default: As TOML; empty: nothing, or it must be given.
        required: It must be given.
        variable: The variable of the environment that sets it; empty: none can.
    """

    key: str
    about: str
    form: str
    default: str
    required: bool
    variable: str

    @property
    def secret(self) -> bool:
        """Whether its value is never shown."""
        return self.key.rpartition(".")[2] in SECRETS


@functools.cache
def settings_reference() -> tuple[Setting, ...]:
    """Every setting, section by section, in the order of the models."""
    return tuple(_of_model(Settings, "", variables=True))


@functools.cache
def sections() -> Mapping[str, str]:
    """Section of the settings -> what it is about."""
    told = _told(Settings)
    own = {name: _model_of(field.annotation) for name, field in Settings.model_fields.items()}
    return {
        name: f"{told[name]} {_rest_of(model)}".strip() if model else told[name]
        for name, model in own.items()
    }


def _rest_of(model: type[BaseModel]) -> str:
    """What a section's docstring says after its first sentence."""
    paragraphs = inspect.cleandoc(model.__doc__ or "").split("\n\n")[1:]
    return " ".join(" ".join(paragraphs).replace("``", "`").split())


def _of_model(model: type[BaseModel], before: str, *, variables: bool) -> Iterator[Setting]:
    told = _told(model)
    for name, field in model.model_fields.items():
        key = f"{before}{name}"
        inner = _model_of(field.annotation)
        if inner is None:
            yield _setting(key, field, told[name], variables=variables)
        elif _is_list(field.annotation):
            yield from _of_model(inner, f"{key}[].", variables=False)
        else:
            named = "NAME." if _is_table(field.annotation) else ""
            yield from _of_model(inner, f"{key}.{named}", variables=variables)


def _setting(key: str, field: FieldInfo, about: str, *, variables: bool) -> Setting:
    return Setting(
        key=key,
        about=about,
        form=_form(field.annotation, tuple(field.metadata)),
        default="" if field.is_required() else as_toml(field.default),
        required=field.is_required(),
        variable=_variable(key, field.annotation) if variables else "",
    )


def _variable(key: str, annotation: Any) -> str:
    """A table takes a variable for each of its keys."""
    table = any(_is_table(one) for one in (annotation, *get_args(annotation)))
    return "TECHINFO_" + "__".join([*key.upper().split("."), *(["KEY"] if table else [])])


@functools.cache
def _told(model: type[BaseModel]) -> Mapping[str, str]:
    """Key -> the words below it."""
    body = ast.parse(inspect.cleandoc("\n" + inspect.getsource(model))).body[0]
    assert isinstance(body, ast.ClassDef)  # noqa: S101 - the source of a class
    return {
        key.target.id: " ".join(below.value.value.replace("``", "`").split())
        for key, below in pairwise(body.body)
        if isinstance(key, ast.AnnAssign) and isinstance(key.target, ast.Name)
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
        if isinstance(below.value.value, str)
    }


def _model_of(annotation: Any) -> type[BaseModel] | None:
    """The model that stands in an annotation, if one does."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for arg in get_args(annotation) if (found := _model_of(arg))), None)


def _is_table(annotation: Any) -> bool:
    return get_origin(annotation) is dict


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) in (tuple, list)


_PLAIN: Mapping[Any, str] = {
    bool: "true or false",
    int: "whole number",
    float: "number",
    str: "text",
    Path: "path",
    SecretStr: "text",
}


def _form(annotation: Any, limits: tuple[Any, ...] = ()) -> str:
    """What a value may be, in words."""
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        return _form(inner, (*more, *limits))
    arguments = [found for found in get_args(annotation) if found is not type(None)]
    if get_origin(annotation) in (Union, types.UnionType):
        return " or ".join(_form(found, limits) for found in arguments)
    if get_origin(annotation) is Literal:
        return "one of " + ", ".join(f"`{found}`" for found in arguments)
    if get_origin(annotation) is tuple:
        return f"list of: {_form(arguments[0])}"
    if get_origin(annotation) is dict:
        return f"table of: {_form(arguments[1])}"
    words = _PLAIN.get(annotation, "time" if annotation.__name__ == "datetime" else "text")
    return words + _bounds(limits)


def _bounds(limits: tuple[Any, ...]) -> str:
    every = [m for limit in limits for m in (limit, *getattr(limit, "metadata", ()))]
    said = []
    for attribute, words in (("ge", "from"), ("gt", "above"), ("le", "to"), ("lt", "below")):
        value = next((v for m in every if (v := getattr(m, attribute, None)) is not None), None)
        if value is not None:
            said.append(f"{words} {value}")
    return f" {' '.join(said)}" if said else ""


def as_toml(value: Any) -> str:
    """A value as a settings file has it; empty for nothing."""
    if value is None or isinstance(value, BaseModel):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, tuple | list | frozenset | set):
        return f"[{', '.join(as_toml(one) for one in value)}]"
    if isinstance(value, dict):
        inner = ", ".join(f"{key} = {as_toml(one)}" for key, one in value.items())
        return f"{{{inner}}}"
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
