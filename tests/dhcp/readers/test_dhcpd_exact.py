"""Lines of ISC dhcpd and of Infoblox to their last field, and what is garbage in them."""

from __future__ import annotations

import pytest
from tests.dhcp.readers.conftest import events, source
from tests.dhcp.readers.test_exact import C1, C2, DUID, MAC, SIX, lease, said

from techinfo.dhcp.events import Kind, MessageType
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.readers import FORMS, Reader

FRONT = "Nov 21 06:11:47 vm dhcpd[7]: "
WHEN = "05:11:47"
REPLY = f"Reply NA: address 2001:db8::1 to client with duid {DUID} iaid = 1 valid for 99 seconds"
RECIPE = f"COMMIT ip=192.0.2.1 mac={MAC} cid=63:31 rid="


def lines(*messages: str, front: str = FRONT) -> bytes:
    """Messages as syslog writes them."""
    return "".join(f"{front}{message}\n" for message in messages).encode()


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (f"DHCPACK on 192.0.2.1 to {MAC} (cpe) via eth0", lease(WHEN)),
        (f"DHCPRELEASE of 192.0.2.1 from {MAC} via eth0 (found)", lease(WHEN, Kind.RELEASED)),
        (f"DHCPDECLINE of 192.0.2.1 from {MAC} via eth0: abandoned", lease(WHEN, Kind.DECLINED)),
        ("RELEASE ip=192.0.2.1", lease(WHEN, Kind.RELEASED, mac=None)),
        ("EXPIRY ip=192.0.2.1", lease(WHEN, Kind.EXPIRED, mac=None)),
    ],
)
def test_what_becomes_of_a_lease(message: str, expected: object) -> None:
    """Its address, its client where the line names one, and no identity that nothing told."""
    assert events("dhcpd-syslog", lines(message)) == [expected]


FORGED = "cpe) via 192.0.2.9: network x: no free leases ("


@pytest.mark.parametrize("form", ["dhcpd-syslog", "infoblox-syslog"])
@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (f"DHCPDISCOVER from {MAC} via eth0", said(WHEN, MessageType.DISCOVER)),
        (f"DHCPDISCOVER from {MAC} ({FORGED}) via eth0", said(WHEN, MessageType.DISCOVER)),
        (
            f"DHCPDISCOVER from {MAC} via eth0: network 192.0.2.0/24: no free leases",
            said(WHEN, MessageType.DISCOVER),
        ),
        (
            f"DHCPREQUEST for 192.0.2.1 (192.0.2.9) from {MAC} (cpe) via eth0: wrong network.",
            said(WHEN, MessageType.REQUEST, address="192.0.2.1"),
        ),
        (
            f"DHCPREQUEST for 192.0.2.1 from {MAC} via eth0",
            said(WHEN, MessageType.REQUEST, address="192.0.2.1"),
        ),
        (
            f"DHCPOFFER on 192.0.2.1 to {MAC} (cpe) via eth0",
            said(WHEN, MessageType.OFFER, address="192.0.2.1"),
        ),
        (
            f"DHCPNAK on 192.0.2.1 to {MAC} via eth0",
            said(WHEN, MessageType.NAK, address="192.0.2.1"),
        ),
    ],
)
def test_what_is_asked_and_refused(form: str, message: str, expected: object) -> None:
    """Lines of server/dhcp.c; what a client calls itself changes nothing."""
    assert events(form, lines(message)) == [expected]


@pytest.mark.parametrize(
    "message",
    [
        f"DHCPRELEASE of 192.0.2.1 from {MAC} via eth0 (not found)",
        f"DHCPDECLINE of 192.0.2.1 from {MAC} via eth0: not found",
        f"DHCPACK to 192.0.2.1 ({MAC}) via eth0",
        "RELEASE of something else",
        "Lease for 192.0.2.1 is connected to interface 1",
        f"DHCPDISCOVER from {MAC}",
        "DHCPNAK on 192.0.2.1 to somebody via eth0",
    ],
)
def test_what_is_about_no_lease_is_none(message: str) -> None:
    """Nor is it garbage."""
    assert events("dhcpd-syslog", lines(message)) == []


@pytest.mark.parametrize(
    ("form", "message", "why"),
    [
        ("dhcpd-syslog", "DHCPACK of it", "an address cannot be read"),
        ("dhcpd-syslog", "DHCPRELEASE of it (found)", "an address cannot be read"),
        ("dhcpd-syslog", f"DHCPACK on 192.0.2.300 to {MAC}", "an address cannot be read"),
        ("dhcpd-syslog", "RELEASE ip=192.0.2.300", "an address cannot be read"),
        ("dhcpd-syslog", "Reply NA: address x", "an address or a client cannot be read"),
        (
            "dhcpd-syslog",
            REPLY.replace("2001:db8::1", "2001:db8::g"),
            "an address or a client cannot be read",
        ),
        ("dhcpd-syslog", REPLY.replace(DUID, "x"), "an address or a client cannot be read"),
        (
            "dhcpd-syslog",
            RECIPE.replace("192.0.2.1", "192.0.2.300"),
            "an address or octets cannot be read",
        ),
        (
            "dhcpd-syslog",
            RECIPE.replace("63:31", "63:3g"),
            "an address or octets cannot be read",
        ),
        (
            "dhcpd-syslog",
            "COMMIT of it",
            "is cut off, or by no recipe that is known",
        ),
        ("infoblox-syslog", "DHCPEXPIRE of it", "an address cannot be read"),
        ("infoblox-syslog", f"DHCPEXPIRE on 192.0.2.300 to {MAC}", "an address cannot be read"),
    ],
)
def test_what_is_garbage_is_told_in_words(form: str, message: str, why: str) -> None:
    """With the line, once."""
    reader = Reader(FORMS[form], source())

    found = [*reader.feed(lines(message)), *reader.end()]

    assert (found, reader.tally.garbage) == ([], 1)
    assert reader.tally.samples == [f"{why}: {FRONT}{message}"[: len(reader.tally.samples[0])]]
    assert reader.tally.samples[0].startswith(f"{why}: {FRONT}")


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (
            f"DHCPACK on 192.0.2.1 to {MAC} via eth0 relay 192.0.2.9 lease-duration 119 (RENEW)",
            lease(WHEN, Kind.RENEWED, 119),
        ),
        (
            f"DHCPACK on 192.0.2.1 to {MAC} (lease-duration 7) via eth0 lease-duration 120",
            lease(WHEN, Kind.GRANTED, 120),
        ),
        (f"DHCPEXPIRE on 192.0.2.1 to {MAC}", lease(WHEN, Kind.EXPIRED)),
        (f"DHCPRELEASE of 192.0.2.1 from {MAC} via eth0 (found)", lease(WHEN, Kind.RELEASED)),
        (f"DHCPDECLINE of 192.0.2.1 from {MAC} via eth0", lease(WHEN, Kind.DECLINED)),
    ],
)
def test_what_infoblox_writes(message: str, expected: object) -> None:
    """The lease time is what the server says, behind whatever a client calls itself."""
    assert events("infoblox-syslog", lines(message)) == [expected]


@pytest.mark.parametrize(
    "message",
    [
        f"DHCPRELEASE of 192.0.2.1 from {MAC} via eth0 (not found)",
        f"DHCPACK to 192.0.2.1 ({MAC}) via eth0",
    ],
)
def test_what_is_no_lease_of_infoblox_is_none(message: str) -> None:
    """Nor is it garbage."""
    assert events("infoblox-syslog", lines(message)) == []


@pytest.mark.parametrize("form", ["dhcpd-syslog", "infoblox-syslog"])
def test_what_a_recipe_has_told_belongs_to_one_lease(form: str) -> None:
    """The next grant of the address is not of its client, whatever ended the first."""
    ack = f"DHCPACK on 192.0.2.1 to {MAC} via eth0"

    assert events(form, lines(RECIPE, ack, ack)) == [lease(WHEN, identity=C1), lease(WHEN)]


def test_what_a_recipe_has_told_of_another_client_is_not_believed() -> None:
    """No line of its lease has come."""
    other = f"DHCPACK on 192.0.2.1 to {MAC[:-1]}2 via eth0"

    assert events("dhcpd-syslog", lines(RECIPE, other)) == [lease(WHEN, mac=f"{MAC[:-1]}2")]


@pytest.mark.parametrize(
    ("recipes", "identity", "cut"),
    [
        (("o82raw 192.0.2.1 circuit-id c1", "o82hex 192.0.2.1 remote-id 63:32"), C2, True),
        (("o82hex 192.0.2.1 circuit-id 63:31", "o82raw 192.0.2.1 remote-id c2"), C2, True),
        (
            ("o82hex 192.0.2.1 circuit-id 63:31", "o82raw 192.0.2.1 circuit-id other"),
            C1,
            False,
        ),
    ],
)
def test_what_a_recipe_has_logged_raw_may_be_cut(
    recipes: tuple[str, str], identity: Identity, cut: bool
) -> None:
    """At its first octet of nothing; hex is surer, whichever comes first."""
    ack = f"DHCPACK on 192.0.2.1 to {MAC} via eth0"

    assert events("dhcpd-syslog", lines(*recipes, ack)) == [lease(WHEN, identity=identity, cut=cut)]


def test_a_recipe_that_tells_all_is_a_lease_itself() -> None:
    """With its client and how long it lasts."""
    told = (
        "Option 82: received a REQUEST DHCP packet from relay-agent 192.0.2.9 with a circuit-id of"
        f' "63:31" and a remote-id of "63:32" for 192.0.2.1 ({MAC}) lease time is 20 seconds'
    )

    assert events("dhcpd-syslog", lines(told)) == [lease(WHEN, lasts=20, identity=C2)]
    reader = Reader(FORMS["dhcpd-syslog"], source())
    odd = told.replace("63:31", "63:310")
    assert list(reader.feed(lines(odd))) == [lease(WHEN, lasts=20)]
    assert reader.tally.samples[0].startswith("an address or octets cannot be read: ")


def test_an_end_has_no_identity_and_leaves_it_to_the_grant() -> None:
    """Whoever released had the address before."""
    gone, ack = "EXPIRY ip=192.0.2.1", f"DHCPACK on 192.0.2.1 to {MAC} via eth0"

    assert events("dhcpd-syslog", lines(RECIPE, gone, ack)) == [
        lease(WHEN, Kind.EXPIRED, mac=None),
        lease(WHEN, identity=C1),
    ]


def test_the_source_tells_how_long_a_lease_lasts_where_dhcpd_does_not() -> None:
    """Of grants only."""
    log = lines(f"DHCPACK on 192.0.2.1 to {MAC} via eth0", "RELEASE ip=192.0.2.1")

    assert events("dhcpd-syslog", log, lease_s=60) == [
        lease(WHEN, lasts=60),
        lease(WHEN, Kind.RELEASED, mac=None),
    ]


def test_a_reply_of_dhcpv6_ends_with_what_is_no_line_of_its_own() -> None:
    """Identifiers that come later, or from another process, are not its."""
    bare = lease(WHEN, lasts=99, address="2001:db8::1", duid=DUID)
    full = lease(WHEN, lasts=99, address="2001:db8::1", duid=DUID, identity=SIX)
    o18, o37 = "o18 65:74:68:20:31", "o37 0:0:d:e9:6c:69:6e:65"
    beside = lines(o18, front=FRONT.replace("[7]", "[8]"))

    assert events("dhcpd-syslog", lines(REPLY)) == [bare]
    assert events("dhcpd-syslog", lines(REPLY, o18, o37)) == [full]
    assert events("dhcpd-syslog", lines(REPLY, "Solicit message", o18)) == [bare]
    assert events("dhcpd-syslog", lines(REPLY) + beside) == [bare]
    assert events("dhcpd-syslog", lines(o18)) == []
    assert events("dhcpd-syslog", lines(REPLY, REPLY)) == [bare, bare]
    assert events("dhcpd-syslog", lines(REPLY) + beside + lines(o37)) == [
        lease(
            WHEN,
            lasts=99,
            address="2001:db8::1",
            duid=DUID,
            identity=Identity(remote6=b"line", enterprise=3561),
        )
    ]
