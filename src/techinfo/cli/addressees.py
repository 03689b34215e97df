"""Whom each credential may be sent to, whatever whoever asks the collector says."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path

from techinfo.collect import Target
from techinfo.config import Settings
from techinfo.errors import AddressNotAllowedError, InventoryError
from techinfo.inventory import Inventory
from techinfo.snmp.interface import Network

_MOST_KNOWN = 100_000
_log = logging.getLogger(__name__)
_Place = tuple[str, int, str]


class Addressees:
    """The networks that a credential names, or else the elements and CPEs of the inventory.

    The inventory is opened when it is first needed, and looked into again whenever it has changed.

    Args:
        settings: Name the networks, and where the inventory is.
    """

    def __init__(self, settings: Settings) -> None:
        self._path = settings.inventory.path
        self._networks: Mapping[str, tuple[Network, ...]] = {}
        self._inventory: Inventory | None = None
        self._file: tuple[int, int] | None = None
        self._generation: tuple[int, ...] = ()
        self._known: dict[_Place, bool] = {}
        self.renew(settings)

    def renew(self, settings: Settings) -> None:
        """Take the networks of new settings; the inventory stays where it is."""
        self._networks = {
            name: tuple(map(ip_network, found.networks))
            for name, found in settings.credentials.items()
            if found.networks is not None
        }

    def __call__(self, target: Target) -> tuple[Network, ...] | None:
        """The networks that a target's address has to be in; ``None``: the inventory names it.

        Raises:
            AddressNotAllowedError: Its credential names no networks, and the inventory has nobody
                who is asked there with it, or cannot be read.
        """
        networks = self._networks.get(target.credential)
        if networks is not None:
            return networks
        try:
            known = self._is_known((target.host, target.port, target.credential))
        except InventoryError as error:
            raise _refusal(target, f"names no networks, and {error}") from error
        if not known:
            raise _refusal(target, "names no networks, and the inventory has nobody there")
        return None

    def look(self) -> None:
        """Warn of credentials that could be sent nowhere."""
        try:
            self._opened()
        except InventoryError as error:
            _log.warning("credentials without networks are sent nowhere: %s", error)

    def close(self) -> None:
        """Give the inventory back."""
        if self._inventory is not None:
            self._inventory.close()
            self._inventory = None

    def _is_known(self, place: _Place) -> bool:
        inventory = self._opened()
        generation = inventory.generation
        if generation != self._generation or len(self._known) >= _MOST_KNOWN:
            self._generation, self._known = generation, {}
        if place not in self._known:
            self._known[place] = inventory.is_asked_at(*place)
        return self._known[place]

    def _opened(self) -> Inventory:
        """The inventory as it is now; another file may have been put in its place."""
        file = _identity(self._path)
        if self._inventory is not None and file != self._file:
            self.close()
        if self._inventory is None:
            self._inventory, self._file, self._generation = Inventory.open(self._path), file, ()
        return self._inventory


def _identity(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError as error:
        raise InventoryError(f"{path}: {error.strerror}") from error
    return found.st_dev, found.st_ino


def _refusal(target: Target, why: str) -> AddressNotAllowedError:
    return AddressNotAllowedError(
        f"credential {target.credential!r} {why}",
        credential=target.credential,
        address=f"{target.host}:{target.port}",
    )
