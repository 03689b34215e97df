"""``techinfo tokens``: the access tokens that hold, and how they are taken back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from techinfo.cli.console import err, out, print_objects, table
from techinfo.cli.options import ConfigOption, JsonLinesOption, settings_of
from techinfo.errors import ConfigError
from techinfo.store.tokens import TokensFile

app = typer.Typer(
    help="Access tokens (OAuth 2.0), which clients get for their passwords at"
    " [bold]POST /oauth2/token[/bold].\n\n"
    "A token ends by itself after a quarter of an hour, and with its user or password at once."
    " Keys of scripts: [bold]techinfo user key[/bold].",
    no_args_is_help=True,
)
UserOption = Annotated[str | None, typer.Option("--user", help="Of this user alone.")]


@app.command("list")
def list_(
    user: UserOption = None, as_json: JsonLinesOption = False, config: ConfigOption = None
) -> None:
    """Show the tokens that have not ended; the token itself is kept nowhere."""
    now = datetime.now(UTC)
    with _tokens_file(config) as file:
        holding = [token for token in file.tokens(user) if now < token.ends]
    if as_json:
        print_objects(
            {
                "id": token.id,
                "user": token.user,
                "scopes": token.scopes.split(),
                "created": token.created,
                "ends": token.ends,
                "address": token.address,
            }
            for token in holding
        )
        return
    shown = table("token", "user", "for", "made", "ends", "from")
    for token in holding:
        made, ends = (f"{at:%Y-%m-%d %H:%M:%SZ}" for at in (token.created, token.ends))
        shown.add_row(token.id, token.user, token.scopes, made, ends, token.address)
    out.print(shown)


@app.command()
def revoke(
    token: Annotated[
        str | None, typer.Argument(help="From [bold]techinfo tokens list[/bold].")
    ] = None,
    user: UserOption = None,
    everybody: Annotated[bool, typer.Option("--all", help="All tokens of all users.")] = False,
    config: ConfigOption = None,
) -> None:
    """Take tokens back: a running service refuses them from the next request on.

    Who still has the password gets another: take that back, too (techinfo user).

    Example: [bold]techinfo tokens revoke --user isp-1[/bold]
    """
    if (token is not None) + (user is not None) + everybody != 1:
        raise ConfigError("name a token, or --user, or --all", key="tokens revoke")
    with _tokens_file(config) as file:
        number = file.revoke(token_id=token, user=user)
    if token is not None and not number:
        raise ConfigError(f"there is no token {token!r}", key="tokens revoke")
    err.print(f"{number} taken back", markup=False)


@contextmanager
def _tokens_file(config: Path | None) -> Iterator[TokensFile]:
    settings = settings_of(config).tokens
    if not settings.enabled:
        raise ConfigError("there are no tokens: it is false", key="tokens.enabled")
    with TokensFile.open(settings.path) as file:
        yield file
