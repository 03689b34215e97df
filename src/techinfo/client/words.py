"""Words of the interface.

Written by `make reference` from the OpenAPI documents; do not edit.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

Change: TypeAlias = Literal["CREATE", "UPDATE", "DELETE"]
"""What has happened to an object."""
Code: TypeAlias = Literal[
    "malformed",
    "on_behalf_of_required",
    "case_reference_required",
    "webhook_refused",
    "unauthorised",
    "forbidden",
    "insufficient_scope",
    "not_found",
    "unknown_access",
    "not_connected",
    "not_available_here",
    "unknown_identifier",
    "shared_identifier",
    "not_read",
    "unknown_disturbance",
    "unknown_element",
    "no_accesses",
    "unknown_ticket",
    "unknown_webhook",
    "unknown_works",
    "method_not_allowed",
    "not_unique",
    "conflict",
    "cable_test_refused",
    "cable_test_running",
    "too_slow",
    "too_large",
    "url_too_long",
    "unsupported_media_type",
    "throttled",
    "quota",
    "ticket_quota",
    "headers_too_large",
    "refused",
    "internal",
    "inventory_mismatch",
    "port_not_unique",
    "element_error",
    "element_refuses",
    "address_not_allowed",
    "not_supported",
    "inventory_error",
    "not_implemented",
    "not_in_this_network",
    "elsewhere",
    "no_ticket_desk",
    "not_listed",
    "collector_down",
    "paused",
    "audit_unavailable",
    "issuer_unavailable",
    "overloaded",
    "storage_failed",
    "storage_full",
    "element_silent",
    "element_slow",
    "incomplete",
]
"""Why a request has no answer."""
ObjectType: TypeAlias = Literal["accesses", "orders", "services", "subscriptions", "tickets"]
"""What an event is about."""
Party: TypeAlias = Literal["SP", "CO"]
"""Who is responsible for a ticket, or has changed it."""
Problem: TypeAlias = Literal["NO_LINK", "NO_ACCESS", "QUALITY", "OTHER"]
"""What a ticket is about."""
State: TypeAlias = Literal["ok", "empty", "partial", "failed", "unsupported"]
"""How a fact was read. Empty and failed are never confused."""
Status: TypeAlias = Literal["CREATED", "IN_PROGRESS_CO", "IN_PROGRESS_SP", "CLOSED"]
"""Where a ticket stands (ON-API 2.6.0, spec/tickets.md)."""
