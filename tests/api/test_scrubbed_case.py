"""A case that is shared has no people in it, and gives the same verdict."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.diagnosis.made_up import fibre

from techinfo.api.documents.scrubbed_case import scrubbed_case
from techinfo.diagnosis.case import read_case
from techinfo.diagnosis.judge import diagnose

CASES = sorted((Path(__file__).parents[3] / "shared" / "verdicts" / "cases").glob("*.json"))
MAC = re.compile(r"(?:[0-9A-F]{2}:){5}[0-9A-F]{2}", re.IGNORECASE)


def personal() -> dict[str, Any]:
    """A case with devices that are near each other over a boundary, addresses and a serial."""
    case: dict[str, Any] = copy.deepcopy(fibre())
    facts = case["facts"]
    facts["accessId"] = "A-1001"
    facts["macAddressTable"] = [{"mac": "00:11:22:33:3F:FE", "serviceType": "bb", "vlan": 10}]
    facts["leaseInfo"] = [
        {"lease": "198.51.100.7", "mac": "00:11:22:33:40:02", "serviceType": "bb"},
        {"lease": "2001:db8:77::/56", "mac": "aa:bb:cc:dd:ee:ff"},
    ]
    facts["groups"] = [{"group": "239.10.10.10", "vlan": 20}, {"group": "224.0.0.251"}]
    return case


def test_what_is_shared_names_nobody() -> None:
    """Equal stays equal, near stays near, and channels are others."""
    case = personal()

    told = scrubbed_case(case)

    text = json.dumps(told)
    assert not {x.upper() for x in MAC.findall(json.dumps(case))} & set(MAC.findall(text))
    for word in ("A-1001", "198.51.100.7", "db8:77", "239.10.10.10"):
        assert word not in text
    first, second = (
        int(row["mac"].replace(":", ""), 16)
        for row in (told["facts"]["macAddressTable"][0], told["facts"]["leaseInfo"][0])
    )
    assert second - first == 4
    assert [row["group"] for row in told["facts"]["groups"]] == ["239.192.0.1", "224.0.0.251"]
    assert told["facts"]["leaseInfo"][1]["lease"].endswith("/56")
    assert told["now"] == case["now"]


@pytest.mark.skipif(not CASES, reason="no labelled cases beside the repository")
def test_the_verdict_stays() -> None:
    """Of every labelled case, but for what it names."""
    for path in CASES:
        case = {k: v for k, v in json.loads(path.read_text()).items() if k != "label"}
        before, after = diagnose(read_case(case)), diagnose(read_case(scrubbed_case(case)))
        for key in ("code", "confidence", "act", "alsoFound", "contradictions", "ask", "missing"):
            assert before.get(key) == after.get(key), path.name
