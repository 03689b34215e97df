"""A cable is tested by one order of another kind, once, and only where it was switched on.

What the switch prints is made up in the form of the Catalyst guides and of real D-Link outputs.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.ssh.sessions.talking import STATUS, TABLE, Threads, device, lab, run

from techinfo.collect.registry import cli_platforms
from techinfo.driver.cli import CableTester
from techinfo.errors import DriverError, SshError
from techinfo.lab.cli_device import CliFaults
from techinfo.ssh.cli_recording import Output
from techinfo.ssh.sessions.commands import (
    check,
    declared,
    for_cable_test,
    is_reading,
    is_testing,
)
from techinfo.ssh.sessions.process import SessionProcess

PORT = "Gi1/0/5"
START = f"test cable-diagnostics tdr interface {PORT}"
RESULT = f"show cable-diagnostics tdr interface {PORT}"
BEGUN = f"""\
TDR test started on interface {PORT}
A TDR test can take a few seconds to run on an interface
Use 'show cable-diagnostics tdr' to read the TDR results.
"""
HEAD = """\
TDR test last run on: November 15 09:57:29

Interface   Speed Local pair Pair length        Remote pair Pair status
---------   ----- ---------- ------------------ ----------- --------------------
"""
UNFINISHED = HEAD + "Gi1/0/5     auto  Pair A     N/A                N/A         Not Completed\n"
DONE = HEAD + "Gi1/0/5     auto  Pair A     12   +/- 10 meters  N/A         Open\n"
OUTPUTS = (
    Output(STATUS, TABLE),
    Output(START, BEGUN),
    Output(RESULT, UNFINISHED),
    Output(RESULT, DONE),
)
IOS = cli_platforms()["cisco_ios"]
TESTERS = {
    name: platform.cable_test
    for name, platform in cli_platforms().items()
    if platform.cable_test is not None
}


def _quick() -> dict[str, Any]:
    assert IOS.cable_test is not None
    platform = replace(IOS, cable_test=replace(IOS.cable_test, takes_s=0.0))
    return {
        "platforms": {"cisco_ios": platform},
        "cable_tests": True,
        "sessions": Threads(cable_tests=True),
    }


def test_a_test_is_begun_once_and_its_result_asked_for_until_it_is_there() -> None:
    """In a session of its own, which is ended at once; the one that was kept has another log-in."""
    switch = device(outputs=OUTPUTS)

    async def test() -> None:
        async with lab(switch, **_quick()) as net:
            await net.pool.ask(net.target(), [STATUS])
            told = await net.pool.test_cable(net.target(), PORT)
            assert [each.output.text for each in told] == [BEGUN, DONE]
            assert switch.open == 0

    run(test)

    at_login = "terminal length 0\nterminal width 511\n"
    assert switch.heard == [
        f"{at_login}{STATUS}\nexit\n",
        f"{at_login}{START}\n{RESULT}\n{RESULT}\nexit\n",
    ]


def test_the_result_of_an_older_test_is_not_asked_for() -> None:
    """The switch did not begin this one."""
    switch = device(outputs=OUTPUTS, faults=CliFaults(no_test="% Another test is in progress\n"))

    async def test() -> None:
        async with lab(switch, **_quick()) as net:
            told = await net.pool.test_cable(net.target(), PORT)
            assert [each.output.text for each in told] == ["% Another test is in progress\n"]

    run(test)

    assert switch.commands[RESULT] == 0


def test_without_the_setting_nothing_is_sent() -> None:
    """Neither by the pool, nor by the process that types, whatever it is told."""
    switch = device(outputs=OUTPUTS)

    async def test() -> None:
        async with lab(switch) as net:
            with pytest.raises(DriverError, match="not tested here"):
                await net.pool.test_cable(net.target(), PORT)
        more = {**_quick(), "sessions": Threads()}
        async with lab(switch, **more) as net:
            (told,) = await net.pool.test_cable(net.target(), PORT)
            assert isinstance(told.error, SshError)

    run(test)

    assert switch.commands[START] == 0


def test_the_process_of_its_own_tests_only_where_it_was_started_for_it() -> None:
    """Over its pipe, as in the service."""
    switch = device(outputs=OUTPUTS)

    async def test() -> None:
        for allowed, began in ((False, 0), (True, 1)):
            sessions = SessionProcess(1, cable_tests=allowed)
            async with lab(switch, **{**_quick(), "sessions": sessions}) as net:
                await net.pool.test_cable(net.target(), PORT)
                assert switch.commands[START] == began

    run(test)


def test_a_test_is_no_question() -> None:
    """It is not among what may be asked, and what reads is none."""
    for tester in TESTERS.values():
        start, result = for_cable_test(tester, "1/5")

        assert is_testing(start)
        assert not is_reading(start)
        assert not any(declared(p, start) for p in cli_platforms().values())
        assert not result or (is_reading(result) and not is_testing(result))


@pytest.mark.parametrize(
    "command",
    [
        "test cable-diagnostics tdr interface",
        "test cable-diagnostics tdr interface Gi1/0/5; reload",
        "test cable-diagnostics tdr interface Gi1/0/5\nreload",
        "cable_diag ports all",
        "cable_diag ports 1-24",
        "cable_diag ports 1,2",
        "test cable-diagnostics tdr interface Gi1/0/5 | redirect flash:x",
        "show vlan",
        "config ports 5 state disable",
        "",
    ],
)
def test_nothing_else_goes_as_a_test(command: str) -> None:
    """One port, and no more than that."""
    assert not is_testing(command)


@pytest.mark.parametrize(
    "tester",
    [
        CableTester(start="config ports {port} state disable", started="x"),
        CableTester(start="cable_diag ports all", started="x"),
        CableTester(start="cable_diag ports {port}", started="x", result="clear counters {port}"),
    ],
)
def test_a_driver_whose_test_does_more_is_refused(tester: CableTester) -> None:
    """At the start, before anybody is asked."""
    with pytest.raises(DriverError, match="mine"):
        check({"mine": replace(IOS, cable_test=tester)})


@pytest.mark.parametrize("port", ["all", "1; reload", "1-24", "", "1\n"])
def test_what_is_no_port_is_put_into_no_test(port: str) -> None:
    """It may come from an inventory that somebody else has filled."""
    for tester in TESTERS.values():
        with pytest.raises(ValueError, match="no name of a port"):
            for_cable_test(tester, port)
