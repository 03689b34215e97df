"""Ports of a switch of the lab, each in a state, and the verdict that its provider must be told.

What is read comes over SNMP from a device on loopback; nothing here is a case from a file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tests.access import made_up as m
from tests.access.made_up import merged

from techinfo.collect import Registry
from techinfo.collect.registry import registry_of
from techinfo.driver.cells import Column
from techinfo.driver.convert import integer, one_of, text
from techinfo.driver.protection_words import closed_by_number
from techinfo.driver.tables import ProtectionTable, TransceiverTable

BX10 = {"optic_class": "1000BASE-BX10"}
COPPER = {"medium": "copper", "port_speed": 1000}
TABLE = f"{m.BASE}.3"
AUTO, FORCED = "1.3.6.1.2.1.26.5.1.1.1", "1.3.6.1.2.1.26.2.1.1.11"
HALF_100 = "6|1.3.6.1.2.1.26.4.15"
"""IANA-MAU-MIB dot3MauType100BaseTXHD."""
CLOSED = {1: "", 2: "bpduGuard", 3: "loopDetected", 4: "linkFlap", 5: "unknown"}
_PRESENT = Column(f"{TABLE}.9", one_of({1: True, 2: False}, "1 present, 2 absent"))
DRIVER = replace(
    m.SWITCH,
    transceivers=tuple(
        replace(table, present=_PRESENT)
        for table in m.SWITCH.transceivers
        if isinstance(table, TransceiverTable)
    ),
    shaping=tuple(
        replace(table, queue=Column(f"{m.BASE}.6.1", text)) for table in m.SWITCH.shaping
    ),
    protections=(
        ProtectionTable(
            mib="made up",
            found=Column(f"{m.BASE}.7.1", closed_by_number(CLOSED, "cause")),
            recovers_in=Column(f"{m.BASE}.7.2", integer),
            lists_all=False,
        ),
    ),
)


def registry() -> Registry:
    """Drivers of the lab's devices."""
    box = replace(m.CPE, transceivers=DRIVER.transceivers)
    return registry_of([(DRIVER, "made up"), (box, "made up"), (m.PLAIN, "made up")])


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """One port.

    Attributes:
        code: The verdict.
        up: Its link.
        rx, tx: Hundredths of dBm; ``None``: no module with diagnostics.
        macs: VLANs in which a device of the port is learnt.
        leased: That device has a lease.
        rows: Other rows of the switch; ``N`` stands for the number of the port.
        access, subscription: Keys of the inventory, beside the usual.
        words: The body of POST.
    """

    code: str
    up: bool = True
    rx: int | None = -1234
    tx: int = -567
    macs: Sequence[int] = (10,)
    leased: bool = True
    rows: Mapping[str, str] = field(default_factory=dict)
    access: Mapping[str, object] = field(default_factory=dict)
    subscription: Mapping[str, object] = field(default_factory=dict)
    words: Mapping[str, Any] = field(default_factory=dict)


def _down(code: str, rx: int | None = -1234, **more: Any) -> State:
    return State(code=code, up=False, rx=rx, macs=(), leased=False, **more)


def _said(**customer: object) -> dict[str, Any]:
    return {"customer": customer}


_CLOSED, _TIMER, _SPEED = f"{m.BASE}.7.1.N", f"{m.BASE}.7.2.N", f"{m.IFX}.15.N"
_DUPLEX = f"{m.DOT3}.2.1.19.N"
STATES: Mapping[str, State] = {
    "fine": State(code="all_fine", access=BX10),
    "no lease": State(code="no_lease", leased=False),
    "nobody": State(code="no_mac", macs=(), leased=False),
    "switched off": _down("port_admin_down", -4000, rows={f"{m.IF}.7.N": "2|2"}),
    "dark": _down("no_light_check_power", -4000),
    "dark, power": _down("no_light_fibre_suspected", -4000, words=_said(powerOn=True)),
    "dark, no power": _down("power_lost_at_customer", -4000, words=_said(powerOn=False)),
    "light, no link": _down("light_no_link_restart"),
    "restarted": _down("light_no_link", words=_said(restarted=True)),
    "no diagnostics": _down("no_link_check_customer", None),
    "all tried": _down(
        "no_link_line_suspected",
        None,
        words=_said(powerOn=True, cableTried=True, deviceTried=True),
    ),
    "weak": _down("weak_light", -2700, access=BX10),
    "strong": _down("strong_light", -100, access=BX10),
    "far outside": State(code="light_outside_class", rx=-2400, access=BX10),
    "laser failing": _down("module_fault", tx=-1500, access=BX10),
    "empty cage": _down(
        "no_module", None, rows={f"{TABLE}.9.N": "2|2"}, access={"medium": "fibre"}
    ),
    "just up": State(
        code="just_started", macs=(), leased=False, rows={f"{m.IF}.9.N": "67|8634000"}
    ),
    "loop": _down("loop_detected", rows={_CLOSED: "2|3"}),
    "guard": _down("port_blocked_by_customer", rows={_CLOSED: "2|2"}),
    "guard with a timer": _down("port_blocked_recovers", rows={_CLOSED: "2|2", _TIMER: "2|300"}),
    "link flap": _down("port_blocked", rows={_CLOSED: "2|4"}),
    "other VLAN": State(code="wrong_vlan", macs=(30,), leased=False),
    "slower than ordered": State(
        code="speed_below_order",
        rows={
            f"{m.BASE}.6.{column}.N.{n}": value
            for n, queue in enumerate(("in", "out"))
            for column, value in ((1, f"4|{queue}"), (2, "2|10"), (3, "2|9000"), (4, "2|9000"))
        },
        subscription={"service": "BB-100-100"},
    ),
    "negotiated down": State(
        code="bad_negotiation",
        rx=None,
        rows={_SPEED: "66|100"},
        access=COPPER,
        subscription={"service": "BB-1000-1000"},
    ),
    "forced": State(
        code="port_speed_misconfigured",
        rx=None,
        rows={
            _SPEED: "66|100",
            _DUPLEX: "2|2",
            f"{AUTO}.N.1": "2|2",
            f"{FORCED}.N.1": HALF_100,
        },
        access=COPPER,
        subscription={"service": "BB-1000-1000"},
    ),
    "too many": State(
        code="mac_limit_reached",
        macs=(10, 10, 10),
        leased=False,
        subscription={"mac_limit": 2},
        words=_said(complaint="no_internet"),
    ),
    "another router": State(
        code="unknown_equipment",
        subscription={"equipment": '[{"macAddress": "02:00:5E:00:53:99"}]'},
    ),
    "suspended": State(code="service_suspended", subscription={"state": "SUSPENDED"}),
    "ordered": State(
        code="service_not_yet_active",
        subscription={"state": "ORDERED", "connection_date": "2026-11-28"},
    ),
    "overdue": State(
        code="activation_overdue",
        subscription={"state": "ORDERED", "connection_date": "2026-11-10"},
    ),
}
"""What a line shows -> port 1, 2, 3, … of the switch, in this order."""


def number_of(name: str) -> int:
    """The port of a state."""
    return list(STATES).index(name) + 1


def _address(number: int, n: int) -> str:
    return f"02:00:5E:00:{number:02X}:{n:02X}"


def rows_of(number: int, state: State) -> m.Rows:
    """What a switch holds of a port."""
    rows = m.port(number, f"ge{number}", up=state.up)
    rows[f"{m.IF}.9.{number}"] = f"67|{360_000 + 30_000 * number}"  # no two fell together
    rows |= {f"{AUTO}.{number}.1": "2|1", f"{FORCED}.{number}.1": "6|0.0"}
    if state.rx is not None:
        rows |= m.optics(number, rx=state.rx)
        rows[f"{TABLE}.2.{number}"] = f"2|{state.tx}"
    for n, vlan in enumerate(state.macs):
        rows |= m.learnt(number, _address(number, n), vlan)
    if state.leased:
        rows |= m.lease(number, number, f"198.51.100.{number}", _address(number, 0), 10)
    return rows | {oid.replace("N", str(number)): value for oid, value in state.rows.items()}


def switch(name: str, states: Mapping[str, State]) -> m.Rows:
    """A switch with a port for each state."""
    ports = (rows_of(n, state) for n, state in enumerate(states.values(), 1))
    return merged(m.system(name), *ports)


def records(element: str, states: Mapping[str, State]) -> tuple[list[str], list[str]]:
    """Accesses and subscriptions of a switch with a port for each state, in YAML."""
    accesses, subscriptions = [], []
    for n, state in enumerate(states.values(), 1):
        place = {"access_id": f"{element}-{n}", "element": element, "port": f"ge{n}"}
        accesses.append(_yaml(place | {"port_by": "name"} | dict(state.access)))
        held = {"subscription_id": f"S-{element}-{n}", "access_id": f"{element}-{n}"}
        usual = {"provider": "isp-a", "service": "BB", "service_type": "bb"}
        subscriptions.append(_yaml(held | usual | dict(state.subscription)))
    return accesses, subscriptions


def _yaml(row: Mapping[str, object]) -> str:
    return "  - {" + ", ".join(f"{key}: {value!r}" for key, value in row.items()) + "}"
