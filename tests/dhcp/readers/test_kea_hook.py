"""What Kea's run_script hook has written down, to its last field."""

from __future__ import annotations

import pytest
from tests.dhcp.readers.conftest import events, source
from tests.dhcp.readers.test_exact import C2, DUID, MAC, lease, seen

from techinfo.dhcp.events import Kind
from techinfo.dhcp.readers import FORMS, Reader


def block(event: str, **variables: str) -> bytes:
    """What a script writes down of an event."""
    told = "".join(f"{name}={value}\n" for name, value in variables.items())
    return f"--- {event}\n{told}".encode()


_LEASE_4 = {"LEASE4_ADDRESS": "192.0.2.1", "LEASE4_HWADDR": MAC, "TIME": "1795237763"}
_LEASE_6 = {"LEASE6_ADDRESS": "2001:db8::1", "LEASE6_DUID": DUID, "TIME": "1795237763"}
_COMMITTED = {
    "QUERY4_HWADDR": MAC,
    "QUERY4_OPTION_82_SUB_OPTION_1": "0x6331",
    "QUERY4_OPTION_82_SUB_OPTION_2": "0x6332",
    "TIME": "1795237763",
}
_AT = "05:09:23"


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ("expire", Kind.EXPIRED),
        ("release", Kind.RELEASED),
        ("decline", Kind.DECLINED),
        ("recover", Kind.FREED),
    ],
)
def test_an_end_in_the_words_of_kea_s_hook(event: str, kind: Kind) -> None:
    """Of both families; how long it would have lasted does not count any more."""
    four = block(f"lease4_{event}", **_LEASE_4, LEASE4_VALID_LIFETIME="20")
    six = block(f"lease6_{event}", **_LEASE_6, LEASE6_VALID_LIFETIME="20")
    prefix = _LEASE_6 | {"LEASE6_TYPE": "IA_PD", "LEASE6_PREFIX_LEN": "56"}
    delegated = block(f"lease6_{event}", **(prefix | {"LEASE6_ADDRESS": "2001:db8::"}))

    assert events("kea-script", four) == [lease(_AT, kind)]
    assert events("kea-script", six) == [lease(_AT, kind, address="2001:db8::1", duid=DUID)]
    assert events("kea-script", delegated) == [lease(_AT, kind, address="2001:db8::/56", duid=DUID)]


def test_an_end_has_the_identity_that_was_asked_with() -> None:
    """By the whole option, else by its two sub-options."""
    parts = {name: value for name, value in _COMMITTED.items() if name.startswith("QUERY4_OPT")}
    whole = {"QUERY4_OPTION_82": "0x010263310202633206026333"}

    for asked in (parts, whole):
        assert events("kea-script", block("lease4_release", **_LEASE_4, **asked)) == [
            lease(_AT, Kind.RELEASED, identity=C2)
        ]


@pytest.mark.parametrize(
    ("asked", "kind", "lasts"),
    [
        ("DHCPREQUEST", Kind.GRANTED, 20),
        ("DHCPDECLINE", Kind.DECLINED, None),
    ],
)
def test_what_is_committed_is_granted_or_declined(
    asked: str, kind: Kind, lasts: int | None
) -> None:
    """Every lease of it, up to the first number that is not there."""
    told = _COMMITTED | {
        "QUERY4_TYPE": asked,
        "LEASES4_AT0_ADDRESS": "192.0.2.1",
        "LEASES4_AT0_VALID_LIFETIME": "20",
        "LEASES4_AT1_ADDRESS": "192.0.2.2",
        "LEASES4_AT1_HWADDR": f"{MAC[:-1]}2",
        "LEASES4_AT1_VALID_LIFETIME": "20",
        "LEASES4_AT3_ADDRESS": "192.0.2.4",
    }

    assert events("kea-script", block("leases4_committed", **told)) == [
        lease(_AT, kind, lasts, identity=C2),
        lease(_AT, kind, lasts, identity=C2, address="192.0.2.2", mac=f"{MAC[:-1]}2"),
    ]


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ("RELEASE", Kind.RELEASED),
        ("REQUEST", Kind.FREED),
        ("DHCPRELEASE", Kind.RELEASED),
    ],
)
def test_what_is_deleted_by_a_commit_was_released_or_is_free(asked: str, kind: Kind) -> None:
    """Of DHCPv6 by its own type of message."""
    six = {
        "QUERY6_TYPE": asked,
        "QUERY6_DUID": DUID,
        "DELETED_LEASES6_AT0_ADDRESS": "2001:db8::1",
        "TIME": "1795237763",
    }
    four = {"DELETED_LEASES4_AT0_ADDRESS": "192.0.2.1", "DELETED_LEASES4_AT0_HWADDR": MAC}

    assert events("kea-script", block("leases6_committed", **six)) == [
        lease(_AT, kind, address="2001:db8::1", duid=DUID)
    ]
    assert events(
        "kea-script", block("leases4_committed", **four, QUERY4_TYPE=asked, TIME=six["TIME"])
    ) == [lease(_AT, kind)]


def test_a_grant_without_a_time_is_of_its_cltt() -> None:
    """Which a time that the script wrote down is before."""
    told = {"LEASES4_AT0_ADDRESS": "192.0.2.1", "LEASES4_AT0_HWADDR": MAC}
    cltt = {"LEASES4_AT0_CLTT": "1795237750"}

    assert events("kea-script", block("leases4_committed", **told, **cltt)) == [lease("05:09:10")]
    assert events("kea-script", block("leases4_committed", **told, **cltt, TIME="1795237763")) == [
        lease(_AT)
    ]
    assert events("kea-script", block("leases4_committed", **told)) == [
        lease("2026-11-27T12:00:00")
    ]


def test_who_asks_with_an_identifier_and_gets_nothing_was_seen() -> None:
    """By its hardware address; with a lease it is told by that."""
    assert events("kea-script", block("leases4_committed", **_COMMITTED)) == [seen(_AT, C2)]
    nobody = {name: value for name, value in _COMMITTED.items() if name != "QUERY4_HWADDR"}
    assert events("kea-script", block("leases4_committed", **nobody)) == []
    assert events("kea-script", block("lease4_renew", **_LEASE_4)) == []


@pytest.mark.parametrize(
    ("octets", "why"),
    [
        (block("lease4_expire", TIME="1795237763"), "an address cannot be read"),
        (
            block("leases4_committed", LEASES4_AT0_ADDRESS="x", TIME="1795237763"),
            "an address cannot be read",
        ),
        (block("lease4_expire", **(_LEASE_4 | {"TIME": "now"})), "TIME is no time"),
        (
            block("lease4_expire", **_LEASE_4) + b"TIME=1795237763\n",
            "a variable stands twice: a value may hold a line feed",
        ),
    ],
)
def test_what_a_script_cannot_mean_is_told_in_words(octets: bytes, why: str) -> None:
    """With how it begins."""
    reader = Reader(FORMS["kea-script"], source())

    assert [*reader.feed(octets), *reader.end()] == []
    assert reader.tally.garbage == 1
    assert reader.tally.samples[0].startswith(f"{why}: ")
