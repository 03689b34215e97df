"""A secret goes where it may, and nowhere else, whatever whoever holds the socket says."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.access import made_up as m
from tests.access.made_up import lines, merged
from tests.cli.serving import PATIENCE_S, Running

from techinfo.collect import CollectorStats, Target
from techinfo.collect.remote.client import RemoteCollector
from techinfo.config.loading import load as settings_in
from techinfo.errors import AddressNotAllowedError, TechinfoError
from techinfo.inventory import Inventory
from techinfo.lab import Lab, LabDevice
from techinfo.model import Fact

ADDRESS, CPE, BESIDE = "127.21.18.1", "127.21.18.2", "127.21.18.3"


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """Three devices that answer to the community."""
    rows = lines(merged(m.system("elm"), m.port(1, "ge1")))
    devices = [
        LabDevice(name=f"d{i}", address=address, rows=rows, community="c")
        for i, address in enumerate((ADDRESS, CPE, BESIDE))
    ]
    with Lab(devices) as lab:
        yield lab


@pytest.fixture
def thief() -> Iterator[socket.socket]:
    """Who waits for a community, in a network of the house's own."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waiting:
        waiting.bind(("127.21.18.66", 0))
        waiting.setblocking(False)
        yield waiting


@pytest.fixture
def folder(tmp_path: Path, lab: Lab) -> Path:
    """A secret, and an inventory of one switch and one CPE."""
    _configure(tmp_path)
    _import(
        tmp_path,
        lab,
        f"cpes: [{{access_id: A-1, serial_number: s, address: {CPE}, port: {lab.port}}}]\n",
    )
    return tmp_path


def _configure(folder: Path, more: str = "") -> None:
    (folder / "community").write_text("c\n")
    (folder / "techinfo.toml").write_text(
        "[collect]\nmin_interval_s = 0\n[credentials.default]\ncommunity_file = 'community'\n"
        f"{more}\n[credentials.other]\ncommunity_file = 'community'\n"
    )
    for name in ("community", "techinfo.toml"):
        (folder / name).chmod(0o600)


def _import(folder: Path, lab: Lab, more: str, address: str = ADDRESS) -> None:
    (folder / "network.yaml").write_text(
        f"elements: [{{name: sw, address: {address}, port: {lab.port}}}]\n"
        f"accesses: [{{access_id: A-1, element: sw, port: ge1}}]\n{more}"
    )
    with Inventory.open(folder / "inventory.sqlite") as inventory:
        inventory.import_file(folder / "network.yaml")


def _collecting(folder: Path) -> Running:
    return Running(folder, "collector", "-c", "techinfo.toml", "--socket", "c.sock")


def asked(folder: Path, target: Target) -> str:
    """What comes of a question to the collector: the name of an error, or empty."""

    async def read() -> str:
        collector = RemoteCollector(folder / "c.sock")
        try:
            await collector.read(target, {Fact.LINK}, 0.0, PATIENCE_S)
        except TechinfoError as error:
            return type(error).__name__
        finally:
            await collector.close()
        return ""

    return asyncio.run(read())


def numbers(folder: Path) -> CollectorStats:
    """Of the collector."""

    async def read() -> CollectorStats:
        collector = RemoteCollector(folder / "c.sock")
        try:
            return await collector.numbers()
        finally:
            await collector.close()

    return asyncio.run(read())


REFUSED = "AddressNotAllowedError"


@pytest.mark.long
def test_a_secret_goes_to_elements_and_cpes_of_the_inventory_alone(
    folder: Path, lab: Lab, thief: socket.socket
) -> None:
    """Not to a neighbour in the same network, another port, or an element of another credential."""
    host, port = thief.getsockname()
    before = lab.counts("d2").requests
    with _collecting(folder) as collecting:
        good = [asked(folder, Target(element="x", host=h, port=lab.port)) for h in (ADDRESS, CPE)]
        bad = [
            asked(folder, Target(element="sw", host=host, port=port)),
            asked(folder, Target(element="sw", host=ADDRESS, port=port)),
            asked(folder, Target(element="sw", host=BESIDE, port=lab.port)),
            asked(folder, Target(element="sw", host=BESIDE, port=lab.port, engine="pysnmp")),
            asked(folder, Target(element="sw", host=ADDRESS, port=lab.port, credential="other")),
        ]
        counted = numbers(folder).not_allowed
        said = collecting.errors

    assert good == ["", ""]
    assert bad == [REFUSED] * 5
    assert counted == 5
    assert f"'default' is not sent to {host}:{port}" in said
    with pytest.raises(BlockingIOError):
        thief.recv(4096)
    assert lab.counts("d2").requests == before


@pytest.mark.long
def test_an_import_is_followed_at_once_both_ways(folder: Path, lab: Lab) -> None:
    """Nothing is reloaded: who is new is asked, and who is gone no more."""
    first, second = (Target(element="sw", host=h, port=lab.port) for h in (ADDRESS, BESIDE))
    with _collecting(folder):
        before = [asked(folder, first), asked(folder, second)]
        _import(folder, lab, "cpes: []\n", BESIDE)
        after = [asked(folder, first), asked(folder, second)]

    assert before == ["", REFUSED]
    assert after == [REFUSED, ""]


def test_a_credential_that_names_networks_goes_there_and_nowhere_else(
    folder: Path, lab: Lab, thief: socket.socket
) -> None:
    """By the address that is sent to, however it is spelt; the inventory is not asked."""
    _configure(folder, f"networks = ['{BESIDE}/32', '192.0.2.0/24']")
    host, port = thief.getsockname()
    with _collecting(folder):
        good = asked(folder, Target(element="x", host=BESIDE, port=lab.port))
        bad = [
            asked(folder, Target(element="sw", host=ADDRESS, port=lab.port)),
            asked(folder, Target(element="sw", host=host, port=port)),
            asked(folder, Target(element="sw", host=host, port=port, engine="pysnmp")),
            asked(folder, Target(element="sw", host="localhost", port=port)),
        ]
        counted = numbers(folder).not_allowed

    assert good == ""
    assert bad == [REFUSED] * 4
    assert counted == 4
    with pytest.raises(BlockingIOError):
        thief.recv(4096)


def test_without_an_inventory_it_goes_nowhere(folder: Path, lab: Lab) -> None:
    """And that is said at the start; as soon as there is one, it is read."""
    (folder / "inventory.sqlite").rename(folder / "away.sqlite")
    target = Target(element="sw", host=ADDRESS, port=lab.port)
    with _collecting(folder) as collecting:
        before = asked(folder, target)
        said = collecting.errors
        (folder / "away.sqlite").rename(folder / "inventory.sqlite")
        after = asked(folder, target)

    assert (before, after) == (REFUSED, "")
    assert "credentials without networks are sent nowhere" in said


def test_networks_are_networks(tmp_path: Path) -> None:
    """A slip is told by its key; none at all is no network."""
    (tmp_path / "community").write_text("c")
    for told in ("['192.0.2.1/24']", "[]", "['management']"):
        _configure(tmp_path, f"networks = {told}")
        with pytest.raises(TechinfoError, match=r"credentials\.default\.networks"):
            settings_in(tmp_path / "techinfo.toml", {})
    assert AddressNotAllowedError("x", credential="c").credential == "c"
