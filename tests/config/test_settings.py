"""Settings: their defaults, their limits, and secrets that are never shown."""

from __future__ import annotations

import ast
import inspect
from itertools import pairwise

import argon2
import pytest
from pydantic import BaseModel

from techinfo.config import (
    Credential,
    LoginSettings,
    NetBoxSettings,
    OnApiSource,
    PortalSettings,
    QuotaOfOne,
    Settings,
    TjansteguidenSettings,
    User,
    load,
)
from techinfo.errors import ConfigError


def test_everything_has_a_default() -> None:
    """Without a file and without variables the service can start."""
    settings = load(None, {})

    assert settings == Settings()
    assert settings.service.port == 8080
    assert settings.service.prefixes == ("/onapi", "/api", "")
    assert settings.snmp.timeouts == (0.8, 1.2, 2.0)
    assert settings.collect.deadline_s == 5.0
    assert settings.warnings == ()


def _sections() -> list[type[BaseModel]]:
    found = [field.annotation for field in Settings.model_fields.values()]
    plain = [model for model in found if isinstance(model, type) and issubclass(model, BaseModel)]
    return [
        Settings,
        Credential,
        LoginSettings,
        User,
        OnApiSource,
        NetBoxSettings,
        PortalSettings,
        TjansteguidenSettings,
        QuotaOfOne,
        *plain,
    ]


@pytest.mark.parametrize("section", _sections())
def test_every_key_says_what_it_means(section: type[BaseModel]) -> None:
    """The documentation of the settings can be made from the words below each."""
    body = ast.parse(inspect.getsource(section)).body[0]
    assert isinstance(body, ast.ClassDef)
    said = {
        key.target.id
        for key, below in pairwise(body.body)
        if isinstance(key, ast.AnnAssign) and isinstance(key.target, ast.Name)
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
        if isinstance(below.value.value, str) and below.value.value
    }

    assert section.__doc__
    assert [key for key in section.model_fields if key not in said] == []


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SERVICE__PORT", "65536"),
        ("SERVICE__HOST", ""),
        ("SERVICE__PREFIXES", '["onapi"]'),
        ("SERVICE__PREFIXES", '["/a/"]'),
        ("SERVICE__ACCESS_ID_PATTERN", "["),
        ("INVENTORY__AUTHORITATIVE", "perhaps"),
        ("SNMP__TIMEOUTS", "[]"),
        ("SNMP__TIMEOUTS", "[0]"),
        ("SNMP__TIMEOUTS", "[1, 1, 1, 1, 1, 1]"),
        ("SNMP__TIMEOUTS", "[nan]"),
        ("SNMP__MAX_PARALLEL", "0"),
        ("SNMP__MAX_PARALLEL", "1.5"),
        ("COLLECT__MAX_AGE_S", "-1"),
        ("COLLECT__DEADLINE_S", "inf"),
        ("COLLECT__SILENT_MOST_S", "1"),
        ("CREDENTIALS__DEFAULT__COMMUNITY", ""),
        ("CREDENTIALS__DEFAULT__COMMUNITY", "x" * 256),
        ("USERS__BOB__ROLE", "king"),
        ("USERS__BOB__NETWORKS", '["192.0.2.7/24"]'),
        ("USERS__BOB__EXPIRES", "2027-01-31T00:00:00"),
        ("SERVICE__TRUSTED_PROXIES", '["proxy.example"]'),
        ("QUOTAS__REQUESTS_PER_MINUTE", "0"),
        ("QUOTAS__PROVIDERS__ISP__IN_FLIGHT", "0"),
        ("AUDIT__KEEP_DAYS", "0"),
        ("ONAPI__ELSEWHERE__VERSION", "2.3.1"),
        ("POLLING__LIGHT_S", "200"),
        ("POLLING__LIGHT_S", "30"),
        ("POLLING__FULL_S", "600"),
        ("POLLING__ONTS_S", "1"),
        ("POLLING__WINDOWS", '["23-4"]'),
        ("POLLING__WINDOWS", '["23:00-23:00"]'),
        ("POLLING__ZONE", "Elm"),
        ("HISTORY__FIVE_MINUTES_H", "12"),
    ],
)
def test_a_value_out_of_range_is_refused(variable: str, value: str) -> None:
    """Each limit is told with the key, dotted."""
    section = variable.split("__")[0].lower()

    with pytest.raises(ConfigError) as caught:
        load(None, {f"TECHINFO_{variable}": value})

    assert caught.value.key.startswith(section)


def test_a_credential_is_known_by_its_name() -> None:
    """The inventory names it, the settings hold it; a name without one is an error."""
    settings = Settings(credentials={"default": Credential.model_validate({"community": "s3cret"})})

    assert settings.credential("default").secret.get_secret_value() == b"s3cret"
    with pytest.raises(ConfigError, match=r"credentials\.olt: is missing"):
        settings.credential("olt")


def test_no_secret_is_ever_shown() -> None:
    """Neither text nor JSON of the settings holds a community, a password or a hash."""
    hashed = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("hunter2")
    settings = load(
        None,
        {
            "TECHINFO_CREDENTIALS__DEFAULT__COMMUNITY": "s3cret",
            "TECHINFO_USERS__BOB__ROLE": "provider",
            "TECHINFO_USERS__BOB__PASSWORD_HASH": hashed,
        },
    )

    shown = f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"

    assert "s3cret" not in shown
    assert hashed not in shown


def test_a_user_has_a_hash_however_the_password_was_given() -> None:
    """The hash is taken as it is, a password is hashed at once."""
    hasher = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    hashed = hasher.hash("hunter2")
    environ = {
        "TECHINFO_USERS__A__ROLE": "provider",
        "TECHINFO_USERS__A__PASSWORD_HASH": hashed,
        "TECHINFO_USERS__B__ROLE": "operator",
        "TECHINFO_USERS__B__PASSWORD_ENV": "PASSWORD_OF_B",
        "PASSWORD_OF_B": "hunter2",
        "TECHINFO_USERS__C__ROLE": "engineer",
        "TECHINFO_USERS__C__PASSWORD_ENV": "HASH_OF_C",
        "HASH_OF_C": hashed,
    }

    users = load(None, environ).users

    secrets = {name: user.secret.get_secret_value() for name, user in users.items()}
    assert secrets["a"] == secrets["c"] == hashed
    assert hasher.verify(secrets["b"], "hunter2")


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"PASSWORD_HASH": "hunter2"}, "password_hash: is not an argon2 hash"),
        ({"PASSWORD_ENV": "NOBODY"}, "password_env: the variable NOBODY is not set"),
        ({"PASSWORD_ENV": "EMPTY"}, "the password is empty"),
        ({"PASSWORD_ENV": "BROKEN"}, "is not an argon2 hash"),
        ({}, "needs exactly one of password_hash, password_file and password_env"),
    ],
)
def test_a_user_without_a_usable_password_is_refused(environ: dict[str, str], said: str) -> None:
    """Nobody can log in with nothing, and no password stands in the message."""
    given = {f"TECHINFO_USERS__BOB__{key}": value for key, value in environ.items()}
    given |= {"TECHINFO_USERS__BOB__ROLE": "provider", "EMPTY": "", "BROKEN": "$argon2id$x"}

    with pytest.raises(ConfigError, match=said) as caught:
        load(None, given)

    assert caught.value.key.startswith("users.bob")
    assert "hunter2" not in str(caught.value)


def test_only_a_provider_has_a_provider() -> None:
    """An operator sees everybody's; one that is given is a mistake."""
    told = {
        "role": "operator",
        "provider": "isp",
        "password_hash": argon2.PasswordHasher().hash("x"),
    }

    with pytest.raises(ValueError, match="sees every provider's"):
        User.model_validate(told)


def test_the_password_for_another_server_is_never_shown() -> None:
    """It is read from where it is, and kept out of every text."""
    variables = {
        "TECHINFO_ONAPI__ELSEWHERE__URL": "https://co.example/onapi/",
        "TECHINFO_ONAPI__ELSEWHERE__USER": "isp",
        "TECHINFO_ONAPI__ELSEWHERE__PASSWORD_ENV": "SECRET",
        "TECHINFO_ONAPI__ELSEWHERE__PROVIDER": "isp",
        "SECRET": "s3cret-there",
    }

    settings = load(None, variables)

    source = settings.onapi["elsewhere"]
    assert source.secret.get_secret_value() == "s3cret-there"
    assert source.url == "https://co.example/onapi"
    assert "s3cret" not in repr(settings) + settings.model_dump_json()
