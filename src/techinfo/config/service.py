"""Sections about those who ask: how the service listens, who may ask what, and what it tells.

The words beside a key are what the documentation of the settings takes over.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationInfo,
    model_validator,
)

from techinfo.config.oidc import OidcSettings
from techinfo.config.secrets import (
    Located,
    Name,
    Network,
    Pattern,
    SecretFile,
    SecretVariable,
    Section,
    argon2_hash,
    context_of,
    referred,
)


def _zoned(found: datetime) -> datetime:
    if found.tzinfo is None:
        raise ValueError("has no zone; write 2027-01-31T00:00:00Z")
    return found


_Time = Annotated[datetime, AfterValidator(_zoned)]
EndpointName = Annotated[str, Field(pattern=r"^[a-z][0-9a-z]{0,31}$")]
"""An endpoint, as it is called in its path: accesses, subscriptions, orders, tickets."""
ServedHere = Literal[
    "accesses", "dhcplookup", "events", "option82", "services", "subscriptions", "tech", "tickets"
]
"""An endpoint that can be served here."""
Url = Annotated[str, Field(pattern=r"^https?://[0-9A-Za-z._~:\[\]-]+(/[!-~]*)?$", max_length=255)]
"""Without user and password: it is told to everybody who may ask."""


class ServiceSettings(Section):
    """Where the REST service listens."""

    host: Annotated[str, Field(min_length=1, max_length=253)] = "127.0.0.1"
    """Address or host name to listen on."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    """TCP port; 0 takes any that is free."""
    prefixes: tuple[Annotated[str, Field(pattern=r"^(/[0-9A-Za-z._~-]+)*$")], ...] = (
        "/onapi",
        "/api",
        "",
    )
    """Paths in front of the version; each serves the same. Empty: the version comes first."""
    access_id_pattern: Annotated[Pattern, Field(max_length=255)] = "^[-0-9a-zA-Z.]{1,36}$"
    """Regular expression of an accessId, in requests and in imports."""
    open_documents: bool = False
    """Whether the OpenAPI documents are told without a log-in. They say what can be asked, and
    nothing of the network."""
    contact: Annotated[
        str, Field(pattern=r"^(https?://[!-~]+|[^@\s]+@[^@\s]+)?$", max_length=255)
    ] = ""
    """A URL or mail address that the OpenAPI documents name: where people who write clients may
    ask."""
    users_file: Located = Path("users.sqlite")
    """The SQLite file of the users that ``techinfo user`` makes; they stand beside ``[users]``. It
    is created where there is none, its folder is not."""
    deny_users: tuple[Name, ...] = ()
    """Login names that are refused, wherever they stand and whatever the users' file says: for the
    hour in which that file cannot be written. SIGHUP puts it in force even when no other new
    setting can be."""
    most_connections: Annotated[int, Field(ge=1, le=65_536)] = 4096
    """Connections at the same time, and never more than half of the descriptors that are left. When
    there are so many, one that is not in use gives way; where all are in use, the next gets 503."""
    trusted_proxies: tuple[Network, ...] = ()
    """Networks of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed. From anybody
    else they are ignored."""
    tls_cert: Located | None = None
    """A file of certificates (PEM), this host's first: the service then speaks TLS itself, and
    nothing else. SIGHUP takes a new one over."""
    tls_key: Located | None = None
    """The file of its key (PEM, without a password), which not everybody can read."""

    @model_validator(mode="after")
    def _both(self) -> Self:
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ValueError("tls_cert and tls_key go together")
        return self


class PageSettings(Section):
    """The page for people: what the REST service answers, in a browser."""

    enabled: bool = True
    """Whether there is a page, and sessions to log in on it."""
    prefix: Annotated[str, Field(pattern=r"^(/[0-9A-Za-z_-]+)*$")] = ""
    """Path in front of the page's own: ``/page`` has it at ``/page/``. Empty: at ``/``."""
    sessions: Located = Path("sessions.sqlite")
    """The SQLite file of sessions, as hashes; it is created where there is none, its folder is
    not."""
    idle_minutes: Annotated[int, Field(ge=1, le=1440)] = 60
    """After so long without a request a session has ended."""
    longest_h: Annotated[int, Field(ge=1, le=168)] = 12
    """Hours after which a session has ended, however much it is used."""
    password_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    """So many days a password holds that an engineer or operator has renewed on the page. Left out:
    until the one that it replaces would have ended."""
    oidc: OidcSettings | None = None
    """An OpenID provider whose people log in on the page (docs/operate.md)."""


class TokenSettings(Section):
    """Access tokens (OAuth 2.0, client credentials), which a user gets for its password."""

    enabled: bool = True
    """Whether ``POST /oauth2/token`` gives any, and those given before are right."""
    path: Located = Path("tokens.sqlite")
    """The SQLite file of tokens, as hashes; it is created where there is none, its folder is
    not."""


class User(Section):
    """Someone who may ask. Exactly one of the three says the password."""

    role: Literal["operator", "provider", "engineer"]
    """What they may see and do."""
    provider: Name | None = None
    """Whose subscriptions are theirs, as the inventory spells it; a provider's login name, if it is
    left out. Operators and engineers have none."""
    networks: tuple[Network, ...] = ()
    """From where they may ask. Empty: from everywhere."""
    expires: _Time | None = None
    """When the password ends. Left out: never."""
    profile: Literal["onapi", "bitvis"] = "onapi"
    """Whose reading of ON-API they are answered in."""
    integer_rates: bool = False
    """queue, cir and pir as integers instead of strings."""
    all_speeds: bool = False
    """ON-API 2.3.1: tell mbps when it is none of 10, 100 and 1000, too."""
    last_known: bool = False
    """Answer for an element that is silent with what it told last, and its age."""
    strict: bool = False
    """Look-ups by interpretation are not found."""
    sandbox: bool = False
    """Is answered by the sandbox, never by a switch."""
    behalf_required: bool = False
    """Is told rows of people (MAC addresses, leases, look-ups, tickets, ...) only with the header
    X-On-Behalf-Of, which says for which person it asks."""
    case_required: bool = False
    """Is told them only with the header X-Case-Reference, which says for which ticket or case."""
    cable_test: bool = False
    """An engineer or operator who may test cables, where ``danger.cable_test`` lets anybody."""
    open_tickets: Annotated[int, Field(ge=1)] | None = None
    """Tickets that it may have open; else ``tickets.open_per_provider``."""
    ticket_octets: Annotated[int, Field(ge=1)] | None = None
    """Octets that its tickets may take; else ``tickets.octets_per_provider``."""
    ticket_comments: Annotated[int, Field(ge=1)] | None = None
    """Comments that a ticket of its may have; else ``tickets.comments_per_ticket``."""
    password_hash: Annotated[SecretStr, AfterValidator(argon2_hash)] | None = None
    """argon2 hash of the password."""
    password_file: SecretFile | None = None
    """A file that holds the hash, or the password itself."""
    password_env: SecretVariable | None = None
    """The variable of the environment that holds the hash, or the password itself."""
    _secret: SecretStr = PrivateAttr(default=SecretStr(""))

    @model_validator(mode="after")
    def _whose(self) -> Self:
        if self.provider is not None and self.role != "provider":
            raise ValueError(f"an {self.role} sees every provider's; take provider away")
        return self

    @model_validator(mode="after")
    def _found(self, info: ValidationInfo) -> Self:
        secret = referred(
            {
                "password_hash": self.password_hash,
                "password_file": self.password_file,
                "password_env": self.password_env,
            },
            context_of(info),
        )
        if not secret:
            raise ValueError("the password is empty")
        if secret.startswith(b"$argon2"):
            self._secret = argon2_hash(SecretStr(secret.decode("ascii", "replace")))
        else:
            from argon2 import PasswordHasher

            self._secret = SecretStr(PasswordHasher().hash(secret))
        return self

    @property
    def secret(self) -> SecretStr:
        """The argon2 hash of the password, whichever way it was given."""
        return self._secret


class QuotaOfOne(Section):
    """What one provider may ask for. What is left out is as for every provider."""

    requests_per_minute: Annotated[int, Field(ge=1, le=100_000)] | None = None
    """Requests in any minute."""
    misses_per_hour: Annotated[int, Field(ge=1, le=100_000)] | None = None
    """Look-ups in any hour that find nothing."""
    in_flight: Annotated[int, Field(ge=1, le=10_000)] | None = None
    """Requests that are answered at the same time."""
    waiting: Annotated[int, Field(ge=0, le=100_000)] | None = None
    """Requests that wait for their turn behind those."""


class QuotaSettings(Section):
    """What every provider may ask for. What an operator or engineer asks is only counted."""

    requests_per_minute: Annotated[int, Field(ge=1, le=100_000)] = 1200
    """Requests in any minute."""
    misses_per_hour: Annotated[int, Field(ge=1, le=100_000)] = 300
    """Look-ups (dhcplookup, option82) in any hour that find nothing."""
    in_flight: Annotated[int, Field(ge=1, le=10_000)] = 32
    """Requests that are answered at the same time; the others wait for their turn, so that the
    burst of one provider does not take the service from another."""
    waiting: Annotated[int, Field(ge=0, le=100_000)] = 256
    """Requests that wait for their turn, at most; one more is refused."""
    providers: dict[Name, QuotaOfOne] = Field(default={})
    """Providers with quotas of their own, by their names."""


class AuditSettings(Section):
    """Who asked what about which access, and on whose behalf. Never what was answered."""

    path: Located = Path("audit.sqlite")
    """The SQLite file; it is created where there is none, its folder is not."""
    keep_days: Annotated[int, Field(ge=1, le=3650)] = 180
    """Days for which entries are kept."""
    required: bool = True
    """Whether rows of people are withheld (503) while it cannot be written down who asks for them.
    Without it they are told all the same; a metric counts them, and the service is not ready."""


class LogSettings(Section):
    """What a running service tells, on standard error."""

    format: Literal["text", "json"] = "text"
    """One event a line: words with facts, or a JSON object."""
    level: Literal["debug", "info", "warning", "error"] = "info"
    """Events of less weight are left out; ``info`` has a line for every request."""


class AdminSettings(Section):
    """Health, metrics and administration, on a listener of their own."""

    host: Annotated[str, Field(min_length=1, max_length=253)] = "127.0.0.1"
    """Address to listen on. What changes anything asks for an operator's login here; health and
    metrics tell nothing of providers, accesses or devices."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8081
    """TCP port; 0: there is no such listener."""
    names: tuple[Annotated[str, Field(pattern=r"^[0-9A-Za-z.-]{1,253}$")], ...] = ()
    """Host names by which orders may be given, beside localhost, ``host`` and any address; one
    that a web page has chosen would be none of them."""
    socket: Located = Path("admin.sock")
    """The Unix socket at which orders are taken without a login: who may open it is said by its
    mode, 0600, with ``group`` 0660. At most 107 octets with its folder."""
    group: Annotated[str, Field(min_length=1, max_length=32)] | None = None
    """Group whose members may give orders there; without it, the service's user alone."""
    ready_inventory_h: Annotated[float, Field(ge=0, le=87_600)] = 168.0
    """Hours since the last import after which the service says that it is not ready; 0: never."""
    look_s: Annotated[float, Field(ge=0.05, le=3600)] = 10.0
    """Seconds between two looks at every database: whether it can be read and written."""


class RetentionSettings(Section):
    """When what is too old is erased.

    How old that is, stands beside each: ``audit.keep_days``, ``leases.keep_days``,
    ``tickets.keep_closed_days``, and here for events and works.
    """

    events_h: Annotated[float, Field(ge=24, le=87_600)] = 48.0
    """Hours for which events are kept; ON-API wants 24 at least."""
    works_days: Annotated[int, Field(ge=1, le=3650)] = 400
    """Days for which planned works are kept after their end."""
    every_h: Annotated[float, Field(ge=0.01, le=24)] = 1.0
    """Hours between two clearances."""
    first_s: Annotated[float, Field(ge=0, le=86_400)] = 30.0
    """Seconds from the start, or from new settings, to the first."""
    erased: Located = Path("erased.sqlite")
    """The SQLite file of what `techinfo privacy erase` has erased, as keyed hashes, so that a
    back-up of before does not bring it back. It is created where there is none, its folder is
    not."""


class TicketSettings(Section):
    """Tickets of providers, and the link info that they carry."""

    desk: Literal["none", "here", "external"] = "none"
    """Who handles tickets. none: nobody, and tickets answers 501. here: this service. external: a
    system that is told by webhooks, whose references become those of the tickets."""
    path: Located = Path("tickets.sqlite")
    """The SQLite file of tickets and webhooks; it is created where there is none, its folder is
    not."""
    linkinfo_deadline_s: Annotated[float, Field(gt=0, le=600)] = 30.0
    """Seconds after which reading an access for a ticket is given up; no ticket waits for it."""
    keep_closed_days: Annotated[int, Field(ge=1, le=3650)] = 90
    """Days for which a ticket is kept after it was closed."""
    open_per_provider: Annotated[int, Field(ge=1)] = 5000
    """Tickets that one provider may have open; one more is refused (429). Users have options to say
    otherwise; the operator's own people are not bound by this and the next two."""
    octets_per_provider: Annotated[int, Field(ge=1)] = 512 * 1024 * 1024
    """Octets that the tickets of one provider may take, with comments, link info and what webhooks
    were told; those of an erased ticket count no more."""
    comments_per_ticket: Annotated[int, Field(ge=1)] = 500
    """Comments on one ticket."""


class WebhookSettings(Section):
    """What other systems are told. Public addresses may be sent to by https alone."""

    enabled: bool = False
    """Whether there are webhooks without a ticket desk; with one there always are."""
    allow: tuple[Network, ...] = ()
    """Private networks that the operator's own webhooks may be sent to, by http or https."""
    allow_for_providers: tuple[Network, ...] = ()
    """Private networks that the webhooks of providers may be sent to, too. Whatever answers there
    can be reached by every provider: name single hosts."""
    deny: tuple[Network, ...] = ()
    """Public networks of your own (switches, management, customers) that no webhook may be sent to.
    Of a network here and one in ``allow`` that hold the same address, the smaller counts."""
    timeout_s: Annotated[float, Field(gt=0, le=60)] = 10.0
    """Seconds after which a try is given up."""
    off_after: Annotated[int, Field(ge=1, le=100_000)] = 30
    """Tries that fail, one after another, until a webhook is switched off; its owner sees it in the
    list, and switches it on again. With the pauses between them, 30 are a day."""


class EndpointSettings(Section):
    """Which endpoints of ON-API are served."""

    off: tuple[ServedHere, ...] = ()
    """Names of endpoints that are not served, such as events; they answer 501."""
    draft: bool = False
    """Serve the draft of ON-API 2.7 beside the versions: 2.6 with what its working group has
    decided so far. It may change with every release."""
    option82_ends: date | None = None
    """When ``option82`` of 2.7 is served no more; its answers say so (``Sunset``)."""
