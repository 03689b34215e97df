"""J. Layer 2, from below: limit, VLAN, box, socket, device."""

from __future__ import annotations

from techinfo.diagnosis.case import number_of, time_of
from techinfo.diagnosis.rule import Done, Rule
from techinfo.diagnosis.rules.dhcp import (
    DHCP,
    NO_ADDRESS,
    RESTARTED,
    has_device_without_lease,
)
from techinfo.diagnosis.view import View

_TRIED = Done(answers=("cableTried", "deviceTried"))


def _moves(view: View) -> bool:
    for row in view.case.rows("sightings") or ():
        ago = view.case.ago(time_of(row.get("until")))
        moves = number_of(row.get("moves"))
        if row.get("on") == "other_access" and (moves or 0) >= 3 and ago is not None and ago < 300:
            return True
    return False


def _is_over_limit(view: View) -> bool:
    restricted = view.protection in ("restricted", "blocked")
    if restricted and view.case.text("protection.reason") == "mac-limit":
        return True
    limit = number_of(view.orders.broadband.get("macLimit"))
    if limit is None or view.devices.rows is None:
        return False
    count = len(view.devices.broadband)
    if count > limit and view.orders.complaint == "no_internet":
        return True
    return count == limit and view.dhcp.newcomer_without_address


def _vlan_is_missing(view: View) -> bool:
    service = view.orders.active("bb")
    vlan = service.get("vlan") if service else None
    rows = view.case.rows("portVlans")
    if vlan is None or rows is None or view.line.is_up is not True:
        return False
    if any(row.get("outer") for row in rows):  # it may be the inner tag, which is not told
        return False
    learnt = any(row.get("vlan") == vlan for row in view.devices.rows or ())
    return all(vlan not in (row.get("vlan"), row.get("userVlan")) for row in rows) and not learnt


def _box_is_silent(view: View) -> bool:
    if view.line.is_up is not True or view.case.flag("cpe.up") is not False:
        return False
    packets = view.traffic.packets_in
    if view.devices.are_some or (packets is not None and packets >= 300):
        return False
    return view.devices.are_none or packets is not None


def _nothing_in_outlet(view: View) -> bool:
    box = view.case.flag("ont.up") if view.line.is_pon else view.case.flag("cpe.up")
    if box is not True or view.outlet is None or view.devices.are_some:
        return False
    return view.outlet[1].get("link") is False


def _nothing_heard(view: View) -> bool:
    return (
        view.line.is_up is True
        and view.devices.are_none
        and view.traffic.heard is not True
        and view.devices.has_lease is not True
        and (view.traffic.packets_in or 0) <= 1000
    )


RULES = (
    Rule(
        code="mac_on_two_ports",
        outcome="red",
        act="co",
        location="other_access",
        ticket=True,
        problem="QUALITY",
        minutes=60,
        words=(
            "The same device address moves between two accesses.",
            "Samma enhetsadress hoppar mellan två anslutningar.",
        ),
        sp=("Report it.", "Felanmäl."),
        engineer=(
            "Look for a loop between two accesses, or a copied address.",
            "Sök en slinga mellan två anslutningar, eller en kopierad adress.",
        ),
        needs=("sightings",),
        facts=("sightings",),
        holds=_moves,
        when="three moves to another access and back, the last within 5 minutes",
        contradicted="seen on an uplink; a single move",
        sure=0.88,
    ),
    Rule(
        code="mac_limit_reached",
        outcome="amber",
        act="customer",
        location="customer_equipment",
        ticket=False,
        problem="NO_ACCESS",
        minutes=60,
        words=(
            "More devices are connected than the access allows.",
            "Fler enheter är inkopplade än anslutningen tillåter.",
        ),
        sp=(
            "Have the customer connect one router only, and restart it.",
            "Be kunden koppla in endast en router och starta om den.",
        ),
        engineer=("Clear the learnt addresses.", "Rensa de inlärda adresserna."),
        needs=("macAddressTable|protection",),
        facts=("protection.state", "protection.reason", "macAddressTable", *DHCP),
        holds=_is_over_limit,
        when=(
            "the port refuses addresses; or more broadband devices than allowed and no internet; "
            "or as many, and another asks for an address and gets none"
        ),
        contradicted="as many as allowed, alone; devices of television, telephone and box",
        sure=0.88,
        asks=("restarted",),
        done=RESTARTED,
        hides=frozenset({"dhcp_no_answer", "dhcp_sp_server", "traffic_one_way"}),
    ),
    Rule(
        code="service_not_on_port",
        outcome="red",
        act="co",
        location="port",
        ticket=True,
        problem="NO_ACCESS",
        minutes=120,
        words=(
            "The VLAN of the service is not on the port.",
            "Tjänstens VLAN finns inte på porten.",
        ),
        sp=(
            "Report that the service is not on the port.",
            "Felanmäl att tjänsten saknas på porten.",
        ),
        engineer=(
            "Compare the port's VLANs with the order.",
            "Jämför portens VLAN med ordern.",
        ),
        needs=("portVlans", "expected.services"),
        facts=("portVlans", "expected.services"),
        holds=_vlan_is_missing,
        when="link up, the port's VLANs were read, and broadband's is not among them",
        sure=0.9,
        hides=frozenset({"wrong_vlan", *NO_ADDRESS}),
        rests_on_records=True,
    ),
    Rule(
        code="wrong_vlan",
        outcome="red",
        act="co",
        location="port",
        ticket=True,
        problem="NO_ACCESS",
        minutes=120,
        words=(
            "The device is seen outside the VLAN of its service.",
            "Enheten syns utanför tjänstens VLAN.",
        ),
        sp=("Report it.", "Felanmäl."),
        engineer=(
            "Compare the port's VLANs with the order.",
            "Jämför portens VLAN med ordern.",
        ),
        needs=("macAddressTable",),
        facts=("macAddressTable", "expected.services"),
        holds=lambda v: v.line.is_up is True and v.devices.outside_vlans,
        when="link up, devices are learnt, and none in a VLAN of the asker's services",
        contradicted="the box's own address; devices of another holder",
        sure=0.88,
        hides=frozenset({*NO_ADDRESS, "unknown_equipment"}),
        rests_on_records=True,
    ),
    Rule(
        code="equipment_elsewhere",
        outcome="amber",
        act="sp",
        location="customer_equipment",
        ticket=False,
        problem="NO_ACCESS",
        minutes=60,
        words=(
            "The ordered equipment is not connected here.",
            "Den beställda utrustningen är inte inkopplad här.",
        ),
        sp=(
            "Ask the customer where the router is plugged in.",
            "Fråga kunden var routern är inkopplad.",
        ),
        engineer=("Compare the outlet with the order.", "Jämför uttaget med ordern."),
        needs=("sightings|dhcp", "macAddressTable"),
        facts=("sightings", "macAddressTable"),
        holds=lambda v: (
            v.line.is_up is True and v.elsewhere is not None and not v.devices.broadband
        ),
        when="the ordered router is elsewhere, nothing proves a swap, and no device is here",
        contradicted="link down: it may have been carried to a neighbour because this line is dead",
        sure=0.86,
        rests_on_records=True,
    ),
    Rule(
        code="cpe_silent",
        outcome="amber",
        act="customer",
        location="customer_equipment",
        ticket=False,
        problem="NO_ACCESS",
        minutes=30,
        words=(
            "The link is up but the fibre box does not answer.",
            "Länken är uppe men fiberboxen svarar inte.",
        ),
        sp=("Have the customer restart the fibre box.", "Be kunden starta om fiberboxen."),
        engineer=("Change the box.", "Byt boxen."),
        needs=("status|ont", "cpe"),
        facts=("status.link", "cpe.up", "macAddressTable"),
        holds=_box_is_silent,
        when="link up, the box does not answer, no device, no traffic",
        contradicted="traffic flows: note only",
        sure=0.87,
        asks=("restarted",),
        done=Done(answers=("restarted",), boots=2, managed=True, outcome="red"),
        hides=frozenset({"no_mac", "customer_router_silent"}),
    ),
    Rule(
        code="cpe_lan_down",
        outcome="red",
        act="customer",
        location="customer_equipment",
        ticket=False,
        problem="NO_ACCESS",
        minutes=30,
        words=(
            "The fibre box works; nothing is connected to its outlet.",
            "Fiberboxen fungerar; inget är inkopplat i dess uttag.",
        ),
        sp=(
            "Have the customer check the cable from the box to the router.",
            "Be kunden kontrollera kabeln från boxen till routern.",
        ),
        engineer=("Try the outlet with a device of your own.", "Prova uttaget med egen enhet."),
        needs=("cpe|ont",),
        facts=("cpe.ports", "ont.uni", "macAddressTable"),
        holds=_nothing_in_outlet,
        when="the box is up, broadband's socket has no link, and no device is seen",
        sure=0.9,
        asks=("othersTried",),
        done=_TRIED,
        hides=frozenset({"no_mac", "customer_router_silent"}),
    ),
    Rule(
        code="no_mac",
        outcome="red",
        act="customer",
        location="customer_equipment",
        ticket=False,
        problem="NO_ACCESS",
        minutes=30,
        words=(
            "The link is up and no device is heard.",
            "Länken är uppe men ingen enhet hörs.",
        ),
        sp=(
            "Have the customer try another cable and another device.",
            "Be kunden prova en annan kabel och en annan enhet.",
        ),
        engineer=("Try the outlet with a device of your own.", "Prova uttaget med egen enhet."),
        needs=("status|ont", "macAddressTable"),
        facts=("status.link", "ont.up", "macAddressTable"),
        holds=_nothing_heard,
        when="the MAC table was read without a device, and none was heard since the link came up",
        contradicted="a table read in part; 1000 packets in 5 minutes: undecided",
        sure=0.88,
        asks=("othersTried",),
        done=_TRIED,
        hides=frozenset({"customer_router_silent"}),
    ),
    Rule(
        code="router_plugged_wrong",
        outcome="red",
        act="customer",
        location="customer_equipment",
        ticket=False,
        problem="NO_ACCESS",
        minutes=60,
        words=(
            "The router is plugged in the wrong way round: its own network faces ours.",
            "Routern är felkopplad: dess eget nät är vänt mot vårt.",
        ),
        sp=(
            "Have the customer move the cable to the router's WAN socket.",
            "Be kunden flytta kabeln till routerns WAN-uttag.",
        ),
        engineer=("Nothing to measure.", "Inget att mäta."),
        needs=("dhcp", "leaseInfo"),
        facts=("dhcp.serverOnPort.count", "leaseInfo"),
        holds=lambda v: has_device_without_lease(v) and v.dhcp.serves,
        when="a device, no lease, and a DHCP server spoke from the customer's port in 15 minutes",
        contradicted="a lease and traffic: harmless",
        sure=0.9,
        hides=NO_ADDRESS,
    ),
)
