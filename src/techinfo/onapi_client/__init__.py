"""As a client: what other ON-API servers tell of a provider's accesses, services, subscriptions."""

from techinfo.onapi_client.fetching import FetchReport, fetch
from techinfo.onapi_client.following import FollowReport, follow
from techinfo.onapi_client.server import Server

__all__ = ["FetchReport", "FollowReport", "Server", "fetch", "follow"]
