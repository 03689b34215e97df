"""Clients are generated from every document, type-checked, and drive the demo by themselves.

`make clients` gets what that takes; without it these tests are skipped.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.cli.demoing import Demo

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
DOCUMENTS = {
    path.stem.removeprefix("onapi-").removeprefix("techinfo-"): path
    for path in sorted((ROOT / "docs" / "openapi").glob("*.json"))
}
TOOLS = HERE / "node_modules"
GENERATOR = ROOT / ".venv-clients" / "bin"
PATIENCE_S = 300.0

pytestmark = pytest.mark.long
of_node = pytest.mark.skipif(not TOOLS.is_dir(), reason="make clients, with node and npm")
of_python = pytest.mark.skipif(not GENERATOR.is_dir(), reason="make clients")


def run(*command: str | Path, **more: Any) -> str:
    """What a command has printed; that it failed is an error with its words."""
    done: subprocess.CompletedProcess[str] = subprocess.run(
        command, capture_output=True, text=True, timeout=PATIENCE_S, check=False, **more
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def node(script: str, *arguments: str | Path, **more: Any) -> str:
    """What a tool of node's has printed."""
    return run("node", TOOLS / script, *arguments, **more)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demo, and where it listens."""
    with Demo(tmp_path_factory.mktemp("demo") / "errors", "--port", "0") as running:
        yield running.base.removesuffix("/onapi/2.6")


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a Python package of each document."""
    folder = tmp_path_factory.mktemp("generated")
    path = f"{GENERATOR}{os.pathsep}{os.environ['PATH']}"
    for version, document in DOCUMENTS.items():
        out = run(
            GENERATOR / "openapi-python-client",
            *("generate", "--meta", "none", "--fail-on-warning", "--path", document),
            *("--output-path", folder / package(version)),
            env={**os.environ, "PATH": path},
        )
        assert "warning" not in out.lower(), out
    return folder


def package(version: str) -> str:
    """What the generated package of a document is called."""
    return "client_" + version.replace(".", "_")


def test_there_is_a_document_of_each_version() -> None:
    """Those that the tests below look at."""
    assert list(DOCUMENTS) == ["2.3.1", "2.4", "2.5", "2.6", "v1"]


@of_node
def test_redocly_finds_nothing() -> None:
    """No error and no warning, in every document."""
    told = node(
        "@redocly/cli/bin/cli.js",
        *("lint", "--config", str(HERE / "redocly.yaml")),
        *DOCUMENTS.values(),
        env={**os.environ, "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"},
    )

    assert "warning" not in told.lower()


@of_node
def test_spectral_finds_nothing() -> None:
    """By its rules for OpenAPI, examples against their schemas among them."""
    told = node(
        "@stoplight/spectral-cli/dist/index.js",
        *("lint", "--ruleset", HERE / "spectral.yaml", "--fail-severity", "hint"),
        *DOCUMENTS.values(),
    )

    assert "No results" in told


@of_python
def test_the_generated_python_clients_are_typed(generated: Path) -> None:
    """By mypy, strictly."""
    config = generated / "mypy.ini"
    # The generator's own frame, the same for every document, hands `*args: object` on.
    config.write_text("[mypy]\nstrict = true\n[mypy-*.client]\ndisable_error_code = arg-type\n")
    run(
        *(sys.executable, "-m", "mypy", "--config-file", config),
        *("--python-executable", GENERATOR / "python", "--cache-dir", generated / "cache"),
        *(generated / package(version) for version in DOCUMENTS),
        cwd=generated,
    )


@of_python
def test_the_generated_python_clients_drive_the_demo(generated: Path, demo: str) -> None:
    """Every version: a link, addresses, a ticket from its making to its end, the extensions."""
    heard = {}
    for version in DOCUMENTS:
        command = (GENERATOR / "python", HERE / "drive.py", generated, package(version))
        heard[version] = json.loads(run(*command, version, demo))

    for told in heard.values():
        assert told["report"] == "A-1401"
        assert told["found"] == ["A-1401"]
        assert told["batch"] == [200, 404]
        assert told["code"]
    assert heard["2.3.1"]["link"] == "UP"
    for version in ("2.4", "2.5", "2.6"):
        told = heard[version]
        assert told["link"] is True
        assert told["linkSince"].endswith("+00:00")
        assert (told["ticket"], told["status"]) == (f"by {version}", "CLOSED")
        assert told["comments"] == ["It was only a test."]
        assert told["listed"]


@of_node
def test_the_generated_typescript_client_drives_the_demo(tmp_path: Path, demo: str) -> None:
    """Types of every document compile; those of 2.6 are used."""
    (tmp_path / "node_modules").symlink_to(TOOLS)
    for name in ("drive.ts", "tsconfig.json", "package.json"):
        shutil.copy(HERE / name, tmp_path / name)
    for document in DOCUMENTS.values():
        types = tmp_path / f"{document.stem}.ts"
        node("openapi-typescript/bin/cli.js", document, "--output", types)
    node("typescript/bin/tsc", "--project", tmp_path)

    told = json.loads(run("node", tmp_path / "drive.js", demo))

    assert told["link"] is True
    assert told["code"]
    assert told["changed"] == 204
    assert (told["ticket"], told["status"]) == ("by TypeScript", "CLOSED")
    assert told["comments"] == ["It was only a test."]
    assert told["refused"] == "unknown_access"
