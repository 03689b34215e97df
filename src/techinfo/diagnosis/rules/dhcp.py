"""J. The address: a binding that is lost, a refusal, no request, no answer, no lease."""

from __future__ import annotations

from techinfo.diagnosis.orders import same_device
from techinfo.diagnosis.rule import Done, Rule
from techinfo.diagnosis.view import View

DHCP = ("dhcp.requests", "dhcp.answers", "dhcp.othersAnswered")
_TABLES = ("macAddressTable", "leaseInfo")
RESTARTED = Done(answers=("restarted",))
_OTHER_DEVICE = Done(answers=("deviceTried",))
NO_ADDRESS = frozenset({"no_lease", "no_dhcp_request"})


def has_device_without_lease(view: View) -> bool:
    """Whether a device is seen and holds no address where one is due."""
    return view.line.is_up is True and bool(view.devices.broadband) and view.devices.lacks_lease


def is_forgotten(view: View) -> bool:
    """Whether the switch started so lately that it may have forgotten the lease."""
    return has_device_without_lease(view) and view.is_young_switch and not view.dhcp.is_unanswered


def _binding_is_lost(view: View) -> bool:
    sent, got = view.traffic.packets_in, view.traffic.unicast_out
    if sent is None or got is None or not is_forgotten(view):
        return False
    return sent > 50 and got < 1000 and not view.dhcp.naks


def _is_refused(view: View) -> bool:
    reasons = {row.get("reason") for row in view.dhcp.naks}
    return (
        not view.devices.has_lease
        and len(view.dhcp.naks) >= 3
        and view.dhcp.only_repeats
        and reasons <= {None, "wrong address"}
    )


def _asks_for_nothing(view: View) -> bool:
    return (
        has_device_without_lease(view)
        and view.dhcp.asks_for_nothing
        and not view.traffic.flows_both_ways
        and not is_forgotten(view)
    )


def _gets_nothing(view: View) -> bool:
    return view.dhcp.is_unanswered and not view.devices.has_lease


def _cannot_be_told(view: View) -> bool:
    return (
        has_device_without_lease(view)
        and not view.dhcp.is_unanswered
        and not view.dhcp.is_read_for_long
        and not view.traffic.flows_both_ways
        and not is_forgotten(view)
    )


def is_unknown_device(view: View) -> bool:
    """Whether devices are here, and none of them is the one that the order names."""
    mac = view.orders.equipment
    rows = view.devices.broadband
    return mac is not None and bool(rows) and not any(same_device(mac, r.get("mac")) for r in rows)


RULES = (
    Rule(
        code="binding_lost_after_restart",
        outcome="amber",
        act="customer",
        location="customer_equipment",
        ticket=False,
        problem="NO_ACCESS",
        minutes=60,
        words=(
            "The switch has restarted and no longer knows the device's address: "
            "restart the router.",
            "Switchen har startat om och känner inte längre enhetens adress: starta om routern.",
        ),
        sp=("Have the customer restart the router.", "Be kunden starta om routern."),
        engineer=(
            "Compare the snooping table with source guard.",
            "Jämför tabellen för DHCP-snooping med source guard.",
        ),
        needs=("macAddressTable", "leaseInfo", "counters", "hardware|history"),
        facts=(*_TABLES, "hardware.upSince", "history.switchBoots"),
        holds=_binding_is_lost,
        when=(
            "a device, no lease, nothing asked without an answer, a switch younger than half a "
            "lease, packets in and hardly any out"
        ),
        contradicted="1000 packets both ways: note lease_not_listed; counters unread: undecided",
        sure=0.85,
        asks=("restarted",),
        done=RESTARTED,
        hides=frozenset({*NO_ADDRESS, "traffic_one_way"}),
    ),
    Rule(
        code="nak_loop",
        outcome="amber",
        act="customer",
        location="customer_equipment",
        ticket=False,
        problem="NO_ACCESS",
        minutes=30,
        words=(
            "The router keeps asking for an address that it may not have: restart it.",
            "Routern begär om och om igen en adress den inte får ha: starta om den.",
        ),
        sp=("Have the customer restart the router.", "Be kunden starta om routern."),
        engineer=("See the server's log.", "Se serverns logg."),
        needs=("dhcp",),
        facts=DHCP,
        holds=_is_refused,
        when="no lease, three NAKs in 15 minutes, and the device never starts anew",
        contradicted="a reason of the server's: pool, client, circuit",
        sure=0.9,
        asks=("restarted",),
        done=RESTARTED,
        hides=frozenset({"dhcp_no_answer", "dhcp_sp_server", *NO_ADDRESS}),
    ),
    Rule(
        code="no_dhcp_request",
        outcome="red",
        act="customer",
        location="customer_equipment",
        ticket=False,
        problem="NO_ACCESS",
        minutes=30,
        words=(
            "A device is seen but does not ask for an address.",
            "En enhet syns men begär ingen adress.",
        ),
        sp=(
            "Have the customer set the router to DHCP, or try another device.",
            "Be kunden ställa in routern på DHCP eller prova en annan enhet.",
        ),
        engineer=("Nothing to measure.", "Inget att mäta."),
        needs=("macAddressTable", "leaseInfo", "dhcp"),
        facts=(*_TABLES, "dhcp.requests"),
        holds=_asks_for_nothing,
        when="a device, no lease, and no request in a log read for 15 minutes",
        contradicted="a fixed address; a shorter log: no_lease; traffic both ways; a young switch",
        sure=0.86,
        asks=("deviceTried",),
        done=_OTHER_DEVICE,
    ),
    Rule(
        code="dhcp_sp_server",
        outcome="red",
        act="sp",
        location="service",
        ticket=False,
        problem="NO_ACCESS",
        minutes=30,
        words=(
            "The device asks for an address; the provider's own server gives none.",
            "Enheten begär adress; leverantörens egen server ger ingen.",
        ),
        sp=("Look at your own DHCP server.", "Se på er egen DHCP-server."),
        engineer=("The requests leave our network.", "Förfrågningarna lämnar vårt nät."),
        needs=("dhcp",),
        facts=("dhcp.server", *DHCP),
        holds=lambda v: _gets_nothing(v) and v.dhcp.is_of_provider,
        when="three requests, or 60 s, without an offer, and the server is the provider's",
        contradicted="lost before it reached the provider: dhcp_no_answer",
        sure=0.88,
    ),
    Rule(
        code="dhcp_no_answer",
        outcome="red",
        act="co",
        location="above",
        ticket=True,
        problem="NO_ACCESS",
        minutes=30,
        words=(
            "The device asks for an address and none is given.",
            "Enheten begär adress och får ingen.",
        ),
        sp=("Report it.", "Felanmäl."),
        engineer=(
            "Follow a request from the switch over the relay to the server.",
            "Följ en förfrågan från switchen över relät till servern.",
        ),
        needs=("dhcp",),
        facts=("dhcp.server", *DHCP),
        holds=lambda v: _gets_nothing(v) and not v.dhcp.is_of_provider,
        when="the same; the server is the network's or unknown, or is never reached",
        sure=0.88,
    ),
    Rule(
        code="no_lease",
        outcome="amber",
        act="sp",
        location="unknown",
        ticket=False,
        problem="NO_ACCESS",
        minutes=30,
        words=(
            "A device is seen without an address; whether it asks cannot be told.",
            "En enhet syns utan adress; om den begär en syns inte.",
        ),
        sp=(
            "Look at your own DHCP server; have the router restarted.",
            "Se på er egen DHCP-server; låt starta om routern.",
        ),
        engineer=("Look at the server's log.", "Se serverns logg."),
        needs=_TABLES,
        facts=_TABLES,
        holds=_cannot_be_told,
        when="a device, no lease, and no log that tells more",
        contradicted="a fixed address; traffic both ways; a young switch",
        sure=0.85,
    ),
)
