"""The section about an issuer of access tokens other than this service.

The words beside a key are what the documentation of the settings takes over.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from techinfo.config.network import checked_server
from techinfo.config.secrets import Located, Name, Section

_Text = Annotated[str, Field(pattern=r"^[!-~]{1,255}$")]


class IssuerSettings(Section):
    """Another issuer of access tokens, whose signed tokens (JWT) are taken, too."""

    issuer: _Text
    """What it calls itself: the claim ``iss``, letter by letter."""
    jwks_url: Annotated[str, AfterValidator(checked_server), Field(max_length=255)]
    """Where its public keys are (RFC 7517). They are read when they are needed, and again when a
    token names one that is new."""
    audience: _Text
    """What it calls this service: the claim ``aud``. A token for anybody else opens nothing."""
    user_claim: _Text = "sub"
    """The claim that says who asks; of client credentials ``sub`` is the client (RFC 9068)."""
    users: dict[Annotated[str, Field(min_length=1, max_length=255)], Name] = Field(default={})
    """What that claim says, and the user here whom it means. Empty: it is the user's name. A user
    who is not there is not made, and none gets a right by its token."""
    scope_claim: _Text = "scope"
    """The claim with the scopes, with blanks between or as a list. Only those of docs/tokens.md
    count, and ``admin`` never."""
    types: Annotated[tuple[_Text, ...], Field(min_length=1)] = ("at+jwt", "application/at+jwt")
    """What the header ``typ`` may be (RFC 9068). An issuer that writes ``JWT`` needs it here."""
    algorithms: Annotated[
        tuple[Literal["RS256", "RS512", "PS256", "PS512", "ES256", "ES512", "Ed25519"], ...],
        Field(min_length=1),
    ] = ("RS256", "ES256")
    """How it may sign."""
    leeway_s: Annotated[int, Field(ge=0, le=300)] = 30
    """By how much its clock and ours may differ."""
    ca_file: Located | None = None
    """Certificates that are trusted instead of the system's."""
