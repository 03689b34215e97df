"""Cases are input from anywhere: whatever stands in one, it is judged, or refused in words."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.diagnosis.made_up import ago, fibre, pon
from tests.diagnosis.test_rules import CASES

from techinfo.diagnosis.case import read_case
from techinfo.diagnosis.judge import diagnose
from techinfo.diagnosis.rules import RULES
from techinfo.errors import CaseError

_CODES = {rule.code for rule in RULES} | {"undecided"}
_ODD: tuple[Any, ...] = (
    None,
    -1,
    10**30,
    1e308,
    True,
    "",
    "NaN",
    "inf",
    "2026-13-45T99:99:99Z",
    "\x1b[2J\u202e",
    [],
    {},
    [[]],
    [{}],
    {"a": {"b": []}},
    [None, 1, "x"],
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


def _places(document: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [way] if way else []
    if isinstance(document, dict):
        for key, value in document.items():
            found += _places(value, (*way, key))
    elif isinstance(document, list):
        for n, value in enumerate(document):
            found += _places(value, (*way, n))
    return found


@pytest.mark.parametrize("code", CASES)
def test_a_value_of_another_kind_is_unknown(code: str) -> None:
    """At every place of a case, one after the other."""
    draw = random.Random(code)  # noqa: S311 - the same cases every time
    case = CASES[code]

    for way in _places(case):
        if way[0] in ("now", "schema"):
            continue
        broken = copy.deepcopy(case)
        place: Any = broken
        for key in way[:-1]:
            place = place[key]
        place[way[-1]] = draw.choice(_ODD)

        assert diagnose(read_case(broken))["code"] in _CODES


@settings(max_examples=300, deadline=None)
@given(facts=_JSON, expected=_JSON, history=_JSON, customer=_JSON)
def test_anything_at_all_is_judged(
    facts: object, expected: object, history: object, customer: object
) -> None:
    """And nothing is made of nothing."""
    document = {"now": ago(), "facts": facts, "expected": expected}
    document |= {"history": history, "customer": customer, "parts": facts}

    assert diagnose(read_case(document))["code"] in _CODES


@pytest.mark.parametrize(
    "document", [None, [], "x", 5, {}, {"now": "soon"}, {"now": ago(), "schema": "x/1"}]
)
def test_what_is_no_case_is_refused_in_words(document: object) -> None:
    """No moment, or no object, or another schema."""
    with pytest.raises(CaseError):
        read_case(document)


@pytest.mark.parametrize("case", [fibre(), pon()])
def test_a_part_that_fails_never_makes_it_surer(case: dict[str, Any]) -> None:
    """Nor gives a code whose needs are gone."""
    before = diagnose(read_case(case))

    for part in case["parts"]:
        broken = copy.deepcopy(case)
        broken["parts"][part] = {"state": "failed", "code": "element_error"}
        after = diagnose(read_case(broken))
        rule = next((r for r in RULES if r.code == after["code"]), None)
        assert after["confidence"] <= before["confidence"]
        assert rule is None or all(map(read_case(broken).has, rule.needs))
        assert part in after["missing"]


def test_what_comes_out_is_json() -> None:
    """No number that JSON does not have."""
    case = fibre()
    case["facts"]["status"]["transceiver"]["dbmRx"] = float("nan")

    json.dumps(diagnose(read_case(case)), allow_nan=False)
