"""``techinfo inventory columns`` and ``example``: what an inventory file may hold."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from techinfo.cli.console import err, out, table
from techinfo.errors import ConfigError
from techinfo.inventory.columns import ABOUT, Column
from techinfo.inventory.columns import columns as columns_of
from techinfo.inventory.example import as_csv, as_yaml
from techinfo.inventory.records import RECORDS, Kind
from techinfo.inventory.shapes import shapes

KindArgument = Annotated[
    str | None, typer.Argument(metavar="[KIND]", help=f"One of {', '.join(RECORDS)}.")
]


def columns(
    kind: KindArgument = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """List every key that an inventory may hold: what it means, whether it is required.

    Example: [bold]techinfo inventory columns accesses[/bold]
    """
    forms = shapes()
    asked = [_kind(kind)] if kind else list(RECORDS)
    every = {one: list(columns_of(one, forms[one])) for one in asked}
    if as_json:
        document = {one: [asdict(column) for column in found] for one, found in every.items()}
        sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
        return
    for one, found in every.items():
        out.print(f"[bold]{one}[/]  {ABOUT[one]}")
        rows = table()
        for column in found:
            rows.add_row(f"  {column.name}", _about(column))
        out.print(rows, markup=False)


def example(
    yaml: Annotated[bool, typer.Option("--yaml", help="All kinds, with comments.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="One kind: accesses, or KIND.")] = False,
    kind: KindArgument = None,
    folder: Annotated[
        Path | None, typer.Option(help="With --csv: write a file for every kind into this folder.")
    ] = None,
) -> None:
    """Print an inventory to start from; it can be imported as it is.

    Example: [bold]techinfo inventory example --yaml > inventory.yaml[/bold]
    """
    if yaml == csv or (yaml and (kind or folder)) or (kind and folder):
        raise ConfigError(
            "one of --yaml and --csv; with --csv a KIND or a --folder", key="inventory example"
        )
    if yaml:
        sys.stdout.write(as_yaml())
    elif folder:
        _write(folder)
    else:
        sys.stdout.write(as_csv(_kind(kind or "accesses")))


def _write(folder: Path) -> None:
    files = {folder / f"{kind}.csv": kind for kind in RECORDS}
    for path in files:
        if path.exists():
            raise ConfigError(f"{path} is there already; nothing is written", key="--folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, kind in files.items():
            path.write_text(as_csv(kind), encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"cannot be written: {error.strerror}", key=str(folder)) from error
    err.print(f"{len(files)} files written into {folder}", markup=False)


def _kind(found: str) -> Kind:
    for kind in RECORDS:
        if found == kind:
            return kind
    raise ConfigError(f"{found!r} is none of {', '.join(RECORDS)}", key="KIND")


def _about(column: Column) -> str:
    notes = [column.about]
    if column.required:
        notes.append("required")
    if column.default is not None:
        notes.append(f"left out: {column.default}")
    return "; ".join([*notes, f"e.g. {column.example}"])
