"""A log-in goes where the inventory or its networks say, whoever asks the collector for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from techinfo.cli.service.collector import Addressees
from techinfo.collect.target import CommandLine, Target
from techinfo.config.loading import load
from techinfo.errors import AddressNotAllowedError
from techinfo.inventory import Inventory

ELEMENT = "192.0.2.1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A log-in, and an inventory with one element that names it."""
    (tmp_path / "password").write_text("p\n")
    (tmp_path / "password").chmod(0o600)
    (tmp_path / "net.yaml").write_text(
        f"elements: [{{name: a, address: {ELEMENT}, ssh_login: default}},"
        " {name: b, address: 192.0.2.2}]"
    )
    with Inventory.open(tmp_path / "inventory.sqlite") as inventory:
        inventory.import_file(tmp_path / "net.yaml")
    return tmp_path


def addressees(folder: Path, networks: str = "") -> Addressees:
    """As the collector has it, by settings."""
    path = folder / "techinfo.toml"
    path.write_text(f"[logins.default]\nuser = 'u'\npassword_file = 'password'\n{networks}\n")
    path.chmod(0o600)
    return Addressees(load(path, {}))


@pytest.fixture
def known(folder: Path) -> Iterator[Addressees]:
    """A log-in without networks."""
    with closing(addressees(folder)) as found:
        yield found


def target(host: str = ELEMENT, login: str = "default", port: int = 22) -> Target:
    """Somebody whose command line is wanted."""
    return Target(element="a", host=host, command_line=CommandLine(login=login, port=port))


def test_an_element_that_names_it_may_be_logged_in_to(known: Addressees) -> None:
    """At that port."""
    known.check_line(target())


@pytest.mark.parametrize(
    "other",
    [target("192.0.2.2"), target("203.0.113.9"), target(login="core"), target(port=2222)],
)
def test_nobody_else_may(known: Addressees, other: Target) -> None:
    """Another address, another log-in, another port."""
    with pytest.raises(AddressNotAllowedError, match="nobody there"):
        known.check_line(other)


def test_without_an_inventory_nobody_may(folder: Path) -> None:
    """The collector of a unit of its own has none: its log-ins name networks."""
    (folder / "inventory.sqlite").unlink()

    with (
        closing(addressees(folder)) as found,
        pytest.raises(AddressNotAllowedError, match="names no networks"),
    ):
        found.check_line(target())


def test_networks_are_the_sessions_business(folder: Path) -> None:
    """The address that a name has is known there."""
    with closing(addressees(folder, "networks = ['192.0.2.0/24']")) as found:
        found.check_line(target("203.0.113.9"))
