"""Accesses that may be patched the wrong way round, or elsewhere, by what was seen and ordered."""

from techinfo.access.wrong_ports.evidence import audited
from techinfo.access.wrong_ports.pairs import Finding, FreePlace, Kind, Seen, Source, wrong_ports
from techinfo.access.wrong_ports.proposals import Proposal, confirm, proposal

__all__ = [
    "Finding",
    "FreePlace",
    "Kind",
    "Proposal",
    "Seen",
    "Source",
    "audited",
    "confirm",
    "proposal",
    "wrong_ports",
]
