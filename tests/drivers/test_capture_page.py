"""``docs/capture.md``: what it asks operators to record is what some driver reads."""

from __future__ import annotations

import re
from pathlib import Path

from techinfo.collect import load
from techinfo.driver.driver import bound, is_prefix
from techinfo.facts.build import tables_of
from techinfo.facts.plan import columns, scalars
from techinfo.model import Fact

PAGE = Path(__file__).parents[2] / "docs" / "capture.md"


def _asked() -> set[str]:
    """Every OID of every driver, bound to each of its models and as it is written."""
    out: set[str] = set()
    for driver in load().drivers.values():
        for model in [driver, *(bound(driver, base) for base in driver.bases)]:
            for fact in Fact:
                for table in tables_of(model, fact):
                    out |= {*columns(table), *scalars(table)}
    return out


def test_every_root_is_one_that_a_driver_reads() -> None:
    """A driver that asks somewhere else is followed by the page."""
    cells = re.findall(
        r"^\| ((?:E\.|\.)\d[^|]*) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )
    roots = [root for cell in cells for root in re.findall(r"(?:E\.|(?<![\w.])\.)\d[\d.]*", cell)]
    asked = _asked()

    assert len(roots) > 50
    full = [root.replace("E.", "1.3.6.1.4.1.") for root in roots]
    lost = [root for root in full if not any(is_prefix(root, oid) for oid in asked)]
    assert lost == []
