"""The OpenAPI documents: what can be asked, and every form of answer."""

from techinfo.api.openapi.documents import PATHS, Documents, own_router, router

__all__ = ["PATHS", "Documents", "own_router", "router"]
