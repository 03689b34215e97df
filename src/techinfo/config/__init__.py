"""Settings: one TOML file, the environment over it, and secrets by reference."""

from techinfo.config.credential import Credential
from techinfo.config.loading import (
    load,
    secret_variables,
    tables_in,
    without_device_secrets,
)
from techinfo.config.settings import (
    AuditSettings,
    CollectorSettings,
    CollectSettings,
    DriverSettings,
    InventorySettings,
    LeaseSettings,
    LeaseSource,
    QuotaOfOne,
    QuotaSettings,
    ServiceSettings,
    Settings,
    SnmpSettings,
    User,
)

__all__ = [
    "AuditSettings",
    "CollectSettings",
    "CollectorSettings",
    "Credential",
    "DriverSettings",
    "InventorySettings",
    "LeaseSettings",
    "LeaseSource",
    "QuotaOfOne",
    "QuotaSettings",
    "ServiceSettings",
    "Settings",
    "SnmpSettings",
    "User",
    "load",
    "secret_variables",
    "tables_in",
    "without_device_secrets",
]
