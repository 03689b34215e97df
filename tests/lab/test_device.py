"""A device of the lab knows its community, misbehaves on command, and counts what it was asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.lab.asking import NAME, request

from techinfo.errors import ConfigError, RecordingError
from techinfo.lab.device import RunningDevice
from techinfo.lab.holdings import RecordingCache
from techinfo.lab.site import FaultSpec, LabDevice, Site
from techinfo.snmp import ber

IF_DESCR = "1.3.6.1.2.1.2.2.1.2"
NAME_OF_SW1 = f"{NAME}|4|sw1"


def device(*faults: FaultSpec, rows: tuple[str, ...] = (NAME_OF_SW1,)) -> RunningDevice:
    """A switch of one row."""
    made = LabDevice(name="sw1", address="127.0.1.1", rows=rows, community="secret", faults=faults)
    return RunningDevice(made, RecordingCache())


def test_requests_are_counted_by_what_they_ask() -> None:
    """So that a test can prove what a device was asked, and that it was never written to."""
    switch = device()

    switch.receive(request(ber.GET, NAME, IF_DESCR))
    switch.receive(request(ber.GET_NEXT))
    switch.receive(request(ber.GET_BULK, IF_DESCR, most=25))
    switch.receive(request(ber.SET))

    counts = switch.counts
    assert counts.requests == {"get": 1, "get_next": 1, "get_bulk": 1, "set": 1}
    assert (counts.varbinds_asked, counts.most_varbinds, counts.most_repetitions) == (5, 2, 25)
    assert counts.varbinds_answered == 4
    assert counts.sets_refused == 1


@pytest.mark.parametrize("community", [b"", b"public", b"secre", b"secret@10"])
def test_a_wrong_community_gets_silence(community: bytes) -> None:
    """It is counted, and not as a request."""
    switch = device()

    sent = switch.receive(request(community=community))

    assert not sent
    assert switch.counts.wrong_communities == 1
    assert sum(switch.counts.requests.values()) == 0


@pytest.mark.parametrize(
    "datagram",
    [b"", b"junk", request()[:-1], request() + b"\0", request().replace(b"\6\10", b"\6\0")],
)
def test_what_is_no_request_gets_silence(datagram: bytes) -> None:
    """Cut, too long, or nothing of SNMP."""
    switch = device()

    assert not switch.receive(datagram)
    assert switch.counts.unreadable == 1


def test_an_oid_of_impossible_numbers_gets_silence() -> None:
    """A sub-identifier of over 32 bits."""
    datagram = request(ber.GET, "1.3.2097152.2097152").replace(
        b"\x81\x80\x80\x00" * 2, b"\xff\xff\xff\xff\xff\xff\xff\x7f"
    )
    switch = device()

    assert not switch.receive(datagram)
    assert switch.counts.unreadable == 1


def test_the_context_of_a_vlan_is_asked_by_its_community(tmp_path: Path) -> None:
    """``community@VLAN``, as older Cisco switches have it; one that was not recorded is wrong."""
    (tmp_path / "sw.snmprec").write_text(f"{NAME_OF_SW1}\n")
    (tmp_path / "sw@10.snmprec").write_text(f"{NAME}|4|vlan ten\n")
    made = LabDevice(
        name="sw1",
        address="127.0.1.1",
        recordings=(tmp_path / "sw.snmprec",),
        rows=(f"{NAME}|4|laid over",),
    )
    switch = RunningDevice(made, RecordingCache())

    (base,) = switch.receive(request(community=b"public"))
    (ten,) = switch.receive(request(community=b"public@10"))
    eleven = switch.receive(request(community=b"public@11"))

    assert b"laid over" in base.reply.datagram
    assert b"vlan ten" in ten.reply.datagram
    assert not eleven


def test_a_later_recording_is_laid_over_an_earlier_one(tmp_path: Path) -> None:
    """Base, overlay, rows."""
    (tmp_path / "base").write_text(f"{NAME}|4|base\n{IF_DESCR}.1|4|base1\n{IF_DESCR}.2|4|base2\n")
    (tmp_path / "over").write_text(f"{IF_DESCR}.1|4|over1\n{IF_DESCR}.2|4|over2\n")
    made = LabDevice(
        name="sw1",
        address="127.0.1.1",
        recordings=(tmp_path / "base", tmp_path / "over"),
        rows=(f"{IF_DESCR}.2|4|row2",),
    )
    switch = RunningDevice(made, RecordingCache())

    (sent,) = switch.receive(
        request(ber.GET, NAME, f"{IF_DESCR}.1", f"{IF_DESCR}.2", community=b"public")
    )

    assert [word in sent.reply.datagram for word in (b"base", b"over1", b"row2")] == [True] * 3


def test_a_silent_device_counts_and_says_nothing() -> None:
    """Until it is cleared."""
    switch = device(FaultSpec(kind="silent"))

    silence = switch.receive(request())
    switch.clear_faults()
    answer = switch.receive(request())

    assert not silence
    assert answer
    assert switch.counts.requests["get"] == 2
    assert switch.counts.varbinds_answered == 1


def test_delays_add_up() -> None:
    """Faults of one device stand before each other; the same kind again replaces itself."""
    switch = device(FaultSpec(kind="slow", args={"seconds": 9}))
    switch.set_fault(FaultSpec(kind="slow", args={"seconds": 0.5}))
    switch.set_fault(FaultSpec(kind="lossy", args={"probability": 0.0}))

    (sent,) = switch.receive(request())

    assert sent.delay_s == 0.5


def test_the_same_seed_loses_the_same_requests() -> None:
    """A run with losses can be repeated."""

    def answered(seed: int) -> list[bool]:
        switch = device(FaultSpec(kind="lossy", args={"probability": 0.5, "seed": seed}))
        return [bool(switch.receive(request())) for _ in range(40)]

    assert answered(1) == answered(1) != answered(2)
    assert 0 < sum(answered(1)) < 40


def test_a_get_of_too_many_varbinds_kills_until_cleared() -> None:
    """Field notes A2."""
    switch = device(FaultSpec(kind="dead_over_varbinds", args={"limit": 2}))

    before = switch.receive(request(ber.GET, NAME, NAME))
    deadly = switch.receive(request(ber.GET, NAME, NAME, NAME))
    after = switch.receive(request())

    assert before
    assert not deadly
    assert not after


def test_a_get_bulk_of_too_many_repetitions_is_too_big() -> None:
    """Field notes A5; the reply has no varbinds."""
    switch = device(FaultSpec(kind="too_big_over_repetitions", args={"limit": 10}))

    (fits,) = switch.receive(request(ber.GET_BULK, most=10))
    (too_big,) = switch.receive(request(ber.GET_BULK, most=11))

    assert fits.reply.varbinds
    assert too_big.reply.datagram.endswith(b"\2\1\1\2\1\0\x30\0")


def test_a_swapped_chassis_answers_from_another_recording(tmp_path: Path) -> None:
    """At the same address, with the same community."""
    (tmp_path / "other").write_text(f"{NAME}|4|another\n")
    switch = device()

    switch.set_fault(FaultSpec(kind="swapped", args={"recording": str(tmp_path / "other")}))
    (swapped,) = switch.receive(request())
    switch.clear_faults()
    (back,) = switch.receive(request())

    assert b"another" in swapped.reply.datagram
    assert b"sw1" in back.reply.datagram


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        (FaultSpec(kind="angry"), "angry"),
        (FaultSpec(kind="slow"), "slow"),
        (FaultSpec(kind="slow", args={"seconds": "soon"}), "slow"),
        (FaultSpec(kind="silent", args={"very": 1}), "silent"),
    ],
)
def test_a_fault_that_does_not_exist_is_refused(fault: FaultSpec, key: str) -> None:
    """By kind or by argument."""
    with pytest.raises(ConfigError) as caught:
        device(fault)

    assert caught.value.key == key


def test_rows_that_cannot_be_read_are_called_by_their_device() -> None:
    """There is no file to name."""
    with pytest.raises(RecordingError, match="rows of sw1:1"):
        device(rows=("sysName is sw1",))


@pytest.mark.parametrize(
    ("others", "key"),
    [
        ({"name": "sw1", "address": "127.0.1.2"}, "name"),
        ({"name": "sw2", "address": "127.0.1.1"}, "address"),
        ({"name": "sw2", "address": "192.0.2.1"}, "address"),
        ({"name": "sw2", "address": "::1"}, "address"),
        ({"name": "sw2", "address": "127.0.1.2", "rows": ()}, "recordings"),
    ],
)
def test_a_site_that_contradicts_itself_is_refused(others: dict[str, str], key: str) -> None:
    """Two of a name or address, an address that others could reach, nothing to play."""
    first = LabDevice(name="sw1", address="127.0.1.1", rows=(NAME_OF_SW1,))
    second = LabDevice(**{"rows": (NAME_OF_SW1,), **others})  # type: ignore[arg-type]  # rows vary

    with pytest.raises(ConfigError) as caught:
        Site(devices=(first, second))

    assert caught.value.key == key


def test_a_site_passes_through_json_unchanged() -> None:
    """That is how it reaches its process."""
    site = Site(
        devices=(
            LabDevice(
                name="sw1",
                address="127.0.1.1",
                recordings=(Path("a[1].snmprec"), Path("b")),
                rows=(NAME_OF_SW1,),
                faults=(FaultSpec(kind="slow", args={"seconds": 1.5}),),
            ),
        )
    )

    again = Site.from_plain(json.loads(json.dumps(site.as_plain())))

    assert again == site
