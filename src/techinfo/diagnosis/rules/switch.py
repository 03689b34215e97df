"""D. The switch: one that does not answer us is not one that is out; a closed port is certain."""

from __future__ import annotations

from techinfo.diagnosis.rule import LINE_SYMPTOMS, Rule
from techinfo.diagnosis.view import View

_SILENT = ("parts.status.code", "parts.status.since")


def _is_unreachable(view: View) -> bool:
    since = view.case.since("status")
    if not view.is_silent or since is None or view.lives_though_silent:
        return False
    if (view.dhcp.given_lately or since) > since or view.neighbours.renewed_since(since):
        return False
    return view.case.flag("uplink.link") is False or view.neighbours.silent_since(since) >= 3


def _lives(view: View) -> bool:
    return view.lives_though_silent and not _is_unreachable(view)


def _is_blind(view: View) -> bool:
    if view.case.code("status") == "element_refuses":
        return True
    if not view.is_silent or _is_unreachable(view) or _lives(view):
        return False
    silent, known = view.neighbours.silent_elements
    return known >= 3 and silent >= 0.8 * known


def _is_only_silent(view: View) -> bool:
    return view.is_silent and not (_is_unreachable(view) or _lives(view) or _is_blind(view))


RULES = (
    Rule(
        code="switch_unreachable",
        outcome="red",
        act="co",
        location="switch",
        ticket=True,
        problem="NO_LINK",
        minutes=15,
        words=("The access switch is out of service.", "Accessswitchen är ur drift."),
        sp=("Report it.", "Felanmäl."),
        engineer=(
            "Check the switch's power and the port above it.",
            "Kontrollera switchens ström och porten ovanför.",
        ),
        needs=("parts:element_silent", "uplink|neighbours"),
        facts=(*_SILENT, "uplink.link", "neighbours.switch"),
        holds=_is_unreachable,
        when=(
            "silent for 180 s, no sign of life, and the port above is down, or three leases "
            "of neighbours were due since then and none was renewed"
        ),
        contradicted="any sign of life; one customer's complaint proves nothing",
        sure=0.9,
    ),
    Rule(
        code="switch_management_silent",
        outcome="amber",
        act="sp",
        location="switch",
        ticket=False,
        problem="OTHER",
        minutes=15,
        words=(
            "The switch cannot be read, but its customers have service.",
            "Switchen kan inte läsas, men kunderna på den har tjänst.",
        ),
        sp=(
            "Go on with the customer's own equipment; ask again in 15 minutes.",
            "Felsök kundens utrustning; fråga igen om 15 minuter.",
        ),
        engineer=(
            "Check the switch's management address and its SNMP.",
            "Kontrollera switchens adress för drift och dess SNMP.",
        ),
        needs=("parts:element_silent", "dhcp|neighbours"),
        facts=(*_SILENT, "dhcp.answers", "neighbours.switch"),
        holds=_lives,
        when=(
            "silent for 180 s, but this access was given an address since then, or two "
            "neighbours' leases were renewed"
        ),
        contradicted="renewals from before",
        sure=0.88,
    ),
    Rule(
        code="collector_blind",
        outcome="amber",
        act="wait",
        location="unknown",
        ticket=False,
        problem="OTHER",
        minutes=15,
        words=(
            "The network's own reading does not reach this equipment; the operator has been told.",
            "Nätets egen avläsning når inte utrustningen; nätägaren är underrättad.",
        ),
        sp=("Wait: nothing is known of the access.", "Vänta: inget är känt om anslutningen."),
        engineer=(
            "Check the credential and the way to the management network.",
            "Kontrollera inloggningen och vägen till driftnätet.",
        ),
        needs=("parts:element_silent|parts:element_refuses",),
        facts=("parts.status.code", "neighbours.elements"),
        holds=_is_blind,
        when="the element refuses our credential, or 80 % of three elements or more are silent",
        contradicted="the port above is down: switch_unreachable",
        sure=0.9,
    ),
    Rule(
        code="switch_silent",
        outcome="amber",
        act="wait",
        location="switch",
        ticket=False,
        problem="OTHER",
        minutes=15,
        words=(
            "The access switch does not answer; whether its customers are out is being looked at.",
            "Accessswitchen svarar inte; om kunderna är utan tjänst undersöks.",
        ),
        sp=("Wait and ask again.", "Vänta och fråga igen."),
        engineer=(
            "Check the switch's power and the port above it.",
            "Kontrollera switchens ström och porten ovanför.",
        ),
        needs=("parts:element_silent",),
        facts=_SILENT,
        holds=_is_only_silent,
        when="silent for 180 s, and nothing more is known",
        contradicted="less than 180 s: undecided",
        sure=0.85,
    ),
    Rule(
        code="port_admin_down",
        outcome="red",
        act="co",
        location="port",
        ticket=True,
        problem="NO_LINK",
        minutes=120,
        words=("The port is switched off by the network.", "Porten är avstängd i nätet."),
        sp=("Report that the port is closed.", "Felanmäl att porten är stängd."),
        engineer=("Find out who closed it, and open it.", "Ta reda på vem som stängde och öppna."),
        needs=("status",),
        facts=("status.adminDown", "status.link"),
        holds=lambda v: v.line.is_closed and v.case.flag("status.link") is False,
        when="adminDown is true and the link is down",
        contradicted="the state of the service comes first; a laser that is on or off says nothing",
        sure=0.95,
        hides=LINE_SYMPTOMS,
    ),
)
