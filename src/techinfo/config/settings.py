"""All settings together; every one with its default, its unit and its meaning.

The words beside a key are what the documentation of the settings takes over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import Field, PrivateAttr, ValidationInfo, model_validator

from techinfo.config.acs import AcsSettings
from techinfo.config.credential import SECRETS, Credential
from techinfo.config.issuer import IssuerSettings
from techinfo.config.login import LOGIN_SECRETS, DangerSettings, LoginSettings, SshSettings
from techinfo.config.netbox import NetBoxSettings
from techinfo.config.network import (
    CollectorSettings,
    CollectSettings,
    DriverSettings,
    InventorySettings,
    LeaseSettings,
    OnApiSource,
    SnmpSettings,
)
from techinfo.config.polling import HistorySettings, PollingSettings, TrapSettings
from techinfo.config.portal import PortalSettings
from techinfo.config.secrets import Context, Name, Section, context_of, is_open
from techinfo.config.service import (
    AdminSettings,
    AuditSettings,
    EndpointName,
    EndpointSettings,
    LogSettings,
    PageSettings,
    QuotaSettings,
    RetentionSettings,
    ServiceSettings,
    TicketSettings,
    TokenSettings,
    Url,
    User,
    WebhookSettings,
)
from techinfo.config.tjansteguiden import TjansteguidenSettings
from techinfo.errors import ConfigError

_DEFAULTS: Any = {}
"""A section of which nothing is said. It is checked when the settings are, and not at the start."""


class Settings(Section):
    """All settings. Unknown keys are refused."""

    service: ServiceSettings = _DEFAULTS
    """Where the REST service listens."""
    inventory: InventorySettings = _DEFAULTS
    """Where the accesses and elements are kept."""
    snmp: SnmpSettings = _DEFAULTS
    """How agents are asked."""
    collect: CollectSettings = _DEFAULTS
    """How often elements are asked."""
    credentials: dict[Name, Credential] = Field(default={})
    """Credentials, by the names that the inventory uses."""
    ssh: SshSettings = _DEFAULTS
    """How command lines are reached."""
    logins: dict[Name, LoginSettings] = Field(default={})
    """Who logs in on command lines, by names of your own. They are not the credentials of SNMP."""
    acs: dict[Name, AcsSettings] = Field(default={})
    """ACS servers that tell of CPEs, by the names that the inventory uses (docs/acs.md)."""
    danger: DangerSettings = _DEFAULTS
    """What does more than read."""
    users: dict[Name, User] = Field(default={})
    """Users, by the names that they log in with."""
    quotas: QuotaSettings = _DEFAULTS
    """What every provider may ask for."""
    audit: AuditSettings = _DEFAULTS
    """Who asked what about which access."""
    polling: PollingSettings = _DEFAULTS
    """What is read again and again."""
    traps: TrapSettings = _DEFAULTS
    """What devices say by themselves."""
    history: HistorySettings = _DEFAULTS
    """What polls have told."""
    onapi: dict[Name, OnApiSource] = Field(default={})
    """Other ON-API servers, by names of your own."""
    netbox: NetBoxSettings | None = None
    """NetBox, from which the inventory is imported (docs/netbox.md)."""
    tjansteguiden: TjansteguidenSettings | None = None
    """Tjänsteguiden, from which orders are read (docs/orders.md)."""
    leases: LeaseSettings = _DEFAULTS
    """Leases from the logs of DHCP servers."""
    drivers: DriverSettings = _DEFAULTS
    """Where drivers come from."""
    collector: CollectorSettings = _DEFAULTS
    """The process that asks the network elements."""
    page: PageSettings = _DEFAULTS
    """The page for people."""
    tokens: TokenSettings = _DEFAULTS
    """Access tokens."""
    issuer: IssuerSettings | None = None
    """Another issuer of access tokens (docs/tokens.md)."""
    portal: PortalSettings | None = None
    """A portal that may ask who is behind an address (docs/portal.md)."""
    log: LogSettings = _DEFAULTS
    """What a running service tells."""
    retention: RetentionSettings = _DEFAULTS
    """When what is too old is erased."""
    admin: AdminSettings = _DEFAULTS
    """Health, metrics and administration."""
    tickets: TicketSettings = _DEFAULTS
    """Tickets of providers."""
    webhooks: WebhookSettings = _DEFAULTS
    """What other systems are told."""
    endpoints: EndpointSettings = _DEFAULTS
    """Which endpoints of ON-API are served."""
    elsewhere: dict[EndpointName, Url] = Field(default={})
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
    for key, file in _files(settings):
        if is_open(file):
            yield f"{key}: everybody can read {file}; chmod 640"


def _files(settings: Settings) -> Iterator[tuple[str, Path | None]]:
    """Files of secrets other than SNMP's, by their keys."""
    for name, login in settings.logins.items():
        for secret in LOGIN_SECRETS:
            yield f"logins.{name}.{secret}_file", getattr(login, f"{secret}_file")
    with_password: dict[str, Mapping[str, User | OnApiSource | AcsSettings]] = {
        "users": settings.users,
        "onapi": settings.onapi,
        "acs": settings.acs,
    }
    for section, named in with_password.items():
        for name, found in named.items():
            yield f"{section}.{name}.password_file", found.password_file
    if settings.netbox:
        yield "netbox.token_file", settings.netbox.token_file
    if settings.tjansteguiden:
        yield "tjansteguiden.api_user_file", settings.tjansteguiden.api_user_file
    if settings.page.oidc:
        yield "page.oidc.client_secret_file", settings.page.oidc.client_secret_file


def _exposed_secret(
    credential: Credential, section: str, secret: str, context: Context
) -> Iterator[str]:
    key, file = f"{section}.{secret}", getattr(credential, f"{secret}_file")
    stands_here = getattr(credential, secret) is not None and key not in context.variables
    if stands_here and is_open(context.path):
        yield f"{key}: everybody can read {context.path}; use {secret}_file, or chmod 640"
    if is_open(file):
        yield f"{key}_file: everybody can read {file}; chmod 640"
