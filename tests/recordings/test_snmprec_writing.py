"""What is written is read again as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techinfo.errors import RecordingError
from techinfo.recordings.recording import load, parse
from techinfo.recordings.writing import Part, line, write
from techinfo.wire import Oid, Value

ROWS: list[tuple[Oid, Value]] = [
    ((1, 3, 6, 1, 2, 1, 1, 1, 0), (4, b"a switch | with bars")),
    ((1, 3, 6, 1, 2, 1, 1, 2, 0), (6, (1, 3, 6, 1, 4, 1, 9))),
    ((1, 3, 6, 1, 2, 1, 1, 3, 0), (67, 4_294_967_295)),
    ((1, 3, 6, 1, 2, 1, 1, 5, 0), (4, "smörgås\r\n".encode())),
    ((1, 3, 6, 1, 2, 1, 4, 20, 1, 1, 10, 0, 0, 1), (64, bytes((10, 0, 0, 1)))),
    ((1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 6, 1), (70, 2**64 - 1)),
    ((1, 3, 6, 1, 4, 1, 9, 1), (2, -40)),
    ((1, 3, 6, 1, 4, 1, 9, 2), (5, b"")),
    ((1, 3, 6, 1, 4, 1, 9, 3), (68, b"\x9f\x78\x04")),
]

_VALUES = st.one_of(
    st.tuples(st.just(4), st.binary(max_size=40)),
    st.tuples(st.just(2), st.integers(-(2**31), 2**31 - 1)),
    st.tuples(st.sampled_from([65, 66, 67]), st.integers(0, 2**32 - 1)),
    st.tuples(st.just(70), st.integers(0, 2**64 - 1)),
    st.tuples(st.just(64), st.binary(min_size=4, max_size=4)),
)


@pytest.mark.parametrize("name", ["a.snmprec", "a.snmprec.xz", "a.snmprec.gz", "a.snmprec.bz2"])
def test_the_name_says_how_it_is_packed(tmp_path: Path, name: str) -> None:
    """Each is read again whole, and nothing lies beside it."""
    path = tmp_path / name

    lost = write(path, ROWS)

    recording = load(path)
    assert lost == 0
    assert [(oid, recording.get(oid)) for oid in recording.oids] == ROWS
    assert list(tmp_path.iterdir()) == [path]


@given(value=_VALUES)
def test_every_value_is_read_as_it_was_written(value: Value) -> None:
    """Whatever octets a device has."""
    oid = (1, 3, 6, 1, 4, 1, 99999, 1)

    read = parse([line(oid, value) or ""], name="written")

    assert read.get(oid) == value


@pytest.mark.parametrize("value", [(65, 2**32), (2, 2**40), (70, -1), (3, b"\0"), (64, b"\1\2")])
def test_what_snmprec_cannot_hold_is_counted(tmp_path: Path, value: Value) -> None:
    """The other rows are written."""
    path = tmp_path / "a.snmprec"

    lost = write(path, [*ROWS, ((1, 3, 6, 1, 4, 1, 9, 9), value)])

    assert lost == 1
    assert len(load(path)) == len(ROWS)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """The error names the file."""
    with pytest.raises(RecordingError, match="nowhere"):
        write(tmp_path / "nowhere" / "a.snmprec", ROWS)


def test_a_part_grows_and_knows_its_last_row(tmp_path: Path) -> None:
    """Opened again it goes on; only its owner can read it, for it is not scrubbed."""
    path = tmp_path / "a.snmprec.part"
    with Part(path) as part:
        empty = part.is_empty
        part.add(ROWS[:3])
        part.note("cut here\nand there")

    with Part(path) as part:
        last = part.last()
        part.add(ROWS[3:])
        recording, notes = part.recording(), part.notes()
        part.discard()

    assert empty
    assert last == ROWS[2][0]
    assert [(oid, recording.get(oid)) for oid in recording.oids] == ROWS
    assert notes == ["cut here and there"]
    assert not path.exists()


def test_a_part_is_nobody_elses(tmp_path: Path) -> None:
    """Neither group nor others may read names of customers."""
    with Part(tmp_path / "a.part") as part:
        assert part.path.stat().st_mode & 0o077 == 0


def test_half_a_line_is_cut_off(tmp_path: Path) -> None:
    """Who is killed while writing leaves one; the row before it is the last."""
    path = tmp_path / "a.part"
    path.write_bytes(b"1.3.6.1.2.1.1.1.0|4|whole\n1.3.6.1.2.1.1.5.0|4|hal")

    with Part(path) as part:
        assert part.last() == (1, 3, 6, 1, 2, 1, 1, 1, 0)
        part.add(ROWS[-1:])
        assert len(part.recording()) == 2
