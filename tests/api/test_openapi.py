"""The OpenAPI document: what it promises is what is served."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import httpx
import pytest
import schemathesis
from fastapi import APIRouter
from tests.access.played import Recordings, nothing
from tests.api.served import ServedApi, serve

from techinfo.access.viewer import Scope
from techinfo.api.asgi.scopes import needed
from techinfo.api.openapi import PATHS, Documents
from techinfo.api.routes import own_routes
from techinfo.api.state import AppState
from techinfo.error_codes import Code

TECH = {
    "/tech/access/{id}/hardware": "HardwareInfo",
    "/tech/{id}/access/hardware": "HardwareInfo",
    "/tech/access/{id}/link/status": "LinkStatus",
    "/tech/access/{id}/link/macaddresstable": ["MacRow"],
    "/tech/access/{id}/link/leaseinfo": ["LeaseRow"],
    "/tech/access/{id}/link/igmpsnooping": ["GroupRow"],
    "/tech/cpe/{id}/status": "CpeStatus",
    "/tech/access/{id}": "AccessFacts",
    "/dhcplookup": "Found",
    "/option82/{hex}": "Found",
    "": ["EndpointInfo"],
    "/events": ["EventInfo"],
}
OLD = TECH | {"/subscriptions": ["FlatSubscription"]}
ANSWERS = {
    "2.3.1": {"/accesses/{id}/link": "LinkInfo", "/option82/{hex}": "Found"},
    "2.4": OLD | {"/accesses": ["DatedAccess"], "/accesses/{id}": "DatedSingleAccess"},
    "2.5": OLD | {"/accesses": ["ServedAccess"], "/accesses/{id}": "ServedSingleAccess"},
    "2.6": TECH
    | {
        "/accesses": ["AccessInfo"],
        "/accesses/{id}": "AccessInfo",
        "/subscriptions": ["AccessSubscriptions"],
        "/subscriptions/{id}": "AccessSubscriptions",
        "/services": ["AccessServices"],
        "/services/{id}": "AccessServices",
    },
}
"""Version -> path below it -> what is answered; in brackets a list of it."""


@pytest.fixture(scope="module")
def served() -> ServedApi:
    """A service over nothing."""
    return serve(nothing(), Recordings().open)


@pytest.fixture(params=ANSWERS)
def version(request: pytest.FixtureRequest) -> str:
    """Each version."""
    return str(request.param)


@pytest.fixture
def document(served: ServedApi, version: str) -> dict[str, Any]:
    """Its document."""
    found: dict[str, Any] = served.get(f"/onapi/{version}/openapi.json").json()
    found["paths"] = {p: told for p, told in found["paths"].items() if is_of_onapi(p)}
    return found


def is_of_onapi(path: str) -> bool:
    """Whether a path is of ON-API; tickets and the extensions have tests of their own."""
    return not path.startswith("/techinfo/") and "/tickets" not in path


def named(reference: dict[str, str]) -> str:
    """The name of a schema that is referred to."""
    return reference["$ref"].removeprefix("#/components/schemas/")


def test_every_endpoint_is_in_it_with_its_answer(version: str, document: dict[str, Any]) -> None:
    """Nothing is missing, nothing is there that is not served, and only GET."""
    found = {}
    for path, methods in document["paths"].items():
        assert list(methods) == ["get"]
        schema = methods["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        told = [named(schema["items"])] if "items" in schema else named(schema)
        found[path.removeprefix(f"/{version}")] = told

    assert found == ANSWERS[version]


def test_it_is_openapi(document: dict[str, Any]) -> None:
    """By the schema of OpenAPI itself."""
    assert document["openapi"].startswith("3.1.")
    schemathesis.openapi.from_dict(document).validate()


def test_every_error_has_the_one_form(document: dict[str, Any]) -> None:
    """Of every endpoint; a validation error of 422 does not exist, 304 has no body."""
    for path, methods in document["paths"].items():
        responses = methods["get"]["responses"]
        assert {"400", "401", "403", "404", "429", "503", "default"} <= responses.keys(), path
        assert "422" not in responses
        assert "content" not in responses.get("304", {})
        for status in responses.keys() - {"200", "304"}:
            schema = responses[status]["content"]["application/json"]["schema"]
            assert named(schema) == "Cause", (path, status)
    assert not {"HTTPValidationError", "ValidationError"} & document["components"]["schemas"].keys()


def test_the_headers_of_answers_are_described(document: dict[str, Any]) -> None:
    """What tells the age of an answer, what is missing in it, and what is left of a quota."""
    for path, methods in document["paths"].items():
        responses = methods["get"]["responses"]
        headers = set(responses["200"]["headers"])
        assert {"RateLimit", "RateLimit-Policy"} <= headers
        assert "Retry-After" in responses["429"]["headers"]
        assert "Retry-After" in responses["503"]["headers"]
        if "/tech/" in path or path.endswith("/link"):
            assert {"Last-Modified", "Age", "Techinfo-Incomplete"} <= headers, path
        elif "/dhcplookup" in path or "/option82" in path:
            assert "X-Techinfo-Match" in headers, path
        elif path.count("/") > 1:
            assert "Last-Modified" in headers, path


def test_null_is_nowhere_in_it(document: dict[str, Any]) -> None:
    """What is not known is left out."""
    assert '"null"' not in json.dumps(document)


def test_the_codes_are_published(document: dict[str, Any]) -> None:
    """A client finds the whole list in the document."""
    schemas = document["components"]["schemas"]

    assert schemas["Code"]["enum"] == [code.value for code in Code]
    assert set(schemas["Cause"]["required"]) == {"cause", "code", "retryable"}


def test_authentication_is_declared(document: dict[str, Any]) -> None:
    """Basic or a token is demanded by every endpoint, of the token the scopes that it needs."""
    schemes = dict(document["components"]["securitySchemes"])
    basic, token = schemes.pop("basic"), schemes.pop("token")

    assert not schemes
    assert (basic["type"], basic["scheme"]) == ("http", "basic")
    assert (token["type"], token["scheme"]) == ("http", "bearer")
    assert all(scope.value in token["description"] for scope in Scope)
    for path, methods in document["paths"].items():
        by_basic, by_token = methods["get"]["security"]
        assert by_basic == {"basic": []}, path
        assert by_token.keys() == {"token"}, path
        assert set(by_token["token"]) == needed("GET", path), path


LOOKED_UP = ("ipv4CircuitId", "ipv4RemoteId", "ipv6InterfaceId", "ipv6RemoteId", "ipv4option82")


def test_the_parameters_are_the_ids_and_the_conditions(
    version: str, document: dict[str, Any]
) -> None:
    """The Authorization header is no parameter: it is the security scheme."""
    told = {
        (p["name"], p["in"])
        for methods in document["paths"].values()
        for p in methods["get"].get("parameters", [])
    }

    usual = {("id", "path"), ("hex", "path"), ("cache-control", "header")}
    listed = {("if-modified-since", "header"), *((name, "query") for name in LOOKED_UP)}
    assert told == usual | (listed if version != "2.3.1" else set())


def test_the_servers_are_the_prefixes(document: dict[str, Any]) -> None:
    """A client made of the document asks where it is answered."""
    assert [server["url"] for server in document["servers"]] == ["/onapi", "/api", "/"]


def test_it_is_no_nicer_to_strangers(served: ServedApi) -> None:
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


def test_it_is_the_same_for_everyone(served: ServedApi) -> None:
    """Made once; the second asking gives the same."""
    first, second = (served.get("/2.6/openapi.json/").content for _ in range(2))

    assert first == second


DOCUMENTS = [f"/onapi/{version}/openapi.json" for version in ANSWERS] + [
    "/techinfo/v1/openapi.json"
]


def references(told: Any) -> list[str]:
    """Every reference in a document, at every depth."""
    if isinstance(told, list):
        return [found for one in told for found in references(one)]
    if not isinstance(told, dict):
        return []
    own = [told["$ref"]] if isinstance(told.get("$ref"), str) else []
    return own + [found for one in told.values() for found in references(one)]


@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_reference_leads_to_a_schema_of_one_name(served: ServedApi, path: str) -> None:
    """No schema stands where generators do not look, none has a title that another has."""
    document = served.get(path).json()
    schemas = document["components"]["schemas"]

    assert "$defs" not in json.dumps(document)
    found = {named({"$ref": one}) for one in references(document)}
    assert found == schemas.keys()
    assert not [name for name, schema in schemas.items() if "title" in schema]


@pytest.mark.parametrize("path", DOCUMENTS)
def test_it_says_whose_it_is_and_what_every_part_is_for(served: ServedApi, path: str) -> None:
    """Licence, contact, and words for operations, their parameters and tags."""
    document = served.get(path).json()
    used = set()
    for method_path, item in document["paths"].items():
        for method, told in item.items():
            if method == "servers":
                continue
            used |= set(told["tags"])
            assert told["description"], method_path
            for parameter in told.get("parameters", ()):
                assert parameter["description"], (method_path, parameter["name"])

    assert document["info"]["license"]["identifier"] == "Apache-2.0"
    assert document["info"]["contact"] == {"name": "the operator of this service"}
    assert document["info"]["description"]
    assert {tag["name"] for tag in document["tags"]} == used


def test_times_and_dates_have_their_format(served: ServedApi) -> None:
    """A generated client makes times of them."""
    schemas = served.get("/2.6/openapi.json").json()["components"]["schemas"]

    assert schemas["LinkStatus"]["properties"]["linkSince"]["format"] == "date-time"
    assert schemas["SubscriptionInfo"]["properties"]["connectionDate"]["format"] == "date"


def test_2_4_calls_the_subscription_of_a_ticket_as_it_tells_it(served: ServedApi) -> None:
    """ON-API 2.4: ``coSubscription``."""
    found = {
        version: served.get(f"/{version}/openapi.json").json()["components"]["schemas"]
        for version in ("2.4", "2.5")
    }

    assert "coSubscription" in found["2.4"]["TicketInfo"]["properties"]
    assert "subscriptionId" not in found["2.4"]["TicketInfo"]["properties"]
    assert "subscriptionId" in found["2.5"]["TicketInfo"]["properties"]


def test_where_the_operator_opens_them_anybody_reads_the_documents() -> None:
    """Nothing else; and a log-in that is given counts, right or wrong."""

    def opened(state: AppState) -> AppState:
        return replace(state, middleware=replace(state.middleware, open_paths=PATHS))

    service = serve(nothing(), Recordings().open, attach_tickets=opened)

    async def words(client: httpx.AsyncClient) -> list[int]:
        client.auth = httpx.Auth()  # none
        gets = [*DOCUMENTS, "/openapi.json", "/2.6/", "/2.6/events", "/techinfo/v1/status"]
        told = [(await client.get(path)).status_code for path in gets]
        told.append((await client.post(DOCUMENTS[0])).status_code)
        told.append((await client.get(DOCUMENTS[0], auth=("ops", "wrong"))).status_code)
        return told

    assert service.talk(words) == [200] * 5 + [401, 401, 401, 401, 401, 401]


@pytest.mark.parametrize(
    ("contact", "told"),
    [
        ("https://operator.example/api", {"url": "https://operator.example/api"}),
        ("api@operator.example", {"email": "api@operator.example"}),
    ],
)
def test_the_operator_says_whom_to_ask(contact: str, told: dict[str, str]) -> None:
    """``service.contact``."""
    documents = Documents(lambda _: APIRouter(), own_routes(), ("",), "[a-z]+", contact)

    info = json.loads(documents.of(None))["info"]

    assert info["contact"] == {"name": "the operator of this service", **told}


@pytest.mark.parametrize(
    ("pattern", "told"),
    [("^[A-Z]+$", "^[A-Z]+$"), ("[A-Z]+", "^(?:[A-Z]+)$"), ("^a|b$", "^(?:^a|b$)$")],
)
def test_an_access_id_fits_as_a_whole(pattern: str, told: str) -> None:
    """However the operator writes its pattern."""
    documents = Documents(lambda _: APIRouter(), own_routes(), ("",), pattern)

    paths = json.loads(documents.of(None))["paths"]

    (parameter,) = (
        p for p in paths["/techinfo/v1/access/{id}"]["get"]["parameters"] if p["in"] == "path"
    )
    assert parameter["schema"]["pattern"] == told
