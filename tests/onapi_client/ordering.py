"""Another operator that takes orders, written from the pages of the on-api repository.

2.6.0/spec: orders.md, subscriptions.md, events.md, orderevents.md. It knows nothing of our client.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

BASE = "/onapi/2.6"
DEBT = "Unpaid since May, Anna Andersson 19121212-1212"
"""What must be found nowhere at ours."""


@dataclass
class Operator:
    """Orders, subscriptions and events of one provider at another operator.

    Attributes:
        at: What time it is there.
        orders: By orderId, as GET tells them.
        held: accessId -> subscriptionId -> subscription.
        kept: So long events are kept.
        serves: Lists that are served beside subscriptions and orders.
        asked: Method and path of every request.
    """

    at: datetime
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    held: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    order_events: list[dict[str, Any]] = field(default_factory=list)
    kept: timedelta = timedelta(hours=24)
    serves: tuple[str, ...] = ("events", "orderevents")
    asked: list[tuple[str, str]] = field(default_factory=list)
    url: str = ""

    def go_on(self, **more: float) -> None:
        """Let time pass."""
        self.at += timedelta(**more)

    def order(self, order_id: str, operation: str, **more: Any) -> None:
        """Somebody places an order (orders.md, POST)."""
        self.orders[order_id] = {
            "path": f"{BASE}/orders/{order_id}",
            "orderId": order_id,
            "operation": operation,
            "state": "RECEIVED",
            "externalNote": DEBT,
            "message": DEBT,
            **more,
        }
        self._happened("CREATE", order_id)

    def becomes(self, order_id: str, state: str, **more: Any) -> None:
        """An order goes on; once it is done its subscription is as it says."""
        order = self.orders[order_id]
        order |= {"state": state, **more}
        if state == "DONE_SUCCESS":
            self._carry_out(order)
        self._happened("UPDATE", order_id)

    def cancel(self, order_id: str) -> None:
        """Somebody deletes an order that is RECEIVED (orders.md, DELETE)."""
        assert self.orders.pop(order_id)["state"] == "RECEIVED"
        self._happened("DELETE", order_id)

    def again(self, order_ids: list[str]) -> None:
        """Tell of orders once more, in this order."""
        for order_id in order_ids:
            self._happened("UPDATE", order_id)

    def _carry_out(self, order: dict[str, Any]) -> None:
        subscription_id = order["subscriptionId"]
        if order["operation"] == "ACTIVATE":
            made = {
                "subscriptionId": subscription_id,
                "service": order["service"],
                "operationalState": "ACTIVATED",
                "connectionDate": self.at.date().isoformat(),
                "spReference": order.get("spReference", ""),
            }
            self.held.setdefault(order["accessId"], {})[subscription_id] = made
            return
        held = next(x for x in self.held.values() if subscription_id in x)
        mine = held[subscription_id]
        if order["operation"] == "DEACTIVATE":
            del held[subscription_id]
        elif order["operation"] == "CHANGE":
            mine["service"] = order["service"]
        elif order["operation"] == "MODIFY":
            mine["spReference"] = order["spReference"]
        else:
            is_off = order["operation"] == "SUSPEND"
            mine["operationalState"] = "SUSPENDED" if is_off else "ACTIVATED"

    def _happened(self, kind: str, order_id: str) -> None:
        event = {
            "type": kind,
            "objectType": "orders",
            "objectId": order_id,
            "time": self.at.isoformat(),
            "at": self.at,
        }
        self.events.append(event)
        if kind != "DELETE":
            told = {
                x: y
                for x, y in self.orders[order_id].items()
                if x in ("path", "accessId", "service", "operation", "state", "message")
            }
            self.order_events.append({"event": f"e{len(self.order_events)}", "order": told})

    def answer(self, path: str, since: str | None) -> tuple[int, Any, dict[str, str]]:
        """Status, body and headers."""
        url = urlsplit(path)
        name, _, key = url.path.removeprefix(f"{BASE}/").partition("/")
        if name == "orders":
            if key:
                found = self.orders.get(key)
                return (404, {"cause": "no"}, {}) if found is None else (200, found, {})
            unfinished = [o for o in self.orders.values() if not o["state"].startswith("DONE")]
            return 200, unfinished, {}
        if name == "subscriptions":
            if key:
                if key not in self.held:
                    return 404, {"cause": "no"}, {}
                return 200, self._on(key), {}
            return 200, [self._on(x) for x in self.held], {}
        if name not in self.serves:
            return 501, {"cause": "not here"}, {}
        if name == "orderevents":
            after = parse_qs(url.query).get("since", [""])[0]
            ids = [one["event"] for one in self.order_events]
            first = ids.index(after) + 1 if after in ids else 0
            return 200, self.order_events[first:], {}
        return self._changes(since)

    def _on(self, access_id: str) -> dict[str, Any]:
        return {"accessId": access_id, "subscriptions": list(self.held[access_id].values())}

    def _changes(self, since: str | None) -> tuple[int, Any, dict[str, str]]:
        now = self.at.replace(microsecond=0)
        told = [
            {name: value for name, value in event.items() if name != "at"}
            for event in self.events
            if self.at - self.kept <= event["at"] < now
            and (since is None or event["at"] >= parsedate_to_datetime(since))
        ]
        modified = {"Last-Modified": format_datetime(now.astimezone(UTC), usegmt=True)}
        return (304, None, {}) if since and not told else (200, told, modified)


@contextmanager
def operator(at: datetime) -> Iterator[Operator]:
    """One on loopback, while the block lasts."""
    state, lock = Operator(at), threading.Lock()

    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 2**16  # an answer is one piece: else each waits for a delayed ACK

        def do_GET(self) -> None:
            with lock:
                state.asked.append(("GET", self.path))
                status, body, headers = state.answer(self.path, self.headers["If-Modified-Since"])
            octets = b"" if body is None else json.dumps(body).encode()
            self.send_response(status)
            for name, value in headers.items():
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
    state.url = f"http://127.0.0.1:{listening.server_address[1]}"
    try:
        yield state
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()
