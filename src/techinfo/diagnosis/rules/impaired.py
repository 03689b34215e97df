"""M. Impaired: ours before the customer's, moved by the complaint."""

from __future__ import annotations

from techinfo.diagnosis.case import Row, number_of
from techinfo.diagnosis.orders import Orders
from techinfo.diagnosis.rule import Done, Rule
from techinfo.diagnosis.rules.fibre import LEVELS
from techinfo.diagnosis.rules.stability import light_drifts
from techinfo.diagnosis.view import View

_TRIED = Done(answers=("cableTried", "deviceTried"))
_WAY = {"in": "up", "out": "down"}
"""A queue's direction as the switch sees it: in is from the customer."""
_FULL = 0.9


def _rates(view: View) -> list[Row]:
    rows = view.case.rows("status.configuredSpeed") or ()
    return [r for r in rows if r.get("serviceType") == "bb" and r.get("holder") != "other"]


def _pir(view: View, queue: str) -> float | None:
    told = [number_of(r.get("pir")) for r in _rates(view) if r.get("queue") == queue]
    return max((pir for pir in told if pir is not None), default=None)


def _is_half(view: View) -> bool:
    speed = view.case.text("status.speed") or ""
    return view.case.flag("status.fullDuplex") is False or speed.endswith("-half")


def _is_slower_than_ordered(view: View) -> bool:
    speed, ordered = view.case.number("status.linkSpeed"), view.orders.most_kbits
    return speed is not None and ordered is not None and speed * 1000 < ordered


def _is_set_wrong(view: View) -> bool:
    speed = view.case.text("status.speed")
    if not view.line.is_copper or speed in (None, "auto"):
        return False
    return _is_half(view) or view.errors_rise or _is_slower_than_ordered(view)


def _shaped_too_low(view: View) -> bool:
    for queue, way in _WAY.items():
        pir, ordered = _pir(view, queue), view.orders.kbits(way)
        if pir is not None and ordered is not None and pir < 0.95 * ordered:
            return True
    return False


def _port_negotiated_badly(view: View) -> bool:
    if not view.line.is_copper or view.case.text("status.speed") not in (None, "auto"):
        return False
    speed, port = view.case.number("status.linkSpeed"), view.case.number("expected.portSpeed")
    slow = speed is not None and port is not None and speed < port
    return _is_half(view) or (slow and _is_slower_than_ordered(view))


def _outlet_negotiated_badly(view: View) -> bool:
    if view.carrying_outlet is None or view.carrying_outlet[1].get("link") is not True:
        return False
    row, ordered = view.carrying_outlet[1], view.orders.most_kbits
    speed = number_of(row.get("linkSpeed"))
    slow = speed is not None and ordered is not None and speed * 1000 < ordered
    return slow or row.get("fullDuplex") is False


def _fills_line(view: View) -> bool:
    if view.orders.complaint != "slow":
        return False
    for queue, way in _WAY.items():
        rate = _pir(view, queue) or view.orders.kbits(way)
        sent = view.traffic.in_five("input" if queue == "in" else "output", "bytes")
        if rate and sent is not None and sent * 8 / 300 >= _FULL * rate * 1000:
            return True
    return False


def uplink_is_full(view: View) -> bool:
    """Whether the line above the switch is full."""
    return (view.case.number("uplink.load") or 0) >= _FULL


def _asks_for_no_channel(view: View) -> bool:
    watching = view.orders.complaint == "tv" and view.orders.active("iptv") is not None
    return watching and view.television is False


def loses_one_way(view: View) -> bool:
    """Whether the fibre loses much more light in one direction."""
    grown, apart = view.light.lost_more_one_way, view.light.asymmetry
    if grown is not None and grown >= 4.0:
        return True
    felt = view.orders.complaint in ("drops", "slow")
    return apart is not None and apart >= 6.0 and (view.errors_rise or felt)


def _up(view: View) -> bool:
    return view.line.is_up is True


def complaint_order(orders: Orders) -> tuple[str, ...]:
    """What comes first among the impairments, by what the customer complains of."""
    if orders.complaint == "tv":
        return ("iptv_no_join", "uplink_full")
    if orders.complaint == "drops":
        first = ("flapping_copper", "uplink_full", "loss_one_direction", "light_drift")
        return (*first, "port_speed_misconfigured", "bad_negotiation", "errors_on_copper")
    return ()


RULES = (
    Rule(
        code="port_speed_misconfigured",
        outcome="amber",
        act="co",
        location="port",
        ticket=True,
        problem="QUALITY",
        minutes=120,
        words=(
            "The port is set to a fixed speed or duplex that does not fit.",
            "Porten är låst till en hastighet eller duplex som inte passar.",
        ),
        sp=("Report it.", "Felanmäl."),
        engineer=("Set the port to negotiate.", "Ställ porten på auto."),
        needs=("status",),
        facts=("status.speed", "status.fullDuplex", "status.linkSpeed"),
        holds=lambda v: _up(v) and _is_set_wrong(v),
        when="copper, the speed is fixed, and half duplex, errors rising or slower than ordered",
        contradicted="fibre ports are fixed by nature",
        sure=0.88,
        hides=frozenset({"bad_negotiation"}),
    ),
    Rule(
        code="speed_below_order",
        outcome="amber",
        act="co",
        location="service",
        ticket=True,
        problem="QUALITY",
        minutes=120,
        words=(
            "The configured speed is lower than ordered.",
            "Den inställda hastigheten är lägre än beställt.",
        ),
        sp=("Report it with the ordered speed.", "Felanmäl med beställd hastighet."),
        engineer=("Set the rate of the order.", "Ställ in orderns hastighet."),
        needs=("shaping", "expected.services"),
        facts=("status.configuredSpeed", "expected.services"),
        holds=_shaped_too_low,
        when="broadband's rate in a direction is under 95 % of the order",
        contradicted="rates of other services",
        sure=0.9,
        rests_on_records=True,
    ),
    Rule(
        code="bad_negotiation",
        outcome="amber",
        act="customer",
        location="customer_equipment",
        ticket=False,
        problem="QUALITY",
        minutes=60,
        words=(
            "The link has come up slower than both ends can, or half duplex.",
            "Länken har kommit upp långsammare än båda ändar klarar, eller i halv duplex.",
        ),
        sp=(
            "Have the customer try another cable and another device.",
            "Be kunden prova en annan kabel och en annan enhet.",
        ),
        engineer=("Measure the cable: all four pairs.", "Mät kabeln: alla fyra paren."),
        needs=("status|cpe|ont",),
        facts=("status.linkSpeed", "status.fullDuplex", "cpe.ports", "ont.uni"),
        holds=lambda v: _up(v) and (_port_negotiated_badly(v) or _outlet_negotiated_badly(v)),
        when="copper that negotiates, or broadband's socket: half duplex, or slower than ordered",
        contradicted="the television's socket; 100 where 100 is ordered",
        sure=0.87,
        asks=("othersTried",),
        done=_TRIED,
        rests_on_records=True,
    ),
    Rule(
        code="errors_on_copper",
        outcome="amber",
        act="customer",
        location="customer_equipment",
        ticket=False,
        problem="QUALITY",
        minutes=60,
        words=(
            "Frames arrive damaged over the network cable.",
            "Paket kommer fram skadade över nätverkskabeln.",
        ),
        sp=(
            "Have the customer try another cable and another device.",
            "Be kunden prova en annan kabel och en annan enhet.",
        ),
        engineer=("Measure the cable.", "Mät kabeln."),
        needs=("counters",),
        facts=("status.statistics.input.crcErrors", "history.counters", "history.counted"),
        holds=lambda v: v.line.is_copper and v.errors_rise,
        when="copper; ten CRC errors more in 5 minutes, and one frame in a million",
        sure=0.87,
        asks=("othersTried",),
        done=_TRIED,
    ),
    Rule(
        code="flapping_copper",
        outcome="amber",
        act="customer",
        location="customer_equipment",
        ticket=False,
        problem="QUALITY",
        minutes=60,
        words=(
            "The link over the network cable comes and goes: cable, or a device that sleeps.",
            "Länken över nätverkskabeln går upp och ner: kabel, eller en enhet som går i vila.",
        ),
        sp=(
            "Have the customer try another cable and another device.",
            "Be kunden prova en annan kabel och en annan enhet.",
        ),
        engineer=("Measure the cable; try another port.", "Mät kabeln; prova en annan port."),
        needs=("history",),
        facts=("history.transitions",),
        holds=lambda v: v.line.is_copper and v.line.flaps and v.orders.is_felt,
        when="copper; five losses in 24 h or three in an hour, and it is felt",
        contradicted="no complaint: a device that sleeps",
        sure=0.86,
        asks=("othersTried",),
        done=_TRIED,
    ),
    Rule(
        code="line_full_by_own_use",
        outcome="amber",
        act="customer",
        location="customer_equipment",
        ticket=False,
        problem="QUALITY",
        minutes=30,
        words=(
            "The customer's own traffic fills the connection.",
            "Kundens egen trafik fyller anslutningen.",
        ),
        sp=(
            "Tell the customer that a device uses all of the speed.",
            "Säg till kunden att en enhet använder hela hastigheten.",
        ),
        engineer=("Nothing to measure.", "Inget att mäta."),
        needs=("counters", "shaping|expected.services"),
        facts=(
            "status.statistics.lastFiveInput.bytes",
            "status.statistics.lastFiveOutput.bytes",
            "status.configuredSpeed",
        ),
        holds=lambda v: _up(v) and _fills_line(v),
        when="slow is complained of, and five minutes ran at 90 % of the rate in a direction",
        sure=0.87,
    ),
    Rule(
        code="uplink_full",
        outcome="amber",
        act="co",
        location="above",
        ticket=True,
        problem="QUALITY",
        minutes=30,
        words=(
            "The line above the switch is full.",
            "Förbindelsen ovanför switchen är full.",
        ),
        sp=("Report it.", "Felanmäl."),
        engineer=("Widen the uplink.", "Bygg ut upplänken."),
        needs=("uplink",),
        facts=("uplink.load",),
        holds=lambda v: _up(v) and v.orders.is_felt and uplink_is_full(v),
        when="drops, slow or tv is complained of, and the uplink is loaded by 90 %",
        contradicted="older than 15 minutes",
        sure=0.87,
    ),
    Rule(
        code="iptv_no_join",
        outcome="amber",
        act="customer",
        location="customer_equipment",
        ticket=False,
        problem="QUALITY",
        minutes=30,
        words=(
            "The television box does not ask for a channel.",
            "Tv-boxen begär ingen kanal.",
        ),
        sp=(
            "Have the customer restart the television box and check its cable.",
            "Be kunden starta om tv-boxen och kontrollera dess kabel.",
        ),
        engineer=("Nothing to measure.", "Inget att mäta."),
        needs=("igmpGroups",),
        facts=("groups", "igmpGroups"),
        holds=lambda v: _up(v) and _asks_for_no_channel(v),
        when="television is complained of, it is activated, and no channel is joined",
        contradicted="no iptv ordered: note tv_by_internet; no complaint: standby",
        sure=0.86,
        asks=("tvRestarted",),
        done=Done(answers=("tvRestarted",), act="sp", ticket=None),
    ),
    Rule(
        code="loss_one_direction",
        outcome="amber",
        act="co",
        location="access_fibre",
        ticket=True,
        problem="QUALITY",
        minutes=120,
        words=(
            "The fibre loses much more light in one direction.",
            "Fibern tappar mycket mer ljus i ena riktningen.",
        ),
        sp=("Report it.", "Felanmäl."),
        engineer=(
            "Measure at both wavelengths; look for a bend or a dirty connector.",
            "Mät vid båda våglängderna; sök en böj eller en smutsig kontakt.",
        ),
        needs=("transceiver|ont", "otherEnd|ont"),
        facts=(
            *LEVELS,
            "history.baseline.dbmRx",
            "history.baseline.farRx",
            "history.baseline.oltRx",
        ),
        holds=lambda v: _up(v) and loses_one_way(v),
        when="4 dB more lost one way since the baseline; or 6 dB apart with errors, drops or slow",
        contradicted="4 dB apart alone: note loss_asymmetric",
        sure=0.85,
        hides=frozenset({"loss_asymmetric", "light_drift"}),
    ),
    Rule(
        code="light_drift",
        outcome="amber",
        act="co",
        location="access_fibre",
        ticket=True,
        problem="QUALITY",
        minutes=120,
        words=(
            "The light has become clearly weaker than before.",
            "Ljuset har blivit klart svagare än förut.",
        ),
        sp=("Report it.", "Felanmäl."),
        engineer=(
            "Compare with the baseline; clean and measure.",
            "Jämför med utgångsvärdet; rengör och mät.",
        ),
        needs=("transceiver|ont", "history"),
        facts=("status.transceiver.dbmRx", "ont.transceiver.dbmRx", "history.baseline.dbmRx"),
        holds=lambda v: _up(v) and light_drifts(v),
        when="3 dB under the baseline, now and in every sample of the last 2 h",
        contradicted="another module than the baseline's; one sample",
        sure=0.87,
    ),
)
