"""The questions about one access, each with the facts that answer it.

A CPE answers only if it is the one that the inventory names. Of one that cannot be asked, the
access switch says what it has heard from it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from techinfo import inventory as stock
from techinfo.access import onts
from techinfo.access.answer import UNKNOWN, Announced, Answer, CpeAnswer, ServiceOf, part_failed
from techinfo.access.attachment import (
    Attachment,
    Share,
    attached,
    cpe_of,
    cpe_target,
    neighbours_on,
    of_ont,
    own,
    share,
    untagged,
)
from techinfo.access.freshness import SILENT, CachePolicy, known, read
from techinfo.access.isolation import grouped_with, without_group
from techinfo.collect import AnyCollector, Reading, Target
from techinfo.errors import (
    AcsUnknownError,
    CollectorError,
    DeviceError,
    DriverError,
    NotAvailableError,
    NotUniqueError,
    QuestionError,
    WrongDeviceError,
)
from techinfo.inventory import Access, Inventory
from techinfo.model import CLI, Cpe, Fact, Part, PortFacts, State, utc_now


def check_cpe(cpe: stock.Cpe, reading: Reading) -> None:
    """A CPE's answer counts only if its MAC or serial number is the one that the inventory has.

    Raises:
        WrongDeviceError: It has neither.
    """
    device = reading.device
    known = {x.lower() for x in (cpe.mac, cpe.serial_number) if x}
    told = (device.mac, device.serial_number, *device.macs) if device else ()
    known_ids = {x.lower() for x in told if x}
    if not known & known_ids:
        raise WrongDeviceError(
            "the device at the CPE's address is not the CPE of this access",
            expected=", ".join(sorted(known)),
            found=", ".join(sorted(known_ids)),
            address=cpe.address or "",
        )


def is_up(reading: Reading | None, now: datetime) -> bool | None:
    """Whether a CPE is up: it answers, or has spoken with its ACS a moment ago.

    Of one that its ACS has not heard for longer nobody knows: it may speak with it once a day.
    """
    if reading is None or reading.silent_since is not None:
        return False
    informed_at = reading.device.informed_at if reading.device else None
    if not reading.through_acs:
        return True
    return True if informed_at is not None and now - informed_at <= HEARD_LATELY else None


async def announced(
    collector: AnyCollector,
    inventory: stock.Inventory,
    at: Attachment,
    policy: CachePolicy,
    now: datetime,
) -> Announced | None:
    """The CPE of an access as it has announced itself; ``None`` when it has not.

    Raises:
        DeviceError: The switch could not be asked.
        NotUniqueError: Some CPE has, and nothing tells whether it is this access's.
    """
    if await tells(collector, at.port, Fact.CPE) is False:
        return None
    reading = await read(collector, at.port, (Fact.CPE,), policy, now)
    part, port = reading.parts.get(Fact.CPE), reading.port
    failed = part_failed(part) if part else None
    if failed is not None:
        raise failed
    if port is None:
        return None
    shared = bool(neighbours_on(inventory, at, port.port))
    found = chosen(port.cpe, inventory.cpe(at.access.access_id), shared=shared)
    return Announced(cpe=found, reading=reading) if found else None


async def tells(collector: AnyCollector, target: Target, fact: Fact) -> bool | None:
    """Whether a device's driver has a table of a fact; ``None``: it was never met."""
    (met,) = await collector.met((target,))
    return None if met is None else fact in met.tells


def chosen(announced: Iterable[Cpe], known: stock.Cpe | None, *, shared: bool) -> Cpe | None:
    """The one of the CPEs behind a port that is an access's.

    Where the inventory names a MAC or a serial number, only that CPE counts. No announcement has a
    serial number.

    Raises:
        NotUniqueError: The inventory names none, and there are several, or several accesses.
    """
    # A CPE that has started anew may stand there twice: the one that is heard goes first.
    every = sorted(announced, key=lambda cpe: cpe.up is not True)
    if known is not None and (known.mac or known.serial_number):
        mac = (known.mac or "").lower()
        return next((cpe for cpe in every if cpe.mac and cpe.mac.lower() == mac), None)
    if every and (shared or len(every) > 1):
        raise NotUniqueError("the inventory does not name the CPE, and it could be another's")
    return every[0] if every else None


HEARD_LATELY = timedelta(minutes=10)
"""An ACS is informed every few minutes by default; what it keeps is then as good as read now."""
_LOGGED_WITHIN = timedelta(minutes=1)
"""An event is in a log so long after a line was lost."""
HARDWARE = (Fact.DEVICE,)
LINK_STATUS = (Fact.LINK, Fact.COUNTERS, Fact.TRANSCEIVER, Fact.SHAPING)
_MOVING = (Fact.LINK, Fact.COUNTERS)
CPE = (Fact.DEVICE, Fact.LINK, Fact.COUNTERS, Fact.TRANSCEIVER, Fact.MACS, Fact.LEASES)
_BEHIND = (Fact.MACS, Fact.LEASES)


@dataclass(frozen=True, slots=True)
class Troubleshooter:
    """Answers questions about accesses."""

    inventory: Inventory
    collector: AnyCollector
    now: Callable[[], datetime] = utc_now

    async def hardware(self, access_id: str, policy: CachePolicy) -> Answer:
        """The access's network element. One that does not answer is an answer: it is not up."""
        at = attached(self.inventory, access_id)
        # What it was when it last answered is no answer to whether it is up.
        fresh = replace(policy, max_stale_s=0.0)
        reading: Reading | None = None
        try:
            reading = await read(self.collector, at.hardware, HARDWARE, fresh, self.now())
        except SILENT:
            reading = None
        if reading is None or reading.silent_since is not None:
            nothing, service = Reading(element=at.element.name), self.service(at.access)
            return Answer(access=at.access, reading=nothing, service=service, up=False)
        return Answer(access=at.access, reading=reading, service=self.service(at.access))

    async def link_status(self, access_id: str, policy: CachePolicy) -> Answer:
        """Link, light and counters of the access's port, or of its ONT behind a PON port."""
        at = attached(self.inventory, access_id)
        if at.port.ont is not None:
            return await self._link_of_ont(at, policy)
        answer, _ = await self._port(at, LINK_STATUS, Fact.LINK, policy)
        return answer

    async def _link_of_ont(self, at: Attachment, policy: CachePolicy, *more: Fact) -> Answer:
        answer, _ = await self._port(at, (*LINK_STATUS, *onts.FACTS, *more), Fact.LINK, policy)
        return onts.of_ont(answer)

    async def as_it_is(self, access_id: str, policy: CachePolicy, *, light: bool) -> Answer:
        """Link and counters of the access's port, and its light where that is wanted."""
        at = attached(self.inventory, access_id)
        if at.port.ont is not None:
            return await self.link_status(access_id, policy)
        facts = (*_MOVING, Fact.TRANSCEIVER) if light else _MOVING
        answer, _ = await self._port(at, facts, Fact.LINK, policy)
        return answer

    async def bears_often(self, access_id: str) -> bool:
        """Whether a probe has seen that the access's switch bears a request every second."""
        (met,) = await self.collector.met((attached(self.inventory, access_id).port,))
        return met is not None and met.often

    async def link_and_protection(self, access_id: str, policy: CachePolicy) -> Answer:
        """The same, and whether a protection has closed the port: for whoever judges it.

        Of an ONT its VLANs, where its OLT has a command line that may tell them of one alone.
        """
        at = attached(self.inventory, access_id)
        if at.port.ont is not None:
            more = () if at.port.command_line is None else (Fact.VLANS,)
            return await self._link_of_ont(at, policy, *more)
        answer, _ = await self._port(at, (*LINK_STATUS, Fact.PROTECTION), Fact.LINK, policy)
        return answer

    async def counters(self, access_id: str, policy: CachePolicy) -> Answer:
        """What the access's port has counted, and nothing else."""
        at = attached(self.inventory, access_id)
        answer, _ = await self._port(at, (Fact.COUNTERS,), Fact.COUNTERS, policy)
        return answer

    async def gasps(self, access_id: str, lost_at: datetime) -> tuple[datetime, ...]:
        """When the far end of an access's line was losing its power, by the log of its element.

        The log is read once for a loss: what was read of it since then is young enough. An OLT
        tells by itself why an ONT went.

        Args:
            access_id: Of which access.
            lost_at: When the line was lost.
        """
        at = attached(self.inventory, access_id)
        if at.port.ont is not None:
            return ()
        since_s = (self.now() - lost_at - _LOGGED_WITHIN).total_seconds()
        policy = CachePolicy(max_age_s=max(0.0, since_s))
        reading = await read(self.collector, at.port, (Fact.GASPS,), policy, self.now())
        return reading.port.gasps if reading.port is not None else ()

    async def mac_addresses(self, access_id: str, policy: CachePolicy) -> Answer:
        """MAC addresses learnt on the access."""
        return await self._rows(access_id, Fact.MACS, policy)

    async def leases(self, access_id: str, policy: CachePolicy) -> Answer:
        """Leases seen on the access."""
        return await self._rows(access_id, Fact.LEASES, policy)

    async def groups(self, access_id: str, policy: CachePolicy) -> Answer:
        """Multicast groups joined on the access."""
        return await self._rows(access_id, Fact.GROUPS, policy)

    async def cpe(self, access_id: str, policy: CachePolicy) -> CpeAnswer:
        """The CPE behind the access. Its answer counts only if its MAC or serial is the known one.

        Of one that does not answer, or has no address that it could be asked at, what it has told
        the switch of the access.

        Raises:
            WrongDeviceError: Another device answers at the CPE's address.
        """
        try:
            access, cpe = cpe_of(self.inventory, access_id)
            target = cpe_target(cpe, self._site(access))
        except NotAvailableError as e:
            return await self._unmanaged(access_id, policy, e)
        reading: Reading | None = None
        try:
            reading = await read(self.collector, target, CPE, policy, self.now())
            check_cpe(cpe, reading)
        except SILENT:
            reading = None
        except AcsUnknownError:
            why = NotAvailableError("the ACS that should manage this CPE does not know it")
            return await self._unmanaged(access_id, policy, why)
        up = is_up(reading, self.now())
        gone = up is False
        return CpeAnswer(
            access=access,
            cpe=cpe,
            reading=reading if not gone or policy.max_stale_s else None,
            service=self.service(access),
            up=up,
            behind=await self._behind(access_id, policy) if gone else None,
            announced=await self._announced(access_id, policy) if gone else None,
        )

    async def _announced(self, access_id: str, policy: CachePolicy) -> Announced | None:
        try:
            at = attached(self.inventory, access_id)
            return await announced(self.collector, self.inventory, at, policy, self.now())
        except (QuestionError, DeviceError, DriverError):
            return None  # that the CPE does not answer is the answer; this would only add to it

    async def _unmanaged(
        self, access_id: str, policy: CachePolicy, why: NotAvailableError
    ) -> CpeAnswer:
        """A CPE that nobody can ask, by what it has announced to the switch."""
        try:
            at = attached(self.inventory, access_id)
        except QuestionError:
            raise why from None
        try:
            found = await announced(self.collector, self.inventory, at, policy, self.now())
        except (DeviceError, DriverError):
            if await tells(self.collector, at.port, Fact.CPE):
                raise
            raise why from None  # nobody knows that this switch could have known
        if found is None:
            raise why
        return CpeAnswer(
            access=at.access,
            cpe=self.inventory.cpe(at.access.access_id),
            reading=None,
            service=self.service(at.access),
            up=found.cpe.up,
            announced=found,
        )

    async def silent_since(self, access_id: str) -> datetime | None:
        """Since when the access's element does not answer; ``None`` while it does.

        Also ``None`` when nobody can tell, as the collector is gone.
        """
        try:
            at = attached(self.inventory, access_id)
            return await self.collector.silent_since(at.hardware)
        except (QuestionError, CollectorError):
            return None

    async def _rows(self, access_id: str, fact: Fact, policy: CachePolicy) -> Answer:
        at = attached(self.inventory, access_id)
        may_name_onts = fact is Fact.MACS and at.port.ont is not None
        if not may_name_onts or at.port.command_line is None:
            _must_be_told_apart(share(at.access, at.neighbours))
        answer, part = await self._port(at, (fact,), fact, policy)
        part = _in_ont(answer, part) if may_name_onts else part
        _must_be_told_apart(part)
        port = answer.reading.port
        if not part.shared or port is None or not untagged(port):
            return answer
        if answer.port == replace(port, macs=(), leases=(), groups=(), shaping=()):
            raise NotUniqueError("the port is shared, and its rows do not tell their VLAN")
        return _partial(answer, fact)

    async def _port(
        self, at: Attachment, facts: Iterable[Fact], about: Fact, policy: CachePolicy
    ) -> tuple[Answer, Share]:
        reading = await read(self.collector, at.port, facts, policy, self.now())
        port = reading.port
        beside = neighbours_on(self.inventory, at, port.port) if port else at.neighbours
        part = share(at.access, beside)
        in_group = port is not None and port.port.aggregate is not None
        answer = Answer(
            access=at.access,
            reading=reading,
            port=own(port, part, of_ont(at.access, beside)) if port else None,
            service=self.service(at.access),
            part=reading.parts.get(about),
            neighbours=beside,
            grouped=grouped_with(self.inventory, at, reading) if in_group else (),
        )
        return answer, part

    async def _behind(self, access_id: str, policy: CachePolicy) -> PortFacts | None:
        """Who was lately seen on the access's port; nothing is asked for it."""
        try:
            at = attached(self.inventory, access_id)
        except QuestionError:
            return None
        most_s = max(policy.max_age_s, policy.max_stale_s)
        seen: PortFacts | None = None
        for fact in _BEHIND:
            reading = await known(self.collector, at.port, (fact,), most_s, self.now())
            port = reading.port if reading else None
            if reading is not None and port is not None:
                if grouped_with(self.inventory, at, reading):
                    port = without_group(port)
                others = neighbours_on(self.inventory, at, port.port)
                facts = own(port, share(at.access, others), of_ont(at.access, others))
                seen = replace(seen or facts, **{fact.value: getattr(facts, fact.value)})
        return seen

    def _site(self, access: Access) -> str | None:
        element = self.inventory.element(access.element) if access.element else None
        return element.site if element else None

    def service(self, access: Access) -> ServiceOf:
        """VLAN -> service type at the access's port."""
        element, port = access.element, access.port

        @functools.cache
        def service(vlan: int | None) -> str | None:
            if vlan is None or element is None:
                return None
            return self.inventory.service_type(element, port, vlan) or UNKNOWN

        return service


def _must_be_told_apart(part: Share) -> None:
    if not part.distinguishable:
        raise NotUniqueError("the port is shared, and nothing tells its accesses apart")


def _in_ont(answer: Answer, part: Share) -> Share:
    """The access's part in its ONT, where every MAC address names one; else that in the port."""
    told, port = answer.reading.parts.get(Fact.MACS), answer.reading.port
    mine = of_ont(answer.access, answer.neighbours)
    if mine is None or told is None or told.source != CLI:
        return part
    return part if port is not None and any(m.ont is None for m in port.macs) else mine.share


def _partial(answer: Answer, fact: Fact) -> Answer:
    """Some rows of a shared port are nobody's, and so may be missing here."""
    part = Part(
        state=State.PARTIAL,
        read_at=answer.part.read_at if answer.part else None,
        cause="rows without a VLAN are given to none of the accesses on this port",
    )
    reading = replace(answer.reading, parts={**answer.reading.parts, fact: part})
    return replace(answer, reading=reading, part=part)
