"""Errors: one form, a published code, an id that the log has, and nothing about the equipment."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest
from tests.access import made_up as m
from tests.access.made_up import merged
from tests.access.played import Clock, Recordings, stocked
from tests.api.served import ServedApi, serve

from techinfo.api.errors import api_error
from techinfo.collect import Target
from techinfo.error_codes import Code
from techinfo.errors import (
    CollectorSlowError,
    ConfigError,
    DeviceUnreachableError,
    ForbiddenError,
    SnmpProtocolError,
    SnmpStatusError,
    SnmpTimeoutError,
)
from techinfo.recordings.playback import RecordedConversation
from techinfo.recordings.recording import parse
from techinfo.snmp.interface import Conversation
from techinfo.wire import Cell, SnmpLimits

INVENTORY = """
elements:
  - {name: sw-elm-3, address: 192.0.2.3, sys_name: elm3.example}
  - {name: sw-other, address: 192.0.2.4, sys_name: oak9.example}
  - {name: sw-plain, address: 192.0.2.5}
  - {name: sw-foreign, address: 192.0.2.6, driver: no_such_driver}
accesses:
  - {access_id: A-1, element: sw-elm-3, port: ge1, port_by: name}
  - {access_id: A-OTHER, element: sw-other, port: ge1, port_by: name}
  - {access_id: A-NOPORT, element: sw-elm-3, port: ge99, port_by: name}
  - {access_id: A-PLAIN, element: sw-plain, port: ge1, port_by: name}
  - {access_id: A-FOREIGN, element: sw-foreign, port: ge1, port_by: name}
  - {access_id: A-PLANNED, state: PLANNED}
  - {access_id: A-S1, element: sw-elm-3, port: ge2, port_by: name, c_vlan: 10}
  - {access_id: A-S2, element: sw-elm-3, port: ge2, port_by: name}
  - {access_id: A-HALF, element: sw-elm-3}
cpes:
  - {access_id: A-1, address: 192.0.2.77, mac: "02:00:00:00:00:77"}
  - {access_id: A-OTHER, mac: "02:00:00:00:00:78"}
"""
SECRETS = re.compile(
    r"elm3|oak9|sw-|192\.0\.2|public|community|made_up_os|no_such_driver|ge99|"
    r'Traceback|File "|02:00:00:00:00|error-status|sysName|\.py',
    re.IGNORECASE,
)
"""Names, addresses, sysNames, communities, drivers, ports and stacks: none is a provider's."""
TECH = "/onapi/2.6/tech"
ALL_SIX = (
    "access/{}/hardware",
    "access/{}/link/status",
    "access/{}/link/macaddresstable",
    "access/{}/link/leaseinfo",
    "access/{}/link/igmpsnooping",
)


@pytest.fixture
def network() -> Recordings:
    """Two switches under the names of one, a plain one, and a stranger where the CPE should be."""
    elm = merged(
        m.system("elm3.example"),
        m.port(1, "ge1"),
        m.port(2, "ge2"),
        m.learnt(1, "02:00:00:00:00:11", 10),
        m.learnt(2, "02:00:00:00:00:21", 10),
        m.learnt(2, "02:00:00:00:00:22", 11),
    )
    return Recordings(
        {
            "192.0.2.3": elm,
            "192.0.2.4": elm,
            "192.0.2.5": merged(m.system("elm5", m.PLAIN_ID), m.port(1, "ge1")),
            "192.0.2.6": elm,
            "192.0.2.77": merged(m.system("stranger", m.CPE_ID), m.port(1, "lan")),
        }
    )


@pytest.fixture
def served(tmp_path: Path, network: Recordings) -> ServedApi:
    """The service over them."""
    return serve(stocked(tmp_path, INVENTORY), network.open, clock=Clock())


def refused(answer: httpx.Response, status: int, code: str) -> str:
    """Check the form of an error; its cause."""
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code)
    assert set(body) == {"cause", "code", "retryable"}
    assert isinstance(body["cause"], str)
    assert isinstance(body["retryable"], bool)
    assert body["code"] in list(Code)
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Vary"] == "Authorization, Accept-Language"
    assert not SECRETS.search(answer.text)
    cause: str = body["cause"]
    return cause


def asked(served: ServedApi, paths: Iterable[str], access_id: str) -> list[httpx.Response]:
    """The answers of several endpoints about one access."""

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        return [await client.get(f"{TECH}/{path.format(access_id)}") for path in paths]

    return served.talk(words)


def noted(caplog: pytest.LogCaptureFixture, cause: str) -> str:
    """What the log has under the error id of a cause."""
    found = re.search(r"\(error ([0-9a-f]{12})\)$", cause)
    assert found
    told = [r.getMessage() for r in caplog.records if found[1] in r.getMessage()]
    assert len(told) == 1
    return told[0]


def test_an_unknown_access_is_404(served: ServedApi) -> None:
    """With a code that no other 404 has."""
    for answer in asked(served, [*ALL_SIX, "access/{}", "cpe/{}/status"], "A-9"):
        assert refused(answer, 404, "unknown_access") == "no access has this accessId"


@pytest.mark.parametrize("access", ["A-PLANNED", "A-HALF"])
def test_an_access_without_equipment_is_404(served: ServedApi, access: str) -> None:
    """Planned, or without a port: there is nothing to ask."""
    for answer in asked(served, [*ALL_SIX, "access/{}"], access):
        refused(answer, 404, "not_connected")


def test_a_cpe_of_an_access_without_equipment_is_not_connected(served: ServedApi) -> None:
    """Nothing at all is there, which is more than that no CPE is managed."""
    refused(served.get(f"{TECH}/cpe/A-PLANNED/status"), 404, "not_connected")


@pytest.mark.parametrize("access", ["A-PLAIN", "A-OTHER"])
def test_a_cpe_that_nobody_can_ask_is_not_available(served: ServedApi, access: str) -> None:
    """None is managed, or its address is not known."""
    refused(served.get(f"{TECH}/cpe/{access}/status"), 404, "not_available_here")


@pytest.mark.parametrize("question", ["leaseinfo", "igmpsnooping"])
def test_what_the_element_cannot_tell_is_not_an_empty_list(
    served: ServedApi, question: str
) -> None:
    """No table of its driver tells it: 404, never ``[]``."""
    refused(served.get(f"{TECH}/access/A-PLAIN/link/{question}"), 404, "not_available_here")


@pytest.mark.parametrize(
    "access_id",
    ["A_1", "A%201", "A%00", "a" * 37, "%C3%A5", "%FF", "A-1;x=1", "A-1%0A", "*", "A+1"],
)
def test_a_malformed_access_id_is_400(served: ServedApi, access_id: str) -> None:
    """Never 422, and what was sent is not sent back."""
    for answer in asked(served, [*ALL_SIX, "cpe/{}/status", "access/{}"], access_id):
        assert refused(answer, 400, "malformed") == "the accessId is malformed"


@pytest.mark.parametrize("path", [*ALL_SIX, "access/{}"])
def test_another_device_gives_no_data(
    served: ServedApi, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The sysName is not the inventory's: 500, and the log tells the operator both names."""
    answer = served.get(f"{TECH}/{path.format('A-OTHER')}")

    if path == "access/{}":
        parts = answer.json()["parts"]
        assert {p["code"] for n, p in parts.items() if n != "cpe"} == {"inventory_mismatch"}
        assert set(answer.json()) == {"accessId", "parts", "capabilities", "diagnosis"}
        assert answer.json()["diagnosis"]["code"] == "inventory_mismatch"
        assert not SECRETS.search(answer.text)
        return
    story = noted(caplog, refused(answer, 500, "inventory_mismatch"))
    assert "oak9.example" in story
    assert "elm3.example" in story
    assert "192.0.2.4" in story


def test_another_port_gives_no_data(served: ServedApi, caplog: pytest.LogCaptureFixture) -> None:
    """The port that the inventory names is not there."""
    answer = served.get(f"{TECH}/access/A-NOPORT/link/status")

    assert "ge99" in noted(caplog, refused(answer, 500, "inventory_mismatch"))


def test_a_stranger_at_the_cpes_address_gives_no_data(
    served: ServedApi, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither its MAC nor its serial number is the inventory's."""
    answer = served.get(f"{TECH}/cpe/A-1/status")

    assert "sn-stranger" in noted(caplog, refused(answer, 500, "inventory_mismatch"))


def test_an_unknown_driver_is_500(served: ServedApi, caplog: pytest.LogCaptureFixture) -> None:
    """Of no use to ask again; the log says which driver."""
    answer = served.get(f"{TECH}/access/A-FOREIGN/link/status")

    assert "no_such_driver" in noted(caplog, refused(answer, 500, "not_supported"))
    assert answer.json()["retryable"] is False


@pytest.mark.parametrize("question", ["macaddresstable", "leaseinfo", "igmpsnooping"])
def test_rows_of_a_shared_port_are_refused_to_who_has_no_discriminator(
    served: ServedApi, question: str
) -> None:
    """409 with the cause, and nothing is asked for it; the neighbour's own rows are told."""
    answer = served.get(f"{TECH}/access/A-S2/link/{question}")

    assert "share this port" in refused(answer, 409, "not_unique")
    assert answer.json()["retryable"] is False
    assert served.collector.visits == 0


def test_who_shares_a_port_sees_ones_own_rows(served: ServedApi) -> None:
    """Of two VLANs on the port the own one; link status is told to both."""
    rows = served.get(f"{TECH}/access/A-S1/link/macaddresstable")
    status = served.get(f"{TECH}/access/A-S2/link/status")

    assert [row["mac"] for row in rows.json()] == ["02:00:00:00:00:21"]
    assert status.json()["link"] is True


class Failing(RecordedConversation):
    """A device that answers nothing but an error."""

    def __init__(self, error: Exception) -> None:
        super().__init__(parse(m.lines(m.system("x")), name="x"))
        self.error = error

    async def get(self, oids: Sequence[str]) -> dict[str, Cell]:  # noqa: ARG002 - whatever is asked
        """The error."""
        raise self.error


@pytest.mark.parametrize(
    ("error", "status", "code", "retryable"),
    [
        (SnmpTimeoutError("no answer", address="192.0.2.3:161"), 504, "element_silent", True),
        (DeviceUnreachableError("no route", address="192.0.2.3"), 504, "element_silent", True),
        (SnmpProtocolError("garbled public\nx", address="192.0.2.3"), 500, "element_error", True),
        (SnmpStatusError("error-status 5", status=5, address="192.0.2.3"), 500, "element_error", 1),
        (
            ConfigError("no such credential for sw-elm-3", key="credentials.x"),
            500,
            "internal",
            True,
        ),
        (ZeroDivisionError("elm3.example"), 500, "internal", True),
    ],
)
@pytest.mark.parametrize("question", ["link/status", "link/macaddresstable"])
def test_every_failure_of_a_device_has_its_code_and_an_id(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    question: str,
    error: Exception,
    status: int,
    code: str,
    retryable: bool,
) -> None:
    """The log has the whole story under the id of the cause, on one line; the answer has none."""

    def opener(_target: Target, _limits: SnmpLimits) -> Conversation:
        return Failing(error)

    served = serve(stocked(tmp_path, INVENTORY), opener)

    with caplog.at_level(logging.WARNING):
        answer = served.get(f"{TECH}/access/A-1/{question}")

    story = noted(caplog, refused(answer, status, code))
    assert answer.json()["retryable"] == retryable
    assert type(error).__name__ in story
    assert "\n" not in story


def test_an_error_nobody_expected_leaves_its_stack_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Under the same id as the cause, so that one finds the other."""

    def opener(_target: Target, _limits: SnmpLimits) -> Conversation:
        raise ZeroDivisionError("elm3.example")

    answer = serve(stocked(tmp_path, INVENTORY), opener).get(f"{TECH}/access/A-1/link/status")

    cause = refused(answer, 500, "internal")
    (record,) = [r for r in caplog.records if r.name == "techinfo.api.errors"]
    assert record.getMessage() == noted(caplog, cause)
    assert record.levelno == logging.ERROR
    assert record.exc_info


@pytest.mark.parametrize("path", ["tech/access/A-1/hardware", "tech/access/A-1", "accesses"])
def test_other_methods_are_405_with_allow(served: ServedApi, path: str) -> None:
    """In the form of every error."""
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO"):
        answer = served.request(method, f"/onapi/2.6/{path}/")

        refused(answer, 405, "method_not_allowed")
        assert answer.headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    "path", ["/onapi/2.6/foo", "/2.3.1", "/2.3.1/", "/api/2.7/tech/access/A-1/hardware", "/2.3.1/x"]
)
def test_an_unknown_path_below_a_version_is_501(
    served: ServedApi, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    """An endpoint or version that is not implemented; no warning, as nothing is wrong."""
    caplog.set_level(logging.INFO)
    noted(caplog, refused(served.get(path), 501, "not_implemented"))


@pytest.mark.parametrize("path", ["/", "/foo", "/onapi", "/onapi/", "/favicon.ico", "/26/tech"])
def test_any_other_unknown_path_is_404(served: ServedApi, path: str) -> None:
    """Nothing of ON-API is there."""
    refused(served.get(path), 404, "not_found")


@pytest.mark.parametrize("code", Code)
def test_every_code_has_the_status_of_an_error_and_words_without_secrets(code: Code) -> None:
    """The list of codes is in one place, each with the status and the words that it comes with."""
    assert HTTPStatus(code.status) >= HTTPStatus.BAD_REQUEST
    assert not SECRETS.search(code.cause)


@pytest.mark.parametrize(
    ("error", "code", "status", "cause"),
    [
        (SnmpTimeoutError("x"), Code.ELEMENT_SILENT, 504, "the network element does not answer"),
        (
            DeviceUnreachableError("x"),
            Code.ELEMENT_SILENT,
            504,
            "the network element cannot be reached",
        ),
        (
            SnmpProtocolError("x"),
            Code.ELEMENT_ERROR,
            500,
            "the network element's answer cannot be used",
        ),
        (CollectorSlowError("x"), Code.COLLECTOR_DOWN, 504, "answers too slowly"),
        (ForbiddenError("not yours"), Code.FORBIDDEN, 403, "not yours"),
        (ConfigError("x", key="k"), Code.INTERNAL, 500, "something went wrong here"),
        (ValueError("x"), Code.INTERNAL, 500, "something went wrong here"),
    ],
)
def test_an_error_is_answered_as_its_class_or_its_base_says(
    error: Exception, code: Code, status: int, cause: str
) -> None:
    """Its own words are told only where they are for whoever asked."""
    answered = api_error(error)

    assert (answered.code, answered.status) == (code, status)
    assert answered.cause.endswith(cause)
