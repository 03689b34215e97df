"""Uses the client that was generated from a document: `drive.py FOLDER PACKAGE VERSION BASE`.

Run by `test_generated.py`, in an environment that has nothing of ours. Prints what it has heard.
"""

from __future__ import annotations

import base64
import importlib
import json
import sys
from collections.abc import Callable
from typing import Any

ACCESS = "A-1401"


class Generated:
    """A generated package, and a client of it that logs in."""

    def __init__(self, package: str, base: str, user: str, password: str) -> None:
        self._package = package
        token = base64.b64encode(f"{user}:{password}".encode()).decode()
        made = importlib.import_module(f"{package}.client").AuthenticatedClient
        self.client = made(
            base_url=base, token=token, prefix="Basic", raise_on_unexpected_status=True
        )
        self.models = importlib.import_module(f"{package}.models")

    def call(self, tag: str, operation: str, *path: str, **more: Any) -> Any:
        """What one operation answers; an error of the interface is an error here."""
        module = importlib.import_module(f"{self._package}.api.{tag}.{operation}")
        sync: Callable[..., Any] = module.sync
        told = sync(*path, client=self.client, **more)
        if isinstance(told, self.models.Cause):
            raise SystemExit(f"{operation}: {told.to_dict()}")
        return told


def oldest(api: Generated) -> dict[str, Any]:
    """2.3.1: the link alone."""
    return {"link": api.call("link", "get_link", ACCESS).link}


def newer(api: Generated, version: str) -> dict[str, Any]:
    """2.4 and later: technical information, and a ticket from its making to its end."""
    status = api.call("tech", "get_link_status", ACCESS)
    macs = api.call("tech", "get_mac_address_table", ACCESS)
    models = api.models
    asked = models.TicketIn(
        access_id=ACCESS,
        created_by="drive.py",
        heading=f"by {version}",
        description="A generated client made it.",
        problem_type=models.Problem.QUALITY,
        sp_ticket_reference=f"CASE-{version}",
    )
    ref = api.call("tickets", "create_ticket", body=asked).co_ticket_reference
    closing = models.ChangeIn(
        status=models.Status.CLOSED,
        responsible=models.Party.SP,
        comment=models.CommentIn(message="It was only a test.", created_by="drive.py"),
    )
    api.call("tickets", "change_ticket", ref, body=closing)
    ticket = api.call("tickets", "get_ticket", ref)
    mine = api.call("tickets", "get_tickets", status=models.Status.CLOSED)
    return {
        "link": status.link,
        "linkSince": status.link_since.isoformat(),
        "macs": len(macs),
        "ticket": ticket.heading,
        "status": ticket.status.value,
        "comments": [one.message for one in ticket.comments],
        "listed": ref in [one.co_ticket_reference for one in mine],
    }


def extensions(api: Generated) -> dict[str, Any]:
    """What stands beside ON-API, in every document."""
    report = api.call("access", "get_access_report", ACCESS)
    batch = api.models.BatchAsked(access_ids=[ACCESS, "A-9999"])
    many = api.call("access", "get_batch", body=batch)
    return {
        "report": report.access_id,
        "code": report.diagnosis.code,
        "batch": [one.status for one in many.accesses],
        "found": [one.access_id for one in api.call("search", "search", q=ACCESS).accesses],
    }


def main(folder: str, package: str, version: str, base: str) -> None:
    """Drive one package."""
    sys.path.insert(0, folder)
    api = Generated(package, base, "isp-north", "demo")
    told: dict[str, Any] = {}
    if version == "2.3.1":
        told = oldest(api)
    elif version != "v1":
        told = newer(api, version)
    sys.stdout.write(json.dumps(told | extensions(api)))


if __name__ == "__main__":
    main(*sys.argv[1:])
