"""One verdict about an access, asked over REST: what it is made of, and for whom."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.access import made_up as m
from tests.access.made_up import merged
from tests.access.played import Clock, Recordings, stocked
from tests.api.served import ServedApi, serve
from tests.api.v1.network import (
    BASE,
    INVENTORY,
    ISP_A,
    ISP_B,
    ISP_C,
    MAC_A,
    OPS,
    SECRET,
    USERS,
    cause,
)

from techinfo.collect import PollingLimits
from techinfo.collect.registry import registry_of

DARK = merged(
    m.system("elm3.example"),
    m.port(1, "ge1", up=False),
    m.port(2, "ge2"),
    m.learnt(2, "02:00:00:00:00:B2", 10),
    m.lease(2, 2, "198.51.100.30", "02:00:00:00:00:B2", 10),
    m.optics(1, rx=-4000),
)


def alone(switch: m.Rows) -> Recordings:
    """A switch whose CPE is silent."""
    return Recordings(
        {"192.0.2.3": switch, "192.0.2.77": m.system("cpe", m.CPE_ID)}, silent={"192.0.2.77"}
    )


def over(tmp_path: Path, network: Recordings, records: str = INVENTORY) -> ServedApi:
    """The service over a network, with a clock that stands still."""
    clock = Clock()
    return serve(
        stocked(tmp_path, records, clock),
        network.open,
        clock=clock,
        polling_limits=PollingLimits(min_interval_s=0.0),
        users=USERS,
    )


def with_neighbours() -> str:
    """Five more accesses on the switch, of another provider."""
    accesses = "".join(
        f"  - {{access_id: X-{n}, element: sw-elm-3, port: ge{n}, port_by: name}}\n"
        for n in range(3, 8)
    )
    held = "".join(
        f"  - {{subscription_id: S-X{n}, access_id: X-{n}, provider: isp-b, service: BB,"
        " service_type: bb}\n"
        for n in range(3, 8)
    )
    return INVENTORY.replace("cpes:\n", f"{accesses}cpes:\n", 1) + held


def asked(served: ServedApi, body: object, access: str = "A-1", **more: Any) -> httpx.Response:
    """A diagnosis with the customer's words."""
    return served.request("POST", f"{BASE}/diagnosis/{access}", json=body, **more)


def test_a_line_that_works_is_told_with_its_evidence(served: ServedApi) -> None:
    """Every key of the published form is there, and what it rests on can be looked up."""
    answer = served.get(f"{BASE}/diagnosis/A-1", auth=ISP_A)
    told = answer.json()

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert (told["schema"], told["accessId"]) == ("techinfo.diagnosis/1", "A-1")
    assert (told["code"], told["outcome"], told["act"]) == ("all_fine", "green", "none")
    assert told["ticketAdvised"] is False
    assert told["missing"] == []
    assert {row["fact"]: row["value"] for row in told["evidence"]} == {
        "status.link": True,
        "macAddressTable": 1,
        "leaseInfo": 1,
    }


def test_no_light_asks_for_the_lamp_and_the_answer_decides(tmp_path: Path) -> None:
    """The one question is told with its answers; POST takes one, and the code is another."""
    served = over(tmp_path, alone(DARK))

    bodies: tuple[dict[str, Any], ...] = (
        {},
        {"answers": {"powerOn": "yes"}},
        {"customer": {"lights": {"power": "off"}}},
    )

    async def words(client: httpx.AsyncClient) -> list[dict[str, Any]]:
        url = f"{BASE}/diagnosis/A-1"
        return [(await client.post(url, json=body, auth=ISP_A)).json() for body in bodies]

    first, lit, out = served.talk(words)

    assert first["code"] == "no_light_check_power"
    assert (first["ask"]["id"], first["ask"]["answers"]) == ("powerOn", ["yes", "no"])
    assert (lit["code"], lit["act"], lit["ticketAdvised"]) == (
        "no_light_fibre_suspected",
        "co",
        True,
    )
    assert (out["code"], out["act"]) == ("power_lost_at_customer", "customer")


@pytest.mark.parametrize(
    "body",
    [
        {"customer": {"powerOn": "yes"}},
        {"customer": {"mood": "bad"}},
        {"answers": {"powerOn": "perhaps"}},
        {"answers": {"colour": "yes"}},
        {"customer": {"lights": {"power": "green"}}},
        {"customer": {"complaint": "loud"}},
        [],
    ],
)
def test_words_of_another_form_are_refused(
    served: ServedApi, network: Recordings, body: object
) -> None:
    """400, and no switch is asked."""
    cause(asked(served, body, auth=ISP_A), 400, "malformed")

    assert network.asked == []


def test_who_may_not_see_the_access_gets_no_verdict(served: ServedApi, network: Recordings) -> None:
    """By GET and by POST; an unknown access and a malformed one are told apart."""
    cause(served.get(f"{BASE}/diagnosis/A-1", auth=ISP_C), 403, "forbidden")
    cause(asked(served, {}, auth=ISP_C), 403, "forbidden")
    cause(served.get(f"{BASE}/diagnosis/A-9", auth=OPS), 404, "unknown_access")
    cause(served.get(f"{BASE}/diagnosis/A_9", auth=OPS), 400, "malformed")
    cause(served.get(f"{BASE}/diagnosis/A-4", auth=OPS), 404, "not_connected")

    assert network.asked == []


def test_a_silent_switch_is_told_as_such(served: ServedApi) -> None:
    """At first it is undecided, after three minutes it is the switch."""
    assert served.clock is not None

    async def words(client: httpx.AsyncClient) -> list[dict[str, Any]]:
        assert served.clock is not None
        told = []
        for wait_s in (0.0, 200.0):
            served.clock.go_on(wait_s)
            answer = await client.get(f"{BASE}/diagnosis/A-3", auth=ISP_A)
            told.append(answer.json())
        return told

    early, late = served.talk(words)

    assert early["code"] == "undecided"
    assert (late["code"], late["location"]) == ("switch_silent", "switch")
    assert "status" in late["missing"]


def test_a_verdict_stands_in_every_document(served: ServedApi) -> None:
    """The report, ON-API's combined answer, the dump, link info and the batch have the same."""

    async def words(client: httpx.AsyncClient) -> list[dict[str, Any]]:
        first = await client.get(f"{BASE}/diagnosis/A-1", auth=ISP_A)
        found = [first.json()]
        for path in (f"{BASE}/access/A-1", "/2.6/tech/access/A-1", f"{BASE}/dump/A-1"):
            answer = await client.get(path, auth=ISP_A)
            found.append(answer.json()["diagnosis"])
        linked = await client.post(f"{BASE}/linkinfo", json={"accessId": "A-1"}, auth=ISP_A)
        found.append(linked.json()["diagnosis"])
        listed = await client.post(f"{BASE}/batch", json={"accessIds": ["A-1"]}, auth=ISP_A)
        found.append(listed.json()["accesses"][0]["access"]["diagnosis"])
        return found

    first, *others = served.talk(words)

    assert all(other == first for other in others)
    assert first["code"] == "all_fine"


def test_nothing_of_the_equipment_or_of_others_is_in_a_verdict(served: ServedApi) -> None:
    """No name, no address, no other provider's row, and no other access."""
    for path in (f"{BASE}/diagnosis/A-1", f"{BASE}/dump/A-1"):
        text = served.get(path, auth=ISP_A).text
        assert not [secret for secret in (*SECRET, "A-2", "isp-b", "B1") if secret in text]


def test_what_a_switch_cannot_tell_names_no_software(tmp_path: Path) -> None:
    """The cause of a part that its driver has no table for is a provider's to read."""
    served = over(tmp_path, alone({**DARK, "1.3.6.1.2.1.1.2.0": f"6|{m.PLAIN_ID}"}))

    document = served.get(f"{BASE}/dump/A-1", auth=ISP_A)

    assert document.json()["parts"]["shaping"]["state"] == "unsupported"
    assert not [secret for secret in (*SECRET, "generic") if secret in document.text]


def test_the_order_is_held_against_the_line(tmp_path: Path) -> None:
    """Equipment that is not the ordered one, by its address in the order."""
    ordered = INVENTORY.replace(
        "service: BB, service_type: bb,\n",
        "service: BB-2-2,"
        ' service_type: bb, equipment: \'[{"macAddress":'
        ' "02:00:00:77:77:77"}]\',\n',
        1,
    )
    switch = merged(
        m.system("elm3.example"),
        m.port(1, "ge1"),
        m.learnt(1, MAC_A, 10),
        m.lease(1, 1, "198.51.100.10", MAC_A, 10),
        m.shaped(1, 0, 10, 1000, 1000),
    )
    served = over(tmp_path, alone(switch), ordered)

    told = served.get(f"{BASE}/diagnosis/A-1", auth=ISP_A).json()

    assert told["code"] == "unknown_equipment"


@pytest.mark.parametrize("how", ["closed", "never up"])
def test_ports_that_did_not_fall_make_no_outage(tmp_path: Path, how: str) -> None:
    """Closed by the operator, or down since the switch started: nobody was ever there."""
    numbers = (1, *range(3, 8))
    rows = merged(
        m.system("elm3.example"),
        m.optics(1, rx=-4000),
        *(m.port(n, f"ge{n}", up=False) for n in numbers),
        *({f"{m.IF}.7.{n}": "2|2"} for n in numbers[1:] if how == "closed"),
        *({f"{m.IF}.9.{n}": "67|0"} for n in numbers if how == "never up"),
    )
    served = over(tmp_path, alone(rows), with_neighbours())

    async def words(client: httpx.AsyncClient) -> str:
        await client.get(f"{BASE}/switch/sw-elm-3/panel", auth=OPS)
        told = await client.get(f"{BASE}/diagnosis/A-1", auth=ISP_A)
        return str(told.json()["code"])

    assert served.talk(words) == "no_light_check_power"


@pytest.mark.parametrize("read", ["as a whole", "one by one"])
def test_others_on_the_switch_make_an_outage_without_being_named(tmp_path: Path, read: str) -> None:
    """Lines that were read lately and fell in the same minute; a provider hears of "several".

    In a batch they count where the whole switch was read.
    """
    asked_of = [f"{BASE}/switch/sw-elm-3/panel"]
    if read == "one by one":
        asked_of = [f"/2.6/tech/access/X-{n}/link/status" for n in range(3, 8)]
    records = with_neighbours()
    ports = [m.port(n, f"ge{n}", up=False) for n in (1, *range(3, 8))]
    switch = merged(m.system("elm3.example"), m.optics(1, rx=-4000), *ports)
    network = alone(switch)
    served = over(tmp_path, network, records)

    async def words(client: httpx.AsyncClient) -> tuple[httpx.Response, int, httpx.Response, int]:
        early = await client.get(f"{BASE}/diagnosis/A-1", auth=ISP_A)
        for path in asked_of:
            await client.get(path, auth=OPS)
        before = len(network.asked)
        last = await client.get(
            f"{BASE}/diagnosis/A-1", auth=ISP_A, headers={"Cache-Control": "max-age=900"}
        )
        after = len(network.asked)
        many = await client.post(f"{BASE}/batch", json={"accessIds": ["A-1"]}, auth=ISP_A)
        batched.append(many.json()["accesses"][0]["access"]["diagnosis"]["code"])
        return early, before, last, after

    batched: list[str] = []
    early, before, last, after = served.talk(words)

    assert early.json()["code"] == "no_light_check_power"
    assert last.json()["code"] == "area_outage"
    assert [row["value"] for row in last.json()["evidence"] if row["source"] == "history"] == [
        "several"
    ]
    assert "X-" not in last.text
    assert after - before <= 1  # the CPE, which is silent; no neighbour
    assert batched == ["area_outage" if read == "as a whole" else "no_light_check_power"]


def test_rows_of_nobody_are_unknown_and_not_none(tmp_path: Path) -> None:
    """A lease without a VLAN on an access of two providers: "no lease" would be a lie."""
    switch = merged(
        m.system("elm3.example"),
        m.port(1, "ge1"),
        m.learnt(1, MAC_A, 10),
        m.lease(1, 1, "198.51.100.10", MAC_A, None),
    )
    served = over(tmp_path, alone(switch))

    report = served.get(f"{BASE}/access/A-1", auth=ISP_A).json()

    assert report["leaseInfo"] == []
    assert report["parts"]["leaseInfo"]["state"] == "partial"
    assert report["diagnosis"]["code"] == "all_fine"
    assert "leaseInfo" in report["diagnosis"]["missing"]


def paced(tmp_path: Path, network: Recordings) -> ServedApi:
    """The service, where in a pause 500 packets come from the customer and none go there."""
    clock = Clock()
    before = dict(network.rows["192.0.2.3"])

    async def pause(seconds: float) -> None:
        clock.go_on(seconds)
        counted = {f"{m.IFX}.7.1": "70|570", f"{m.IFX}.6.1": "70|5000625000"}
        network.rows["192.0.2.3"] = before | counted

    return serve(
        stocked(tmp_path, INVENTORY, clock),
        network.open,
        clock=clock,
        polling_limits=PollingLimits(min_interval_s=0.0),
        users=USERS,
        attach_tickets=lambda state: replace(state, pause=pause),
    )


def test_traffic_now_is_two_readings_of_the_counters(tmp_path: Path, network: Recordings) -> None:
    """Both directions in packets, kbit/s and words; it changes no code."""
    told = paced(tmp_path, network).get(f"{BASE}/diagnosis/A-1?traffic=now", auth=ISP_A).json()

    assert told["code"] == "all_fine"
    assert told["traffic"] == {
        "seconds": 5.0,
        "input": {"packets": 500, "kbits": 1000},
        "output": {"packets": 0, "kbits": 0},
        "text": {
            "en": "The customer's equipment sends, nothing comes back.",
            "sv": "Kundens utrustning sänder men inget kommer tillbaka.",
        },
    }


def test_volumes_that_are_not_theirs_are_in_no_traffic(tmp_path: Path, network: Recordings) -> None:
    """Who has television beside somebody else's broadband hears nothing of what is counted."""
    told = paced(tmp_path, network).get(f"{BASE}/diagnosis/A-1?traffic=now", auth=ISP_B)

    assert told.status_code == 200
    assert "traffic" not in told.json()


def test_traffic_is_asked_for_by_its_one_word(served: ServedApi) -> None:
    """Another one is malformed."""
    cause(served.get(f"{BASE}/diagnosis/A-1?traffic=soon", auth=ISP_B), 400, "malformed")


def test_a_port_that_a_protection_has_closed_is_told_with_its_reason(tmp_path: Path) -> None:
    """In the verdict, in the document of the access, and in a dump; ON-API has no word for it."""
    told = {f"{m.BASE}.7.9.0": "2|300", f"{m.BASE}.7.1.1": "2|2", f"{m.BASE}.7.2.1": "2|0"}
    switch = merged(m.system("elm3.example"), m.port(1, "ge1", up=False), m.port(2, "ge2"), told)
    network = alone(switch)
    clock = Clock()
    served = serve(
        stocked(tmp_path, INVENTORY, clock),
        network.open,
        clock=clock,
        polling_limits=PollingLimits(min_interval_s=0.0),
        users=USERS,
        drivers=registry_of([(m.PROTECTED, "made up"), (m.CPE, "made up"), (m.PLAIN, "made up")]),
    )

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        return [
            await client.get(f"{BASE}/diagnosis/A-1", auth=ISP_A),
            await client.get(f"{BASE}/dump/A-1", auth=ISP_A),
            await client.get(f"{BASE}/dump/A-1?device=true", auth=OPS),
            await client.get("/onapi/2.6/tech/access/A-1/link/status", auth=ISP_A),
        ]

    verdict, document, dump, status = served.talk(words)

    assert verdict.json()["code"] == "port_blocked_by_customer"
    assert {"fact": "protection.reason", "value": "bpdu-guard"}.items() <= next(
        row for row in verdict.json()["evidence"] if row["fact"] == "protection.reason"
    ).items()
    whole = {"state": "blocked", "reason": "bpdu-guard", "text": "bpduGuard"}
    assert document.json()["protection"] == whole
    assert document.json()["parts"]["protection"]["state"] == "ok"
    port, other = dump.json()["ports"]
    assert other["protection"] == {"state": "ok"}
    assert (port["protection"], port["status"]["error"]) == (whole, "bpduGuard")
    assert status.json()["link"] is False
    assert "protection" not in status.json()
