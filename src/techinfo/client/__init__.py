"""A client of the interface for Python: `Client`, and `AsyncClient` for asyncio.

    from techinfo.client import Client

    with Client("https://techinfo.example", "isp-1", password) as api:
        print(api.link_status("A-1001").get("link"))

It needs nothing of the service but httpx. Its types are made from the OpenAPI document of ON-API
2.6 (`techinfo.client.types`, `own_types`, `words`); docs/client.md has examples.
"""

from techinfo.client.asynchronous import AsyncClient
from techinfo.client.errors import ApiError, NoAnswerError, RequestError
from techinfo.client.retrying import Retrying
from techinfo.client.synchronous import Client

__all__ = ["ApiError", "AsyncClient", "Client", "NoAnswerError", "RequestError", "Retrying"]
