"""An access behind an ONT is answered from that ONT, and not from the PON port that all share."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.access.played import Clock, stocked

from techinfo.access.answer import Answer
from techinfo.access.freshness import CachePolicy
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.collect import Collector, Target, load
from techinfo.model import Fact, State
from techinfo.recordings.playback import RecordedConversation
from techinfo.recordings.recording import load as load_recording
from techinfo.snmp.interface import Conversation
from techinfo.units import Dark
from techinfo.wire import Cell, SnmpLimits

OLT = Path(__file__).parents[2] / "fixtures" / "huawei_smartax" / "made_up_ma5800.snmprec"
INVENTORY = """
elements: [{name: olt, address: 192.0.2.3, sys_name: made-up}]
accesses:
  - {access_id: P-SOCKET-1, element: olt, port: GPON 0/0/0, port_by: name, ont_id: 0, uni: 1}
  - {access_id: P-SOCKET-2, element: olt, port: GPON 0/0/0, port_by: name, ont_id: 0, uni: 2}
  - {access_id: P-ONT, element: olt, port: GPON 0/0/0, port_by: name, ont_id: 0}
  - {access_id: P-GONE, element: olt, port: GPON 0/0/0, port_by: name, ont_id: 7, uni: 1}
  - {access_id: P-UNKNOWN, element: olt, port: GPON 0/0/0, port_by: name, ont_id: 9, uni: 1}
  - {access_id: E-PLAIN, element: olt, port: ethernet0/8/0, port_by: name}
"""


class Asked:
    """What the OLT was asked for."""

    def __init__(self) -> None:
        self.light: list[str] = []

    def open(self, _target: Target, limits: SnmpLimits) -> Conversation:
        """A conversation that is noted down."""
        conversation = RecordedConversation(load_recording(OLT), limits)
        get = conversation.get

        async def noted(oids: Sequence[str]) -> dict[str, Cell]:
            self.light += [o for o in oids if ".128.1.1.2.51." in o]
            return await get(oids)

        conversation.get = noted  # type: ignore[method-assign]  # it is only watched
        return conversation


def link_status(folder: Path, *accesses: str, watched: Asked | None = None) -> Answer:
    """The last of the answers about these accesses."""

    async def asked() -> Answer:
        clock = Clock()
        collector = Collector(load(), (watched or Asked()).open, now=clock)
        trouble = Troubleshooter(stocked(folder, INVENTORY), collector, clock)
        try:
            answers = [await trouble.link_status(a, CachePolicy()) for a in accesses]
            return answers[-1]
        finally:
            await collector.close()

    return asyncio.run(asked())


@pytest.mark.parametrize(
    ("access", "up", "speed"),
    [("P-SOCKET-1", True, 1000), ("P-SOCKET-2", False, None), ("P-ONT", True, None)],
)
def test_the_link_is_the_sockets(tmp_path: Path, access: str, up: bool, speed: int | None) -> None:
    """An access without a socket has the link of its ONT."""
    answer = link_status(tmp_path, access)

    assert answer.port is not None
    assert answer.port.link is not None
    assert (answer.port.link.up, answer.port.link.speed) == (up, speed)


def test_an_ont_that_is_gone_is_down_though_its_pon_port_is_up(tmp_path: Path) -> None:
    """Others keep the port up."""
    answer = link_status(tmp_path, "P-GONE")

    assert answer.port is not None
    assert answer.port.link is not None
    assert answer.port.link.up is False
    assert answer.port.onts[0].last_down_cause == "los"


def test_of_an_ont_that_the_olt_does_not_know_nothing_is_told(tmp_path: Path) -> None:
    """Least of all that it is up."""
    answer = link_status(tmp_path, "P-UNKNOWN")

    assert answer.port is not None
    assert answer.port.link is not None
    assert answer.port.link.up is None


def test_light_is_what_the_olt_receives_of_this_ont(tmp_path: Path) -> None:
    """And what its own module sends."""
    answer = link_status(tmp_path, "P-SOCKET-1")

    assert answer.port is not None
    optic = answer.port.transceiver
    assert optic is not None
    assert not isinstance(optic.rx_power, Dark)
    assert optic.rx_power == pytest.approx(-21.26)
    assert optic.tx_power == pytest.approx(5.23)


def test_what_the_pon_port_counts_is_nobodys(tmp_path: Path) -> None:
    """It is of all ONTs together."""
    answer = link_status(tmp_path, "P-SOCKET-1")

    assert answer.port is not None
    assert answer.port.counters is None
    assert answer.reading.parts[Fact.COUNTERS].state is State.UNSUPPORTED


def test_only_this_ont_is_asked_over_omci_and_once_for_all_who_ask(tmp_path: Path) -> None:
    """Two accesses on one ONT, asked one after the other."""
    watched = Asked()

    link_status(tmp_path, "P-SOCKET-1", "P-SOCKET-2", "P-ONT", watched=watched)

    assert len(watched.light) == 6
    assert all(oid.endswith(".4194304000.0") for oid in watched.light)


def test_an_access_on_an_ethernet_port_is_answered_from_it(tmp_path: Path) -> None:
    """Of an OLT as of any switch."""
    answer = link_status(tmp_path, "E-PLAIN")

    assert answer.port is not None
    assert answer.port.link is not None
    assert answer.port.link.up is True
