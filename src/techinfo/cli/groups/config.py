"""``techinfo config``: check the settings, show what is in force, explain one."""

from __future__ import annotations

import dataclasses
import difflib
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from techinfo.cli.console import err, out, table
from techinfo.cli.options import ConfigOption, settings_of
from techinfo.config.loading import given, tables_in, weak_credentials
from techinfo.config.reference import SECRETS, Setting, as_toml, sections, settings_reference
from techinfo.errors import ConfigError

app = typer.Typer(
    help="The settings: check them, show what is in force, explain one.\n\n"
    "All of them are in docs/settings.md.",
    no_args_is_help=True,
)
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document.")]
_HIDDEN = "(secret)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A setting as it is in force.

    Attributes:
        value: As TOML; of a secret only that there is one.
        source: ``default``, ``file``, or the variable that gives it.
    """

    key: str
    value: str
    source: str


@app.callback()
def _config() -> None:
    """The settings."""


@app.command()
def check(as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Check every setting, and every secret that is referred to: 0 fine, 2 wrong.

    Run it as the user of the unit that will read the same: a secret's file may be for that user
    alone. What is not wrong, but not wise, is a warning and does not change the exit status.

    Example: [bold]techinfo config check --config /etc/techinfo/techinfo.toml[/bold]
    """
    from techinfo.collect import load

    settings = settings_of(config, without=(), quiet=True)
    load(settings.drivers.folders)
    warnings = list(settings.warnings)
    for name, what in weak_credentials(tables_in(config) if config else {}, os.environ):
        warnings.append(f"credentials.{name}: {what}: whoever is on the way can read or forge it")
    if as_json:
        _print_json({"schema": "techinfo.config-check/1", "warnings": warnings})
        return
    for warning in warnings:
        err.print(f"warning: {warning}", markup=False, soft_wrap=True)
    out.print("the settings are right")


@app.command()
def show(
    section: Annotated[
        str | None, typer.Argument(help="Only this section, such as [bold]service[/bold].")
    ] = None,
    changed: Annotated[
        bool, typer.Option("--changed", help="Only what the file or a variable sets.")
    ] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Show the settings in force, each with what says so: the default, the file, or a variable.

    No secret is shown, and none is looked up.

    Example: [bold]techinfo config show service[/bold]
    """
    if section is not None and section not in sections():
        raise ConfigError(f"is no section{_near(section, list(sections()))}", key=section)
    shown = [
        one
        for one in _in_force(*given(config, os.environ))
        if section in (None, one.key.split(".")[0]) and not (changed and one.source == "default")
    ]
    if as_json:
        _print_json([dataclasses.asdict(one) for one in shown])
        return
    rows = table("key", "value", "from")
    for one in shown:
        rows.add_row(one.key, one.value, one.source)
    out.print(rows, markup=False)


@app.command()
def explain(
    key: Annotated[str, typer.Argument(help="A key, such as service.port, or a section.")],
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Explain a setting, or every one of a section: what it means, may be, and is now.

    Example: [bold]techinfo config explain collect.deadline_s[/bold]
    """
    found = [s for s in settings_reference() if _fits(s.key, key) or s.key.startswith(f"{key}.")]
    if not found:
        raise ConfigError(
            f"is no setting{_near(key, [s.key for s in settings_reference()])}", key=key
        )
    now = list(_in_force(*given(config, os.environ)))
    if as_json:
        _print_json([dataclasses.asdict(setting) for setting in found])
        return
    if key in sections():
        out.print(f"{sections()[key]}\n", markup=False)
    for setting in found:
        out.print(f"[bold]{setting.key}[/]")
        rows = table()
        for words, value in _explained(setting, now):
            rows.add_row(f"  {words}", value)
        out.print(rows, markup=False)


def _explained(setting: Setting, now: Sequence[Shown]) -> Iterator[tuple[str, str]]:
    yield "what", setting.about
    yield "may be", setting.form
    yield "left out", "must be given" if setting.required else setting.default or "nothing"
    if setting.variable:
        yield "variable", setting.variable
    for one in now:
        if _fits(setting.key, one.key) and one.source != "default":
            which = "now" if one.key == setting.key else f"now, {one.key}"
            yield which, f"{one.value} (from {one.source})"


def _in_force(tables: Mapping[str, Any], variables: Mapping[str, str]) -> Iterator[Shown]:
    """Every setting that has a value, and what is set that is none."""
    said = dict(_flat(tables, ""))
    for setting in settings_reference():
        if "NAME" not in setting.key and "[]" not in setting.key and setting.key not in said:
            if setting.default and not setting.key.startswith("netbox."):
                yield Shown(key=setting.key, value=setting.default, source="default")
            continue
        for key in [key for key in said if _fits(setting.key, key)]:
            yield _shown(setting, key, said.pop(key), variables)
    for key in said:
        yield Shown(key=key, value="(unknown setting)", source=variables.get(key, "file"))


def _shown(setting: Setting, key: str, value: Any, variables: Mapping[str, str]) -> Shown:
    hidden = setting.secret or setting.key.rpartition(".")[2] in SECRETS
    return Shown(
        key=key,
        value=_HIDDEN if hidden else as_toml(value),
        source=variables.get(key, "file"),
    )


def _flat(found: Any, key: str) -> Iterator[tuple[str, Any]]:
    """Dotted key -> value; a table that is itself the value of a setting stays whole."""
    if isinstance(found, dict) and not any(_fits(s.key, key) for s in settings_reference()):
        for name, inner in found.items():
            yield from _flat(inner, f"{key}.{name}" if key else str(name))
    elif isinstance(found, list) and any(isinstance(one, dict) for one in found):
        for number, one in enumerate(found):
            yield from _flat(one, f"{key}[{number}]")
    else:
        yield key, found


def _fits(form: str, key: str) -> bool:
    """Whether a key is written by the form of a setting: credentials.core.user by NAME."""
    parts = (re.escape(part) for part in re.split(r"NAME|\[\]", form))
    marks = re.findall(r"NAME|\[\]", form)
    pattern = next(parts)
    for mark, part in zip(marks, parts, strict=True):
        pattern += ("[^.]+" if mark == "NAME" else r"\[[0-9]*\]") + part
    return form == key or re.fullmatch(pattern, key) is not None


def _near(found: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(found[:60], known, n=3)
    return f"; did you mean {' or '.join(near)}?" if near else "; techinfo config show lists them"


def _print_json(document: Any) -> None:
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
