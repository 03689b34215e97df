"""A tail over real files: appended to, rotated, truncated, put aside; and after a restart."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from techinfo.dhcp.events import Event
from techinfo.dhcp.readers import FORMS, Source
from techinfo.leases.sources import PIECE, Tail
from techinfo.leases.store import Position

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HEAD = b"address,hwaddr,client_id,valid_lifetime,expire,state,user_context\n"


def row(last: int, at: int = 0) -> bytes:
    """A row of Kea's lease file about 192.0.2.<last>."""
    return b"192.0.2.%d,02:00:5e:00:53:%02x,,600,%d,0,\n" % (last, last, 1795237770 + at)


def ack(last: int) -> bytes:
    """A line of ISC dhcpd about 192.0.2.<last>, with its recipe in front."""
    return (
        b"Nov 21 06:11:47 vm dhcpd[1]: COMMIT ip=192.0.2.%d mac=2:0:5e:0:53:%x cid=63:%x rid=\n"
        b"Nov 21 06:11:47 vm dhcpd[1]: DHCPACK on 192.0.2.%d to 02:00:5e:00:53:%02x via 192.0.2.9\n"
        % (last, last, last, last, last)
    )


class Watch:
    """A tail, the position that it has told, and what came out of it."""

    def __init__(self, path: Path, form: str = "kea-csv", position: Position | None = None) -> None:
        self.position = position
        self.tail = Tail(path, FORMS[form], Source(name="made-up"), position, lambda: NOW)

    def look(self) -> list[int]:
        """The last numbers of the addresses that are told until nothing is new."""
        found: list[Event] = []
        while (piece := self.tail.piece()) is not None:
            found += piece[0]
            self.position = piece[1]
        return [int((event.address or "0").rpartition(".")[2]) for event in found]


Watching = Callable[..., Watch]


@pytest.fixture
def watching() -> Iterator[Watching]:
    """``watching(path, form, position)``; a position is where one before a restart stopped."""
    begun: list[Watch] = []

    def watch(*args: Any, **more: Any) -> Watch:
        begun.append(Watch(*args, **more))
        return begun[-1]

    yield watch
    for one in begun:
        one.tail.close()


def test_what_is_appended_is_told_once(tmp_path: Path, watching: Watching) -> None:
    """A line that is half written waits for its other half."""
    path = tmp_path / "kea-leases4.csv"
    path.write_bytes(HEAD + row(1) + row(2)[:20])
    watch = watching(path)
    first = watch.look()
    with path.open("ab") as file:
        file.write(row(2)[20:] + row(3))

    assert (first, watch.look(), watch.look()) == ([1], [2, 3], [])


def test_a_file_that_is_not_there_yet_is_nothing_new(tmp_path: Path, watching: Watching) -> None:
    """It is read from its beginning when it comes."""
    path = tmp_path / "kea-leases4.csv"
    watch = watching(path)
    first = watch.look()
    path.write_bytes(HEAD + row(1))

    assert (first, watch.look()) == ([], [1])


def test_kea_puts_its_file_aside_and_begins_a_new_one(tmp_path: Path, watching: Watching) -> None:
    """What was appended to the old one before is told first."""
    path = tmp_path / "kea-leases4.csv"
    path.write_bytes(HEAD + row(1))
    watch = watching(path)
    first = watch.look()
    with path.open("ab") as file:
        file.write(row(2))
    path.rename(tmp_path / "kea-leases4.csv.1")
    aside = watch.look()
    path.write_bytes(HEAD + row(3))

    assert (first, aside, watch.look()) == ([1], [2], [3])


def test_dhcpd_writes_its_file_anew(tmp_path: Path, watching: Watching) -> None:
    """All of it is told again, which changes no lease."""
    path = tmp_path / "kea-leases4.csv"
    path.write_bytes(HEAD + row(1))
    watch = watching(path)
    first = watch.look()
    new = tmp_path / "new"
    new.write_bytes(HEAD + row(1) + row(2))
    new.replace(path)

    assert (first, watch.look()) == ([1], [1, 2])


@pytest.mark.parametrize("rows", [1, 3])
def test_a_file_that_is_emptied_is_read_from_its_beginning(
    tmp_path: Path, watching: Watching, rows: int
) -> None:
    """Even if it has grown longer than it was before somebody looked (copytruncate)."""
    path = tmp_path / "dhcpd.log"
    path.write_bytes(ack(1) + ack(2))
    watch = watching(path, "dhcpd-syslog")
    first = watch.look()
    inode = path.stat().st_ino
    path.write_bytes(b"".join(ack(n) for n in range(5, 5 + rows)))
    assert path.stat().st_ino == inode

    assert (first, watch.look()) == ([1, 2], list(range(5, 5 + rows)))


def test_a_file_that_is_written_anew_in_its_place_is_read_again(
    tmp_path: Path, watching: Watching
) -> None:
    """As dnsmasq does: as long as before, and with the same beginning."""
    path = tmp_path / "dnsmasq.leases"
    rows = b"".join(
        b"1795237770 02:00:5e:00:53:%02x 192.0.2.%d host *\n" % (n, n) for n in range(9)
    )
    path.write_bytes(rows)
    watch = watching(path, "dnsmasq-leases")
    first, quiet = watch.look(), watch.look()
    inode, written = path.stat().st_ino, path.stat().st_mtime_ns
    path.write_bytes(rows[:-40] + rows[-40:].replace(b"192.0.2.8", b"192.0.2.7"))
    os.utime(path, ns=(written + 1_000_000_000, written + 1_000_000_000))
    assert path.stat().st_ino == inode

    assert (first, quiet) == (list(range(9)), [])
    assert watch.look() == [*range(8), 7]


def test_after_a_restart_it_goes_on_where_it_stopped(tmp_path: Path, watching: Watching) -> None:
    """The columns of the first line are known in the middle of the file, too."""
    path = tmp_path / "kea-leases4.csv"
    path.write_bytes(HEAD + row(1) + row(2)[:20])
    watch = watching(path)
    first = watch.look()
    with path.open("ab") as file:
        file.write(row(2)[20:] + row(3))

    assert (first, watching(path, position=watch.position).look()) == ([1], [2, 3])


def test_what_was_written_before_a_rotation_during_a_restart_is_told(
    tmp_path: Path, watching: Watching
) -> None:
    """The file is known by its inode and its first octets, under its new name."""
    path = tmp_path / "kea-leases4.csv"
    path.write_bytes(HEAD + row(1))
    watch = watching(path)
    first = watch.look()
    with path.open("ab") as file:
        file.write(row(2))
    path.rename(tmp_path / "kea-leases4.csv.2")
    path.write_bytes(HEAD + row(3))

    assert (first, watching(path, position=watch.position).look()) == ([1], [2, 3])


def test_another_file_with_the_inode_of_the_old_one_is_read_whole(
    tmp_path: Path, watching: Watching
) -> None:
    """Inodes are given anew; the first octets tell files apart."""
    path = tmp_path / "kea-leases4.csv"
    path.write_bytes(HEAD + row(1) + row(2))
    watch = watching(path)
    first = watch.look()
    path.write_bytes(HEAD[:-1] + b",pool_id\n" + row(7)[:-1] + b",0\n" + row(8)[:-1] + b",0\n")

    assert (first, watching(path, position=watch.position).look()) == ([1, 2], [7, 8])


def test_a_recipe_on_the_other_side_of_a_restart_is_not_lost(
    tmp_path: Path, watching: Watching
) -> None:
    """The lines before are read again; what they tell twice changes nothing."""
    path = tmp_path / "dhcpd.log"
    commit, line = ack(2).splitlines(keepends=True)
    path.write_bytes(ack(1) + commit)
    watch = watching(path, "dhcpd-syslog")
    watch.look()
    with path.open("ab") as file:
        file.write(line)
    watch = watching(path, "dhcpd-syslog", watch.position)
    piece = watch.tail.piece()

    assert piece is not None
    (event,) = (e for e in piece[0] if e.address == "192.0.2.2")
    assert event.identity is not None


def test_an_event_without_an_end_is_told_when_nothing_follows(
    tmp_path: Path, watching: Watching
) -> None:
    """A block of the script ends where the next begins, or when a second look finds no more."""
    path = tmp_path / "events"
    path.write_bytes(b"EVENT=add 02:00:5e:00:53:01 192.0.2.1\0TIME=1795237770\0")
    watch = watching(path, "dnsmasq-script")

    assert [watch.look(), watch.look(), watch.look()] == [[], [1], []]


def test_a_large_file_is_read_in_pieces(tmp_path: Path, watching: Watching) -> None:
    """No more than a piece of it at once, and every row once."""
    path = tmp_path / "kea-leases4.csv"
    rows = b"".join(row(n % 250, n) for n in range(20_000))
    path.write_bytes(HEAD + rows)
    watch = watching(path)
    sizes: list[int] = []
    while (piece := watch.tail.piece()) is not None:
        sizes.append(len(piece[0]))

    assert sum(sizes) == 20_000
    assert len(sizes) == -(-path.stat().st_size // PIECE)


def test_garbage_is_counted_over_all_files(tmp_path: Path, watching: Watching) -> None:
    """Those that were put aside included."""
    path = tmp_path / "kea-leases4.csv"
    path.write_bytes(HEAD + b"garbage\n")
    watch = watching(path)
    watch.look()
    path.rename(tmp_path / "kea-leases4.csv.1")
    path.write_bytes(HEAD + b"more\n" + row(1))

    assert watch.look() == [1]
    assert watch.tail.tally.garbage == 2


def test_a_pipe_is_refused(tmp_path: Path, watching: Watching) -> None:
    """To open it would wait for who writes to it."""
    path = tmp_path / "pipe"
    os.mkfifo(path)

    with pytest.raises(OSError, match="is no file"):
        watching(path).look()
