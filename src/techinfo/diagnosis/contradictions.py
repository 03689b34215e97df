"""Facts that cannot all be true. They are told, never smoothed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from techinfo.diagnosis.optic_classes import NO_LIGHT
from techinfo.diagnosis.rules.dhcp import has_device_without_lease
from techinfo.diagnosis.view import View


@dataclass(frozen=True)
class Contradiction:
    """Two facts that do not go together.

    Args:
        words: What is told of it.
        holds: Whether it is so.
        strength: ``decides``: no verdict but of the records stands against it; ``weak``: only where
            nothing else holds; ``told``: something of it is wrong, and the verdict stands.
    """

    words: str
    holds: Callable[[View], bool]
    strength: str = "decides"


def _counts_while_down(view: View) -> bool:
    down, packets = view.line.down_s, view.traffic.packets_in
    return (
        view.case.flag("status.link") is False
        and view.line.is_down
        and down is not None
        and down > 330
        and packets is not None
        and packets > 100
    )


def _lit_while_gone(view: View) -> bool:
    if not view.line.is_pon or not view.line.is_down:
        return False
    levels = (view.case.number("ont.oltRx"), view.case.number("ont.transceiver.dbmRx"))
    return any(level is not None and level > NO_LIGHT for level in levels)


def _traffic_without_address(view: View) -> bool:
    packets = view.traffic.packets_in
    silent_table = view.devices.all_rows is not None and not view.devices.all_rows
    return view.line.is_up is True and silent_table and packets is not None and packets > 1000


def _one_way_unsure(view: View) -> bool:
    if view.line.is_up is not True or not view.traffic.is_one_way:
        return False
    unread = view.devices.has_lease is None
    single = view.traffic.unicast_out_fifteen is None
    return unread or (single and view.devices.has_lease is True)


def _television_unread(view: View) -> bool:
    if view.orders.complaint != "tv" or view.orders.active("iptv") is None:
        return False
    stream = view.traffic.in_five("output", "multicast")
    if view.television is None:
        counted = view.case.number("igmpGroups")
        return counted is None or stream is None or stream < 3000
    return view.television and stream is None


def _forgotten_or_offline(view: View) -> bool:
    unread = view.traffic.packets_in is None or view.traffic.unicast_out is None
    asked = view.dhcp.is_unanswered
    return has_device_without_lease(view) and view.is_young_switch and unread and not asked


def _older_than_switch(view: View) -> bool:
    link = view.case.time("status.linkSince")
    switch = view.case.time("hardware.upSince")
    return link is not None and switch is not None and (switch - link).total_seconds() > 300


def _diagnostics_lie(view: View) -> bool:
    near = view.light.near
    dark = near is not None and near.is_dark
    return view.line.is_up is True and dark


def _suspended_with_traffic(view: View) -> bool:
    suspended = view.orders.asked_in("SUSPENDED") is not None
    return suspended and view.devices.has_lease is True and view.traffic.flows_both_ways


CONTRADICTIONS = (
    Contradiction(
        "The link is down, yet packets were counted in the last five minutes.", _counts_while_down
    ),
    Contradiction("The fibre box is offline, yet its light is read.", _lit_while_gone),
    Contradiction(
        "The line went with a last gasp, yet the customer's box has power.",
        lambda v: v.line.gasped and v.line.has_power is True,
    ),
    Contradiction(
        "No light arrives, yet the fibre lamp of the box is lit.",
        lambda v: v.line.is_dark and v.line.fibre_lamp is True,
    ),
    Contradiction("Traffic flows, yet no device's address is learnt.", _traffic_without_address),
    Contradiction(
        "Traffic seems to go one way only, and leases or an earlier reading are missing.",
        _one_way_unsure,
    ),
    Contradiction(
        "Television is complained of, and channels or counters could not be read.",
        _television_unread,
        "weak",
    ),
    Contradiction(
        "The switch is young and lists no lease, and counters could not be read.",
        _forgotten_or_offline,
        "weak",
    ),
    Contradiction(
        "The link is told to be older than the switch: one of two clocks is wrong.",
        _older_than_switch,
        "told",
    ),
    Contradiction(
        "A lease is told to have ended years ago: the switch's clock is wrong.",
        lambda v: v.devices.has_wrong_clock,
        "told",
    ),
    Contradiction(
        "The module tells darkness on a link that is up: its diagnostics are wrong.",
        _diagnostics_lie,
        "told",
    ),
    Contradiction(
        "The service is suspended, yet it has an address and traffic both ways.",
        _suspended_with_traffic,
        "told",
    ),
)
