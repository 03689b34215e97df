"""Settings: one TOML file, the environment over it, and secrets by reference."""

from techinfo.config.credential import Credential
from techinfo.config.loading import load
from techinfo.config.settings import (
    AuditSettings,
    CollectSettings,
    DriverSettings,
    InventorySettings,
    QuotaOfOne,
    QuotaSettings,
    ServiceSettings,
    Settings,
    SnmpSettings,
    TicketSettings,
    User,
    WebhookSettings,
)

__all__ = [
    "AuditSettings",
    "CollectSettings",
    "Credential",
    "DriverSettings",
    "InventorySettings",
    "QuotaOfOne",
    "QuotaSettings",
    "ServiceSettings",
    "Settings",
    "SnmpSettings",
    "TicketSettings",
    "User",
    "WebhookSettings",
    "load",
]
