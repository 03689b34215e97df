"""``techinfo dump`` against net-snmp's agent, by SNMPv3."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Run
from tests.snmp.snmpd import Snmpd, needs_snmpd

pytestmark = needs_snmpd

SETTINGS = """
[credentials.core]
user = "alice"
auth = "SHA-256"
auth_key_file = "auth"
priv = "AES-256"
priv_key_env = "PRIV_KEY"
"""
CREATED = 'createUser alice SHA-256 "s3cret-of-auth" AES-256 "s3cret-of-priv"'


@pytest.mark.long
def test_a_host_is_read_with_a_credential_by_name(techinfo: Run, tmp_path: Path) -> None:
    """The keys come from the configuration, and stand in neither output."""
    (tmp_path / "techinfo.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "auth").write_text("s3cret-of-auth\n", encoding="utf-8")

    with Snmpd(tmp_path / "agent", CREATED, "rouser alice priv", "sysName sw-elm-3") as agent:

        def dump(key: str) -> tuple[int, str, str]:
            done = techinfo(
                "dump", "--host", "127.0.0.1", "--port", str(agent.port),
                "--credential", "core", "--config", "techinfo.toml",
                PRIV_KEY=key, TECHINFO_SNMP__TIMEOUTS="[0.5]",
            )  # fmt: skip
            return done.returncode, done.stdout, done.stderr

        told = dump("s3cret-of-priv")
        refused = dump("wr0ng-of-priv")

    assert json.loads(told[1])["device"]["name"] == "sw-elm-3"
    assert refused[:2] == (1, "")
    assert "wrong privacy key or protocol" in " ".join(refused[2].split())
    assert "s3cret" not in "".join(map(str, told + refused))
    assert "wr0ng" not in refused[2]


def test_a_credential_that_is_not_configured_is_named(techinfo: Run) -> None:
    """The key is told as it stands in the configuration."""
    done = techinfo("dump", "--host", "127.0.0.1", "--credential", "core")

    assert done.returncode == 2
    assert "credentials.core: is not configured" in " ".join(done.stderr.split())
