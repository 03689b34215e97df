"""Tokens that webhooks send along: OAuth 2.0, client credentials (RFC 6749, 4.4).

A webhook's owner names a URL that gives tokens, and a client's name and secret for it. The URL is
looked at like the webhook's own: it leads into no network that may not be sent to. A token is kept
in memory alone, until shortly before it ends.
"""

from __future__ import annotations

import base64
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote_plus, urlencode

from techinfo.errors import WebhookError
from techinfo.token_answer import token_in
from techinfo.webhooks.payloads import Request
from techinfo.webhooks.store import Webhook

NEEDED = ("token_url", "client_id", "client_secret")
KNOWN = (*NEEDED, "scope")
_MOST = 10_000
"""Webhooks whose token is remembered."""

Asked = Callable[[Request, Mapping[str, str]], Awaitable[tuple[int | None, bytes, str]]]
"""Sends a request with headers; gives status, body and, without an answer, words."""


def must_fit(oauth2: Mapping[str, str], headers: Mapping[str, str]) -> None:
    """Check how a token is to be had.

    Raises:
        WebhookError: Something is missing, or stands twice.
    """
    lacking = [name for name in NEEDED if not oauth2.get(name)]
    if lacking:
        raise WebhookError(f"oauth2.{lacking[0]}: is missing")
    if any(name.lower() == "authorization" for name in headers):
        raise WebhookError("headers.Authorization: is what oauth2 fills in; name one of both")


@dataclass(slots=True)
class Grants:
    """The tokens of webhooks.

    Attributes:
        clock: Seconds that never go back.
    """

    clock: Callable[[], float] = time.monotonic
    _kept: OrderedDict[str, tuple[str, float]] = field(default_factory=OrderedDict, repr=False)

    async def token(self, hook: Webhook, ask: Asked) -> tuple[str, bool]:
        """The token of a webhook, and whether it was given just now.

        Raises:
            ValueError: None is given; in words for the webhook's owner.
        """
        kept = self._kept.get(hook.id)
        if kept is not None and self.clock() < kept[1]:
            return kept[0], False
        form = {"grant_type": "client_credentials"}
        if hook.oauth2.get("scope"):
            form["scope"] = hook.oauth2["scope"]
        # By the standard both are form-encoded before they are put together (RFC 6749, 2.3.1).
        pair = ":".join(quote_plus(hook.oauth2[name]) for name in ("client_id", "client_secret"))
        headers = {
            "Authorization": f"Basic {base64.b64encode(pair.encode()).decode('ascii')}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        request = Request(hook.oauth2["token_url"], urlencode(form).encode())
        status, body, words = await ask(request, headers)
        if status is None:
            raise ValueError(f"gives no token: {words}")
        given = token_in(status, body)
        self._kept[hook.id] = given.text, self.clock() + given.use_s
        self._kept.move_to_end(hook.id)
        if len(self._kept) > _MOST:
            self._kept.popitem(last=False)
        return given.text, True

    def forget(self, hook: Webhook) -> None:
        """It was refused: the next one is asked for anew."""
        self._kept.pop(hook.id, None)
