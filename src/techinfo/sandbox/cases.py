"""An accessId for each verdict, so that a client can be tried against all of them.

They are cases of our own making (``cases.jsonl``: a code and its case a line), told as if they were
of this moment. No device stands behind them, not even a made-up one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from techinfo.diagnosis.case import Case, read_case
from techinfo.errors import ConfigError

_PREFIX = "SANDBOX-"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def access_id_of(code: str) -> str:
    """The accessId that answers a code: ``no_mac`` -> ``SANDBOX-NO-MAC``."""
    return _PREFIX + code.upper().replace("_", "-")


@dataclass(frozen=True, slots=True)
class Cases:
    """The cases by accessId."""

    documents: Mapping[str, Mapping[str, Any]]

    @classmethod
    def read(cls, folder: Path) -> Cases:
        """Read them from the sandbox's folder.

        Raises:
            ConfigError: They are not there, or not whole.
        """
        try:
            lines = (folder / "cases.jsonl").read_text(encoding="utf-8").splitlines()
            rows = [json.loads(line) for line in lines if line]
            return cls({access_id_of(row["code"]): row["case"] for row in rows})
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ConfigError(f"the sandbox cannot be read: {error}", key="cases.jsonl") from error

    def __contains__(self, access_id: str) -> bool:
        """Whether an accessId answers a code."""
        return access_id in self.documents

    def case(self, access_id: str, now: datetime, customer: Mapping[str, Any]) -> Case:
        """The case of an accessId, as of this moment.

        Args:
            access_id: One of them.
            now: The moment; every time in the case is moved by as much.
            customer: Words of the customer, which come over the case's own.
        """
        document = self.documents[access_id]
        told = read_case(document)
        moved = _moved(document, now.astimezone(UTC).replace(microsecond=0) - told.now)
        return read_case(moved).answered(customer)


def _moved(value: Any, by: timedelta) -> Any:
    """The same, with every time in it moved."""
    if isinstance(value, Mapping):
        return {key: _moved(one, by) for key, one in value.items()}
    if isinstance(value, list):
        return [_moved(one, by) for one in value]
    if isinstance(value, str) and _TIME.fullmatch(value):
        return f"{datetime.fromisoformat(value) + by:%Y-%m-%dT%H:%M:%SZ}"
    return value
