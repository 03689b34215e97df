"""``techinfo pause`` and ``resume`` as an operator in a hurry calls them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Run

from techinfo.lab import Lab, LabDevice

INVENTORY = """
elements: [{name: sw-elm-3, address: 192.0.2.3, site: elm}, {name: sw-fir-1, address: 192.0.2.4}]
accesses: []
"""


@pytest.fixture
def stocked(tmp_path: Path, techinfo: Run) -> Run:
    """With an inventory of two switches."""
    (tmp_path / "network.yaml").write_text(INVENTORY)
    done = techinfo("inventory", "import", "network.yaml")
    assert done.returncode == 0, done.stderr
    return techinfo


@pytest.mark.long
def test_what_is_paused_is_listed_and_let_go(stocked: Run) -> None:
    """A switch, a driver, a site and everything; each once, with its end and its reason."""
    for what in ("--switch=sw-elm-3", "--driver=huawei_vrp", "--site=elm", "--all"):
        done = stocked("pause", what, "--until", "30m", "--why", "too hot")
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("paused: ")

    listed = stocked("pause", "--list", "--json")
    ended = stocked("resume", "--site", "elm")
    rest = stocked("resume", "--all")
    nothing = stocked("pause", "--list")

    found = [json.loads(line) for line in listed.stdout.splitlines()]
    assert [(f["reach"], f["name"], f["why"]) for f in found] == [
        ("switch", "sw-elm-3", "too hot"),
        ("driver", "huawei_vrp", "too hot"),
        ("site", "elm", "too hot"),
        ("all", "", "too hot"),
    ]
    assert ended.stdout == "no longer paused: site elm\n"
    assert len(rest.stdout.splitlines()) == 3
    assert (nothing.returncode, nothing.stdout) == (0, "")


@pytest.mark.long
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("pause", "--switch", "sw-elm-4"), "did you mean sw-elm-3?"),
        (("pause", "--site", "sw-elm-3"), "nothing is called"),
        (("pause", "--driver", "huawei"), "did you mean huawei_vrp?"),
        (("pause",), "exactly one"),
        (("pause", "--all", "--site", "elm"), "exactly one"),
        (("pause", "--all", "--until", "soon"), "until: 'soon' is neither 30m"),
        (("pause", "--all", "--until", "2020-01-01T00:00:00Z"), "has passed"),
        (("resume", "--switch", "sw-elm-3"), "is not paused"),
        (("resume", "--all"), "nothing is paused"),
    ],
)
def test_what_would_stop_nothing_is_refused(
    stocked: Run, arguments: tuple[str, ...], words: str
) -> None:
    """A slip in a name is told, and nothing is written."""
    done = stocked(*arguments)

    assert done.returncode == 2
    assert words in " ".join(done.stderr.split())
    assert stocked("pause", "--list").stdout == ""


def test_everything_can_be_paused_without_an_inventory(techinfo: Run) -> None:
    """The kill switch does not depend on what may be broken just then."""
    done = techinfo("pause", "--all")

    assert done.returncode == 0
    assert "paused: all until" in done.stdout


@pytest.mark.long
@pytest.mark.parametrize("what", [("--switch", "sw"), ("--driver", "generic"), ("--all",)])
def test_commands_do_not_ask_what_is_paused(
    techinfo: Run, walk: Path, tmp_path: Path, what: tuple[str, ...]
) -> None:
    """Those that ask the switches of the inventory; who knows the driver only then asks that."""
    device = LabDevice(name="sw", address="127.23.0.41", recordings=(walk,))
    secret = {"TECHINFO_CREDENTIALS__DEFAULT__COMMUNITY": "public"}

    with Lab([device]) as lab:
        (tmp_path / "inventory.yaml").write_text(
            f"elements:\n  - {{name: sw, address: 127.23.0.41, port: {lab.port}}}\n"
            "accesses:\n  - {access_id: A-1, element: sw, port: port1}\n",
            encoding="utf-8",
        )
        assert techinfo("inventory", "import", "inventory.yaml").returncode == 0
        assert techinfo("pause", *what).returncode == 0
        judged = techinfo("diagnose", "A-1", **secret)
        checked = techinfo("inventory", "check", "--ask", **secret)
        dumped = () if what[0] == "--driver" else (techinfo("dump", "--switch", "sw", **secret),)
        asked = lab.counts("sw").requests

    assert json.loads(judged.stdout)["diagnosis"]["code"] == "undecided"
    assert "element sw: was not asked: it is paused until" in checked.stdout
    for done in dumped:
        assert (done.returncode, done.stdout) == (1, "")
        assert "is paused until" in done.stderr
    assert asked["get_bulk"] == asked["get_next"] == 0
    assert asked["get"] == 0 or what[0] == "--driver"
