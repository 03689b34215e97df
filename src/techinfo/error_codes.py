"""The published list of error codes: clients may decide by them, the words beside may change.

And the base of our errors, each of which has one.
"""

from __future__ import annotations

from enum import StrEnum

_RETRYABLE = True


class Code(StrEnum):
    """Why a request has no answer."""

    # HTTP status, the published cause unless the error has words of its own, and whether the same
    # request may go through later. A cause is for providers: no name, no address, no secret.
    status: int
    cause: str
    retryable: bool

    def __new__(cls, code: str, status: int, cause: str = "", retryable: bool = False) -> Code:
        """A code with what belongs to it."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.status, member.cause, member.retryable = status, cause, retryable
        return member

    MALFORMED = "malformed", 400
    """The accessId or a header is malformed."""
    ON_BEHALF_OF_REQUIRED = "on_behalf_of_required", 400
    """This user gets rows of people only with ``X-On-Behalf-Of``."""
    CASE_REFERENCE_REQUIRED = "case_reference_required", 400
    """This user gets rows of people only with ``X-Case-Reference``."""
    WEBHOOK_REFUSED = "webhook_refused", 400
    """A webhook cannot be had as it is wanted, or may not be sent there."""
    UNAUTHORISED = "unauthorised", 401
    """No credentials, or wrong ones."""
    FORBIDDEN = "forbidden", 403
    """Not this user's to see; the cause says how old the inventory is."""
    INSUFFICIENT_SCOPE = "insufficient_scope", 403
    """The token or API key is not for that; ``WWW-Authenticate`` names the scopes that it takes."""
    NOT_FOUND = "not_found", 404
    """Nothing is served under this path."""
    UNKNOWN_ACCESS = "unknown_access", 404, "no access has this accessId"
    NOT_CONNECTED = "not_connected", 404, "no equipment is connected to this access"
    NOT_AVAILABLE_HERE = "not_available_here", 404
    """The equipment of this access cannot tell that."""
    UNKNOWN_IDENTIFIER = "unknown_identifier", 404, "no access has this identifier"
    """No access has this DHCP identifier, or none that this user may see."""
    SHARED_IDENTIFIER = (
        "shared_identifier",
        404,
        "not unique: more than one access may have this identifier",
    )
    """More than one access may have this DHCP identifier; another value is needed too."""
    NOT_READ = "not_read", 404, "nothing of it was read lately; ask for it by itself", _RETRYABLE
    """Nothing of this access was read lately, and nothing is read for this question."""
    UNKNOWN_DISTURBANCE = "unknown_disturbance", 404, "no disturbance has this reference"
    UNKNOWN_ELEMENT = "unknown_element", 404, "no network element has this name"
    NO_ACCESSES = "no_accesses", 404
    """The inventory has no access."""
    UNKNOWN_TICKET = "unknown_ticket", 404, "no ticket has this coTicketReference"
    UNKNOWN_WEBHOOK = "unknown_webhook", 404
    """You have no webhook of this id."""
    UNKNOWN_WORKS = "unknown_works", 404, "no works have this reference"
    METHOD_NOT_ALLOWED = "method_not_allowed", 405
    """``Allow`` says what is."""
    NOT_UNIQUE = (
        "not_unique",
        409,
        "several accesses share this port and nothing tells their rows apart",
    )
    CONFLICT = "conflict", 409
    """It contradicts what is there already, or a key that was used before."""
    CABLE_TEST_REFUSED = "cable_test_refused", 409
    """The link is up, somebody is fed or may be, or the device does not test it; see the cause."""
    CABLE_TEST_RUNNING = (
        "cable_test_running",
        409,
        "a cable of this network element is being tested; one at a time",
        _RETRYABLE,
    )
    TOO_SLOW = "too_slow", 408, "", _RETRYABLE
    """The request did not come in time; the connection is closed."""
    TOO_LARGE = "too_large", 413
    """The body is longer than what is read."""
    URL_TOO_LONG = "url_too_long", 414
    """The URL is longer than what is read; the connection is closed."""
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type", 415
    """A body is read as ``application/json`` only."""
    THROTTLED = "throttled", 429, "", _RETRYABLE
    """Too many wrong passwords; ``Retry-After`` says when to try again."""
    QUOTA = "quota", 429, "", _RETRYABLE
    """The provider's quota is used up; ``Retry-After`` says when to come back."""
    TICKET_QUOTA = "ticket_quota", 429
    """As many open tickets, octets of tickets, or comments on one, as a provider may have."""
    HEADERS_TOO_LARGE = "headers_too_large", 431
    """More header lines, or longer ones, than are read; the connection is closed."""
    REFUSED = "refused", 400
    """Any other 4xx."""
    INTERNAL = "internal", 500, "something went wrong here", _RETRYABLE
    INVENTORY_MISMATCH = (
        "inventory_mismatch",
        500,
        "the equipment found is not the equipment that the inventory names; no data is given",
    )
    """The equipment or the port is not what the inventory names."""
    PORT_NOT_UNIQUE = (
        "port_not_unique",
        500,
        "several ports of the network element have the name that the inventory names for this "
        "access; no data is given",
    )
    ELEMENT_ERROR = "element_error", 500, "the network element's answer cannot be used", _RETRYABLE
    ELEMENT_REFUSES = (
        "element_refuses",
        500,
        "the network element refuses the operator's credential",
    )
    ADDRESS_NOT_ALLOWED = (
        "address_not_allowed",
        500,
        "the operator's settings do not let this network element be asked",
    )
    NOT_SUPPORTED = "not_supported", 500, "this kind of network element cannot be read"
    INVENTORY_ERROR = "inventory_error", 500, "the inventory cannot be read", _RETRYABLE
    NOT_IMPLEMENTED = "not_implemented", 501
    """This endpoint or version is not implemented."""
    NOT_IN_THIS_NETWORK = "not_in_this_network", 501
    """No network element here can tell that; the endpoints list names it."""
    ELSEWHERE = "elsewhere", 501
    """Served by another system."""
    NO_TICKET_DESK = "no_ticket_desk", 501
    """No ticket desk is configured here."""
    NOT_LISTED = "not_listed", 501
    """Accesses lack fields that ON-API demands."""
    COLLECTOR_DOWN = (
        "collector_down",
        503,
        "the part of this service that asks network elements is not there at the moment",
        _RETRYABLE,
    )
    """503: the process that asks the network elements is not there; 504: it does not answer.
    ``Retry-After`` says when to come back."""
    PAUSED = "paused", 503, "the operator has paused the reading of this equipment", _RETRYABLE
    """``Retry-After`` says when to come back."""
    AUDIT_UNAVAILABLE = "audit_unavailable", 503, "", _RETRYABLE
    """Rows of people are not given while nobody can write down who asked for them."""
    ISSUER_UNAVAILABLE = "issuer_unavailable", 503, "", _RETRYABLE
    """Nobody can tell whether a token is right: its issuer's keys cannot be read."""
    OVERLOADED = "overloaded", 503, "this service has too much to do at the moment", _RETRYABLE
    """``Retry-After`` says when to come back."""
    STORAGE_FAILED = (
        "storage_failed",
        503,
        "it could not be written or read, and nothing has been changed",
        _RETRYABLE,
    )
    STORAGE_FULL = (
        "storage_full",
        507,
        "there is no room to write it, and nothing has been changed",
        _RETRYABLE,
    )
    ELEMENT_SILENT = "element_silent", 504, "the network element does not answer", _RETRYABLE
    ELEMENT_SLOW = "element_slow", 504, "the network element answers too slowly", _RETRYABLE
    INCOMPLETE = (
        "incomplete",
        504,
        "not every row could be read or given to a port, and none of those that were is of "
        "this access: there may be some",
        _RETRYABLE,
    )
    """``max-stale`` gives the last known rows."""


class TechinfoError(Exception):
    """Base of all errors that this project raises on purpose.

    Attributes:
        code: What the API answers for it. A class takes that of its base unless it names its own:
            ``class PausedError(DeviceError, code=Code.PAUSED)``.
        public_cause: The published words; empty: the error's own words are for whoever asked.
        http_status: Of that answer.
    """

    code: Code = Code.INTERNAL
    public_cause: str = Code.INTERNAL.cause
    http_status: int = Code.INTERNAL.status

    def __init_subclass__(
        cls, *, code: Code | None = None, cause: str = "", status: int = 0, **more: object
    ) -> None:
        """Take over the code that a class names; cause and status are the code's unless given."""
        super().__init_subclass__(**more)
        if code is not None:
            cls.code = code
            cls.public_cause, cls.http_status = cause or code.cause, status or code.status
