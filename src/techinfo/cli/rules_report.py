"""``techinfo rules report``: how often verdicts were right, by the causes tickets closed with."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from techinfo.cli.console import err, out, table
from techinfo.cli.options import tickets_of
from techinfo.config import Settings
from techinfo.tickets.grades import ENOUGH, Score, grades, scores
from techinfo.tickets.records import Grade

_WAYS: Mapping[str, Callable[[Grade], str]] = {
    "rules": lambda grade: grade.code,
    "makers": lambda grade: f"{grade.code} {grade.maker or '-'}",
    "sites": lambda grade: f"{grade.code} {grade.site or '-'}",
}


def report(settings: Settings, *, as_json: bool) -> None:
    """Print it.

    Raises:
        ConfigError: There is no file of tickets.
    """
    with tickets_of(settings) as file:
        found = grades(file)
    if as_json:
        sys.stdout.write(json.dumps(_document(found), ensure_ascii=False, indent=2) + "\n")
        return
    if not found:
        err.print("no ticket was closed with a cause yet")
        return
    for name, key in _WAYS.items():
        shown = table("rule" if name == "rules" else f"rule, {name[:-1]}")
        for column in ("closed", "right", "told", "proposed"):
            shown.add_column(column)
        for code, score in sorted(scores(found, key).items()):
            shown.add_row(code, *_cells(score))
        out.print(shown, markup=False)
    err.print(_other_causes(found), markup=False, soft_wrap=True)


def _cells(score: Score) -> Sequence[str]:
    proposed = "" if score.proposed is None else f"{score.proposed:.2f}"
    return str(score.closed), f"{score.share:.2f}", f"{score.told:.2f}", proposed


def _document(found: Sequence[Grade]) -> dict[str, Any]:
    told: dict[str, Any] = {"schema": "techinfo.rules-report/1", "enough": ENOUGH}
    for name, key in _WAYS.items():
        found_so = sorted(scores(found, key).items())
        told[name] = [{**_named(code), **_numbers(score)} for code, score in found_so]
    told["causes"] = [
        {"code": code, "cause": cause, "closed": count}
        for (code, cause), count in sorted(_causes(found).items())
    ]
    return told


def _named(key: str) -> dict[str, str]:
    code, _, where = key.partition(" ")
    return {"code": code} | ({"of": where} if where not in ("", "-") else {})


def _numbers(score: Score) -> dict[str, Any]:
    told = {"closed": score.closed, "right": score.right, "told": score.told}
    return told | ({} if score.proposed is None else {"proposed": score.proposed})


def _causes(found: Sequence[Grade]) -> Mapping[tuple[str, str], int]:
    told: dict[tuple[str, str], int] = {}
    for grade in found:
        told[grade.code, grade.cause] = told.get((grade.code, grade.cause), 0) + 1
    return told


def _other_causes(found: Sequence[Grade]) -> str:
    wrong = {pair: count for pair, count in _causes(found).items() if pair[0] != pair[1]}
    worst = sorted(wrong.items(), key=lambda pair: -pair[1])[:10]
    retested = sum(one.retest == "all_fine" for one in found)
    words = f"{len(found)} tickets; at the close of {retested} all was fine"
    said = (f"{code} was {cause} {count} times" for (code, cause), count in worst)
    return "; ".join((words, *said))
