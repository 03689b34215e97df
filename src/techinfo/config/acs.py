"""The section about ACS servers, which tell of CPEs that nobody asks themselves.

The words beside a key are what the documentation of the settings takes over.
"""

from __future__ import annotations

from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, PrivateAttr, SecretStr, ValidationInfo, model_validator

from techinfo.config.network import checked_server
from techinfo.config.secrets import (
    Located,
    Network,
    SecretFile,
    SecretVariable,
    Section,
    context_of,
    referred,
)


def _server(found: str) -> str:
    """The URL of a server, which may be asked in the clear where no password goes with it."""
    url = urlsplit(found)
    checked_server(url._replace(scheme="https").geturl() if url.scheme == "http" else found)
    return found.rstrip("/")


class AcsSettings(Section):
    """An ACS that tells of CPEs: GenieACS, by its northbound interface (docs/acs.md)."""

    url: Annotated[str, AfterValidator(_server), Field(max_length=255)]
    """Everything before ``/devices``, such as ``https://acs.example:7557``."""
    user: Annotated[str, Field(pattern=r"^[^:\x00-\x1f]{1,255}$")] | None = None
    """Who is logged in by Basic: the interface has no authentication, a proxy before it may have.
    Left out: it is asked without. With a password over https alone."""
    password_file: SecretFile | None = None
    """A file that holds the password."""
    password_env: SecretVariable | None = None
    """The variable of the environment that holds it."""
    networks: tuple[Network, ...] = ()
    """Networks that the server's address has to be in; nothing is sent elsewhere, wherever its name
    leads. Left out: it may be any."""
    ca_file: Located | None = None
    """Certificates that are trusted instead of the system's."""
    timeout_s: Annotated[float, Field(gt=0, le=60)] = 4.0
    """Seconds that the server is waited for; less than ``collect.deadline_s``, so that an answer
    says what is wrong."""
    _secret: SecretStr = PrivateAttr(default=SecretStr(""))

    @model_validator(mode="after")
    def _found(self, info: ValidationInfo) -> Self:
        ways = {"password_file": self.password_file, "password_env": self.password_env}
        if self.user is None:
            if any(way is not None for way in ways.values()):
                raise ValueError("has a password, and no user")
            return self
        checked_server(self.url)
        secret = referred(ways, context_of(info))
        try:
            self._secret = SecretStr(secret.decode("utf-8"))
        except UnicodeDecodeError:
            raise ValueError("the password is not UTF-8") from None
        if not secret:
            raise ValueError("the password is empty")
        return self

    @property
    def secret(self) -> SecretStr:
        """The password, whichever way it was given; empty: there is none."""
        return self._secret
