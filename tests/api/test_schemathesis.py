"""Whatever a document says can be asked is answered as the document says, in every version."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    positive_data_acceptance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.api.everything import BITVIS, TELE, everything
from tests.api.served import OPERATOR, PROVIDER, ServedApi

from techinfo.api.onapi.versions import VERSIONS

CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
Operation = APIOperation[Any, Any, Any, Any]
ASKERS = (OPERATOR, PROVIDER, TELE)
ACCESSES = ("A-1", "A-1", "A-1", "KGX1", "A-2", "A-DEAD", "A-PLANNED", "A-9")
EXAMPLES = int(os.environ.get("OPENAPI_EXAMPLES", "12"))
"""Requests that fit, of each operation and version, and half as many that do not; `make soak`
makes more."""
OURS = "/techinfo/v1/"
SILENT = ("/tech/", "/link", OURS)
"""Below these a network element is asked, which may not answer: 504."""
NOT_HERE = ("/link/", "/accesses", "/subscriptions", "/services", "/tickets", OURS)
"""What may be told nowhere in a network, be listed by another system, or need a ticket desk; of
ours what is still to come: 501."""
WORDED = ("/dhcplookup", "/option82/", "/tickets", OURS)
"""Where what is made up may be malformed, and no schema can tell what would be."""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> ServedApi:
    """The service over recorded devices."""
    return everything(tmp_path_factory.mktemp("service"))


def authorization(asker: tuple[str, str]) -> dict[str, str]:
    """The header of a user."""
    told = base64.b64encode(":".join(asker).encode()).decode()
    return {"Authorization": f"Basic {told}"}


def operations(service: ServedApi, version: str, asker: tuple[str, str]) -> Iterator[Operation]:
    """What can be asked, by the document that somebody is given."""
    path = f"/onapi/{version}/openapi.json"
    schema = schemathesis.openapi.from_asgi(path, service.app, headers=authorization(asker))
    schema.validate()
    for operation in schema.get_all_operations():
        assert isinstance(operation, Ok)
        yield operation.ok()


def ask(
    operation: Operation, askers: tuple[tuple[str, str], ...], mode: GenerationMode
) -> set[int]:
    """Ask one operation in ways that fit its document, or do not; how it answered."""
    positive = mode is GenerationMode.POSITIVE
    found: set[int] = set()

    @settings(
        max_examples=EXAMPLES if positive else EXAMPLES // 2,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=operation.as_strategy(generation_mode=mode),
        access=st.one_of(st.none(), st.sampled_from(ACCESSES)),
        asker=st.sampled_from(askers),
    )
    def asked(case: Case[Any], access: str | None, asker: tuple[str, str]) -> None:
        if access is not None and "id" in (case.path_parameters or {}):
            case.path_parameters["id"] = access
        answer = case.call(headers=authorization(asker))
        more = [positive_data_acceptance] if positive and not is_worded(operation.path) else []
        case.validate_response(answer, checks=[*CHECKS, *more])
        fits(operation.path, answer)
        found.add(answer.status_code)

    asked()
    if positive and operation.method == "get" and "/{id}" in operation.path:
        for access in dict.fromkeys(ACCESSES):  # what is made up may have been about none of them
            case = operation.Case(path_parameters={"id": access})
            answer = case.call(headers=authorization(askers[0]))
            case.validate_response(answer, checks=CHECKS)
            fits(operation.path, answer)
            found.add(answer.status_code)
    return found


def is_worded(path: str) -> bool:
    """Whether a request that fits the document may be wrong all the same."""
    return any(part in path for part in WORDED)


def fits(path: str, answer: Any) -> None:
    """No 500; 501 and 504 only where the contract has them."""
    if answer.status_code == 504:
        assert any(part in path for part in SILENT), path
    elif answer.status_code == 501:
        assert any(part in path for part in NOT_HERE), path
    else:
        assert answer.status_code < 500, (path, answer.status_code)


@pytest.mark.long
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("version", VERSIONS, ids=str)
def test_every_operation_answers_as_its_document_says(
    service: ServedApi, version: object, mode: GenerationMode
) -> None:
    """Requests that fit it and requests that do not: the answers have the forms it promises."""
    found = {
        f"{operation.method} {operation.path}": ask(operation, ASKERS, mode)
        for operation in operations(service, str(version), OPERATOR)
        if operation.path.startswith(f"/{version}")
    }

    assert found
    if mode is GenerationMode.POSITIVE:
        answered = {path for path, statuses in found.items() if 200 in statuses}
        assert {path for path in found if not is_worded(path)} <= answered


@pytest.mark.long
def test_our_own_operations_answer_as_the_document_says(service: ServedApi) -> None:
    """They are in the document of every version."""
    found = [
        ask(operation, ASKERS, GenerationMode.POSITIVE)
        for operation in operations(service, "2.6", OPERATOR)
        if operation.path.startswith(OURS)
    ]

    assert len(found) > 5


def test_who_asks_in_the_bitvis_profile_has_a_document_of_it(service: ServedApi) -> None:
    """Its objects are described as they are told."""
    for operation in operations(service, "2.6", BITVIS):
        if "/tech/" in operation.path:
            ask(operation, (BITVIS,), GenerationMode.POSITIVE)


def test_the_checks_would_find_a_body_that_is_not_as_described(service: ServedApi) -> None:
    """A document of 2.6 does not describe the Bitvis profile, and that is found."""
    (status,) = (
        operation
        for operation in operations(service, "2.6", OPERATOR)
        if operation.path == "/2.6/tech/access/{id}/link/status"
    )
    case = status.Case(path_parameters={"id": "A-1"})
    answer = case.call(headers=authorization(BITVIS))

    with pytest.raises(BaseException, match="ST"):
        case.validate_response(answer, checks=[response_schema_conformance])
    case.validate_response(answer, checks=[not_a_server_error])
