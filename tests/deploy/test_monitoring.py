"""Alerts, their runbooks and the dashboard agree with each other and with the metrics."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from techinfo.api.admin.metrics import AuditNumbers, Metrics, ServiceStats
from techinfo.collect import CollectorStats
from techinfo.collect.tally import GroupStats, process_stats

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy" / "prometheus" / "techinfo.rules.yaml"
TESTS = ROOT / "deploy" / "prometheus" / "techinfo.rules.test.yaml"
DASHBOARD = json.loads((ROOT / "deploy" / "grafana" / "techinfo.json").read_text(encoding="utf-8"))
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")

PROMTOOL = shutil.which("promtool") or ""
needs_promtool = pytest.mark.skipif(
    not PROMTOOL, reason="promtool is not installed (Debian: prometheus)"
)


def alerts() -> list[dict[str, object]]:
    """The rules, as they stand in the file."""
    (group,) = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    rules: list[dict[str, object]] = group["rules"]
    return rules


def queries() -> Iterator[str]:
    """Every query of the dashboard, as it is with all values chosen."""
    for panel in DASHBOARD["panels"]:
        for target in panel["targets"]:
            query = target["expr"].replace("$__rate_interval", "5m")
            yield re.sub(r"\$(instance|site|driver)\b", ".*", query)


def series() -> set[str]:
    """The names of everything that a service exposes."""
    metrics, now = Metrics(), datetime(2026, 3, 1, tzinfo=UTC)
    metrics.answered("GET", "/2.6/tech/access/{}", 200, 0.1)
    group = GroupStats(driver="generic", site="ELM", elements=1, visits=1, seconds=1.0)
    collector = CollectorStats(groups=(group,), process=process_stats())
    state = ServiceStats(
        now=now,
        imported_at=now - timedelta(hours=1),
        audit=AuditNumbers(),
        pauses=0,
        collector=collector,
        stores={"users": ""},
        orders_read_at=now,
    )
    text = metrics.exposition(state).decode()
    return {s.name for family in text_string_to_metric_families(text) for s in family.samples}


@pytest.mark.parametrize("query", [*(str(rule["expr"]) for rule in alerts()), *queries()])
def test_every_metric_that_is_asked_for_is_there(query: str) -> None:
    """A renamed metric would make an alert that never fires."""
    named = set(re.findall(r"\b(?:techinfo|process)_[a-z_]+", query))

    assert named <= series() or query.startswith("up{")


@pytest.mark.parametrize("alert", alerts(), ids=lambda rule: str(rule["alert"]))
def test_every_alert_has_a_runbook_and_a_test(alert: dict[str, object]) -> None:
    """Where its annotation says."""
    name = str(alert["alert"])
    tested = yaml.safe_load(TESTS.read_text(encoding="utf-8"))["tests"]

    annotations = alert["annotations"]
    assert isinstance(annotations, dict)
    assert annotations["runbook"] == f"docs/runbook.md#{name.lower()}"
    assert f"\n## {name}\n" in RUNBOOK
    assert any(name == case["alertname"] for one in tested for case in one["alert_rule_test"])


def test_the_runbook_has_no_alert_that_is_not_there() -> None:
    """Nor one that was renamed."""
    assert set(re.findall(r"^## (\w+)$", RUNBOOK, re.MULTILINE)) == {
        str(rule["alert"]) for rule in alerts()
    }


@needs_promtool
def test_the_rules_fire_as_their_tests_say() -> None:
    """By Prometheus's own tool."""
    done = subprocess.run(
        [PROMTOOL, "test", "rules", TESTS.name],
        cwd=TESTS.parent,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


@needs_promtool
def test_every_query_of_the_dashboard_is_promql(tmp_path: Path) -> None:
    """Checked as if each were a recording rule."""
    rules = [{"record": f"query_{number}", "expr": query} for number, query in enumerate(queries())]
    (tmp_path / "rules.yaml").write_text(
        yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}), encoding="utf-8"
    )

    done = subprocess.run(
        [PROMTOOL, "check", "rules", "rules.yaml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_panels_of_the_dashboard_stand_beside_each_other() -> None:
    """None over another, and each id once."""
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= cells
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
