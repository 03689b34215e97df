"""The OpenAPI documents: what can be asked, and every form of answer."""

from techinfo.api.openapi.documents import PATHS, TOKEN, Documents, own_router, router

__all__ = ["PATHS", "TOKEN", "Documents", "own_router", "router"]
