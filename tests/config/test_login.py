"""Who logs in on command lines: secrets by reference only."""

from __future__ import annotations

from pathlib import Path

import pytest

from techinfo.config import LoginSettings, load
from techinfo.errors import ConfigError


def _login(tmp_path: Path, *lines: str, **environ: str) -> LoginSettings:
    path = tmp_path / "techinfo.toml"
    path.write_text("\n".join(['[logins.default]\nuser = "reader"', *lines]), encoding="utf-8")
    return load(path, environ).logins["default"]


def test_a_password_stands_in_a_file_or_a_variable(tmp_path: Path) -> None:
    """And the secret for more rights, where there is one."""
    (tmp_path / "password").write_text("one\n")

    of_file = _login(tmp_path, 'password_file = "password"', 'enable_env = "MORE"', MORE="hush")
    of_variable = _login(tmp_path, 'password_env = "ONE"', ONE="three")

    assert (of_file.secret("password"), of_file.secret("enable")) == ("one", "hush")
    assert (of_variable.secret("password"), of_variable.secret("enable")) == ("three", "")
    assert "hush" not in repr(of_file)


def test_a_key_has_lines(tmp_path: Path) -> None:
    """It may be locked."""
    (tmp_path / "key").write_text("-----BEGIN\nAAAA\n-----END\n")

    found = _login(tmp_path, 'key_file = "key"', 'key_password_env = "LOCK"', LOCK="x")

    assert found.secret("key") == "-----BEGIN\nAAAA\n-----END"
    assert found.secret("key_password") == "x"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "exactly one of"),
        (['password = "mine"'], r"logins\.default\.password"),
        (['password_env = "ONE"', 'key_file = "key"'], "exactly one of"),
        (['password_env = "ONE"', 'key_password_env = "ONE"'], "no key_file"),
        (['password_env = "TWO"'], "empty, or has more than a line"),
        (['password_env = "NONE"'], "NONE is not set"),
        (['password_file = "ONE"'], "is not there"),
        (['password_env = "ONE"', 'networks = ["here"]'], "is not a network"),
    ],
)
def test_a_mistake_names_its_key_and_no_secret(tmp_path: Path, lines: list[str], said: str) -> None:
    """Before anybody is asked."""
    (tmp_path / "key").write_text("x")

    with pytest.raises(ConfigError, match=said) as raised:
        _login(tmp_path, *lines, ONE="hush-1", TWO="hush-2\nx")

    assert "hush" not in str(raised.value)


def test_a_password_that_everybody_can_read_is_warned_of(tmp_path: Path) -> None:
    """As communities are."""
    (tmp_path / "password").write_text("one")
    (tmp_path / "password").chmod(0o644)
    path = tmp_path / "techinfo.toml"
    path.write_text('[logins.a]\nuser = "reader"\npassword_file = "password"\n')

    (warning,) = load(path, {}).warnings

    assert warning.startswith("logins.a.password_file: everybody can read")
