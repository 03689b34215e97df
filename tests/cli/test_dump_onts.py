"""``techinfo dump`` of an OLT: the light of its ONTs needs a word, and that of one ONT does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run

from techinfo.lab import Lab, LabDevice

OLT = Path(__file__).parents[2] / "fixtures" / "huawei_smartax" / "made_up_ma5800.snmprec"
PUBLIC = {"TECHINFO_CREDENTIALS__DEFAULT__COMMUNITY": "public"}


def _onts(document: dict[str, Any]) -> dict[int, dict[str, Any]]:
    port = next(p for p in document["ports"] if p["name"] == "GPON 0/0/0")
    return {ont["ontId"]: ont for ont in port["onts"]}


@pytest.mark.parametrize(("words", "asked"), [((), 0), (("--ont-light",), 9)])
def test_light_is_left_out_of_a_dump_without_a_word(
    techinfo: Run, words: tuple[str, ...], asked: int
) -> None:
    """And never walked; the ONT that is down is not asked."""
    with Lab([LabDevice(name="olt", address="127.23.1.1", recordings=(OLT,))]) as lab:
        done = techinfo("dump", "--host", "127.23.1.1", "--port", str(lab.port), *words, **PUBLIC)
        counts = lab.counts("olt")

    onts = _onts(json.loads(done.stdout))
    assert onts[0]["up"] is True
    assert onts[7]["lastDownCause"] == "los"
    assert (counts.omci_asked, counts.omci_walked) == (asked, 0)
    assert ("transceiver" in onts[0], "transceiver" in onts[7]) == (bool(words), False)


def test_an_access_behind_an_ont_is_dumped_with_its_light(techinfo: Run, tmp_path: Path) -> None:
    """The document names the access at its ONT, and has no other ONT."""
    with Lab([LabDevice(name="olt", address="127.23.1.2", recordings=(OLT,))]) as lab:
        (tmp_path / "inventory.yaml").write_text(
            f"elements:\n  - {{name: olt, address: 127.23.1.2, port: {lab.port}}}\n"
            "accesses:\n"
            "  - {access_id: P-1, element: olt, port: GPON 0/0/0, ont_id: 0, uni: 1}\n"
            "  - {access_id: P-2, element: olt, port: GPON 0/0/0, ont_id: 7, uni: 1}\n",
            encoding="utf-8",
        )
        imported = techinfo("inventory", "import", "inventory.yaml")
        done = techinfo("dump", "P-1", **PUBLIC)

    assert (imported.returncode, done.returncode) == (0, 0), imported.stderr + done.stderr
    assert _onts(json.loads(done.stdout)) == {
        0: {
            "ontId": 0,
            "accessId": "P-1",
            "serialNumber": "HWTC1234ABCD",
            "name": "made up",
            "up": True,
            "upSince": "2026-09-30T08:15:20Z",
            "lastDownCause": "dying-gasp",
            "distance": 1834,
            "transceiver": {
                "dbmRx": "-19.12",
                "dbmTx": "2.28",
                "temp": "45.0",
                "biasTx": "12.00",
                "supplyVoltage": "3.30",
                "oltRx": "-21.26",
            },
            "uni": [
                {"index": 1, "link": True, "linkSpeed": 1000},
                {"index": 2, "link": False},
            ],
        }
    }


def test_the_minutes_are_told_before_the_first_ont_is_asked(capsys: Any) -> None:
    """Roughly a second each; of one ONT nothing is said."""
    from techinfo.cli.asking.dumping import tell_minutes

    tell_minutes(1)
    tell_minutes(300)

    assert capsys.readouterr().err.strip() == (
        "asking 300 ONTs over OMCI, one after the other: about 5 minutes"
    )


def test_a_recording_tells_all_of_it(techinfo: Run) -> None:
    """No ONT is asked by a replay."""
    done = techinfo("replay", str(OLT))

    assert _onts(json.loads(done.stdout))[0]["transceiver"]["oltRx"] == "-21.26"
