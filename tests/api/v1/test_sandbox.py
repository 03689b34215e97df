"""The sandbox answers what its documentation says, over HTTP, and never with a real network."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.access.made_up import NOW
from tests.access.played import Clock, Recordings, stocked
from tests.api.served import ServedApi, serve
from tests.api.v1.network import BASE, INVENTORY, ISP_A, OPS, TRYING, USERS, cause

from techinfo.access.freshness import CachePolicy
from techinfo.api.v1.schemas.diagnosis import CODES
from techinfo.sandbox import Sandboxes
from techinfo.sandbox.cases import access_id_of

TEXT = (Path(__file__).parents[3] / "docs" / "sandbox.md").read_text(encoding="utf-8")
PATHS = {
    "hardware": "tech/access/{}/hardware",
    "status": "tech/access/{}/link/status",
    "macaddresstable": "tech/access/{}/link/macaddresstable",
    "leaseinfo": "tech/access/{}/link/leaseinfo",
    "igmpsnooping": "tech/access/{}/link/igmpsnooping",
    "cpe": "tech/cpe/{}/status",
}
_ROW = re.compile(r"\| `(SANDBOX-[A-Z-]+)` \|(.*)\|$")
_WORTH = re.compile(r"`([a-z]+)\.([A-Za-z.]+)(?: = (\S+)| (absent))`")


class Slow:
    """What the slow switch of these tests waits for."""

    def __init__(self) -> None:
        self.let_go = asyncio.Event()

    async def __call__(self) -> None:
        """Wait until it is let go."""
        await self.let_go.wait()


def documented() -> Iterator[tuple[str, list[str], str]]:
    """accessId, an answer for each path, and what is worth a look."""
    for line in TEXT.splitlines():
        found = _ROW.fullmatch(line)
        if found:
            *answers, worth = (cell.strip() for cell in found[2].split("|"))
            yield found[1], answers, worth


ROWS = list(documented())


@pytest.fixture
def slow() -> Slow:
    """The slow switch."""
    return Slow()


@pytest.fixture
def network() -> Recordings:
    """A real network in which nobody may be asked."""
    return Recordings()


@pytest.fixture
def served(
    tmp_path: Path, network: Recordings, slow: Slow, request: pytest.FixtureRequest
) -> ServedApi:
    """The service over it, with a sandbox; only who is about the slow switch runs out of time."""
    about_slow = "slow" in request.node.name.lower()
    clock = Clock()
    sandboxes = Sandboxes(now=clock, pause=slow)
    return serve(
        stocked(tmp_path, INVENTORY),
        network.open,
        clock=clock,
        users=USERS,
        sandboxes=sandboxes,
        policy=CachePolicy(deadline_s=0.3 if about_slow else 20.0),
        closing=[sandboxes.close],
    )


def in_words(answer: httpx.Response) -> str:
    """An answer as the table has it."""
    body = answer.json()
    if answer.status_code != 200:
        return f"{answer.status_code} {body['code']}"
    return f"200 ({len(body)})" if isinstance(body, list) else "200"


def looked_up(body: Any, path: str) -> Any:
    """What stands under a dotted path; ``None`` when nothing does."""
    for name in path.split("."):
        body = body.get(name) if isinstance(body, dict) else None
    return body


@pytest.mark.parametrize(("access", "expected", "worth"), ROWS, ids=[r[0] for r in ROWS])
def test_every_access_answers_as_documented(
    served: ServedApi, network: Recordings, access: str, expected: list[str], worth: str
) -> None:
    """Status, code and number of rows of all six, and each value that is worth a look."""

    async def words(client: httpx.AsyncClient) -> dict[str, httpx.Response]:
        return {
            name: await client.get(f"/2.6/{path.format(access)}", auth=TRYING)
            for name, path in PATHS.items()
        }

    answers = served.talk(words)

    assert [in_words(answer) for answer in answers.values()] == expected
    for part, path, value, absent in _WORTH.findall(worth):
        found = looked_up(answers[part].json(), path)
        assert found == (None if absent else json.loads(value)), (part, path)
    assert network.asked == []


def test_the_document_names_every_access(served: ServedApi) -> None:
    """Of the sandbox's inventory, and no other."""
    answer = served.get("/2.6/accesses", auth=TRYING)

    assert [a["accessId"] for a in answer.json()] == sorted(row[0] for row in ROWS)


def test_a_slow_switch_fills_the_cache(served: ServedApi, slow: Slow) -> None:
    """504 at first; when it has answered after all, the next request has it."""

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        path = "/2.6/tech/access/SANDBOX-SLOW/link/status"
        first = await client.get(path, auth=TRYING)
        slow.let_go.set()
        body = {"accessId": "SANDBOX-SLOW", "deadline": 20}
        return [first, await client.post(f"{BASE}/linkinfo", json=body, auth=TRYING)]

    first, second = served.talk(words)

    cause(first, 504, "element_slow")
    assert second.json()["status"]["link"] is True


def test_the_extensions_work_there_too(served: ServedApi) -> None:
    """Search, report and link info are of the sandbox."""

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        return [
            await client.get(f"{BASE}/search?q=SBX-REF-1", auth=TRYING),
            await client.get(f"{BASE}/search?q=A-1", auth=TRYING),
            await client.get(f"{BASE}/access/SANDBOX-PARTIAL", auth=TRYING),
            await client.post(f"{BASE}/linkinfo", json={"accessId": "SANDBOX-SILENT"}, auth=TRYING),
            await client.get(f"{BASE}/access/A-1", auth=TRYING),
            await client.get(f"{BASE}/access/SANDBOX-OK", auth=OPS),
        ]

    by_reference, real, partial, silent, foreign, of_ops = served.talk(words)

    assert [a["accessId"] for a in by_reference.json()["accesses"]] == ["SANDBOX-OK"]
    assert real.json()["count"] == 0
    assert partial.json()["parts"]["macAddressTable"]["state"] == "partial"
    assert silent.json()["parts"]["hardware"]["code"] == "element_silent"
    cause(foreign, 404, "unknown_access")
    cause(of_ops, 404, "unknown_access")


def test_look_ups_answer_as_documented(served: ServedApi) -> None:
    """By what is stored; another provider's identifier is nobody's."""
    rows = re.findall(r"^\| `((?:option82|dhcplookup)[^`]+)` \| (.+) \|$", TEXT, re.MULTILINE)

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        return [await client.get(f"/2.4/{path}", auth=TRYING) for path, _ in rows]

    for (_, expected), answer in zip(rows, served.talk(words), strict=True):
        if expected.startswith("404"):
            assert answer.status_code == 404
        else:
            told = f"`{answer.json()['accessId']}`, {answer.headers['X-Techinfo-Match']}"
            assert told == expected
    assert len(rows) == 3


def test_what_is_real_is_not_heard_of_there(served: ServedApi) -> None:
    """Neither tickets and webhooks, nor what was found out of the real network's equipment."""

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        told = [await client.get("/2.6", auth=whose) for whose in (ISP_A, TRYING, ISP_A)]
        return [
            *told,
            await client.get("/2.6/tickets", auth=TRYING),
            await client.get(f"{BASE}/webhooks", auth=TRYING),
        ]

    real, trying, real_again, tickets, webhooks = served.talk(words)

    assert real.json() == real_again.json()
    assert real.json() != trying.json()
    assert (tickets.status_code, webhooks.status_code) == (501, 501)


def test_who_is_real_never_gets_the_sandbox(served: ServedApi) -> None:
    """The option alone decides."""
    cause(served.get(f"{BASE}/access/SANDBOX-OK", auth=ISP_A), 404, "unknown_access")


def test_without_a_sandbox_nothing_real_is_told(tmp_path: Path) -> None:
    """Whoever is to be answered from it is answered by nothing else."""
    recordings = Recordings()
    bare = serve(stocked(tmp_path, INVENTORY), recordings.open, users=USERS)

    cause(bare.get(f"{BASE}/access/A-1", auth=TRYING), 501, "not_implemented")
    assert recordings.asked == []


def test_its_clocks_run_on_and_its_dates_with_them(served: ServedApi) -> None:
    """Counters grow, the link stays up since when it was, and ended stays just ended."""

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        assert served.clock
        path = "/2.6/tech/access/SANDBOX-OK/link/status"
        first = await client.get(path, auth=TRYING)
        served.clock.go_on(60)
        second = await client.get(path, auth=TRYING)
        served.clock.go_on(40 * 86_400)
        ended = await client.get("/2.6/tech/access/SANDBOX-ENDED/hardware", auth=TRYING)
        later = await client.get(path, auth=TRYING)
        return [first, second, ended, later]

    first, second, ended, later = served.talk(words)
    before, after = first.json(), second.json()

    assert after["linkSince"] == before["linkSince"]
    assert later.json()["linkSince"] == before["linkSince"]
    grown = after["statistics"]["input"]["bytes"] - before["statistics"]["input"]["bytes"]
    assert grown == 60 * 41_000
    assert "has ended" in cause(ended, 403, "forbidden")
    assert served.clock
    assert served.clock() - NOW > timedelta(days=40)


def test_an_access_answers_each_verdict(served: ServedApi) -> None:
    """Every published code, by GET, on any day; no device is asked."""
    assert served.clock is not None

    async def words(client: httpx.AsyncClient) -> list[str]:
        told = []
        for code in CODES:
            answer = await client.get(f"{BASE}/diagnosis/{access_id_of(code)}", auth=TRYING)
            told.append(answer.json()["code"])
        return told

    assert served.talk(words) == list(CODES)


def test_the_answer_to_a_question_changes_the_verdict_in_the_sandbox(served: ServedApi) -> None:
    """As with a living access; outside the sandbox nobody knows these accesses."""
    path = f"{BASE}/diagnosis/SANDBOX-NO-LIGHT-CHECK-POWER"

    async def words(client: httpx.AsyncClient) -> tuple[httpx.Response, httpx.Response]:
        body = {"answers": {"powerOn": "no"}}
        tried = await client.post(path, json=body, auth=TRYING)
        return tried, await client.get(path, auth=ISP_A)

    tried, outside = served.talk(words)

    assert tried.json()["code"] == "power_lost_at_customer"
    cause(outside, 404, "unknown_access")
