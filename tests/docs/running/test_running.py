"""Every command of every page is run, beside a switch, a service and those that it speaks with.

Those of techinfo are run in this process, each in a copy of the folder that the service has left;
``curl`` asks the service while it runs. What is not run is in `here.APART`, with the reason.
"""

from __future__ import annotations

import json
import logging
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.serving import Running
from tests.docs.running.commands import all_written
from tests.docs.running.here import APART, FAILS, apart, before, filled, placed
from tests.docs.running.standing import Standing, standing
from tests.docs.test_links import ROOT
from typer.testing import CliRunner, Result

from techinfo.cli.main import app

pytestmark = pytest.mark.long
_CONFIG = {"TECHINFO_CONFIG": "techinfo.toml", "COLUMNS": "120", "NO_COLOR": "1"}
_OTHER_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"
ALL = [one for one in all_written() if apart(one.line) is None]
ASKED = [one for one in ALL if one.line.startswith(("curl ", "order "))]
COMMANDS = sorted({placed(one.line) for one in ALL if one not in ASKED})
BESIDE = [line for line in COMMANDS if re.search(r"techinfo (watch|pause|resume)\b", line)]
"""Commands that speak with the service."""


def run(line: str) -> Result | None:
    """A command in this folder; what it prints goes into a file where the page says so."""
    if line == "wrong password":
        Path("password").write_text("wrong\n", encoding="utf-8")
        return None
    plain = re.split(r" \| | > ", line)
    logging.getLogger().handlers.clear()  # those of the run before write to streams that are closed
    done = CliRunner().invoke(app, shlex.split(plain[0])[1:], env=_CONFIG, input="y\n")
    if " > " in line:
        Path(plain[-1].strip()).write_text(done.stdout, encoding="utf-8")
    return done


def refused(line: str) -> str:
    """Nothing, or why a command has failed."""
    done = run(line)
    if done is None or done.exit_code == 0:
        return ""
    return f"{line}: {done.exit_code} {done.exception!r}\n{done.stderr[-500:]}"


def password(line: str) -> str:
    """That of a user who is made."""
    done = run(line)
    assert done is not None
    assert done.exit_code == 0, done.output
    return done.stdout.strip()


def asked(line: str, names: dict[str, str], socket: Path) -> str:
    """What the service answers to a curl, or an order, of a page."""
    line = re.sub(r"^order (\w+)", rf"curl --unix-socket {socket} http://localhost/\1 --json", line)
    for name, value in names.items():
        line = line.replace(name, value)
    line = line.replace("Bearer …", "Bearer of-the-desk")
    words = [*shlex.split(line), "--silent", "--show-error", "--fail-with-body", "--max-time", "60"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    """A folder in which a service has run, and was asked all that pages ask."""
    folder = tmp_path_factory.mktemp("running") / "base"
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch, standing(folder) as made:
        patch.chdir(folder)
        assert refused("techinfo inventory import site.yaml") == ""
        made.names["key"] = _OTHER_KEY
        isp = password("techinfo user add isp-1")
        desk = password("techinfo user add desk --role operator")
        port = {"TECHINFO_ADMIN__PORT": str(made.admin)}
        with Running(folder, "serve", **_CONFIG | port) as running:
            made.names["url"] = running.url
            _ask(made, {"desk:PASSWORD": f"desk:{desk}", "demo:demo": f"desk:{desk}"}, isp)
            for line in BESIDE:
                assert refused(filled(line, made)) == ""
        listed = run("techinfo tokens list --json")
        assert listed is not None
        made.names["token"] = json.loads(listed.stdout.splitlines()[0])["id"]
        yield made


def _ask(made: Standing, names: dict[str, str], isp: str) -> None:
    """Ask what pages ask; what is answered is told in later questions."""
    names |= {"-u isp-1 ": f"-u isp-1:{isp} ", "A-1401": "A-1001"}
    for one in ASKED:
        answer = asked(filled(placed(one.line), made), names, made.folder / "admin.sock")
        told = json.loads(answer) if answer.startswith("{") else {}
        if token := told.get("access_token"):
            names["tit_…"] = token
        if str(told.get("id", "")).startswith("wh_"):
            names["wh_…"] = told["id"]


@pytest.mark.parametrize("line", [line for line in COMMANDS if line not in BESIDE])
def test_a_command_of_a_page_does_what_it_should(
    line: str, network: Standing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends with status 0 in a folder of its own, or fails for a reason that is known."""
    folder = tmp_path / "copy"
    shutil.copytree(network.folder, folder, ignore=shutil.ignore_patterns("*.sock", "pauses.json"))
    monkeypatch.chdir(folder)

    for first in before(line):
        run(filled(first, network))
    why = refused(filled(line, network))

    assert bool(why) == any(re.match(begin, line) for begin in FAILS), why


def test_every_reason_is_of_a_command_that_is_there() -> None:
    """None is left of a page that was changed."""
    lines = [one.line for one in all_written()]

    assert [begin for begin in APART if not any(re.match(begin, line) for line in lines)] == []


def test_make_knows_every_target_that_a_page_names() -> None:
    """As it stands in the Makefile."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {one.line.split()[1] for one in all_written() if one.line.startswith("make ")}

    assert named
    assert named <= targets
