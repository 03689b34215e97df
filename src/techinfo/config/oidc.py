"""Settings of a log-in on the page by an OpenID provider."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from techinfo.config.network import checked_server
from techinfo.config.secrets import (
    Located,
    Name,
    SecretFile,
    SecretVariable,
    Section,
    context_of,
    referred,
)

BACK = "/login/oidc/back"
"""Where the page is come back to, behind its own prefix."""
_OWN_SCOPE = "openid"


class OidcSettings(Section):
    """An OpenID provider whose people log in on the page, as users that exist here."""

    issuer: Annotated[str, AfterValidator(checked_server), Field(max_length=255)]
    """The provider's issuer, such as ``https://login.example/realms/co``; its configuration is read
    below ``/.well-known/openid-configuration``."""
    client_id: Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,255}$")]
    """What the provider calls this service."""
    client_secret_file: SecretFile | None = None
    """A file that holds the client's secret. Left out, as the other: a public client."""
    client_secret_env: SecretVariable | None = None
    """The variable of the environment that holds it."""
    redirect_uri: Annotated[str, AfterValidator(checked_server), Field(max_length=255)]
    """Where the page is, seen from a browser, with ``/login/oidc/back`` behind it; the provider is
    told the same."""
    scopes: tuple[Annotated[str, Field(pattern=r"^[\x21\x23-\x5b\x5d-\x7e]{1,64}$")], ...] = (
        "openid",
        "profile",
    )
    """What is asked for."""
    claim: Annotated[str, Field(min_length=1, max_length=64)] = "sub"
    """The claim that says who it is. ``email`` counts where ``email_verified`` says so."""
    users: dict[Annotated[str, Field(min_length=1, max_length=255)], Name] = Field(default={})
    """Value of the claim -> login name of a user that exists here. Nobody else is let in, and what
    they may is what that user may."""
    same_names: bool = False
    """Whether a value that ``users`` does not name is a login name itself. For a claim that people
    cannot choose."""
    name: Annotated[str, Field(min_length=1, max_length=64)] = "OpenID"
    """What the page calls the provider."""
    ca_file: Located | None = None
    """Certificates that are trusted instead of the system's."""
    leeway_s: Annotated[int, Field(ge=0, le=300)] = 60
    """By how much the provider's clock may be wrong."""
    _secret: SecretStr = PrivateAttr(default=SecretStr(""))

    @field_validator("scopes")
    @classmethod
    def _with_own(cls, found: tuple[str, ...]) -> tuple[str, ...]:
        if _OWN_SCOPE not in found:
            raise ValueError(f"has no {_OWN_SCOPE}, without which nobody is told who it is")
        return found

    @field_validator("redirect_uri")
    @classmethod
    def _to_the_page(cls, found: str) -> str:
        if not found.endswith(BACK):
            raise ValueError(f"does not end in {BACK}")
        return found

    @model_validator(mode="after")
    def _found(self, info: ValidationInfo) -> Self:
        if not self.users and not self.same_names:
            raise ValueError("lets nobody in: name users, or same_names = true")
        ways = {
            "client_secret_file": self.client_secret_file,
            "client_secret_env": self.client_secret_env,
        }
        if any(ways.values()):
            secret = referred(ways, context_of(info)).decode("utf-8", "replace")
            if not secret.isprintable() or not secret:
                raise ValueError("the client's secret is empty, or no line of text")
            self._secret = SecretStr(secret)
        return self

    @property
    def secret(self) -> SecretStr:
        """The client's secret, whichever way it was given; empty: there is none."""
        return self._secret
