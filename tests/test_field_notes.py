"""Every case of the field notes that applies has a test that bears its number.

A test bears a number in its name (``test_a3_looping_rows_…``) or in its docstring (``… (A3)``).
``python -m tests.test_field_notes`` prints the table.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

_TESTS = Path(__file__).parent
_COUNTS = {"A": 16, "F": 22, "O": 12, "T": 4, "C": 4, "I": 2, "D": 6}
NUMBERS = [f"{letter}{n}" for letter, count in _COUNTS.items() for n in range(1, count + 1)]
NOT_YET = {
    "A8": "nothing is decided by firmware yet: the notes of hp_procurve warn the operator",
    "O10": "a verdict that looks at the admin state first comes with the diagnosis",
    "O11": "thresholds by class of optic come with the diagnosis; those of modules are not read",
}
"""What has no test, and why."""
_WORD = re.compile(r"\b([AFOTCID]\d{1,2})\b")


@cache
def bearers() -> dict[str, tuple[str, ...]]:
    """Number -> the tests that bear it, as ``path::name``."""
    found: dict[str, list[str]] = {}
    for path in sorted(_TESTS.rglob("test_*.py")):
        if path == Path(__file__):
            continue
        for number, name in _borne_in(path):
            found.setdefault(number, []).append(f"{path.relative_to(_TESTS)}::{name}")
    return {number: tuple(dict.fromkeys(names)) for number, names in found.items()}


def _borne_in(path: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            words = {part.upper() for part in node.name.split("_")}
            words |= set(_WORD.findall(ast.get_docstring(node) or ""))
            for number in NUMBERS:
                if number in words:
                    yield number, node.name


@pytest.mark.parametrize("number", NUMBERS)
def test_every_case_that_applies_has_a_test(number: str) -> None:
    """Or a reason why it has none, but not both."""
    assert (number in bearers()) is not (number in NOT_YET)


def main() -> None:
    """Print number and tests."""
    for number in NUMBERS:
        for name in bearers().get(number, (f"none: {NOT_YET.get(number, '?')}",)):
            sys.stdout.write(f"{number:4} {name}\n")


if __name__ == "__main__":
    main()
