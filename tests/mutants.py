"""``make mutants``: small bugs put in, one at a time, and which of them the tests let live.

Rights, isolation, octets, fetching and messages whole; conversions and log readers by 300 drawn
mutants, always the same. mutmut keeps what it has found in ``mutants/``: stopped, it goes on there.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

from mutmut.stats import status_by_exit_code

WHOLE = (
    "techinfo.access.isolation",
    "techinfo.access.rights",
    "techinfo.dhcp.octets",
    "techinfo.snmp.questions",
    "techinfo.snmp.message",
)
DRAWN = ("techinfo.driver.convert", "techinfo.dhcp.log_lines", "techinfo.dhcp.readers")
MOST = 300
NOTICED = frozenset({"killed", "timeout", "segfault", "caught by type check"})
"""How a run ends that noticed: a test failed, broke, or did not end."""
_MUTANTS = Path("mutants")


def found() -> dict[str, int | None]:
    """Every mutant and how its tests ended; ``None``: not run yet."""
    told: dict[str, int | None] = {}
    for path in sorted(_MUTANTS.rglob("*.meta")):
        told |= json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
    return told


def module_of(mutant: str) -> str:
    """The module that a mutant stands in."""
    return mutant.rpartition(".")[0]


def run(*names: str) -> None:
    """Run some mutants, those that have not been run."""
    subprocess.run([Path(sys.executable).with_name("mutmut"), "run", *names], check=False)


def drawn(told: dict[str, int | None]) -> list[str]:
    """The mutants that are drawn, the same every time."""
    names = sorted(name for name in told if module_of(name).startswith(DRAWN))
    draw = random.Random(20261129)  # noqa: S311 - the same mutants every time
    return draw.sample(names, min(MOST, len(names)))


def main() -> None:
    """Run them, then print the score of each module and who survived."""
    run(*(f"{module}.*" for module in WHOLE))
    chosen = drawn(found())
    run(*chosen)
    told = found()
    counted = {
        name: code for name, code in told.items() if module_of(name) in WHOLE or name in set(chosen)
    }
    score: Counter[tuple[str, str]] = Counter()
    for name, code in counted.items():
        kind = "killed" if status_by_exit_code[code] in NOTICED else status_by_exit_code[code]
        score[module_of(name), kind] += 1
        if kind != "killed":
            sys.stdout.write(f"{kind}: {name}\n")
    for module in sorted({module for module, _ in score}):
        killed, of = score[module, "killed"], sum(n for (m, _), n in score.items() if m == module)
        sys.stdout.write(f"{module}: {killed} of {of} killed\n")
    killed = sum(n for (_, kind), n in score.items() if kind == "killed")
    sys.stdout.write(f"all: {killed} of {len(counted)} killed\n")


if __name__ == "__main__":
    main()
