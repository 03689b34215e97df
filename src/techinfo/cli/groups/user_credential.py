"""``techinfo user credential``: the passwords of a user, several of which may hold at a time."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from argon2 import PasswordHasher
from rich.table import Table
from rich.text import Text

from techinfo.access.own_password import LEAST_OF_A_PASSWORD
from techinfo.cli.console import err, out, print_objects, table
from techinfo.cli.options import ConfigOption, JsonLinesOption, settings_of
from techinfo.config.secrets import in_file
from techinfo.errors import ConfigError, StoreError
from techinfo.store.user_records import StoredCredential
from techinfo.store.users import UsersFile

app = typer.Typer(help="Passwords of a user; several may hold at a time.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="What the user logs in with.")]
LabelOption = Annotated[str, typer.Option("--label", help="What it is for, in your words.")]
ExpiresOption = Annotated[
    str | None,
    typer.Option("--expires", help="When it ends: 90d, 2027-01-31, 2027-01-31T12:00:00Z."),
]
PasswordFileOption = Annotated[
    Path | None,
    typer.Option("--password-file", help="A file that holds the password, and nothing else."),
]
PromptOption = Annotated[
    bool, typer.Option("--prompt", help="Ask for the password on the terminal, without echo.")
]


@app.command()
def add(
    name: Name,
    label: LabelOption = "",
    expires: ExpiresOption = None,
    password_file: PasswordFileOption = None,
    prompt: PromptOption = False,
    config: ConfigOption = None,
) -> None:
    """Give a user a further password; those that it has go on holding.

    So a password is changed without a gap: add one, let the provider switch over, look at
    [bold]techinfo user credential list[/bold] whether the old one is still used, and revoke it.
    A running service takes it over within seconds.
    """
    with users_file(config) as file:
        give(file, name, label=label, expires=expires, password_file=password_file, prompt=prompt)


@app.command("list")
def list_(name: Name, as_json: JsonLinesOption = False, config: ConfigOption = None) -> None:
    """Show the credentials of a user: when they end, and when and from where they were last used.

    Neither passwords nor hashes are shown.
    """
    with users_file(config) as file:
        found = [c for c in file.user(name).credentials if c.scopes is None]
    if as_json:
        print_objects(map(credential_json, found))
        return
    out.print(table_of(found))


@app.command()
def revoke(
    name: Name,
    credential: Annotated[
        int, typer.Argument(help="Its number, from [bold]techinfo user credential list[/bold].")
    ],
    config: ConfigOption = None,
) -> None:
    """Take a password back: within seconds a running service refuses it.

    Example: [bold]techinfo user credential revoke isp-1 1[/bold]
    """
    with revoking(name, config) as file:
        file.revoke(name, credential, datetime.now(UTC))
    out.print(f"credential {credential} of {name} is revoked", markup=False)


def users_file(config: Path | None) -> UsersFile:
    """The users' file that the settings name.

    Raises:
        ConfigError: It cannot be opened.
    """
    return UsersFile.open(settings_of(config).service.users_file)


@contextmanager
def revoking(name: str, config: Path | None) -> Iterator[UsersFile]:
    """The users' file, to take something back; when that cannot be written, it is said loudly.

    Raises:
        ConfigError: It cannot be opened or written.
    """
    try:
        with users_file(config) as file:
            yield file
    except StoreError:
        err.print(
            f'NOTHING was taken back, {name} may still ask! Write deny_users = ["{name}"] below'
            " [service] in the settings and send the service SIGHUP: that needs no users' file.",
            markup=False,
        )
        raise


def give(
    file: UsersFile,
    name: str,
    *,
    label: str,
    expires: str | None,
    password_file: Path | None,
    prompt: bool,
) -> None:
    """Give a user a password, and show it if it was made here.

    Raises:
        ConfigError: The password or the time is none.
        UserError: There is no such user, or it has too many credentials.
    """
    ends = time_of(expires)
    file.user(name)
    password = chosen(password_file, prompt=prompt)
    made = password is None
    password = password or secrets.token_urlsafe(24)
    number = file.add_credential(
        name, PasswordHasher().hash(password), label=label, now=datetime.now(UTC), expires=ends
    )
    err.print(f"credential {number} of {name} is made", markup=False)
    if made:
        err.print("its password, which is shown this once and kept nowhere:")
        print(password)


def chosen(password_file: Path | None, *, prompt: bool) -> str | None:
    """The password that somebody chose; ``None`` when one is to be made.

    Raises:
        ConfigError: It cannot be read, or is too short.
    """
    if password_file is not None and prompt:
        raise ConfigError("is one way, --prompt the other; take one", key="--password-file")
    if password_file is not None:
        try:
            password = in_file(password_file).decode("utf-8")
        except UnicodeDecodeError:
            raise ConfigError("is not UTF-8", key="--password-file") from None
        except ValueError as error:
            raise ConfigError(str(error), key="--password-file") from None
    elif prompt:
        password = typer.prompt("password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        return None
    if len(password) < LEAST_OF_A_PASSWORD:
        raise ConfigError(f"has {LEAST_OF_A_PASSWORD} characters at least", key="password")
    return password


def time_of(text: str | None) -> datetime | None:
    """A time to come: in so many days, on a day (UTC), or with its zone.

    Raises:
        ConfigError: It is none, or has passed.
    """
    if text is None:
        return None
    now = datetime.now(UTC)
    if days := re.fullmatch(r"([0-9]{1,4})d", text):
        return now + timedelta(days=int(days[1]))
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(
            f"{text!r} is neither 90d nor 2027-01-31 nor 2027-01-31T12:00:00Z", key="--expires"
        ) from None
    found = found.replace(tzinfo=UTC) if found.tzinfo is None else found
    if found <= now:
        raise ConfigError(f"{text} has passed", key="--expires")
    return found


def table_of(credentials: Iterable[StoredCredential]) -> Table:
    """Credentials with everything but the hash."""
    made = table("credential", *COLUMNS)
    for c in credentials:
        made.add_row(*cells(c))
    return made


COLUMNS = ("state", "made", "ends", "last used", "from", "label")


def cells(c: StoredCredential) -> tuple[str | Text, ...]:
    """The number of a credential, and what `COLUMNS` name."""
    use = c.last_use
    return (
        str(c.id),
        _state(c),
        shown(c.created),
        shown(c.expires) if c.expires else "never",
        shown(use.at) if use else "never",
        use.address if use else "",
        Text(c.label),
    )


def credential_json(c: StoredCredential) -> dict[str, Any]:
    """A credential as JSON has it, without the hash; a key has its scopes."""
    use = c.last_use
    return {
        "id": c.id,
        "user": c.user,
        "state": _state(c),
        "created": c.created,
        "expires": c.expires,
        "revoked": c.revoked,
        "last_used": use.at if use else None,
        "last_address": use.address if use else None,
        "label": c.label,
        "scopes": None if c.scopes is None else c.scopes.split(),
    }


def _state(c: StoredCredential) -> str:
    return "holds" if c.holds(datetime.now(UTC)) else "revoked" if c.revoked else "ended"


def shown(at: datetime) -> str:
    """A time to the minute, UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%MZ")
