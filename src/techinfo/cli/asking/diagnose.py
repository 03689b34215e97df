"""``techinfo diagnose`` and ``techinfo rules``: verdicts of cases, and what they are made by."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from techinfo.cli.asking import diagnosing
from techinfo.cli.console import err
from techinfo.cli.options import (
    OTHER_SERVERS,
    OTHERS_SECRETS,
    ConfigOption,
    inventory_of,
    settings_of,
)
from techinfo.diagnosis.rule import Rule
from techinfo.diagnosis.rules import RULES, RULES_VERSION
from techinfo.diagnosis.rules.notes import NOTES
from techinfo.diagnosis.rules.undecided import UNDECIDED
from techinfo.errors import ConfigError


def diagnose(
    items: Annotated[
        list[str],
        typer.Argument(
            metavar="ACCESS|FILE…",
            help="accessIds, and files: cases (techinfo.case/1), documents of accesses"
            " (techinfo.access/1), dumps of elements (techinfo.dump/1); .jsonl has one a line.",
        ),
    ],
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="One line for each case, for other programs.")
    ] = False,
    make_case: Annotated[
        bool,
        typer.Option("--make-case", help="Print the case in place of the verdict, to keep it."),
    ] = False,
    scrub: Annotated[
        bool,
        typer.Option(
            "--scrub/--no-scrub",
            help="With --make-case: other addresses, serial numbers and ids, to share it.",
        ),
    ] = True,
    provider: Annotated[
        str | None, typer.Option(help="Accesses as this provider sees them: its own services only.")
    ] = None,
    cached: Annotated[
        bool,
        typer.Option("--cached", help="Accesses by what the collector knows; no device is asked."),
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Judge cases: what is wrong, where, who acts, and the one question to ask.

    A case is what is known of one access at one moment. The same case always gives the same
    verdict. For an accessId the case is made now: its switch is asked the six questions about the
    access, and nothing is written to it. For files no device is asked; of a dump of an element
    every port is judged. A damaged document is refused by its checksum. A case that
    cannot be read is a line with [bold]error[/bold], the others are still judged, and the exit
    status is 1.

    [bold]techinfo diagnose A-1001[/bold]

    [bold]techinfo diagnose A-1001 --make-case > case.json[/bold]

    A case that is kept is scrubbed: devices, addresses and accesses have other names in it, and the
    verdict is the same; --no-scrub keeps them.

    [bold]techinfo diagnose case.json[/bold]

    [bold]techinfo diagnose cases/*.json --jsonl > verdicts.jsonl[/bold]
    """
    if make_case and not jsonl and len(items) > 1:
        raise ConfigError("gives one case a line: add --jsonl", key="--make-case")
    asking = diagnosing.Asking(provider=provider, cached=cached, make_case=make_case)
    bad = 0
    for line in _lines(items, asking, config):
        bad += "error" in line
        if scrub and "document" in line:
            from techinfo.api.documents.scrubbed import scrubbed_case  # verdicts need it not

            line = line | {"document": scrubbed_case(line["document"])}
        told = line["document"] if make_case and "document" in line else line
        sys.stdout.write(json.dumps(told, indent=None if jsonl else 2) + "\n")
    sys.stdout.flush()
    if bad:
        err.print(f"{bad} of {len(items)} cases could not be read")
        raise typer.Exit(1)


def _lines(
    items: list[str], asking: diagnosing.Asking, config: Path | None
) -> Iterator[dict[str, Any]]:
    """The lines of all items in their order; accesses that stand side by side are asked at once."""
    for of_files, some in groupby(items, key=diagnosing.is_file):
        if of_files:
            for item in some:
                yield from diagnosing.of_file(Path(item), make_case=asking.make_case)
            continue
        settings = settings_of(config, without=OTHERS_SECRETS)
        with_logins = functools.partial(settings_of, config, without=OTHER_SERVERS, quiet=True)
        with inventory_of(settings) as inventory:
            ids = list(some)
            yield from diagnosing.of_accesses(settings, inventory, ids, asking, with_logins)


def rules(
    what: Annotated[
        Literal["list", "report"],
        typer.Argument(help="The rules, or how often each was right here (report)."),
    ] = "list",
    as_json: Annotated[
        bool, typer.Option("--json", help="Everything of each rule, for other programs.")
    ] = False,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="The glossary, as it stands in docs/diagnosis.md.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """List the rules in order of precedence: the first that holds is the verdict.

    [bold]techinfo rules report[/bold] tells how often each was right, by the causes that tickets
    were closed with: in all, by maker and by site. Once 50 are known, what it proposes is what
    verdicts tell at most. No rule and no limit changes by itself.

    [bold]techinfo rules --json[/bold] has words in English and Swedish, what each needs, what
    contradicts it, and what is asked.
    """
    if what == "report":
        from techinfo.cli.rules_report import report  # only this needs the file of tickets

        report(settings_of(config), as_json=as_json)
        return
    every = [*RULES, UNDECIDED]
    if as_json:
        rows = [_described(rule) for rule in every]
        sys.stdout.write(
            json.dumps({"rulesVersion": RULES_VERSION, "rules": rows}, indent=2) + "\n"
        )
        return
    if markdown:
        sys.stdout.writelines(f"{line}\n" for line in glossary())
        return
    for rule in every:
        ticket = ", a report is advised" if rule.ticket else ""
        sys.stdout.write(f"{rule.code}  ({rule.outcome}, {rule.act}, {rule.location}{ticket})\n")
        sys.stdout.write(f"    {rule.words[0]}\n    when {rule.when}\n")
        if rule.contradicted:
            sys.stdout.write(f"    not with {rule.contradicted}\n")


def glossary() -> Iterator[str]:
    """Every code and note as lines of Markdown, in order of precedence."""
    yield "| code | outcome | who acts | where | report advised | in words | holds when |"
    yield "|---|---|---|---|---|---|---|"
    for rule in (*RULES, UNDECIDED):
        en, sv = rule.words
        against = f"; not with: {rule.contradicted}" if rule.contradicted else ""
        cells = (
            f"`{rule.code}`",
            rule.outcome,
            rule.act,
            rule.location,
            f"**yes**, {rule.problem}" if rule.ticket else "no",
            f"{en} / {sv}",
            f"{rule.when}{against}",
        )
        yield f"| {' | '.join(cells)} |"
    yield ""
    yield "Notes, in `alsoFound` only:"
    yield ""
    for note in NOTES:
        yield f"* `{note.code}`: {note.words[0]} / {note.words[1]}"


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
