"""Where MAC addresses were seen lately: bounded, and forgotten when it must be."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.access.made_up import NOW

from techinfo.access.answer import UNKNOWN, Answer
from techinfo.access.sightings import Sightings
from techinfo.collect import Reading
from techinfo.inventory import Access
from techinfo.model import Fact, Lease, MacEntry, Part, Port, PortFacts, State

MAC = "02:00:00:00:00:01"


def answer(access_id: str, *macs: str, at: datetime = NOW, vlan: int | None = 10) -> Answer:
    """An answer with these MAC addresses, read at a time."""
    port = PortFacts(
        port=Port(if_index=1), macs=tuple(MacEntry(mac=mac, vlan=vlan) for mac in macs)
    )
    reading = Reading(element="sw", parts={Fact.MACS: Part(state=State.OK, read_at=at)})
    return Answer(
        access=Access(access_id=access_id),
        reading=reading,
        port=port,
        service=lambda vlan: "bb" if vlan == 10 else UNKNOWN,
    )


def seen(sightings: Sightings, now: datetime = NOW) -> list[tuple[str, str | None]]:
    """Where the address was seen, and what its VLAN carried."""
    return [(s.access_id, s.service_type) for s in sightings.of(MAC, now)]


def test_the_newest_comes_first() -> None:
    """One for each access and VLAN; an older reading changes nothing."""
    sightings = Sightings()
    sightings.note(answer("A-1", MAC))
    sightings.note(answer("A-2", MAC, at=NOW + timedelta(seconds=5), vlan=20))
    sightings.note(answer("A-1", MAC, at=NOW - timedelta(seconds=5)))

    assert seen(sightings) == [("A-2", None), ("A-1", "bb")]


def test_a_lease_is_a_sighting_too() -> None:
    """However its MAC address is spelt."""
    sightings = Sightings()
    leased = answer("A-1")
    lease = Lease(address="198.51.100.1", mac=MAC.lower(), vlan=10)
    port = PortFacts(port=Port(if_index=1), leases=(lease,))
    sightings.note(
        Answer(access=leased.access, reading=leased.reading, port=port, service=leased.service)
    )

    assert seen(sightings) == [("A-1", "bb")]


def test_after_a_week_it_was_never_seen() -> None:
    """Rows about people are kept no longer."""
    sightings = Sightings()
    sightings.note(answer("A-1", MAC))

    assert seen(sightings, NOW + timedelta(days=7)) == [("A-1", "bb")]
    assert seen(sightings, NOW + timedelta(days=7, seconds=1)) == []


def test_memory_is_bounded() -> None:
    """The ones that were not seen for longest go first."""
    sightings = Sightings(most=100)
    for number in range(300):
        sightings.note(answer("A-1", f"02:00:00:00:{number // 256:02X}:{number % 256:02X}"))

    assert len(sightings._seen) == len(sightings._by_mac) == 100
    assert seen(sightings) == []


def test_an_access_and_an_address_can_be_erased() -> None:
    """Of the others nothing is lost."""
    sightings = Sightings()
    sightings.note(answer("A-1", MAC, "02:00:00:00:00:02"))
    sightings.note(answer("A-2", MAC))

    sightings.forget(access_id="A-1")
    assert seen(sightings) == [("A-2", "bb")]
    sightings.forget(mac=MAC.lower())
    assert seen(sightings) == []
    assert sightings._by_mac == {}
