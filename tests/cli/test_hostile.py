"""A running service among clients that want it to stop: what they may take, and who is answered."""

from __future__ import annotations

import base64
import os
import resource
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from argon2 import PasswordHasher
from tests.api.listening import HOST, Answer, Client
from tests.api.texts import TEXTS, Text
from tests.cli.serving import Running, until

from techinfo.inventory import Inventory

REQUESTS = int(os.environ.get("HOSTILE_REQUESTS", "0"))
"""Requests with each text of a client's choice; that takes minutes, and stands in `make soak`."""
KEPT_KIB = 12 * 1024
"""So much may a service grow by one kind of text, whatever many there were."""
INVENTORY = """
elements: [{name: sw-elm, address: 127.21.77.1, sys_name: elm}]
accesses: [{access_id: A-1, element: sw-elm, port: ge1, port_by: name}]
services: [{vlan: 10, service_type: bb}]
subscriptions:
  - {subscription_id: S-1, access_id: A-1, provider: isp, service: BB, service_type: bb}
"""
LOGIN = b"Authorization: Basic " + base64.b64encode(b"isp:right-password-91") + b"\r\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Settings and an inventory."""
    tmp_path = tmp_path_factory.mktemp("hostile")
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    settings = tmp_path / "techinfo.toml"
    settings.write_text(
        f"""
        [service]
        port = 0
        [log]
        level = "warning"
        [quotas]
        requests_per_minute = 100000
        misses_per_hour = 100000
        [tickets]
        desk = "here"
        [credentials.default]
        community = "public"
        [users.isp]
        role = "provider"
        password_hash = "{cheap.hash("right-password-91")}"
        """,
        encoding="utf-8",
    )
    settings.chmod(0o600)
    (tmp_path / "inventory.yaml").write_text(INVENTORY, encoding="utf-8")
    with Inventory.open(tmp_path / "inventory.sqlite") as inventory:
        inventory.import_file(tmp_path / "inventory.yaml")
    return tmp_path


@pytest.fixture(scope="module")
def service(folder: Path) -> Iterator[Running]:
    """It runs."""
    with Running(folder, "serve", "-c", "techinfo.toml") as running:
        yield running


def port(service: Running) -> int:
    """Where it listens."""
    found = urlsplit(service.url).port
    assert found is not None
    return found


def good(client: Client) -> Answer | None:
    """A provider asks something that no switch is needed for."""
    return client.say(b"GET /techinfo/v1/quota HTTP/1.1\r\n", HOST, LOGIN, b"\r\n").answer()


def answered(service: Running) -> bool:
    """Whether somebody who asks well is answered."""
    with Client(port(service)) as client:
        answer = good(client)
    return answer is not None and answer.status == 200


def resident_kib(pid: int) -> int:
    """What a process holds of the memory (proc(5): VmRSS)."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    (line,) = [line for line in status.splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1])


@pytest.mark.long
def test_idle_connections_beyond_the_descriptors_keep_nobody_out(folder: Path) -> None:
    """A hundred of them where sixty-four may be open: the log has a line or two."""
    running = Running(folder, "serve", "-c", "techinfo.toml", ULIMIT="64")
    with running as service, ExitStack() as idle:
        assert answered(service)
        for _ in range(100):
            idle.enter_context(Client(port(service)))
        for _ in range(20):
            with Client(port(service)) as client:
                answer = good(client)
            assert (answer and answer.status) == 200, (answer, service.errors)
        for _ in range(20):
            client = idle.enter_context(Client(port(service)))
            assert good(client) is not None
        told = service.errors.splitlines()

    assert not [line for line in told if "Traceback" in line]
    assert len(told) < 10, told


@pytest.mark.long
def test_where_descriptors_run_out_the_service_waits_and_comes_back(service: Running) -> None:
    """They may be taken by something else: that is one line in the log, and no busy loop."""
    assert answered(service)
    pid = service.child("serve")
    soft, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    held = sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
    with ExitStack() as idle:
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (held + 2, hard))
        for _ in range(50):
            idle.enter_context(Client(port(service)))
        until(lambda: "no connection can be taken" in service.errors)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (soft, hard))
        assert answered(service)

    assert "Traceback" not in service.errors
    assert len(service.errors.splitlines()) < 10


def test_heads_that_never_end_take_no_memory(service: Running) -> None:
    """Thirty clients that would send sixteen MiB each, and are answered 431, 414 or cut off."""
    assert answered(service)
    pid = service.child("serve")
    before = resident_kib(pid)
    chunk = b"x" * (1 << 20)

    with ExitStack() as open_:
        clients = [open_.enter_context(Client(port(service))) for _ in range(30)]
        for n, client in enumerate(clients):
            client.say(b"GET /" if n % 2 else b"GET / HTTP/1.1\r\nX: ")
        for client in clients:
            for _ in range(16):
                client.say(chunk)
        grown = resident_kib(pid) - before
        assert answered(service)

    assert grown < 48 * 1024


@pytest.mark.skipif(not REQUESTS, reason="HOSTILE_REQUESTS says how many; `make soak` does")
@pytest.mark.parametrize("name", TEXTS)
def test_a_service_does_not_grow_by_what_clients_write(service: Running, name: str) -> None:
    """A fifth of them first, so that what is kept of the last ones is there."""
    pid = service.child("serve")
    ask(service, TEXTS[name], range(REQUESTS // 5))
    before = resident_kib(pid)

    ask(service, TEXTS[name], range(REQUESTS // 5, REQUESTS))

    assert resident_kib(pid) - before < KEPT_KIB
    assert answered(service)


def ask(service: Running, made: Text, numbers: Sequence[int]) -> None:
    """Ask with the texts of some numbers, on connections that are kept."""
    client = Client(port(service))
    for n in numbers:
        asked = made(n)
        headers = dict(asked.headers)
        if asked.body is not None:
            headers = {"Content-Type": "application/json", **headers}
            headers["Content-Length"] = str(len(asked.body))
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode()
        login = LOGIN if asked.login else b""
        first = f"{asked.method} {asked.path} HTTP/1.1\r\n".encode()
        answer = client.say(first, HOST, login, lines, b"\r\n", asked.body or b"").answer()
        if answer is None or answer.headers.get("connection") == "close":
            client.socket.close()
            client = Client(port(service))
    client.socket.close()
