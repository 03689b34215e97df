"""The versions of ON-API, all written from the objects of 2.6 (`techinfo.api.onapi.schemas`).

A version leaves fields out and calls some otherwise; it never adds a value.
"""

from techinfo.api.onapi.versions.dialect import (
    OLDEST_LISTED,
    VERSIONS,
    ApiProfile,
    Version,
    dialect_of,
)

__all__ = ["OLDEST_LISTED", "VERSIONS", "ApiProfile", "Version", "dialect_of"]
