"""Every code is told where it holds, on cases of our own making, and not where it does not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.diagnosis.made_up import (
    GONE,
    MAC,
    OTHER_MAC,
    Case,
    ago,
    ahead,
    asked,
    changed,
    copper,
    dark,
    down,
    fibre,
    no_lease,
    pon,
    silent,
)

from techinfo.diagnosis.case import read_case
from techinfo.diagnosis.judge import diagnose
from techinfo.diagnosis.rules import RULES

_SERVICE = "expected.services.0"
_EMPTY = {"state": "empty", "readAt": ago(seconds=10)}
_NOTICE = {"id": "D-1", "status": "ACTIVE", "from": ago(hours=2), "location": "switch"}
_FALLEN = [{"link": False, "since": ago(minutes=60)}] * 5
_GASPED = [{"link": False, "since": ago(minutes=60), "cause": "dying-gasp"}] * 5
_DHCP = {
    "state": "ok",
    "readFrom": ago(days=1),
    "readAt": ago(seconds=4),
    "server": "co",
    "requests": [],
    "answers": [],
}
_CPE = {
    "expected.cpe": {"managed": True, "mac": "02:00:5E:00:77:01"},
    "parts.cpe": {"state": "ok", "readAt": ago(seconds=10)},
    "facts.cpe": {
        "up": True,
        "upSince": ago(days=20),
        "ports": [{"index": 1, "link": True, "linkSpeed": 1000, "fullDuplex": True}],
    },
}
_NO_DEVICE = {"facts.macAddressTable": [], "parts.macAddressTable": _EMPTY}
_QUIET = {
    "facts.status.statistics.lastFiveInput": {"packets": 0, "bytes": 0},
    "facts.status.statistics.lastFiveOutput": {"packets": 50, "bytes": 5000, "multicast": 50},
}
_TV = {
    "serviceType": "iptv",
    "vlan": 200,
    "state": "ACTIVATED",
}


def _losses(count: int, **every: float) -> list[dict[str, Any]]:
    step = next(iter(every.values()))
    unit = next(iter(every))
    rows = []
    for n in range(count, 0, -1):
        rows.append({"at": ago(**{unit: step * n}), "link": False})
        rows.append({"at": ago(**{unit: step * n - step / 2}), "link": True})
    return rows


def _with_errors(case: Case, errors: int = 500) -> Case:
    return changed(case, {"facts.status.statistics.input.crcErrors": errors})


def _with_television(case: Case, **more: Any) -> Case:
    case = changed(case, {"customer.complaint": "tv", **more})
    case["expected"]["services"].append(dict(_TV))
    return case


def _still(case: Case) -> Case:
    """Nothing has been counted from the customer for a quarter of an hour."""
    case = changed(case, _QUIET)
    for sample in case["history"]["counters"]:
        sample["input"] = dict(case["facts"]["status"]["statistics"]["input"])
    return case


def _one_way(case: Case) -> Case:
    case = changed(case, _QUIET)
    now = case["facts"]["status"]["statistics"]
    now["lastFiveInput"] = {"packets": 600, "bytes": 60_000}
    for sample in case["history"]["counters"]:
        sample["output"] = dict(now["output"])
    return case


CASES: dict[str, Case] = {
    "no_subscription": changed(fibre(), {"expected.services": []}),
    "service_suspended": changed(fibre(), {f"{_SERVICE}.state": "SUSPENDED"}),
    "service_not_yet_active": changed(
        fibre(), {f"{_SERVICE}.state": "ORDERED", f"{_SERVICE}.activationDate": ahead(days=2)}
    ),
    "activation_overdue": changed(
        fibre(), {f"{_SERVICE}.state": "ORDERED", f"{_SERVICE}.activationDate": ago(days=3)}
    ),
    "planned_works": changed(
        dark(fibre()), {"disturbances": [{**_NOTICE, "type": "PLANNED", "to": ahead(hours=1)}]}
    ),
    "known_disturbance": changed(
        dark(fibre()), {"disturbances": [{**_NOTICE, "type": "DISTURBANCE"}]}
    ),
    "inventory_mismatch": changed(
        fibre(), {"parts.status": {"state": "failed", "code": "inventory_mismatch"}}
    ),
    "switch_unreachable": changed(
        silent(fibre()), {"uplink": {"link": False, "readAt": ago(seconds=9)}}
    ),
    "switch_management_silent": changed(
        silent(fibre()), {"neighbours.switch": [{"leaseRenewedAt": ago(minutes=5)}] * 2}
    ),
    "collector_blind": changed(silent(fibre()), {"neighbours.elements": [{"up": False}] * 5}),
    "switch_silent": silent(fibre()),
    "port_admin_down": changed(down(fibre()), {"facts.status.adminDown": True}),
    "switch_rebooted_lately": changed(fibre(), {"facts.hardware.upSince": ago(minutes=4)}),
    "area_power_outage": changed(
        down(pon()),
        {
            "facts.ont.lastDownAt": ago(minutes=60),
            "facts.ont.lastDownCause": "dying-gasp",
            "facts.ont.oltRx": GONE,
            "facts.ont.transceiver": GONE,
            "neighbours.pon": _GASPED,
        },
    ),
    "area_outage": changed(dark(fibre()), {"neighbours.street": _FALLEN}),
    "loop_detected": changed(
        down(fibre()), {"facts.protection": {"state": "blocked", "reason": "loop"}}
    ),
    "port_blocked_recovers": changed(
        down(fibre()),
        {
            "facts.protection": {
                "state": "blocked",
                "reason": "storm",
                "autoRecoverS": 300,
                "since": ago(minutes=3),
            }
        },
    ),
    "port_blocked_by_customer": changed(
        down(fibre()), {"facts.protection": {"state": "blocked", "reason": "bpdu-guard"}}
    ),
    "port_blocked": changed(down(fibre()), {"facts.protection": {"state": "blocked"}}),
    "wrong_port": changed(
        fibre(),
        {
            f"{_SERVICE}.equipmentMac": OTHER_MAC,
            "customer.hasWorked": False,
            "sightings": [
                {
                    "mac": OTHER_MAC,
                    "on": "other_access",
                    "from": ago(hours=2),
                    "until": ago(minutes=1),
                    "near": True,
                }
            ],
        },
    ),
    "no_module": changed(
        down(fibre()), {"facts.noLight": "no module", "facts.status.transceiver": {}}
    ),
    "module_fault": changed(down(fibre()), {"facts.status.transceiver.dbmTx": "-14.00"}),
    "ont_not_registered": changed(
        down(pon()),
        {
            "facts.ont.lastDownAt": ago(minutes=60),
            "facts.ont.oltRx": GONE,
            "facts.ont.transceiver": GONE,
            "facts.ont.unregistered": [{"serialNumber": "X1", "since": ago(minutes=50)}],
        },
    ),
    "power_lost_at_customer": changed(dark(fibre()), {"customer.powerOn": False}),
    "no_light_fibre_suspected": changed(dark(fibre()), {"customer.powerOn": True}),
    "no_light_check_power": dark(fibre()),
    "strong_light": changed(down(fibre()), {"facts.status.transceiver.dbmRx": "-1.00"}),
    "weak_light": changed(down(fibre()), {"facts.status.transceiver.dbmRx": "-24.00"}),
    "light_no_link_restart": down(fibre()),
    "light_no_link": changed(down(fibre()), {"customer.restarted": True}),
    "no_link_line_suspected": changed(
        down(copper()),
        {"customer": {"powerOn": True, "cableTried": True, "deviceTried": True}},
    ),
    "no_link_check_customer": down(copper()),
    "cpe_restarting": changed(fibre(), {"history.cpeBoots": [ago(hours=n) for n in (1, 3, 5)]}),
    "flapping": changed(
        fibre(), {"history.transitions": _losses(6, hours=2), "history.cpeBoots": []}
    ),
    "flapping_check_box": changed(fibre(), {"history.transitions": _losses(6, hours=2)}),
    "errors_on_fibre": _with_errors(fibre()),
    "just_started": changed(
        no_lease(fibre()),
        {"facts.status.linkSince": ago(seconds=60), "history.counters": [], **_NO_DEVICE},
    ),
    "mac_on_two_ports": changed(
        fibre(),
        {"sightings": [{"mac": MAC, "on": "other_access", "moves": 9, "until": ago(minutes=1)}]},
    ),
    "mac_limit_reached": changed(
        fibre(), {"facts.protection": {"state": "restricted", "reason": "mac-limit"}}
    ),
    "service_not_on_port": changed(
        fibre(),
        {
            "facts.portVlans": [{"vlan": 1, "tagged": False}],
            "parts.portVlans": {"state": "ok", "readAt": ago(seconds=9)},
            "facts.macAddressTable.0.vlan": 1,
        },
    ),
    "wrong_vlan": changed(fibre(), {"facts.macAddressTable.0.vlan": 1}),
    "equipment_elsewhere": changed(
        no_lease(fibre()),
        {
            **_NO_DEVICE,
            f"{_SERVICE}.equipmentMac": OTHER_MAC,
            "sightings": [
                {
                    "mac": OTHER_MAC,
                    "on": "other_access",
                    "from": ago(days=9),
                    "until": ago(minutes=1),
                }
            ],
        },
    ),
    "cpe_silent": changed(
        fibre(),
        {**_CPE, **_NO_DEVICE, **_QUIET, "facts.cpe": {"up": False}, "facts.leaseInfo": []},
    ),
    "cpe_lan_down": changed(
        fibre(),
        {
            **_CPE,
            **_NO_DEVICE,
            **_QUIET,
            "facts.cpe.ports": [{"index": 1, "link": False}],
            "facts.leaseInfo": [],
        },
    ),
    "no_mac": changed(no_lease(fibre()), {**_NO_DEVICE, **_QUIET, "history.counters": []}),
    "router_plugged_wrong": changed(
        no_lease(fibre()),
        {"dhcp": {**_DHCP, "serverOnPort": {"count": 4, "lastAt": ago(minutes=2)}}},
    ),
    "binding_lost_after_restart": changed(
        no_lease(fibre()),
        {
            "facts.hardware.upSince": ago(hours=2),
            "facts.status.statistics.lastFiveInput": {"packets": 400, "bytes": 40_000},
        },
    ),
    "nak_loop": asked(
        no_lease(fibre()),
        by="REQUEST",
        answers=[{"at": ago(seconds=40 * n + 4), "mac": MAC, "type": "NAK"} for n in range(15)],
    ),
    "no_dhcp_request": changed(no_lease(fibre()), {"dhcp": _DHCP}),
    "dhcp_sp_server": asked(no_lease(fibre()), server="sp", seen_by="server"),
    "dhcp_no_answer": asked(no_lease(fibre())),
    "no_lease": no_lease(fibre()),
    "traffic_one_way": _one_way(fibre()),
    "customer_router_silent": _still(fibre()),
    "iptv_no_traffic": _with_television(
        fibre(),
        **{
            "facts.groups": [{"group": "239.1.2.3", "vlan": 200}],
            "parts.igmpGroups": {"state": "ok", "readAt": ago(seconds=9)},
        },
    ),
    "port_speed_misconfigured": changed(
        copper(), {"facts.status.speed": "100-half", "facts.status.fullDuplex": False}
    ),
    "speed_below_order": changed(fibre(), {"facts.status.configuredSpeed.0.pir": "100000"}),
    "bad_negotiation": changed(copper(), {"facts.status.linkSpeed": 100}),
    "errors_on_copper": _with_errors(copper()),
    "flapping_copper": changed(
        copper(), {"history.transitions": _losses(6, hours=2), "customer.complaint": "drops"}
    ),
    "line_full_by_own_use": changed(
        fibre(),
        {
            "customer.complaint": "slow",
            "facts.status.statistics.lastFiveOutput.bytes": 300 * 240_000_000 // 8,
        },
    ),
    "uplink_full": changed(
        fibre(),
        {"customer.complaint": "slow", "uplink": {"load": 0.97, "readAt": ago(seconds=9)}},
    ),
    "iptv_no_join": _with_television(
        fibre(), **{"facts.igmpGroups": 0, "parts.igmpGroups": _EMPTY}
    ),
    "loss_one_direction": changed(
        fibre(),
        {
            "otherEnd": {"dbmRx": "-15.00", "dbmTx": "-5.00", "readAt": ago(seconds=9)},
            "history.baseline.farRx": "-9.00",
        },
    ),
    "light_drift": changed(
        fibre(),
        {
            "facts.status.transceiver.dbmRx": "-13.00",
            "history.light": [{"at": ago(minutes=n * 20), "dbmRx": "-12.90"} for n in (1, 2, 3)],
        },
    ),
    "unknown_equipment": changed(fibre(), {f"{_SERVICE}.equipmentMac": OTHER_MAC}),
    "shared_port_not_attributable": changed(
        fibre(),
        {
            "facts.macAddressTable": GONE,
            "parts.macAddressTable": {"state": "failed", "code": "not_unique"},
        },
    ),
    "light_outside_class": changed(fibre(), {"facts.status.transceiver.dbmRx": "-23.50"}),
    "all_fine": fibre(),
    "undecided": changed(fibre(), {"parts.status": {"state": "failed", "code": "element_slow"}}),
}


@pytest.mark.parametrize("code", CASES)
def test_a_code_is_told_where_it_holds(code: str) -> None:
    """With what it rests on, for as long as its list says."""
    answer = diagnose(read_case(CASES[code]))

    assert answer["code"] == code, answer["alsoFound"]
    assert answer["text"]["en"]
    assert answer["text"]["sv"]
    assert answer["evidence"]
    assert 0 < answer["confidence"] <= 0.95


def test_every_rule_has_a_case() -> None:
    """No code is told by nobody."""
    assert {rule.code for rule in RULES} | {"undecided"} == set(CASES)


@pytest.mark.parametrize("code", CASES)
def test_the_same_case_gives_the_same_answer(code: str) -> None:
    """Byte for byte: no clock is looked at, and keys may stand in any order."""
    case = CASES[code]
    mixed = json.loads(json.dumps(case, sort_keys=True))

    first, second = diagnose(read_case(case)), diagnose(read_case(mixed))

    assert json.dumps(first) == json.dumps(second)


@pytest.mark.parametrize("code", CASES)
def test_another_holders_service_changes_nothing(code: str) -> None:
    """Neither code nor confidence nor text: a suspension is told to nobody else."""
    case = CASES[code]
    services = case["expected"]["services"]
    foreign = {"serviceType": "bb", "vlan": 4011, "state": "SUSPENDED", "holder": "other"}
    beside = changed(case, {"expected.services": [foreign, *services]})

    found = diagnose(read_case(beside))
    found.pop("evidence")
    without = diagnose(read_case(case))
    without.pop("evidence")

    assert found == without
    assert "4011" not in json.dumps(found)


@pytest.mark.parametrize("code", CASES)
def test_others_are_never_named(code: str) -> None:
    """Of neighbours it is told that they are several, of sightings that it is another access."""
    found = diagnose(read_case(CASES[code]))

    others = [e for e in found["evidence"] if e["fact"].startswith(("neighbours", "sightings"))]
    assert all(e["value"] in ("several", "another access") for e in others)


def test_a_box_that_was_restarted_is_the_networks_to_change() -> None:
    """What the customer has done is not asked for again."""
    case = changed(CASES["cpe_silent"], {"customer.restarted": True})

    answer = diagnose(read_case(case))

    assert (answer["act"], answer["ticketAdvised"], answer["outcome"]) == ("co", True, "red")
    assert "ask" not in answer


def test_the_question_is_one_whose_answer_changes_something() -> None:
    """Whether the box has power decides between the fibre and the plug."""
    asked_for = diagnose(read_case(CASES["no_light_check_power"]))["ask"]
    yes = diagnose(read_case(CASES["no_light_fibre_suspected"]))
    no = diagnose(read_case(CASES["power_lost_at_customer"]))

    assert asked_for["id"] == "powerOn"
    assert yes["ticketAdvised"]
    assert not no["ticketAdvised"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"facts.macAddressTable": [], "parts.macAddressTable": _EMPTY}, "no device's address"),
        ({"facts.leaseInfo.0.end": "2001-02-03T00:00:00Z"}, "clock"),
        ({"facts.status.transceiver.dbmRx": "-40.00"}, "diagnostics"),
        ({"facts.status.linkSince": ago(days=200)}, "older than the switch"),
    ],
)
def test_what_contradicts_itself_is_told(changes: dict[str, Any], words: str) -> None:
    """Never smoothed."""
    told = " ".join(diagnose(read_case(changed(fibre(), changes)))["contradictions"])

    assert words in told


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([], True),
        ([{"vlan": 1, "tagged": True, "userVlan": 2}], True),
        ([{"vlan": 1, "tagged": True, "userVlan": 10}], False),
        ([{"vlan": 1, "outer": True}], False),
    ],
)
def test_a_vlan_is_missed_where_all_are_told(rows: list[dict[str, Any]], found: bool) -> None:
    """The service's may be the customer's tag, or one that is not told."""
    state = "ok" if rows else "empty"
    case = changed(
        CASES["service_not_on_port"],
        {
            "facts.portVlans": rows,
            "parts.portVlans.state": state,
            "expected.services.0.vlan": 10,
        },
    )

    assert (diagnose(read_case(case))["code"] == "service_not_on_port") is found


def test_a_gasp_and_a_lit_power_lamp_decide_nothing() -> None:
    """One of the two is wrong."""
    case = changed(
        CASES["area_power_outage"], {"neighbours": GONE, "customer.lights": {"power": "on"}}
    )

    assert diagnose(read_case(case))["code"] == "undecided"


def test_what_was_not_read_makes_no_verdict() -> None:
    """Failed parts are missing, not zero."""
    case = fibre()
    for part in ("macAddressTable", "leaseInfo", "counters"):
        case["parts"][part] = {"state": "failed", "code": "element_slow"}

    answer = diagnose(read_case(case))

    assert answer["code"] == "undecided"
    assert {"macAddressTable", "leaseInfo", "counters"} <= set(answer["missing"])


def test_old_readings_say_nothing_of_now() -> None:
    """A quarter of an hour, no more."""
    case = changed(dark(fibre()), {"parts.status.readAt": ago(minutes=16)})

    assert diagnose(read_case(case))["code"] == "undecided"
