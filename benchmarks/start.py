"""How quickly commands start, and what the supervisor takes that does nothing.

``python -m benchmarks.start`` runs commands beside the page of help of the smallest typer program
(one command, no callback), again and again in turn, and compares the median of their CPU seconds
(user and system). Bytecode is written before and read from a folder of its own, as where a package
is installed. It prints a JSON line for each: ``name``, ``ratio``, ``aim`` and ``load`` (the
machine's, in the last minute); for the supervisor ``mib``, its resident memory, stands in place of
``ratio``. It ends by itself; with exit status 1 when one is beyond its aim.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

INVENTORY = Path(__file__).parents[1] / "fixtures" / "demo" / "inventory.yaml"
SMALLEST = '''
import typer

app = typer.Typer()


@app.command()
def hello(name: str = "you") -> None:
    """Say hello."""
    print(name)


app()
'''
COMMANDS: Mapping[str, tuple[float, Sequence[str]]] = {
    "--help": (2.0, ["--help"]),
    "dump --help": (3.0, ["dump", "--help"]),
    "lookup X": (3.0, ["lookup", "X"]),
}
"""Name -> at most so many times the smallest program's CPU, and the arguments of ``techinfo``."""
MOST_MIB = 25.0
_TECHINFO = [sys.executable, "-m", "techinfo.cli"]


def _cpu_s(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> float:
    """User and system seconds of one run."""

    def spent() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    before = spent()
    done = subprocess.run(  # noqa: S603 - our own commands
        command, cwd=folder, env=dict(environment), capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, 1) or "Traceback" in done.stderr:  # 1: no access has X
        raise SystemExit(f"{command}: {done.stderr}")
    return spent() - before


def _ratios(folder: Path, environment: Mapping[str, str], runs: int) -> dict[str, float]:
    (folder / "smallest.py").write_text(SMALLEST, encoding="utf-8")
    commands = {"": [sys.executable, "smallest.py", "--help"]}
    commands |= {name: [*_TECHINFO, *words] for name, (_, words) in COMMANDS.items()}
    _cpu_s([*_TECHINFO, "inventory", "import", str(INVENTORY)], folder, environment)
    for command in commands.values():
        _cpu_s(command, folder, environment)  # writes the bytecode
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            taken[name].append(_cpu_s(command, folder, environment))
    median = {name: statistics.median(found) for name, found in taken.items()}
    return {name: median[name] / median[""] for name in COMMANDS}


def _supervisor_mib(folder: Path, environment: Mapping[str, str]) -> float:
    """Resident memory of ``techinfo serve`` itself, once the service is ready (proc(5): VmRSS)."""
    settings = {"TECHINFO_SERVICE__PORT": "0", "TECHINFO_ADMIN__PORT": "0"}
    with subprocess.Popen(  # noqa: S603 - our own command
        [*_TECHINFO, "serve"],
        cwd=folder,
        env={**environment, **settings},
        stdout=subprocess.PIPE,
        text=True,
    ) as serving:
        try:
            if serving.stdout is None or not serving.stdout.readline().startswith("ready on "):
                raise SystemExit("techinfo serve is not ready")
            status = Path(f"/proc/{serving.pid}/status").read_text(encoding="utf-8")
        finally:
            serving.terminate()
    found = re.search(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) / 1024 if found else float("inf")


def main() -> int:
    """Measure and print; 1 when something is beyond its aim."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9, help="of each command")
    runs: int = parser.parse_args().runs
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("TECHINFO_", "PYTHON"))}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = {**inherited, "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
        ratios = _ratios(folder, environment, runs)
        mib = _supervisor_mib(folder, environment)
    load = round(os.getloadavg()[0], 1)
    lines = [
        {"name": name, "ratio": round(ratio, 2), "aim": COMMANDS[name][0], "load": load}
        for name, ratio in ratios.items()
    ]
    lines.append({"name": "supervisor", "mib": round(mib, 1), "aim": MOST_MIB, "load": load})
    for line in lines:
        print(json.dumps(line))
    within = all(ratio <= COMMANDS[name][0] for name, ratio in ratios.items()) and mib <= MOST_MIB
    return 0 if within else 1


if __name__ == "__main__":
    sys.exit(main())
