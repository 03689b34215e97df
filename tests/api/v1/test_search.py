"""Searching over HTTP: each finds its own, and nobody can tell what else there is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.access.played import Recordings, stocked
from tests.api.served import ServedApi, serve
from tests.api.v1.network import (
    BASE,
    ENGINEER,
    ISP_A,
    ISP_B,
    ISP_C,
    MAC_A,
    MAC_B,
    OPS,
    USERS,
    cause,
)

from techinfo.config import QuotaSettings

Login = tuple[str, str]


def found(answer: httpx.Response) -> list[str]:
    """The accessIds in an answer, whose count is right."""
    assert answer.status_code == 200
    body = answer.json()
    assert body["count"] == len(body["accesses"])
    return [one["accessId"] for one in body["accesses"]]


def searched(served: ServedApi, q: str, whose: Login) -> list[str]:
    """What somebody finds."""
    return found(served.get(f"{BASE}/search", params={"q": q}, auth=whose))


@pytest.mark.parametrize(
    ("q", "ops", "a", "b"),
    [
        ("A-1", ["A-1"], ["A-1"], ["A-1"]),
        ("a-", ["A-1", "A-2", "A-3", "A-4"], ["A-1", "A-3"], ["A-1", "A-2"]),
        ("KGX", ["A-1", "A-2"], ["A-1"], ["A-1", "A-2"]),
        ("kgx2", ["A-2"], [], ["A-2"]),
        ("algat", ["A-1", "A-2"], ["A-1"], ["A-1", "A-2"]),
        ("Ålgatan 3b", ["A-1"], ["A-1"], ["A-1"]),
        ("ÅLGATAN 4", ["A-2"], [], ["A-2"]),
        ("anke 123 45 algatan", ["A-1", "A-2"], ["A-1"], ["A-1", "A-2"]),
        ("12345", ["A-1", "A-2"], ["A-1"], ["A-1", "A-2"]),
        ("storgatan gaseborg", ["A-4"], [], []),
        ("S-A1", ["A-1"], ["A-1"], []),
        ("REF#B1", ["A-1"], [], ["A-1"]),
        ("SPS-A1", ["A-1"], ["A-1"], []),
        ("02:00:00:00:00:77", ["A-1"], ["A-1"], ["A-1"]),
        ("A-9", [], [], []),
        ("%", None, None, None),
        ("__", [], [], []),
        ("' OR 1=1 --", [], [], []),
        ('"*" NEAR', [], [], []),
    ],
)
def test_each_finds_its_own(
    served: ServedApi, q: str, ops: list[str] | None, a: list[str] | None, b: list[str] | None
) -> None:
    """By accessId, address, CPE, and references: of a provider its own references alone."""
    for whose, expected in ((OPS, ops), (ENGINEER, ops), (ISP_A, a), (ISP_B, b)):
        if expected is None:
            cause(served.get(f"{BASE}/search", params={"q": q}, auth=whose), 400, "malformed")
        else:
            assert searched(served, q, whose) == expected, whose
    assert ops is None or searched(served, q, ISP_C) == []


@pytest.mark.parametrize("spelling", [str, str.lower, lambda x: x.replace(":", "-")])
def test_a_mac_address_seen_lately_is_found(served: ServedApi, spelling: Any) -> None:
    """By whoever may see that row; before anybody has asked, nobody knows."""

    async def words(client: httpx.AsyncClient) -> list[list[str]]:
        async def find(mac: str, whose: Login) -> list[str]:
            params = {"q": spelling(mac)}
            return found(await client.get(f"{BASE}/search", params=params, auth=whose))

        before = await find(MAC_A, OPS)
        await client.get(f"{BASE}/access/A-1", auth=OPS)
        return [
            before,
            await find(MAC_A, OPS),
            await find(MAC_A, ISP_A),
            await find(MAC_A, ISP_B),
            await find(MAC_B, ISP_A),
            await find(MAC_B, ISP_B),
        ]

    assert served.talk(words) == [[], ["A-1"], ["A-1"], [], [], ["A-1"]]


@pytest.mark.parametrize(
    "line",
    [
        f"Nov 21 10:00:01 dhcpd: DHCPREQUEST for 100.64.9.9 from {MAC_A} (router) via 10.0.0.1",
        f"kea-dhcp4 [hwtype=1 {MAC_A.lower()}], cid=[no info]",
    ],
)
def test_the_addresses_in_a_line_lead_to_their_access(served: ServedApi, line: str) -> None:
    """Where it holds no identifier; each finds its own."""

    async def words(client: httpx.AsyncClient) -> list[list[str]]:
        await client.get(f"{BASE}/access/A-1", auth=OPS)
        return [
            found(await client.get(f"{BASE}/search", params={"q": line}, auth=whose))
            for whose in (OPS, ISP_A, ISP_B)
        ]

    assert served.talk(words) == [["A-1"], ["A-1"], []]


def test_where_it_hangs_is_for_the_operators_people(served: ServedApi) -> None:
    """Element and port are no provider's."""
    (told,) = served.get(f"{BASE}/search?q=A-2", auth=ENGINEER).json()["accesses"]
    (of_b,) = served.get(f"{BASE}/search?q=A-2", auth=ISP_B).json()["accesses"]

    assert (told["element"], told["port"]) == ("sw-elm-3", "ge2")
    assert told.keys() - of_b.keys() == {"element", "port"}
    assert of_b["matched"] == ["accessId"]


def test_a_place_a_serial_number_and_an_address_are_found(served: ServedApi) -> None:
    """Everybody finds what they may see; places are for the operator's own people."""

    async def words(client: httpx.AsyncClient) -> dict[str, list[list[str]]]:
        await client.get(f"{BASE}/access/A-1", auth=OPS)  # so that rows and modules are seen

        async def find(q: str, whose: Login) -> list[str]:
            return found(await client.get(f"{BASE}/search", params={"q": q}, auth=whose))

        asked = (
            "sw-elm-3 ge1",
            "sw-elm-3:1",
            "sw-elm-3 ge9",
            "198.51.100.10",
            "cpe-sn-1",
            "OUT-4711",
            "opt0001",
        )
        return {q: [await find(q, whose) for whose in (OPS, ISP_A, ISP_B, ISP_C)] for q in asked}

    assert served.talk(words) == {
        "sw-elm-3 ge1": [["A-1"], [], [], []],
        "sw-elm-3:1": [["A-1"], [], [], []],
        "sw-elm-3 ge9": [[], [], [], []],
        "198.51.100.10": [["A-1"], ["A-1"], [], []],
        "cpe-sn-1": [["A-1"], ["A-1"], ["A-1"], []],
        "OUT-4711": [["A-2"], [], ["A-2"], []],
        "opt0001": [["A-1"], ["A-1"], ["A-1"], []],
    }


def test_the_element_that_is_named_is_told_to_the_operators_people(served: ServedApi) -> None:
    """Of an element alone there are no accesses, but its panel can be looked at."""
    told = [
        served.get(f"{BASE}/search?q=sw-oak-1", auth=whose).json()
        for whose in (OPS, ENGINEER, ISP_A)
    ]

    assert [one.get("elements") for one in told] == [[{"name": "sw-oak-1"}]] * 2 + [None]
    assert [one["accesses"] for one in told] == [[], [], []]


def headers(answer: httpx.Response) -> dict[str, str]:
    """Those that do not count or number what was asked."""
    told = answer.headers.items()
    return {n: value for n, value in told if not n.startswith(("ratelimit", "x-request-id"))}


def test_what_is_not_theirs_is_as_what_is_not_there(served: ServedApi) -> None:
    """The answer to a foreign accessId is that to one which nobody has, to the octet."""
    foreign = served.get(f"{BASE}/search?q=A-2", auth=ISP_A)
    nobodys = served.get(f"{BASE}/search?q=A-7", auth=ISP_A)

    assert foreign.content == nobodys.content
    assert headers(foreign) == headers(nobodys)


@pytest.mark.parametrize("q", ["", "a", " a ", "x" * 1001, "a\x00b", "a\nb", "\u202eab"])
def test_a_text_that_cannot_be_meant_is_400(served: ServedApi, q: str) -> None:
    """Too short, too long, or not for people."""
    cause(served.get(f"{BASE}/search", params={"q": q}, auth=OPS), 400, "malformed")


def test_a_search_for_nothing_is_400(served: ServedApi) -> None:
    """Never 422."""
    cause(served.get(f"{BASE}/search", auth=OPS), 400, "malformed")


IDENTIFIED = """
elements: [{name: sw-elm-3, address: 192.0.2.3, sys_name: elm3}]
accesses:
  - {access_id: A-1, element: sw-elm-3, port: ge1, port_by: name}
  - {access_id: A-2, element: sw-elm-3, port: ge2, port_by: name}
subscriptions:
  - {subscription_id: S-1, access_id: A-1, provider: isp-a, service: BB, service_type: bb,
     ipv4_circuit_id: "eth 0/1", ipv4_remote_id: "elm-3.example"}
  - {subscription_id: S-2, access_id: A-2, provider: isp-b, service: BB, service_type: bb,
     ipv4_circuit_id: "eth 0/2", ipv4_remote_id: "elm-3.example"}
"""
LINE = 'dhcpd: Option 82: received circuit-id "eth 0/1" remote-id "elm-3.example"'
OPTION82 = "52160107" + b"eth 0/1".hex() + "020d" + b"elm-3.example".hex()


@pytest.mark.parametrize(
    "q",
    [
        f"{len(bytes.fromhex(OPTION82[4:])):02x}".join((OPTION82[:2], OPTION82[4:])),
        LINE,
    ],
)
def test_a_dhcp_identifier_leads_to_its_access(tmp_path: Path, q: str) -> None:
    """As a whole option in hex, and in a line of a log; to whose it is, and to nobody else."""
    served = serve(stocked(tmp_path, IDENTIFIED), Recordings().open, users=USERS)

    async def words(client: httpx.AsyncClient) -> list[list[str]]:
        return [
            found(await client.get(f"{BASE}/search", params={"q": q}, auth=whose))
            for whose in (OPS, ISP_A, ISP_B)
        ]

    assert served.talk(words) == [["A-1"], ["A-1"], []]


def test_guesses_at_identifiers_are_counted(tmp_path: Path) -> None:
    """A search is no way round the quota of look-ups that find nothing."""
    quotas = QuotaSettings(requests_per_minute=1000, misses_per_hour=3)
    served = serve(stocked(tmp_path, IDENTIFIED), Recordings().open, users=USERS, quotas=quotas)

    async def words(client: httpx.AsyncClient) -> list[list[str]]:
        async def find(q: str, whose: Login) -> list[str]:
            return found(await client.get(f"{BASE}/search", params={"q": q}, auth=whose))

        before = await find(LINE, ISP_A)
        for n in range(3):
            await find(f"eth 9/{n}", ISP_A)
        return [before, await find(LINE, ISP_A), await find("A-1", ISP_A), await find(LINE, OPS)]

    assert served.talk(words) == [["A-1"], [], ["A-1"], ["A-1"]]
