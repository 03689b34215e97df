"""A command imports what it needs, when it needs it."""

from __future__ import annotations

import json
import logging
import subprocess
import sys

import pytest

from techinfo.cli.logs import formatter
from techinfo.cli.main import COMMANDS, command, module_of
from techinfo.server.supervise import LineFormatter

HEAVY = {"alembic", "fastapi", "pysnmp", "sqlalchemy", "starlette", "uvicorn"}


def _imported(code: str) -> set[str]:
    """The modules that are there when some code has ended in a process of its own."""
    ending = "import atexit, json, sys; atexit.register(lambda: print(json.dumps([*sys.modules])))"
    done = subprocess.run(
        [sys.executable, "-c", f"{ending}\n{code}"], capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def _packages(modules: set[str]) -> set[str]:
    return {module.partition(".")[0] for module in modules}


def test_the_page_of_all_commands_imports_none_of_them() -> None:
    """Names and first lines stand in a table."""
    imported = _imported(
        "import sys; sys.argv = ['techinfo', '--help']; from techinfo.cli import main; main()"
    )

    assert "techinfo.cli.main" in imported
    assert not set(map(module_of, COMMANDS)) & imported
    assert not (HEAVY | {"pydantic"}) & _packages(imported)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_says_what_the_command_says(name: str) -> None:
    """The first paragraph of its own help; it is not written in two ways."""
    assert " ".join(command(name).help.split("\n\n")[0].split()) == COMMANDS[name]
    assert command(name).name == name
    assert not command(name).hidden


@pytest.mark.parametrize("name", ["dump", "replay", "serve"])
def test_help_of_a_command_is_there_without_what_it_does(name: str) -> None:
    """Neither the API nor a database nor SNMP is needed for a page of help."""
    imported = _imported(
        f"import sys; sys.argv = ['techinfo', '{name}', '--help']\n"
        "from techinfo.cli import main; main()"
    )

    assert not HEAVY & _packages(imported)


def test_the_supervisor_is_small() -> None:
    """It needs the standard library and two files of ours."""
    imported = _imported("import techinfo.server.supervise")

    ours = {module for module in imported if module.startswith("techinfo.")}
    assert ours == {"techinfo.server", "techinfo.server.notify", "techinfo.server.supervise"}
    assert not (HEAVY | {"pydantic", "rich", "typer"}) & _packages(imported)


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("failed", [False, True])
def test_the_supervisor_logs_as_the_others_do(form: str, failed: bool) -> None:
    """The same line from the same event, whoever writes it; times apart."""
    error = None
    if failed:
        try:
            raise ValueError("no such thing")
        except ValueError:
            error = sys.exc_info()
    event = ("the %s has ended\n\x1b[31m", ("API",))
    record = logging.LogRecord("techinfo.x", logging.ERROR, "x.py", 1, *event, exc_info=error)

    lines = [made.format(record) for made in (LineFormatter(form), formatter(form))]

    assert _without_time(lines[0], form) == _without_time(lines[1], form)


def _without_time(line: str, form: str) -> object:
    if form == "text":
        time, _, rest = line.partition(" ")
        assert time.endswith("Z")
        return rest
    event = json.loads(line)
    assert event.pop("timestamp").endswith("Z")
    return list(event.items())
