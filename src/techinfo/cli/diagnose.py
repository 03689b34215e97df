"""``techinfo diagnose`` and ``techinfo rules``: verdicts of cases, and what they are made by."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from techinfo.cli.console import err
from techinfo.diagnosis.case import read_case
from techinfo.diagnosis.judge import diagnose as judged
from techinfo.diagnosis.rule import Rule
from techinfo.diagnosis.rules import RULES, RULES_VERSION
from techinfo.diagnosis.rules.impaired import UNDECIDED
from techinfo.errors import CaseError

_LARGEST = 8 * 1024 * 1024
"""Octets of one case that are read."""


def diagnose(
    files: Annotated[list[Path], typer.Argument(help="Cases: techinfo.case/1, as JSON.")],
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="One line for each case, for other programs.")
    ] = False,
) -> None:
    """Judge cases: what is wrong, where, who acts, and the one question to ask.

    A case is what is known of one access at one moment. The same case always gives the same
    verdict; no device is asked. A case that cannot be read is a line with [bold]error[/bold], the
    others are still judged, and the exit status is 1.

    [bold]techinfo diagnose case.json[/bold]

    [bold]techinfo diagnose cases/*.json --jsonl > verdicts.jsonl[/bold]
    """
    bad = 0
    for path in files:
        line = _line(path)
        bad += "error" in line
        sys.stdout.write(json.dumps(line, indent=None if jsonl else 2) + "\n")
    sys.stdout.flush()
    if bad:
        err.print(f"{bad} of {len(files)} cases could not be read")
        raise typer.Exit(1)


def _line(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            octets = file.read(_LARGEST + 1)
        if len(octets) > _LARGEST:
            raise CaseError("it is larger than 8 MiB")
        return {"case": path.name, "diagnosis": judged(read_case(json.loads(octets)))}
    except OSError as e:
        return {"case": path.name, "error": e.strerror or str(e)}
    except (ValueError, RecursionError):
        return {"case": path.name, "error": "it is no JSON"}
    except CaseError as e:
        return {"case": path.name, "error": str(e)}


def rules(
    as_json: Annotated[
        bool, typer.Option("--json", help="Everything of each rule, for other programs.")
    ] = False,
) -> None:
    """List the rules in order of precedence: the first that holds is the verdict.

    [bold]techinfo rules --json[/bold] has words in English and Swedish, what each needs, what
    contradicts it, and what is asked.
    """
    every = [*RULES, UNDECIDED]
    if as_json:
        rows = [_described(rule) for rule in every]
        sys.stdout.write(
            json.dumps({"rulesVersion": RULES_VERSION, "rules": rows}, indent=2) + "\n"
        )
        return
    for rule in every:
        ticket = ", a report is advised" if rule.ticket else ""
        sys.stdout.write(f"{rule.code}  ({rule.outcome}, {rule.act}, {rule.location}{ticket})\n")
        sys.stdout.write(f"    {rule.words[0]}\n    when {rule.when}\n")
        if rule.contradicted:
            sys.stdout.write(f"    not with {rule.contradicted}\n")


def _described(rule: Rule) -> dict[str, Any]:
    words = {"text": rule.words, "sp": rule.sp, "engineer": rule.engineer}
    return {
        "code": rule.code,
        "outcome": rule.outcome,
        "act": rule.act,
        "location": rule.location,
        "ticketAdvised": rule.ticket,
        "problemType": rule.problem,
        "validMinutes": rule.minutes,
        **{key: {"en": pair[0], "sv": pair[1]} for key, pair in words.items()},
        "needs": list(rule.needs),
        "facts": list(rule.facts),
        "when": rule.when,
        "contradicted": rule.contradicted,
        "asks": list(rule.asks),
    }
