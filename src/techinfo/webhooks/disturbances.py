"""What each provider is told of a disturbance: of its own accesses, and of no others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from techinfo.access.rights import runs
from techinfo.errors import UnknownAccessError
from techinfo.inventory import Inventory
from techinfo.webhooks.payloads import rfc3339


def facts(
    inventory: Inventory,
    access_ids: Iterable[str],
    *,
    reference: str,
    text: str,
    over: bool,
    now: datetime,
) -> Mapping[str, Mapping[str, Any]]:
    """Provider -> facts of a message of the kind ``disturbance``.

    Args:
        inventory: Says who subscribes.
        access_ids: What is disturbed.
        reference: The operator's own; the same when it is over.
        text: For providers.
        over: It is over.
        now: The time.

    Raises:
        UnknownAccessError: The inventory has no such access.
    """
    theirs: dict[str, list[str]] = {}
    for access_id in dict.fromkeys(access_ids):
        access = inventory.access(access_id)
        if access is None:
            raise UnknownAccessError(f"no access has the accessId {access_id}")
        holders = {s.provider for s in inventory.subscriptions_on(access.access_id) if runs(s, now)}
        for provider in holders:
            theirs.setdefault(provider, []).append(access.access_id)
    told = {
        "disturbanceReference": reference,
        "description": text,
        "state": "OVER" if over else "ONGOING",
        "time": rfc3339(now),
    }
    return {
        provider: {"disturbance": {**told, "accessIds": ids}} for provider, ids in theirs.items()
    }
