"""Accesses by what somebody remembers of them: what matches, whose it is, and how it is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from techinfo.inventory import Inventory
from techinfo.inventory.search import folded

RECORDS = """
elements: [{name: sw, address: 192.0.2.1}]
accesses:
  - {access_id: A-1, legacy_access_id: OLD-9, street_name: Ålgatan, street_number: "3",
     street_littera: B, postal_code: "123 45", city: Ankeborg}
  - {access_id: A-2, street_name: Ålgatan, street_number: "3", postal_code: "123 45",
     city: Gåseborg, mdu_apartment_number: "1101"}
  - {access_id: B-1, street_name: Östra Storgatan, street_number: "12"}
  - {access_id: OLD-9-X}
cpes: [{access_id: B-1, mac: "02:00:00:00:00:77"}]
subscriptions:
  - {subscription_id: S-1, access_id: A-1, provider: a, service: BB, service_type: bb,
     sp_reference: "R#1", sp_subscription_id: X-1}
  - {subscription_id: S-2, access_id: A-2, provider: b, service: BB, service_type: bb,
     sp_reference: "R#1"}
"""


def stocked(folder: Path, text: str = RECORDS) -> Inventory:
    """An inventory of these records."""
    path = folder / "records.yaml"
    path.write_text(text, encoding="utf-8")
    inventory = Inventory.in_memory()
    inventory.import_file(path)
    return inventory


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A-", [("accessId", "A-1"), ("accessId", "A-2")]),
        ("a-2", [("accessId", "A-2")]),
        ("OLD-9", [("accessId", "OLD-9-X"), ("legacyAccessId", "A-1")]),
        ("S-2", [("subscription", "A-2")]),
        ("R#1", [("spReference", "A-1"), ("spReference", "A-2")]),
        ("X-1", [("spReference", "A-1")]),
        ("algatan", [("address", "A-1"), ("address", "A-2")]),
        ("ÅLG gåse", [("address", "A-2")]),
        ("storgatan", [("address", "B-1")]),
        ("stor ostra 12", [("address", "B-1")]),
        ("Ålgatan 3b", [("address", "A-1")]),
        ("Ålgatan 3", [("address", "A-1"), ("address", "A-2")]),
        ("Ålgatan 1101", [("address", "A-2")]),
        ("12345 ankeborg", [("address", "A-1")]),
        ("123 45", [("address", "A-1"), ("address", "A-2")]),
        ("gatan", []),
        ("å", []),
        ("Ålgatan 33", []),
        ("%", []),
        ("_-1", []),
        ("\ud800", []),
        ("S-1' OR '1'='1", []),
    ],
)
def test_what_a_text_may_mean(tmp_path: Path, text: str, expected: list[tuple[str, str]]) -> None:
    """Beginnings of ids in any capitals, whole references, beginnings of words of an address."""
    with stocked(tmp_path) as inventory:
        found = [(what, access.access_id) for what, access in inventory.find(text)]

    assert found == expected


def test_a_cpe_is_found_by_its_mac(tmp_path: Path) -> None:
    """As whoever asks has spelt it out."""
    with stocked(tmp_path) as inventory:
        found = list(inventory.find("0200.0000.0077", mac="02:00:00:00:00:77"))

    assert [(what, access.access_id) for what, access in found] == [("cpeMac", "B-1")]


def test_a_provider_finds_where_it_subscribes(tmp_path: Path) -> None:
    """And by its own references alone."""
    with stocked(tmp_path) as inventory:
        found = {
            text: [access.access_id for _, access in inventory.find(text, provider="a")]
            for text in ("A-", "R#1", "S-2", "algatan")
        }

    assert found == {"A-": ["A-1"], "R#1": ["A-1"], "S-2": [], "algatan": ["A-1"]}


def test_no_more_than_asked_for(tmp_path: Path) -> None:
    """Of each kind of match."""
    with stocked(tmp_path) as inventory:
        assert len(list(inventory.find("algatan", most=1))) == 1


def test_the_next_import_is_found_and_the_last_no_more(tmp_path: Path) -> None:
    """The words are those of the accesses, in the same transaction."""
    with stocked(tmp_path) as inventory:
        path = tmp_path / "next.yaml"
        path.write_text("accesses: [{access_id: C-1, street_name: Lillgatan}]", encoding="utf-8")
        inventory.import_file(path, dry_run=True)
        before = [a.access_id for _, a in inventory.find("lillgatan")]
        inventory.import_file(path)

        assert before == []
        assert [a.access_id for _, a in inventory.find("lillgatan")] == ["C-1"]
        assert not list(inventory.find("algatan"))


def test_every_search_begins_at_an_index(tmp_path: Path) -> None:
    """No table of many rows is ever walked from end to end."""
    with stocked(tmp_path) as inventory:
        walked = []
        with inventory._database.read() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            statements: list[str] = []
            driver.set_trace_callback(statements.append)
        for provider in (None, "a"):
            list(inventory.find("Ålgatan 3 anke", provider=provider, mac="02:00:00:00:00:77"))
        driver.set_trace_callback(None)
        for statement in [s for s in statements if s.startswith("SELECT")]:
            plan = driver.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
            walked += [step[3] for step in plan if step[3].startswith("SCAN")]

    assert len(statements) >= 14
    assert {step for step in walked if "anon" not in step and "CONSTANT" not in step} == set()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ålgatan 3B", ["algatan", "3b"]),
        ("  ÖSTRA östra  ", ["ostra"]),
        ("Rue de l'Église", ["rue", "de", "l", "eglise"]),
        ("\u0130stanbul", ["istanbul"]),
        ("x" * 100, ["x" * 40]),
        ("--- %", []),
    ],
)
def test_words_are_compared_without_capitals_and_accents(text: str, words: list[str]) -> None:
    """Each once, and none longer than a word is."""
    assert folded(text) == words
