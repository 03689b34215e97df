"""``techinfo diagnose`` and ``techinfo rules``, as their users call them."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run
from tests.diagnosis.made_up import dark, fibre


def test_cases_are_judged_and_a_bad_one_does_not_stop_the_others(
    techinfo: Run, tmp_path: Path
) -> None:
    """A line for each; exit status 1."""
    (tmp_path / "a.json").write_text(json.dumps(dark(fibre())))
    (tmp_path / "b.json").write_text("no JSON")
    (tmp_path / "c.json").write_text(json.dumps(fibre()))

    done = techinfo("diagnose", "a.json", "b.json", "missing.json", "c.json", "--jsonl")

    a, b, missing, c = map(json.loads, done.stdout.splitlines())
    assert done.returncode == 1
    assert a["diagnosis"]["code"] == "no_light_check_power"
    assert a["diagnosis"]["ask"]["id"] == "powerOn"
    assert "JSON" in b["error"]
    assert "No such file" in missing["error"]
    assert c["diagnosis"]["code"] == "all_fine"
    assert "2 of 4" in done.stderr


def test_rules_are_listed_in_order_with_what_each_needs(techinfo: Run) -> None:
    """For people, and whole for programs."""
    words = techinfo("rules")
    told = json.loads(techinfo("rules", "--json").stdout)

    assert words.stdout.startswith("no_subscription")
    codes = [rule["code"] for rule in told["rules"]]
    assert codes[-2:] == ["all_fine", "undecided"]
    assert all(rule["text"]["sv"] and rule["when"] for rule in told["rules"])
    assert told["rulesVersion"]
