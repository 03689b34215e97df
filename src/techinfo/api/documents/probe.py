"""What a probe found, as ``techinfo.probe/1`` (operator's eyes only)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from techinfo.api.documents.dump import TOOL, limits
from techinfo.api.onapi import render
from techinfo.api.onapi.render import PART_NAMES
from techinfo.collect.probing import Probed

SCHEMA = "techinfo.probe/1"


def document(found: Probed, at: datetime, *, saved: bool) -> dict[str, Any]:
    """One probe, as JSON would have it."""
    known, cost = found.known, found.cost
    device = {
        "name": known.sys_name,
        "driver": known.driver.name,
        "vendor": known.driver.vendor,
        "sysObjectId": known.sys_object_id,
        "model": known.kind.model,
        "software": known.kind.software,
    }
    told: dict[str, Any] = {
        "schema": SCHEMA,
        "tool": TOOL,
        "probedAt": render.time(at),
        "device": {key: value for key, value in device.items() if value},
        "facts": {PART_NAMES[fact]: presence.value for fact, presence in found.facts.items()},
        "counters64": {name: counting.value for name, counting in found.counters.items()},
        "engineTime": found.engine_time.value,
        "limits": limits(found.stood),
        "driverLimits": limits(known.driver.limits),
        "proposals": list(found.proposals),
        "cost": {"requests": cost.requests, "retries": cost.retries, "varbinds": cost.varbinds},
        "saved": saved,
    }
    return told | ({"silentOver": found.silent_over} if found.silent_over else {})
