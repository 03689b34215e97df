"""Which endpoints are served, and which are elsewhere: what may stand in the settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from techinfo.config import Settings, load
from techinfo.errors import ConfigError


def told(folder: Path, text: str) -> Settings:
    """The settings of a file."""
    path = folder / "techinfo.toml"
    path.write_text(text, encoding="utf-8")
    return load(path, {})


def test_endpoints_can_be_switched_off_and_be_elsewhere(tmp_path: Path) -> None:
    """By the names that are in their paths."""
    settings = told(
        tmp_path,
        '[endpoints]\noff = ["events", "services"]\n'
        '[elsewhere]\norders = "https://orders.example/onapi/2.6/orders/"\n'
        'accesses = "http://[2001:db8::1]:8080"\n',
    )

    assert settings.endpoints.off == ("events", "services")
    assert settings.elsewhere["orders"] == "https://orders.example/onapi/2.6/orders/"
    assert set(settings.elsewhere) == {"orders", "accesses"}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[endpoints]\noff = ["event"]', "endpoints.off"),
        ('[elsewhere]\nAccesses = "https://orders.example"', "elsewhere"),
        ('[elsewhere]\naccesses = "orders.example"', "elsewhere.accesses"),
        ('[elsewhere]\naccesses = "ftp://orders.example"', "elsewhere.accesses"),
        ('[elsewhere]\naccesses = "https://user:word@orders.example"', "elsewhere.accesses"),
        ('[elsewhere]\naccesses = "https://orders.example/\\n"', "elsewhere.accesses"),
    ],
)
def test_a_slip_is_an_error_that_names_the_key(tmp_path: Path, text: str, key: str) -> None:
    """A misspelt endpoint would stay on; a password would be told to everybody."""
    with pytest.raises(ConfigError, match=key) as caught:
        told(tmp_path, text)

    assert "word@" not in str(caught.value)
