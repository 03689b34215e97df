"""What an OLT's command line tells of one ONT is that ONT's access's, and nobody else's."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from tests.access.played import Clock, stocked
from tests.access.test_onts import Asked
from tests.collect.command_line.test_asking import Printed
from tests.drivers.cli.of_huawei_smartax import FLOWS, MACS, NO_FLOW, NO_MAC, RULE

from techinfo.access.attachment import element_target
from techinfo.access.freshness import CachePolicy
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.collect import Collector, load
from techinfo.collect.command_line.asking import CommandLines
from techinfo.collect.registry import cli_platforms
from techinfo.errors import DeviceError, NotUniqueError
from techinfo.model import CLI, Fact, MacEntry, PortVlan, State

INVENTORY = """
elements: [{name: olt, address: 192.0.2.3, sys_name: made-up, ssh_login: default}]
accesses:
  - {access_id: P-0, element: olt, port: GPON 0/0/0, port_by: name, ont_id: 0, uni: 1}
  - {access_id: P-7, element: olt, port: GPON 0/0/0, port_by: name, ont_id: 7, uni: 1}
  - {access_id: P-8-1, element: olt, port: GPON 0/0/0, port_by: name, ont_id: 8, uni: 1}
  - {access_id: P-8-2, element: olt, port: GPON 0/0/0, port_by: name, ont_id: 8, uni: 2}
"""
UNKNOWN = "  % Unknown command, the error locates at '^'\n"


def _flows(ont: int) -> str:
    return f"display service-port port 0/0/0 ont {ont}"


def _macs(ont: int) -> str:
    return f"display mac-address port 0/0/0 ont {ont}"


def _flow(ont: int, vlan: int) -> str:
    return f"   {vlan}  {vlan} common   gpon 0/0 /0  {ont}    1     vlan  7          -    -    up\n"


def _learnt(ont: int, mac: str) -> str:
    return f"   58     -  gpon {mac} dynamic  0 /0 /0   {ont}    1         203\n"


OUTPUTS: dict[str, str | DeviceError] = {
    _flows(0): FLOWS + _flow(0, 203) + _flow(0, 205) + RULE,
    _flows(7): NO_FLOW,
    _flows(8): "  Failure: System is busy, please retry after a while\n",
    _macs(0): MACS + _learnt(0, "0200-0000-00a0"),
    _macs(7): NO_MAC,
    _macs(8): MACS + _learnt(8, "0200-0000-00a8"),
}


def _asked(
    folder: Path, printed: Printed, words: Callable[[Troubleshooter], Awaitable[None]]
) -> None:
    async def spoken() -> None:
        clock = Clock()
        lines = CommandLines(pool=printed, platforms=cli_platforms())
        collector = Collector(load(), Asked().open, now=clock, command_lines=lines)
        try:
            await words(Troubleshooter(stocked(folder, INVENTORY), collector, clock))
        finally:
            await collector.close()

    asyncio.run(spoken())


def test_the_vlans_of_an_ont_cost_one_command(tmp_path: Path) -> None:
    """By SNMP comes what it tells; the next ONT of the port is another question."""
    printed = Printed(dict(OUTPUTS))

    async def words(trouble: Troubleshooter) -> None:
        mine = await trouble.link_and_protection("P-0", CachePolicy())
        again = await trouble.link_and_protection("P-0", CachePolicy())
        none = await trouble.link_and_protection("P-7", CachePolicy())

        assert mine.port is not None
        assert again.port is not None
        assert again.port.vlans == mine.port.vlans
        assert mine.port.vlans == tuple(
            PortVlan(vlan=vlan, tagged=True, user_vlan=7, ont=0) for vlan in (203, 205)
        )
        assert mine.reading.parts[Fact.VLANS].source == CLI
        assert mine.reading.parts[Fact.LINK].source != CLI
        assert none.port is not None
        assert none.port.vlans == ()
        assert none.reading.parts[Fact.VLANS].state is State.EMPTY
        assert printed.sent == [_flows(0), _flows(7)]

    _asked(tmp_path, printed, words)


def test_what_was_not_understood_is_no_empty_list(tmp_path: Path) -> None:
    """The link is told beside it, and the next ONT is asked."""
    wrong = "  % Parameter error, the error locates at '^'\n"
    printed = Printed({**OUTPUTS, _flows(7): wrong})

    async def words(trouble: Troubleshooter) -> None:
        for access in ("P-8-1", "P-7"):
            told = await trouble.link_and_protection(access, CachePolicy())

            assert told.reading.parts[Fact.VLANS].state is State.FAILED
            assert told.reading.parts[Fact.LINK].state is not State.FAILED
        mine = await trouble.link_and_protection("P-0", CachePolicy())
        assert mine.reading.parts[Fact.VLANS].state is State.OK

    _asked(tmp_path, printed, words)


def test_an_outer_tag_is_not_all_that_there_is(tmp_path: Path) -> None:
    """The inner one is not printed: no verdict may miss it."""
    stacked = FLOWS + _flow(0, 203) + _flow(0, 204).replace("common  ", "stacking")

    async def words(trouble: Troubleshooter) -> None:
        told = await trouble.link_and_protection("P-0", CachePolicy())

        assert told.port is not None
        assert [(v.vlan, v.outer) for v in told.port.vlans] == [(203, False), (204, True)]
        assert told.reading.parts[Fact.VLANS].state is State.PARTIAL

    _asked(tmp_path, Printed({_flows(0): stacked}), words)


def test_a_link_alone_asks_no_command_line(tmp_path: Path) -> None:
    """Nor does who looks every few seconds."""
    printed = Printed(dict(OUTPUTS))

    async def words(trouble: Troubleshooter) -> None:
        await trouble.link_status("P-0", CachePolicy())
        await trouble.as_it_is("P-0", CachePolicy(), light=True)

        assert printed.sent == []

    _asked(tmp_path, printed, words)


def test_mac_addresses_are_those_of_the_ont(tmp_path: Path) -> None:
    """Though other accesses hang on the same PON port, and no VLAN tells them apart."""
    printed = Printed(dict(OUTPUTS))

    async def words(trouble: Troubleshooter) -> None:
        mine = await trouble.mac_addresses("P-0", CachePolicy())
        none = await trouble.mac_addresses("P-7", CachePolicy())

        assert mine.port is not None
        assert mine.port.macs == (MacEntry(mac="02:00:00:00:00:A0", vlan=203, ont=0),)
        assert none.port is not None
        assert none.port.macs == ()
        assert none.part is not None
        assert none.part.state is State.EMPTY
        assert printed.sent == [_macs(0), _macs(7)]

    _asked(tmp_path, printed, words)


def test_two_sockets_of_an_ont_are_not_told_apart(tmp_path: Path) -> None:
    """The OLT tells the ONT, and not its socket."""

    async def words(trouble: Troubleshooter) -> None:
        with pytest.raises(NotUniqueError):
            await trouble.mac_addresses("P-8-1", CachePolicy())

    _asked(tmp_path, Printed(dict(OUTPUTS)), words)


def test_a_row_of_another_ont_is_nobodys_here(tmp_path: Path) -> None:
    """Whatever an OLT prints for the question of one."""
    strange: dict[str, str | DeviceError] = {
        _macs(0): MACS + _learnt(7, "0200-0000-00a7"),
        _flows(0): FLOWS + _flow(7, 207),
    }

    async def words(trouble: Troubleshooter) -> None:
        macs = await trouble.mac_addresses("P-0", CachePolicy())
        link = await trouble.link_and_protection("P-0", CachePolicy())

        assert macs.port is not None
        assert macs.port.macs == ()
        assert link.port is not None
        assert link.port.vlans == ()

    _asked(tmp_path, Printed(strange), words)


def test_a_command_that_is_not_known_leads_to_no_dearer_one(tmp_path: Path) -> None:
    """Without more rights it may be unknown: nothing is told, and nothing is walked."""
    printed = Printed({_flows(0): UNKNOWN, _macs(0): UNKNOWN})

    async def words(trouble: Troubleshooter) -> None:
        link = await trouble.link_and_protection("P-0", CachePolicy())
        with pytest.raises(NotUniqueError):
            await trouble.mac_addresses("P-0", CachePolicy())

        assert link.reading.parts[Fact.VLANS].state is State.UNSUPPORTED
        assert printed.sent == [_flows(0), _macs(0)]

    _asked(tmp_path, printed, words)


def test_the_whole_olt_is_asked_nothing_and_hides_nothing(tmp_path: Path) -> None:
    """A poll of all ports types no word; an ONT that is asked for then is asked."""
    printed = Printed(dict(OUTPUTS))

    async def words(trouble: Troubleshooter) -> None:
        at = trouble.inventory.element("olt")
        assert at is not None

        whole = await trouble.collector.read(
            element_target(at), (Fact.MACS, Fact.VLANS), 60.0, 20.0
        )
        assert printed.sent == []
        assert whole.parts[Fact.VLANS].state is State.UNSUPPORTED
        assert "one port at a time" in whole.parts[Fact.VLANS].cause
        mine = await trouble.mac_addresses("P-0", CachePolicy())
        assert mine.port is not None
        assert [mac.ont for mac in mine.port.macs] == [0]

    _asked(tmp_path, printed, words)
