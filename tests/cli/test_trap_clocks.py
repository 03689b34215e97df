"""The clocks of engines that send traps outlive the process that hears them."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

from tests.traps.messages import LINK_DOWN, LINK_UP, trap_v3

from techinfo.cli.options import settings_of
from techinfo.cli.service.hearing import receiver_of, users_of
from techinfo.snmp.usm import Peer

CREDENTIAL = """
[credentials.trap]
user = "traps"
level = "authPriv"
auth = "SHA"
auth_key = "authentication of a test"
priv = "AES-128"
priv_key = "encryption of a test"
"""


def test_a_trap_that_was_recorded_before_a_restart_is_refused_after_it(tmp_path: Path) -> None:
    """By what stands in the file of what was learnt; a newer one is heard."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{sock.getsockname()[1]}"
    config = tmp_path / "techinfo.toml"
    config.write_text(f'[traps]\nlisten = ["{place}"]\n{CREDENTIAL}')
    config.chmod(0o600)
    settings = settings_of(config, without=())
    (user,) = users_of(settings)
    peer = Peer(engine_id=b"\x80\x00\x1f\x88\x04engine", boots=3, time=1000)
    recorded = trap_v3(user, replace(peer, time=800), LINK_DOWN)
    newer = trap_v3(user, replace(peer, time=1001), LINK_UP)

    with receiver_of(settings, {"192.0.2.1"}.__contains__) as listening:
        assert listening is not None
        for octets in (recorded, trap_v3(user, peer, LINK_DOWN)):
            listening.receiver.trap(octets, "192.0.2.1")
        before = listening.receiver.counts.unread, len(listening.receiver.gathered)
    with receiver_of(settings, {"192.0.2.1"}.__contains__) as again:
        assert again is not None
        again.receiver.trap(recorded, "192.0.2.1")
        refused = again.receiver.counts.unread, len(again.receiver.gathered)
        again.receiver.trap(newer, "192.0.2.1")
        heard = again.receiver.gathered.fetch()

    assert before == (0, 1)
    assert refused == (1, 0)
    assert [one.proven for one in heard] == [True]
