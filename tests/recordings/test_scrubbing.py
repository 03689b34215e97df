"""No name, number or address of anybody is left in a scrubbed recording, and every join holds."""

from __future__ import annotations

import ipaddress
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techinfo.collect import load
from techinfo.recordings.recording import Recording, Value
from techinfo.recordings.roles import roles
from techinfo.recordings.scrubbing import Scrubbed, scrubbed
from techinfo.recordings.writing import line
from techinfo.snmp.oid import dotted

SYS_DESCR = "1.3.6.1.2.1.1.1.0"
SYS_CONTACT = "1.3.6.1.2.1.1.4.0"
SYS_NAME = "1.3.6.1.2.1.1.5.0"
SYS_LOCATION = "1.3.6.1.2.1.1.6.0"
IF_DESCR = "1.3.6.1.2.1.2.2.1.2"
IF_MAC = "1.3.6.1.2.1.2.2.1.6"
IF_NAME = "1.3.6.1.2.1.31.1.1.1.1"
IF_ALIAS = "1.3.6.1.2.1.31.1.1.1.18"
FDB_PORT = "1.3.6.1.2.1.17.7.1.2.2.1.2"
BRIDGE_FDB = "1.3.6.1.2.1.17.4.3.1"
SERIAL = "1.3.6.1.2.1.47.1.1.1.1.11"
MODEL = "1.3.6.1.2.1.47.1.1.1.1.13"
VLAN_NAME = "1.3.6.1.2.1.17.7.1.4.3.1.1"
LLDP_NAME = "1.0.8802.1.1.2.1.4.1.1.9"
LLDP_CHASSIS = "1.0.8802.1.1.2.1.4.1.1.5"
LLDP_PORT = "1.0.8802.1.1.2.1.4.1.1.7"
LLDP_ADDRESS = "1.0.8802.1.1.2.1.4.2.1.3"
OWN = "1.3.6.1.4.1.99999.7.1.1"
"""A table that nobody knows."""

MAC = bytes.fromhex("001b2c3d4e5f")


GENERIC = roles(load().named("generic"))


def _scrub(rows: dict[str, Value], *, secrets: tuple[bytes, ...] = ()) -> dict[str, Value]:
    done = scrubbed(Recording.from_rows(rows), GENERIC, secrets=secrets, makers=("Huawei",))
    return {dotted(oid): value for oid, value in done.rows}


def _written(done: Scrubbed) -> bytes:
    """Everything in it, as text and as octets, also the numbers of its indexes."""
    told = [line(oid, value) or "" for oid, value in done.rows]
    cells = [v for _, (_, v) in done.rows if isinstance(v, bytes)]
    indexes = [bytes(n if n < 256 else 0 for n in oid) for oid, _ in done.rows]
    return b"\n".join(["\n".join(told).encode(), *cells, *indexes]).lower()


def test_names_become_others_wherever_they_stand() -> None:
    """In their own column, within other texts, in another case, and in an index."""
    out = _scrub(
        {
            SYS_NAME: (4, b"sw-elm-3.example.net"),
            SYS_CONTACT: (4, b"Anna Svensson"),
            SYS_DESCR: (4, b"Linux sw-elm-3 5.10"),
            f"{IF_ALIAS}.1": (4, b"Kund 4711 Persson"),
            f"{IF_DESCR}.1": (4, b"ge1 (kund 4711 PERSSON)"),
            f"{OWN}.2.7.112.101.114.115.115.111.110": (2, 1),
            f"{IF_ALIAS}.2": (4, b"persson"),
        }
    )

    assert out[SYS_NAME] == (4, b"name-1")
    assert out[SYS_CONTACT] == (4, b"contact-1")
    assert out[SYS_DESCR] == (4, b"Linux name-2 5.10")
    assert out[f"{IF_ALIAS}.1"] == (4, b"alias-1")
    assert out[f"{IF_DESCR}.1"] == (4, b"ge1 (alias-1)")
    counted = ".".join(map(str, b"alias-2"))
    assert out[f"{OWN}.2.7.{counted}"] == (2, 1)


def test_a_mac_address_is_the_same_in_every_form() -> None:
    """In a cell, in two kinds of index, in three spellings of text, in a bridge's id."""
    index = ".".join(map(str, MAC))
    out = _scrub(
        {
            f"{IF_MAC}.1": (4, MAC),
            f"{FDB_PORT}.1.{index}": (2, 1),
            f"{OWN}.3.{index}.5": (2, 1),
            f"{OWN}.4.1": (4, b"00:1B:2C:3D:4E:5F"),
            f"{OWN}.4.2": (4, b"001b.2c3d.4e5f"),
            f"{OWN}.4.3": (4, b"up 001b2c-3d4e5f"),
            f"{OWN}.4.4": (4, b"S12-00:1B:2C:3D:4E:5F-1"),
            "1.3.6.1.2.1.17.2.5.0": (4, b"\x80\0" + MAC),
        }
    )

    assert out[f"{IF_MAC}.1"] == (4, bytes.fromhex("020000000001"))
    assert f"{FDB_PORT}.1.2.0.0.0.0.1" in out
    assert f"{OWN}.3.2.0.0.0.0.1.5" in out
    texts = {value[1] for oid, value in out.items() if oid.startswith(f"{OWN}.4")}
    assert not any(b"3d" in t.lower() for t in texts if isinstance(t, bytes))
    assert out["1.3.6.1.2.1.17.2.5.0"] == (4, bytes.fromhex("8000020000000001"))


def test_rows_keep_their_order() -> None:
    """MAC addresses are dealt out in their own order, so a walk finds the same ports in turn."""
    macs = [bytes.fromhex(f"00aabbcc{n:04x}") for n in (7, 300, 9, 4000, 2)]
    rows: dict[str, Value] = {
        f"{FDB_PORT}.1.{'.'.join(map(str, mac))}": (2, port) for port, mac in enumerate(macs)
    }

    out = _scrub(rows)

    assert [rows[oid] for oid in sorted(rows, key=_numbers)] == list(out.values())


def test_group_and_broadcast_addresses_stay() -> None:
    """They name nobody, and which channel is watched is a fact of its own."""
    kept: dict[str, Value] = {
        f"{IF_MAC}.1": (4, b"\xff" * 6),
        f"{IF_MAC}.2": (4, bytes.fromhex("01005e010203")),
        f"{IF_MAC}.3": (4, bytes(6)),
        "1.3.6.1.2.1.4.20.1.3.127.0.0.1": (64, bytes((255, 0, 0, 0))),
        f"{OWN}.1.1": (64, bytes((239, 1, 2, 3))),
    }

    assert _scrub(kept) == kept


def test_ip_addresses_become_those_of_documentation() -> None:
    """In cells, indexes and texts; a version in sysDescr is none."""
    out = _scrub(
        {
            SYS_DESCR: (4, b"Version 10.20.30.41"),
            "1.3.6.1.2.1.4.20.1.1.10.20.30.40": (64, bytes((10, 20, 30, 40))),
            f"{LLDP_ADDRESS}.0.1.1.1.4.10.20.30.39": (2, 1),
            f"{OWN}.1.1": (4, b"10.20.30.40"),
            f"{OWN}.1.2": (4, b"2a00:1450::5"),
        }
    )

    assert out[SYS_DESCR] == (4, b"Version 10.20.30.41")
    assert out["1.3.6.1.2.1.4.20.1.1.192.0.2.2"] == (64, bytes((192, 0, 2, 2)))
    assert f"{LLDP_ADDRESS}.0.1.1.1.4.192.0.2.1" in out
    assert out[f"{OWN}.1.1"] == (4, b"192.0.2.2")
    assert b"2a00" not in bytes(str(out), "ascii")


def test_more_hosts_than_documentation_has() -> None:
    """A large network's addresses stay different from one another."""
    rows: dict[str, Value] = {
        f"{OWN}.1.{n}": (64, ipaddress.IPv4Address(0x0A000000 + n).packed) for n in range(1, 3000)
    }

    out = _scrub(rows)

    assert len({value[1] for value in out.values()}) == len(rows)


def test_the_words_of_the_maker_stay() -> None:
    """A switch that was never named must still be known by its sysDescr."""
    out = _scrub(
        {
            SYS_NAME: (4, b"HUAWEI"),
            SYS_LOCATION: (4, b"S5720"),
            SYS_DESCR: (4, b"Huawei S5720-36C-EI"),
            f"{MODEL}.1": (4, b"S5720-36C-EI"),
        }
    )

    assert out[SYS_NAME] == (4, b"name-1")
    assert out[SYS_DESCR] == (4, b"Huawei S5720-36C-EI")


@pytest.mark.parametrize("text", ["Port 1", "ge-0/0/1", "GigabitEthernet1/0/24", "sfp 3"])
def test_an_alias_that_is_only_a_port_stays(text: str) -> None:
    """Many switches fill it so from the factory."""
    out = _scrub({f"{IF_ALIAS}.1": (4, text.encode())})

    assert out[f"{IF_ALIAS}.1"] == (4, text.encode())


@pytest.mark.parametrize(
    "text", ["A-1001", "100234", "port Svensson", "Storgatan 5", "070-1234567"]
)
def test_an_alias_that_is_a_customer_goes(text: str) -> None:
    """A number that is too long for a port is somebody's."""
    out = _scrub({f"{IF_ALIAS}.1": (4, text.encode())})

    assert out[f"{IF_ALIAS}.1"] == (4, b"alias-1")


@pytest.mark.parametrize("text", ["", "N/A", "0000000"])
def test_what_is_nothing_stays_nothing(text: str) -> None:
    """A sentinel that a driver takes for none must not become a value."""
    out = _scrub({f"{SERIAL}.1": (4, text.encode())})

    assert out[f"{SERIAL}.1"] == (4, text.encode())


@pytest.mark.parametrize(
    ("text", "stays"),
    [
        ("-10.15 dBm", True),
        ("up", True),
        ("ge1", True),
        ("admin-hemligt", False),
        ("55501234", False),
    ],
)
def test_of_unknown_columns_only_readings_stay(text: str, stays: bool) -> None:
    """A user, a password or a telephone number may stand in any of them."""
    out = _scrub({f"{OWN}.1.1": (4, text.encode()), f"{IF_NAME}.1": (4, b"ge1")})

    assert (out[f"{OWN}.1.1"] == (4, text.encode())) is stays


def test_texts_that_somebody_vouches_for_stay() -> None:
    """``--keep`` is for the columns that a new driver needs; names are taken out all the same."""
    known = roles(load().named("generic"), kept=[OWN])
    rows: dict[str, Value] = {SYS_NAME: (4, b"sw-elm-3"), f"{OWN}.1.1": (4, b"FINISAR at sw-elm-3")}

    done = dict(scrubbed(Recording.from_rows(rows), known).rows)

    assert (4, b"FINISAR at name-1") in done.values()


def test_the_community_and_the_host_are_names_too() -> None:
    """Some agents have them in tables of their own."""
    out = _scrub({f"{IF_DESCR}.1": (4, b"s3cret via 10.9.8.77")}, secrets=(b"s3cret", b"10.9.8.77"))

    assert out[f"{IF_DESCR}.1"] == (4, b"secret-1 via 192.0.2.1")


def test_a_neighbour_is_not_told() -> None:
    """LLDP names other people's switches: their name, chassis and address."""
    out = _scrub(
        {
            f"{LLDP_NAME}.0.1.1": (4, b"core-oak-1"),
            f"{LLDP_CHASSIS}.0.1.1": (4, MAC),
            f"{LLDP_PORT}.0.1.1": (4, b"ge-0/0/1"),
            f"{LLDP_PORT}.0.2.1": (4, b"Nissen"),
            f"{LLDP_PORT}.0.3.1": (4, b"h\xff{>h)"),
            "1.0.8802.1.1.2.1.4.4.1.4.0.1.1.0.18.15.1": (4, b"anything"),
        }
    )

    assert [value[1] for value in out.values()] == [
        bytes.fromhex("020000000001"),
        b"ge-0/0/1",
        b"port-1",
        bytes.fromhex("020000000002"),
        b"neighbour-1",
    ]


def _numbers(oid: str) -> tuple[int, ...]:
    return tuple(map(int, oid.split(".")))


_LETTERS = st.text(string.ascii_lowercase + "åäö", min_size=6, max_size=12)
_NAMES = st.builds("zq{} {}xk".format, _LETTERS, _LETTERS)
_HOSTS = st.integers(0x0A101010, 0x0AFEFEFE).map(lambda n: ipaddress.IPv4Address(n).packed)
_MACS = st.binary(min_size=5, max_size=5).map(lambda tail: b"\x34" + tail)


@given(
    names=st.lists(_NAMES, min_size=6, max_size=6, unique=True),
    mac=_MACS,
    host=_HOSTS,
    numbers=st.tuples(st.integers(0, 255), st.integers(1, 60_000)),
)
def test_nothing_of_anybody_is_left(
    names: list[str], mac: bytes, host: bytes, numbers: tuple[int, int]
) -> None:
    """Whatever they are called, wherever it stands, and in whatever form."""
    if len(set(mac) - {0}) < 3:
        mac = b"\x34\x56\x78\x9a\xbc\xde"
    name, contact, location, alias, vlan, serial = (text.encode() for text in names)
    dots = ".".join(map(str, host))
    text = b" / ".join(
        [
            b"up",
            name.upper(),
            alias,
            serial,
            mac.hex(":").encode(),
            mac.hex("-").encode(),
            dots.encode(),
        ]
    )
    rows: dict[str, Value] = {
        SYS_NAME: (4, name),
        SYS_CONTACT: (4, contact),
        SYS_LOCATION: (4, b" " + location + b"\0"),
        SYS_DESCR: (4, b"Software of " + name),
        f"{IF_ALIAS}.1": (4, alias),
        f"{VLAN_NAME}.{numbers[1]}": (4, vlan),
        f"{SERIAL}.1": (4, serial),
        f"{IF_MAC}.1": (4, mac),
        f"{IF_DESCR}.1": (4, text),
        f"{FDB_PORT}.{numbers[1]}.{'.'.join(map(str, mac))}": (2, 1),
        f"{BRIDGE_FDB}.1.{'.'.join(map(str, mac))}": (4, mac),
        "1.3.6.1.2.1.4.20.1.1." + dots: (64, host),
        f"{OWN}.1.{numbers[0]}": (4, b"note of " + contact),
        f"{OWN}.2.{len(alias)}.{'.'.join(map(str, alias))}": (4, b"\x80" + mac + b"\xff\x01"),
        f"{OWN}.3.{'.'.join(map(str, mac))}.{dots}": (2, 1),
    }

    written = _written(scrubbed(Recording.from_rows(rows), GENERIC))

    for secret in (name, contact, location, alias, vlan, serial, mac, host, dots.encode()):
        assert secret.lower() not in written
    for form in (mac.hex(), mac.hex(":"), mac.hex("-"), ".".join(map(str, mac))):
        assert form.encode() not in written
