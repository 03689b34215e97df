"""What another ON-API server tells of a provider, merged into the inventory by field."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.access.played import stocked
from tests.onapi_client.serving import Other, Reply, other_operator

from techinfo.errors import InventoryError, OnApiError
from techinfo.inventory import Guard, Inventory, Subscription
from techinfo.onapi_client import FetchReport, fetch
from techinfo.onapi_client.fetching import FetchPlan
from techinfo.onapi_client.store import FetchedFile

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
SITE = """
elements: [{name: sw-1, address: 192.0.2.1}]
accesses:
  - {access_id: A-1, element: sw-1, port: ge1, port_by: name, s_vlan: 10, street_name: Oldroad,
     city: Ankeborg}
  - {access_id: A-2, legacy_access_id: L-2, element: sw-1, port: ge2, port_by: name}
subscriptions:
  - {subscription_id: S-1, access_id: A-1, provider: isp, service: BB-100, service_type: bb,
     vlan: 20, note: of the file}
  - {subscription_id: S-9, access_id: A-2, provider: other, service: BB-100, service_type: bb}
"""
FIRST = {
    "subscriptionId": "S-1",
    "service": "BB-1000-1000",
    "operationalState": "SUSPENDED",
    "connectionDate": "2026-01-03",
    "disconnectionDate": "",
    "spReference": "ref#1",
    "spSubscriptionId": None,
    "option82": "5207010541424344 45".replace(" ", ""),
    "dhcpIdentifier": {"ipv4CircuitId": "CO-1", "ipv6RemoteId": "r-1"},
    "characteristics": {"fixedIp": True, "ipAddress": ["192.0.2.7"]},
    "equipment": [{"vendorId": "ACME", "macAddress": "AA:BB:CC:11:22:33"}],
}
SECOND = {"subscriptionId": "S-2", "service": "iptv-basic", "operationalState": "ACTIVATED"}
NESTED = [
    {"accessId": "A-1", "subscriptions": [FIRST]},
    {"accessId": "L-2", "subscriptions": [SECOND]},
]
FLAT = [FIRST | {"accessId": "A-1"}, SECOND | {"accessId": "L-2"}]


@dataclass
class Place:
    """An inventory and what it takes over."""

    inventory: Inventory
    file: FetchedFile

    def fetch(self, other: Other, version: str = "2.6", **more: Any) -> FetchReport:
        """Take over what the other tells of ``isp``."""
        told: dict[str, Any] = {"now": NOW, "guard": Guard()} | more
        with other.server(version) as server:
            return fetch(
                server,
                FetchPlan(
                    name="elsewhere",
                    provider="isp",
                    service_types={"BB": "bb", "IPTV": "iptv"},
                    accesses=told.pop("accesses", True),
                    version=version,
                ),
                self.inventory,
                self.file,
                access_id_pattern="[-0-9a-zA-Z.]{1,36}",
                **told,
            )

    def everything(self) -> tuple[Any, ...]:
        """All that the inventory holds."""
        i = self.inventory
        return tuple(i.accesses()), tuple(i.subscriptions()), tuple(i.offers()), i.elements()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """An inventory of a file of the operator's own."""
    inventory = stocked(tmp_path, SITE)
    with FetchedFile.open(tmp_path / "fetched.sqlite") as file:
        yield Place(inventory, file)
    inventory.close()


@pytest.mark.parametrize(
    ("version", "told"), [("2.4", FLAT), ("2.5", FLAT), ("2.6", NESTED), ("2.6", FLAT)]
)
def test_subscriptions_are_merged_by_field(place: Place, version: str, told: Any) -> None:
    """What is told wins; what is left out stays: the VLAN, the kind, the note of the file."""
    with other_operator() as other:
        other.replies[f"/onapi/{version}/subscriptions/"] = Reply(told)
        report = place.fetch(other, version)

    first, second = (place.inventory.subscription(key) for key in ("S-1", "S-2"))
    assert first is not None
    assert second is not None
    assert (first.service, first.state) == ("BB-1000-1000", "SUSPENDED")
    assert first.since == datetime(2026, 1, 3, tzinfo=UTC)
    assert first.until is None
    assert (first.sp_reference, first.sp_subscription_id) == ("ref#1", None)
    assert (first.ipv4_circuit_id, first.ipv6_remote_id) == ("CO-1", "r-1")
    assert first.characteristics == '{"fixedIp":true,"ipAddress":["192.0.2.7"]}'
    assert (first.vlan, first.service_type, first.note) == (20, "bb", "of the file")
    assert (second.access_id, second.provider, second.service_type) == ("A-2", "isp", "iptv")
    assert report.refused == []


def test_what_no_onapi_server_tells_is_never_touched(place: Place) -> None:
    """Element, port and VLAN of an access stand, whatever comes; other providers' rows too."""
    told = {"accessId": "A-1", "streetName": "Newroad", "accessState": "CONNECTED", "port": "ge9"}
    before = place.inventory.subscription("S-9")
    with other_operator(subscriptions=NESTED, accesses=[told]) as other:
        place.fetch(other)

    access = place.inventory.access("A-1")
    assert access is not None
    assert (access.element, access.port, access.s_vlan) == ("sw-1", "ge1", 10)
    assert (access.street_name, access.city, access.state) == ("Newroad", "Ankeborg", "CONNECTED")
    assert place.inventory.subscription("S-9") == before
    assert place.inventory.elements()[0].name == "sw-1"


def test_an_access_that_nobody_knew_is_added_without_a_port(place: Place) -> None:
    """Its subscription too; one on an access that neither knows is left out, and said."""
    accesses = [{"accessId": "A-3", "streetName": "Newroad", "mduApartmentNumber": 1001}]
    subscriptions = [
        SECOND | {"accessId": "A-3"},
        SECOND | {"accessId": "A-4", "subscriptionId": "S-3"},
    ]
    with other_operator(subscriptions=subscriptions, accesses=accesses) as other:
        report = place.fetch(other)

    access = place.inventory.access("A-3")
    assert access is not None
    assert (access.port, access.mdu_apartment_number) == (None, "1001")
    assert place.inventory.subscription("S-2") is not None
    assert place.inventory.subscription("S-3") is None
    assert [line for line in report.refused if "S-3" in line]


@pytest.mark.parametrize(
    ("version", "services", "dates"),
    [
        (
            "2.6",
            {"connectionDateTime": "2014-03-01T14:09:23Z", "availableDateTime": "",
             "disconnectionDateTime": "2030-01-01T00:00:00Z", "forcedTakeoverPossible": True},
            ("2014-03-01T14:09:23", None, "2030-01-01T00:00:00", 1),
        ),
        (
            "2.5",
            {"connectionDateTime": "2014-03-01T14:09:23Z",
             "availableDateTime": "2015-01-01T00:00:00Z"},
            ("2014-03-01T14:09:23", "2015-01-01T00:00:00", None, 0),
        ),
        (
            "2.4",
            {"connection": "YES", "available": "NO", "disconnection": ""},
            ("1990-01-01T00:00:01", None, None, 0),
        ),
        (
            "2.4",
            {"connection": "2014-03-01", "available": "YES"},
            ("2014-03-01T00:00:00", "1990-01-01T00:00:01", None, 0),
        ),
    ],
)  # fmt: skip
def test_services_become_offers_in_every_version(
    place: Place, version: str, services: dict[str, Any], dates: tuple[Any, ...]
) -> None:
    """Of services/ in 2.6, of accesses/ before."""
    told = [{"accessId": "A-1", "services": [{"service": "BB-1000"} | services]}]
    name = "services" if version == "2.6" else "accesses"
    with other_operator() as other:
        other.replies[f"/onapi/{version}/subscriptions/"] = Reply([])
        other.replies[f"/onapi/{version}/{name}/"] = Reply(told)
        report = place.fetch(other, version)

    (offer,) = place.inventory.offers()
    assert report.refused == []
    assert (offer.access_id, offer.service) == ("A-1", "BB-1000")
    found = (offer.connection, offer.available, offer.disconnection)
    assert [when and when.removesuffix("+00:00") for when in found] == [*dates[:3]]
    assert offer.forced_takeover_possible == dates[3]


def test_a_subscription_that_is_no_longer_listed_is_gone_at_once(place: Place) -> None:
    """Nobody has told an end, so there is none from which on its provider may look back."""
    with other_operator(subscriptions=NESTED) as other:
        place.fetch(other)
        other.replies["/onapi/2.6/subscriptions/"] = Reply(NESTED[:1])
        report = place.fetch(other, now=NOW + timedelta(days=1))
        told = place.inventory.told_on("A-2")
        place.fetch(other, now=NOW + timedelta(days=2))

    assert report.ended == 1
    assert place.inventory.subscription("S-2") is None
    assert place.inventory.subscription("S-1") is not None
    assert [(t.provider, t.service_type) for t in told.tenures if t.gone] == [("isp", "iptv")]
    assert place.inventory.told_on("A-2") == told


@pytest.mark.parametrize("by", ["the server", "the inventory"])
def test_a_subscription_with_an_end_that_is_no_longer_listed_stays_for_a_while(
    place: Place, by: str
) -> None:
    """It ended then, or when it was listed last; it is dropped later."""
    ends = NOW + timedelta(days=10)
    second = SECOND | ({"disconnectionDate": ends.isoformat()} if by == "the server" else {})
    with other_operator(
        subscriptions=[NESTED[0], NESTED[1] | {"subscriptions": [second]}]
    ) as other:
        place.fetch(other)
        if by == "the inventory":
            known = place.inventory.subscriptions_on("A-2")
            _with_end(place, [s for s in known if s.subscription_id == "S-2"], ends)
        other.replies["/onapi/2.6/subscriptions/"] = Reply(NESTED[:1])
        place.fetch(other, now=NOW + timedelta(days=1))
        ended = place.inventory.subscription("S-2")
        place.fetch(other, now=NOW + timedelta(days=32))

    assert ended is not None
    assert ended.until == NOW
    assert place.inventory.subscription("S-2") is None


def _with_end(place: Place, subscriptions: list[Subscription], ends: datetime) -> None:
    """The operator's own file says when they end."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "own.yaml"
        rows = [asdict(replace(s, disconnection_date=ends.isoformat())) for s in subscriptions]
        told = [{k: v for k, v in row.items() if v is not None} for row in rows]
        path.write_text(json.dumps({"subscriptions": told}), encoding="utf-8")
        place.inventory.import_file(path)


def test_a_subscription_that_comes_back_runs_again(place: Place) -> None:
    """Its end was only a guess."""
    with other_operator(subscriptions=NESTED) as other:
        place.fetch(other)
        for day, told in ((1, NESTED[:1]), (2, NESTED)):
            other.replies["/onapi/2.6/subscriptions/"] = Reply(told)
            place.fetch(other, now=NOW + timedelta(days=day))

    back = place.inventory.subscription("S-2")
    assert back is not None
    assert back.service == "iptv-basic"


def test_a_list_that_shrinks_too_much_is_refused(place: Place) -> None:
    """Nothing is changed, not even what is remembered; --accept takes it."""
    many = [SECOND | {"accessId": "A-1", "subscriptionId": f"M-{n}"} for n in range(40)]
    with other_operator(subscriptions=many) as other:
        place.fetch(other)
        before = place.everything()
        other.replies["/onapi/2.6/subscriptions/"] = Reply(many[:10])
        later = NOW + timedelta(days=1)

        for _ in range(2):
            with pytest.raises(OnApiError, match="30 of 40 subscriptions are no longer listed"):
                place.fetch(other, now=later)
        after = place.everything()
        report = place.fetch(other, now=later, guard=None)

    assert after == before
    assert report.ended == 30


def test_only_changes_are_asked_for_when_that_is_wanted(place: Place) -> None:
    """With the Last-Modified of that server's own; 304 changes nothing, and nothing ends."""
    told_at = "Fri, 27 Nov 2026 11:00:00 GMT"

    def replied(headers: dict[str, str]) -> Reply:
        if "if-modified-since" in headers:
            return Reply(b"", 304)
        return Reply(NESTED, headers={"Last-Modified": told_at})

    with other_operator() as other:
        other.replies["/onapi/2.6/subscriptions/"] = replied
        place.fetch(other)
        before = place.everything()
        report = place.fetch(other, changes=True, now=NOW + timedelta(hours=1))
        asked = [h.get("if-modified-since") for p, h in other.asked if "subscriptions" in p]

        changed = [{"accessId": "A-1", "subscriptions": [FIRST | {"note": "new"}]}]
        other.replies["/onapi/2.6/subscriptions/"] = Reply(changed)
        place.fetch(other, changes=True, now=NOW + timedelta(hours=2))

    first, second = (place.inventory.subscription(key) for key in ("S-1", "S-2"))
    assert asked == [None, told_at]
    assert report.imported is None
    assert place.everything() != before
    assert first is not None
    assert second is not None
    assert first.note == "new"
    assert second.until is None


def test_a_dry_run_keeps_nothing(place: Place) -> None:
    """It says what would be, and asks for everything again the next time."""
    before = place.everything()
    with other_operator(subscriptions=NESTED) as other:
        report = place.fetch(other, dry_run=True)

    assert report.imported is not None
    assert report.imported.counts["subscriptions"].added == 1
    assert place.everything() == before
    with place.file.exchange("elsewhere", NOW) as exchange:
        assert exchange.listed("subscriptions") == 0


def test_a_subscription_of_another_provider_is_not_taken_away(place: Place) -> None:
    """Whatever the server says, S-9 is another provider's here."""
    stolen = [SECOND | {"accessId": "A-2", "subscriptionId": "S-9"}]
    with other_operator(subscriptions=stolen) as other:
        report = place.fetch(other)

    kept = place.inventory.subscription("S-9")
    assert kept is not None
    assert (kept.provider, kept.service) == ("other", "BB-100")
    assert "another provider's" in report.refused[0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"operationalState": "GONE"},
        {"service": "x" * 300},
        {"service": "a\nb"},
        {"connectionDate": "yesterday"},
        {"note": "\x1b[31m"},
        {"note": {"a": "b"}},
        {"characteristics": {"a": "\ud800"}},
        {"option82": "xyz"},
        {"characteristics": {"a": "x" * 100_000}},
        {"spReference": True},
        {"spReference": 1.5},
        {"dhcpIdentifier": {"ipv4CircuitId": "x" * 5000}},
        {"disconnectionDate": "1999-01-01", "connectionDate": "2026-01-01"},
    ],
)
def test_a_wrong_field_never_costs_what_was_right(place: Place, wrong: dict[str, Any]) -> None:
    """It is left out and said; the record stays, and the others are taken over."""
    told = [FIRST | wrong | {"accessId": "A-1"}, SECOND | {"accessId": "A-2"}]
    with other_operator(subscriptions=FLAT) as other:
        place.fetch(other)
        other.replies["/onapi/2.6/subscriptions/"] = Reply(told)
        report = place.fetch(other, now=NOW + timedelta(days=1))

    first = place.inventory.subscription("S-1")
    assert first is not None
    assert (first.access_id, first.provider, first.vlan) == ("A-1", "isp", 20)
    assert first.until is None
    assert place.inventory.subscription("S-2") is not None
    assert report.refused_count in {1, 2}
    assert report.ended == 0


@pytest.mark.parametrize(
    "told",
    [
        [{}],
        [{"accessId": "A-1"}],
        [{"subscriptionId": "S-5", "accessId": "A-1"}],
        [{"subscriptionId": "S-5", "service": "BB"}],
        [{"subscriptionId": "../etc", "service": "BB", "accessId": "A-1"}],
        [{"subscriptionId": ["S-5"], "service": "BB", "accessId": "A-1"}],
        [{"accessId": "A-1", "subscriptions": [1, None, "x", []]}],
        [{"accessId": {"a": 1}, "subscriptions": [SECOND]}],
    ],
)
def test_an_object_without_what_it_must_have_is_left_out(place: Place, told: Any) -> None:
    """And nothing else happens."""
    before = place.everything()
    with other_operator(subscriptions=told) as other:
        place.fetch(other)

    assert place.everything() == before


def test_many_refused_are_counted_and_some_are_told(place: Place) -> None:
    """A list of nonsense does not fill the screen, or the memory."""
    with other_operator(subscriptions=[{"accessId": "A-1", "service": "x"}] * 5000) as other:
        report = place.fetch(other)

    assert report.refused_count == 5000
    assert len(report.refused) == 100


def test_what_contradicts_the_inventory_changes_nothing(place: Place) -> None:
    """Two accesses with one former id: the import refuses it all, and what is remembered too."""
    told = [
        {"accessId": "A-1", "legacyAccessId": "L-1"},
        {"accessId": "A-2", "legacyAccessId": "A-1"},
    ]
    before = place.everything()
    with other_operator(subscriptions=NESTED, accesses=told) as other:
        try:
            place.fetch(other)
        except InventoryError:
            assert place.everything() == before
            with place.file.exchange("elsewhere", NOW) as exchange:
                assert exchange.listed("subscriptions") == 0
        else:
            assert place.inventory.access("A-1") is not None
