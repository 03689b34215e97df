"""Which facts are asked of a command line, by which commands, and what their state is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import inf

import pytest
from tests.access import made_up as m

from techinfo.collect import load
from techinfo.collect.command_line.asking import CliVisit, CommandLines
from techinfo.collect.device_state import DeviceState
from techinfo.collect.registry import cli_platforms
from techinfo.collect.target import CommandLine, PortName, Target
from techinfo.driver.driver import DEFAULT_LIMITS
from techinfo.errors import (
    AddressNotAllowedError,
    DeviceError,
    SshClosedError,
    SshLoginError,
    SshTimeoutError,
)
from techinfo.facts.aggregates import Membership
from techinfo.facts.build import plan_facts
from techinfo.model import CLI, Device, Fact, Part, Port, State
from techinfo.protection import Guard, Protection
from techinfo.ssh.cli_recording import Output
from techinfo.ssh.sessions.dialogue import Asked
from techinfo.ssh.sessions.target import SshTarget

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
LEASES, GROUPS, MACS = (
    "show ip dhcp snooping binding",
    "show ip igmp snooping groups",
    "show mac address-table",
)
HEAD = "Vlan    Mac Address       Type        Ports\n----    -----------       ----    -----\n"
UNKNOWN = "% Invalid input detected at '^' marker.\n"


@dataclass
class Printed:
    """Sessions with a device that prints what is written here.

    Attributes:
        outputs: Command -> what it prints, or how it fails; any other one is not known.
        sent: The commands that it was sent.
    """

    outputs: dict[str, str | DeviceError] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)
    error: DeviceError | None = None
    delay_s: float = 0.0

    async def ask(self, _target: SshTarget, commands: Sequence[str]) -> tuple[Asked, ...]:
        """As the pool does."""
        self.sent += commands
        if self.error is not None:
            raise self.error
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
        told = [(c, self.outputs.get(c, UNKNOWN)) for c in commands]
        return tuple(
            Asked(Output(c, text)) if isinstance(text, str) else Asked(Output(c, ""), text)
            for c, text in told
        )


def known(*names: str) -> DeviceState:
    """A device with these ports."""
    state = DeviceState(
        sys_object_id=m.SWITCH_ID,
        sys_descr="",
        sys_name="sw",
        driver=m.PLAIN,
        plans=plan_facts(m.PLAIN),
        hardware=Device(),
        met_at=NOW,
        limits=DEFAULT_LIMITS,
    )
    state.joins.ports = {
        n: Port(if_index=n, name=name, if_type=6) for n, name in enumerate(names, 1)
    }
    return state


def read(
    printed: Printed,
    state: DeviceState,
    *facts: Fact,
    port: int | None = None,
    until: float = inf,
    platform: str | None = "cisco_ios",
) -> dict[Fact, tuple[Part, dict[int, object]]]:
    """What comes of asking it."""
    line = CommandLine(login="default", platform=platform)
    name = PortName(name=state.joins.ports[port].name or "") if port else None
    target = Target(element="sw", host="192.0.2.1", command_line=line, port_name=name)
    visit = CliVisit(target, state, state.joins.ports[port] if port else None, NOW, until)
    lines = CommandLines(pool=printed, platforms=cli_platforms())
    built, _ = asyncio.run(lines.read(visit, facts))
    return {fact: (b.part, dict(b.ports)) for fact, b in built.items()}


def test_one_port_is_asked_by_its_own_command() -> None:
    """In the spelling of its name; rows of all ports where there is no such command."""
    printed = Printed({f"{MACS} interface Gi1/0/1": HEAD, GROUPS: ""})

    told = read(printed, known("Gi1/0/1"), Fact.MACS, Fact.GROUPS, port=1)

    assert printed.sent == [f"{MACS} interface Gi1/0/1", GROUPS]
    assert told[Fact.MACS][0] == Part(state=State.EMPTY, read_at=NOW, source=CLI)


def test_a_command_that_is_not_known_for_one_port_is_sent_for_all() -> None:
    """Once; what neither knows is unsupported."""
    row = "  10    0200.0000.0011    DYNAMIC     Gi1/0/1\n"
    printed = Printed({MACS: HEAD + row})

    told = read(printed, known("Gi1/0/1"), Fact.MACS, Fact.LEASES, port=1)

    assert printed.sent.count(MACS) == 1
    assert printed.sent.count(LEASES) == 1
    assert (told[Fact.MACS][0].state, list(told[Fact.MACS][1])) == (State.OK, [1])
    part = told[Fact.LEASES][0]
    assert (part.state, part.code) == (State.UNSUPPORTED, "not_available_here")


def test_a_port_of_numbers_alone_is_asked_for_as_it_was_once_printed() -> None:
    """A device may print an empty table for a port that it calls otherwise."""
    printed, state = Printed({MACS: HEAD, f"{MACS} interface Gi1/1": HEAD}), known("1/1")

    read(printed, state, Fact.MACS, port=1)
    state.spelled["1/1"] = "Gi1/1"
    read(printed, state, Fact.MACS, port=1)

    assert printed.sent == [MACS, f"{MACS} interface Gi1/1"]


def test_how_a_port_is_printed_is_remembered() -> None:
    """By its name."""
    row = "  10    0200.0000.0011    DYNAMIC     Gi1/0/1\n"
    state = known("GigabitEthernet1/0/1")

    read(Printed({MACS: HEAD + row}), state, Fact.MACS)

    assert state.spelled == {"GigabitEthernet1/0/1": "Gi1/0/1"}


def test_rows_of_a_port_in_an_aggregate_are_looked_for_on_both() -> None:
    """So all are asked for."""
    state, printed = known("Gi1/0/1", "Po1"), Printed({MACS: HEAD})
    state.joins.memberships = {1: Membership(aggregate=2, witness="", cell=None)}

    read(printed, state, Fact.MACS, port=1)

    assert printed.sent == [MACS]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SshLoginError("refused by 192.0.2.1"), "element_refuses"),
        (SshTimeoutError("late"), "element_slow"),
        (AddressNotAllowedError("no", credential="default"), "address_not_allowed"),
    ],
)
def test_no_session_is_an_error_of_all_that_was_asked_there(error: DeviceError, code: str) -> None:
    """In published words, without an address."""
    told = read(Printed(error=error), known("Gi1/0/1"), Fact.LEASES, Fact.GROUPS)

    for part, ports in told.values():
        assert (part.state, part.code, part.source, ports) == (State.FAILED, code, CLI, {})
        assert "192.0.2.1" not in part.cause


def test_a_command_that_fails_leaves_the_others_alone() -> None:
    """As far as it has a part of its own."""
    printed = Printed({LEASES: SshClosedError("gone"), GROUPS: ""})

    told = read(printed, known("Gi1/0/1"), Fact.LEASES, Fact.GROUPS)

    assert told[Fact.LEASES][0].code == "element_error"
    assert told[Fact.GROUPS][0].state is State.EMPTY


def test_nobody_waits_beyond_the_deadline() -> None:
    """Whoever asked is told that it is late."""
    printed = Printed({LEASES: ""}, delay_s=60.0)

    told = read(printed, known("Gi1/0/1"), Fact.LEASES, until=time.monotonic())

    assert told[Fact.LEASES][0].code == "element_slow"


def test_a_line_that_was_not_understood_is_told_to_nobody() -> None:
    """It may speak of others; that there was one is told."""
    row = "  10    0200.0000.0011    DYNAMIC     Gi1/0/1\n"
    printed = Printed({MACS: f"{HEAD}{row}  secret of somebody 02:00\n"})

    part, ports = read(printed, known("Gi1/0/1"), Fact.MACS)[Fact.MACS]

    assert (part.state, list(ports)) == (State.PARTIAL, [1])
    assert part.cause == "1 lines were not understood"


def test_rows_of_no_port_leave_the_table_partial() -> None:
    """They may be anybody's."""
    printed = Printed({MACS: f"{HEAD}  10    0200.0000.0011    DYNAMIC     Gi9/0/1\n"})

    part, _ = read(printed, known("Gi1/0/1"), Fact.MACS)[Fact.MACS]

    assert part.state is State.PARTIAL
    assert "not there" in part.cause


def test_a_driver_has_a_platform_where_there_is_one_of_it() -> None:
    """Two makes of command line for one driver: the inventory has to say which."""
    lines, line = CommandLines(pool=Printed(), platforms=cli_platforms()), CommandLine(login="x")

    assert lines.platform(line, "huawei_vrp") is cli_platforms()["huawei_vrp"]
    assert lines.platform(line, "dlink_ds") is None
    assert lines.platform(line, "nobody's") is None
    assert lines.tells(line, "dlink_ds") == frozenset()
    assert Fact.LEASES in lines.tells(line, "huawei_vrp")
    assert lines.tells(None, "huawei_vrp") == frozenset()


def test_what_snmp_tells_is_not_asked_again() -> None:
    """But for an empty table of leases that no recording has shown with this driver."""
    state = known("Gi1/0/1")
    state.by_command_line = frozenset({Fact.LEASES, Fact.MACS, Fact.LINK})
    empty = Part(state=State.EMPTY, read_at=NOW)

    assert state.untold(Fact.LEASES)
    assert not state.untold(Fact.GROUPS)
    assert not state.untold(Fact.MACS, empty)
    state.plans = plan_facts(m.SWITCH)
    assert not state.untold(Fact.LEASES)
    assert state.untold(Fact.LEASES, empty)
    state.lacking = frozenset({Fact.LINK})
    assert state.untold(Fact.LINK)


def test_rates_that_no_recording_has_shown_are_asked_for_where_snmp_has_none() -> None:
    """ProCurve's table has what comes from the customer alone, and stands on the MIB's text."""
    state = known("A1")
    state.driver = load().drivers["hp_procurve"]
    state.plans = plan_facts(state.driver)
    state.by_command_line = frozenset({Fact.SHAPING})

    assert not state.untold(Fact.SHAPING)
    assert not state.untold(Fact.SHAPING, Part(state=State.OK, read_at=NOW))
    assert state.untold(Fact.SHAPING, Part(state=State.EMPTY, read_at=NOW))


CLOSED = "show interfaces status err-disabled"
CLOSED_HEAD = "Port      Name               Status       Reason               Err-disabled Vlans\n"


def test_ports_that_a_list_of_closed_ones_leaves_out_are_open() -> None:
    """One that it names is closed, for its reason."""
    row = "Gi1/0/2                      err-disabled link-flap\n"
    printed = Printed({CLOSED: CLOSED_HEAD + row})

    part, ports = read(printed, known("Gi1/0/1", "Gi1/0/2"), Fact.PROTECTION)[Fact.PROTECTION]

    assert (part.state, part.source) == (State.OK, CLI)
    assert ports == {
        1: Protection(state=Guard.OK),
        2: Protection(state=Guard.BLOCKED, reason="link-flap", text="link-flap"),
    }


@pytest.mark.parametrize(
    ("text", "state"),
    [
        (CLOSED_HEAD, State.OK),
        (CLOSED_HEAD + "%% nobody knows this line 1\n", State.FAILED),
        (UNKNOWN, State.UNSUPPORTED),
        ("Gi1/0/9                      err-disabled link-flap\n", State.PARTIAL),
    ],
)
def test_no_port_is_open_by_a_list_that_was_not_understood(text: str, state: State) -> None:
    """An odd line may be what is left of a row of this port; a row of no port anybody's."""
    told = read(Printed({CLOSED: text}), known("Gi1/0/1"), Fact.PROTECTION)

    part, ports = told[Fact.PROTECTION]
    assert part.state is state
    assert ports == ({1: Protection(state=Guard.OK)} if state is State.OK else {})
