"""Accesses that may be patched the wrong way round, by what was seen and what was ordered."""

from techinfo.access.wrong_ports.evidence import audited, corrected
from techinfo.access.wrong_ports.pairs import Finding, Kind, Seen, Source, wrong_ports

__all__ = ["Finding", "Kind", "Seen", "Source", "audited", "corrected", "wrong_ports"]
