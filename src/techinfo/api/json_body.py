"""JSON answers of the service: all of them end with a newline, as a text does.

On a terminal the prompt then stands on a line of its own, and tools that read lines find a whole
one. One place says so for every route; a kept answer and one made anew are the same octets.
"""

from __future__ import annotations

from typing import Any

from fastapi import responses


class JSONResponse(responses.JSONResponse):
    """A JSON document, and a newline behind it."""

    def render(self, content: Any) -> bytes:
        """The octets, by which Content-Length is counted."""
        return super().render(content) + b"\n"
