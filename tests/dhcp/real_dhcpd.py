"""ISC's dhcpd and dhcrelay, each in a network namespace of its own, and clients that ask them.

The server is joined by veth pairs to a relay, behind which a client is, and to an agent that sends
what option 82 we like. Nothing leaves the machine.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, Final

import pytest

_NEEDED: Final = ("dhcpd", "dhcrelay", "ip")
_CLIENT: Final = Path(__file__).with_name("dhcp_client.py")
_PATIENCE_S: Final = 30.0
_ROLES: Final = ("server", "relay", "client", "agent")
_AGENT: Final = "10.85.0.2"
_SERVER: Final = "10.85.0.1"
_CONFIGURATION: Final = """\
authoritative;
ping-check false;
default-lease-time 600;
{recipe}
subnet 10.83.0.0 netmask 255.255.255.0 {{ }}
subnet 10.84.0.0 netmask 255.255.255.0 {{ range 10.84.0.100 10.84.0.120; }}
subnet 10.85.0.0 netmask 255.255.255.0 {{ range 10.85.0.100 10.85.0.150; }}
"""


def lacking() -> str:
    """What is missing for the tests with real servers; empty: nothing."""
    missing = [name for name in _NEEDED if shutil.which(name) is None]
    if missing:
        return f"not installed: {' '.join(missing)} (apt: isc-dhcp-server isc-dhcp-relay iproute2)"
    if os.geteuid() != 0:
        return "only root can make network namespaces"
    name = f"ti{secrets.token_hex(4)}"
    if _run("ip", "netns", "add", name, check=False).returncode:
        return "no network namespaces can be made here"
    _run("ip", "netns", "del", name, check=False)
    return ""


class Servers:
    """dhcpd and dhcrelay, running.

    Attributes:
        leases: dhcpd.leases.
    """

    def __init__(self, folder: Path, spaces: dict[str, str]) -> None:
        self.leases = folder / "dhcpd.leases"
        self._said = folder / "dhcpd.stderr"
        self._spaces = spaces

    def relayed(self, mac: str) -> str:
        """The address that a client behind dhcrelay gets, which adds its interface's name."""
        return self._ask("client", "c0", mac)

    def sent(self, mac: str, option82: bytes) -> str:
        """The address that a client gets behind an agent of ours; it gives it back at once."""
        return self._ask("agent", "a0", mac, _AGENT, _SERVER, option82.hex())

    def syslog(self, *expected: str) -> bytes:
        """What dhcpd has said, as a syslog daemon would write it, once it has said all of this."""
        until = time.monotonic() + _PATIENCE_S
        while True:
            said = self._said.read_bytes()
            if all(words.encode() in said for words in expected):
                break
            assert time.monotonic() < until, said.decode("utf-8", "backslashreplace")
            time.sleep(0.05)
        front = time.strftime("%b %e %H:%M:%S vm dhcpd[7]: ", time.gmtime()).encode()
        return b"".join(front + line + b"\n" for line in said.splitlines() if line)

    def _ask(self, space: str, *words: str) -> str:
        done = _run(*_inside(self._spaces[space]), sys.executable, str(_CLIENT), *words)
        return done.stdout.strip()


@contextmanager
def running(folder: Path, recipe: str) -> Iterator[Servers]:
    """Both servers, dhcpd with these statements in its configuration; they end with the block."""
    mark = secrets.token_hex(3)
    spaces = {role: f"ti{mark}{role}" for role in _ROLES}
    with ExitStack() as undo:
        for space in spaces.values():
            _run("ip", "netns", "add", space)
            undo.callback(_run, "ip", "netns", "del", space, check=False)
        _join(spaces, "server", "s0", "10.83.0.1/24", "relay", "r0", "10.83.0.2/24")
        _join(spaces, "relay", "customer1", "10.84.0.1/24", "client", "c0", "10.84.0.9/24")
        _join(spaces, "server", "s1", f"{_SERVER}/24", "agent", "a0", f"{_AGENT}/24")
        _run(*_inside(spaces["server"]), "ip", "route", "add", "10.84.0.0/24", "via", "10.83.0.2")
        servers = Servers(folder, spaces)
        configuration = folder / "dhcpd.conf"
        configuration.write_text(_CONFIGURATION.format(recipe=recipe), encoding="ascii")
        servers.leases.touch()
        dhcpd = (
            *("dhcpd", "-4", "-f", "-d", "-user", "root", "-group", "root", "--no-pid"),
            *("-cf", str(configuration), "-lf", str(servers.leases), "s0", "s1"),
        )
        relay = (
            *("dhcrelay", "-4", "-d", "-a", "--no-pid"),
            *("-id", "customer1", "-iu", "r0", "10.83.0.1"),
        )
        for space, words in (("server", dhcpd), ("relay", relay)):
            with (folder / f"{words[0]}.stderr").open("wb") as said:
                undo.enter_context(_process((*_inside(spaces[space]), *words), said))
        servers.syslog("Server starting service.")
        yield servers


def _join(spaces: dict[str, str], one: str, device: str, address: str, *other: str) -> None:
    peer, peer_device, peer_address = other
    _run(
        *("ip", "-n", spaces[one], "link", "add", device, "type", "veth"),
        *("peer", "name", peer_device, "netns", spaces[peer]),
    )
    for space, name, told in ((one, device, address), (peer, peer_device, peer_address)):
        _run("ip", "-n", spaces[space], "addr", "add", told, "dev", name)
        _run("ip", "-n", spaces[space], "link", "set", name, "up")


@contextmanager
def _process(words: Sequence[str], said: BinaryIO) -> Iterator[None]:
    quiet = subprocess.DEVNULL
    with subprocess.Popen(words, stdin=quiet, stdout=said, stderr=said) as process:
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(_PATIENCE_S)
            except subprocess.TimeoutExpired:
                process.kill()


def _inside(space: str) -> tuple[str, ...]:
    return "ip", "netns", "exec", space


def _run(*words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0 or not check, f"{' '.join(words)}: {done.stderr}{done.stdout}"
    return done


LACKING: Final = lacking()
needs_dhcpd = pytest.mark.skipif(bool(LACKING), reason=LACKING or "all is here")
