"""H, I. A line that comes and goes, or is young, makes every table below unreliable."""

from __future__ import annotations

from techinfo.diagnosis.rule import ADDRESS_SYMPTOMS, Done, Rule
from techinfo.diagnosis.view import View

_HISTORY = ("history.transitions", "history.cpeBoots")
_BOOTS = 3
_TRANSIENT = frozenset({"flapping", "flapping_check_box"})


def _restarts(view: View) -> bool:
    own = 1 if view.case.flag("customer.restarted") is True else 0
    if view.line.cpe_boots_of_day >= _BOOTS + own or view.line.gasps_of_day >= _BOOTS:
        return True
    told = view.case.flag("customer.boxRestarts") is True
    return view.line.is_fibre and view.line.flaps and told


def _box_is_known_to_run(view: View) -> bool:
    return (
        view.line.box_ran_on
        or view.line.mostly_los
        or view.errors_rise
        or light_drifts(view)
        or view.case.flag("customer.boxRestarts") is False
    )


def light_drifts(view: View) -> bool:
    """Whether the light is 3 dB weaker than at the baseline, and has been for a while."""
    return view.light.drift is not None and view.light.drift >= 3.0


def _flaps(view: View) -> bool:
    return view.line.is_fibre and view.line.flaps and not _restarts(view)


def _is_young(view: View) -> bool:
    up = view.line.up_s
    box = view.case.ago(view.case.time("cpe.upSince"))
    return (up is not None and 0 <= up < 180) or (box is not None and 0 <= box < 300)


def _lacks_something(view: View) -> bool:
    outlet = view.outlet
    no_lan = outlet is not None and outlet[1].get("link") is False
    return view.devices.are_none or view.devices.lacks_lease or no_lan


RULES = (
    Rule(
        code="cpe_restarting",
        outcome="amber",
        act="customer",
        location="customer_equipment",
        ticket=False,
        problem="QUALITY",
        minutes=120,
        words=(
            "The customer's fibre box or router restarts again and again.",
            "Kundens fiberbox eller router startar om gång på gång.",
        ),
        sp=(
            "Have the customer check plug and adapter, and restart the box.",
            "Be kunden kontrollera kontakt och adapter, och starta om boxen.",
        ),
        engineer=("Change the adapter, then the box.", "Byt adaptern, sedan boxen."),
        needs=("history",),
        facts=(*_HISTORY, "customer.boxRestarts"),
        holds=_restarts,
        when="three starts of the box, or three last gasps, in 24 h; or its lamps go out each time",
        sure=0.9,
        asks=("restarted",),
        done=Done(answers=("restarted",), boots=2, managed=True),
        hides=_TRANSIENT,
    ),
    Rule(
        code="flapping",
        outcome="red",
        act="co",
        location="access_fibre",
        ticket=True,
        problem="QUALITY",
        minutes=120,
        words=("The link comes and goes.", "Länken går upp och ner."),
        sp=("Report it.", "Felanmäl."),
        engineer=(
            "Measure the fibre; look at connectors and bends.",
            "Mät fibern; se på kontakter och böjar.",
        ),
        needs=("history",),
        facts=(*_HISTORY, "cpe.upSince"),
        holds=lambda v: _flaps(v) and _box_is_known_to_run(v),
        when="fibre; five losses in 24 h or three in an hour, and the box is known to run on",
        contradicted="losses within 120 s of a restart of switch or box; dying gasps",
        sure=0.88,
    ),
    Rule(
        code="flapping_check_box",
        outcome="amber",
        act="sp",
        location="unknown",
        ticket=False,
        problem="QUALITY",
        minutes=60,
        words=(
            "The link comes and goes; whether the box restarts or the line fails is not known.",
            "Länken går upp och ner; om boxen startar om eller linjen brister är inte känt.",
        ),
        sp=(
            "Ask whether all lamps of the box go out when it happens.",
            "Fråga om alla lampor på boxen släcks när det händer.",
        ),
        engineer=(
            "Before measuring: does the box restart?",
            "Före mätning: startar boxen om?",
        ),
        needs=("history",),
        facts=_HISTORY,
        holds=lambda v: _flaps(v) and not _box_is_known_to_run(v),
        when="fibre, as many losses, and nothing is known of the box",
        sure=0.87,
        asks=("boxRestarts",),
    ),
    Rule(
        code="errors_on_fibre",
        outcome="red",
        act="co",
        location="access_fibre",
        ticket=True,
        problem="QUALITY",
        minutes=120,
        words=(
            "Frames arrive damaged over the fibre.",
            "Paket kommer fram skadade över fibern.",
        ),
        sp=("Report it.", "Felanmäl."),
        engineer=(
            "Clean and measure; try another module.",
            "Rengör och mät; prova en annan modul.",
        ),
        needs=("counters",),
        facts=("status.statistics.input.crcErrors", "history.counters", "history.counted"),
        holds=lambda v: v.line.is_fibre and v.errors_rise,
        when="ten CRC errors more in 5 minutes, and one frame in a million",
        contradicted="a total without an earlier reading; less than before (reset)",
        sure=0.88,
    ),
    Rule(
        code="just_started",
        outcome="amber",
        act="wait",
        location="customer_equipment",
        ticket=False,
        problem="OTHER",
        minutes=5,
        words=(
            "The link or the box has just come up; ask again in a few minutes.",
            "Länken eller boxen har nyss kommit upp; fråga igen om några minuter.",
        ),
        sp=("Ask again in five minutes.", "Fråga igen om fem minuter."),
        engineer=("Wait until tables have filled.", "Vänta tills tabellerna har fyllts."),
        needs=("status|cpe|ont",),
        facts=("status.linkSince", "ont.upSince", "cpe.upSince"),
        holds=lambda v: v.line.is_up is True and _is_young(v) and _lacks_something(v),
        when="link up for 180 s or box for 300 s at most, and MAC, lease or LAN link lacking",
        contradicted="a link since nobody knows when is not just started",
        sure=0.9,
        hides=ADDRESS_SYMPTOMS,
    ),
)
