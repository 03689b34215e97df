"""Expected answers that stand in files: compared, or written anew with ``--update-expected``."""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

Expected = Callable[[Path, Any], None]


settings.register_profile(
    "any load",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=not os.environ.get("DRAWN_ANEW"),
)
"""What is drawn is the same in every run, so that none fails by chance; a soak draws anew."""
settings.load_profile("any load")


def pytest_configure() -> None:
    """Let processes that tests start hear Ctrl-C, and find our code compiled.

    Whoever runs in the background ignores Ctrl-C.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_xdist_auto_num_workers() -> int:
    """How many processes run tests: half as many again as there are cores.

    A third of the time a test waits for a process, a timer or a browser that it has started.
    """
    cores = len(os.sched_getaffinity(0))
    return cores + cores // 2


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Keep what was collected out of the garbage collector's sight.

    Thousands of tests are looked through in every full collection otherwise: a fifth of all CPU
    time of the tests.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()
        gc.set_threshold(50_000, 20, 50)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the flag."""
    parser.addoption(
        "--update-expected",
        action="store_true",
        help="write what is found into the files of expected answers; read that diff like code",
    )


@pytest.fixture
def expected(request: pytest.FixtureRequest) -> Expected:
    """Compares something with what stands in a file."""
    update = bool(request.config.getoption("--update-expected"))

    def compare(path: Path, found: Any) -> None:
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps(found, indent=2, ensure_ascii=False, sort_keys=True)
            path.write_text(f"{text}\n", encoding="utf-8")
        assert found == json.loads(path.read_text(encoding="utf-8"))

    return compare
