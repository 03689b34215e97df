"""Collector and API as two processes: who knows what, who ends whom, and what is told meanwhile."""

from __future__ import annotations

import os
import signal
import socket
import stat
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher
from tests.access import made_up as m
from tests.access.made_up import lines, merged
from tests.cli.conftest import Run
from tests.cli.serving import (
    PATIENCE_S,
    PLAIN,
    Running,
    arguments,
    children,
    gone,
    memory_holds,
    until,
)

from techinfo.inventory import Inventory
from techinfo.lab import Lab, LabDevice

ADDRESS = "127.21.9.1"
COMMUNITY = "planted-community-7f3a"
KEYS = ("planted-auth-key-40c1", "planted-priv-key-9d2e")
WAYS = {"file": COMMUNITY} | {
    way: f"planted-{way}-7f3a" for way in ("literal", "variable", "setting")
}
"""How a community can be given -> one that is."""
SECRETS = f"""
[credentials.literal]
community = "{WAYS["literal"]}"
[credentials.variable]
community_env = "OUR_COMMUNITY"
[credentials.core]
user = "techinfo"
auth = "SHA-256"
auth_key = "{KEYS[0]}"
priv = "AES-128"
priv_key = "{KEYS[1]}"
"""
GIVEN = {
    "OUR_COMMUNITY": WAYS["variable"],
    "TECHINFO_CREDENTIALS__SETTING__COMMUNITY": WAYS["setting"],
}
AUTH = ("ops", "right-password-91")
STATUS = "/onapi/2.6/tech/access/A-1/link/status"
MACS = "/onapi/2.6/tech/access/A-1/link/macaddresstable"
FRESH = {"Cache-Control": "no-cache"}


@pytest.fixture(scope="module")
def running_lab() -> Iterator[Lab]:
    """A switch that answers to a community of its own."""
    rows = merged(m.system("elm"), m.port(1, "ge1"), m.learnt(1, "02:00:00:00:00:11", 10))
    device = LabDevice(name="elm", address=ADDRESS, rows=lines(rows), community=COMMUNITY)
    with Lab([device]) as lab:
        yield lab


@pytest.fixture
def lab(running_lab: Lab) -> Iterator[Lab]:
    """The same, behaving again after each test."""
    yield running_lab
    running_lab.clear("elm")


@pytest.fixture
def folder(tmp_path: Path, lab: Lab) -> Path:
    """Settings, secrets and an inventory."""
    return _furnished(tmp_path, lab)


@pytest.fixture(scope="module")
def standing(running_lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service with secrets of every kind, for all tests that leave it as it was."""
    folder = _furnished(tmp_path_factory.mktemp("standing"), running_lab)
    with (folder / "techinfo.toml").open("a", encoding="utf-8") as settings:
        settings.write(SECRETS)
    with Running(folder, "serve", "-c", "techinfo.toml", **GIVEN) as served:
        yield served


def _furnished(tmp_path: Path, lab: Lab) -> Path:
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    (tmp_path / "community").write_text(f"{COMMUNITY}\n", encoding="utf-8")
    (tmp_path / "techinfo.toml").write_text(
        f"""
        [service]
        port = 0
        [collect]
        min_interval_s = 0
        deadline_s = 20
        [credentials.default]
        community_file = "community"
        [users.ops]
        role = "operator"
        password_hash = "{cheap.hash(AUTH[1])}"
        """,
        encoding="utf-8",
    )
    for name in ("community", "techinfo.toml"):
        (tmp_path / name).chmod(0o600)
    (tmp_path / "inventory.yaml").write_text(
        f"""
        elements: [{{name: sw-elm, address: {ADDRESS}, port: {lab.port}, sys_name: elm}}]
        accesses: [{{access_id: A-1, element: sw-elm, port: ge1, port_by: name}}]
        """,
        encoding="utf-8",
    )
    with Inventory.open(tmp_path / "inventory.sqlite") as inventory:
        inventory.import_file(tmp_path / "inventory.yaml")
    return tmp_path


def ask(
    served: Running, path: str = STATUS, *, headers: Mapping[str, str] | None = None
) -> httpx.Response:
    """A question of the operator's."""
    with httpx.Client(auth=AUTH, trust_env=False, timeout=PATIENCE_S, verify=PLAIN) as client:
        return client.get(f"{served.url}{path}", headers=headers)


@pytest.mark.long
def test_serve_starts_both_and_the_answer_crosses(standing: Running) -> None:
    """Two processes beside the one that was called; nobody listens but on the API's port."""
    answer = ask(standing)

    assert answer.status_code == 200, answer.text
    assert answer.json()["link"] is True
    assert len(children(standing.pid)) == 2
    assert _listens_on(standing.child("collector")) == set()
    assert len(_listens_on(standing.child("serve"))) == 1
    assert _listens_on(standing.pid) == set()


def _listens_on(pid: int) -> set[str]:
    """TCP ports that a process listens on (proc(5): net/tcp, state 0A)."""
    held = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        try:
            held.add(str(link.readlink()))
        except FileNotFoundError:
            continue
    rows = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    return {row[1] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in held}


@pytest.mark.long
@pytest.mark.parametrize("way", WAYS)
def test_the_api_never_has_a_community(standing: Running, way: str) -> None:
    """Not in its environment, not on its command line, nowhere in its memory, however it is given.

    The collector, which must have it, is looked at in the same way, so that looking proves itself.
    """
    community = WAYS[way]
    assert ask(standing).status_code == 200
    api, collector = standing.child("serve"), standing.child("collector")

    for pid in (standing.pid, api, collector):
        assert community not in " ".join(arguments(pid))
    assert community.encode() not in Path(f"/proc/{api}/environ").read_bytes()
    try:
        assert memory_holds(collector, community.encode())
    except PermissionError:
        pytest.skip("this host lets nobody look into another process's memory")
    assert not memory_holds(api, community.encode())
    assert not memory_holds(collector, AUTH[1].encode())
    assert community not in standing.errors


@pytest.mark.long
@pytest.mark.parametrize("key", KEYS)
def test_the_api_never_has_a_key_of_snmpv3(standing: Running, key: str) -> None:
    """Keys that stand in the settings file itself are taken out before the API gets to see it."""
    assert ask(standing).status_code == 200

    try:
        assert memory_holds(standing.child("collector"), key.encode())
    except PermissionError:
        pytest.skip("this host lets nobody look into another process's memory")
    assert not memory_holds(standing.child("serve"), key.encode())


@pytest.mark.long
def test_a_collector_that_is_killed_is_missed_and_comes_back(standing: Running) -> None:
    """503 meanwhile, in the cause form; then answers again, and nobody has done anything."""
    assert ask(standing).status_code == 200
    first = standing.child("collector")

    os.kill(first, signal.SIGKILL)
    assert gone(first)
    told = ask(standing, headers=FRESH)
    cached = ask(standing)
    until(lambda: ask(standing, headers=FRESH).status_code == 200)

    assert told.status_code == 503
    assert int(told.headers["Retry-After"]) > 0
    body = told.json()
    assert (body["code"], body["retryable"]) == ("collector_down", True)
    assert "sock" not in body["cause"]
    assert ADDRESS not in told.text
    assert cached.status_code == 200
    assert standing.child("collector") != first
    assert "the collector has ended with status -9; it is started again in" in standing.errors
    assert "the collector is back" in standing.errors


@pytest.mark.long
def test_a_collector_that_hangs_is_not_waited_for(folder: Path) -> None:
    """504 once the deadline has passed, and the next answer as soon as it goes on."""
    settings = folder / "techinfo.toml"
    told = settings.read_text(encoding="utf-8").replace("deadline_s = 20", "deadline_s = 0.2")
    settings.write_text(told, encoding="utf-8")
    with Running(folder, "serve", "-c", "techinfo.toml") as served:
        until(lambda: ask(served).status_code == 200)
        collector = served.child("collector")

        os.kill(collector, signal.SIGSTOP)
        try:
            hung = ask(served, headers=FRESH)
        finally:
            os.kill(collector, signal.SIGCONT)
        until(lambda: ask(served, headers=FRESH).status_code == 200)

        assert hung.status_code == 504
        assert (hung.json()["code"], hung.json()["retryable"]) == ("collector_down", True)
        assert served.child("collector") == collector


@pytest.mark.long
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_a_stop_answers_what_runs_ends_all_three_and_leaves_nothing(
    folder: Path,
    lab: Lab,
    tmp_path_factory: pytest.TempPathFactory,
    number: signal.Signals,
    status: int,
) -> None:
    """The collector is ended after the API, whose question it still has to answer.

    No orphan, no socket, no folder; nothing but the two greetings is said.
    """
    temporary = tmp_path_factory.mktemp("t")
    with (
        Running(folder, "serve", "-c", "techinfo.toml", TMPDIR=str(temporary)) as served,
        ThreadPoolExecutor(1) as pool,
    ):
        assert ask(served).status_code == 200
        started = [served.child("collector"), served.child("serve")]
        assert list(temporary.iterdir())
        lab.fault("elm", "slow", seconds=0.3)
        before = lab.counts("elm").requests["get"]
        running = pool.submit(ask, served, MACS)
        until(lambda: lab.counts("elm").requests["get"] > before)

        served.signal(number)

        assert running.result(PATIENCE_S).status_code == 200
        assert served.status() == status
        assert all(gone(pid) for pid in started)
        assert not list(temporary.iterdir())
        assert "Traceback" not in served.errors


@pytest.mark.long
def test_both_end_when_their_starter_is_killed(folder: Path) -> None:
    """They would hold the port, and the switches, for nobody."""
    with Running(folder, "serve", "-c", "techinfo.toml") as served:
        started = [served.child("collector"), served.child("serve")]

        served.signal(signal.SIGKILL)
        served.status()

        assert all(gone(pid) for pid in started)


@pytest.mark.long
def test_many_who_ask_together_cost_the_switch_one_reading(standing: Running, lab: Lab) -> None:
    """Through both processes; counted where the switch answers."""
    with (
        ThreadPoolExecutor(20) as pool,
        httpx.Client(auth=AUTH, headers=FRESH, trust_env=False, timeout=PATIENCE_S) as client,
    ):
        url = f"{standing.url}{STATUS}"
        assert ask(standing).status_code == 200
        alone = _cost(lab, lambda: client.get(url))
        lab.fault("elm", "slow", seconds=0.6)

        together = _cost(lab, lambda: [*pool.map(lambda _: client.get(url), range(20))])

        assert together == alone


def _cost(lab: Lab, words: Callable[[], object]) -> dict[str, int]:
    before = dict(lab.counts("elm").requests)
    words()
    return {k: n - before.get(k, 0) for k, n in lab.counts("elm").requests.items()}


@pytest.mark.long
def test_two_units_share_a_socket(folder: Path) -> None:
    """``collector`` and ``serve --collector-socket``, each started and ended by itself."""
    path = folder / "c.sock"
    with Running(folder, "collector", "-c", "techinfo.toml", "--socket", "c.sock") as collector:
        assert stat.S_IMODE(path.stat().st_mode) == 0o660
        with Running(
            folder, "serve", "-c", "techinfo.toml", "--collector-socket", "c.sock"
        ) as served:
            assert ask(served).status_code == 200
            assert children(served.pid) == []
            collector.signal(signal.SIGTERM)
            assert collector.status() == 0
            assert not path.exists()
            down = ask(served, headers=FRESH)
            with Running(folder, "collector", "-c", "techinfo.toml", "--socket", "c.sock"):
                back = ask(served, headers=FRESH)

    assert (down.status_code, down.json()["code"]) == (503, "collector_down")
    assert back.status_code == 200


@pytest.mark.long
def test_the_socket_may_stand_in_the_settings(folder: Path) -> None:
    """One file for both; each leaves unread what is not its own."""
    settings = folder / "techinfo.toml"
    told = settings.read_text(encoding="utf-8")
    settings.write_text(told + '[collector]\nsocket = "c.sock"\n', encoding="utf-8")
    with Running(folder, "collector", "-c", "techinfo.toml"):
        (folder / "community").unlink()  # the API's user could not read it either
        with Running(folder, "serve", "-c", "techinfo.toml") as served:
            assert ask(served).status_code == 200


@pytest.mark.long
@pytest.mark.parametrize(
    ("credential", "environment", "key"),
    [
        (f'community = "{COMMUNITY}"', {}, "credentials.default.community"),
        ('community_env = "OURS"', {"OURS": COMMUNITY}, "credentials.default.community_env"),
        (
            "",
            {"TECHINFO_CREDENTIALS__DEFAULT__COMMUNITY": COMMUNITY},
            "credentials.default.community",
        ),
    ],
)
def test_an_api_by_itself_refuses_to_see_a_secret(
    folder: Path, techinfo: Run, credential: str, environment: dict[str, str], key: str
) -> None:
    """Where it would have to read one to leave it aside, it says so and ends."""
    settings = folder / "techinfo.toml"
    told = settings.read_text(encoding="utf-8")
    settings.write_text(told.replace('community_file = "community"', credential), encoding="utf-8")

    done = techinfo("serve", "-c", "techinfo.toml", "--collector-socket", "c.sock", **environment)

    assert done.returncode == 2
    assert key in done.stderr
    assert COMMUNITY not in done.stderr + done.stdout


def test_a_collector_that_cannot_start_ends_it_all(folder: Path, techinfo: Run) -> None:
    """Told once, by the key; the exit status is that of a wrong configuration."""
    (folder / "community").unlink()

    done = techinfo("serve", "-c", "techinfo.toml")

    assert done.returncode == 2
    assert done.stderr.count("credentials.default.community_file") == 1


@pytest.mark.long
def test_a_port_that_is_taken_ends_it_all(folder: Path) -> None:
    """The API says so, and the collector goes with it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        served = Running(folder, "serve", "-c", "techinfo.toml", TECHINFO_SERVICE__PORT=port)
        with pytest.raises(AssertionError, match=r"cannot listen on 127\.0\.0\.1 port"), served:
            pass

    assert served.status() == 2
    assert children(served.pid) == []


@pytest.mark.long
def test_a_second_collector_does_not_take_the_socket(folder: Path, techinfo: Run) -> None:
    """One that was killed leaves its socket, and that is no hindrance."""
    command = ("collector", "-c", "techinfo.toml", "--socket", "c.sock")
    with Running(folder, *command) as first:
        second = techinfo(*command)
        first.signal(signal.SIGKILL)
        first.status()
        left = (folder / "c.sock").exists()
        with Running(folder, *command) as third:
            assert third.ready.startswith("ready on ")

    assert second.returncode == 2
    assert "another collector listens there" in second.stderr
    assert left


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "collector.socket"),
        (("--socket", "techinfo.toml"), "is no socket"),
        (("--socket", "no/such/folder/c.sock"), "No such file"),
        (("--socket", "x" * 120), "more than 107 octets"),
    ],
)
def test_a_socket_that_cannot_be_had_is_told_by_its_key(
    folder: Path, techinfo: Run, arguments: tuple[str, ...], words: str
) -> None:
    """And nothing that was there is taken away."""
    done = techinfo("collector", "-c", "techinfo.toml", *arguments)

    assert done.returncode == 2
    assert "collector.socket" in done.stderr
    assert words in done.stderr
    assert (folder / "techinfo.toml").is_file()


def test_a_group_that_is_not_there_is_told_by_its_key(folder: Path, techinfo: Run) -> None:
    """No socket is opened for it."""
    done = techinfo(
        "collector",
        "-c",
        "techinfo.toml",
        "--socket",
        "c.sock",
        TECHINFO_COLLECTOR__GROUP="no-such-group",
    )

    assert done.returncode == 2
    assert "collector.group" in done.stderr
    assert not (folder / "c.sock").exists()
