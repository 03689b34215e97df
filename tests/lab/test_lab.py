"""The lab over real UDP, asked by pysnmp, which shares no code with it."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import socket
import subprocess
import sys
import warnings
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.lab.asking import NAME, request

import techinfo
from techinfo.errors import ConfigError, RecordingError, TechinfoError
from techinfo.lab.processes import Lab
from techinfo.lab.site import LabDevice
from techinfo.snmp import ber

with warnings.catch_warnings():
    # pysnmp 7.1 asks pysmi for a name of old as it is imported.
    warnings.simplefilter("ignore", DeprecationWarning)
    from pysnmp.hlapi.v3arch.asyncio import (
        CommunityData,
        ContextData,
        ObjectIdentity,
        ObjectType,
        OctetString,
        SnmpEngine,
        UdpTransportTarget,
        bulk_cmd,
        get_cmd,
        next_cmd,
        set_cmd,
    )

pytestmark = pytest.mark.filterwarnings("ignore:.* is deprecated. Please use:DeprecationWarning")
"""The same when pysnmp is used."""

IF_DESCR = "1.3.6.1.2.1.2.2.1.2"
PATIENCE_S = 300.0
"""No test waits longer for what must come."""

Command = Callable[..., Coroutine[Any, Any, tuple[Any, Any, Any, Any]]]


def switch(number: int) -> LabDevice:
    """A switch of three ports."""
    return LabDevice(
        name=f"sw{number}",
        address=f"127.9.8.{number}",
        rows=(f"{NAME}|4|sw{number}", *(f"{IF_DESCR}.{port}|4|ge{port}" for port in (1, 2, 3))),
        community="secret",
    )


@pytest.fixture(scope="module")
def running() -> Iterator[Lab]:
    """A lab of three switches."""
    with Lab([switch(1), switch(2), switch(3)]) as lab:
        yield lab


@pytest.fixture
def lab(running: Lab) -> Iterator[Lab]:
    """The same, behaving again after each test."""
    yield running
    for number in (1, 2, 3):
        running.clear(f"sw{number}")


@pytest.fixture
def manager() -> Iterator[socket.socket]:
    """A socket that takes answers from anywhere."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as manager:
        manager.settimeout(PATIENCE_S)
        manager.bind(("127.0.0.1", 0))
        yield manager


def pysnmp(
    lab: Lab,
    name: str,
    command: Command,
    *binds: ObjectType | int,
    community: str = "secret",
    version: int = 1,
    timeout_s: float = PATIENCE_S,
) -> tuple[str, int, list[tuple[str, Any]]]:
    """What pysnmp says went wrong, error-status, and the varbinds."""

    async def asked() -> tuple[Any, Any, Any, Any]:
        engine = SnmpEngine()
        at = lab.target(name)
        try:
            target = await UdpTransportTarget.create((at.host, at.port), timeout_s, retries=0)
            by = CommunityData(community, mpModel=version)
            return await command(engine, by, target, ContextData(), *binds, lookupMib=False)
        finally:
            engine.close_dispatcher()

    wrong, status, _, found = asyncio.run(asked())
    return str(wrong or ""), int(status), [(str(oid), value) for oid, value in found]


def asking(oid: str) -> ObjectType:
    """An OID to ask for."""
    return ObjectType(ObjectIdentity(oid))


def test_a_get_is_answered(lab: Lab) -> None:
    """Values and exceptions, each from its own device."""
    for number in (1, 2, 3):
        wrong, status, found = pysnmp(
            lab, f"sw{number}", get_cmd, asking(NAME), asking(f"{IF_DESCR}.9")
        )

        assert (wrong, status) == ("", 0)
        assert bytes(found[0][1]) == b"sw%d" % number
        assert found[1][1].prettyPrint() == "No Such Instance currently exists at this OID"


def test_a_get_next_is_answered(lab: Lab) -> None:
    """With SNMPv2c and SNMPv1."""
    for version in (0, 1):
        wrong, status, found = pysnmp(lab, "sw1", next_cmd, asking(NAME), version=version)

        assert (wrong, status) == ("", 0)
        assert [(oid, bytes(value)) for oid, value in found] == [(f"{IF_DESCR}.1", b"ge1")]


def test_a_get_bulk_is_answered(lab: Lab) -> None:
    """Up to the end of the MIB."""
    wrong, status, found = pysnmp(lab, "sw1", bulk_cmd, 0, 9, asking(f"{IF_DESCR}.1"))

    assert (wrong, status) == ("", 0)
    assert [oid for oid, _ in found] == [f"{IF_DESCR}.{port}" for port in (2, 3, 3)]


def test_a_set_is_refused_and_counted(lab: Lab) -> None:
    """A test can prove that nothing was written."""
    before = lab.counts("sw2").sets_refused

    wrong, status, _ = pysnmp(
        lab, "sw2", set_cmd, ObjectType(ObjectIdentity(NAME), OctetString("mine"))
    )

    assert (wrong, status) == ("", 17)
    assert lab.counts("sw2").sets_refused == before + 1
    assert bytes(pysnmp(lab, "sw2", get_cmd, asking(NAME))[2][0][1]) == b"sw2"


def test_a_wrong_community_times_out_and_is_counted(lab: Lab) -> None:
    """An agent does not tell why."""
    before = lab.counts("sw3")

    wrong, _, _ = pysnmp(lab, "sw3", get_cmd, asking(NAME), community="public", timeout_s=0.05)

    after = lab.counts("sw3")
    assert "No SNMP response" in wrong
    assert after.wrong_communities == before.wrong_communities + 1
    assert after.requests == before.requests


def test_requests_are_counted_for_each_device(lab: Lab) -> None:
    """What one is asked does not show at another."""
    before = lab.counts("sw1"), lab.counts("sw2")

    pysnmp(lab, "sw1", get_cmd, asking(NAME), asking(IF_DESCR))

    after = lab.counts("sw1"), lab.counts("sw2")
    assert after[0].requests["get"] == before[0].requests["get"] + 1
    assert after[0].varbinds_asked == before[0].varbinds_asked + 2
    assert after[0].varbinds_answered == before[0].varbinds_answered + 2
    assert after[1] == before[1]


def test_the_address_that_was_asked_answers(lab: Lab, manager: socket.socket) -> None:
    """One socket, many devices; a manager drops what comes from elsewhere."""
    for number in (3, 1, 2):
        manager.sendto(request(), (f"127.9.8.{number}", lab.port))
        datagram, source = manager.recvfrom(2000)

        assert source == (f"127.9.8.{number}", lab.port)
        assert b"sw%d" % number in datagram


def test_an_address_without_a_device_is_silent(lab: Lab, manager: socket.socket) -> None:
    """What comes next is the next device's answer."""
    manager.sendto(request(), ("127.9.8.99", lab.port))
    manager.sendto(b"junk", ("127.9.8.1", lab.port))
    manager.sendto(request(), ("127.9.8.2", lab.port))

    assert manager.recvfrom(2000)[1][0] == "127.9.8.2"


def test_a_silent_device_answers_again_when_cleared(lab: Lab) -> None:
    """Faults come and go while the lab runs."""
    lab.fault("sw1", "silent")
    silence, _, _ = pysnmp(lab, "sw1", get_cmd, asking(NAME), timeout_s=0.05)
    lab.clear("sw1")
    wrong, status, _ = pysnmp(lab, "sw1", get_cmd, asking(NAME))

    assert "No SNMP response" in silence
    assert (wrong, status) == ("", 0)


def test_a_slow_device_does_not_hold_up_the_others(lab: Lab, manager: socket.socket) -> None:
    """It answers after one that was asked later."""
    lab.fault("sw1", "slow", seconds=0.3)

    manager.sendto(request(), ("127.9.8.1", lab.port))
    manager.sendto(request(), ("127.9.8.2", lab.port))
    order = [manager.recvfrom(2000)[1][0] for _ in range(2)]

    assert order == ["127.9.8.2", "127.9.8.1"]


def test_too_many_repetitions_are_too_big(lab: Lab) -> None:
    """A manager sees an error-status."""
    lab.fault("sw1", "too_big_over_repetitions", limit=2)

    assert pysnmp(lab, "sw1", bulk_cmd, 0, 3, asking(IF_DESCR))[1] == 1
    assert pysnmp(lab, "sw1", bulk_cmd, 0, 2, asking(IF_DESCR))[1] == 0


def test_a_chassis_is_swapped_while_the_lab_runs(lab: Lab, tmp_path: Path) -> None:
    """The recording is read by the lab's process; one that cannot be read is told to the owner."""
    (tmp_path / "other").write_text(f"{NAME}|4|another\n")

    lab.fault("sw1", "swapped", recording=str(tmp_path / "other"))

    assert bytes(pysnmp(lab, "sw1", get_cmd, asking(NAME))[2][0][1]) == b"another"
    with pytest.raises(RecordingError, match="missing: No such file"):
        lab.fault("sw1", "swapped", recording=str(tmp_path / "missing"))


def test_what_does_not_exist_is_refused(lab: Lab) -> None:
    """Devices and faults, by name."""
    with pytest.raises(ConfigError, match="sw9: no device"):
        lab.counts("sw9")
    with pytest.raises(ConfigError, match="angry: no fault"):
        lab.fault("sw1", "angry")


def test_bursts_are_answered(lab: Lab, manager: socket.socket) -> None:
    """More datagrams than are taken in one turn."""
    for _ in range(100):
        manager.sendto(request(ber.GET_BULK, IF_DESCR, most=3), ("127.9.8.1", lab.port))

    answers = [manager.recvfrom(2000)[1] for _ in range(100)]

    assert set(answers) == {("127.9.8.1", lab.port)}


def test_a_recording_that_cannot_be_read_is_an_error_that_names_it(tmp_path: Path) -> None:
    """File and line, from the other process; nothing is left running."""
    path = tmp_path / "broken.snmprec"
    path.write_text("\nnot a recording\n")
    lab = Lab([LabDevice(name="sw1", address="127.9.8.1", recordings=(path,))])

    with pytest.raises(RecordingError) as caught:
        lab.__enter__()

    assert (caught.value.path, caught.value.line) == (path, 2)
    assert str(caught.value).count(str(path)) == 1
    assert lab.pid is None


def test_a_port_that_is_taken_is_an_error_that_names_it(lab: Lab) -> None:
    """Two labs cannot share a port."""
    with (
        pytest.raises(ConfigError, match=f"port: UDP port {lab.port} is taken"),
        Lab([switch(7)], port=lab.port),
    ):
        pass


def ended(pid: int) -> int:
    """A descriptor that becomes readable when a process ends."""
    return os.pidfd_open(pid)


def must_end(pidfd: int) -> None:
    """Wait for it, not for ever."""
    try:
        waiting = select.poll()
        waiting.register(pidfd, select.POLLIN)
        assert waiting.poll(PATIENCE_S * 1000)
    finally:
        os.close(pidfd)


def test_the_process_ends_with_its_block() -> None:
    """And a lab that has ended says so."""
    with Lab([switch(4)]) as lab:
        assert lab.pid
        pidfd = ended(lab.pid)

    must_end(pidfd)
    assert lab.pid is None
    with pytest.raises(TechinfoError, match="does not run"):
        lab.counts("sw4")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_process_that_was_ended_is_an_error(how: signal.Signals) -> None:
    """The owner learns of it with the next command, at once."""
    with Lab([switch(4)]) as lab:
        assert lab.pid
        pidfd = ended(lab.pid)
        os.kill(lab.pid, how)
        must_end(pidfd)

        with pytest.raises(TechinfoError, match="ended unexpectedly"):
            lab.counts("sw4")


def test_ctrl_c_is_the_owners_business() -> None:
    """A terminal sends it to the whole group; the lab waits for its owner to decide."""
    with Lab([switch(4)]) as lab:
        assert lab.pid
        os.kill(lab.pid, signal.SIGINT)

        assert lab.counts("sw4").unreadable == 0


OWNER = """
import os, signal, sys
from techinfo.lab.processes import Lab
from techinfo.lab.site import LabDevice
lab = Lab([LabDevice(name="sw1", address="127.9.8.1", rows=("1.3.6.1.2.1.1.5.0|4|sw1",))])
lab.__enter__()
if sys.argv[1] == "forks" and os.fork() == 0:
    sys.stdin.read()
    os._exit(0)
print(lab.pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("owner_does", ["nothing", "forks"])
def test_the_process_does_not_outlive_its_owner(owner_does: str) -> None:
    """However the owner dies, and even if a child of it holds the channel open."""
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, owner_does],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(techinfo.__file__).parents[1])},
    ) as owner:
        assert owner.stdout
        pidfd = ended(int(owner.stdout.readline()))

        owner.kill()

        must_end(pidfd)
