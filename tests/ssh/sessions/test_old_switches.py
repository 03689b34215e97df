"""Old switches: what they offer is spoken only where it is named for them.

Against OpenSSH's own server, which is no code of ours nor of the lab's, and against the lab's.
"""

from __future__ import annotations

import getpass
import sys
from pathlib import Path

import pytest
from tests.ssh.sessions.openssh import SSHD, sshd
from tests.ssh.sessions.talking import STATUS, TABLE, device, lab, login, run

from techinfo.collect.registry import cli_platforms
from techinfo.errors import SshError
from techinfo.ssh.sessions.algorithms import OLD, disabled
from techinfo.ssh.sessions.connection import Connection
from techinfo.ssh.sessions.messages import Order

pytestmark = pytest.mark.filterwarnings("ignore:Diffie-Hellman over finite fields")
"""What the lab's switch is here for."""
NAMED = ("diffie-hellman-group14-sha1", "ssh-rsa", "aes128-cbc")
_SWITCH = """
import sys
def say(text):
    sys.stdout.write(text); sys.stdout.flush()
say("sw-1#")
for line in sys.stdin:
    if line.strip() == "exit": break
    if line.startswith("show"): say("Port 1 up\\n")
    say("sw-1#")
"""


def test_the_labs_old_switch_is_asked_where_its_algorithms_are_named() -> None:
    """Else the error says which could be."""
    switch = device()

    async def test() -> None:
        async with lab(switch, old=True) as net:
            with pytest.raises(SshError, match="name one of diffie-hellman-group14-sha1"):
                await net.pool.ask(net.target(), [STATUS])
            with pytest.raises(SshError, match="no ciphers in common"):
                await net.pool.ask(net.target(old=NAMED[:2]), [STATUS])
            (told,) = await net.pool.ask(net.target(old=NAMED), [STATUS])
        assert told.output.text == TABLE

    run(test)


def test_only_old_algorithms_can_be_named() -> None:
    """And all of them are refused where none is."""
    assert set(disabled(())["kex"]) == set(OLD)
    assert "ssh-rsa" not in disabled(["ssh-rsa"])["keys"]
    with pytest.raises(ValueError, match="none"):
        disabled(["none"])


@pytest.mark.long
@pytest.mark.skipif(SSHD is None, reason="OpenSSH's server is not installed")
def test_an_openssh_server_that_offers_old_algorithms_only(tmp_path: Path) -> None:
    """SHA-1 in the key exchange, an ssh-rsa host key, CBC; log-in by an RSA key."""
    options = [
        "KexAlgorithms=diffie-hellman-group14-sha1",
        "HostKeyAlgorithms=ssh-rsa",
        "PubkeyAcceptedAlgorithms=ssh-rsa",
        "Ciphers=aes128-cbc",
        "MACs=hmac-sha1",
    ]
    cli = cli_platforms()["dlink_des21xx"].session
    assert cli is not None
    (tmp_path / "switch.py").write_text(_SWITCH)
    command = f"{sys.executable} {tmp_path / 'switch.py'}"
    with sshd(tmp_path, command, options) as (port, key):
        who = login("", user=getpass.getuser(), key=key)
        order = {"session": "1", "host": "127.0.0.1", "port": port, "login": who, "cli": cli}
        with pytest.raises(SshError, match="no kex in common"):
            Connection(Order(**order)).open()  # type: ignore[arg-type]

        connection = Connection(Order(**order, old=NAMED))  # type: ignore[arg-type]
        connection.open()
        asked = connection.ask("show vlan")
        connection.close()

    assert connection.host_key.startswith("ssh-rsa ")
    assert asked.error is None
    assert asked.output.text == "Port 1 up\n"
