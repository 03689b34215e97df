"""The leases of an access: what its switch sees, joined with what the logs of DHCP servers say."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from techinfo.access.answer import Answer
from techinfo.access.attachment import attached
from techinfo.access.freshness import CachePolicy
from techinfo.access.lookup import Lookup, Match, Miss
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.collect import Reading
from techinfo.dhcp.identity import Field, Identity
from techinfo.dhcp.intervals import AccessRef, Interval
from techinfo.dhcp.matching import Asked
from techinfo.dhcp.spellings import Reading as OctetReading
from techinfo.dhcp.spellings import of_octets
from techinfo.errors import DriverError, NotAvailableError, NotUniqueError, QuestionError
from techinfo.inventory import Inventory
from techinfo.leases.log import LeaseLog, Resolve
from techinfo.model import Fact, Lease, Part, Port, PortFacts, State


def resolver(inventory: Inventory) -> Resolve:
    """Finds the accesses of identifiers, each at its own time, in the inventory as it is then."""
    lookup = Lookup(inventory)

    def resolve(
        asked: Sequence[tuple[Identity, datetime | None]],
    ) -> Sequence[AccessRef | None]:
        questions = [asked_of(identity) for identity, _ in asked]
        found = lookup.resolve(questions, times=[time for _, time in asked])
        return [_whereabouts(match) for match in found]

    return resolve


def asked_of(identity: Identity) -> Asked:
    """What a DHCP server has told, octet by octet."""
    readings: dict[Field, tuple[OctetReading, ...]] = {}
    for field in Field:
        octets = field.of(identity)
        if octets is not None:
            number = identity.enterprise if field is Field.REMOTE6 else None
            readings[field] = of_octets(octets, number)
    return Asked(readings=readings)


def _whereabouts(match: Match | Miss) -> AccessRef | None:
    """The access, and its VLAN if the identifier says just one."""
    if isinstance(match, Miss):
        return None
    vlans = {known.held.vlan for known in match.known}
    return AccessRef(match.access_id, vlans.pop() if len(vlans) == 1 else None)


_NO_TABLE = (NotAvailableError, NotUniqueError, DriverError)
"""The switch cannot tell leases, or not whose they are; of a silent one nothing is answered."""


def joined(
    snooped: Iterable[Lease], logged: Iterable[Interval], now: datetime
) -> tuple[Lease, ...]:
    """Leases that run, each once.

    Args:
        snooped: What the switch sees on the access.
        logged: What logs tell of the access.
        now: When a lease must run to be answered.

    Returns:
        First what the switch sees, in its order. Of a lease that both tell, the log knows best
        when it began, was renewed and ends; the switch proves that it is there, and on which VLAN.
    """
    waiting = [_lease(interval) for interval in logged if interval.runs(now)]
    out: list[Lease] = []
    for row in snooped:
        if row.end is not None and row.end <= now:
            continue
        same = next((lease for lease in waiting if _is_same(row, lease)), None)
        if same is None:
            out.append(row)
        else:
            waiting.remove(same)
            out.append(_both(row, same))
    return (*out, *waiting)


async def leases(
    troubleshooter: Troubleshooter, log: LeaseLog, access_id: str, policy: CachePolicy
) -> Answer:
    """Leases of an access for the operator; from the log alone where the switch cannot tell.

    What is asked for a time that is over (``policy.not_after``) is answered by what was read then:
    the log tells of now.
    """
    if policy.not_after is not None or not log.sources:
        return await troubleshooter.leases(access_id, policy)
    why: NotAvailableError | NotUniqueError | DriverError | None = None
    answer: Answer | None = None
    try:
        answer = await troubleshooter.leases(access_id, policy)
    except _NO_TABLE as error:
        why = error
    if answer is None or answer.part is None or answer.part.state is State.UNSUPPORTED:
        return _of_log(troubleshooter, log, access_id, answer, why)
    if answer.port is None or answer.part.state is State.FAILED:
        return answer
    name = answer.access.access_id
    log.compare(name, answer.port.leases)
    found = joined(answer.port.leases, log.running(name), troubleshooter.now())
    return replace(answer, port=replace(answer.port, leases=found))


def _of_log(
    troubleshooter: Troubleshooter,
    log: LeaseLog,
    access_id: str,
    answer: Answer | None,
    why: QuestionError | DriverError | None,
) -> Answer:
    """What the log alone tells.

    Raises:
        QuestionError: The switch cannot tell, and no source was read yet.
        DriverError: The same, of a switch that no driver knows.
    """
    at = attached(troubleshooter.inventory, access_id)
    if log.read_at is None:
        if answer is not None:
            return answer
        raise why or NotAvailableError("this network element cannot tell that by machine")
    found = joined((), log.running(at.access.access_id), troubleshooter.now())
    state = State.OK if found else State.EMPTY
    part = Part(state=state, read_at=log.read_at)
    port = answer.port.port if answer and answer.port else Port(if_index=0)
    reading = Reading(element=at.element.name, parts={Fact.LEASES: part})
    return Answer(
        access=at.access,
        reading=reading,
        service=answer.service if answer else troubleshooter.service(at.access),
        port=PortFacts(port=port, leases=found),
        part=part,
        neighbours=answer.neighbours if answer else at.neighbours,
    )


def _lease(interval: Interval) -> Lease:
    """A lease of the log, its MAC address in capitals as those of switches are."""
    return Lease(
        address=interval.address,
        mac=interval.mac.upper() if interval.mac else None,
        vlan=interval.vlan,
        start=interval.start,
        end=interval.end,
        last_renew=interval.last_renew,
    )


def _is_same(seen: Lease, logged: Lease) -> bool:
    """One address with one client; who does not tell the client may mean any."""
    if _canonical(seen.address) != logged.address:
        return False
    return seen.mac is None or logged.mac is None or seen.mac.upper() == logged.mac


def _both(seen: Lease, logged: Lease) -> Lease:
    return Lease(
        address=logged.address,
        mac=seen.mac or logged.mac,
        vlan=seen.vlan if seen.vlan is not None else logged.vlan,
        start=logged.start,
        end=logged.end or seen.end,
        last_renew=logged.last_renew or seen.last_renew,
        aggregate=seen.aggregate,
    )


def _canonical(address: str) -> str:
    try:
        if "/" in address:
            return str(ipaddress.ip_network(address, strict=False))
        return str(ipaddress.ip_address(address))
    except ValueError:
        return address
