"""All extensions, below one prefix, and their OpenAPI document."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, params

from techinfo.api.openapi import own_router
from techinfo.api.v1 import (
    access,
    attention,
    batch,
    cable_test,
    diagnosis,
    disturbances,
    fibre_weather,
    history,
    lookup,
    panel,
    port_audit,
    search,
    selfcheck,
    service,
    sessions,
    touched,
    watch,
    works,
    wrong_ports,
)

PREFIX = "/techinfo/v1"


def is_own(path: str) -> bool:
    """Whether a path is below the extensions' prefix."""
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def routes(dependencies: Sequence[params.Depends] = ()) -> APIRouter:
    """The router of the extensions.

    Args:
        dependencies: Of every route: how the authentication is declared in the OpenAPI document.
    """
    below = APIRouter(prefix=PREFIX, dependencies=dependencies)
    of_accesses = (access, diagnosis, history, disturbances, works, watch, search, lookup, batch)
    of_people = (selfcheck, service, attention, sessions)
    of_plant = (wrong_ports, fibre_weather, cable_test, panel, port_audit, touched)
    for part in (*of_accesses, *of_plant, *of_people):
        below.include_router(part.router)
    below.include_router(own_router())
    return below
