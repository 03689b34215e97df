"""ACS servers: a password by reference, and never in the clear over the network."""

from __future__ import annotations

from pathlib import Path

import pytest

from techinfo.config import load, secret_variables, without_device_secrets
from techinfo.config.acs import AcsSettings
from techinfo.errors import ConfigError


def _acs(tmp_path: Path, *lines: str, **environ: str) -> AcsSettings:
    path = tmp_path / "techinfo.toml"
    path.write_text("\n".join(["[acs.homes]", *lines]), encoding="utf-8")
    return load(path, environ).acs["homes"]


def test_a_password_goes_over_https_alone(tmp_path: Path) -> None:
    """Without one the interface may be asked as it comes: it has no authentication."""
    plain = _acs(tmp_path, 'url = "http://192.0.2.9:7557/"')
    locked = _acs(
        tmp_path, 'url = "https://acs.example"', 'user = "reader"', 'password_env = "ONE"', ONE="x"
    )

    assert (plain.url, plain.secret.get_secret_value()) == ("http://192.0.2.9:7557", "")
    assert locked.secret.get_secret_value() == "x"
    assert "'x'" not in repr(locked)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (['url = "ftp://acs.example"'], r"acs\.homes\.url"),
        (['url = "http://a:b@acs.example"'], r"acs\.homes\.url"),
        (['url = "http://acs.example"', 'user = "r"', 'password_env = "ONE"'], "in the clear"),
        (['url = "https://acs.example"', 'user = "r"'], "exactly one of"),
        (['url = "https://acs.example"', 'password_env = "ONE"'], "no user"),
        (['url = "https://acs.example"', 'user = "r"', 'password_env = "TWO"'], "is empty"),
        (['url = "https://acs.example"', 'networks = ["acs"]'], r"acs\.homes\.networks"),
        (['url = "https://acs.example"', 'password = "mine"'], r"acs\.homes\.password"),
        (['url = "https://acs.example"', "timeout_s = 0"], r"acs\.homes\.timeout_s"),
        ([], r"acs\.homes\.url"),
    ],
)
def test_what_is_wrong_is_said_with_its_key(tmp_path: Path, lines: list[str], said: str) -> None:
    """And no secret with it."""
    with pytest.raises(ConfigError, match=said) as caught:
        _acs(tmp_path, *lines, ONE="hush-1", TWO="")

    assert "hush-1" not in str(caught.value)
    assert "mine" not in str(caught.value)


def test_its_secret_is_the_collectors() -> None:
    """The API's process neither has the variable, nor may it."""
    tables = {"acs": {"homes": {"user": "r", "password_env": "OURS"}}}
    environ = {"OURS": "x", "TECHINFO_ACS__HOMES__USER": "r", "OTHER": "y"}

    assert secret_variables(tables, environ) == {"OURS", "TECHINFO_ACS__HOMES__USER"}
    with pytest.raises(ConfigError) as caught:
        without_device_secrets(tables, {"OURS": "x"})
    assert caught.value.key == "acs.homes.password_env"
