"""What is said of a key that nobody knows."""

from __future__ import annotations

import pytest

from techinfo.inventory import known_keys as module
from techinfo.inventory.known_keys import known_keys
from techinfo.inventory.records import FIELDS, RECORDS, Kind


@pytest.mark.parametrize(
    ("found", "kind", "meant"),
    [
        ("switch", "accesses", "element"),
        ("Switch Name", "accesses", "element"),
        ("ifName", "accesses", "port"),
        ("zip", "accesses", "postal_code"),
        ("Access-ID", "accesses", "access_id"),
        ("prot", "accesses", "port"),
        ("hostname", "elements", "name"),
        ("management_ip", "elements", "address"),
        ("vendor", "elements", "driver"),
        ("isp", "subscriptions", "provider"),
        ("vid", "services", "vlan"),
        ("switches", None, "elements"),
        ("acceses", None, "accesses"),
    ],
)
def test_the_one_that_was_meant_is_named(found: str, kind: Kind | None, meant: str) -> None:
    """By spelling, form or meaning; those that are known follow always."""
    known = tuple(RECORDS if kind is None else FIELDS[kind])

    said = known_keys(found, kind, known)

    assert said == f"; did you mean {meant!r}? known are {', '.join(known)}"


def test_nothing_is_guessed_where_nothing_is_near() -> None:
    """Only what is known."""
    assert known_keys("zebra", "offers", ("access_id",)) == "; known are access_id"


def test_every_meaning_is_of_a_key_that_there_is() -> None:
    """A renamed key would leave its meanings behind."""
    for kind, meant in module._MEANT.items():
        known = FIELDS[kind] if kind in RECORDS else RECORDS  # type: ignore[index]
        assert set(meant) <= set(known), kind


def test_no_word_of_a_kind_means_two_keys() -> None:
    """The second would win silently."""
    for kind, meant in module._MEANT.items():
        words = [w for text in meant.values() for w in {w.replace("_", "") for w in text.split()}]
        assert sorted(words) == sorted(set(words)), kind
