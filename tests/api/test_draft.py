"""The draft of ON-API 2.7, where the operator serves it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.api.everything import everything
from tests.api.served import PROVIDER, ServedApi

from techinfo.api.state import Served

FOUND, MISSED = "520A01036162630203313233", "5206010400000000"
BELOW: tuple[str, ...] = ("accesses", "subscriptions", "services", "events", "tech/access/A-1")
BELOW += ("tech/access/A-1/link/status", "tech/access/A-1/link/macaddresstable")


@pytest.fixture
def drafted(tmp_path: Path) -> ServedApi:
    """A service that serves it, and says until when option82."""
    return everything(tmp_path, endpoints=Served(draft=True, option82_ends=date(2027, 7, 1)))


def test_it_is_not_there_unless_it_is_asked_for(tmp_path: Path) -> None:
    """As any version that nobody knows."""
    served = everything(tmp_path)

    assert served.get("/2.7/tech/access/A-1").status_code == 501
    assert served.get(f"/2.6/option82/{FOUND}").headers.keys().isdisjoint({"deprecation", "sunset"})


@pytest.mark.parametrize("path", BELOW)
def test_it_answers_as_2_6(drafted: ServedApi, path: str) -> None:
    """Nothing else has been decided."""
    two = [drafted.get(f"/{version}/{path}", auth=PROVIDER) for version in ("2.6", "2.7")]

    assert [x.status_code for x in two] == [200, 200]
    assert two[0].text.replace("/2.6/", "/2.7/") == two[1].text


@pytest.mark.parametrize(("octets", "status"), [(FOUND, 200), (MISSED, 404), ("zz", 400)])
def test_option82_says_that_it_is_deprecated(drafted: ServedApi, octets: str, status: int) -> None:
    """RFC 9745 and RFC 8594, whatever is answered; dhcplookup is not, nor is 2.6."""
    answer = drafted.get(f"/2.7/option82/{octets}", auth=PROVIDER)

    assert answer.status_code == status
    assert answer.headers["deprecation"] == "@1773100800"  # 2026-03-10, 00:00 UTC
    assert answer.headers["sunset"] == "Thu, 01 Jul 2027 00:00:00 GMT"
    for path in (f"/2.6/option82/{octets}", "/2.7/dhcplookup?ipv4CircuitId=CO-1"):
        other = drafted.get(path, auth=PROVIDER)
        assert other.headers.keys().isdisjoint({"deprecation", "sunset"})


def test_its_list_and_its_document_are_there(drafted: ServedApi) -> None:
    """The pages are those of 2.6, as long as there are no others; orderevents is in none."""
    listed = drafted.get("/2.7/", auth=PROVIDER).json()
    document = drafted.get("/2.7/openapi.json", auth=PROVIDER).json()

    assert {one["version"] for one in listed} == {"2.7"}
    assert all("/2.7.0/" not in one["documentation"] for one in listed)
    assert any(path.endswith("/2.7/option82/{hex}") for path in document["paths"])
    assert not any("orderevents" in path for path in document["paths"])
