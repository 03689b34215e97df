"""One switch of the lab: its agents, its faults, and the account of what it was asked."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import cycle
from pathlib import Path

from techinfo.collect.registry import load
from techinfo.driver.behind import OntLightTable
from techinfo.facts.plan import columns
from techinfo.lab.agent import Agent
from techinfo.lab.fault import Answer, Change, Fault, Outgoing
from techinfo.lab.faults import made
from techinfo.lab.holdings import Contents, Holdings, RecordingCache
from techinfo.lab.site import FaultSpec, LabDevice
from techinfo.recordings.recording import Oid
from techinfo.snmp import ber
from techinfo.snmp.ber import Request, parse_request
from techinfo.snmp.message import header, varbinds

_PDU_NAMES = {
    ber.GET: "get",
    ber.GET_NEXT: "get_next",
    ber.GET_BULK: "get_bulk",
    ber.SET: "set",
}
_ENTERPRISES = ber.encode_oid("1.3.6.1.4.1")
_WALKS = frozenset({ber.GET_NEXT, ber.GET_BULK})


@cache
def _over_omci() -> tuple[bytes, ...]:
    """Columns of ONT light of every driver, as they begin in a request."""
    every = load().drivers.values()
    light = [t for driver in every for t in driver.ont_light if isinstance(t, OntLightTable)]
    return tuple(sorted({ber.encode_oid(c) for table in light for c in columns(table)}))


def _is_dear(oids: Iterable[bytes]) -> bool:
    return any(oid.startswith(_over_omci()) for oid in oids)


def _overrun(request: Request, datagram: bytes) -> int:
    """Values of ONT light in an answer to a walk of another column of the same maker."""
    if not any(column in datagram for column in _over_omci()):
        return 0
    try:
        head = header(datagram)
        told = varbinds(datagram, head.start, head.end)
    except ValueError:
        return 0  # a fault of the lab
    asked = cycle(oid.startswith(_ENTERPRISES) for oid in request.oids)
    return sum(own and _is_dear([oid]) for own, (oid, *_) in zip(asked, told, strict=False))


@dataclass(kw_only=True, slots=True)
class DeviceCounts:
    """What a device was asked since the lab started.

    Attributes:
        requests: By PDU (get, get_next, get_bulk, set), those with a right community.
        varbinds_asked: In all of them.
        most_varbinds: In any one of them.
        most_repetitions: Of any GETBULK.
        varbinds_answered: Values sent, exceptions such as noSuchInstance among them.
        sets_refused: Every SET is.
        wrong_communities: Requests that got no answer for it.
        unreadable: Datagrams that are no request of SNMPv1 or v2c.
        omci_asked: Values that an OLT would have to ask an ONT for, over OMCI.
        omci_walked: Requests that would walk the light of its ONTs: none is ever allowed.
        omci_overrun: Values of it in answers to walks of other columns of the maker. (Behind the
            standard MIBs a real agent has more than a recording.)
    """

    requests: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_PDU_NAMES.values(), 0))
    varbinds_asked: int = 0
    most_varbinds: int = 0
    most_repetitions: int = 0
    varbinds_answered: int = 0
    sets_refused: int = 0
    wrong_communities: int = 0
    unreadable: int = 0
    omci_asked: int = 0
    omci_walked: int = 0
    omci_overrun: int = 0

    def note(self, request: Request) -> None:
        """Take a request into account."""
        self.requests[_PDU_NAMES[request.pdu_type]] += 1
        self.varbinds_asked += len(request.oids)
        self.most_varbinds = max(self.most_varbinds, len(request.oids))
        self.most_repetitions = max(self.most_repetitions, request.max_repetitions)
        self.sets_refused += request.pdu_type == ber.SET
        dear = sum(oid.startswith(_over_omci()) for oid in request.oids)
        self.omci_asked += dear if request.pdu_type == ber.GET else 0
        self.omci_walked += dear > 0 and request.pdu_type in _WALKS


class RunningDevice:
    """A `LabDevice` that answers.

    Raises:
        RecordingError: One of its recordings cannot be read.
        ConfigError: One of its faults does not exist.
    """

    def __init__(self, device: LabDevice, shelf: RecordingCache) -> None:
        self.name = device.name
        self.counts = DeviceCounts()
        _over_omci()  # read now: whoever asks first would wait for it
        self._shelf = shelf
        self._community = device.community.encode()
        self._contents = shelf.contents(device.name, device.recordings, device.rows)
        self._started = time.monotonic()
        self._agents = self._agents_of(self._contents, self._started)
        self._answer = _answer_of(self._agents)
        self._faults: dict[str, Fault] = {}
        for spec in device.faults:
            self.set_fault(spec)

    def set_fault(self, spec: FaultSpec) -> None:
        """Misbehave so from now on; the same kind again takes the place of the one before.

        Raises:
            ConfigError: There is no such fault.
            RecordingError: It needs a recording that cannot be read.
        """
        self._faults[spec.kind] = made(spec, self)

    def clear_faults(self) -> None:
        """Behave."""
        self._faults.clear()

    def receive(self, datagram: bytes) -> Sequence[Outgoing]:
        """What is sent back for a datagram; most often one reply, at once."""
        try:
            sent = self._receive(parse_request(datagram))
        except ValueError:
            self.counts.unreadable += 1
            return ()
        for outgoing in sent:
            self.counts.varbinds_answered += outgoing.reply.varbinds
        return sent

    def answer_from(self, recording: str) -> Answer:
        """Answers as a device of another recording would, its clock starting now.

        Raises:
            RecordingError: It cannot be read.
        """
        return _answer_of(self._agents_of(self._shelf.contents(self.name, (Path(recording),))))

    def answer_changed(
        self, change: Change, *, restarted: bool = False, still: Iterable[Oid] = ()
    ) -> Answer:
        """Answers as this device would if it held something else; its clock starts now or goes on.

        Args:
            change: What becomes of what it holds, in every context.
            restarted: Its clock starts now.
            still: Counters that stand still.
        """
        kept = frozenset(still)
        changed = {
            vlan: Holdings(change(held.recording), still=kept)
            for vlan, held in self._contents.items()
        }
        return _answer_of(self._agents_of(changed, None if restarted else self._started))

    def _receive(self, request: Request) -> Sequence[Outgoing]:
        if request.community not in self._agents:
            self.counts.wrong_communities += 1
            return ()
        self.counts.note(request)
        answer = self._answer
        for fault in reversed(self._faults.values()):
            answer = partial(fault, answer=answer)
        sent = answer(request)
        if request.pdu_type in _WALKS and not _is_dear(request.oids):
            self.counts.omci_overrun += sum(_overrun(request, out.reply.datagram) for out in sent)
        return sent

    def _agents_of(self, contents: Contents, started: float | None = None) -> dict[bytes, Agent]:
        """By community; older Cisco switches take ``community@VLAN`` for the context of a VLAN."""
        return {
            self._community if vlan is None else b"%b@%d" % (self._community, vlan): Agent(
                held, started=started
            )
            for vlan, held in contents.items()
        }


def _answer_of(agents: Mapping[bytes, Agent]) -> Answer:
    def answer(request: Request) -> Sequence[Outgoing]:
        agent = agents.get(request.community)
        reply = agent.answer(request) if agent else None
        return (Outgoing(reply),) if reply else ()

    return answer
