"""Recordings are read whatever they look like, or refused with file and line."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from techinfo.errors import RecordingError
from techinfo.recordings import rows as recording_lines
from techinfo.recordings.recording import Recording, Value, context_of, load, parse

SYS_NAME = (1, 3, 6, 1, 2, 1, 1, 5, 0)
OBJECT = (1, 3, 6, 1, 4, 1, 9, 1)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a recording of the given octets or text."""

    def written(content: bytes | str, name: str = "switch.snmprec") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("latin-1"))
        return path

    return written


def only_value(recording: Recording) -> Value | None:
    """The value of a recording's single row."""
    assert recording.oids == [OBJECT]
    return recording.get(OBJECT)


@pytest.mark.parametrize(
    ("row", "value"),
    [
        ("2|5", (2, 5)),
        ("2|-1", (2, -1)),
        ("2|4294967168", (2, 4294967168)),
        ("4|Port 7 ", (4, b"Port 7 ")),
        ("4|", (4, b"")),
        ("4|a|b", (4, b"a|b")),
        ("4|M\xfcnchen", (4, b"M\xfcnchen")),
        ("4x|001a2B", (4, b"\x00\x1a\x2b")),
        ("4x|", (4, b"")),
        (r"4e|a\r\nb\x00\\\"c", (4, b'a\r\nb\x00\\"c')),
        (r"4e|`\x00\xd4P", (4, b"`\x00\xd4P")),
        ("5|", (5, b"")),
        ("6|1.3.6.1.4.1.9", (6, (1, 3, 6, 1, 4, 1, 9))),
        ("6|.1.3.6.1.4.1.9", (6, (1, 3, 6, 1, 4, 1, 9))),
        ("6|0.0", (6, (0, 0))),
        ("6|", (6, (0, 0))),
        ("64|192.0.2.1", (64, b"\xc0\x00\x02\x01")),
        ("64x|c0000201", (64, b"\xc0\x00\x02\x01")),
        ("64|hSh1", (64, b"hSh1")),
        ("65|4294967295", (65, 4294967295)),
        ("65|-1", (65, 4294967295)),
        ("66|1000", (66, 1000)),
        ("67|123", (67, 123)),
        ("68x|9f7804", (68, b"\x9f\x78\x04")),
        ("70|18446744073709551615", (70, 18446744073709551615)),
        ("2:numeric|min=1,max=2,initial=2,wrap=1", (2, 2)),
        ("4:writecache|value=Server 1, PS 1", (4, b"Server 1, PS 1")),
        ("4:writecache|value=", (4, b"")),
        ("4:writecache|hexvalue=00ff,wait=3", (4, b"\x00\xff")),
    ],
)
def test_each_type_of_snmprec_is_read(
    write: Callable[..., Path], row: str, value: tuple[int, object]
) -> None:
    """A row's type and suffix decide what its words mean."""
    path = write(f"1.3.6.1.4.1.9.1|{row}\n")

    recording = load(path)

    assert only_value(recording) == value
    assert recording.skipped == 0


@pytest.mark.parametrize(
    "row",
    [
        "2|",
        "2|five",
        "2|5e3",
        "2|99999999999",
        "2|" + "9" * 5000,
        "65|4294967296",
        "70|18446744073709551616",
        "67|<private>",
        "4x|0",
        "4x|zz",
        "6|x.y",
        "6|3.1",
        "64|300.1.1.1",
        "64|1.2.3",
        "64x|00",
        "2:numeric|rate=100",
        "99|1",
        "4",
        "",
    ],
)
def test_a_row_that_cannot_be_read_is_counted_and_named(
    write: Callable[..., Path], row: str
) -> None:
    """One bad line costs itself only."""
    path = write(f"1.3.6.1.2.1.1.5.0|4|sw\n1.3.6.1.4.1.9.1|{row}\n1.3.6.1.4.1.9.2|2|7\n")

    recording = load(path)

    assert len(recording) == 2
    assert (recording.skipped, recording.skipped_lines) == (1, (2,))


@pytest.mark.parametrize(
    "oid",
    ["1", "1..3", "1.3.-6", "1.3.6_1", "1.3. 6", "3.1.1", "1.40.1", "1.3.4294967296", "\u0661.3.6"],
)
def test_what_is_no_oid_is_skipped(write: Callable[..., Path], oid: str) -> None:
    """An OID is numbers below 2^32 that X.690 can encode."""
    path = write(f"1.3.6.1.2.1.1.5.0|4|sw\n{oid}|2|7\n".encode())

    recording = load(path)

    assert recording.oids == [SYS_NAME]
    assert recording.skipped_lines == (2,)


def test_an_oid_of_over_128_numbers_is_skipped(write: Callable[..., Path]) -> None:
    """RFC 2578 allows 128."""
    path = write("1.3.6.1.2.1.1.5.0|4|sw\n" + ".".join(["1"] * 129) + "|2|7\n")

    assert load(path).skipped == 1


def test_comments_blank_lines_dots_and_order_do_not_matter(write: Callable[..., Path]) -> None:
    """What snmpsim takes, we take."""
    path = write("# a switch\n\n.1.3.6.1.4.1.9.2|2|2\n1.3.6.1.4.1.9.1|2|1")

    recording = load(path)

    assert recording.oids == [(1, 3, 6, 1, 4, 1, 9, 1), (1, 3, 6, 1, 4, 1, 9, 2)]
    assert recording.skipped == 0


def test_the_first_of_two_lines_with_one_oid_wins(write: Callable[..., Path]) -> None:
    """Duplicates are counted, equal or not (recording of a ZXR10 5928; snmpsim-data, BDCOM)."""
    path = write("1.3.6.1.4.1.9.1|2|1\n.1.3.6.1.4.1.9.1|4|\n1.3.6.1.4.1.9.1|2|1\n")

    recording = load(path)

    assert only_value(recording) == (2, 1)
    assert recording.duplicates == 2


def test_line_ends_of_windows_are_no_part_of_a_value(write: Callable[..., Path]) -> None:
    """A file whose lines end in CR LF loses the CR (snmpsim-data, metel-poe-box)."""
    path = write("1.3.6.1.2.1.1.5.0|4|sw \r\n1.3.6.1.4.1.9.1|2|1\r\n1.3.6.1.4.1.9.2|4|\r\n")

    recording = load(path)

    assert recording.get(SYS_NAME) == (4, b"sw ")
    assert recording.get((1, 3, 6, 1, 4, 1, 9, 2)) == (4, b"")


def test_a_text_that_cr_lf_has_torn_is_put_together(write: Callable[..., Path]) -> None:
    """The CR that a value ends with shows that the next line is its own (sysDescr of IOS)."""
    path = write(
        "1.3.6.1.2.1.1.1.0|4|IOS 12.2\r\n\r\nCopyright (c)\r\nby a team\n1.3.6.1.2.1.1.5.0|4|sw\n"
        "1.3.6.1.2.1.1.6.0|4|Elm\n1.3.6.1.2.1.1.7.0|2|6\n1.3.6.1.2.1.2.1.0|2|9\n"
    )

    recording = load(path)

    whole = b"IOS 12.2\r\n\r\nCopyright (c)\r\nby a team"
    assert recording.get((1, 3, 6, 1, 2, 1, 1, 1, 0)) == (4, whole)
    assert recording.skipped == 0


def test_a_byte_order_mark_is_no_part_of_the_first_oid(write: Callable[..., Path]) -> None:
    """Editors on Windows write one."""
    path = write(b"\xef\xbb\xbf1.3.6.1.4.1.9.1|2|1\n")

    assert only_value(load(path)) == (2, 1)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("INTEGER: 5", (2, 5)),
        ("INTEGER: up(1)", (2, 1)),
        ("INTEGER: not(a)-label(-3)", None),
        ("INTEGER: 60 seconds", (2, 60)),
        ("INTEGER: -23.19", (2, -2319)),
        ('STRING: "Port 7 "', (4, b"Port 7 ")),
        (r'STRING: "say \"hi\" \\o/"', (4, rb'say "hi" \o/')),
        ('STRING: "M\xfcnchen"', (4, b"M\xfcnchen")),
        ("STRING: ge-0/0/1", (4, b"ge-0/0/1")),
        ("STRING: 1:2", (4, b"1:2")),
        ("STRING: 0:1a:2b:3:4:ff", (4, b"\x00\x1a\x2b\x03\x04\xff")),
        ('STRING: "0:1a:2b:3:4:ff"', (4, b"0:1a:2b:3:4:ff")),
        ("STRING:", (4, b"")),
        ("STRING: ", (4, b"")),
        ('""', (4, b"")),
        ("Hex-STRING: 00 1A 2B ", (4, b"\x00\x1a\x2b")),
        ("Hex-STRING: 41 42   [AB]", (4, b"AB")),
        ("HEX-STRING: 00029929AE3C", (4, b"\x00\x02\x99\x29\xae\x3c")),
        ("BITS: 80 00 label(0) ", (4, b"\x80\x00")),
        ("BITS: ", (4, b"")),
        ("Timeticks: (123) 0:00:01.23", (67, 123)),
        ("Counter32: 4294967295", (65, 4294967295)),
        ("Counter64: 18446744073709551615", (70, 18446744073709551615)),
        ("Gauge32: 1000000000", (66, 1000000000)),
        ("Gauge32: 10000 milli-seconds", (66, 10000)),
        ("OID: .1.3.6.1.4.1.9", (6, (1, 3, 6, 1, 4, 1, 9))),
        ("OID: iso.3.6.1.4.1.9", (6, (1, 3, 6, 1, 4, 1, 9))),
        ("OID: .0.0", (6, (0, 0))),
        ("IpAddress: 192.0.2.1", (64, b"\xc0\x00\x02\x01")),
        ("Network Address: C0:00:02:01", (64, b"\xc0\x00\x02\x01")),
        ("NULL", (5, b"")),
        ("OPAQUE: 9F 78 04", (68, b"\x9f\x78\x04")),
        ("Opaque: Float: 100.000000", (68, b"\x9f\x78\x04" + struct.pack(">f", 100))),
        ("Opaque: Int64: -2", (68, b"\x9f\x7a\x08" + struct.pack(">q", -2))),
        ("Wrong Type (should be Gauge32 or Unsigned32): INTEGER: 7", (2, 7)),
        ("5", (2, 5)),
        ('"text"', (4, b"text")),
        ('"00 1A 2B "', (4, b"\x00\x1a\x2b")),
        ("ge-0/0/1", (4, b"ge-0/0/1")),
        ("note: with a colon", (4, b"note: with a colon")),
        ("1:2:3:4.56", (67, 9378456)),
        (".1.3.6.1", (6, (1, 3, 6, 1))),
        ("192.0.2.1", (64, b"\xc0\x00\x02\x01")),
        ("INTEGER: " + "9" * 5000, None),
        ("INTEGER: many", None),
        ("IpAddress: here", None),
        ("OID: SNMPv2-SMI::enterprises.9", (6, (1, 3, 6, 1, 4, 1, 9))),
        ("OID: .iso.org.dod.internet.private.enterprises.9", (6, (1, 3, 6, 1, 4, 1, 9))),
        ("OID: ACME-MIB::acmeSwitch.9", None),
        ("Opaque: Float: 1e300", None),
        ("Hex-STRING: 0G", None),
        ('STRING: "cut', None),
    ],
)
def test_each_type_of_snmpwalk_text_is_read(
    write: Callable[..., Path], text: str, value: tuple[int, object] | None
) -> None:
    """net-snmp's words for a value, with and without their type; ``None`` is a skipped line."""
    path = write(f".1.3.6.1.2.1.1.5.0 = STRING: sw\n.1.3.6.1.4.1.9.1 = {text}\n", "switch.walk")

    recording = load(path)

    assert recording.get(OBJECT) == value
    assert recording.skipped_lines == (() if value else (2,))


@pytest.mark.parametrize(
    "text",
    [
        "No Such Object available on this agent at this OID",
        "No Such Instance currently exists at this OID",
        "No more variables left in this MIB View (It is past the end of the MIB tree)",
    ],
)
def test_what_the_walk_did_not_find_is_no_row(write: Callable[..., Path], text: str) -> None:
    """An exception is an answer that can be read, but nothing is there."""
    path = write(f".1.3.6.1.2.1.1.5.0 = STRING: sw\n.1.3.6.1.4.1.9.1 = {text}\n")

    recording = load(path)

    assert recording.oids == [SYS_NAME]
    assert recording.skipped == 0


@pytest.mark.parametrize(
    ("text", "octets"),
    [
        ('STRING: "one\r\n\r\n.. = two"', b"one\r\n\r\n.. = two"),
        ('STRING: "one\n\n"', b"one\n\n"),
        (r'STRING: "ends in \"' + '\nthen ends"', b'ends in "\nthen ends'),
        ("STRING: one\ntwo\n\nthree", b"one\ntwo\n\nthree"),
        ("Hex-STRING: 00 01 02 03 \n04 05 \n", bytes(range(6))),
        ("Hex-STRING: 41 42   [AB]\n43   [C]", b"ABC"),
        ('"' + "00 " * 15 + "00\n" + '01 02 "', bytes(16) + b"\x01\x02"),
        ('"' + "00 " * 15 + '00"', bytes(16)),
    ],
)
def test_a_value_of_several_lines_is_one_value(
    write: Callable[..., Path], text: str, octets: bytes
) -> None:
    """Whatever starts no row goes on with the value before, where that can go on."""
    path = write(
        f".1.3.6.1.4.1.9.1 = {text}\n.1.3.6.1.2.1.1.5.0 = STRING: sw\n"
        + "".join(f".1.3.6.1.2.1.2.2.1.1.{n} = INTEGER: {n}\n" for n in range(9))
    )

    recording = load(path)

    assert recording.get(OBJECT) == (4, octets)
    assert recording.get(SYS_NAME) == (4, b"sw")
    assert recording.skipped == 0


def test_what_cannot_go_on_with_a_value_is_counted(write: Callable[..., Path]) -> None:
    """A stray line behind a number, a closed text or hex, and snmpwalk's complaint at the end."""
    path = write(
        '.1.3.6.1.2.1.1.1.0 = STRING: "closed"\nstray\n'
        ".1.3.6.1.4.1.9.1 = INTEGER: 5\nstray\n"
        ".1.3.6.1.4.1.9.2 = Hex-STRING: 00\nstray\n"
        ".1.3.6.1.4.1.9.3 = STRING: open\nTimeout: No Response from 192.0.2.1\n"
    )

    recording = load(path)

    assert len(recording) == 4
    assert recording.skipped_lines == (2, 4, 6, 8)


def test_labels_of_a_port_state_are_numbers_again(write: Callable[..., Path]) -> None:
    """With MIBs loaded, -OQ prints ``up`` where the agent said 1."""
    path = write(".1.3.6.1.2.1.2.2.1.8.4 = lowerLayerDown\niso.3.6.1.2.1.2.2.1.7.4 = up\n")

    recording = load(path)

    assert recording.get((1, 3, 6, 1, 2, 1, 2, 2, 1, 8, 4)) == (2, 7)
    assert recording.get((1, 3, 6, 1, 2, 1, 2, 2, 1, 7, 4)) == (2, 1)


@pytest.mark.parametrize("name", ["a.snmprec", "a.snmprec.gz", "a.bz2", "a.txt", "a"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_a_packed_recording_is_told_by_its_content(
    write: Callable[..., Path], pack: Callable[[bytes], bytes], name: str
) -> None:
    """Files are renamed and mailed; the name proves nothing."""
    path = write(pack(b"1.3.6.1.4.1.9.1|2|1\n"), name)

    recording = load(path)

    assert only_value(recording) == (2, 1)
    assert recording.name == "a"


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_packed_parts_behind_each_other_are_one_recording(
    write: Callable[..., Path], pack: Callable[[bytes], bytes]
) -> None:
    """``cat a.gz b.gz`` is a file as good as any."""
    path = write(pack(b"1.3.6.1.4.1.9.1|2") + pack(b"|1\n1.3.6.1.4.1.9.2|2|2\n"))

    assert len(load(path)) == 2


def xz_of_four_gibibytes() -> bytes:
    """A well-formed xz file that asks for a dictionary of 4 GiB."""
    packed = bytearray(lzma.compress(b"1.3.6.1.4.1.9.1|2|1\n"))
    header = 12
    size = (packed[header] + 1) * 4
    packed[header + 4] = 40
    packed[header + size - 4 : header + size] = struct.pack(
        "<I", zlib.crc32(packed[header : header + size - 4])
    )
    return bytes(packed)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no rows in it: expected snmprec"),
        (b"\n \n# only a comment\n", "no rows in it"),
        (bytes(range(255, -1, -1)) * 20, ":1: not a recording"),
        (b"once\nupon\na\ntime\nthere\n", ":1: not a recording: expected snmprec (OID|type|value)"),
        (b'\n{"ports": [\n  1.3,\n 2]}\n', ":2: not a recording"),
        (b"ACME-MIB::acmePort.1 = STRING: ge1\n", ":1: names of objects that are not known here"),
        (b".iso.org.dod.internet.acme.1 = INTEGER: 1\n", "snmpwalk -On"),
        (b"1.3.6.1.4.1.9.1|2|1\n" + b"junk\n" * 5, ":2: 5 of 6 lines cannot be read"),
        (b"1.3.6.1.4.1.9.1|2|1\n" + b"junk\n" * 5000, ":2: 1000 of 1001 lines"),
        (b"1.3.6.1.4.1.9.1|2|1\n" + b"x" * (3 << 20), ":2: a line of over 1048576"),
        (gzip.compress(b"1.3.6.1.4.1.9.1|2|1\n" * 99, mtime=0)[:-20], "cut"),
        (bz2.compress(b"1.3.6.1.4.1.9.1|2|1\n" * 99)[:-20], "cut"),
        (lzma.compress(b"1.3.6.1.4.1.9.1|2|1\n" * 99)[:-20], "cut"),
        (b"\x1f\x8b" + b"junk" * 9, "damaged"),
        (b"BZh9" + b"junk" * 9, "damaged"),
        (b"\xfd7zXZ\x00" + b"junk" * 9, "damaged"),
        (xz_of_four_gibibytes(), "damaged: Memory usage limit"),
    ],
)
def test_what_is_no_recording_is_refused_with_file_and_line(
    write: Callable[..., Path], content: bytes, said: str
) -> None:
    """The error names the file, the line where there is one, and what was expected."""
    path = write(content)

    with pytest.raises(RecordingError) as caught:
        load(path)

    assert said in str(caught.value)
    assert str(path) in str(caught.value)
    assert caught.value.path == path


def test_an_error_does_not_show_what_the_file_holds(write: Callable[..., Path]) -> None:
    """Somebody may name a file of secrets."""
    path = write("[snmp]\ncommunity = 'hunter2'\n")

    with pytest.raises(RecordingError) as caught:
        load(path)

    assert "hunter2" not in str(caught.value)


def test_a_decompression_bomb_is_cut(
    write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small file may not become a large memory."""
    monkeypatch.setattr(recording_lines, "MOST_OCTETS", 1 << 20)
    path = write(gzip.compress(b"1.3.6.1.4.1.9.1|2|1\n" * 200_000, mtime=0))

    with pytest.raises(RecordingError, match="over 1 MiB unpacked"):
        load(path)


def test_a_path_without_a_plain_file_is_refused(tmp_path: Path) -> None:
    """A folder, a pipe that nobody writes to, nothing at all, and no path."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    for path, said in (
        (tmp_path, "folder"),
        (pipe, "not a plain file"),
        (tmp_path / "missing", "No such file"),
        (Path("a\0b"), "not a path"),
    ):
        with pytest.raises(RecordingError, match=said):
            load(path)


def test_contexts_are_found_beside_their_recording(tmp_path: Path) -> None:
    """Per-VLAN files are found by name, whatever the name holds, packed like it or not."""
    for name in ("a[1-3]*+", "a2+"):
        (tmp_path / f"{name}.snmprec").write_bytes(b"1.3.6.1.4.1.9.1|2|1\n")
    (tmp_path / "a[1-3]*+@10.snmprec").write_bytes(b"1.3.6.1.4.1.9.1|2|10\n")
    (tmp_path / "a[1-3]*+@20.snmprec.bz2").write_bytes(bz2.compress(b"1.3.6.1.4.1.9.1|2|20\n"))
    (tmp_path / "a[1-3]*+@x.snmprec").write_bytes(b"1.3.6.1.4.1.9.1|2|30\n")

    recording = load(tmp_path / "a[1-3]*+.snmprec")
    other = load(tmp_path / "a2+.snmprec")

    assert recording.contexts == (10, 20)
    assert [only_value(c) for c in map(recording.context, (10, 20)) if c] == [(2, 10), (2, 20)]
    assert recording.context(30) is None
    assert other.contexts == ()


def test_a_file_name_tells_whether_it_is_a_context() -> None:
    """So that replay can skip a context that is given as a file of its own."""
    assert context_of(Path("lab/ios_c3560@10.snmprec.bz2")) == ("ios_c3560", 10)
    assert context_of(Path("lab@10/ios_c3560.snmprec")) is None
    assert context_of(Path("@10.snmprec")) is None


def test_a_context_that_cannot_be_read_is_an_error_that_names_it(tmp_path: Path) -> None:
    """A broken context is not the same as none."""
    (tmp_path / "a.snmprec").write_bytes(b"1.3.6.1.4.1.9.1|2|1\n")
    (tmp_path / "a@10.snmprec").write_bytes(b"junk\n")

    recording = load(tmp_path / "a.snmprec")

    with pytest.raises(RecordingError, match=r"a@10\.snmprec:1"):
        recording.context(10)


def test_a_recording_is_asked_like_an_agent() -> None:
    """Exact instances, the one behind, and all below a prefix."""
    recording = Recording.from_rows(
        {"1.3.6.1.2.10": (2, 3), "1.3.6.1.2.9.1": (2, 1), ".1.3.6.1.2.9.2": (2, 2)}
    )

    assert recording.get((1, 3, 6, 1, 2, 9, 1)) == (2, 1)
    assert recording.get((1, 3, 6, 1, 2, 9)) is None
    assert recording.next((1, 3, 6, 1, 2, 9)) == (1, 3, 6, 1, 2, 9, 1)
    assert recording.next((1, 3, 6, 1, 2, 9, 2)) == (1, 3, 6, 1, 2, 10)
    assert recording.next((1, 3, 6, 1, 2, 10)) is None
    assert recording.under((1, 3, 6, 1, 2, 9)) == [(1, 3, 6, 1, 2, 9, 1), (1, 3, 6, 1, 2, 9, 2)]
    assert recording.under((1, 3, 6, 1, 2, 10)) == []


def test_rows_of_an_overlay_win() -> None:
    """The base keeps what the overlay does not name, and neither is changed."""
    base = Recording.from_rows({"1.3.6.1": (2, 1), "1.3.6.3": (2, 3)}, name="base")
    over = Recording.from_rows({"1.3.6.2": (2, 20), "1.3.6.3": (2, 30)})

    merged = base.merged(over)

    assert [merged.get(oid) for oid in merged.oids] == [(2, 1), (2, 20), (2, 30)]
    assert merged.name == "base"
    assert len(base) == 2
    assert base.get((1, 3, 6, 3)) == (2, 3)


def test_rows_without_a_file_are_read_by_the_same_rules() -> None:
    """A lab lays a few lines over a recording."""
    recording = parse(["1.3.6.1.2.1.1.5.0|4|sw-ålm"], name="rows of sw")

    assert recording.get(SYS_NAME) == (4, "sw-ålm".encode())
    with pytest.raises(RecordingError, match="rows of sw:1"):
        parse(["sysName=sw"], name="rows of sw")


OIDS = st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=9).map(
    lambda rest: ".".join(map(str, (1, 3, 6, *rest)))
)
ROWS = st.dictionaries(
    OIDS,
    st.one_of(
        st.tuples(st.just(2), st.integers(-(2**31), 2**31 - 1)),
        st.tuples(st.just(4), st.binary(max_size=40)),
        st.tuples(st.just(64), st.binary(min_size=4, max_size=4)),
        st.tuples(st.sampled_from([65, 66, 67]), st.integers(0, 2**32 - 1)),
        st.tuples(st.just(70), st.integers(0, 2**64 - 1)),
    ),
    min_size=1,
    max_size=30,
)


def as_snmprec(oid: str, value: Value) -> str:
    """A row as snmpsim writes it."""
    tag, cell = value
    return f"{oid}|{tag}x|{cell.hex()}" if isinstance(cell, bytes) else f"{oid}|{tag}|{cell}"


def as_snmpwalk(oid: str, value: Value) -> str:
    """A row as ``snmpwalk -On -Ox`` writes it, 16 octets to a line."""
    tag, cell = value
    names = {2: "INTEGER", 65: "Counter32", 66: "Gauge32", 67: "Timeticks", 70: "Counter64"}
    if not isinstance(cell, bytes):
        return f".{oid} = {names[tag]}: {f'({cell}) 0:00:00.00' if tag == 67 else cell}"
    if tag == 64:
        return f".{oid} = IpAddress: {'.'.join(map(str, cell))}"
    lines = [cell[at : at + 16].hex(" ").upper() + " " for at in range(0, len(cell), 16)]
    return f".{oid} = Hex-STRING: " + "\n".join(lines) if cell else f'.{oid} = ""'


@pytest.mark.parametrize("written", [as_snmprec, as_snmpwalk])
@given(rows=ROWS)
def test_what_was_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory,
    written: Callable[[str, Value], str],
    rows: dict[str, Value],
) -> None:
    """Nothing is lost between a device and its playback."""
    path = tmp_path_factory.getbasetemp() / "written"
    path.write_text("".join(f"{written(oid, value)}\n" for oid, value in rows.items()))

    recording = load(path)

    expected = Recording.from_rows(rows)
    assert recording.oids == expected.oids
    assert list(map(recording.get, recording.oids)) == list(map(expected.get, expected.oids))
    assert recording.skipped == 0


PIECES = st.lists(
    st.sampled_from(
        [
            b"1.3.6.1.4.1.9.1", b".1.3.6.1.4.1.9.2", b"|", b"4", b"4x", b"4e", b"2", b"6|", b"64|",
            b"2:numeric|", b"initial=", b"\\x", b" = ", b"STRING: ", b'"', b"Hex-STRING: 00 1A",
            b"INTEGER: ", b"Opaque: Float: ", b"BITS: ", b"OID: ", b"\n", b"\r\n", b"\r", b"\0",
            b"Wrong Type (should be INTEGER): ", b"(1) ", b"9" * 30, b"nan", b"\xff", b"#"
        ]
    )
    | st.binary(max_size=3),
    max_size=40,
).map(b"".join)  # fmt: skip


@pytest.mark.parametrize("head", [b"", b"\x1f\x8b", b"BZh9", b"\xfd7zXZ\x00"])
@settings(deadline=None)  # a machine that is busy with other work is no error
@given(content=st.binary(max_size=300) | PIECES)
def test_no_octets_raise_anything_else(
    tmp_path_factory: pytest.TempPathFactory, head: bytes, content: bytes
) -> None:
    """Whatever a file holds, it is a recording or a RecordingError."""
    path = tmp_path_factory.getbasetemp() / "hostile"
    path.write_bytes(head + content)

    refused = recording = None
    try:
        recording = load(path)
    except RecordingError as error:
        refused = error

    assert refused or recording
    assert refused is None or str(path) in str(refused)
    assert recording is None or list(recording.oids) == sorted(set(recording.oids))
