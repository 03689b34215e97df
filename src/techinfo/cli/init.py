"""``techinfo init``: six questions, and a configuration that works."""

from __future__ import annotations

import ipaddress
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from techinfo.cli.console import err
from techinfo.errors import ConfigError

_LEAST_OF_A_KEY = 8
"""RFC 3414, 11.2."""
_CONFIG = "techinfo.toml"
_NAME = re.compile(r"[0-9A-Za-z_.@-]{1,64}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Answers:
    """What was answered.

    Attributes:
        networks: Where the switches are managed: the credential is sent nowhere else.
        user: Of SNMPv3; empty: SNMPv2c, by a community.
        secrets: File -> the secret that it will hold.
    """

    folder: Path
    networks: tuple[str, ...]
    user: str
    secrets: dict[str, str]
    host: str
    port: int
    operator: str


def init(
    folder: Annotated[Path | None, typer.Option(help="Where configuration and data go.")] = None,
    network: Annotated[
        list[str] | None,
        typer.Option(help="Network in which switches are managed; may be repeated."),
    ] = None,
    snmp_user: Annotated[
        str | None, typer.Option(help='User of SNMPv3; "" for SNMPv2c with a community.')
    ] = None,
    community_file: Annotated[Path | None, typer.Option(help="Holds the community.")] = None,
    auth_key_file: Annotated[
        Path | None, typer.Option(help="Holds the passphrase for authentication (SHA-256).")
    ] = None,
    priv_key_file: Annotated[
        Path | None, typer.Option(help="Holds the passphrase for privacy (AES-128).")
    ] = None,
    listen: Annotated[str | None, typer.Option(help="Address and port of the service.")] = None,
    operator: Annotated[str | None, typer.Option(help="Login name of the first user.")] = None,
) -> None:
    """Ask six questions and write a configuration that works.

    Asked for are the folder, the management networks, the SNMPv3 user or the community, where the
    service listens, and who the first operator is. Each has an option; where nobody can be asked,
    what is not given is its default, or an error. Secrets go into files of their own that only you
    can read, never into the configuration, and never are an argument. Nothing is overwritten.

    Example: [bold]techinfo init --folder /etc/techinfo --network 192.0.2.0/24[/bold]
    """
    where = (folder or Path(_asked("folder for configuration and data", ".", "--folder"))).resolve()
    if (where / _CONFIG).exists():
        raise ConfigError(f"{where / _CONFIG} is there already; nothing is written", key="--folder")
    given = ",".join(network or [])
    networks = _networks(
        given or _asked("networks in which switches are managed, by commas", None, "--network")
    )
    files = {
        "community": community_file,
        "auth-key": auth_key_file,
        "priv-key": priv_key_file,
    }
    if snmp_user is None:
        of_v3 = auth_key_file or priv_key_file
        fallback = None if of_v3 else ""
        snmp_user = _asked("SNMPv3 user (empty: SNMPv2c with a community)", fallback, "--snmp-user")
    secrets = _secrets(snmp_user, files)
    host, port = _listening(
        listen or _asked("address and port of the service", "127.0.0.1:8080", "--listen")
    )
    name = operator or _asked("login name of the first operator", "operator", "--operator")
    if not _NAME.fullmatch(name):
        raise ConfigError("a name is 1 to 64 of 0-9 A-Z a-z _ . @ -", key="--operator")
    answers = Answers(
        folder=where,
        networks=networks,
        user=snmp_user,
        secrets=secrets,
        host=host,
        port=port,
        operator=name,
    )
    _write(answers)
    _first_user(answers)
    config = where / _CONFIG
    err.print(
        f"written: {config}\nnext:\n"
        f"  techinfo discover {networks[0]} --config {config}\n"
        f"  techinfo inventory example --yaml     # or inventory netbox\n"
        f"  techinfo inventory import FILE --config {config}\n"
        f"  techinfo serve --config {config}",
        markup=False,
        soft_wrap=True,
    )


def _asked(question: str, fallback: str | None, option: str, *, secret: bool = False) -> str:
    """An answer from the terminal; where there is none, the fallback.

    Raises:
        ConfigError: Nobody is there to be asked, and there is no fallback.
    """
    if not sys.stdin.isatty():
        if fallback is None:
            raise ConfigError("is needed where nobody can be asked", key=option)
        return fallback
    answer: str = typer.prompt(question, default=fallback, hide_input=secret, err=True)
    return answer.strip()


def _networks(found: str) -> tuple[str, ...]:
    try:
        networks = tuple(str(ipaddress.ip_network(one.strip())) for one in found.split(","))
    except ValueError as error:
        raise ConfigError(f"is no network such as 192.0.2.0/24: {error}", key="--network") from None
    return networks


def _listening(found: str) -> tuple[str, int]:
    host, _, port = found.rpartition(":")
    host = host.strip("[]")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise ConfigError("is not an address and a port, such as 127.0.0.1:8080", key="--listen")
    return host, int(port)


def _secrets(user: str, files: dict[str, Path | None]) -> dict[str, str]:
    """The secrets that are needed, by the file that each will stand in."""
    words = {
        "community": "SNMP community",
        "auth-key": "passphrase for authentication (SHA-256)",
        "priv-key": "passphrase for privacy (AES-128)",
    }
    needed = ("auth-key", "priv-key") if user else ("community",)
    unneeded = [name for name, file in files.items() if file is not None and name not in needed]
    if unneeded:
        other = "SNMPv2c" if user else "SNMPv3"
        raise ConfigError(f"is for {other}", key=f"--{unneeded[0]}-file")
    found: dict[str, str] = {}
    for name in needed:
        option, file = f"--{name}-file", files[name]
        found[name] = (
            _in_file(file, option)
            if file is not None
            else _asked(words[name], None, option, secret=True)
        )
        least = 1 if name == "community" else _LEAST_OF_A_KEY
        if len(found[name].encode()) < least:
            raise ConfigError(f"has fewer than {least} octets", key=option)
    return found


def _in_file(file: Path, option: str) -> str:
    from techinfo.config.secrets import in_file

    try:
        return in_file(file).decode("utf-8")
    except UnicodeDecodeError:
        raise ConfigError(f"{file} is not UTF-8", key=option) from None
    except ValueError as error:
        raise ConfigError(str(error), key=option) from None


def _write(answers: Answers) -> None:
    """All files, none of which may be there; the configuration last, and checked."""
    from techinfo.config import load

    text = _toml(answers)
    try:
        answers.folder.mkdir(parents=True, exist_ok=True)
        for name, secret in answers.secrets.items():
            _new(answers.folder / name, f"{secret}\n", mode=0o600)
        _new(answers.folder / _CONFIG, text, mode=0o640)
    except OSError as error:
        raise ConfigError(f"{error.filename}: {error.strerror}", key="--folder") from error
    load(answers.folder / _CONFIG, {})


def _new(path: Path, text: str, *, mode: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
        file.write(text)


def _toml(answers: Answers) -> str:
    from techinfo.config.reference import as_toml

    keys: dict[str, object]
    if answers.user:
        keys = {
            "user": answers.user,
            "auth": "SHA-256",
            "auth_key_file": "auth-key",
            "priv": "AES-128",
            "priv_key_file": "priv-key",
        }
    else:
        keys = {"community_file": "community"}
    credential = [f"{key} = {as_toml(value)}" for key, value in keys.items()]
    return "\n".join(
        [
            "# Every setting: techinfo config explain SECTION, or docs/settings.md.",
            "# Paths count from the folder of this file.",
            "",
            "[service]",
            f"host = {as_toml(answers.host)}  # TLS is a proxy's business",
            f"port = {answers.port}",
            "",
            "[credentials.default]",
            *credential,
            f"networks = {as_toml(answers.networks)}  # it is sent nowhere else",
            "",
        ]
    )


def _first_user(answers: Answers) -> None:
    """The operator, whose password is printed this once."""
    from datetime import UTC, datetime

    from techinfo.cli.groups.user_credential import give, users_file
    from techinfo.store.user_records import StoredUser

    with users_file(answers.folder / _CONFIG) as file:
        user = StoredUser(
            name=answers.operator,
            role="operator",
            provider=None,
            networks=(),
            created=datetime.now(UTC),
        )
        file.add(user)
        give(file, user.name, label="", expires=None, password_file=None, prompt=False)
