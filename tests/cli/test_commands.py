"""What every command owes: help, clear errors, exit codes."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import Run
from typer.testing import CliRunner

from techinfo.cli.main import app


@pytest.mark.parametrize(
    "command",
    [
        "demo",
        "serve",
        "dump",
        "probe",
        "record",
        "lab",
        "replay",
        "drivers",
        "inventory",
        "user",
        "audit",
        "onapi",
        "config",
        "plan",
    ],
)
def test_every_command_has_help(command: str) -> None:
    """Each help page says what the command does, and how it is called."""
    shown = CliRunner().invoke(app, [command, "--help"])

    assert shown.exit_code == 0
    assert "Usage" in shown.output
    assert len(shown.output.split()) > 25


@pytest.mark.parametrize(
    "command",
    [
        ("init",),
        ("discover",),
        ("config", "check"),
        ("config", "show"),
        ("config", "explain"),
        ("inventory", "import"),
        ("inventory", "netbox"),
        ("inventory", "columns"),
        ("inventory", "example"),
    ],
)
def test_help_has_an_example(command: tuple[str, ...]) -> None:
    """A line that can be typed."""
    shown = CliRunner().invoke(app, [*command, "--help"])

    assert shown.exit_code == 0
    assert f"Example: techinfo {' '.join(command)}" in " ".join(shown.output.split())


@pytest.mark.parametrize("words", [(), ("dump",), ("user", "add")], ids=" ".join)
def test_help_is_a_command_too(words: tuple[str, ...]) -> None:
    """It shows the same as ``--help``."""
    runner = CliRunner()
    asked, usual = (runner.invoke(app, [*args]) for args in (["help", *words], [*words, "--help"]))

    assert (asked.exit_code, asked.stdout) == (0, usual.stdout)
    assert "Usage" in asked.stdout


def test_help_for_no_command_is_an_error() -> None:
    """As the command itself is."""
    assert CliRunner().invoke(app, ["help", "dumpp"]).exit_code == 2


def test_no_command_shows_the_help(techinfo: Run) -> None:
    """Called bare it teaches, and says by its exit status that nothing was done."""
    done = techinfo()

    assert done.returncode == 2
    assert "demo" in done.stdout + done.stderr


def test_a_configuration_error_names_the_key(techinfo: Run, tmp_path: Path) -> None:
    """The key stands first, the exit status is 2."""
    (tmp_path / "techinfo.toml").write_text('[service]\nport = "many"\n', encoding="utf-8")

    done = techinfo("serve", "--config", "techinfo.toml")

    assert done.returncode == 2
    assert "service.port" in done.stderr


def test_two_drivers_for_one_device_stop_the_start(techinfo: Run, tmp_path: Path) -> None:
    """An own driver that claims what a shipped one claims is named, before anything is served."""
    folder = tmp_path / "own"
    folder.mkdir()
    for name in ("one", "two"):
        (folder / f"{name}.py").write_text(
            "from techinfo.driver import Driver\n"
            f'DRIVER = Driver(name="own_{name}", vendor="Own",'
            ' sys_object_ids=("1.3.6.1.4.1.99998",))\n',
            encoding="utf-8",
        )

    done = techinfo("serve", TECHINFO_DRIVERS__FOLDERS='["own"]', TECHINFO_SERVICE__PORT="0")

    assert done.returncode == 1
    assert "own_one" in done.stderr
    assert "own_two" in done.stderr
    assert "1.3.6.1.4.1.99998" in done.stderr


def test_an_inventory_error_names_file_line_and_key(techinfo: Run, tmp_path: Path) -> None:
    """Nothing is imported; the exit status is 1."""
    (tmp_path / "inventory.yaml").write_text(
        "elements:\n  - {name: sw-1, address: 192.0.2.7}\n"
        "accesses:\n  - access_id: A-1\n    element: sw-1\n    port: '1'\n    port_by: ifname\n",
        encoding="utf-8",
    )

    done = techinfo("inventory", "import", "inventory.yaml")

    assert done.returncode == 1
    assert "inventory.yaml:7" in done.stderr
    assert "port_by" in done.stderr
    assert "accesses: 0" in techinfo("inventory", "show").stdout


def test_the_good_lines_can_be_taken(techinfo: Run, tmp_path: Path) -> None:
    """With --skip-bad the rest goes on, and the exit status tells that something was left."""
    (tmp_path / "elements.csv").write_text(
        "name,address\nsw-1,192.0.2.7\nsw-2,not an address\n", encoding="utf-8"
    )

    done = techinfo("inventory", "import", "--skip-bad", "elements.csv")

    assert done.returncode == 1
    assert "elements.csv:3: address" in done.stderr
    assert "elements: 1" in techinfo("inventory", "show").stdout


def test_dump_wants_exactly_one_thing(techinfo: Run) -> None:
    """Neither nothing nor two."""
    done = techinfo("dump", "A-1", "--host", "192.0.2.7")

    assert done.returncode == 2
    assert "one of" in done.stderr


def test_drivers_lists_and_shows(techinfo: Run) -> None:
    """Every driver in the list; one driver with its OIDs and units."""
    listed = techinfo("drivers")
    shown = techinfo("drivers", "generic")

    assert "generic" in listed.stdout
    assert "1.3.6.1.2.1.31.1.1.1.15" in shown.stdout
    assert "Mbit/s" in shown.stdout


def test_a_driver_shows_all_that_is_typed_on_its_devices(techinfo: Run) -> None:
    """Commands, the lines around them, what netmiko would type, and what is never sent."""
    shown = techinfo("drivers", "dlink_ds").stdout
    alone = techinfo("drivers", "hp_comware").stdout

    assert "at log-in: nothing; at log-out: logout" in shown
    assert "disable clipaging" in shown
    assert "show fdb; for one port show fdb port {port}" in shown
    assert "cable_diag ports all; never sent" in shown
    assert "cable test: cable_diag ports {port}; only where danger.cable_test lets it" in shown
    assert "at log-in: screen-length disable; at log-out: quit" in alone
