"""The questions about an access, answered to those who may ask, with what is theirs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TypeVar

from techinfo.access.answer import Answer, CpeAnswer
from techinfo.access.attachment import attached
from techinfo.access.cable_tests.results import CableTests
from techinfo.access.freshness import MOST_STALE_S, CachePolicy
from techinfo.access.isolation import isolated, isolated_cpe, private, without_group
from techinfo.access.leases import leases
from techinfo.access.past import History
from techinfo.access.past.cpe_boots import note_boot
from techinfo.access.past.line import Line, line_of
from techinfo.access.rights import Right, right, sees_traffic
from techinfo.access.sightings import Sightings
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.access.viewer import Viewer
from techinfo.collect import Reading
from techinfo.errors import (
    DeadlineError,
    ForbiddenError,
    TechinfoError,
    UnknownAccessError,
    UnwatchedError,
)
from techinfo.inventory import Access
from techinfo.leases.log import LeaseLog

PARTS = ("hardware", "status", "macAddressTable", "leaseInfo", "igmpSnooping", "cpe")
"""The six questions, as `AccessService.everything` names their answers."""

_PATIENCE = 1.5
"""Deadlines that one of six questions may take: some ask a second device when the first is silent.
"""

Told = TypeVar("Told")
Result = Answer | CpeAnswer | TechinfoError
"""An answer, or why there is none."""


@dataclass(frozen=True, slots=True)
class AccessService:
    """Answers questions about accesses to those who may ask, with what is theirs.

    Attributes:
        public: Everybody may see hardware, link and light of an access without subscriptions.
        lease_log: What the logs of DHCP servers tell; ``None``: none is read.
        history: What was seen of ports before; ``None``: nobody polls.
        experience: Of verdicts that enough is known of here, the share that was right, by code.
        cable_tests: What came of tests of cables lately, and whether any are made.
        sightings: Where MAC addresses were seen lately, of everybody: for searches.
    """

    troubleshooter: Troubleshooter
    public: bool = False
    lease_log: LeaseLog | None = None
    history: History | None = None
    sightings: Sightings = field(default_factory=Sightings)
    experience: Callable[[], Mapping[str, float]] = dict
    cable_tests: CableTests = field(default_factory=CableTests)

    def access(self, access_id: str) -> Access:
        """The access of an accessId or a legacyAccessId.

        Raises:
            UnknownAccessError: Nobody knows it.
        """
        found = self.troubleshooter.inventory.access(access_id)
        if found is None:
            raise UnknownAccessError("no access has this accessId")
        return found

    def right(self, viewer: Viewer, access_id: str) -> Right:
        """What a viewer may see of an access.

        Raises:
            UnknownAccessError: Nobody knows this accessId.
            ForbiddenError: Nothing.
        """
        return self._right(viewer, access_id, self.troubleshooter.now())

    def _right(self, viewer: Viewer, access_id: str, now: datetime) -> Right:
        found, inventory = self.access(access_id), self.troubleshooter.inventory
        return right(viewer, found, inventory, now, public=self.public)

    async def hardware(self, viewer: Viewer, access_id: str, policy: CachePolicy) -> Answer:
        """The access's network element."""
        return await self._isolated(self.troubleshooter.hardware, viewer, access_id, policy)

    async def link_status(self, viewer: Viewer, access_id: str, policy: CachePolicy) -> Answer:
        """Link, light and counters of the access's port."""
        return await self._isolated(self.troubleshooter.link_status, viewer, access_id, policy)

    async def as_it_is(
        self, viewer: Viewer, access_id: str, policy: CachePolicy, *, light: bool
    ) -> Answer:
        """Link and counters of the access's port, for a live view; its light where wanted."""
        ask = partial(self.troubleshooter.as_it_is, light=light)
        return await self._isolated(ask, viewer, access_id, policy)

    async def link_and_protection(
        self, viewer: Viewer, access_id: str, policy: CachePolicy
    ) -> Answer:
        """The same, and whether a protection has closed the port."""
        ask = self.troubleshooter.link_and_protection
        return await self._isolated(ask, viewer, access_id, policy)

    async def counters(self, viewer: Viewer, access_id: str, policy: CachePolicy) -> Answer:
        """What the access's port has counted."""
        return await self._isolated(self.troubleshooter.counters, viewer, access_id, policy)

    async def mac_addresses(self, viewer: Viewer, access_id: str, policy: CachePolicy) -> Answer:
        """MAC addresses of the services that the viewer holds on the access."""
        ask = self.troubleshooter.mac_addresses
        return await self._isolated(ask, viewer, access_id, policy, rows=True)

    async def leases(self, viewer: Viewer, access_id: str, policy: CachePolicy) -> Answer:
        """Leases of the services that the viewer holds on the access."""
        return await self._isolated(self._leases, viewer, access_id, policy, rows=True)

    async def groups(self, viewer: Viewer, access_id: str, policy: CachePolicy) -> Answer:
        """Multicast groups of the services that the viewer holds on the access."""
        ask = self.troubleshooter.groups
        return await self._isolated(ask, viewer, access_id, policy, rows=True)

    async def cpe(self, viewer: Viewer, access_id: str, policy: CachePolicy) -> CpeAnswer:
        """The CPE behind the access."""
        generation = self.troubleshooter.inventory.generation
        held = self.right(viewer, access_id)
        _must_hold(held)
        answer = await self.troubleshooter.cpe(access_id, self._policy_of(viewer, held, policy))
        held = self._still(viewer, held, generation)
        for reading in (answer.reading, answer.announced.reading if answer.announced else None):
            self._must_be_theirs(held, reading)
        await note_boot(self.history, self.troubleshooter, held, answer)
        # What a CPE has counted is of its access alone, whoever else is on the port.
        traffic = sees_traffic(held, (), self.troubleshooter.inventory)
        return isolated_cpe(answer, held, traffic=traffic)

    async def everything(
        self, viewer: Viewer, access_id: str, policy: CachePolicy
    ) -> tuple[Access, dict[str, Result]]:
        """All six questions side by side; one that fails leaves the others alone.

        Raises:
            UnknownAccessError: Nobody knows this accessId.
            ForbiddenError: The viewer may see nothing of it.
            NotConnectedError: The access has no equipment.
        """
        found = self.right(viewer, access_id).access
        attached(self.troubleshooter.inventory, found.access_id)
        questions = (
            self.hardware,
            self.link_and_protection,
            self.mac_addresses,
            self.leases,
            self.groups,
            self.cpe,
        )
        most_s = policy.deadline_s * _PATIENCE
        answers = await asyncio.gather(
            *(
                _answer_or_error(partial(ask, viewer, access_id, policy), most_s)
                for ask in questions
            )
        )
        return found, dict(zip(PARTS, answers, strict=True))

    async def seen(
        self, viewer: Viewer, access_id: str, ask: Callable[[History, Line], Told]
    ) -> Told:
        """What was seen of an access before, in the time that the viewer may be told of.

        Args:
            viewer: Who asks.
            access_id: Of which access.
            ask: Reads it from the file; in a thread.

        Raises:
            UnknownAccessError: Nobody knows this accessId.
            ForbiddenError: The viewer holds no service on the access.
            NotConnectedError: The access has no equipment.
            UnwatchedError: Nobody polls here.
        """
        generation = self.troubleshooter.inventory.generation
        held = self.right(viewer, access_id)
        if self.history is None:
            raise UnwatchedError("nothing is watched here: polling is off")
        now = self.troubleshooter.now()
        line = await line_of(self.history.file, self.troubleshooter, held, now)
        told = await asyncio.to_thread(ask, self.history, line)
        self._still(viewer, held, generation)
        return told

    async def _leases(self, access_id: str, policy: CachePolicy) -> Answer:
        if self.lease_log is None:
            return await self.troubleshooter.leases(access_id, policy)
        return await leases(self.troubleshooter, self.lease_log, access_id, policy)

    async def _isolated(
        self,
        ask: Callable[[str, CachePolicy], Awaitable[Answer]],
        viewer: Viewer,
        access_id: str,
        policy: CachePolicy,
        *,
        rows: bool = False,
    ) -> Answer:
        """The answer to a question, with what the viewer may see; rows are of service holders."""
        generation = self.troubleshooter.inventory.generation
        held = self.right(viewer, access_id)
        if rows:
            _must_hold(held)
        answer = await ask(access_id, self._policy_of(viewer, held, policy))
        held = self._still(viewer, held, generation)
        self._must_be_theirs(held, answer.reading)
        self._note(answer)
        inventory, traffic = self.troubleshooter.inventory, True
        if not held.full_access:
            traffic = sees_traffic(held, answer.neighbours, inventory)
            answer = isolated(private(answer, held, inventory), held, traffic=traffic)
        if self.history is None:
            return answer
        return await self.history.added(answer, held, inventory, traffic=traffic)

    def _note(self, answer: Answer) -> None:
        """Remember where addresses were seen; of those on a shared aggregate nobody knows."""
        if answer.port is not None and answer.grouped:
            answer = replace(answer, port=without_group(answer.port))
        self.sightings.note(answer)

    def _still(self, viewer: Viewer, held: Right, generation: tuple[int, ...]) -> Right:
        """The right as it is after a reading, in which an import may have come.

        Raises:
            ForbiddenError: There is none any more.
            DeadlineError: It is another than before, or the access is elsewhere: what was read was
                asked for by what no longer holds.
        """
        if self.troubleshooter.inventory.generation == generation:
            return held
        after = self._right(viewer, held.access.access_id, held.asked_at)
        if not after.still(held):
            raise DeadlineError("who holds what on this access has changed meanwhile")
        return after

    def _policy_of(self, viewer: Viewer, held: Right, policy: CachePolicy) -> CachePolicy:
        """No reading of the time before the subscription, none of the time after it."""
        if viewer.options.last_known and not policy.max_stale_s:
            policy = replace(policy, max_stale_s=MOST_STALE_S)
        if held.until is not None:
            policy = replace(policy, not_after=held.until)
        if held.since is not None:
            age_s = max(0.0, (self.troubleshooter.now() - held.since).total_seconds())
            policy = replace(
                policy,
                max_age_s=min(policy.max_age_s, age_s),
                max_stale_s=min(policy.max_stale_s, age_s),
            )
        return policy

    @staticmethod
    def _must_be_theirs(held: Right, reading: Reading | None) -> None:
        """What was read in the last seconds before a subscription began may still be there."""
        if held.since is None or reading is None:
            return
        read_at = reading.read_at
        if read_at is not None and read_at < held.since:
            raise DeadlineError("what is known was read before the subscription began")


async def _answer_or_error(
    ask: Callable[[], Coroutine[None, None, Answer | CpeAnswer]], most_s: float
) -> Result:
    """The answer, or why there is none; readings under way go on when time is up.

    It is asked here, so that nothing is begun for whoever goes away before their turn.
    """
    try:
        return await asyncio.wait_for(ask(), most_s)
    except TechinfoError as error:
        return error
    except TimeoutError:
        return DeadlineError("the element answers too slowly")


def _must_hold(held: Right) -> None:
    if not held.may_see_rows:
        raise ForbiddenError(
            "of this access you may see hardware, link and light, as you hold no service on it yet"
        )
