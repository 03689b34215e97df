"""Why a call has no answer."""

from __future__ import annotations

from techinfo.client.words import Code


class RequestError(Exception):
    """A call has no answer; one of the two below."""


class ApiError(RequestError):
    """The service has refused, or could not answer.

    Attributes:
        status: HTTP status.
        cause: In words; of a 5xx with the error id that the operator's log has.
        code: What to decide by; new ones may come. ``None``: the answer was not the service's own,
            as from a proxy before it.
        retryable: Whether the same call may go through later.
    """

    def __init__(self, status: int, cause: str, code: Code | None, *, retryable: bool) -> None:
        self.status = status
        self.cause = cause
        self.code = code
        self.retryable = retryable
        super().__init__(f"{status} {code or ''}: {cause}")


class NoAnswerError(RequestError):
    """No connection, or it broke off, or nothing came in time."""
