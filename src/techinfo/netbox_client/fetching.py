"""One import from NetBox: read what has changed, make records, import them; all or nothing."""

from __future__ import annotations

import csv
import dataclasses
import json
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from techinfo.errors import NetBoxError
from techinfo.inventory import Access, Guard, ImportReport, Inventory, Names, Subscription
from techinfo.inventory.records import RECORDS, Kind
from techinfo.inventory.shapes import Shape, shapes
from techinfo.netbox_client.mapping import OURS, Fields, NetBoxMapping, Row, Told
from techinfo.netbox_client.reducing import reducers
from techinfo.netbox_client.server import Parameters
from techinfo.netbox_client.snapshot import Snapshot

_MOST_TOLD = 100
_OF_A_PORT = ("ont_id", "uni", "s_vlan", "c_vlan", "module", "port_number")
"""Columns of an access that say nothing more once it is on another port."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NetBoxPlan:
    """What is imported.

    Attributes:
        elements: Which devices are elements.
        far_devices: Which devices may carry accessIds and tenants; ``None``: none do.
        fields: What the custom fields mean.
    """

    elements: Parameters
    far_devices: Parameters | None
    fields: Fields

    def signature(self, url: str) -> str:
        """Another text for every plan, so that what was read for another is not used."""
        return json.dumps([url, dataclasses.asdict(self)], sort_keys=True, default=list)


@dataclass(kw_only=True, slots=True)
class NetBoxReport:
    """What came of an import.

    Attributes:
        read: List -> how many objects were read.
        whole: Lists that were read as a whole.
        found: Kind -> how many records came of them.
        left_out: What is left out, and why; the first hundred.
        left_out_count: How much is left out.
        imported: What it does to the inventory; ``None``: nothing, as something is left out.
    """

    read: Mapping[str, int] = field(default_factory=dict)
    whole: frozenset[str] = frozenset()
    found: dict[str, int] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    left_out_count: int = 0
    imported: ImportReport | None = None

    def leave_out(self, which: str, why: str) -> None:
        """Note what is left out."""
        self.left_out_count += 1
        if len(self.left_out) < _MOST_TOLD:
            self.left_out.append(f"{which}: {why}")


def import_netbox(
    plan: NetBoxPlan,
    inventory: Inventory,
    snapshot: Snapshot,
    *,
    access_id_pattern: str,
    names: Names,
    guard: Guard | None = None,
    dry_run: bool = False,
    skip_bad: bool = False,
) -> NetBoxReport:
    """Import elements and accesses, and the holders where the plan knows them.

    Elements and accesses are replaced as a whole. Of an access that is there already, columns that
    no custom field tells stay as the inventory has them. Of subscriptions only those that came
    from NetBox are replaced.

    Args:
        plan: What is imported.
        inventory: Where it goes.
        snapshot: Asks NetBox, and knows what it told last.
        access_id_pattern: What an accessId looks like.
        names: Drivers and credentials that there are.
        guard: What is too much of a change; ``None``: nothing is.
        dry_run: Find out what would happen, and change nothing.
        skip_bad: Import the rest where something is left out.

    Raises:
        NetBoxError: NetBox does not answer, or not with what can be used; nothing was changed.
        InventoryError: Too much would change, or what came contradicts the inventory.
    """
    report = NetBoxReport()
    told = _read(plan, snapshot)
    report.read, report.whole = dict(snapshot.read), frozenset(snapshot.whole)
    if not told.elements:
        raise NetBoxError("no device fits netbox.elements; nothing was changed", url="dcim/devices")
    rows = _rows(told, plan, inventory, shapes(access_id_pattern, names), report)
    report.found = {kind: len(found) for kind, found in rows.items()}
    if report.left_out_count and not skip_bad:
        return report
    with tempfile.TemporaryDirectory(prefix="techinfo-netbox-") as folder:
        paths = [_written(Path(folder), kind, found) for kind, found in rows.items()]
        report.imported = inventory.import_files(paths, dry_run=dry_run, guard=guard, names=names)
    if not dry_run:
        snapshot.save()
    return report


def _read(plan: NetBoxPlan, snapshot: Snapshot) -> Told:
    reduce = reducers(plan.fields.names())
    elements = snapshot.complete("dcim/devices", plan.elements, reduce["device"])
    holders = plan.fields.provider is not None
    return Told(
        elements=elements,
        tenants=snapshot.complete("tenancy/tenants", {}, reduce["tenant"]) if holders else {},
        far_devices={}
        if plan.far_devices is None
        else snapshot.changed("far devices", "dcim/devices", plan.far_devices, reduce["device"]),
        cables=snapshot.changed("cables", "dcim/cables", {}, reduce["cable"]),
        interfaces=snapshot.interfaces(elements, reduce["interface"]),
    )


def _rows(
    told: Told,
    plan: NetBoxPlan,
    inventory: Inventory,
    forms: Mapping[Kind, Shape],
    report: NetBoxReport,
) -> dict[Kind, list[Row]]:
    mapping = NetBoxMapping(told, plan.fields, forms, report.leave_out)
    elements = list(mapping.elements())
    accesses: list[Row] = []
    holders: list[Row] = []
    for row, found in mapping.accesses():
        accesses.append(_kept(inventory.access(row["access_id"]), row, plan.fields))
        if plan.fields.provider is not None:
            holders += mapping.subscriptions(found)
    rows: dict[Kind, list[Row]] = {"elements": elements, "accesses": accesses}
    if plan.fields.provider is not None:
        there = {row["access_id"] for row in accesses}
        others = (s for s in inventory.subscriptions() if not s.subscription_id.startswith(OURS))
        rows["subscriptions"] = [_row(s) for s in others if s.access_id in there] + holders
    return rows


def _kept(known: Access | None, row: Row, fields: Fields) -> Row:
    """The row of an access, with what NetBox does not tell as the inventory has it."""
    if known is None or known.access_id != row["access_id"]:
        return row
    before = _row(known)
    moved = (before.get("element"), before.get("port")) != (row.get("element"), row.get("port"))
    told = {"element", "port", *fields.accesses}
    told |= {"port_by", *_OF_A_PORT} if moved else set()
    return {column: text for column, text in before.items() if column not in told} | row


def _row(record: Access | Subscription) -> Row:
    values = ((column.name, getattr(record, column.name)) for column in dataclasses.fields(record))
    return {key: str(value) for key, value in values if value is not None}


def _written(folder: Path, kind: Kind, rows: Iterable[Row]) -> Path:
    path = folder / f"{kind}.csv"
    columns = [column.name for column in dataclasses.fields(RECORDS[kind])]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path
