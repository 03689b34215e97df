"""``techinfo config``: check, show, explain."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Run

from techinfo.config import Settings
from techinfo.config.reference import sections, settings_reference

FILE = """
[service]
port = 9000
[credentials.core]
community = "very-s3cret"
[[leases.sources]]
name = "kea"
form = "kea-leases"
path = "leases.csv"
"""


def _written(folder: Path, text: str = FILE) -> str:
    (folder / "techinfo.toml").write_text(text, encoding="utf-8")
    (folder / "techinfo.toml").chmod(0o600)
    return "techinfo.toml"


def test_right_settings_are_right(techinfo: Run, tmp_path: Path) -> None:
    """Exit status 0; what is not wise is a warning, for machines too."""
    config = _written(tmp_path, '[credentials.old]\ncommunity = "x"\nversion = "1"\n')

    done = techinfo("config", "check", "--config", config)
    document = json.loads(techinfo("config", "check", "--json", "--config", config).stdout)

    assert (done.returncode, done.stdout) == (0, "the settings are right\n")
    assert 'version = "1"' in done.stderr
    assert [line.split(":")[0] for line in document["warnings"]] == ["credentials.old"]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[service]\nprot = 1\n", "service.prot"),
        ("[credentials.core]\ncommunity_file = 'nowhere'\n", "credentials.core.community_file"),
        ("[onapi.x]\nurl = 'https://x.example'\n", "onapi.x.user"),
        ("[netbox]\nurl = 'https://x.example'\n", "netbox"),
        ("[users.x]\nrole = 'king'\n", "users.x.role"),
        ("[drivers]\nfolders = ['nowhere']\n", "nowhere"),
    ],
)
def test_what_is_wrong_is_named(techinfo: Run, tmp_path: Path, text: str, key: str) -> None:
    """In every section, whichever process reads it."""
    done = techinfo("config", "check", "--config", _written(tmp_path, text))

    assert done.returncode in (1, 2)
    assert key in done.stderr


def test_what_is_in_force_is_shown_with_its_source(techinfo: Run, tmp_path: Path) -> None:
    """And no secret, even of a section that cannot be read."""
    config = _written(tmp_path, FILE + "\n[credentials.x]\ncomunity = 'other-s3cret'\n")
    more = {"TECHINFO_ADMIN__PORT": "8999"}

    shown = techinfo("config", "show", "--json", "--config", config, **more)
    changed = techinfo("config", "show", "--changed", "--config", config, **more)
    one = techinfo("config", "show", "log", "--config", config)
    found = {line["key"]: (line["value"], line["source"]) for line in json.loads(shown.stdout)}

    assert found["service.port"] == ("9000", "file")
    assert found["admin.port"] == ('"8999"', "TECHINFO_ADMIN__PORT")
    assert found["log.level"] == ('"info"', "default")
    assert found["credentials.core.community"] == ("(secret)", "file")
    assert found["credentials.x.comunity"] == ("(unknown setting)", "file")
    assert found["leases.sources[0].form"] == ('"kea-leases"', "file")
    assert "s3cret" not in shown.stdout + changed.stdout
    assert "log.level" not in changed.stdout
    assert "service.port" not in one.stdout


def test_a_setting_is_explained(techinfo: Run, tmp_path: Path) -> None:
    """What it means, may be, and is; a whole section, too."""
    config = _written(tmp_path)

    port = techinfo("config", "explain", "service.port", "--config", config)
    named = techinfo("config", "explain", "credentials.core.community", "--config", config)
    section = json.loads(techinfo("config", "explain", "snmp", "--json").stdout)
    unknown = techinfo("config", "explain", "service.prot")

    assert "whole number from 0 to 65535" in port.stdout
    assert "9000 (from file)" in port.stdout
    assert "(secret)" in named.stdout
    assert [setting["key"] for setting in section] == ["snmp.timeouts", "snmp.max_parallel"]
    assert unknown.returncode == 2
    assert "did you mean service.port" in unknown.stderr


def test_every_section_and_key_of_the_models_is_in_the_reference() -> None:
    """With words, and a form that is not empty."""
    keys = {setting.key.split(".")[0] for setting in settings_reference()}

    assert keys == set(sections()) == set(Settings.model_fields)
    assert all(setting.about and setting.form for setting in settings_reference())
