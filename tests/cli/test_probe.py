"""``techinfo probe`` against a device that answers over UDP, and what other commands make of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.conftest import Run

from techinfo.lab import FaultSpec, Lab, LabDevice

ADDRESS = "127.23.7.1"
SECRET = "TECHINFO_CREDENTIALS__DEFAULT__COMMUNITY"  # noqa: S105 - the variable, not the secret


@pytest.fixture
def lab(walk: Path) -> Iterator[Lab]:
    """A switch that refuses more than three repetitions."""
    fault = FaultSpec(kind="too_big_over_repetitions", args={"limit": 3})
    device = LabDevice(
        name="sw", address=ADDRESS, recordings=(walk,), community="s3cret", faults=(fault,)
    )
    with Lab([device]) as running:
        yield running


@pytest.mark.long
def test_a_probe_is_shown_saved_heeded_and_forgotten(techinfo: Run, lab: Lab) -> None:
    """Told as JSON; kept for its model; seen by `drivers` and `dump`; erased by a person only."""
    where = (ADDRESS, "--port", str(lab.port))
    told = {SECRET: "s3cret"}

    probed = techinfo("probe", *where, "--json", "--save", "--rate", "100", **told)
    shown = techinfo("drivers", "generic")
    dumped = techinfo("dump", "--host", *where, **told)
    forgotten = techinfo("drivers", "generic", "--forget")
    after = techinfo("drivers", "generic")

    document = json.loads(probed.stdout)
    assert (document["schema"], document["saved"]) == ("techinfo.probe/1", True)
    assert document["device"]["driver"] == "generic"
    assert document["facts"]["macAddressTable"] == "not implemented"
    assert document["limits"]["maxRepetitions"] == 3
    assert document["cost"]["requests"] < 40
    assert "learnt of 1.3.6.1.4.1.99999.1  Test switch" in shown.stdout
    assert "10 to 3 repetitions" in shown.stdout
    assert "macs: not implemented, so it is unsupported" in shown.stdout
    dump = json.loads(dumped.stdout)
    assert dump["device"]["limits"]["maxRepetitions"] == 3
    assert dump["parts"]["macAddressTable"]["state"] == "unsupported"
    assert "forgotten" in forgotten.stderr
    assert "learnt of" not in after.stdout
    assert "s3cret" not in "".join(p.stdout + p.stderr for p in (probed, shown, dumped))
    assert lab.counts("sw").sets_refused == 0


def test_a_probe_that_is_not_saved_leaves_nothing(techinfo: Run, lab: Lab, tmp_path: Path) -> None:
    """It prints a table, and says what could be done."""
    done = techinfo(
        "probe", ADDRESS, "--port", str(lab.port), "--rate", "100", **{SECRET: "s3cret"}
    )

    assert done.returncode == 0
    assert "3 of 10" in done.stdout
    assert "max_repetitions=3" in done.stdout
    assert not (tmp_path / "learnt.sqlite").exists()


@pytest.mark.long
def test_a_file_that_is_something_else_is_a_clear_error(
    techinfo: Run, lab: Lab, tmp_path: Path
) -> None:
    """For the probe, for `drivers` and for the service, which does not start with it."""
    (tmp_path / "learnt.sqlite").write_text("my notes\n" * 200, encoding="utf-8")

    probed = techinfo("probe", ADDRESS, "--port", str(lab.port), "--save", **{SECRET: "s3cret"})
    shown = techinfo("drivers", "generic")
    served = techinfo("serve", TECHINFO_SERVICE__PORT="0")

    for done in (probed, shown, served):
        assert done.returncode == 2
        assert "learnt.sqlite" in done.stderr
    assert (tmp_path / "learnt.sqlite").read_text(encoding="utf-8") == "my notes\n" * 200


def test_a_folder_that_is_not_there_is_warned_of(techinfo: Run, lab: Lab) -> None:
    """What cannot be remembered stops nothing."""
    done = techinfo(
        "probe", ADDRESS, "--port", str(lab.port), "--save", "--rate", "100",
        TECHINFO_COLLECT__LEARNT="no/such/folder/learnt.sqlite", **{SECRET: "s3cret"},
    )  # fmt: skip

    assert done.returncode == 0
    assert "warning" in done.stderr
    assert "collect.learnt" in done.stderr
