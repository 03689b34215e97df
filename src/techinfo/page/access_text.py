"""What is known of an access as plain text, to be pasted into a ticket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from techinfo.page.texts import Language


def for_ticket(language: Language, report: dict[str, Any], headline: str) -> str:
    """Some lines, without addresses of people's devices and without leases."""
    return "\n".join(_lines(language, report, headline))


def _lines(language: Language, report: dict[str, Any], headline: str) -> Iterator[str]:
    say = language.say
    status, hardware, cpe = (report.get(name) or {} for name in ("status", "hardware", "cpe"))
    optics = status.get("transceiver") or {}
    yield f"{report['accessId']}  {report['collectedAt']}"
    yield headline
    values = (
        (say("Since"), status.get("linkSince"), ""),
        (say("Speed"), status.get("linkSpeed"), "Mbit/s"),
        (say("Light received"), optics.get("dbmRx"), "dBm"),
        (say("Light sent"), optics.get("dbmTx"), "dBm"),
        (say("Switch"), _joined(hardware.get("vendor"), hardware.get("model")), ""),
        ("CPE", _joined(cpe.get("vendor"), cpe.get("model"), cpe.get("firmware")), ""),
        *_errors(language, status.get("statistics") or {}),
    )
    for label, value, unit in values:
        if value not in (None, ""):
            yield f"{label}: {value} {unit}".rstrip()


def _errors(language: Language, counted: dict[str, Any]) -> Iterator[tuple[str, Any, str]]:
    for label, way in ((language.say("In"), "input"), (language.say("Out"), "output")):
        for key, name in (("errors", "Errors"), ("crcErrors", "CRC errors")):
            value = (counted.get(way) or {}).get(key)
            yield f"{label}, {language.say(name)}", value, ""


def _joined(*words: str | None) -> str:
    return " ".join(word for word in words if word)
