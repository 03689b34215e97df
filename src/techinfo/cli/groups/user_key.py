"""``techinfo user key``: API keys of a user, for scripts; each for some things only."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table

from techinfo.access.logins import KEY_PREFIX, digest_of
from techinfo.access.viewer import Role, Scope
from techinfo.api.asgi.tokens import grantable, written
from techinfo.cli.console import err, out, print_objects, table
from techinfo.cli.groups.user_credential import (
    COLUMNS,
    ExpiresOption,
    LabelOption,
    Name,
    cells,
    credential_json,
    revoking,
    time_of,
    users_file,
)
from techinfo.cli.options import ConfigOption, JsonLinesOption
from techinfo.errors import UserError
from techinfo.store.user_records import StoredCredential

app = typer.Typer(
    help="API keys of a user, for scripts: [bold]Authorization: Bearer KEY[/bold]. A key opens what"
    " its scopes name, and nothing that its user may not; it holds until it ends or is revoked.",
    no_args_is_help=True,
)


@app.command()
def add(
    name: Name,
    scope: Annotated[list[Scope], typer.Option(help="What it is for; again for another.")],
    label: LabelOption = "",
    expires: ExpiresOption = None,
    config: ConfigOption = None,
) -> None:
    """Make a key, which is shown this once; the file has its SHA-256 alone.

    For a script that reads light: techinfo user key add isp --scope tech.read --expires 365d
    """
    ends = time_of(expires)
    with users_file(config) as file:
        if not set(scope) <= grantable(Role(file.user(name).role)):
            raise UserError(f"{name!r} is no operator: admin is not for it", name=name)
        key = KEY_PREFIX + secrets.token_urlsafe(32)
        number = file.add_credential(
            name,
            digest_of(key),
            label=label,
            now=datetime.now(UTC),
            expires=ends,
            scopes=written(scope),
        )
    err.print(
        f"key {number} of {name} is made; it is shown this once and kept nowhere:", markup=False
    )
    print(key)


@app.command("list")
def list_(name: Name, as_json: JsonLinesOption = False, config: ConfigOption = None) -> None:
    """Show the keys of a user: what they are for, when they end, when they were last used."""
    with users_file(config) as file:
        found = file.user(name).credentials
    if as_json:
        print_objects(credential_json(c) for c in found if c.scopes is not None)
        return
    out.print(table_of(found))


@app.command()
def revoke(
    name: Name,
    key: Annotated[
        int, typer.Argument(help="Its number, from [bold]techinfo user key list[/bold].")
    ],
    config: ConfigOption = None,
) -> None:
    """Take a key back: within seconds a running service refuses it."""
    with revoking(name, config) as file:
        if key not in {c.id for c in file.user(name).credentials if c.scopes is not None}:
            raise UserError(f"{name!r} has no key {key}", name=name)
        file.revoke(name, key, datetime.now(UTC))
    out.print(f"key {key} of {name} is revoked", markup=False)


def table_of(credentials: Iterable[StoredCredential]) -> Table:
    """Those that are keys, with everything but the hash."""
    made = table("key", *COLUMNS, "for")
    for c in credentials:
        if c.scopes is not None:
            made.add_row(*cells(c), c.scopes)
    return made
