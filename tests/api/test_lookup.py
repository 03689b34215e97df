"""``option82`` and ``dhcplookup`` over HTTP, with the query exactly as it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote_from_bytes

import httpx
import pytest
from tests.access.played import Recordings
from tests.api.served import PROVIDER, ServedApi, serve
from tests.dhcp_lab import folder, told

from techinfo.inventory import Inventory

BASE = "/onapi/2.6"
NETWORK = """
{"complete": COMPLETE,
 "switches": [
  {"name": "asw-1", "mac": "00:1b:54:aa:02:00", "ip": "192.0.2.1", "layout": "cisco-ios-mac"},
  {"name": "asw-2", "mac": "00:1b:54:aa:03:00", "ip": "192.0.2.2", "layout": "cisco-ios-mac"},
  {"name": "tr-1", "mac": null, "ip": "192.0.2.3", "layout": "tr101-eth"}],
 "accesses": [
  {"accessId": "A-1", "switch": "asw-1", "module": 1, "port": 3, "vlans": {"bb": 100, "iptv": 200},
   "subscriptions": []},
  {"accessId": "A-2", "switch": "asw-2", "module": 1, "port": 3, "vlans": {"bb": 100},
   "subscriptions": []},
  {"accessId": "A-3", "switch": "tr-1", "module": 0, "port": 7, "vlans": {"bb": 100},
   "subscriptions": []},
  {"accessId": "A-4", "switch": "asw-2", "module": 1, "port": 4, "vlans": {"bb": 100},
   "subscriptions": [{"subscriptionId": "S-4", "service": "BB-100-100",
    "dhcpIdentifier": {"ipv4CircuitId": "Port-X", "ipv4RemoteId": "Sw-X"}}]},
  {"accessId": "A-5", "switch": "asw-2", "module": 1, "port": 5, "vlans": {"bb": 100},
   "subscriptions": [{"subscriptionId": "S-5", "service": "BB-100-100", "provider": "other",
    "dhcpIdentifier": {"ipv4CircuitId": "Port-Y"}}]}]}
"""
CIRCUIT, REMOTE = "000400640103", "0006001b54aa0200"


def _served(inventory: Inventory) -> ServedApi:
    return serve(inventory, Recordings({}).open)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[ServedApi]:
    """The service over a small network that is complete."""
    with _imported(tmp_path, complete=True) as inventory:
        yield _served(inventory)


def _imported(tmp_path: Path, *, complete: bool) -> Inventory:
    file = tmp_path / "network.json"
    file.write_text(NETWORK.replace("COMPLETE", str(complete).lower()), encoding="utf-8")
    inventory = Inventory.in_memory()
    inventory.import_file(file)
    return inventory


def _asked(served: ServedApi, *queries: str, **more: object) -> list[httpx.Response]:
    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        return [await client.get(f"{BASE}/{query}", **more) for query in queries]  # type: ignore[arg-type]

    return served.talk(words)


def _told(response: httpx.Response) -> str:
    found: str = response.json()["accessId"] if response.status_code == 200 else ""
    return found or str(response.status_code)


def test_every_vector_is_answered_as_it_says() -> None:
    """All vectors, each with the exact octets of its query or path."""
    vectors = told("vectors.json")["vectors"]

    async def words(client: httpx.AsyncClient) -> list[str]:
        out = []
        for vector in vectors:
            raw = vector.get("query")
            path = f"{BASE}/dhcplookup" if raw is not None else f"{BASE}/option82/{vector['path']}"
            url = httpx.URL(path)
            if raw is not None:
                url = url.copy_with(query=raw.encode())
                assert url.query == raw.encode()
            out.append(_told(await client.get(url)))
        return out

    with Inventory.in_memory() as inventory:
        inventory.import_file(folder() / "inventory.json")
        found = _served(inventory).talk(words)

    expected = [v["expect"].get("accessId", str(v["expect"]["status"])) for v in vectors]
    wrong = {v["id"]: pair for v, *pair in zip(vectors, found, expected, strict=True)}
    assert {key: pair for key, pair in wrong.items() if pair[0] != pair[1]} == {}
    assert len(vectors) >= 40


def test_every_spelling_that_holds_its_octets_finds_its_access() -> None:
    """As found in the captures of every server; what has lost octets finds nothing wrong."""
    spellings = told("spellings.json")["cases"]
    cases = {case["case"]: case for file in ("cases4.json", "cases6.json") for case in told(file)}
    asked = [
        (name, source, spelling)
        for name, sources in spellings.items()
        for source, spelling in sources.items()
    ]

    async def words(client: httpx.AsyncClient) -> list[str]:
        return [_told(await client.get(_url(spelling))) for _, _, spelling in asked]

    with Inventory.in_memory() as inventory:
        inventory.import_file(folder() / "inventory.json")
        found = _served(inventory).talk(words)

    wrong = [
        (name, source, got)
        for (name, source, spelling), got in zip(asked, found, strict=True)
        if (spelling["resolves"] and got != cases[name]["accessId"])
        or (not spelling["resolves"] and got not in {"400", "404", cases[name]["accessId"]})
    ]
    assert wrong == []
    assert len(asked) > 400


def _url(spelling: dict[str, str]) -> httpx.URL:
    names = {
        "circuit": "ipv4CircuitId",
        "remote": "ipv4RemoteId",
        "option82": "ipv4option82",
        "interfaceId": "ipv6InterfaceId",
        "remoteId": "ipv6RemoteId",
    }
    parts = [
        f"{names[key]}={quote_from_bytes(value.encode())}"
        for key, value in spelling.items()
        if key in names
    ]
    return httpx.URL(f"{BASE}/dhcplookup").copy_with(query="&".join(parts).encode())


@pytest.mark.parametrize(
    ("query", "match"),
    [
        (f"ipv4circuitid=0x{CIRCUIT}&ipv4remoteid=0x{REMOTE}", "stored"),
        (f"ipv4circuitid=0:4:0:64:1:3&ipv4remoteid=0x{REMOTE}", "notation"),
        (f"ipv4circuitid={CIRCUIT}&ipv4remoteid={REMOTE}", "interpreted"),
        ("ipv4circuitid=00640103&ipv4remoteid=001b.54aa.0200", "interpreted"),
        (f"ipv4option82=52120106{CIRCUIT}0208{REMOTE}", "stored"),
        (f"ipv4option82=52120106{CIRCUIT}0208{REMOTE}&ipv4circuitid={CIRCUIT}", "interpreted"),
    ],
)
def test_an_answer_says_how_sure_it_is(served: ServedApi, query: str, match: str) -> None:
    """As stored, another notation, or interpreted."""
    (response,) = _asked(served, f"dhcplookup?{query}")

    assert response.json() == {"accessId": "A-1"}
    assert response.headers["X-Techinfo-Match"] == match
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "no identifier"),
        ("ipv4circuitid=&ipv4remoteid=%22%22", "no identifier"),
        ("circuitid=x", "no identifier"),
        ("ipv4circuitid=a&IPV4CircuitID=a", "twice"),
        ("ipv4option82=52", "octet 1"),
        ("ipv4option82=5204010361", "octet 1"),
        ("ipv4option82=xyz", "hex"),
        ("ipv4option82=52060101610101", "octet"),
        ("ipv4circuitid=" + "a" * 5000, "too long"),
    ],
)
def test_what_cannot_be_asked_is_malformed(served: ServedApi, query: str, words: str) -> None:
    """With the position of the octet that is wrong."""
    (response,) = _asked(served, f"dhcplookup?{query}")

    assert response.status_code == 400
    assert words in response.json()["cause"]
    assert response.json()["code"] == "malformed"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("dhcplookup?ipv4circuitid=nothing", "unknown_identifier"),
        (f"dhcplookup?ipv4circuitid=0x{CIRCUIT}", "shared_identifier"),
        ("dhcplookup?ipv4circuitid=0x000400640109&ipv4remoteid=0x" + REMOTE, "unknown_identifier"),
        (f"dhcplookup?ipv4circuitid=0x{CIRCUIT}&ipv4remoteid=other", "unknown_identifier"),
        (f"dhcplookup?ipv4option82=5208 0106{CIRCUIT}&ipv4circuitid=x", "unknown_identifier"),
        ("option82/5200", "unknown_identifier"),
        ("option82/520406025858", "unknown_identifier"),
    ],
)
def test_a_miss_is_not_found(served: ServedApi, query: str, code: str) -> None:
    """Unknown, more than one, a contradiction, or an option that names nothing."""
    (response,) = _asked(served, query)

    assert response.status_code == 404
    assert response.json()["code"] == code


def test_names_and_text_are_found_by_the_switch_that_they_name(tmp_path: Path) -> None:
    """A circuit-id with the name of the switch is enough even in an incomplete inventory."""
    with _imported(tmp_path, complete=False) as inventory:
        named, bare = _asked(
            _served(inventory),
            "dhcplookup?ipv4circuitid=tr-1+eth+0/7:100",
            "dhcplookup?ipv4circuitid=0x000400c80103",
        )

    assert named.json() == {"accessId": "A-3"}
    assert bare.status_code == 404
    assert "not unique" in bare.json()["cause"]


def test_in_a_complete_inventory_what_is_there_once_is_unique(served: ServedApi) -> None:
    """Only one switch has this VLAN on this port."""
    (response,) = _asked(served, "dhcplookup?ipv4circuitid=0x000400c80103")

    assert response.json() == {"accessId": "A-1"}


def test_a_stored_value_wins_over_the_pattern_of_its_switch(served: ServedApi) -> None:
    """Port 4 has a value of its own; what the pattern would write is nobody's."""
    stored, written = _asked(
        served,
        "dhcplookup?ipv4circuitid=Port-X&ipv4remoteid=Sw-X",
        "dhcplookup?ipv4circuitid=0x000400640104&ipv4remoteid=0x0006001b54aa0300",
    )

    assert stored.json() == {"accessId": "A-4"}
    assert written.status_code == 404


def test_an_identifier_of_anothers_service_is_unknown_to_a_provider(served: ServedApi) -> None:
    """The operator is told; a provider cannot tell it from one that nobody has."""
    query = "dhcplookup?ipv4circuitid=Port-Y"
    (ours,) = _asked(served, query)
    theirs, nobodys, vacant = _asked(
        served,
        query,
        "dhcplookup?ipv4circuitid=nothing",
        f"dhcplookup?ipv4circuitid=0x{CIRCUIT}&ipv4remoteid=0x{REMOTE}",
        auth=PROVIDER,
    )

    assert ours.json() == {"accessId": "A-5"}
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.json() == nobodys.json()
    assert vacant.json() == {"accessId": "A-1"}


def test_nobody_asks_without_credentials(served: ServedApi) -> None:
    """Both endpoints tell who is connected where."""
    both = _asked(served, "dhcplookup?ipv4circuitid=x", "option82/5200", auth=None)

    assert [response.status_code for response in both] == [401, 401]


def test_an_option_82_is_read_with_separators_and_octets_without_zeroes(served: ServedApi) -> None:
    """As ISC dhcpd writes octets (D2): a zero is put in front, digits do not slide together."""
    answers = _asked(
        served,
        f"option82/0x52120106{CIRCUIT}0208{REMOTE}",
        "option82/52:12:1:6:0:4:0:64:1:3:2:8:0:6:0:1b:54:aa:2:0",
        f"option82/0106{CIRCUIT}0208{REMOTE}",
        f"option82/520801%2006{CIRCUIT}",
    )

    assert [_told(response) for response in answers] == ["A-1", "A-1", "A-1", "404"]
