"""``techinfo.case/1`` of a living access: what was answered about it, and what is known around it.

The facts have the names and shapes of ``techinfo.access/1``. What was not read is absent or told by
its part; nothing here turns it into "none".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from techinfo.access.answer import Answer, CpeAnswer
from techinfo.access.case.surroundings import Surroundings
from techinfo.access.troubleshoot import HEARD_LATELY
from techinfo.api.documents.onts import ont_row, port_vlan
from techinfo.api.onapi import render
from techinfo.api.onapi.part_states import AssembledAnswer, PartState
from techinfo.diagnosis.case import PART_ALIASES
from techinfo.diagnosis.optic_classes import class_of_part
from techinfo.error_codes import Code
from techinfo.model import Fact, Ont, OntLight, Part, PortFacts, PortVlan, State, Transceiver
from techinfo.units import Dark, Power

SCHEMA = "techinfo.case/1"
_WITH_LINK = {
    Fact.COUNTERS: "counters",
    Fact.TRANSCEIVER: "transceiver",
    Fact.SHAPING: "shaping",
    Fact.PROTECTION: "protection",
}
_VOLUMES = ("bytes", "packets", "unicast", "broadcast", "multicast")


def live_case(
    answer: AssembledAnswer,
    around: Surroundings,
    customer: Mapping[str, Any] | None = None,
    history: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The case of an access as it was answered to somebody.

    Args:
        answer: The six answers, isolated for who asks.
        around: What is known beside them, isolated as well.
        customer: The customer's words, as a case has them.
        history: What was seen of the access before, as a case has it; ``None``: nobody watched.
    """
    answer = _without_old_cpe(answer)
    told: dict[str, Any] = {
        "expected": dict(around.expected),
        "otherEnd": other_end(answer),
        "uplink": dict(around.uplink),
        "neighbours": dict(around.neighbours),
        "sightings": list(around.sightings),
        "dhcp": dict(around.dhcp),
        "history": _history(history or {}, uses_volumes=around.uses_volumes),
        "disturbances": list(around.notices),
        "customer": dict(customer or {}),
    }
    facts = _facts(answer, uses_volumes=around.uses_volumes)
    parts = case_parts(answer, has_cpe=around.has_cpe)
    if around.ont is not None:
        ont, light, part = around.ont
        facts["ont"], parts["ont"] = _ont(ont, light), part_state(part)
    if around.port_vlans is not None:
        vlans, part = around.port_vlans
        facts["portVlans"], parts["portVlans"] = (
            [_port_vlan(row) for row in vlans],
            part_state(part),
        )
    return {
        "schema": SCHEMA,
        "now": render.time(answer.now),
        "facts": facts,
        "parts": parts,
        **{name: value for name, value in told.items() if value},
    }


def _facts(answer: AssembledAnswer, *, uses_volumes: bool) -> dict[str, Any]:
    bodies = dict(answer.bodies())
    groups = bodies.pop("igmpSnooping", None)
    facts: dict[str, Any] = {"accessId": answer.access.access_id, **bodies}
    if groups is not None:
        facts["igmpGroups"] = len(groups)
        facts["groups"] = _groups(answer)
    if "status" in facts:
        facts |= optics(answer)
        port = _port(answer, "status")
        protection = render.protection(port.protection if port is not None else None)
        facts |= {"protection": protection} if protection else {}
        if not uses_volumes:
            facts["status"] = _without_volumes(facts["status"])
    return facts


def _groups(answer: AssembledAnswer) -> list[dict[str, Any]]:
    found = answer.answers.get("igmpSnooping")
    rows = found.port.groups if isinstance(found, Answer) and found.port is not None else ()
    return [
        {"group": row.address} | ({} if row.vlan is None else {"vlan": row.vlan}) for row in rows
    ]


def optics(answer: AssembledAnswer) -> dict[str, str]:
    """`noLight` and `opticClass` of the port's module, as far as they are known."""
    port = _port(answer, "status")
    return optics_of(port.transceiver if port is not None else None)


def optics_of(optic: Transceiver | None) -> dict[str, str]:
    """The same of a module."""
    if optic is None:
        return {}
    told: dict[str, str] = {}
    if isinstance(optic.light, Dark):
        told["noLight"] = optic.light.value
    found = class_of_part(optic.part_number or "")
    return told | ({} if found is None else {"opticClass": found})


def _ont(ont: Ont, light: OntLight | None) -> dict[str, Any]:
    """An ONT; what the OLT receives of it stands beside its own light. Its name is the owner's."""
    told = ont_row(ont, light)
    told.pop("name", None)
    own = told.pop("transceiver", {})
    received = own.pop("oltRx", None)
    told |= {} if received is None else {"oltRx": received}
    return told | ({"transceiver": own} if own else {})


def _port_vlan(row: PortVlan) -> dict[str, Any]:
    return {key: value for key, value in port_vlan(row).items() if key != "ontId"}


def _level(level: Power | None) -> str | None:
    return None if isinstance(level, Dark) else render.power(level)


def _without_volumes(status: Mapping[str, Any]) -> dict[str, Any]:
    """A status with errors and no volumes."""
    told = dict(status)
    counted = told.get("statistics")
    if isinstance(counted, dict):
        told["statistics"] = _errors_of(counted)
    return told


def _errors_of(counted: Mapping[str, Any]) -> dict[str, Any]:
    return {
        side: {k: v for k, v in flow.items() if k not in _VOLUMES}
        if isinstance(flow, dict)
        else flow
        for side, flow in counted.items()
    }


def _history(history: Mapping[str, Any], *, uses_volumes: bool) -> dict[str, Any]:
    told = dict(history)
    if not uses_volumes and "counted" in told:
        told["counted"] = [_errors_of(row) for row in told["counted"]]
    return told


def _without_old_cpe(answer: AssembledAnswer) -> AssembledAnswer:
    """No verdict stands on what an ACS was told a while ago: the CPE is left out of the case."""
    found = answer.answers.get("cpe")
    if not isinstance(found, CpeAnswer) or found.reading is None:
        return answer
    read_at = found.reading.read_at
    if not found.reading.through_acs:
        return answer
    if found.up and read_at is not None and answer.now - read_at <= HEARD_LATELY:
        return answer
    cause = "what its ACS was told is too old to judge by"
    state = PartState({"state": State.UNSUPPORTED, "cause": cause, "code": Code.NOT_AVAILABLE_HERE})
    others = {name: each for name, each in answer.answers.items() if name != "cpe"}
    return replace(answer, answers=others, parts={**answer.parts, "cpe": state})


def case_parts(answer: AssembledAnswer, *, has_cpe: bool) -> dict[str, dict[str, Any]]:
    """The state of every part, by the names of a case.

    A CPE that the inventory does not have is not missing.
    """
    parts = {PART_ALIASES.get(name, name): dict(p) for name, p in answer.states().items()}
    if not has_cpe and parts.get("cpe", {}).get("state") == State.UNSUPPORTED:
        del parts["cpe"]
    return parts | _with_link(answer)


def _with_link(answer: AssembledAnswer) -> dict[str, dict[str, Any]]:
    """What is read with the link; of a link that could not be read its own state says it."""
    found = answer.answers.get("status")
    if not isinstance(found, Answer):
        return {}
    read = found.reading.parts
    return {
        name: part_state(read[fact])
        for fact, name in _WITH_LINK.items()
        if fact in read and (fact is not Fact.PROTECTION or read[fact].state != State.UNSUPPORTED)
    }


def part_state(part: Part) -> dict[str, Any]:
    """A part as a case has it."""
    told = dict(render.part(part))
    return told | ({"code": part.code} if part.code else {})


def other_end(answer: AssembledAnswer) -> dict[str, str]:
    """Light at the customer's end, by the CPE's only module; empty: it has none, or several."""
    found = answer.answers.get("cpe")
    if not isinstance(found, CpeAnswer):
        return {}
    if found.reading is not None:
        modules = [facts.transceiver for facts in found.reading.ports.values()]
        read_at = found.reading.read_at
    elif found.announced is not None:
        modules = [port.transceiver for port in found.announced.cpe.ports]
        read_at = found.announced.reading.read_at
    else:
        return {}
    return _light(modules, read_at)


def _light(modules: list[Transceiver | None], read_at: datetime | None) -> dict[str, str]:
    lit = [m for m in modules if m is not None and isinstance(m.rx_power, float)]
    if len(lit) != 1:
        return {}
    told = {
        "dbmRx": render.power(lit[0].rx_power),
        "dbmTx": _level(lit[0].tx_power),
        "readAt": render.time(read_at),
    }
    return {name: value for name, value in told.items() if value is not None}


def _port(answer: AssembledAnswer, name: str) -> PortFacts | None:
    found = answer.answers.get(name)
    return found.port if isinstance(found, Answer) else None
