"""Which access hangs on which port of which element: a SQLite file, fed from YAML, CSV and JSON."""

from techinfo.inventory.events import Change, Event, ObjectType
from techinfo.inventory.findings import Finding
from techinfo.inventory.identifiers.entries import Found, Known
from techinfo.inventory.identifiers.holders import Identified
from techinfo.inventory.importing.guard import Guard
from techinfo.inventory.importing.report import Counts, ImportReport, Rejected
from techinfo.inventory.importing.tenures import Tenure, TenureOfAccess
from techinfo.inventory.inventory import Inventory
from techinfo.inventory.records import Access, Cpe, Element, Kind, Offer, ServiceVlan, Subscription
from techinfo.inventory.shapes import Names

__all__ = [
    "Access",
    "Change",
    "Counts",
    "Cpe",
    "Element",
    "Event",
    "Finding",
    "Found",
    "Guard",
    "Identified",
    "ImportReport",
    "Inventory",
    "Kind",
    "Known",
    "Names",
    "ObjectType",
    "Offer",
    "Rejected",
    "ServiceVlan",
    "Subscription",
    "Tenure",
    "TenureOfAccess",
]
