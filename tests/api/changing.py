"""An authoritative inventory that changes, asked again and again with If-Modified-Since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from tests.access.played import Clock, Recordings
from tests.api.everything import ALL_USERS
from tests.api.served import OPERATOR, ServedApi, serve

from techinfo.inventory import Inventory

ADDRESS = (
    "street_name: Testvägen, postal_code: '10000', city: Ankeborg, country_code: SE, "
    "premises_type: PUBLIC, state: CONNECTED"
)


@dataclass
class Changing:
    """A service whose clock goes by hand.

    Attributes:
        seen: Path and user -> Last-Modified of the last answer.
    """

    folder: Path
    clock: Clock
    inventory: Inventory
    service: ServedApi
    seen: dict[tuple[str, str], str]

    def imports(self, text: str, *, after_s: float = 3600) -> None:
        """Import a document, some time after what was before."""
        self.clock.go_on(after_s)
        path = self.folder / "changing.yaml"
        path.write_text(text, encoding="utf-8")
        self.inventory.import_file(path)
        self.clock.go_on(60)

    def get(self, path: str, auth: tuple[str, str] = OPERATOR) -> httpx.Response:
        """Everything."""
        return self._asked(path, auth, {})

    def news(self, path: str, auth: tuple[str, str] = OPERATOR) -> httpx.Response:
        """What has changed since the last answer."""
        return self._asked(path, auth, {"If-Modified-Since": self.seen[path, auth[0]]})

    def _asked(self, path: str, auth: tuple[str, str], headers: dict[str, Any]) -> httpx.Response:
        answer = self.service.get(path, auth=auth, headers=headers)
        if answer.status_code == 200:
            self.seen[path, auth[0]] = answer.headers["Last-Modified"]
        return answer


def changing(folder: Path, start: datetime, **more: Any) -> Changing:
    """An empty inventory, and the service over it."""
    clock = Clock(start - timedelta(days=1))
    inventory = Inventory.in_memory(clock=clock)
    service = serve(inventory, Recordings().open, clock=clock, users=ALL_USERS, **more)
    return Changing(folder, clock, inventory, service, {})
