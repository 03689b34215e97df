"""How command lines are reached: the sessions, and who logs in with what."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import Field, PrivateAttr, SecretStr, ValidationInfo, model_validator

from techinfo.config.secrets import (
    Context,
    Located,
    Name,
    Network,
    SecretFile,
    SecretVariable,
    Section,
    context_of,
    referred,
)

LOGIN_SECRETS: Final = ("password", "key", "key_password", "enable")
"""Each with ``_file``, and all but the key with ``_env``; never the secret itself."""


class SshSettings(Section):
    """How many sessions are held on command lines, and for how long."""

    memory: Located = Path("ssh.json")
    """The file in which it is remembered what host keys devices have, and which log-ins were
    refused; it is created where there is none, its folder is not."""
    sessions: Annotated[int, Field(ge=1, le=64)] = 8
    """Sessions that are open at the same time, at most; more than eight gain little."""
    idle_s: Annotated[float, Field(ge=0.0, le=600.0)] = 30.0
    """Seconds after which a session that nobody needs is ended: devices have few lines."""


class DangerSettings(Section):
    """What does more than read, each off until it is switched on (docs/cable-test.md)."""

    cable_test: bool = False
    """Whether cables may be tested on command lines: a test takes the link of the port down. Who
    may ask for one is said of each user (``cable_test``). API and collector read it; to switch it
    on, both are restarted."""
    cable_test_login: Name | None = None
    """The log-in of ``[logins]`` that tests, and does nothing else; its ``networks`` say where. On
    most switches it needs more rights than one that reads."""

    @model_validator(mode="after")
    def _by_whom(self) -> Self:
        if self.cable_test and self.cable_test_login is None:
            raise ValueError("cable_test needs cable_test_login: a log-in of its own")
        return self


class LoginSettings(Section):
    """Who logs in on command lines, and with what. Use one that may only read.

    A secret stands in a file or a variable, never here. There is a password or a key.
    """

    user: Annotated[str, Field(pattern=r"^[^\s\x00-\x1f]{1,64}$")]
    """The user's name on the devices."""
    password_file: SecretFile | None = None
    """A file that holds the password; a line end at its end is no part of it."""
    password_env: SecretVariable | None = None
    """The variable of the environment that holds it."""
    key_file: SecretFile | None = None
    """A private key in OpenSSH's form or in PEM, in place of a password."""
    key_password_file: SecretFile | None = None
    """A file that holds what the key is locked with."""
    key_password_env: SecretVariable | None = None
    """The variable of the environment that holds it."""
    enable_file: SecretFile | None = None
    """A file that holds the secret for more rights. Without it none are asked for."""
    enable_env: SecretVariable | None = None
    """The variable of the environment that holds it."""
    networks: Annotated[tuple[Network, ...], Field(min_length=1)] | None = None
    """Networks that it may be sent to, and nowhere else. Left out: it is sent to whatever device
    is asked with it."""
    _secrets: dict[str, SecretStr] = PrivateAttr(default={})

    @model_validator(mode="after")
    def _found(self, info: ValidationInfo) -> Self:
        context = context_of(info)
        given = {name for name in LOGIN_SECRETS if self._ways(name)}
        if ("password" in given) == ("key" in given):
            raise ValueError("needs exactly one of password_file, password_env and key_file")
        if "key_password" in given and "key" not in given:
            raise ValueError("has what a key is locked with, and no key_file")
        self._secrets = {name: SecretStr(self._text(name, context)) for name in sorted(given)}
        return self

    def _ways(self, name: str) -> dict[str, Path | str]:
        ways = {way: getattr(self, way, None) for way in (f"{name}_file", f"{name}_env")}
        return {way: value for way, value in ways.items() if value is not None}

    def _text(self, name: str, context: Context) -> str:
        ways = {f"{name}_file": None, f"{name}_env": None, **self._ways(name)}
        try:
            text = referred(ways, context).decode("utf-8")
        except UnicodeDecodeError:
            raise ValueError(f"the {name} is not UTF-8") from None
        if not text or ("\n" in text and name != "key"):
            raise ValueError(f"the {name} is empty, or has more than a line")
        return text

    def secret(self, name: str) -> str:
        """One of `LOGIN_SECRETS`; empty: it is not given."""
        found = self._secrets.get(name)
        return found.get_secret_value() if found is not None else ""
