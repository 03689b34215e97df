"""``techinfo user``: who may ask, with which passwords, from where, how much, and in which form."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from argon2 import PasswordHasher

from techinfo.access.logins import options_of
from techinfo.access.viewer import Role
from techinfo.cli.console import err, out, print_objects, table
from techinfo.cli.groups import user_credential, user_key
from techinfo.cli.groups.user_credential import (
    ExpiresOption,
    LabelOption,
    Name,
    PasswordFileOption,
    PromptOption,
    chosen,
    give,
    revoking,
    shown,
    table_of,
    users_file,
)
from techinfo.cli.options import ConfigOption, JsonLinesOption, YesOption, settings_of
from techinfo.config import Settings
from techinfo.errors import ConfigError, UserError
from techinfo.store.user_records import StoredQuota, StoredUser
from techinfo.store.users import UsersFile

_KEYS = tuple(f.name for f in fields(StoredQuota))


def quota(
    provider: Annotated[str, typer.Argument(help="The provider, as the inventory spells it.")],
    requests_per_minute: Annotated[
        int | None, typer.Option(min=1, max=100_000, help="Requests in any minute.")
    ] = None,
    misses_per_hour: Annotated[
        int | None, typer.Option(min=1, max=100_000, help="Look-ups in any hour that find nothing.")
    ] = None,
    in_flight: Annotated[
        int | None, typer.Option(min=1, max=10_000, help="Requests answered at the same time.")
    ] = None,
    waiting: Annotated[
        int | None, typer.Option(min=0, max=100_000, help="Requests that wait for their turn.")
    ] = None,
    as_usual: Annotated[
        bool, typer.Option("--as-usual", help="Take back what was said of this provider.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Say what one provider may ask for, all its users together, or show it.

    What is not said is as [bold]quotas.providers.NAME[/bold] of the configuration has it, else as
    [bold]quotas[/bold] has it for every provider. A running service takes it over within seconds.

    Example: [bold]techinfo user quota isp-1 --requests-per-minute 600[/bold]
    """
    numbers = dict(
        zip(_KEYS, (requests_per_minute, misses_per_hour, in_flight, waiting), strict=True)
    )
    new = {key: value for key, value in numbers.items() if value is not None}
    if new and as_usual:
        raise ConfigError("and numbers exclude each other", key="--as-usual")
    settings = settings_of(config)
    with UsersFile.open(settings.service.users_file) as file:
        before = file.quotas().get(provider, StoredQuota())
        old = {key: getattr(before, key) for key in _KEYS}
        now = StoredQuota() if as_usual else StoredQuota(**(old | new))
        if now != before:
            file.set_quota(provider, now)
    for key in _KEYS:
        sources = (now, settings.quotas.providers.get(provider), settings.quotas)
        values = [getattr(source, key) for source in sources if source is not None]
        out.print(f"{key}: {next(value for value in values if value is not None)}")


app = typer.Typer(
    help="Users of the service: providers, the operator's engineers, operators.\n\n"
    "They stand in a file of their own ([bold]service.users_file[/bold]), which a running service"
    " looks at once a second, or in the configuration ([bold]users.NAME[/bold]); a name stands in"
    " one of them. Passwords are made here and shown once, or read from a file or the terminal;"
    " they are never an argument, where others could see them.",
    no_args_is_help=True,
)
app.add_typer(user_credential.app, name="credential")
app.add_typer(user_key.app, name="key")
app.command()(quota)

_MOST_DIGITS = 15
_NAME = re.compile(r"[0-9A-Za-z_.@-]{1,64}")
NetworkOption = Annotated[
    list[str] | None,
    typer.Option("--network", help="From where it may ask; again for another. Else everywhere."),
]


@app.callback()
def _users() -> None:
    """Users of the service."""


@app.command("hash")
def hash_(password_file: PasswordFileOption = None) -> None:
    """Print the Argon2 hash of a password, for [bold]users.NAME.password_hash[/bold].

    The password is read from a file, or from the terminal without echo, or from standard input; it
    is never an argument, where others could see it.
    """
    if password_file is None:
        password = typer.prompt("password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        password = chosen(password_file, prompt=False)
    print(PasswordHasher().hash(password))


@app.command()
def add(
    name: Name,
    role: Annotated[Role, typer.Option(help="What it may see.")] = Role.PROVIDER,
    provider: Annotated[
        str | None,
        typer.Option(help="Whose subscriptions are its own; else those of its own name."),
    ] = None,
    network: NetworkOption = None,
    label: LabelOption = "",
    expires: ExpiresOption = None,
    password_file: PasswordFileOption = None,
    prompt: PromptOption = False,
    config: ConfigOption = None,
) -> None:
    """Make a user and its first password, which is shown this once.

    A [bold]provider[/bold] sees what its subscriptions give it, an [bold]engineer[/bold] every
    access and switch, an [bold]operator[/bold] also administers. Several users may be of one
    provider: techinfo user add isp-noc --provider isp
    """
    if name in settings_of(config).users:
        raise UserError(f"the configuration has a user {name!r} already", name=name)
    if not _NAME.fullmatch(name):
        raise UserError(f"{name!r}: a name is 1 to 64 of 0-9 A-Z a-z _ . @ -", name=name)
    if provider is not None and role is not Role.PROVIDER:
        raise ConfigError(f"an {role.value} sees every provider's", key="--provider")
    user = StoredUser(
        name=name,
        role=role.value,
        provider=(provider or name) if role is Role.PROVIDER else None,
        networks=_networks(network or []),
        created=datetime.now(UTC),
    )
    with users_file(config) as file:
        file.add(user)
        try:
            give(
                file, name, label=label, expires=expires, password_file=password_file, prompt=prompt
            )
        except BaseException:  # a user without a password would only be in the way
            file.remove(name)
            raise
    if user.provider is not None:
        err.print(f"{name} sees what provider {user.provider} holds", markup=False)


@app.command("list")
def list_(as_json: JsonLinesOption = False, config: ConfigOption = None) -> None:
    """Show all users, of the file and of the configuration, and when they last asked."""
    settings = settings_of(config)
    with users_file(config) as file:
        found = [*_of_the_file(file), *_of_the_settings(file, settings)]
    if as_json:
        print_objects(found)
        return
    users = table("user", "role", "provider", "credentials", "last used", "stands in")
    for user in found:
        last = user["last_used"]
        users.add_row(
            user["user"],
            user["role"],
            user["provider"] or "",
            user["state"] if user["state"] != "holds" else str(user["credentials"]),
            shown(last) if last else "never",
            user["stands_in"],
        )
    out.print(users)


def _of_the_file(file: UsersFile) -> Iterator[dict[str, Any]]:
    now = datetime.now(UTC)
    for user in file.users():
        yield {
            "user": user.name,
            "role": user.role,
            "provider": user.provider,
            "state": "disabled" if user.disabled else "holds",
            "credentials": sum(c.holds(now) for c in user.credentials),
            "last_used": max((c.last_use.at for c in user.credentials if c.last_use), default=None),
            "stands_in": "file",
        }


def _of_the_settings(file: UsersFile, settings: Settings) -> Iterator[dict[str, Any]]:
    now = datetime.now(UTC)
    used = {(use.user, use.credential): use.at for use in file.uses()}
    for name, found in settings.users.items():
        ended = found.expires is not None and found.expires <= now
        yield {
            "user": name,
            "role": found.role,
            "provider": (found.provider or name) if found.role == "provider" else None,
            "state": "ended" if ended else "holds",
            "credentials": int(not ended),
            "last_used": used.get((name, 0)),
            "stands_in": "configuration",
        }


@app.command()
def show(name: Name, config: ConfigOption = None) -> None:
    """Show one user of the file: role, networks, options, passwords and keys, without a secret."""
    with users_file(config) as file:
        user = file.user(name)
    out.print(f"role: {user.role}", markup=False)
    if user.provider:
        out.print(f"provider: {user.provider}", markup=False)
    out.print(f"made: {shown(user.created)}")
    if user.disabled:
        out.print(f"disabled: since {shown(user.disabled)}")
    out.print(f"networks: {', '.join(user.networks) or 'everywhere'}", markup=False)
    for option, value in user.options.items():
        out.print(f"{option}: {value}", markup=False)
    out.print(table_of(c for c in user.credentials if c.scopes is None))
    if any(c.scopes is not None for c in user.credentials):
        out.print(user_key.table_of(user.credentials))


@app.command()
def networks(
    name: Name,
    network: Annotated[
        list[str] | None, typer.Argument(help="Networks such as 192.0.2.0/24 or 2001:db8::/32.")
    ] = None,
    everywhere: Annotated[
        bool, typer.Option("--everywhere", help="Take every restriction away.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Say from where a user may ask; replaces what was said. Without a network it is shown.

    From elsewhere its passwords are wrong. Behind a proxy, [bold]service.trusted_proxies[/bold]
    must name that one, or every client seems to come from it.

    Example: [bold]techinfo user networks isp-1 192.0.2.0/24[/bold]
    """
    if network and everywhere:
        raise ConfigError("and networks exclude each other", key="--everywhere")
    with users_file(config) as file:
        if network or everywhere:
            file.restrict(name, _networks(network or []))
        out.print(", ".join(file.user(name).networks) or "everywhere", markup=False)


@app.command()
def options(
    name: Name,
    option: Annotated[
        list[str] | None, typer.Argument(help="profile=bitvis, or integer_rates, strict=no, …")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Say how a user is answered; what is not named stays. Without an option they are shown.

    [bold]profile[/bold]=onapi or bitvis: whose reading of ON-API;
    [bold]integer_rates[/bold]: queue, cir and pir as integers;
    [bold]all_speeds[/bold]: ON-API 2.3.1 tells mbps above 1000, too;
    [bold]last_known[/bold]: a silent element is answered for by what it told last, with its age;
    [bold]strict[/bold]: look-ups by interpretation are not found;
    [bold]sandbox[/bold]: is answered by the sandbox, never by a switch;
    [bold]behalf_required[/bold]: is told rows of people only with X-On-Behalf-Of, the person that
    it asks for; [bold]case_required[/bold]: only with X-Case-Reference, the ticket or case;
    [bold]cable_test[/bold]: an engineer or operator who may test cables, where the settings let
    anybody ([bold]danger.cable_test[/bold]);
    [bold]open_tickets[/bold]=500, [bold]ticket_octets[/bold]=1000000000 and
    [bold]ticket_comments[/bold]=100: what its tickets may take, where not as the settings say
    ([bold]tickets.open_per_provider[/bold] and so on), or =no.

    Example: [bold]techinfo user options isp-1 sandbox[/bold]
    """
    with users_file(config) as file:
        chosen_options = dict(file.user(name).options) | dict(map(_option, option or []))
        try:
            options_of(chosen_options)
        except ValueError as error:
            raise UserError(str(error), name=name) from None
        if option:
            file.set_options(name, chosen_options)
    for key, value in chosen_options.items():
        out.print(f"{key}: {value}", markup=False)
    if not chosen_options:
        out.print("as everybody: ON-API, without options")


@app.command()
def disable(name: Name, config: ConfigOption = None) -> None:
    """Refuse all passwords of a user, within seconds, and forget nothing."""
    with revoking(name, config) as file:
        file.disable(name, datetime.now(UTC))
    out.print(f"{name} is disabled; techinfo user enable {name} lets it in again", markup=False)


@app.command()
def enable(name: Name, config: ConfigOption = None) -> None:
    """Let a disabled user in again, with the passwords that still hold."""
    with users_file(config) as file:
        file.disable(name, None)
    out.print(f"{name} may ask", markup=False)


@app.command()
def remove(
    name: Name,
    yes: YesOption = False,
    config: ConfigOption = None,
) -> None:
    """Erase a user with all credentials. The audit log keeps what it asked."""
    with revoking(name, config) as file:
        file.user(name)
        if not yes:
            typer.confirm(f"erase {name}?", abort=True, err=True)
        file.remove(name)
    err.print(f"{name} is erased", markup=False)


def _networks(found: list[str]) -> tuple[str, ...]:
    try:
        return tuple(str(ipaddress.ip_network(network)) for network in found)
    except ValueError as error:
        raise ConfigError(f"{error}; a network is written 192.0.2.0/24", key="network") from None


def _option(text: str) -> tuple[str, str | bool | int]:
    key, _, value = text.partition("=")
    if value.isascii() and value.isdecimal() and len(value) <= _MOST_DIGITS:
        return key.replace("-", "_"), int(value)
    truth = {"": True, "yes": True, "true": True, "no": False, "false": False}
    return key.replace("-", "_"), truth.get(value.lower(), value)
