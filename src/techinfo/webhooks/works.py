"""What providers are told of planned works: their own accesses, and no others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from techinfo.access.rights import runs
from techinfo.inventory import Inventory
from techinfo.inventory.works import Works
from techinfo.moments import rfc3339

_MOST = 1000
"""AccessIds of one message; of more their number is told."""


def works_told(
    inventory: Inventory, works: Works, now: datetime
) -> Mapping[str, Mapping[str, Any]]:
    """Provider -> facts of its message ``works``.

    Args:
        inventory: Says who subscribes, now or when the works begin.
        works: As they are kept.
        now: The time.
    """
    theirs: dict[str, list[str]] = {}
    at = max(now, works.begin)
    for access in inventory.works.touched(works):
        found = inventory.subscriptions_on(access.access_id)
        for provider in {one.provider for one in found if runs(one, now) or runs(one, at)}:
            theirs.setdefault(provider, []).append(access.access_id)
    common = {
        "worksReference": works.reference,
        "description": works.text,
        "status": works.status(now).value,
        "from": rfc3339(works.begin),
        "to": rfc3339(works.end),
        "expectedEnd": rfc3339(works.until),
    }
    return {
        provider: {"works": {**common, "accesses": len(ids), "accessIds": ids[:_MOST]}}
        for provider, ids in theirs.items()
    }
