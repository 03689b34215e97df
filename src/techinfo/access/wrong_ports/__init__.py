"""Accesses that may be patched the wrong way round, by what was seen and what was ordered."""

from techinfo.access.wrong_ports.evidence import audited
from techinfo.access.wrong_ports.pairs import Finding, Kind, Seen, Source, wrong_ports
from techinfo.access.wrong_ports.proposals import Proposal, confirm, proposal

__all__ = [
    "Finding",
    "Kind",
    "Proposal",
    "Seen",
    "Source",
    "audited",
    "confirm",
    "proposal",
    "wrong_ports",
]
