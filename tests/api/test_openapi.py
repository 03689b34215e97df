"""The OpenAPI document: what it promises is what is served."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.served import House, house
from tests.service.played import Recordings, nothing

from techinfo.api.codes import Code

ANSWERS = {
    "/2.6/tech/access/{id}/hardware": "HardwareInfo",
    "/2.6/tech/access/{id}/link/status": "LinkStatus",
    "/2.6/tech/access/{id}/link/macaddresstable": ["MacRow"],
    "/2.6/tech/access/{id}/link/leaseinfo": ["LeaseRow"],
    "/2.6/tech/access/{id}/link/igmpsnooping": ["GroupRow"],
    "/2.6/tech/cpe/{id}/status": "CpeStatus",
    "/2.6/tech/access/{id}": "AccessFacts",
    "/2.6/accesses": ["AccessInfo"],
    "/2.6/accesses/{id}": "AccessInfo",
}


@pytest.fixture(scope="module")
def served() -> House:
    """A service over nothing."""
    return house(nothing(), Recordings().open)


@pytest.fixture(scope="module")
def document(served: House) -> dict[str, Any]:
    """Its document; the extensions have tests of their own."""
    found: dict[str, Any] = served.get("/onapi/2.6/openapi.json").json()
    found["paths"] = {p: told for p, told in found["paths"].items() if p.startswith("/2.6/")}
    return found


def named(reference: dict[str, str]) -> str:
    """The name of a schema that is referred to."""
    return reference["$ref"].removeprefix("#/components/schemas/")


def test_every_endpoint_is_in_it_with_its_answer(document: dict[str, Any]) -> None:
    """Nothing is missing, nothing is there that is not served, and only GET."""
    found = {}
    for path, methods in document["paths"].items():
        assert list(methods) == ["get"]
        schema = methods["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        found[path] = [named(schema["items"])] if "items" in schema else named(schema)

    assert found == ANSWERS


def test_every_error_has_the_one_form(document: dict[str, Any]) -> None:
    """Of every endpoint; a validation error of 422 does not exist."""
    for path, methods in document["paths"].items():
        responses = methods["get"]["responses"]
        assert {"400", "401", "403", "404", "default"} <= responses.keys(), path
        assert "422" not in responses
        for status in responses.keys() - {"200"}:
            schema = responses[status]["content"]["application/json"]["schema"]
            assert named(schema) == "Cause", (path, status)
    assert not {"HTTPValidationError", "ValidationError"} & document["components"]["schemas"].keys()


def test_the_codes_are_published(document: dict[str, Any]) -> None:
    """A client finds the whole list in the document."""
    schemas = document["components"]["schemas"]

    assert schemas["Code"]["enum"] == [code.value for code in Code]
    assert set(schemas["Cause"]["required"]) == {"cause", "code", "retryable"}


def test_basic_authentication_is_declared(document: dict[str, Any]) -> None:
    """And demanded by every endpoint."""
    (name, scheme), *more = document["components"]["securitySchemes"].items()

    assert not more
    assert (scheme["type"], scheme["scheme"]) == ("http", "basic")
    for path, methods in document["paths"].items():
        assert methods["get"]["security"] == [{name: []}], path


def test_the_parameters_are_the_id_and_the_freshness(document: dict[str, Any]) -> None:
    """The Authorization header is no parameter: it is the security scheme."""
    told = {
        (p["name"], p["in"])
        for methods in document["paths"].values()
        for p in methods["get"].get("parameters", [])
    }

    assert told == {("id", "path"), ("cache-control", "header")}


def test_the_servers_are_the_prefixes(document: dict[str, Any]) -> None:
    """A client made of the document asks where it is answered."""
    assert [server["url"] for server in document["servers"]] == ["/onapi", "/api", "/"]


def test_it_is_no_nicer_to_strangers(served: House) -> None:
    """Nothing below a version is answered without credentials, and there are no web pages."""
    assert served.get("/2.6/openapi.json", auth=("ops", "wrong")).status_code == 401
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert served.get(path).status_code == 404


def test_every_property_is_spelt_as_on_api_spells_it(document: dict[str, Any]) -> None:
    """CamelCase, and no name that begins with a capital or holds an underscore."""
    for name, schema in document["components"]["schemas"].items():
        for key in schema.get("properties", {}):
            assert key[0].islower(), (name, key)
            assert "_" not in key, (name, key)


def test_it_is_the_same_for_everyone(served: House) -> None:
    """Made once; the second asking gives the same."""
    first, second = (served.get("/2.6/openapi.json/").content for _ in range(2))

    assert first == second
