"""Credentials of SNMPv3: what is needed, what is refused, and keys that are never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from techinfo.config import Credential, load
from techinfo.config.loading import tables_in, weak_credentials
from techinfo.errors import ConfigError

KEYS = {"auth": "SHA-256", "auth_key": "s3cret-of-auth", "priv": "AES-128", "priv_key": "s3cret-p"}
USER = {"user": "alice", **KEYS}


def written(tmp_path: Path, given: dict[str, str]) -> Path:
    """A settings file with one credential, ``core``."""
    path = tmp_path / "techinfo.toml"
    lines = [f"{key} = '{value}'" for key, value in given.items()]
    path.write_text("\n".join(["[credentials.core]", *lines]) + "\n", encoding="utf-8")
    path.chmod(0o600)
    return path


def of(tmp_path: Path, given: dict[str, str], **environ: str) -> Credential:
    """The credential ``core``."""
    return load(written(tmp_path, given), environ).credential("core")


def without(*keys: str, **more: str) -> dict[str, str]:
    """The user's keys without some, and with others."""
    return {key: value for key, value in USER.items() if key not in keys} | more


def test_a_user_is_guarded_wholly_unless_said_otherwise(tmp_path: Path) -> None:
    """Everything that is needed is there; the level is authPriv."""
    found = of(tmp_path, USER)

    assert (found.user, found.level, found.context) == ("alice", "authPriv", "")
    assert (found.auth, found.priv) == ("SHA-256", "AES-128")
    assert found.auth_secret.get_secret_value() == b"s3cret-of-auth"
    assert found.priv_secret.get_secret_value() == b"s3cret-p"
    assert found.secret.get_secret_value() == b""


def test_keys_stand_in_files_and_variables(tmp_path: Path) -> None:
    """As communities do; a line end at the end of a file is no part of the key."""
    (tmp_path / "auth").write_bytes(b"s3cret-of-file\n")
    given = without("auth_key", "priv_key", auth_key_file="auth", priv_key_env="PRIV")

    found = of(tmp_path, given, PRIV="s3cret-of-environ")

    assert found.auth_secret.get_secret_value() == b"s3cret-of-file"
    assert found.priv_secret.get_secret_value() == b"s3cret-of-environ"


def test_a_key_that_looks_like_a_list_is_a_key() -> None:
    """Keys from the environment are never read as TOML."""
    environ = {f"TECHINFO_CREDENTIALS__CORE__{key.upper()}": USER[key] for key in USER}
    environ["TECHINFO_CREDENTIALS__CORE__AUTH_KEY"] = "[1, 2, 3, 4]"

    found = load(None, environ).credential("core")

    assert found.auth_secret.get_secret_value() == b"[1, 2, 3, 4]"


@pytest.mark.parametrize(
    ("given", "auth", "priv"),
    [
        (without("priv", "priv_key", level="authNoPriv"), b"s3cret-of-auth", b""),
        ({"user": "alice", "level": "noAuthNoPriv"}, b"", b""),
    ],
)
def test_less_is_guarded_where_it_is_said(
    tmp_path: Path, given: dict[str, str], auth: bytes, priv: bytes
) -> None:
    """A level below authPriv has to be named."""
    found = of(tmp_path, given)

    assert found.auth_secret.get_secret_value() == auth
    assert found.priv_secret.get_secret_value() == priv


@pytest.mark.parametrize(
    ("given", "key", "said"),
    [
        (without("priv", "priv_key"), "", 'priv is missing, which level = "authPriv" needs'),
        ({"user": "alice"}, "", "auth is missing"),
        (without("priv_key"), "", "exactly one of priv_key, priv_key_file and priv_key_env"),
        (without(auth_key_env="LONG"), "", "exactly one of auth_key, auth_key_file and"),
        (without("user"), "", "user is missing"),
        (without(community="s3cret"), "", "has a community and keys of SNMPv3"),
        ({"community": "s3cret", "level": "authPriv"}, "", "has a community and keys of SNMPv3"),
        (without(level="authNoPriv"), "", 'priv is given, but level = "authNoPriv"'),
        (without(level="noAuthNoPriv"), "", 'auth is given, but level = "noAuthNoPriv"'),
        (without(level="none"), ".level", "authNoPriv"),
        (without(auth="MD4"), ".auth", "SHA-256"),
        (without(priv="3DES"), ".priv", "AES-128"),
        (without(version="1"), "", "version is of a community"),
        ({"community": "s3cret", "version": "3"}, ".version", "'1' or '2c'"),
        (without(auth_key="s3cret7"), ".auth_key", "8 octets at least"),
        (without("priv_key", priv_key_env="SHORT"), ".priv_key_env", "8 octets at least"),
        (without("priv_key", priv_key_file="short"), ".priv_key_file", "8 octets at least"),
        (without(user="a" * 33), ".user", "more than 32 octets"),
        (without(context="ö" * 17), ".context", "more than 32 octets"),
        (without(auth_kye="s3cret-of-auth"), ".auth_kye", "did you mean auth_key?"),
    ],
)
def test_a_mistake_names_its_key_and_no_secret(
    tmp_path: Path, given: dict[str, str], key: str, said: str
) -> None:
    """Where it stands, what is wanted, and nothing of the keys."""
    (tmp_path / "short").write_bytes(b"s3cret7\n")

    with pytest.raises(ConfigError) as caught:
        of(tmp_path, given, SHORT="s3cret7", LONG="s3cret-of-environ")

    assert caught.value.key == f"credentials.core{key}"
    assert said in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_no_key_is_ever_shown(tmp_path: Path) -> None:
    """Neither text nor JSON holds one."""
    found = of(tmp_path, USER)

    shown = f"{found!r} {found} {found.model_dump()} {found.model_dump_json()}"

    assert "alice" in shown
    assert "s3cret" not in shown


def test_keys_that_everybody_can_read_are_warned_of(tmp_path: Path) -> None:
    """In the settings, and in a file of their own."""
    (tmp_path / "priv").write_bytes(b"s3cret-of-file\n")
    (tmp_path / "priv").chmod(0o644)
    path = written(tmp_path, without("priv_key", priv_key_file="priv"))
    path.chmod(0o644)

    warnings = load(path, {}).warnings

    assert [warning.split(":")[0] for warning in warnings] == [
        "credentials.core.auth_key",
        "credentials.core.priv_key_file",
    ]
    assert "s3cret" not in "".join(warnings)


def test_what_old_switches_need_is_named_and_listed(tmp_path: Path) -> None:
    """SNMPv1, MD5 and DES are taken where they are written, and told of without any secret."""
    path = tmp_path / "techinfo.toml"
    path.write_text(
        '[credentials.old]\ncommunity = "s3cret"\nversion = "1"\n'
        '[credentials.v3]\nuser = "alice"\nauth = "MD5"\nauth_key = "s3cret-of-auth"\n'
        'priv = "DES"\npriv_key = "s3cret-of-priv"\n'
        '[credentials.good]\ncommunity = "s3cret"\n',
        encoding="utf-8",
    )
    path.chmod(0o600)

    found = load(path, {})
    weak = list(weak_credentials(tables_in(path), {"TECHINFO_CREDENTIALS__GOOD__VERSION": "1"}))

    assert found.credential("old").version == "1"
    assert (found.credential("v3").auth, found.credential("v3").priv) == ("MD5", "DES")
    assert found.credential("good").version == "2c"
    assert weak == [
        ("old", 'version = "1"'),
        ("v3", 'auth = "MD5"'),
        ("v3", 'priv = "DES"'),
        ("good", 'version = "1"'),
    ]
