"""``make mutants``: small bugs put in, one at a time, and which of them the tests let live.

Rights, isolation, octets, questions and messages whole; conversions and log readers by 300 drawn
mutants, always the same. mutmut keeps what it has found in ``mutants/``: stopped, it goes on there,
and asks the tests of today about those that have survived. `ACCEPTED` lists those that no test can
tell from the real thing, and why; any other survivor is a test that is missing.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from mutmut.mutation.diff_apply import get_diff_for_mutant
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
_DONE = frozenset({"killed", "accepted"})
_MEMORY = 2**30
"""Octets of address space: a mutant that never ends may not take the whole machine's."""
_MUTANTS = Path("mutants")


class Accepted(NamedTuple):
    """A mutant that does the same, or the same as far as anybody can see.

    Attributes:
        where: Its function, as mutmut spells it; or the beginning of that.
        change: Part of the line that it puts in.
    """

    where: str
    change: str
    why: str


_FALSE = "None is as false as False, and strict is false where nothing is said"
_BIG_ENDIAN = "Python counts octets from the big end where nothing else is said"
_UNHEARD = "what is wrong inside a varbind is caught there: it costs itself, and nobody reads why"
_NOT_THERE = "what is not there says nothing, by whichever word that says nothing"
_CODEC = "Python knows the codec in capitals too"
_OF_NOBODY = "nobody reads this of what an import has dropped"
ACCEPTED = (
    Accepted(
        "techinfo.access.isolation.x_grouped_with",
        "(number is not None) or True",
        "no port is under the number None",
    ),
    Accepted(
        "techinfo.access.rights.x__from", "since > told", "where both are the same it is the same"
    ),
    Accepted("techinfo.access.rights.x__dropped", "subscription_id=", _OF_NOBODY),
    Accepted("techinfo.access.rights.x__dropped", "access_id=None", _OF_NOBODY),
    Accepted("techinfo.access.rights.x__dropped", "service=", _OF_NOBODY),
    Accepted("techinfo.snmp.questions.", "self._probing = None", _FALSE),
    Accepted("techinfo.snmp.questions.", "self._answered = None", _FALSE),
    Accepted("techinfo.snmp.questions.", "self._bulk = None", _FALSE),
    Accepted(
        "techinfo.snmp.questions.xǁFetchǁ_cut",
        "len(chunk) >= size",
        "a chunk that is cut into one is itself",
    ),
    Accepted(
        "techinfo.snmp.questions.x__once",
        "len(found) <= len(varbinds)",
        "where each came once, counting finds the same",
    ),
    Accepted("techinfo.snmp.questions.xǁProbeǁ_take", "zip(chunk, varbinds, ", _FALSE),
    Accepted("techinfo.snmp.message.", "number(d[at:stop], ", _BIG_ENDIAN),
    Accepted("techinfo.snmp.message.", "int.from_bytes(octets, )", _BIG_ENDIAN),
    Accepted("techinfo.snmp.message.x__varbinds", "raise ValueError(", _UNHEARD),
    Accepted("techinfo.snmp.message.x__other", "raise ValueError(", _UNHEARD),
    Accepted(
        "techinfo.driver.convert.x__between",
        "whole_number(None)",
        "it is called as the module is imported, before mutmut puts this in; by hand it is noticed",
    ),
    Accepted(
        "techinfo.dhcp.log_lines.xǁLogTimeǁof",
        "3 * _MOST_OF_A_LINE",
        "a line is cut for speed alone: what is looked at is bounded further down",
    ),
    Accepted("techinfo.dhcp.readers.cutting.", "self._skipping = None", _FALSE),
    Accepted(
        "techinfo.dhcp.readers.dhcpd_leases.xǁ_Iscǁ_lease4",
        ".split(None)",
        "the words of a statement are joined by one blank each",
    ),
    Accepted("techinfo.dhcp.readers.freeradius.", '"DHCP-Message-Type", "XXXX"', _NOT_THERE),
    Accepted("techinfo.dhcp.readers.freeradius.", '"User-Name", "XXXX"', _NOT_THERE),
    Accepted("techinfo.dhcp.readers.kea_script.", '_SUB_OPTION_{n}", "XXXX"', _NOT_THERE),
    Accepted("techinfo.dhcp.readers.kea_script.", 'get("QUERY4_TYPE", )', _NOT_THERE),
    Accepted("techinfo.dhcp.readers.tshark_fields.", 'get("dhcp.option.dhcp", "XXXX")', _NOT_THERE),
    Accepted("techinfo.dhcp.readers.tshark_fields.", 'get("dhcpv6.hopcount", "XXXX")', _NOT_THERE),
    Accepted("techinfo.dhcp.octets.", "to_bytes(_ENTERPRISE, )", _BIG_ENDIAN),
    Accepted("techinfo.dhcp.octets.", "to_bytes(2, )", _BIG_ENDIAN),
    Accepted("techinfo.dhcp.octets.", "from_bytes(octets[at : at + 2], )", _BIG_ENDIAN),
    Accepted("techinfo.dhcp.octets.", "from_bytes(octets[at + 2 : at + 4], )", _BIG_ENDIAN),
    Accepted("techinfo.dhcp.octets.", "from_bytes(remote[:_ENTERPRISE], )", _BIG_ENDIAN),
    *(Accepted("techinfo.dhcp.", codec, _CODEC) for codec in ('"UTF-8"', '"ASCII"', '"LATIN-1"')),
)


def found() -> dict[str, int | None]:
    """Every mutant and how its tests ended; ``None``: not run yet."""
    told: dict[str, int | None] = {}
    for path in sorted(_MUTANTS.rglob("*.meta")):
        told |= json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
    return told


def module_of(mutant: str) -> str:
    """The module that a mutant stands in."""
    return mutant.rpartition(".")[0]


def run(processes: int, *names: str) -> None:
    """Run some mutants, whether they have been run or not."""
    if not names:
        return  # mutmut would take all of them
    # pytest keeps the tests that it has prepared, or each mutant would wait for that anew.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    command = (sys.executable, "-m", "mutmut", "run", "--max-children", str(processes), *names)
    subprocess.run(command, check=False, env=environment)


def drawn(told: dict[str, int | None]) -> list[str]:
    """The mutants that are drawn: the same every time, whatever else is new in their modules."""
    names = [name for name in told if module_of(name).startswith(DRAWN)]
    return sorted(names, key=lambda name: hashlib.sha256(name.encode()).digest())[:MOST]


def kind_of(mutant: str, code: int | None) -> str:
    """How a mutant's tests ended, in a word."""
    kind: str = status_by_exit_code[code]
    if kind in NOTICED:
        return "killed"
    return "accepted" if kind == "survived" and accepted(mutant) else kind


def chosen(told: dict[str, int | None]) -> dict[str, str]:
    """The mutants that count, and how their tests ended."""
    of_draw = set(drawn(told))
    return {
        name: kind_of(name, code)
        for name, code in told.items()
        if module_of(name) in WHOLE or name in of_draw
    }


def change_of(mutant: str) -> str:
    """What a mutant puts in; of one that only takes away, what it takes."""
    lines = [
        line for line in get_diff_for_mutant(mutant).splitlines() if line[:3] not in ("+++", "---")
    ]
    put = [line[1:].strip() for line in lines if line.startswith("+")]
    return " ".join(put or [line[1:].strip() for line in lines if line.startswith("-")])


def accepted(mutant: str) -> bool:
    """Whether nobody could tell it from the real thing."""
    fitting = [rule.change for rule in ACCEPTED if mutant.startswith(rule.where)]
    return bool(fitting) and any(change in change_of(mutant) for change in fitting)


def main() -> None:
    """Run them, then print the score of each module and who survived."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    processes = parser.parse_args().processes
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, resource.RLIM_INFINITY))
    if not found():
        run(processes, f"{WHOLE[0]}.*")  # mutmut makes the mutants of every module as it begins
    run(processes, *(name for name, kind in chosen(found()).items() if kind not in _DONE))
    # Those of functions that have changed since the last time are made by that run.
    run(processes, *(name for name, kind in chosen(found()).items() if kind == "not checked"))
    counted = chosen(found())
    for name, kind in counted.items():
        if kind not in _DONE:
            sys.stdout.write(f"{kind}: {name}: {change_of(name)}\n")
    score = Counter((module_of(name), kind) for name, kind in counted.items())
    for module in sorted({module for module, _ in score}):
        of = sum(n for (m, _), n in score.items() if m == module)
        killed, same = score[module, "killed"], score[module, "accepted"]
        sys.stdout.write(f"{module}: {killed} of {of} killed, {same} accepted\n")
    kinds = Counter(counted.values())
    sys.stdout.write(
        f"all: {kinds['killed']} of {len(counted)} killed, {kinds['accepted']} accepted\n"
    )


if __name__ == "__main__":
    main()
