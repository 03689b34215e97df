"""Settings for a process that must not have the secrets of devices."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from techinfo.config import load, secret_variables, without_device_secrets
from techinfo.errors import ConfigError

PLANTED = "planted-51c0"


def tables(text: str) -> dict[str, object]:
    """What a file with this text holds."""
    return tomllib.loads(text)


def test_a_section_that_is_left_out_is_not_looked_at(tmp_path: Path) -> None:
    """The files it names may be unreadable, and its keys may be wrong; the rest still counts."""
    path = tmp_path / "techinfo.toml"
    path.write_text(
        '[credentials.a]\ncommunity_file = "/nowhere"\nodd = 1\n[service]\nport = 5\n',
        encoding="utf-8",
    )

    settings = load(path, {"TECHINFO_CREDENTIALS__B__COMMUNITY": "x"}, without=("credentials",))

    assert settings.credentials == {}
    assert settings.service.port == 5
    with pytest.raises(ConfigError, match="credentials"):
        load(path, {})


def test_the_environment_counts_over_what_another_process_has_read(tmp_path: Path) -> None:
    """As over the file itself; relative paths count from the file, which need not be there."""
    given = {"service": {"port": 5, "host": "127.0.0.2"}}

    settings = load(tmp_path / "t.toml", {"TECHINFO_SERVICE__PORT": "6"}, tables=given)

    assert (settings.service.port, settings.service.host) == (6, "127.0.0.2")
    assert settings.inventory.path == tmp_path / "inventory.sqlite"
    assert given == {"service": {"port": 5, "host": "127.0.0.2"}}


@pytest.mark.parametrize(
    ("text", "environ", "key"),
    [
        (f'[credentials.a]\ncommunity = "{PLANTED}"', {}, "credentials.a.community"),
        (f'[credentials.a]\nauth_key = "{PLANTED}"', {}, "credentials.a.auth_key"),
        (
            '[credentials.a]\npriv_key_env = "OURS"',
            {"OURS": PLANTED},
            "credentials.a.priv_key_env",
        ),
        ('[logins.a]\npassword_env = "OURS"', {"OURS": PLANTED}, "logins.a.password_env"),
        ('[logins.a]\nenable_env = "OURS"', {"OURS": PLANTED}, "logins.a.enable_env"),
        ("", {"TECHINFO_CREDENTIALS__A__COMMUNITY": PLANTED}, "credentials.a.community"),
        (
            "",
            {"TECHINFO_CREDENTIALS__A__COMMUNITY_ENV": "OURS", "OURS": PLANTED},
            "credentials.a.community_env",
        ),
    ],
)
def test_a_secret_that_would_be_seen_is_refused(
    text: str, environ: Mapping[str, str], key: str
) -> None:
    """By its key, and not shown."""
    with pytest.raises(ConfigError) as refused:
        without_device_secrets(tables(text), environ)

    assert refused.value.key == key
    assert PLANTED not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        '[credentials.a]\ncommunity_file = "/nowhere"',
        '[credentials.a]\ncommunity_env = "NOT_SET"',
        '[credentials.a]\nuser = "u"\nauth_key_file = "k"',
        "credentials = 5",
        "[credentials]\na = 5",
    ],
)
def test_what_only_says_where_a_secret_is_may_be_seen(text: str) -> None:
    """Whether it is right is for the collector to say."""
    without_device_secrets(tables(text), {"OTHER": "x"})


def test_the_variables_of_log_ins_are_known() -> None:
    """A password, what a key is locked with, the secret for more rights."""
    keys = ("password_env", "key_password_env", "enable_env")
    text = "[logins.a]\n" + "".join(f'{key} = "{key.upper()}"\n' for key in keys)
    environ = {"TECHINFO_LOGINS__B__USER": "reader", "PATH": "/bin"}

    found = secret_variables(tables(text), environ)

    assert found == {"TECHINFO_LOGINS__B__USER", *(key.upper() for key in keys)}


def test_the_variables_that_hold_secrets_are_known() -> None:
    """Those of the section itself, and those that it names; nothing else."""
    environ = {
        "TECHINFO_CREDENTIALS__B__COMMUNITY": PLANTED,
        "TECHINFO_Credentials__C__AUTH_KEY_ENV": "FOURTH",
        "TECHINFO_SERVICE__PORT": "5",
        "FIRST": PLANTED,
        "SECOND": PLANTED,
        "FOURTH": PLANTED,
        "PATH": "/bin",
    }
    text = '[credentials.a]\ncommunity_env = "FIRST"\n[users.u]\npassword_env = "PASSWORD"\n'

    found = secret_variables(tables(text), environ)

    assert found == {
        "TECHINFO_CREDENTIALS__B__COMMUNITY",
        "TECHINFO_Credentials__C__AUTH_KEY_ENV",
        "FIRST",
        "FOURTH",
    }
