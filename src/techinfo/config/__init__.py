"""Settings: one TOML file, the environment over it, and secrets by reference."""

from techinfo.config.credential import Credential
from techinfo.config.issuer import IssuerSettings
from techinfo.config.loading import (
    load,
    secret_variables,
    tables_in,
    without_device_secrets,
)
from techinfo.config.login import LoginSettings, SshSettings
from techinfo.config.netbox import NetBoxSettings
from techinfo.config.network import (
    CollectorSettings,
    CollectSettings,
    DriverSettings,
    InventorySettings,
    LeaseSettings,
    LeaseSource,
    OnApiSource,
    SnmpSettings,
)
from techinfo.config.oidc import OidcSettings
from techinfo.config.polling import HistorySettings, PollingSettings, TrapSettings
from techinfo.config.portal import PortalSettings
from techinfo.config.service import (
    AdminSettings,
    AuditSettings,
    LogSettings,
    QuotaOfOne,
    QuotaSettings,
    RetentionSettings,
    ServiceSettings,
    TicketSettings,
    User,
    WebhookSettings,
)
from techinfo.config.settings import Settings
from techinfo.config.tjansteguiden import TjansteguidenSettings

__all__ = [
    "AdminSettings",
    "AuditSettings",
    "CollectSettings",
    "CollectorSettings",
    "Credential",
    "DriverSettings",
    "HistorySettings",
    "InventorySettings",
    "IssuerSettings",
    "LeaseSettings",
    "LeaseSource",
    "LogSettings",
    "LoginSettings",
    "NetBoxSettings",
    "OidcSettings",
    "OnApiSource",
    "PollingSettings",
    "PortalSettings",
    "QuotaOfOne",
    "QuotaSettings",
    "RetentionSettings",
    "ServiceSettings",
    "Settings",
    "SnmpSettings",
    "SshSettings",
    "TicketSettings",
    "TjansteguidenSettings",
    "TrapSettings",
    "User",
    "WebhookSettings",
    "load",
    "secret_variables",
    "tables_in",
    "without_device_secrets",
]
