"""K. Traffic: only where an address is held."""

from __future__ import annotations

from techinfo.diagnosis.rule import Done, Rule
from techinfo.diagnosis.view import View

_COUNTERS = ("status.statistics.lastFiveInput.packets", "status.statistics.lastFiveOutput.packets")
_STREAM = 3000.0
"""Multicast packets in five minutes: ten a second; queries alone are not none."""


def _nothing_comes_back(view: View) -> bool:
    up = view.line.is_up is True
    return up and view.devices.has_lease is True and view.traffic.comes_back is False


def _fell_silent(view: View) -> bool:
    sent = view.traffic.in_fifteen("input", "packets")
    if view.line.is_up is not True or sent is None:
        return False
    managed = view.case.flag("expected.cpe.managed") is True
    quiet = sent == 0 or (managed and sent < 900 and not view.devices.are_some)
    known = view.traffic.heard is True or view.devices.has_lease is True or view.devices.are_some
    return quiet and known and not view.orders.has_fixed_address


def _no_stream(view: View) -> bool:
    stream = view.traffic.in_five("output", "multicast")
    watching = view.orders.complaint == "tv" and view.orders.active("iptv") is not None
    return watching and view.television is True and stream is not None and stream < _STREAM


RULES = (
    Rule(
        code="traffic_one_way",
        outcome="red",
        act="co",
        location="above",
        ticket=True,
        problem="NO_ACCESS",
        minutes=30,
        words=(
            "The customer's device sends and nothing comes back.",
            "Kundens enhet sänder men inget kommer tillbaka.",
        ),
        sp=("Report it.", "Felanmäl."),
        engineer=(
            "Look above the switch: VLAN, uplink, gateway.",
            "Se ovanför switchen: VLAN, upplänk, gateway.",
        ),
        needs=("counters",),
        facts=(*_COUNTERS, "leaseInfo"),
        holds=_nothing_comes_back,
        when="a lease; more than 50 packets in and 10 out in 5 minutes, 30 out in 15",
        contradicted="output not counted; leases unread or a single sample: undecided",
        sure=0.87,
    ),
    Rule(
        code="customer_router_silent",
        outcome="red",
        act="customer",
        location="customer_equipment",
        ticket=False,
        problem="NO_ACCESS",
        minutes=30,
        words=(
            "The router was heard and has fallen silent; the link is up.",
            "Routern har hörts men tystnat; länken är uppe.",
        ),
        sp=(
            "Have the customer restart the router, then try another device in the outlet.",
            "Be kunden starta om routern och sedan prova en annan enhet i uttaget.",
        ),
        engineer=("Try the outlet with a device of your own.", "Prova uttaget med egen enhet."),
        needs=("status|ont", "counters"),
        facts=(*_COUNTERS, "status.link", "leaseInfo", "macAddressTable"),
        holds=_fell_silent,
        when="nothing in for 15 minutes, and heard since link up, a lease, or a MAC still there",
        contradicted="6 packets in 5 minutes at night is alive",
        sure=0.87,
        asks=("deviceTried",),
        done=Done(answers=("deviceTried",)),
    ),
    Rule(
        code="iptv_no_traffic",
        outcome="red",
        act="co",
        location="above",
        ticket=True,
        problem="QUALITY",
        minutes=30,
        words=(
            "The television box has joined and no stream comes.",
            "Tv-boxen har begärt kanal men ingen ström kommer.",
        ),
        sp=("Report it.", "Felanmäl."),
        engineer=(
            "Follow the group upwards: querier, IGMP snooping, source.",
            "Följ gruppen uppåt: frågeställare, IGMP-snooping, källa.",
        ),
        needs=("igmpGroups", "counters"),
        facts=("groups", "igmpGroups", "status.statistics.lastFiveOutput.multicast"),
        holds=_no_stream,
        when="television is complained of, a channel is joined, and no ten packets a second come",
        contradicted="groups only counted, or unread: undecided",
        sure=0.86,
    ),
)
