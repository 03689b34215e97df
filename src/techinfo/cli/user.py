"""``techinfo user``: password hashes for the configuration."""

from __future__ import annotations

import typer
from argon2 import PasswordHasher

app = typer.Typer(help="Users of the service.", no_args_is_help=True)


@app.callback()
def _users() -> None:
    """Users of the service."""


@app.command("hash")
def hash_() -> None:
    """Ask for a password and print its Argon2 hash, for [bold]users.NAME.password_hash[/bold].

    The password is read from the terminal without echo, or from standard input; it is never an
    argument, where others could see it.
    """
    password = typer.prompt("password", hide_input=True, confirmation_prompt=True, err=True)
    print(PasswordHasher().hash(password))
