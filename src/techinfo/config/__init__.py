"""Settings: one TOML file, the environment over it, and secrets by reference."""

from techinfo.config.credential import Credential
from techinfo.config.loading import (
    load,
    secret_variables,
    tables_in,
    without_device_secrets,
)
from techinfo.config.settings import (
    AdminSettings,
    AuditSettings,
    CollectorSettings,
    CollectSettings,
    DriverSettings,
    InventorySettings,
    LogSettings,
    OnApiSource,
    QuotaOfOne,
    QuotaSettings,
    RetentionSettings,
    ServiceSettings,
    Settings,
    SnmpSettings,
    TicketSettings,
    User,
    WebhookSettings,
)

__all__ = [
    "AdminSettings",
    "AuditSettings",
    "CollectSettings",
    "CollectorSettings",
    "Credential",
    "DriverSettings",
    "InventorySettings",
    "LogSettings",
    "OnApiSource",
    "QuotaOfOne",
    "QuotaSettings",
    "RetentionSettings",
    "ServiceSettings",
    "Settings",
    "SnmpSettings",
    "TicketSettings",
    "User",
    "WebhookSettings",
    "load",
    "secret_variables",
    "tables_in",
    "without_device_secrets",
]
