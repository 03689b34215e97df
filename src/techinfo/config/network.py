"""Sections about what is asked and read: elements, the inventory, DHCP servers, other operators.

The words beside a key are what the documentation of the settings takes over.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationInfo,
    model_validator,
)

from techinfo.config.secrets import (
    Located,
    Name,
    Network,
    Pattern,
    SecretFile,
    SecretVariable,
    Section,
    context_of,
    referred,
)


def checked_server(found: str) -> str:
    """The URL of a server that a password or a token is sent to.

    Raises:
        ValueError: It is no such URL, or the secret would go over the network in the clear.
    """
    url = urlsplit(found)
    host = url.hostname or ""
    if url.scheme not in ("https", "http") or not host or url.query or url.fragment:
        raise ValueError("is not a URL such as https://co.example/onapi")
    if url.username is not None:
        raise ValueError("holds a user; secrets have keys of their own")
    if url.scheme == "http" and host not in ("localhost", "127.0.0.1", "::1"):
        raise ValueError("would send the password in the clear; write https://")
    return found.rstrip("/")


def zone_name(found: str) -> str:
    """A time zone that this system knows.

    Raises:
        ValueError: It knows none of that name.
    """
    try:
        ZoneInfo(found)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("is no time zone; it looks like Europe/Stockholm") from None
    return found


_ServiceType = Annotated[str, Field(pattern=r"^[0-9A-Za-z_.-]{1,32}$")]
_Seconds = Annotated[float, Field(gt=0, le=86_400)]


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
    customer_networks: tuple[Network, ...] = ()
    """Networks in which customers are: ``techinfo discover`` never asks there."""
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


class CollectorSettings(Section):
    """The process that asks the network elements and knows their secrets."""

    socket: Located | None = None
    """The Unix socket of a collector that runs by itself (`techinfo collector`); without it
    `techinfo serve` starts one of its own. At most 107 octets with its folder."""
    group: Annotated[str, Field(min_length=1, max_length=32)] | None = None
    """Group whose members may ask it, and so see every reading; without it, the collector's."""


class DriverSettings(Section):
    """Where drivers come from, beside those of this distribution."""

    folders: tuple[Located, ...] = ()
    """Folders of your own drivers."""


class LeaseSource(Section):
    """A log, lease file or script output of a DHCP server. See `techinfo leases sources`."""

    name: Name
    """What it is called in observations and messages."""
    form: Annotated[str, Field(min_length=1, max_length=32)]
    """Which server and which of its files: `techinfo leases forms` lists them."""
    path: Located
    """The file, as it is called while the server writes it."""
    zone: Annotated[str, AfterValidator(zone_name)] = "UTC"
    """Time zone of times that do not tell theirs: Europe/Stockholm. Mind that servers log local
    time."""
    lease_s: Annotated[int, Field(ge=1, le=31_536_000)] | None = None
    """Seconds for which the server leases, for logs that do not tell it."""
    pattern: Annotated[Pattern, Field(max_length=2000)] | None = None
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


class OnApiSource(Section):
    """Another ON-API server, from which a provider's subscriptions and services are taken over."""

    url: Annotated[str, AfterValidator(checked_server), Field(max_length=255)]
    """Everything before the version, such as ``https://co.example/onapi``."""
    version: Literal["2.4", "2.5", "2.6", "2.7"] = "2.6"
    """Of ON-API, as that server speaks it; 2.7 is a draft, in which ``orderevents`` is not."""
    user: Annotated[str, Field(pattern=r"^[^:\x00-\x1f]{1,255}$")]
    """What the provider logs in with there."""
    password_file: SecretFile | None = None
    """A file that holds the provider's password there."""
    password_env: SecretVariable | None = None
    """The variable of the environment that holds it."""
    token_url: Annotated[str, AfterValidator(checked_server), Field(max_length=255)] | None = None
    """Where that server gives access tokens (OAuth 2.0, client credentials) for user and password,
    which are then sent there alone. Left out: they are sent with every request, by Basic."""
    scope: Annotated[str, Field(pattern=r"^[!#-\[\]-~ ]*$", max_length=255)] = ""
    """What a token is wanted for, with blanks between; empty: what the server gives of itself."""
    provider: Name
    """The provider, as the inventory and the users spell it."""
    accesses: bool = True
    """Take over accesses, too, where they are served. Element and port stay the inventory's."""
    contacts: bool = False
    """It is the provider's own server, and tells whom to call about a ticket: ``techinfo tickets
    contact`` asks it."""
    service_types: dict[Annotated[str, Field(min_length=1, max_length=64)], _ServiceType] = Field(
        default={"BB": "bb", "IPTV": "iptv", "VOIP": "voip"}
    )
    """Beginning of a service's name, in any case, and what the service's VLAN carries. A service
    that begins otherwise is of the type ``unknown``."""
    events_kept_h: Annotated[float, Field(ge=1, le=8760)] = 24.0
    """Hours for which that server keeps events (ON-API: 24 at least). After a longer gap ``techinfo
    onapi follow`` reads everything."""
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
