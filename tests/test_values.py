"""Values that are frozen by type."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import pytest
from mypy import api

from techinfo.model import Flow, MacEntry


def test_a_value_compares_and_hashes_by_its_fields() -> None:
    """As a frozen dataclass does; it is copied, and passes to another process."""
    one, same = (MacEntry(mac="AA:BB:CC:DD:EE:01", vlan=10) for _ in range(2))

    assert one == same
    assert len({one, same, replace(one, vlan=11)}) == 2
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301 - our own


def test_a_value_has_no_other_fields() -> None:
    """And no place for one."""
    with pytest.raises(AttributeError):
        Flow().octets = 1  # type: ignore[attr-defined] # that is the test


@pytest.mark.long
def test_nothing_may_change_a_value(tmp_path: Path) -> None:
    """Mypy says so, which looks through every file."""
    changing = tmp_path / "changing.py"
    changing.write_text("from techinfo.model import Flow\n\nFlow().bytes = 1\n")

    told, _, status = api.run(["--config-file=", "--cache-dir", str(tmp_path), str(changing)])

    assert status == 1
    assert 'Property "bytes" defined in "Flow" is read-only' in told
