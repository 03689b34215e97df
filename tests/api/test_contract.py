"""The contract, path by path, field by field and status by status, in every version.

The tables are in `tests.api.contract`; the walks ask everything that they say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.api.contract import (
    BITVIS_FIELDS,
    ELSEWHERE,
    FIELDS,
    LISTED,
    METHODS,
    PATHS,
    PREFIXES,
    REFUSED,
    Refused,
    V,
)
from tests.api.everything import BITVIS, everything
from tests.api.served import PROVIDER, ServedApi

from techinfo.api.routes import ENDPOINTS
from techinfo.error_codes import Code

MOUNTED = {endpoint.name for endpoint in ENDPOINTS}


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Mapping[tuple[Any, bool], ServedApi]:
    """A service for every way in which the tables serve."""
    made: dict[tuple[Any, bool], ServedApi] = {}
    for row in REFUSED:
        key = (id(row.served), row.authoritative)
        if key not in made:
            made[key] = everything(
                tmp_path_factory.mktemp("service"),
                endpoints=row.served,
                authoritative=row.authoritative,
            )
    return made


@pytest.fixture
def served(tmp_path: Path) -> ServedApi:
    """The service, everything on."""
    return everything(tmp_path)


@pytest.fixture(scope="module")
def looked_at(tmp_path_factory: pytest.TempPathFactory) -> ServedApi:
    """The same, for all who only GET what is told."""
    return everything(tmp_path_factory.mktemp("looked_at"))


def urls(version: str, path: str) -> Iterator[str]:
    """Every way to write a path."""
    for prefix in PREFIXES:
        for slash in ("", "/"):
            yield f"{prefix}/{version}/{path}".rstrip("/") + slash


@pytest.mark.parametrize("version", V)
def test_every_path_is_there_in_its_versions(served: ServedApi, version: str) -> None:
    """Under every prefix, with and without a slash at the end; in other versions it is 501."""

    async def words(client: httpx.AsyncClient) -> dict[str, set[int]]:
        return {
            row.path: {(await client.get(url)).status_code for url in urls(version, row.path)}
            for row in PATHS
        }

    found = served.talk(words)

    for row in PATHS:
        here = version in row.versions and row.name in {*MOUNTED, "endpoints"}
        assert found[row.path] <= (set(row.statuses) if here else {501}), (version, row.path)


def told(answer: httpx.Response) -> dict[str, str]:
    """The headers, but for what is of one request alone."""
    return {name: text for name, text in answer.headers.items() if name != "x-request-id"}


@pytest.mark.parametrize("version", V)
def test_every_method_is_allowed_or_405(served: ServedApi, version: str) -> None:
    """HEAD answers as GET; what is not allowed is told with what is."""
    rows = [row for row in PATHS if version in row.versions and row.name in MOUNTED]

    async def words(client: httpx.AsyncClient) -> None:
        for row in rows:
            got = await client.get(f"/{version}/{row.path}")
            for method in METHODS:
                answer = await client.request(method, f"/{version}/{row.path}")
                if method in ("GET", "HEAD"):
                    assert (answer.status_code, told(answer)) == (got.status_code, told(got))
                elif method not in row.methods:
                    assert answer.status_code == 405, (method, row.path)
                    allowed = {name.strip() for name in answer.headers["Allow"].split(",")}
                    assert allowed == set(row.methods)
                    assert answer.json()["code"] == "method_not_allowed"

    served.talk(words)


def flattened(body: Any, name: str = "") -> Iterator[tuple[str, type]]:
    """Every parameter in an answer, dotted, with its type; rows of a list have no number."""
    if isinstance(body, list):
        for row in body:
            yield from flattened(row, name)
    elif isinstance(body, dict):
        for key, value in body.items():
            yield from flattened(value, f"{name}.{key}" if name else key)
    else:
        yield name, type(body)


@pytest.mark.parametrize("version", V)
@pytest.mark.parametrize("path", FIELDS)
def test_every_field_is_told_in_its_versions(looked_at: ServedApi, version: str, path: str) -> None:
    """These parameters and no other, each of its type; never null, never empty text."""
    table = {name: kind for name, (kind, when) in FIELDS[path].items() if version in when}
    answer = looked_at.get(f"/onapi/{version}/{path}")

    if not table:
        assert answer.status_code == 501
        return
    found = set(flattened(answer.json()))
    assert found == set(table.items())
    assert '""' not in answer.text
    assert "null" not in answer.text


@pytest.mark.parametrize("path", BITVIS_FIELDS)
@pytest.mark.parametrize("version", LISTED)
def test_the_bitvis_profile_has_its_own_words(
    looked_at: ServedApi, version: str, path: str
) -> None:
    """In 2.6 only: it is a reading of that; rates as integers where the provider wants them."""
    usual = looked_at.get(f"/{version}/{path}", auth=PROVIDER)
    bitvis = looked_at.get(f"/{version}/{path}", auth=BITVIS)

    words = BITVIS_FIELDS[path] if version == "2.6" else {}
    told = {
        ".".join(words.get(x, x) for x in name.split(".")) for name, _ in flattened(usual.json())
    }
    assert {name for name, _ in flattened(bitvis.json())} == told
    rates = {kind for name, kind in flattened(bitvis.json()) if name.endswith((".cir", ".pir"))}
    assert rates <= {int}


@pytest.mark.parametrize(
    "row", REFUSED, ids=lambda row: f"{row.status}-{row.code}-{row.method}-{row.path or 'list'}"
)
def test_every_refusal_has_its_status_and_code(
    services: Mapping[tuple[Any, bool], ServedApi], row: Refused
) -> None:
    """In the one form; a 5xx with an error id in the cause."""
    service = services[(id(row.served), row.authoritative)]

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        return [
            await client.request(
                row.method,
                f"/onapi/{version}/{row.path}",
                auth=row.auth,
                headers=row.headers,
                content=row.content,
            )
            for version in row.versions
        ]

    for answer in service.talk(words):
        body = answer.json()
        assert (answer.status_code, body["code"]) == (row.status, row.code)
        assert set(body) == {"cause", "code", "retryable"}
        assert body["retryable"] is row.retryable
        assert ("(error " in body["cause"]) is (row.status >= 500)
        assert answer.headers["Content-Type"] == "application/json"
        if row.served is ELSEWHERE and row.code is Code.ELSEWHERE:
            assert ELSEWHERE.elsewhere["accesses"] in body["cause"]


@pytest.mark.parametrize("version", LISTED)
def test_a_silent_element_is_down_as_hardware(served: ServedApi, version: str) -> None:
    """The one question that silence answers: 200, and nothing but that."""
    answer = served.get(f"/{version}/tech/access/A-DEAD/hardware")

    assert (answer.status_code, answer.json()) == (200, {"up": False})
