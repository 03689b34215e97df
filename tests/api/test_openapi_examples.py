"""The examples of the documents are what the service answers; every answer and error has one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import jsonschema
import pytest
from pydantic import SecretStr
from tests.access.made_up import NOW, OLT_ID, merged, pon, port, system, unregistered
from tests.access.played import Clock, imported
from tests.api.everything import ADDRESS, ALL_USERS, INVENTORY, network
from tests.api.served import CHEAP, OPERATOR, PROVIDER
from tests.api.ticketed import Ticketed, created, settled, ticketed
from tests.api.v1.test_history import polled
from tests.collect.command_line.test_asking import Printed
from tests.collect.test_cable_test import PrintedTests
from tests.conftest import Expected

from techinfo.access.cable_tests.results import CableTests
from techinfo.access.past import History
from techinfo.access.wrong_ports import Proposal
from techinfo.api.openapi.examples import examples_of
from techinfo.api.openapi.shapes import operations
from techinfo.collect.command_line.asking import CommandLines
from techinfo.collect.registry import cli_platforms
from techinfo.config import User, WebhookSettings
from techinfo.history.links import Transition
from techinfo.history.store import HistoryFile
from techinfo.history.watches import Watches
from techinfo.history.writing import HistoryWriter, PollNote, PortNote, Tenants
from techinfo.inventory import Inventory
from techinfo.inventory.importing.moving import place_of
from techinfo.watch.watcher import Watcher

EXAMPLES = Path(__file__).parents[2] / "src" / "techinfo" / "api" / "openapi" / "examples"
VERSIONS = ("2.3.1", "2.4", "2.5", "2.6")
ENGINEER = ("eng", "eng-word")
OPTION82 = "520A01036162630203313233"
RENEWED = {"password": "four words in a row"}
HOOK = "https://tickets.isp.example/hooks/techinfo"
Words = Mapping[str, Any]

TECH: Mapping[str, str] = {
    "getEndpoints": "",
    "getHardware": "tech/access/A-1/hardware",
    "getAccessHardware": "tech/A-1/access/hardware",
    "getLinkStatus": "tech/access/A-1/link/status",
    "getMacAddressTable": "tech/access/A-1/link/macaddresstable",
    "getLeaseInfo": "tech/access/A-1/link/leaseinfo",
    "getCpeStatus": "tech/cpe/A-1/status",
    "getAccessFacts": "tech/access/A-1",
    "getDhcpLookup": f"dhcplookup?ipv4option82={OPTION82}",
    "getOption82": f"option82/{OPTION82}",
    "getEvents": "events",
    "getAccesses": "accesses",
    "getAccess": "accesses/A-1",
    "getSubscriptions": "subscriptions",
}
TELE: Mapping[str, str] = {"getIgmpSnooping": "tech/access/A-1/link/igmpsnooping"}
"""Asked by the provider of television."""
OF_VERSION: Mapping[str, Mapping[str, str]] = {
    "2.3.1": {"getLink": "accesses/A-1/link", "getOption82": f"option82/{OPTION82}"},
    "2.4": TECH,
    "2.5": TECH,
    "2.6": {
        **TECH,
        "getAccessSubscriptions": "subscriptions/A-1",
        "getServices": "services",
        "getAccessServices": "services/A-1",
    },
}
TICKET = {
    "accessId": "A-1",
    "createdBy": "Anna Andersson",
    "heading": "No link since this morning",
    "description": "The customer's box has power; the link lamp is dark.",
    "problemType": "NO_LINK",
    "spTicketReference": "CASE-4711",
    "subscriptionId": "S-1",
}
CHANGE = {
    "comment": {"message": "The customer has another box now.", "createdBy": "Anna Andersson"},
    "status": "IN_PROGRESS_CO",
    "responsible": "CO",
}
LINK = {"token": "check-Y2hlY2s", "path": "/check/check-Y2hlY2s"}
SAID = {"customer": {"complaint": "no_internet", "powerOn": True, "hasWorked": True}}
WORKS = {
    "reference": "W-2026-17",
    "text": "New line cards; an hour without a link.",
    "from": "2026-11-21T22:00:00Z",
    "to": "2026-11-22T04:00:00Z",
    "scopes": [{"element": "sw-elm-3"}],
}
WATCH = {"accessId": "A-1", "until": "2026-11-22T10:00:00Z", "reason": "it comes and goes"}
WEBHOOK = {"url": HOOK, "events": ["ticket.created", "ticket.closed"]}

_TIMES = {"createdAt", "updatedAt", "requestedAt", "doneAt", "usedAt", "endsAt"}
_OTHERWISE: Words = {
    "diagnosisId": "5e1f0c9ad5b04a6e",
    "coTicketReference": "T-1024",
    "checksum": "sha256:5a1f6e5d2f7d7b0c3e4a9b8c1d2e3f405162738495a6b7c8d9e0f1a2b3c4d5e6",
    "uptime": 86400,
    "tool": "techinfo 0.1.0",
    "reset": 12,
    "remaining": 1190,
    "agent": "Mozilla/5.0",
    "watchId": "1f0c9ad5b04a6e5e",
    "secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
    "url": HOOK,
}
"""What is otherwise each time that it is asked."""


def fixed(body: Any) -> Any:
    """A body in which chance and the clock on the wall have no part."""
    if isinstance(body, list):
        return [fixed(row) for row in body]
    if not isinstance(body, dict):
        return body
    out = {}
    for key, value in body.items():
        if key in _TIMES:
            out[key] = "2026-11-21T10:00:00Z"
        elif key == "id" and body.keys() & {"url", "user", "current"}:
            out[key] = "9f86d081884c7d65"
        elif key in _OTHERWISE:
            out[key] = _OTHERWISE[key]
        else:
            out[key] = fixed(value)
    return out


WITH_CABLE = INVENTORY.replace(
    "accesses:\n",
    "  - {name: sw-cable, address: 192.0.2.5, ssh_login: default, ssh_platform: cisco_ios}\n"
    "  - {name: olt-elm, address: 192.0.2.6, sys_name: olt-elm}\n"
    "accesses:\n  - {access_id: C-1, element: sw-cable, port: Gi0/1, state: CONNECTED,"
    f" premises_type: RESIDENTIAL_HOUSE, {ADDRESS}}}\n",
).replace(
    "subscriptions:\n",
    "subscriptions:\n  - {subscription_id: S-9, access_id: C-1, provider: other, service: BB-100,"
    " service_type: bb, connection_date: 2021-05-05, sp_reference: C9, sp_subscription_id: SP-9}\n",
)
"""With a switch whose cables can be tested, and an OLT."""


def swap_done() -> dict[str, str]:
    """The confirmation of a swap of two accesses that are where it would have put them."""
    with Inventory.in_memory() as inventory, TemporaryDirectory() as folder:
        imported(inventory, Path(folder), WITH_CABLE)
        one, other = inventory.access("A-1"), inventory.access("A-2")
    assert one is not None
    assert other is not None
    before = replace(one, **place_of(other)), replace(other, **place_of(one))
    proposed = Proposal(moves=(before, before[::-1]))
    return {"accessId": "A-1", "otherAccessId": "A-2", "proposal": proposed.id}


def _cut() -> PollNote:
    """Three lines of another switch that were lost together."""
    at = NOW - timedelta(minutes=30)
    lost = Transition(at=at, earliest=at, up=False, exact=True)
    ports = {
        f"ge{n}": PortNote(transitions=(lost,), tenants=Tenants(accesses=(access,)))
        for n, access in enumerate(("A-1", "A-2", "A-3"))
    }
    return PollNote(element="sw-oak-1", at=NOW, ports=ports)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Ticketed]:
    """The service over everything, with tickets and webhooks."""
    path = tmp_path / "everything.yaml"
    path.write_text(WITH_CABLE, encoding="utf-8")
    inventory = Inventory.in_memory(clock=lambda: NOW.replace(hour=9))
    inventory.import_file(path)
    file = HistoryFile.open(tmp_path / "history.sqlite")
    polled(file, "sw-elm-3")
    secret = SecretStr(CHEAP.hash(ENGINEER[1]))
    engineer = User(role="engineer", password_hash=secret, cable_test=True)
    recorded = network()
    recorded.rows["192.0.2.5"] = merged(system("cable"), port(1, "Gi0/1", up=False))
    found = unregistered((1, 0, b"HWTC" + bytes.fromhex("A1B2C3D4")))
    recorded.rows["192.0.2.6"] = merged(system("olt-elm", OLT_ID), pon(1, "GPON 0/1/0"), found)
    HistoryWriter(file).write([_cut()])
    made = ticketed(
        tmp_path / "tickets.sqlite",
        inventory,
        recorded.open,
        webhooks=WebhookSettings(
            enabled=True, allow=("127.0.0.1/32",), allow_for_providers=("127.0.0.1/32",)
        ),
        users={**ALL_USERS, "eng": engineer},
        clock=Clock(NOW),
        before=lambda state: replace(
            state,
            watcher=Watcher(state.access_service, Watches(file), now=lambda: NOW),
            access_service=replace(state.access_service, cable_tests=CableTests(allowed=True)),
        ),
        history=History(file, now=lambda: NOW, put=lambda note: HistoryWriter(file).write([note])),
    )
    made.served.app.state.app_state.middleware.selfchecks._now = Clock(NOW)
    made.served.collector._lines = CommandLines(
        pool=Printed(), platforms=cli_platforms(), tester=PrintedTests(), test_login="tester"
    )
    yield made
    made.file.close()
    file.close()


async def asked(client: httpx.AsyncClient, method: str, path: str, **more: Any) -> dict[str, Any]:
    """The example of one operation: its body, and what was answered."""
    answer = await client.request(method, path, **{"auth": PROVIDER, **more})
    assert answer.status_code < 300, (path, answer.text)
    out = {"request": more["json"]} if "json" in more else {}
    if answer.content:
        assert whole_line(answer), path
        out[str(answer.status_code)] = fixed(answer.json())
    return out


def whole_line(answer: httpx.Response) -> bool:
    """Whether a body ends with one newline, which Content-Length counts where it is told."""
    told = answer.headers.get("content-length", str(len(answer.content)))
    ends = answer.content.endswith(b"\n") and not answer.content.endswith(b"\n\n")
    return ends and int(told) == len(answer.content)


async def of_version(client: httpx.AsyncClient, version: str) -> Words:
    """The examples of one version."""
    below = f"/onapi/{version}"
    found = {
        name: await asked(client, "GET", f"{below}/{path}")
        for name, path in OF_VERSION[version].items()
    }
    if version == "2.3.1":
        return found
    for name, path in TELE.items():
        found[name] = await asked(client, "GET", f"{below}/{path}", auth=("tele", "tele-word"))
    ticket = TICKET
    if version == "2.4":
        ticket = {**TICKET, "coSubscription": "S-1"}
        del ticket["subscriptionId"]
    found["createTicket"] = await asked(client, "POST", f"{below}/tickets", json=ticket)
    ref = (await client.get(f"{below}/tickets", auth=PROVIDER)).json()[0]["coTicketReference"]
    found["createTicket"] |= {"200": found["createTicket"]["201"]}
    await settled(client, ref, who=PROVIDER)
    found["changeTicket"] = await asked(client, "PATCH", f"{below}/tickets/{ref}", json=CHANGE)
    found["getTickets"] = await asked(client, "GET", f"{below}/tickets")
    found["getTicket"] = await asked(client, "GET", f"{below}/tickets/{ref}")
    return found


async def of_extensions(client: httpx.AsyncClient) -> Words:
    """The examples of the extensions."""
    below = "/techinfo/v1"

    async def get(path: str, **more: Any) -> Words:
        return await asked(client, "GET", f"{below}/{path}", **more)

    async def post(path: str, body: Any, **more: Any) -> Words:
        return await asked(client, "POST", f"{below}/{path}", json=body, **more)

    found: dict[str, Any] = {
        "getAccessReport": await get("access/A-1"),
        "getAccessDump": await get("dump/A-1"),
        "readLinkInfo": await post("linkinfo", {"accessId": "A-1", "deadline": 5.0}),
        "getDiagnosis": await get("diagnosis/A-1"),
        "diagnose": await post("diagnosis/A-1", SAID),
        "search": await get("search?q=A-1"),
        "getPastLookup": await get(
            f"lookup?ipv4option82={OPTION82}&at=2026-11-21T09:30:00Z",
            headers={"X-Case-Reference": "CASE-4711"},
        ),
        "getSwitchPanel": await get("switch/sw-elm-3/panel", auth=ENGINEER),
        "getPortAudit": await get("switch/sw-elm-3/audit", auth=ENGINEER),
        "getTouchedPorts": await get("switch/olt-elm/touched", auth=ENGINEER),
        "getBatch": await post("batch", {"accessIds": ["A-1", "A-9"]}),
        "getCableTestProspect": await get("access/C-1/cabletest", auth=ENGINEER),
        "createCableTest": await post(
            "access/C-1/cabletest", {"feedsNothing": True}, auth=ENGINEER
        ),
        "forceCableTest": await post(
            "access/C-1/cabletest/despite-link",
            {"onSite": True, "interrupts": ["S-9"], "feedsNothing": True},
            auth=ENGINEER,
        ),
        "getHistory": await get("history/A-1?from=2026-11-21T09:45:00Z", auth=OPERATOR),
        "getTimeline": await get("timeline/A-1", auth=OPERATOR),
        "createInstallation": await asked(
            client, "POST", f"{below}/installation/A-1", auth=ENGINEER
        ),
        "getInstallation": await get("installation/A-1", auth=OPERATOR),
        "getDisturbances": await get("disturbances", auth=OPERATOR),
        "getFibreWeather": await get("fibre-weather", auth=OPERATOR),
        "getWrongPorts": await get("wrong-ports", auth=OPERATOR),
        "confirmWrongPorts": await post("wrong-ports/confirm", swap_done(), auth=OPERATOR),
        "announceWorks": {
            **await post("works", WORKS, auth=OPERATOR),
            **await post("works", WORKS, auth=OPERATOR),
        },
        "getWorks": await get("works"),
        "getOneWorks": await get("works/W-2026-17"),
        "endWorks": await asked(client, "DELETE", f"{below}/works/W-2026-17", auth=OPERATOR),
        "createWatch": await post("watch", WATCH, auth=OPERATOR),
        "getWatches": await get("watch", auth=OPERATOR),
        "getWatch": await get("watch/A-1", auth=OPERATOR),
        "deleteWatch": await asked(client, "DELETE", f"{below}/watch/A-1", auth=OPERATOR),
        "getServiceStatus": await get("status", auth=OPERATOR),
        "getQuota": await get("quota"),
        "getAttention": await get("attention", auth=OPERATOR),
    }
    disturbed = found["getDisturbances"]["200"]["disturbances"]
    ref = disturbed[0]["reference"]
    found["getDisturbedAccesses"] = await get(f"disturbances/{ref}/accesses", auth=OPERATOR)
    made = await client.post(f"{below}/access/A-1/selfcheck", auth=PROVIDER)
    customer = {
        "auth": httpx.Auth(),
        "headers": {"Authorization": f"Bearer {made.json()['token']}"},
    }
    said = {"question": "powerOn", "answer": "yes"}
    found |= {
        "createSelfCheck": {"201": made.json() | LINK},
        "getSelfCheck": await get("selfcheck", **customer),
        "answerSelfCheck": await post("selfcheck", said, **customer),
        "getSelfCheckAnswers": await get("access/A-1/selfcheck"),
    }
    url = "http://127.0.0.1:9/hooks"  # where nobody listens
    made = await client.post(f"{below}/webhooks", json={**WEBHOOK, "url": url}, auth=PROVIDER)
    hook = f"webhooks/{made.json()['id']}"
    found |= {
        "createWebhook": {"request": WEBHOOK, "201": fixed(made.json())},
        "getWebhooks": await get("webhooks"),
        "getDeadLetters": await get("webhooks/dead-letters"),
        "enableWebhook": await asked(client, "POST", f"{below}/{hook}/enable"),
        "testWebhook": await asked(client, "POST", f"{below}/{hook}/test"),
        "createSession": await asked(client, "POST", f"{below}/sessions"),
        "getSessions": await get("sessions"),
    }
    # The users here stand in the configuration: tests/page/test_password.py renews one's.
    begun = found["createSession"]["201"] | {"role": "engineer", "user": "eng"}
    found["renewPassword"] = {"request": RENEWED, "201": begun}
    await asked(client, "DELETE", f"{below}/{hook}")
    ref = await created(client, PROVIDER)
    await settled(client, ref, who=PROVIDER)
    found["postTicketChange"] = await post(f"tickets/{ref}", CHANGE)
    found["getTicketLinkInfo"] = await get(f"tickets/{ref}/linkinfo")
    return found


@pytest.mark.parametrize("name", [*VERSIONS, "v1"])
def test_the_examples_are_what_is_answered(
    service: Ticketed, name: str, expected: Expected
) -> None:
    """``--update-expected`` records them anew."""

    async def words(client: httpx.AsyncClient) -> Words:
        return await (of_extensions(client) if name == "v1" else of_version(client, name))

    expected(EXAMPLES / f"{name}.json", service.talk(words))


def documents(service: Ticketed) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every document."""
    for version in VERSIONS:
        yield version, service.served.get(f"/onapi/{version}/openapi.json").json()
    yield "v1", service.served.get("/techinfo/v1/openapi.json").json()


def test_every_answer_body_and_error_has_an_example_of_its_form(service: Ticketed) -> None:
    """By the schema beside it; only what is not built has none."""
    looked_at = 0
    for version, document in documents(service):
        components = {"components": document["components"]}
        for method, path, operation in operations(document["paths"]):
            answers = [operation.get("requestBody", {}), *operation["responses"].values()]
            for content in (one for told in answers for one in told.get("content", {}).values()):
                if content.get("schema") == {}:
                    continue
                assert "example" in content, (
                    f"{version}: {method} {path} has no example: name it in IDS of"
                    " api/openapi/operations.py, ask it in of_extensions() or of_version() here,"
                    " then run this file with --update-expected"
                )
                jsonschema.validate(content["example"], {**content["schema"], **components})
                looked_at += 1

    assert looked_at > 1000


def test_no_example_is_of_an_operation_that_is_not_there(service: Ticketed) -> None:
    """And every operation is called as the interface calls it, once."""
    for version, document in documents(service):
        names = [operation["operationId"] for _, _, operation in operations(document["paths"])]

        assert len(names) == len(set(names))
        unnamed = [name for name in names if not name.isalnum()]
        assert unnamed == [], f"name them in IDS of api/openapi/operations.py: {unnamed}"
        assert examples_of(version).keys() <= set(names)


def test_another_reading_has_no_example_that_it_spells_otherwise(service: Ticketed) -> None:
    """What the Bitvis profile writes in other words is not shown in those of ON-API."""
    path = "/onapi/2.6/openapi.json"
    document = service.served.get(path, auth=("bitvis", "bit-word")).json()
    paths = document["paths"]
    status = paths["/2.6/tech/access/{id}/link/status"]["get"]["responses"]["200"]
    hardware = paths["/2.6/tech/access/{id}/hardware"]["get"]["responses"]["200"]

    assert "example" not in status["content"]["application/json"]
    assert "example" in hardware["content"]["application/json"]
