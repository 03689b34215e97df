"""E. A restart and a common cause come before each single one."""

from __future__ import annotations

from techinfo.diagnosis.rule import ADDRESS_SYMPTOMS, LINE_SYMPTOMS, Rule
from techinfo.diagnosis.view import View

_LATELY_S = 600.0
_MOST = 0.8


def _restarted(view: View) -> bool:
    ago = view.case.ago(view.case.time("hardware.upSince"))
    return ago is not None and 0 <= ago < _LATELY_S


def _lost_power(view: View) -> bool:
    if view.neighbours.fallen is None:
        return False
    dark_house = view.line.has_power is False
    if view.neighbours.share(("dying-gasp",)) >= _MOST:
        return view.line.gasped or dark_house
    no_light = view.light.arrives is not True
    return view.neighbours.tells_no_cause and no_light and dark_house


def area_location(view: View) -> str:
    """Where several fell together: the switch, the fibre, or not known."""
    group = view.neighbours.fallen[0] if view.neighbours.fallen else ""
    if group == "switch" and view.light.arrives is True and not view.line.is_pon:
        return "switch"
    all_los = view.line.fibre_cause and view.neighbours.share(("los", "lofi")) >= _MOST
    if all_los or view.line.has_power is True:
        return "switch" if view.line.is_copper else "access_fibre"
    return "unknown"


_FALLEN = ("status.link", "ont.up", "neighbours.pon", "neighbours.street", "neighbours.switch")
RULES = (
    Rule(
        code="switch_rebooted_lately",
        outcome="amber",
        act="wait",
        location="switch",
        ticket=False,
        problem="OTHER",
        minutes=10,
        words=(
            "The access switch has just restarted.",
            "Accessswitchen har nyss startat om.",
        ),
        sp=("Ask again in ten minutes.", "Fråga igen om tio minuter."),
        engineer=("Look for the cause of the restart.", "Sök orsaken till omstarten."),
        needs=("hardware",),
        facts=("hardware.upSince",),
        holds=_restarted,
        when="the switch has been up for less than 10 minutes",
        contradicted="a clock that cannot be right",
        sure=0.92,
        hides=ADDRESS_SYMPTOMS | {"just_started"},
    ),
    Rule(
        code="area_power_outage",
        outcome="amber",
        act="wait",
        location="customer_equipment",
        ticket=False,
        problem="NO_LINK",
        minutes=30,
        words=(
            "Several neighbours lost power in the same moment.",
            "Flera grannar tappade strömmen i samma ögonblick.",
        ),
        sp=("Wait for the power to come back.", "Vänta tills strömmen är tillbaka."),
        engineer=("Nothing to measure: no power.", "Inget att mäta: ingen ström."),
        needs=("neighbours",),
        facts=(*_FALLEN, "ont.lastDownCause", "customer.powerOn"),
        holds=_lost_power,
        when=(
            "three and 30 % of a PON, street or switch fell within 60 s; 80 % of those with a last "
            "gasp and this one too, or nobody tells a cause and the customer has no power"
        ),
        contradicted="others whose light went",
        sure=0.9,
        hides=LINE_SYMPTOMS,
    ),
    Rule(
        code="area_outage",
        outcome="red",
        act="co",
        location="unknown",
        ticket=True,
        problem="NO_LINK",
        minutes=30,
        words=(
            "Several accesses went down together: power, cable or switch.",
            "Flera anslutningar föll samtidigt: ström, kabel eller switch.",
        ),
        sp=("Report it once for all of them.", "Felanmäl en gång för alla."),
        engineer=(
            "Measure the cable that they share; ask whether the street has power.",
            "Mät den gemensamma kabeln; fråga om gatan har ström.",
        ),
        needs=("neighbours",),
        facts=(*_FALLEN, "noLight", "customer.powerOn"),
        holds=lambda v: v.neighbours.fallen is not None and not _lost_power(v),
        when="as many fell within 60 s, and it is not shown that power was lost",
        contradicted="rows that went down at other times",
        sure=0.85,
        asks=("powerOn",),
        hides=LINE_SYMPTOMS,
    ),
)
