"""Planned works: what the operator has announced, where, from when to when."""

from techinfo.inventory.works.records import Place, Scope, Status, Works

__all__ = ["Place", "Scope", "Status", "Works"]
