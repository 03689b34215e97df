"""The network of these tests, and the service over it."""

from __future__ import annotations

from tests.api.v1.network import network, served

__all__ = ["network", "served"]
