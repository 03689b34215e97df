"""Orders that households place in Tjänsteguiden, a portal of many networks in Sweden."""

from techinfo.onapi_client.tjansteguiden.fetching import SOURCE, PortalPlan, fetch_orders
from techinfo.onapi_client.tjansteguiden.portal import Portal

__all__ = ["SOURCE", "Portal", "PortalPlan", "fetch_orders"]
