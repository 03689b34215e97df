"""``techinfo diagnose`` and ``techinfo rules``, as their users call them."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run
from tests.diagnosis.made_up import dark, fibre

from techinfo.api.documents.checksum import checksum
from techinfo.lab import Lab, LabDevice


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


def test_a_living_access_is_judged_and_its_case_gives_the_verdict_again(
    techinfo: Run, walk: Path, tmp_path: Path
) -> None:
    """The switch is asked and nothing is written; an unknown accessId does not stop the others."""
    device = LabDevice(name="sw", address="127.23.0.21", recordings=(walk,))
    secret = {"TECHINFO_CREDENTIALS__DEFAULT__COMMUNITY": "public"}

    with Lab([device]) as lab:
        (tmp_path / "inventory.yaml").write_text(
            f"elements:\n  - {{name: sw, address: 127.23.0.21, port: {lab.port}}}\n"
            "accesses:\n  - {access_id: A-1, element: sw, port: port1}\n"
            "  - {access_id: A-2, element: sw, port: port2}\n",
            encoding="utf-8",
        )
        assert techinfo("inventory", "import", "inventory.yaml").returncode == 0
        live = techinfo("diagnose", "A-2", "A-9", "--jsonl", **secret)
        made = techinfo("diagnose", "A-2", "--make-case", **secret)
        refused = lab.counts("sw").sets_refused
    (tmp_path / "case.json").write_text(made.stdout, encoding="utf-8")
    again = json.loads(techinfo("diagnose", "case.json").stdout)

    first, unknown = map(json.loads, live.stdout.splitlines())
    assert (live.returncode, made.returncode, refused) == (1, 0, 0)
    assert first["case"] == "A-2"
    assert first["diagnosis"]["code"] == again["diagnosis"]["code"] == "no_link_check_customer"
    assert "no access" in unknown["error"]
    assert json.loads(made.stdout)["facts"]["status"]["link"] is False


def test_what_is_known_is_asked_of_a_collector_that_must_be_set(techinfo: Run) -> None:
    """Without a socket there is nobody to ask, and the setting is named."""
    done = techinfo("diagnose", "A-1", "--cached")

    assert done.returncode == 2
    assert "collector.socket" in done.stderr


def test_every_port_of_a_dumped_element_is_judged(
    techinfo: Run, walk: Path, tmp_path: Path
) -> None:
    """The document that replay prints, one or one a line; each verdict says its port."""
    documents = techinfo("replay", walk.name, "--jsonl").stdout
    (tmp_path / "dumps.jsonl").write_text(documents * 2, encoding="utf-8")

    done = techinfo("diagnose", "dumps.jsonl", "--jsonl")

    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [(row["port"], row["diagnosis"]["code"]) for row in told] == [
        ("port1", "undecided"),
        ("port2", "no_link_check_customer"),
    ] * 2


def test_a_damaged_dump_of_an_element_is_refused(techinfo: Run, walk: Path, tmp_path: Path) -> None:
    """By its checksum; one of an older release has none, and is judged."""
    whole = json.loads(techinfo("replay", walk.name, "--jsonl").stdout)
    old = {name: value for name, value in whole.items() if name != "checksum"}
    documents = {"whole": whole, "bad": whole | {"collectedAt": "2026-01-01T00:00:00Z"}, "old": old}
    for name, document in documents.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(document))

    done = techinfo("diagnose", "whole.json", "bad.json", "old.json", "--jsonl")

    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(row["case"], "error" in row) for row in told] == [
        ("whole.json", False),
        ("whole.json", False),
        ("bad.json", True),
        ("old.json", False),
        ("old.json", False),
    ]


def test_a_damaged_document_of_an_access_is_refused(techinfo: Run, tmp_path: Path) -> None:
    """By its checksum, in words; a whole one is judged."""
    whole = fibre()["facts"] | {
        "schema": "techinfo.access/1",
        "collectedAt": fibre()["now"],
        "parts": fibre()["parts"],
        "expected": fibre()["expected"],
    }
    whole["checksum"] = checksum(whole)
    (tmp_path / "whole.json").write_text(json.dumps(whole))
    (tmp_path / "bad.json").write_text(json.dumps(whole | {"accessId": "A-2"}))

    done = techinfo("diagnose", "whole.json", "bad.json", "--jsonl")

    first, second = map(json.loads, done.stdout.splitlines())
    assert done.returncode == 1
    assert first["diagnosis"]["code"] == "all_fine"
    assert "damaged" in second["error"]


def test_rules_are_listed_in_order_with_what_each_needs(techinfo: Run) -> None:
    """For people, and whole for programs."""
    words = techinfo("rules")
    told = json.loads(techinfo("rules", "--json").stdout)

    assert words.stdout.startswith("no_subscription")
    codes = [rule["code"] for rule in told["rules"]]
    assert codes[-2:] == ["all_fine", "undecided"]
    assert all(rule["text"]["sv"] and rule["when"] for rule in told["rules"])
    assert told["rulesVersion"]


def test_the_glossary_of_the_documentation_is_made_of_the_rules(techinfo: Run) -> None:
    """Written anew by `techinfo rules --markdown`."""
    page = Path(__file__).parents[2] / "docs" / "diagnosis.md"

    assert page.read_text(encoding="utf-8").endswith(techinfo("rules", "--markdown").stdout)
