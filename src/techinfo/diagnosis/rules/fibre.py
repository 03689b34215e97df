"""G. The line: a box to be registered, power before fibre, the cause (light) before the symptom."""

from __future__ import annotations

from datetime import timedelta

from techinfo.diagnosis.case import time_of
from techinfo.diagnosis.light import Level
from techinfo.diagnosis.rule import LINE_SYMPTOMS, Rule
from techinfo.diagnosis.view import View

LEVELS = (
    "status.transceiver.dbmRx",
    "otherEnd.dbmRx",
    "ont.oltRx",
    "ont.transceiver.dbmRx",
)
_DARK = ("status.link", "ont.up", "ont.lastDownCause", "noLight", "status.transceiver.dbmRx")
_READ_LIGHT = ("status|ont", "transceiver|ont")


def _waits_for_registration(view: View) -> bool:
    down = view.line.down_at
    if not view.line.is_pon or down is None:
        return False
    told = (time_of(row.get("since")) for row in view.case.rows("ont.unregistered") or ())
    return any(at is not None and at >= down - timedelta(minutes=10) for at in told)


def _has_no_power(view: View) -> bool:
    return view.line.is_down and (view.line.gasped or view.line.has_power is False)


def _went_without_gasp(view: View) -> bool:
    """Whether a box that says when its power goes said nothing when the line was lost."""
    if view.line.is_pon or view.case.flag("expected.cpe.dyingGasp") is not True:
        return False
    return view.line.last_loss is not None and view.line.last_cause != "dying-gasp"


def _fibre_suspected(view: View) -> bool:
    if not view.line.is_dark or _has_no_power(view):
        return False
    return view.line.has_power is True or view.line.fibre_cause or _went_without_gasp(view)


def _is_too_much(view: View, how_much: list[float]) -> bool:
    """With the link up: errors rise, or it is felt and far outside."""
    if not any(how_much):
        return False
    far = max(how_much) > 3.0 or (all(how_much) and len(how_much) == 2 and sum(how_much) > 3.0)
    return view.errors_rise or (view.orders.is_felt and far)


def _own_level(view: View) -> Level | None:
    """What arrives at a port that is down, if it is light."""
    near = view.light.near
    return None if view.line.is_pon or near is None or near.is_dark else near


def is_strong(view: View) -> bool:
    """Whether the light is too strong for a receiver, and does harm."""
    if view.line.is_down:
        level = _own_level(view)
        return level is not None and level.over > 0
    return view.line.is_up is True and _is_too_much(view, [x.over for x in view.light.levels])


def is_weak(view: View) -> bool:
    """Whether the light is too weak for a receiver, and does harm."""
    if view.line.is_down:
        level = _own_level(view)
        return level is not None and level.under > 0
    if view.line.is_up is not True:
        return False
    low = any(level.is_low for level in view.light.levels)
    under = [level.under for level in view.light.levels]
    return (view.errors_rise and low) or _is_too_much(view, under)


def _light_without_link(view: View) -> bool:
    if not view.line.is_down or view.line.is_pon or view.light.arrives is not True:
        return False
    level = view.light.near
    inside = level is None or (level.under == 0 and level.over == 0)
    return inside and (view.line.down_s is None or view.line.down_s >= 60)


def _checked_at_home(view: View) -> bool:
    if view.line.has_power is not True:
        return False
    tried = (view.case.flag(f"customer.{key}") is True for key in ("cableTried", "deviceTried"))
    return all(tried) or view.line.fibre_lamp is False


def _cannot_be_known(view: View) -> bool:
    empty = view.line.is_fibre and view.light.says == "no module"
    return view.line.light_unknown and not empty and not _has_no_power(view)


RULES = (
    Rule(
        code="ont_not_registered",
        outcome="red",
        act="co",
        location="records",
        ticket=True,
        problem="NO_LINK",
        minutes=120,
        words=(
            "Another fibre box than the registered one is connected.",
            "En annan fiberbox än den registrerade är inkopplad.",
        ),
        sp=(
            "Report it with the serial number on the box.",
            "Felanmäl med serienumret på boxen.",
        ),
        engineer=("Register the box that waits.", "Registrera boxen som väntar."),
        needs=("ont",),
        facts=("ont.up", "ont.unregistered", "ont.lastDownAt"),
        holds=_waits_for_registration,
        when="the own ONT is down, and an unregistered one appeared after it went",
        contradicted="one that has knocked for days is somebody else's",
        sure=0.9,
        hides=LINE_SYMPTOMS,
    ),
    Rule(
        code="power_lost_at_customer",
        outcome="red",
        act="customer",
        location="customer_equipment",
        ticket=False,
        problem="NO_LINK",
        minutes=30,
        words=(
            "The customer's fibre box has no power.",
            "Kundens fiberbox saknar ström.",
        ),
        sp=(
            "Have the customer check the plug, the adapter and the fuse.",
            "Be kunden kontrollera kontakt, adapter och säkring.",
        ),
        engineer=("Nothing to measure: no power.", "Inget att mäta: ingen ström."),
        needs=("ont|history|customer",),
        facts=(
            "ont.lastDownCause",
            "history.transitions",
            "customer.powerOn",
            "customer.lights.power",
        ),
        holds=_has_no_power,
        when="down, and the last cause is a dying gasp, or the customer says that power is off",
        contradicted="the customer says power is on: undecided; an older gasp and a return",
        sure=0.92,
    ),
    Rule(
        code="no_light_fibre_suspected",
        outcome="red",
        act="co",
        location="access_fibre",
        ticket=True,
        problem="NO_LINK",
        minutes=60,
        words=(
            "No light arrives, and the customer's fibre box has power.",
            "Inget ljus kommer fram, och kundens fiberbox har ström.",
        ),
        sp=("Report it.", "Felanmäl."),
        engineer=(
            "Measure the fibre from the switch to the outlet.",
            "Mät fibern från switchen till uttaget.",
        ),
        needs=_READ_LIGHT,
        facts=(*_DARK, "customer.powerOn", "customer.lights.power", "history.transitions"),
        holds=_fibre_suspected,
        when="dark, and the box has power, gave no last gasp, or the cause is lost light",
        contradicted="the customer sees a fibre link: undecided",
        sure=0.88,
        asks=("powerOn",),
    ),
    Rule(
        code="no_light_check_power",
        outcome="red",
        act="customer",
        location="unknown",
        ticket=False,
        problem="NO_LINK",
        minutes=30,
        words=(
            "No light arrives; whether the fibre box has power is not known.",
            "Inget ljus kommer fram; om fiberboxen har ström är inte känt.",
        ),
        sp=(
            "Ask whether the power lamp of the fibre box is lit.",
            "Fråga om fiberboxens strömlampa lyser.",
        ),
        engineer=(
            "Before measuring: does the box have power?",
            "Före mätning: har boxen ström?",
        ),
        needs=_READ_LIGHT,
        facts=_DARK,
        holds=lambda v: v.line.is_dark and not _fibre_suspected(v) and not _has_no_power(v),
        when="dark, and whether the box has power is not known",
        sure=0.9,
        asks=("powerOn",),
    ),
    Rule(
        code="strong_light",
        outcome="red",
        act="co",
        location="access_fibre",
        ticket=True,
        problem="QUALITY",
        minutes=120,
        words=(
            "The light is too strong for the receiver.",
            "Ljuset är för starkt för mottagaren.",
        ),
        sp=("Report it.", "Felanmäl."),
        engineer=(
            "Put in an attenuator, or the right class of module.",
            "Sätt i en dämpare eller rätt klass av modul.",
        ),
        needs=("transceiver|ont|otherEnd",),
        facts=LEVELS,
        holds=is_strong,
        when=(
            "over what the class takes: with the link down, or with errors rising, or felt and far "
            "over (3 dB, or 3 dB over both ends together)"
        ),
        contradicted="up and unharmed: note light_above_class; class unknown",
        sure=0.87,
        hides=frozenset({"light_above_class", "light_outside_class"}),
    ),
    Rule(
        code="weak_light",
        outcome="red",
        act="co",
        location="access_fibre",
        ticket=True,
        problem="QUALITY",
        minutes=120,
        words=(
            "The light is too weak for the receiver.",
            "Ljuset är för svagt för mottagaren.",
        ),
        sp=("Report it.", "Felanmäl."),
        engineer=(
            "Clean and measure from the switch to the outlet; compare with the baseline.",
            "Rengör och mät från switchen till uttaget; jämför med utgångsvärdet.",
        ),
        needs=("transceiver|ont|otherEnd",),
        facts=LEVELS,
        holds=is_weak,
        when=(
            "under what the class hears: with the link down, or within 3 dB of it with errors "
            "rising, or felt and far under (3 dB, or 3 dB under both ends together)"
        ),
        contradicted="up and unharmed: note light_below_class; -40 with traffic: it lies",
        sure=0.87,
        hides=frozenset(
            {"light_below_class", "light_outside_class", "light_margin_low", "light_drift"}
        ),
    ),
    Rule(
        code="light_no_link_restart",
        outcome="red",
        act="customer",
        location="customer_equipment",
        ticket=False,
        problem="NO_LINK",
        minutes=30,
        words=(
            "Light arrives but there is no link: restart the fibre box first.",
            "Ljus kommer fram men det blir ingen länk: starta om fiberboxen först.",
        ),
        sp=(
            "Have the customer restart the fibre box: plug out for ten seconds.",
            "Be kunden starta om fiberboxen: kontakten ur i tio sekunder.",
        ),
        engineer=(
            "Only after a restart: box, or our port.",
            "Först efter omstart: boxen eller vår port.",
        ),
        needs=("status", "transceiver"),
        facts=("status.link", "status.transceiver.dbmRx", "status.linkSince"),
        holds=lambda v: _light_without_link(v) and v.case.flag("customer.restarted") is not True,
        when="down for 60 s with light inside the class, and the box was not restarted",
        contradicted="down for less than 60 s: undecided; another class found: module_fault",
        sure=0.87,
        asks=("restarted",),
    ),
    Rule(
        code="light_no_link",
        outcome="red",
        act="co",
        location="customer_equipment",
        ticket=True,
        problem="NO_LINK",
        minutes=60,
        words=(
            "Light arrives but there is no link, also after a restart of the box.",
            "Ljus kommer fram men det blir ingen länk, inte heller efter omstart av boxen.",
        ),
        sp=("Report it: the box was restarted.", "Felanmäl: boxen är omstartad."),
        engineer=(
            "Change the box; try another port and module.",
            "Byt boxen; prova en annan port och modul.",
        ),
        needs=("status", "transceiver"),
        facts=("status.link", "status.transceiver.dbmRx", "customer.restarted"),
        holds=lambda v: _light_without_link(v) and v.case.flag("customer.restarted") is True,
        when="the same, and the box has been restarted",
        sure=0.88,
    ),
    Rule(
        code="no_link_line_suspected",
        outcome="red",
        act="co",
        location="access_fibre",
        ticket=True,
        problem="NO_LINK",
        minutes=60,
        words=(
            "No link, although power and equipment at the customer have been checked.",
            "Ingen länk, fast ström och utrustning hos kunden är kontrollerade.",
        ),
        sp=("Report it with what has been tried.", "Felanmäl med vad som har provats."),
        engineer=("Measure the line to the outlet.", "Mät ledningen till uttaget."),
        needs=("status", "customer"),
        facts=(
            "status.link",
            "customer.powerOn",
            "customer.lights.wan",
            "customer.cableTried",
            "customer.deviceTried",
        ),
        holds=lambda v: _cannot_be_known(v) and _checked_at_home(v),
        when=(
            "down, light cannot be known, power is on, and cable and device were tried or the "
            "fibre lamp is out"
        ),
        sure=0.87,
    ),
    Rule(
        code="no_link_check_customer",
        outcome="red",
        act="customer",
        location="unknown",
        ticket=False,
        problem="NO_LINK",
        minutes=30,
        words=(
            "No link; the cause cannot be told from here.",
            "Ingen länk; orsaken syns inte härifrån.",
        ),
        sp=(
            "Have the customer check power, cable and lamps.",
            "Be kunden kontrollera ström, kabel och lampor.",
        ),
        engineer=(
            "Nothing to measure before power and cable are checked.",
            "Inget att mäta förrän ström och kabel är kontrollerade.",
        ),
        needs=("status",),
        facts=("status.link", "status.linkSince"),
        holds=lambda v: _cannot_be_known(v) and not _checked_at_home(v),
        when="down, light cannot be known, and the rest is not confirmed",
        sure=0.8,
        asks=("powerOn", "fibreLamp|othersTried"),
    ),
)
