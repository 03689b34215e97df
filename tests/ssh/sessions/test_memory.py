"""What is remembered of devices and log-ins, from one run to the next."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from techinfo.errors import ConfigError, SshHostKeyError, SshLoginError
from techinfo.ssh.sessions.memory import HostKey, SshMemory

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA"
NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


def _memory(path: Path) -> SshMemory:
    return SshMemory(path / "ssh.json", now=lambda: NOON)


def test_a_restart_is_no_person(tmp_path: Path) -> None:
    """What was stopped stays stopped, what was pinned stays pinned."""
    before = _memory(tmp_path)
    before.accepted("good", "sw-1", KEY)
    before.refused("bad", "sw-2")

    after = _memory(tmp_path)

    assert after.hosts() == {"sw-1": HostKey(key=KEY, since="2026-11-29T12:00:00+00:00")}
    with pytest.raises(SshLoginError, match="techinfo ssh allow"):
        after.check("bad", "sw-2")
    after.check("bad", "sw-1")
    after.check("good", "sw-2")


def test_what_a_person_says_holds_in_a_process_that_runs(tmp_path: Path) -> None:
    """It looks at the file before each log-in."""
    running, person = _memory(tmp_path), _memory(tmp_path)
    for device in ("sw-1", "sw-2", "sw-3"):
        running.refused("bad", device)
    with pytest.raises(SshLoginError, match="everywhere"):
        running.check("bad", "sw-9")

    assert person.allow("bad")

    running.check("bad", "sw-1")
    assert not person.allow("bad")


def test_one_device_is_let_go_alone(tmp_path: Path) -> None:
    """The others stay stopped."""
    memory = _memory(tmp_path)
    memory.refused("bad", "sw-1")
    memory.refused("bad", "sw-2")

    assert memory.allow("bad", "sw-1")

    memory.check("bad", "sw-1")
    with pytest.raises(SshLoginError):
        memory.check("bad", "sw-2")


def test_a_device_that_refuses_twice_is_one_device(tmp_path: Path) -> None:
    """A row is of three."""
    memory = _memory(tmp_path)
    for device in ("sw-1", "sw-1", "sw-2", "sw-2"):
        memory.refused("bad", device)

    assert memory.logins()["bad"].everywhere == ""


def test_the_first_host_key_is_kept_and_another_one_is_only_noted(tmp_path: Path) -> None:
    """Until a person trusts it, or has it forgotten."""
    memory = _memory(tmp_path)
    memory.accepted("good", "sw-1", KEY)
    memory.accepted("good", "sw-1", "ssh-rsa BBBB")
    assert memory.offered("sw-1", "ssh-rsa CCCC")
    assert not memory.offered("sw-1", "ssh-rsa CCCC")

    assert memory.key_of("sw-1") == KEY
    assert memory.hosts()["sw-1"].offered == "ssh-rsa CCCC"
    memory.trust("sw-1", "ssh-rsa CCCC")
    assert memory.key_of("sw-1") == "ssh-rsa CCCC"
    assert memory.forget("sw-1")
    assert memory.key_of("sw-1") == ""


def test_a_device_that_shows_its_own_key_again_is_as_before(tmp_path: Path) -> None:
    """Somebody stood between, or it was another one for a while."""
    memory = _memory(tmp_path)
    memory.accepted("good", "sw-1", KEY)
    memory.offered("sw-1", "ssh-rsa CCCC")

    memory.accepted("good", "sw-1", KEY)

    assert memory.hosts()["sw-1"].offered == ""
    assert memory.key_of("sw-1") == KEY


def test_what_is_no_key_is_not_trusted(tmp_path: Path) -> None:
    """It would lock us out."""
    with pytest.raises(SshHostKeyError):
        _memory(tmp_path).trust("sw-1", "SHA256:abc")


def test_what_cannot_be_written_holds_all_the_same(tmp_path: Path) -> None:
    """A log-in that was refused is not tried again because a disk is full."""
    memory = SshMemory(tmp_path / "nowhere" / "ssh.json")

    with pytest.raises(ConfigError):
        memory.refused("bad", "sw-1")

    with pytest.raises(SshLoginError):
        memory.check("bad", "sw-1")


@pytest.mark.parametrize("text", ["", "[]", '{"hosts": 3, "logins": {}}', '{"hosts": {"a": {}}}'])
def test_a_file_that_is_none_of_ours_is_told(tmp_path: Path, text: str) -> None:
    """It is not taken for one in which nothing is stopped."""
    (tmp_path / "ssh.json").write_text(text)

    with pytest.raises(ConfigError, match=r"ssh\.memory"):
        _memory(tmp_path).check("good", "sw-1")
