"""The compose files agree with the image, the settings and the files beside them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from techinfo.cli.main import app
from techinfo.config import load

DEPLOY = Path(__file__).parents[2] / "deploy"
FILES = ("compose.yaml", "compose.grafana.yaml")


def composed(name: str = FILES[0]) -> dict[str, Any]:
    """One of the files."""
    read: dict[str, Any] = yaml.safe_load((DEPLOY / name).read_text(encoding="utf-8"))
    return read


def services() -> dict[str, dict[str, Any]]:
    """Those of both files."""
    return {name: one for file in FILES for name, one in composed(file)["services"].items()}


@pytest.mark.parametrize("name", ["collector", "api"])
def test_a_service_is_called_with_what_there_is(name: str, tmp_path: Path) -> None:
    """A command with its options, and settings that are read."""
    service = services()[name]
    words = service["command"]
    shown = CliRunner().invoke(app, [words[0], "--help"], env={"COLUMNS": "120"}).stdout
    (tmp_path / "community").write_text("public\n", encoding="utf-8")
    given = {
        key: re.sub(r"^\$\{NETWORKS.*", '["192.0.2.0/24"]', str(value)).replace(
            "/run/secrets", str(tmp_path)
        )
        for key, value in service["environment"].items()
    }

    assert all(word in shown for word in words if word.startswith("--"))
    assert load(None, given)


def test_the_api_has_no_secret_of_a_device_and_no_way_to_the_switches() -> None:
    """The collector has both, and no port."""
    api, collector = services()["api"], services()["collector"]

    assert "community" not in json.dumps(api)
    assert not set(api["networks"]) & set(collector["networks"])
    assert "ports" not in collector


def test_all_that_is_published_is_of_this_host_alone() -> None:
    """A proxy with TLS goes before it."""
    ports = [port for one in services().values() for port in one.get("ports", ())]

    assert len(ports) == 3
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_what_is_mounted_is_there() -> None:
    """But the community, which the operator puts there; volumes are declared."""
    declared = {name for file in FILES for name in composed(file)["volumes"]}
    for service in services().values():
        for source in (one.split(":")[0] for one in service["volumes"]):
            if not source.startswith("./"):
                assert source in declared
            elif source != "./community":
                assert (DEPLOY / source).exists(), source


def test_prometheus_scrapes_the_other_listener_and_has_the_alerts() -> None:
    """By the API's name; with the job that the alerts ask for."""
    config = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yaml").read_text("utf-8"))
    (job,) = config["scrape_configs"]
    port = load(None, {}).admin.port

    assert job["static_configs"] == [{"targets": [f"api:{port}"]}]
    assert [(DEPLOY / "prometheus" / one).is_file() for one in config["rule_files"]] == [True]
    assert f'job="{job["job_name"]}"' in (DEPLOY / "prometheus/techinfo.rules.yaml").read_text()
