"""Settings: one TOML file, the environment over it, and secrets by reference."""

from techinfo.config.credential import Credential
from techinfo.config.loading import load
from techinfo.config.settings import (
    CollectSettings,
    DriverSettings,
    InventorySettings,
    ServiceSettings,
    Settings,
    SnmpSettings,
    User,
)

__all__ = [
    "CollectSettings",
    "Credential",
    "DriverSettings",
    "InventorySettings",
    "ServiceSettings",
    "Settings",
    "SnmpSettings",
    "User",
    "load",
]
