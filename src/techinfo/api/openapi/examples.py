"""Examples of answers, bodies and errors, for whoever reads a document or plays a server from it.

Answers were recorded from the service over made-up equipment (`tests/api/openapi_examples.py`).
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from techinfo.api.onapi.versions import VERSIONS, ApiProfile
from techinfo.error_codes import Code

_ERROR_ID = " (error 0123456789ab)"
_ERRORS: Mapping[str, tuple[Code, str]] = {
    "400": (Code.MALFORMED, "the accessId is malformed"),
    "401": (Code.UNAUTHORISED, "wrong user or password"),
    "403": (Code.FORBIDDEN, "you have no subscription on this access; the inventory is 3 h old"),
    "404": (Code.UNKNOWN_ACCESS, ""),
    "409": (Code.NOT_UNIQUE, ""),
    "413": (Code.TOO_LARGE, "the body is over 262144 octets"),
    "415": (Code.UNSUPPORTED_MEDIA_TYPE, "a body is read as application/json only"),
    "429": (Code.QUOTA, "the quota is used up"),
    "500": (Code.INVENTORY_MISMATCH, ""),
    "501": (Code.NOT_IMPLEMENTED, "this endpoint or version is not implemented"),
    "503": (Code.OVERLOADED, ""),
    "504": (Code.ELEMENT_SILENT, ""),
    "507": (Code.STORAGE_FULL, ""),
    "default": (Code.INTERNAL, ""),
}
"""Status -> a code that it has, and words where the code has none of its own."""
_OF_TAG: Mapping[tuple[str, str], tuple[Code, str]] = {
    ("look-up", "404"): (Code.UNKNOWN_IDENTIFIER, ""),
    ("look-up", "400"): (Code.MALFORMED, "no identifier is given"),
    ("search", "400"): (Code.MALFORMED, "q must have 2 to 1000 printable characters"),
    ("switch", "404"): (Code.UNKNOWN_ELEMENT, ""),
    ("tech", "501"): (Code.NOT_IN_THIS_NETWORK, "no network element here can tell that"),
    ("tickets", "400"): (Code.MALFORMED, "malformed request: heading: Field required"),
    ("tickets", "404"): (Code.UNKNOWN_TICKET, ""),
    ("tickets", "409"): (Code.CONFLICT, "this Idempotency-Key was used for another request"),
    ("tickets", "501"): (Code.NO_TICKET_DESK, "no ticket desk is configured here"),
    ("webhooks", "400"): (Code.WEBHOOK_REFUSED, "this address may not be sent to"),
    ("webhooks", "404"): (Code.UNKNOWN_WEBHOOK, "you have no webhook of this id"),
    ("webhooks", "501"): (Code.NO_TICKET_DESK, "webhooks are not configured here"),
}


def error_example(status: str, tags: list[str]) -> dict[str, Any] | None:
    """An error of a status, as routes of these tags give it."""
    found = next((_OF_TAG[tag, status] for tag in tags if (tag, status) in _OF_TAG), None)
    found = found or _ERRORS.get(status)
    if found is None:
        return None
    code, words = found
    error_id = _ERROR_ID if code.status >= 500 else ""
    cause = f"{words or code.cause}{error_id}"
    return {"cause": cause, "code": code.value, "retryable": code.retryable}


Examples = Mapping[str, Mapping[str, Any]]
"""operationId -> ``request``, and statuses -> body."""


@functools.cache
def examples_of(name: str) -> Examples:
    """What was recorded of a version (``2.6``), or of the extensions (``v1``)."""
    file = files(__package__) / "examples" / f"{name}.json"
    told: Examples = json.loads(file.read_text(encoding="utf-8"))
    return told


def recorded(profile: ApiProfile) -> Examples:
    """What was recorded of a version; of another reading of it only what the two have in common."""
    told = examples_of(str(min(profile.version, VERSIONS[-1])))  # a draft answers as that does
    if not (profile.bitvis or profile.integer_rates):
        return told
    return {name: bodies for name, bodies in told.items() if name not in _SPELT_OTHERWISE}


_SPELT_OTHERWISE = frozenset({"getAccessFacts", "getLinkStatus", "getCpeStatus"})


def add_examples(operation: dict[str, Any], examples: Mapping[str, Any]) -> None:
    """Put the examples of one operation beside its forms."""
    for content in operation.get("requestBody", {}).get("content", {}).values():
        if "request" in examples:
            content["example"] = examples["request"]
    for status, response in operation["responses"].items():
        for content in response.get("content", {}).values():
            if status in examples:
                content["example"] = examples[status]
            elif not status.startswith("2"):
                told = error_example(status, operation.get("tags", []))
                if told is not None:
                    content["example"] = told
