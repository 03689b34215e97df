"""``techinfo onapi``, as an operator calls it."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.cli.conftest import Run
from tests.onapi_client.ordering import DEBT, operator
from tests.onapi_client.serving import PASSWORD, USER, other_operator

from techinfo.cli.groups.onapi import pause_s
from techinfo.inventory import Inventory

SITE = """
elements: [{name: sw-1, address: 192.0.2.1}]
accesses: [{access_id: A-1, element: sw-1, port: ge1, port_by: name}]
"""
TOLD = [
    {
        "accessId": "A-1",
        "subscriptions": [
            {"subscriptionId": "S-1", "service": "BB-100", "operationalState": "ACTIVATED"},
            {"subscriptionId": "S-[bold]", "service": "BB-100"},
        ],
    }
]


def configured(folder: Path, base: str, /, **keys: str) -> None:
    """A configuration with one server, and an inventory file."""
    (folder / "secret").write_text(f"{PASSWORD}\n", encoding="utf-8")
    told = {
        "url": f"{base}/onapi",
        "user": USER,
        "password_file": "secret",
        "provider": "isp",
    } | keys
    lines = [f'{key} = "{value}"' for key, value in told.items()]
    text = "\n".join(["[onapi.elsewhere]", *lines])
    (folder / "techinfo.toml").write_text(f"{text}\n", encoding="utf-8")
    (folder / "site.yaml").write_text(SITE, encoding="utf-8")


@pytest.mark.long
def test_a_providers_subscriptions_are_taken_over(techinfo: Run, tmp_path: Path) -> None:
    """First only said, then done; what is left out is told, and is the exit status."""
    with other_operator(subscriptions=TOLD) as other:
        configured(tmp_path, other.url)
        techinfo("inventory", "import", "site.yaml", TECHINFO_CONFIG="techinfo.toml")

        dry = techinfo("onapi", "fetch", "elsewhere", "--dry-run", TECHINFO_CONFIG="techinfo.toml")
        done = techinfo("onapi", "fetch", "elsewhere", TECHINFO_CONFIG="techinfo.toml")
        again = techinfo("onapi", "fetch", "elsewhere", TECHINFO_CONFIG="techinfo.toml")

    assert [run.returncode for run in (dry, done, again)] == [1, 1, 1]
    assert "nothing was changed" in dry.stdout
    assert "services: not served there" in done.stdout
    assert "S-[bold]" in done.stderr
    assert done.stdout.splitlines()[-1].split() == ["subscriptions", "1", "0", "0", "0"]
    assert again.stdout.splitlines()[-1].split() == ["subscriptions", "0", "0", "0", "1"]
    assert PASSWORD not in "".join(run.stdout + run.stderr for run in (dry, done, again))


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"url": "http://co.example/onapi"}, "in the clear"),
        ({"url": "https://isp:pw@co.example"}, "holds a user"),
        ({"url": "ftp://co.example"}, "is not a URL"),
        ({"version": "2.3.1"}, "version"),
        ({"password_file": "missing"}, "is not there"),
    ],
)
def test_a_wrong_setting_is_named(
    techinfo: Run, tmp_path: Path, keys: dict[str, str], words: str
) -> None:
    """And none of its values shown."""
    configured(tmp_path, "https://co.example", **keys)

    done = techinfo("onapi", "fetch", "elsewhere", TECHINFO_CONFIG="techinfo.toml")

    assert done.returncode == 2
    assert words in " ".join(done.stderr.split())
    assert "onapi.elsewhere" in done.stderr
    assert "isp:pw" not in done.stderr


def test_a_server_that_is_not_configured_is_named(techinfo: Run, tmp_path: Path) -> None:
    """With those that are."""
    configured(tmp_path, "https://co.example")

    done = techinfo("onapi", "fetch", "nowhere", TECHINFO_CONFIG="techinfo.toml")

    assert done.returncode == 2
    assert "there are: elsewhere" in done.stderr


def test_nobody_there_is_one_line(techinfo: Run, tmp_path: Path) -> None:
    """Exit status 1, and no traceback."""
    configured(tmp_path, "http://127.0.0.1:1")

    done = techinfo("onapi", "fetch", "elsewhere", TECHINFO_CONFIG="techinfo.toml")

    assert done.returncode == 1
    assert "ConnectError" in done.stderr
    assert "Traceback" not in done.stderr


ORDERS = int(os.environ.get("FOLLOWED_ORDERS", "150"))
"""Orders that are told, twice; the bar is 10,000."""


@pytest.mark.long
def test_orders_are_followed_though_it_is_killed(techinfo: Run, tmp_path: Path) -> None:
    """By SIGKILL at any moment, with the orders told twice and in another order.

    What is held in the end is what one look that nobody disturbs would have found.
    """
    chance = random.Random(7)  # noqa: S311 - of a test
    command = [sys.executable, "-m", "techinfo.cli", "onapi", "follow", "elsewhere", "--once"]
    environment = os.environ | {"TECHINFO_CONFIG": "techinfo.toml"}
    with operator(datetime.now(UTC) - timedelta(minutes=1)) as there:
        configured(tmp_path, there.url)
        techinfo("inventory", "import", "site.yaml", TECHINFO_CONFIG="techinfo.toml")
        first = techinfo("onapi", "follow", "elsewhere", "--once", TECHINFO_CONFIG="techinfo.toml")
        ids = [f"o{number}" for number in range(ORDERS)]
        wanted = {}
        for number, order in enumerate(ids):
            told = {"accessId": "A-1", "service": f"BB-{number}", "subscriptionId": f"S-{number}"}
            there.order(order, "ACTIVATE", **told)
            state = chance.choice(["DONE_SUCCESS", "DONE_FAILED", "IN_PROGRESS", "RECEIVED"])
            there.becomes(order, state)
            if state != "DONE_FAILED":
                wanted[f"S-{number}"] = "ACTIVATED" if state == "DONE_SUCCESS" else "ORDERED"
        for _ in range(2):
            chance.shuffle(ids)
            there.again(ids)
            there.go_on(seconds=2)
            for _ in range(3):
                looking = subprocess.Popen(command, cwd=tmp_path, env=environment)
                try:
                    looking.wait(chance.uniform(0.5, 4.0))
                except subprocess.TimeoutExpired:
                    looking.send_signal(signal.SIGKILL)
                assert looking.wait() in (0, -signal.SIGKILL)
            done = subprocess.run(
                command,
                cwd=tmp_path,
                env=environment,
                capture_output=True,
                text=True,
                timeout=60 + ORDERS,
                check=False,
            )

    assert (first.returncode, done.returncode) == (0, 0), done.stderr
    with Inventory.open(tmp_path / "inventory.sqlite") as inventory:
        held = {one.subscription_id: one.state for one in inventory.subscriptions()}
    assert held == wanted
    assert DEBT not in done.stdout + done.stderr
    files = (path.read_bytes() for path in tmp_path.glob("*.sqlite*"))
    assert not any(b"Unpaid" in octets or b"Andersson" in octets for octets in files)


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 60), (1, 120), (3, 480), (4, 900), (5000, 900)]
)
def test_a_server_that_fails_is_asked_less_and_less(failures: int, seconds: float) -> None:
    """Never more often than when all is well."""
    assert pause_s(60.0, failures) == seconds
    assert pause_s(3600.0, failures) == 3600.0


def test_an_operator_that_cannot_be_asked_is_told(techinfo: Run, tmp_path: Path) -> None:
    """And nothing is changed."""
    with other_operator() as other:
        configured(tmp_path, other.url)
        techinfo("inventory", "import", "site.yaml", TECHINFO_CONFIG="techinfo.toml")
        done = techinfo("onapi", "follow", "elsewhere", "--once", TECHINFO_CONFIG="techinfo.toml")

    assert done.returncode == 1
    assert "neither events nor orderevents" in done.stderr
