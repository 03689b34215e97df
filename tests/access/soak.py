"""``make soak``: a million mutated answers through decoder, engine and collector.

It goes in portions of a seed each; one that fails names its seed, which is all that is needed to
see it again: ``python -m tests.access.soak --first-seed SEED --count 50000``.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from tests.access import fuzz

_PORTION = 50_000


def main() -> int:
    """Run it; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000, help="mutated answers")
    parser.add_argument("--first-seed", type=int, default=1)
    asked = parser.parse_args()
    started = time.monotonic()
    try:
        told = _soak(asked.count, asked.first_seed)
    except KeyboardInterrupt:
        return 1
    out = Console(highlight=False)
    out.print(f"{told.pop('mutated'):,} mutated answers in {time.monotonic() - started:.0f} s,")
    out.print("none escaped, hung or made up a value; besides:")
    for what, count in sorted(told.items()):
        out.print(f"  {count:>12,}  {what}")
    return 0


def _soak(count: int, first_seed: int) -> Counter[str]:
    told: Counter[str] = Counter()
    columns = TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(file=sys.stderr)) as progress:
        task = progress.add_task("", total=count)
        for portion, start in enumerate(range(0, count, _PORTION)):
            seed = first_seed + portion
            progress.update(task, description=f"seed {seed}")

            def update(tally: fuzz.Tally, start: int = start) -> None:
                progress.update(task, completed=start + tally.total)

            try:
                tally = fuzz.run(seed, min(_PORTION, count - start), update)
            except BaseException:
                progress.console.print(f"stopped in the portion of seed {seed}")
                raise
            told += _counts(tally)
        progress.update(task, completed=count)
    return told


def _counts(tally: fuzz.Tally) -> Counter[str]:
    return Counter(
        {
            "mutated": tally.total,
            **{f"mutated: {place.value}": n for place, n in tally.mutated.items()},
            "honest answers between them": tally.honest,
            "mutated answers that were whole responses to an open request": tally.accepted,
            "cells held against the wire": tally.cells,
            **{f"ended: {how}": n for how, n in tally.outcomes.items()},
        }
    )


if __name__ == "__main__":
    sys.exit(main())
