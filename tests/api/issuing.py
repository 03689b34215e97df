"""An issuer of access tokens made of Authlib's own server, on loopback."""

from __future__ import annotations

import json
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from authlib.oauth2.rfc6749 import AuthorizationServer, ClientMixin, OAuth2Request, grants
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc9068 import JWTBearerTokenGenerator
from joserfc.jwk import KeySet, RSAKey

AUDIENCE = "https://techinfo.example"
NAME = "https://issuer.example/"
"""What it calls itself, which need not be where it is."""


@dataclass
class Client(ClientMixin):  # type: ignore[misc]  # Authlib tells no types
    """Somebody who may have tokens."""

    name: str
    secret: str
    audience: str = AUDIENCE

    def get_client_id(self) -> str:
        """Its name."""
        return self.name

    def get_allowed_scope(self, scope: str) -> str:
        """Whatever it asks for: what it may, is said elsewhere."""
        return scope or ""

    def check_client_secret(self, client_secret: str) -> bool:
        """Whether it has said its secret."""
        return client_secret == self.secret

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """By Basic, at the token endpoint."""
        return (method, endpoint) == ("client_secret_basic", "token")

    def check_grant_type(self, grant_type: str) -> bool:
        """Client credentials alone."""
        return grant_type == "client_credentials"


class _Request(OAuth2Request):  # type: ignore[misc]
    def __init__(self, body: str, headers: dict[str, str]) -> None:
        super().__init__("POST", "https://issuer.example/token", headers=headers)
        self.payload = BasicOAuth2Payload(dict(parse_qsl(body)))

    @property
    def form(self) -> Any:
        return self.payload.data


class _Tokens(JWTBearerTokenGenerator):  # type: ignore[misc]
    def __init__(self, issuer: Issuing) -> None:
        super().__init__(issuer=NAME, alg="RS256", expires_generator=lambda *_: issuer.lasts_s)
        self.issuing = issuer

    def get_jwks(self) -> KeySet:
        return KeySet([self.issuing.keys[-1]])

    def get_audiences(self, client: Client, user: object, scope: str) -> str:  # noqa: ARG002 - Authlib's
        return client.audience


class _Server(AuthorizationServer):  # type: ignore[misc]
    def __init__(self, issuer: Issuing) -> None:
        super().__init__()
        self.issuing = issuer
        self.register_grant(grants.ClientCredentialsGrant)
        self.register_token_generator("default", _Tokens(issuer))

    def query_client(self, client_id: str) -> Client | None:
        return self.issuing.clients.get(client_id)

    def save_token(self, token: dict[str, Any], request: object) -> None:  # noqa: ARG002 - the same
        self.issuing.given.append(token["access_token"])

    def create_oauth2_request(self, request: _Request) -> _Request:
        return request

    def handle_response(self, status: int, body: Any, headers: Any) -> tuple[int, Any, Any]:
        return status, body, headers

    def send_signal(self, *_: object, **__: object) -> None:
        """Nobody listens."""


@dataclass
class Issuing:
    """The issuer.

    Attributes:
        keys: It signs with the last.
        shown: How many of them it shows, from the first.
        lasts_s: Of its tokens.
        given: Tokens.
        asked: Paths.
        broken: It answers nothing but 500.
        instead: What it answers for its set of keys.
    """

    clients: dict[str, Client]
    keys: list[RSAKey] = field(default_factory=list)
    lasts_s: int = 900
    given: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    broken: bool = False
    instead: bytes = b""
    url: str = ""

    def rotate(self) -> None:
        """From now on another key signs; those of before are still shown."""
        self.keys.append(RSAKey.generate_key(2048, {"kid": f"k{len(self.keys)}", "use": "sig"}))

    def token(self, name: str, scope: str = "") -> str:
        """A token by its token endpoint."""
        word = b64encode(f"{name}:{self.clients[name].secret}".encode()).decode()
        headers = {"Authorization": f"Basic {word}"}
        status, told, _ = self.answer(f"grant_type=client_credentials&scope={scope}", headers)
        assert status == 200, told
        return str(told["access_token"])

    def answer(self, body: str, headers: dict[str, str]) -> tuple[int, Any, Any]:
        """Of the token endpoint."""
        answer: tuple[int, Any, Any] = _Server(self).create_token_response(_Request(body, headers))
        return answer


@contextmanager
def issuing(*clients: Client) -> Iterator[Issuing]:
    """One on loopback, while the block lasts: ``/jwks`` and ``/token``."""
    made = Issuing({one.name: one for one in clients})
    made.rotate()

    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 2**16

        def do_GET(self) -> None:
            keys = [key.as_dict(private=False) for key in made.keys]
            self._answer(200, {"keys": [{"kty": "none"}, *keys]}, [])

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer(*made.answer(body, dict(self.headers)))

        def _answer(self, status: int, told: Any, headers: Any) -> None:
            made.asked.append(self.path)
            octets = made.instead or json.dumps(told).encode()
            self.send_response(500 if made.broken else status)
            for name, value in headers:
                if name.lower() != "content-length":
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(octets)))
            self.end_headers()
            self.wfile.write(octets)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    listening.daemon_threads = True
    thread = threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    made.url = f"http://127.0.0.1:{listening.server_address[1]}"
    try:
        yield made
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()
