"""The demo's own data: every file says that it is made up, and what is missing is named."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from techinfo.cli.demo.demo import demo_site
from techinfo.cli.demo.greeting import greet
from techinfo.errors import ConfigError
from techinfo.inventory import Inventory

_WHOLE = """\
[[devices]]
name = "sw-1"
address = "127.11.0.1"
walk = "switch/one.snmprec.bz2"
made_up = ["made_up_one.snmprec"]
provenance = "a real walk; leases are made up"

[[examples]]
words = "all accesses"
path = "accesses/"
"""


def _folder(tmp_path: Path, text: str) -> Path:
    (tmp_path / "demo.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_device_is_a_walk_under_made_up_rows(tmp_path: Path) -> None:
    """The walk stands in its package, made-up rows in the demo's folder."""
    site = demo_site(_folder(tmp_path, _WHOLE))

    walk, made_up = site.devices[0].recordings
    assert walk.parts[-5:] == ("snmpsim_data", "data", "network", "switch", "one.snmprec.bz2")
    assert made_up == tmp_path / "made_up_one.snmprec"


def test_every_made_up_file_says_so_and_is_played() -> None:
    """In its name, in its first line, and in what is said of its device."""
    site = demo_site()
    folder = site.inventory.parent
    played = {p for device in site.devices for p in device.recordings if p.parent == folder}

    assert played == set(folder.glob("*.snmprec"))
    assert all(p.name.startswith("made_up_") for p in played)
    assert all(p.read_text(encoding="utf-8").startswith("# made up: ") for p in played)
    assert all("made up" in words for _, words in site.provenance)


def test_the_inventory_speaks_of_devices_that_are_there() -> None:
    """Every element and CPE of the inventory is played; none is dead on purpose."""
    site = demo_site()
    there = {device.address for device in site.devices}

    with Inventory.in_memory() as inventory:
        inventory.import_file(site.inventory)
        cpes = [inventory.cpe(access.access_id) for access in inventory.accesses()]
        elements = {
            access.element: inventory.element(access.element or "")
            for access in inventory.accesses()
        }

    asked = {x.address for x in [*elements.values(), *cpes] if x is not None}
    assert None not in elements
    assert asked == there


def test_walks_that_are_not_installed_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the command that installs them."""
    monkeypatch.setitem(sys.modules, "snmpsim_data", None)

    with pytest.raises(ConfigError, match=r"snmpsim_data: .*pip install 'techinfo\[demo\]'"):
        demo_site(_folder(tmp_path, _WHOLE))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("devices = [", "cannot be read"),
        ("", "lacks 'devices'"),
        (_WHOLE.replace("address", "addr"), "lacks 'address'"),
        (_WHOLE.replace("provenance", "source"), "lacks 'provenance'"),
        (_WHOLE.replace("path", "url"), "lacks 'path'"),
    ],
)
def test_a_broken_description_is_named(tmp_path: Path, text: str, words: str) -> None:
    """Nothing of a demo that is not whole is started."""
    with pytest.raises(ConfigError, match=rf"demo\.toml: .*{words}"):
        demo_site(_folder(tmp_path, text))


def test_a_folder_without_a_description_is_named(tmp_path: Path) -> None:
    """The file that is looked for stands in the message."""
    with pytest.raises(ConfigError, match=r"demo\.toml"):
        demo_site(tmp_path)


def test_a_terminal_is_shown_a_qr(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of the page's address; what is no terminal gets text alone."""

    def greeting() -> str:
        greet(8080, provenance=(), people=(), troubles=(), examples=())
        return capsys.readouterr().out

    plain = greeting()
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    drawn = greeting()

    blocks = [line for line in drawn.splitlines() if "\u2580" in line or "\u2584" in line]
    assert plain.isascii()
    assert len(blocks) > 10
    assert len({len(line) for line in blocks}) == 1
    assert [line for line in plain.splitlines() if line not in drawn.splitlines()] == []
