"""F. The port: what it says of itself, then wrong patching, before the line is blamed."""

from __future__ import annotations

from techinfo.diagnosis.rule import LINE_SYMPTOMS, Rule
from techinfo.diagnosis.view import View

_BY_CUSTOMER = frozenset({"bpdu-guard", "storm", "mac-limit", "security"})
_PROTECTION = ("protection.state", "protection.reason", "protection.since")


def _loops(view: View) -> bool:
    if view.is_blocked and view.case.text("protection.reason") == "loop":
        return True
    return any(
        row.get("loopDetectionStatus") == "loop" for row in view.case.rows("cpe.ports") or ()
    )


def _recovers(view: View) -> bool:
    looped = view.case.text("protection.reason") == "loop"
    return view.is_blocked and not looped and view.opens_by_itself


def _is_of_customer(view: View) -> bool:
    return view.case.text("protection.reason") in _BY_CUSTOMER


def _stays_blocked(view: View) -> bool:
    return view.is_blocked and not _loops(view) and not view.opens_by_itself


def is_harmed(view: View) -> bool:
    """Whether the line is down, damages frames, or the customer feels it."""
    return view.line.is_down or view.errors_rise or view.orders.is_felt


def module_differs(view: View) -> bool:
    """Whether the module is of another class than the records say, or its laser fails."""
    return view.light.is_other_class or (view.light.laser_fails and not view.line.is_closed)


_ELSEWHERE = ("sightings", "dhcp.requests", "macAddressTable", "history.changes")
RULES = (
    Rule(
        code="loop_detected",
        outcome="red",
        act="customer",
        location="customer_equipment",
        ticket=False,
        problem="NO_LINK",
        minutes=15,
        words=(
            "The port is blocked: the customer's network has a loop.",
            "Porten är spärrad: kundens nät har en loop.",
        ),
        sp=(
            "Have the customer unplug the cable that joins two sockets.",
            "Be kunden dra ur kabeln som förbinder två uttag.",
        ),
        engineer=("The port opens when the loop is gone.", "Porten öppnas när loopen är borta."),
        needs=("protection|cpe",),
        facts=(*_PROTECTION, "cpe.ports"),
        holds=_loops,
        when="a protection has blocked the port for a loop, or the box sees one",
        contradicted="state ok: history",
        sure=0.93,
        hides=LINE_SYMPTOMS,
    ),
    Rule(
        code="port_blocked_recovers",
        outcome="amber",
        act="customer",
        location="customer_equipment",
        ticket=False,
        problem="NO_LINK",
        minutes=15,
        words=(
            "A protection has closed the port and opens it again by itself; unplug what caused it.",
            "Ett skydd har stängt porten och öppnar den igen av sig självt; "
            "koppla ur det som utlöste det.",
        ),
        sp=(
            "Have the customer unplug what was connected last.",
            "Be kunden koppla ur det som anslöts senast.",
        ),
        engineer=("The timer opens the port.", "Tidsgränsen öppnar porten."),
        needs=("protection",),
        facts=(*_PROTECTION, "protection.autoRecoverS"),
        holds=_recovers,
        when="blocked, not for a loop, with a timer that has not failed for three times as long",
        contradicted="no timer, or one that does not help",
        sure=0.92,
        hides=LINE_SYMPTOMS,
    ),
    Rule(
        code="port_blocked_by_customer",
        outcome="red",
        act="customer",
        location="customer_equipment",
        ticket=True,
        problem="NO_LINK",
        minutes=60,
        words=(
            "What the customer connected made a protection close the port: unplug it, then the "
            "network opens the port.",
            "Det kunden kopplade in fick ett skydd att stänga porten: koppla ur det, sedan öppnar "
            "nätet porten.",
        ),
        sp=(
            "Have the customer unplug it, then report that the port is to be opened.",
            "Be kunden koppla ur det, felanmäl sedan att porten ska öppnas.",
        ),
        engineer=(
            "Open the port once the cause is unplugged.",
            "Öppna porten när orsaken är urkopplad.",
        ),
        needs=("protection",),
        facts=(*_PROTECTION, "protection.autoRecoverS"),
        holds=lambda v: _stays_blocked(v) and _is_of_customer(v),
        when="blocked by bpdu-guard, storm, mac-limit or security, without a timer that helps",
        contradicted="a flapping link may be the fibre",
        sure=0.92,
        hides=LINE_SYMPTOMS,
    ),
    Rule(
        code="port_blocked",
        outcome="red",
        act="co",
        location="port",
        ticket=True,
        problem="NO_LINK",
        minutes=120,
        words=(
            "A protection has closed the port and it does not open by itself.",
            "Ett skydd har stängt porten och den öppnas inte av sig själv.",
        ),
        sp=("Report that the port is blocked.", "Felanmäl att porten är spärrad."),
        engineer=("See why it was blocked, and open it.", "Se varför den spärrades och öppna den."),
        needs=("protection",),
        facts=_PROTECTION,
        holds=lambda v: _stays_blocked(v) and not _is_of_customer(v),
        when="blocked by a flapping link, or the switch does not tell why",
        sure=0.92,
        hides=LINE_SYMPTOMS,
    ),
    Rule(
        code="wrong_port",
        outcome="red",
        act="co",
        location="other_access",
        ticket=True,
        problem="NO_ACCESS",
        minutes=120,
        words=(
            "The customer's equipment is seen on another access.",
            "Kundens utrustning syns på en annan anslutning.",
        ),
        sp=("Report that accesses are swapped.", "Felanmäl att anslutningar är förväxlade."),
        engineer=(
            "Compare the patching in the cabinet with the records.",
            "Jämför korskopplingen i skåpet med registret.",
        ),
        needs=("sightings|dhcp",),
        facts=_ELSEWHERE,
        holds=lambda v: v.elsewhere is not None and v.elsewhere[1] and v.was_swapped,
        when=(
            "the ordered router is seen on another access near by, or asks only there, and that "
            "began within 48 h after a change, or it has never worked here"
        ),
        contradicted="seen on an uplink; nothing was changed: equipment_elsewhere",
        sure=0.87,
        hides=frozenset({"equipment_elsewhere", "no_lease", "no_dhcp_request"}),
    ),
    Rule(
        code="no_module",
        outcome="red",
        act="co",
        location="port",
        ticket=True,
        problem="NO_LINK",
        minutes=120,
        words=(
            "There is no optical module in the port.",
            "Det sitter ingen optisk modul i porten.",
        ),
        sp=("Report it.", "Felanmäl."),
        engineer=("Put the module in.", "Sätt i modulen."),
        needs=("status", "noLight"),
        facts=("noLight", "status.link"),
        holds=lambda v: v.line.is_fibre and v.line.is_down and v.light.says == "no module",
        when="fibre, the link is down, and the cage is read as empty",
        contradicted="a transceiver that was not read; copper",
        sure=0.93,
    ),
    Rule(
        code="module_fault",
        outcome="red",
        act="co",
        location="port",
        ticket=True,
        problem="NO_LINK",
        minutes=120,
        words=(
            "The optical module in the switch is of the wrong kind or is failing.",
            "Switchens optiska modul är av fel sort eller trasig.",
        ),
        sp=("Report it.", "Felanmäl."),
        engineer=(
            "Change the module; compare its class with the records.",
            "Byt modulen; jämför dess klass med registret.",
        ),
        needs=("transceiver",),
        facts=("status.transceiver.dbmTx", "opticClass", "expected.opticClass", "status.link"),
        holds=lambda v: module_differs(v) and is_harmed(v) and v.light.says != "no module",
        when=(
            "its class differs from the records', or it sends 3 dB less than its class (6 dB for "
            "classes of makers); and the line is down, damages frames or is felt"
        ),
        contradicted="link up and clean: note module_odd; a closed port",
        sure=0.88,
    ),
)
