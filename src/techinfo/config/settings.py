"""Every setting with its default, its unit and its meaning.

The words beside a key are what the documentation of the settings takes over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import argon2
from pydantic import (
    AfterValidator,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationInfo,
    model_validator,
)

from techinfo.config.credential import SECRETS, Credential
from techinfo.config.secrets import (
    Context,
    Located,
    Network,
    SecretFile,
    SecretVariable,
    Section,
    argon2_hash,
    context_of,
    is_open,
    referred,
)
from techinfo.errors import ConfigError


def _pattern(found: str) -> str:
    try:
        re.compile(found)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"is not a regular expression: {error}") from None
    return found


def _zoned(found: datetime) -> datetime:
    if found.tzinfo is None:
        raise ValueError("has no zone; write 2027-01-31T00:00:00Z")
    return found


def _server(found: str) -> str:
    url = urlsplit(found)
    host = url.hostname or ""
    if url.scheme not in ("https", "http") or not host or url.query or url.fragment:
        raise ValueError("is not a URL such as https://co.example/onapi")
    if url.username is not None:
        raise ValueError("holds a user; user and password_file have keys of their own")
    if url.scheme == "http" and host not in ("localhost", "127.0.0.1", "::1"):
        raise ValueError("would send the password in the clear; write https://")
    return found.rstrip("/")


_Time = Annotated[datetime, AfterValidator(_zoned)]


def _zone(found: str) -> str:
    try:
        ZoneInfo(found)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("is no time zone; it looks like Europe/Stockholm") from None
    return found


EndpointName = Annotated[str, Field(pattern=r"^[a-z][0-9a-z]{0,31}$")]
"""An endpoint, as it is called in its path: accesses, subscriptions, orders, tickets."""
ServedHere = Literal[
    "accesses", "dhcplookup", "events", "option82", "services", "subscriptions", "tech", "tickets"
]
"""An endpoint that can be served here."""
_Url = Annotated[str, Field(pattern=r"^https?://[0-9A-Za-z._~:\[\]-]+(/[!-~]*)?$", max_length=255)]
"""Without user and password: it is told to everybody who may ask."""
_Name = Annotated[str, Field(pattern=r"^[0-9A-Za-z_.@-]{1,64}$")]
_Provider = Annotated[str, Field(pattern=r"^[0-9A-Za-z_.@-]{1,64}$")]
"""As the inventory spells it."""
_ServiceType = Annotated[str, Field(pattern=r"^[0-9A-Za-z_.-]{1,32}$")]
_Seconds = Annotated[float, Field(gt=0, le=86_400)]


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
    access_id_pattern: Annotated[str, Field(max_length=255), AfterValidator(_pattern)] = (
        "^[-0-9a-zA-Z.]{1,36}$"
    )
    """Regular expression of an accessId, in requests and in imports."""
    users_file: Located = Path("users.sqlite")
    """The SQLite file of the users that ``techinfo user`` makes; they stand beside ``[users]``. It
    is created where there is none, its folder is not."""
    deny_users: tuple[_Name, ...] = ()
    """Login names that are refused, wherever they stand and whatever the users' file says: for the
    hour in which that file cannot be written. SIGHUP puts it in force even when no other new
    setting can be."""
    most_connections: Annotated[int, Field(ge=1, le=65_536)] = 4096
    """Connections at the same time, and never more than half of the descriptors that are left. When
    there are so many, one that is not in use gives way; where all are in use, the next gets 503."""
    trusted_proxies: tuple[Network, ...] = ()
    """Networks of proxies whose X-Forwarded-For is believed. From anybody else it is ignored."""


class InventorySettings(Section):
    """Where the accesses and elements are kept."""

    path: Located = Path("inventory.sqlite")
    """The SQLite file; it is created where there is none, its folder is not."""
    authoritative: bool = False
    """Whether accesses and subscriptions are served from here (the order system is elsewhere)."""
    most_dropped_percent: Annotated[float, Field(ge=0, le=100)] = 2.0
    """An import that drops more of the accesses is refused until --accept; five are never many."""
    most_remapped_percent: Annotated[float, Field(ge=0, le=100)] = 1.0
    """The same for accesses that move to another element or port, of those that have one."""
    fetched: Located = Path("fetched.sqlite")
    """The SQLite file in which it is remembered what the servers of ``[onapi]`` told last; it is
    created where there is none, its folder is not."""


class SnmpSettings(Section):
    """How agents are asked."""

    timeouts: Annotated[
        tuple[Annotated[float, Field(gt=0, le=30)], ...], Field(min_length=1, max_length=5)
    ] = (0.8, 1.2, 2.0)
    """Seconds to wait for an answer, one number for each try."""
    max_parallel: Annotated[int, Field(ge=1, le=10_000)] = 200
    """Elements that are asked at the same time, at most."""


class CollectSettings(Section):
    """How often elements are asked, and how long an answer may take."""

    min_interval_s: Annotated[float, Field(ge=0, le=86_400)] = 5.0
    """Seconds between two readings of one port, however fresh an answer is wanted."""
    max_age_s: Annotated[float, Field(ge=0, le=86_400)] = 30.0
    """Seconds for which a reading is fresh enough, unless the request says otherwise."""
    deadline_s: _Seconds = 5.0
    """Seconds after which a request is answered; the reading goes on and fills the cache."""
    silent_first_s: _Seconds = 5.0
    """Seconds for which an element is left alone after it first stayed silent."""
    silent_most_s: _Seconds = 300.0
    """Seconds to which that time grows at most while it stays silent."""
    learnt: Located = Path("learnt.sqlite")
    """The SQLite file in which it is remembered what models and software stand, and what they do
    not have; it is created where there is none, its folder is not."""
    pauses: Located = Path("pauses.json")
    """The file in which ``techinfo pause`` says what must not be asked. It is created where there
    is none, its folder is not; the process that asks the elements must be able to read it."""

    @model_validator(mode="after")
    def _grows(self) -> Self:
        if self.silent_most_s < self.silent_first_s:
            raise ValueError("silent_most_s is less than silent_first_s")
        return self


class User(Section):
    """Someone who may ask. Exactly one of the three says the password."""

    role: Literal["operator", "provider", "engineer"]
    """What they may see and do."""
    provider: _Provider | None = None
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
            self._secret = SecretStr(argon2.PasswordHasher().hash(secret))
        return self

    @property
    def secret(self) -> SecretStr:
        """The argon2 hash of the password, whichever way it was given."""
        return self._secret


class LeaseSource(Section):
    """A log, lease file or script output of a DHCP server. See `techinfo leases sources`."""

    name: _Name
    """What it is called in observations and messages."""
    form: Annotated[str, Field(min_length=1, max_length=32)]
    """Which server and which of its files: `techinfo leases forms` lists them."""
    path: Located
    """The file, as it is called while the server writes it."""
    zone: Annotated[str, AfterValidator(_zone)] = "UTC"
    """Time zone of times that do not tell theirs: Europe/Stockholm. Mind that servers log local
    time."""
    lease_s: Annotated[int, Field(ge=1, le=31_536_000)] | None = None
    """Seconds for which the server leases, for logs that do not tell it."""
    pattern: Annotated[str, Field(max_length=2000), AfterValidator(_pattern)] | None = None
    """Regular expression with named groups, for the form syslog-pattern alone."""


class LeaseSettings(Section):
    """Leases from the logs of DHCP servers."""

    path: Located = Path("leases.sqlite")
    """The SQLite file; it is created where there is none, its folder is not."""
    sources: tuple[LeaseSource, ...] = ()
    """What is read: one [[leases.sources]] for each file."""
    keep_days: Annotated[float, Field(gt=0, le=400)] = 7.0
    """Days after which a lease of which nothing more was told is erased, and an observation."""
    poll_s: Annotated[float, Field(ge=0.1, le=3600)] = 2.0
    """Seconds between two looks at the files."""

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        names = [source.name for source in self.sources]
        if len(set(names)) != len(names):
            raise ValueError("two sources have one name")
        return self


class DriverSettings(Section):
    """Where drivers come from, beside those of this distribution."""

    folders: tuple[Located, ...] = ()
    """Folders of your own drivers."""


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
    providers: dict[_Provider, QuotaOfOne] = Field(default={})
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


class CollectorSettings(Section):
    """The process that asks the network elements and knows their secrets."""

    socket: Located | None = None
    """The Unix socket of a collector that runs by itself (`techinfo collector`); without it
    `techinfo serve` starts one of its own. At most 107 octets with its folder."""
    group: Annotated[str, Field(min_length=1, max_length=32)] | None = None
    """Group whose members may ask it, and so see every reading; without it, the collector's."""


class OnApiSource(Section):
    """Another ON-API server, from which a provider's subscriptions and services are taken over."""

    url: Annotated[str, AfterValidator(_server), Field(max_length=255)]
    """Everything before the version, such as ``https://co.example/onapi``."""
    version: Literal["2.4", "2.5", "2.6"] = "2.6"
    """Of ON-API, as that server speaks it."""
    user: Annotated[str, Field(pattern=r"^[^:\x00-\x1f]{1,255}$")]
    """What the provider logs in with there."""
    password_file: SecretFile | None = None
    """A file that holds the provider's password there."""
    password_env: SecretVariable | None = None
    """The variable of the environment that holds it."""
    provider: _Name
    """The provider, as the inventory and the users spell it."""
    accesses: bool = True
    """Take over accesses, too, where they are served. Element and port stay the inventory's."""
    service_types: dict[Annotated[str, Field(min_length=1, max_length=64)], _ServiceType] = Field(
        default={"BB": "bb", "IPTV": "iptv", "VOIP": "voip"}
    )
    """Beginning of a service's name, in any case, and what the service's VLAN carries. A service
    that begins otherwise is of the type ``unknown``."""
    ca_file: Located | None = None
    """Certificates that are trusted instead of the system's."""
    _secret: SecretStr = PrivateAttr(default=SecretStr(""))

    @model_validator(mode="after")
    def _found(self, info: ValidationInfo) -> Self:
        ways = {"password_file": self.password_file, "password_env": self.password_env}
        secret = referred(ways, context_of(info))
        if not secret:
            raise ValueError("the password is empty")
        try:
            self._secret = SecretStr(secret.decode("utf-8"))
        except UnicodeDecodeError:
            raise ValueError("the password is not UTF-8") from None
        return self

    @property
    def secret(self) -> SecretStr:
        """The password, whichever way it was given."""
        return self._secret


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
    ``tickets.keep_closed_days``, and here for events.
    """

    events_h: Annotated[float, Field(ge=24, le=87_600)] = 48.0
    """Hours for which events are kept; ON-API wants 24 at least."""
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


class Settings(Section):
    """All settings. Unknown keys are refused."""

    service: ServiceSettings = ServiceSettings()
    """Where the REST service listens."""
    inventory: InventorySettings = InventorySettings()
    """Where the accesses and elements are kept."""
    snmp: SnmpSettings = SnmpSettings()
    """How agents are asked."""
    collect: CollectSettings = CollectSettings()
    """How often elements are asked."""
    credentials: dict[_Name, Credential] = Field(default={})
    """Credentials, by the names that the inventory uses."""
    users: dict[_Name, User] = Field(default={})
    """Users, by the names that they log in with."""
    quotas: QuotaSettings = QuotaSettings()
    """What every provider may ask for."""
    audit: AuditSettings = AuditSettings()
    """Who asked what about which access."""
    onapi: dict[_Name, OnApiSource] = Field(default={})
    """Other ON-API servers, by names of your own."""
    leases: LeaseSettings = LeaseSettings()
    """Leases from the logs of DHCP servers."""
    drivers: DriverSettings = DriverSettings()
    """Where drivers come from."""
    collector: CollectorSettings = CollectorSettings()
    """The process that asks the network elements."""
    log: LogSettings = LogSettings()
    """What a running service tells."""
    retention: RetentionSettings = RetentionSettings()
    """When what is too old is erased."""
    admin: AdminSettings = AdminSettings()
    """Health, metrics and administration."""
    tickets: TicketSettings = TicketSettings()
    """Tickets of providers."""
    webhooks: WebhookSettings = WebhookSettings()
    """What other systems are told."""
    endpoints: EndpointSettings = EndpointSettings()
    """Which endpoints of ON-API are served."""
    elsewhere: dict[EndpointName, _Url] = Field(default={})
    """Endpoints that another system serves, such as accesses, and at which URL; the list of
    endpoints names it, and here they answer 501."""
    _warnings: tuple[str, ...] = PrivateAttr(default=())

    @model_validator(mode="after")
    def _look_around(self, info: ValidationInfo) -> Self:
        context = context_of(info)
        self._warnings = (*_exposed(self, context), *context.noticed)
        return self

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is not wrong, but not wise. Without any secret."""
        return self._warnings

    def credential(self, name: str) -> Credential:
        """The credential that the inventory calls so.

        Raises:
            ConfigError: There is none.
        """
        if name not in self.credentials:
            raise ConfigError("is missing, but the inventory names it", key=f"credentials.{name}")
        return self.credentials[name]


def _exposed(settings: Settings, context: Context) -> Iterator[str]:
    """Secrets that everybody on this host can read."""
    for name, credential in settings.credentials.items():
        for secret in SECRETS:
            yield from _exposed_secret(credential, f"credentials.{name}", secret, context)
    for name, user in settings.users.items():
        if is_open(user.password_file):
            yield f"users.{name}.password_file: everybody can read {user.password_file}; chmod 640"
    for name, source in settings.onapi.items():
        if is_open(source.password_file):
            file = source.password_file
            yield f"onapi.{name}.password_file: everybody can read {file}; chmod 640"


def _exposed_secret(
    credential: Credential, section: str, secret: str, context: Context
) -> Iterator[str]:
    key, file = f"{section}.{secret}", getattr(credential, f"{secret}_file")
    stands_here = getattr(credential, secret) is not None and key not in context.variables
    if stands_here and is_open(context.path):
        yield f"{key}: everybody can read {context.path}; use {secret}_file, or chmod 640"
    if is_open(file):
        yield f"{key}_file: everybody can read {file}; chmod 640"
