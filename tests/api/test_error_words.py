"""Errors in the language of whoever asks; what clients decide by is the same in all."""

from __future__ import annotations

import httpx
import pytest
from tests.access.played import Recordings
from tests.api.served import ServedApi

from techinfo.api.error_words import SWEDISH
from techinfo.error_codes import Code

SV = {"Accept-Language": "sv-SE,sv;q=0.9,en;q=0.8"}
STATUS = "/onapi/2.6/tech/access/A-1/link/status"
UNKNOWN = "/onapi/2.6/tech/access/A-9/link/status"


def test_every_code_has_a_swedish_sentence() -> None:
    """One of its own, for what an error says of one request stands behind it."""
    assert set(SWEDISH) == set(Code)
    assert len(set(SWEDISH.values())) == len(Code)
    assert {code for code, words in SWEDISH.items() if words == code.cause} == set()


@pytest.mark.parametrize(
    ("headers", "cause", "language"),
    [
        ({}, "no access has this accessId", "en"),
        ({"Accept-Language": "de"}, "no access has this accessId", "en"),
        ({"Accept-Language": "en,sv;q=0.5"}, "no access has this accessId", "en"),
        (SV, "ingen access har detta accessId", "sv"),
    ],
)
def test_an_error_is_told_in_the_language_that_is_asked_for(
    served: ServedApi, headers: dict[str, str], cause: str, language: str
) -> None:
    """English, where none of the others is wanted more; the code is the same."""
    answer = served.get(UNKNOWN, headers=headers)

    assert answer.json() == {"cause": cause, "code": "unknown_access", "retryable": False}
    assert answer.headers["Content-Language"] == language
    assert answer.headers["Vary"] == "Authorization, Accept-Language"


def test_what_is_said_of_one_request_stands_behind_the_sentence(served: ServedApi) -> None:
    """In English, which is told; so it is with whoever is not let in."""

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        malformed = await client.get("/onapi/2.6/tech/access/%00/link/status", headers=SV)
        client.auth = ("ops", "guessed")
        return [malformed, await client.get(STATUS, headers=SV)]

    malformed, refused = served.talk(words)

    assert malformed.json()["cause"] == "begäran är felaktig: the accessId is malformed"
    assert refused.json()["cause"] == ("inloggningen saknas eller är fel: wrong user or password")
    for answer in (malformed, refused):
        assert answer.headers["Content-Language"] == "sv, en"


def test_a_fresh_answer_is_the_same_in_every_language(served: ServedApi) -> None:
    """Only errors have words; an answer that is given again has none of another's."""

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        return [await client.get(STATUS, headers=h) for h in (SV, {}, SV)]

    first, *again = served.talk(words)

    assert first.status_code == 200
    assert "Content-Language" not in first.headers
    assert {answer.content for answer in again} == {first.content}


def test_the_id_of_an_error_stands_behind_the_words(served: ServedApi, network: Recordings) -> None:
    """As the log has it."""
    network.silent.add("192.0.2.3")

    answer = served.get(STATUS, headers=SV)

    assert (answer.status_code, answer.json()["code"]) == (504, "element_silent")
    words, _, told = answer.json()["cause"].partition(" (error ")
    assert words.startswith("nätelementet svarar inte")
    assert len(told) == len("0123456789ab)")
