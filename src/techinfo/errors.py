"""The whole error family on one page.

    TechinfoError
    ├── DeviceError                 a device did not give what was asked
    │   ├── SnmpTimeoutError        it stayed silent (also a TimeoutError)
    │   ├── SnmpStatusError         it answered with an error-status
    │   ├── SnmpProtocolError       it broke the protocol: bytes that cannot be read, looping OIDs
    │   ├── SnmpSecurityError       it refuses the SNMPv3 user: name, key, level or context
    │   ├── DeviceUnreachableError  this host cannot send to it (also an OSError)
    │   ├── AddressNotAllowedError  its credential may not be sent there
    │   ├── CableTestRefusedError   something stands against the test of a cable
    │   ├── CableTestRunningError   another one runs there
    │   ├── SshError                its command line could not be asked
    │   │   ├── SshTimeoutError     it did not come to its prompt in time (also a TimeoutError)
    │   │   ├── SshClosedError      it closed the session, in mid-output or before
    │   │   ├── SshLoginError       it refuses the log-in, or the log-in was stopped
    │   │   ├── SshBusyError        too many users are on it; it is left alone for a while
    │   │   ├── SshHostKeyError     its host key is not the one that is known
    │   │   └── SshModeError        it is in a configuration mode, or in no command line at all
    │   ├── AcsError                the ACS of a CPE could not be asked
    │   │   ├── AcsTimeoutError     it did not answer in time (also a TimeoutError)
    │   │   ├── AcsLoginError       it refuses the credential
    │   │   └── AcsUnknownError     it does not know the CPE
    │   ├── WrongDeviceError        another device answers at this address
    │   ├── WrongPortError          the port read is not the port that the inventory names
    │   │   └── PortNotUniqueError  several ports have the name that the inventory has
    │   ├── IncompleteError         not all was read, and nothing of this access was in it
    │   ├── DeadlineError           the answer was not there in time (also a TimeoutError)
    │   └── PausedError             the operator has said that it must not be asked
    ├── CollectorError              the collector's process is not there, or answers nonsense
    │   ├── CollectorSlowError      it did not answer in time (also a TimeoutError)
    │   ├── CollectorBusyError      it answers, but has too much to do (also a TimeoutError)
    │   └── CollectorVersionError   it is of a version that does not understand this one
    ├── QuestionError               a question that has no answer for this access
    │   ├── UnknownAccessError      nobody knows this accessId
    │   ├── UnknownElementError     no element has this name
    │   ├── NotConnectedError       the access has no equipment
    │   ├── NotAvailableError       this element cannot tell that
    │   ├── NotUniqueError          the port is shared and nothing tells its accesses apart
    │   ├── UnknownIdentifierError  no access has this DHCP identifier
    │   ├── SharedIdentifierError   more than one access may have this DHCP identifier
    │   ├── NotReadError            nothing of it was read lately, and nothing is asked for it
    │   └── ForbiddenError          the access is not theirs to see
    ├── TicketError                 a ticket, or something of it, cannot be had
    │   ├── UnknownTicketError      nobody who asks has a ticket of this reference
    │   ├── TicketConflictError     it contradicts what is there already
    │   ├── TicketQuotaError        its provider has as much of it as anybody may
    │   ├── LinkInfoError           a ticket's link info could not be had
    │   └── TicketStoreError        the file of the tickets cannot be read or written
    │       └── StorageFullError    there is no room for it
    ├── WebhookError                a webhook cannot be had as it is wanted
    │   ├── UnknownWebhookError     nobody who asks has a webhook of this id
    │   └── WebhookTargetError      it may not be sent there
    ├── DriverError                 a driver cannot be used: equal claims, broken declaration
    │   └── NoDriverError           no driver claims this device
    ├── RecordingError              a recording cannot be read
    ├── InventoryError              the inventory cannot be read or contradicts itself
    │   ├── MoveConflictError       an access is not moved: the records say something else now
    │   └── InventoryImportError    a line of an import file is wrong; names file, line and key
    ├── WorksError                  works cannot be announced as they are told; names the key
    │   └── UnknownWorksError       no works have this reference
    ├── UserError                   a user or credential cannot be made, changed or found
    ├── BackupError                 a back-up cannot be made, is not whole, or a file is in use
    ├── OnApiError                  another ON-API server's answer cannot be used
    ├── NetBoxError                 NetBox's answer cannot be used
    ├── CaseError                   a case to be diagnosed cannot be read
    ├── OctetError                  octets are no option 82, 18 or 37; names the position
    ├── PatternError                a pattern of identifiers is wrong, or has no room for a number
    └── ConfigError                 a setting is wrong; names the key
        └── StoreError              a database that a setting names cannot be read or written

Facts stand as attributes, so that whoever catches one need not read its text.
"""

from __future__ import annotations

from pathlib import Path

from techinfo.device_errors import (
    AcsError,
    AcsLoginError,
    AcsTimeoutError,
    AcsUnknownError,
    AddressNotAllowedError,
    CableTestRefusedError,
    CableTestRunningError,
    DeadlineError,
    DeviceError,
    DeviceUnreachableError,
    IncompleteError,
    PausedError,
    PortNotUniqueError,
    SnmpProtocolError,
    SnmpSecurityError,
    SnmpStatusError,
    SnmpTimeoutError,
    SshBusyError,
    SshClosedError,
    SshError,
    SshHostKeyError,
    SshLoginError,
    SshModeError,
    SshTimeoutError,
    WrongDeviceError,
    WrongPortError,
)
from techinfo.error_codes import Code, TechinfoError

__all__ = [
    "AcsError",
    "AcsLoginError",
    "AcsTimeoutError",
    "AcsUnknownError",
    "AddressNotAllowedError",
    "CableTestRefusedError",
    "CableTestRunningError",
    "DeadlineError",
    "DeviceError",
    "DeviceUnreachableError",
    "IncompleteError",
    "PausedError",
    "PortNotUniqueError",
    "SnmpProtocolError",
    "SnmpSecurityError",
    "SnmpStatusError",
    "SnmpTimeoutError",
    "SshBusyError",
    "SshClosedError",
    "SshError",
    "SshHostKeyError",
    "SshLoginError",
    "SshModeError",
    "SshTimeoutError",
    "TechinfoError",
    "WrongDeviceError",
    "WrongPortError",
]
"""What stands elsewhere and is told here, where the family is looked for."""


class CollectorError(TechinfoError, code=Code.COLLECTOR_DOWN):
    """The collector, which lives in a process of its own, is gone or tells what cannot be used."""


class CollectorSlowError(
    CollectorError,
    TimeoutError,
    code=Code.COLLECTOR_DOWN,
    cause="the part of this service that asks network elements answers too slowly",
    status=504,
):
    """The collector's process did not answer in time; of the element this says nothing."""


class CollectorBusyError(CollectorError, TimeoutError, code=Code.OVERLOADED):
    """The collector's process is there and has too much to do, or this one has."""


class CollectorVersionError(CollectorError):
    """API and collector are of versions that do not understand each other."""


class QuestionError(TechinfoError):
    """A question that has no answer for this access."""


class UnknownAccessError(QuestionError, code=Code.UNKNOWN_ACCESS):
    """Nobody knows this accessId."""


class UnknownElementError(QuestionError, code=Code.UNKNOWN_ELEMENT):
    """No element of the inventory has this name."""


class NotConnectedError(QuestionError, code=Code.NOT_CONNECTED):
    """The access has no equipment (it is planned, or taken down)."""


class NotAvailableError(QuestionError, code=Code.NOT_AVAILABLE_HERE):
    """The element of this access cannot tell that: its driver has no table for it."""


class SwitchedOffError(QuestionError, code=Code.NOT_IMPLEMENTED):
    """The operator's settings do not let it be done here."""


class UnwatchedError(QuestionError, code=Code.NOT_IMPLEMENTED):
    """Nothing is polled here, so that nobody knows what was before."""


class WatchConflictError(TechinfoError, code=Code.CONFLICT):
    """The access, or its switch, is watched already. The words are for whoever asked."""


class WatchLimitError(TechinfoError, code=Code.OVERLOADED):
    """As much is watched as may be. The words are for whoever asked."""


class NotUniqueError(QuestionError, code=Code.NOT_UNIQUE):
    """The port is shared and nothing in the inventory tells its accesses apart."""


class NotReadError(QuestionError, code=Code.NOT_READ):
    """Nothing of it was read lately enough, and for this question nothing is asked of a device."""


class ForbiddenError(QuestionError, code=Code.FORBIDDEN):
    """The access, or this part of it, is not for whoever asks to see; the message is for them."""


class UnknownDisturbanceError(QuestionError, code=Code.UNKNOWN_DISTURBANCE):
    """There is no disturbance of this reference, or none that touches an access of the viewer's."""


class UnknownIdentifierError(QuestionError, code=Code.UNKNOWN_IDENTIFIER):
    """No access has this DHCP identifier, or none that the viewer may see."""


class SharedIdentifierError(QuestionError, code=Code.SHARED_IDENTIFIER):
    """More than one access of the network may have this DHCP identifier."""


class TicketError(TechinfoError):
    """A ticket, or something of it, cannot be had."""


class UnknownTicketError(TicketError, code=Code.UNKNOWN_TICKET):
    """Nobody who asks has a ticket of this reference."""


class TicketConflictError(TicketError, code=Code.CONFLICT):
    """It contradicts what is there already. The words are for whoever asked."""


class TicketQuotaError(TicketError, code=Code.TICKET_QUOTA):
    """A provider's tickets are as many, or take as much, as they may; in words for the provider."""


class LinkInfoError(TicketError):
    """A ticket's link info could not be had. The words are for the ticket's owner."""


class TicketStoreError(TicketError, code=Code.STORAGE_FAILED):
    """The file of the tickets cannot be read or written: nothing has been changed."""


class StorageFullError(TicketStoreError, code=Code.STORAGE_FULL):
    """There is no room for it."""


class WebhookError(TechinfoError, code=Code.WEBHOOK_REFUSED):
    """A webhook cannot be had as it is wanted. The words are for whoever asked."""


class UnknownWebhookError(WebhookError, code=Code.UNKNOWN_WEBHOOK):
    """Nobody who asks has a webhook of this id."""


class WebhookConflictError(WebhookError, code=Code.CONFLICT):
    """Another one was asked for with the same key."""


class WebhookTargetError(WebhookError):
    """It may not be sent there."""


class DriverError(TechinfoError, code=Code.NOT_SUPPORTED):
    """A driver cannot be used: two claim one device, or a declaration is broken."""


class NoDriverError(DriverError):
    """No driver claims this device.

    Attributes:
        sys_object_id: What the device says it is.
    """

    def __init__(self, message: str, *, sys_object_id: str) -> None:
        super().__init__(message)
        self.sys_object_id = sys_object_id


class RecordingError(TechinfoError):
    """A recording cannot be read.

    Attributes:
        path: The file.
        line: The line, from 1; ``None`` when the file as a whole is wrong.
    """

    def __init__(self, message: str, *, path: Path, line: int | None = None) -> None:
        where = f"{path}:{line}" if line else f"{path}"
        super().__init__(f"{where}: {message}")
        self.path = path
        self.line = line


class WorksError(TechinfoError, code=Code.MALFORMED):
    """Works cannot be announced as they are told. The words are for whoever asked.

    Attributes:
        key: What is wrong; empty: it is no one key.
    """

    def __init__(self, message: str, *, key: str = "") -> None:
        super().__init__(message)
        self.key = key


class UnknownWorksError(WorksError, code=Code.UNKNOWN_WORKS):
    """No works have this reference."""


class InventoryError(TechinfoError, code=Code.INVENTORY_ERROR):
    """The inventory cannot be read or contradicts itself."""


class MoveConflictError(InventoryError, code=Code.CONFLICT):
    """An access is not moved, as the records say something else now. For whoever asked."""


class InventoryImportError(InventoryError):
    """A line of an import file is wrong.

    Attributes:
        path: The file.
        line: The line, from 1; ``None`` when it is not about one line.
        key: The column or key, ``None`` when it is about the line as a whole.
        why: What is wrong, without the place.
    """

    def __init__(
        self, message: str, *, path: Path, line: int | None = None, key: str | None = None
    ) -> None:
        where = f"{path}:{line}" if line else f"{path}"
        super().__init__(f"{where}: {key}: {message}" if key else f"{where}: {message}")
        self.path = path
        self.line = line
        self.key = key
        self.why = message


class UserError(TechinfoError):
    """A user or credential cannot be made, changed or found.

    Attributes:
        name: The login name.
    """

    def __init__(self, message: str, *, name: str) -> None:
        super().__init__(message)
        self.name = name


class BackupError(TechinfoError):
    """A back-up cannot be made or used; names the file.

    Attributes:
        path: The file or folder.
    """

    def __init__(self, message: str, *, path: Path) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path


class CaseError(TechinfoError):
    """A case to be diagnosed cannot be read."""


class OnApiError(TechinfoError):
    """Another ON-API server does not answer, or answers what cannot be used.

    Attributes:
        url: What was asked for; without credentials.
    """

    def __init__(self, message: str, *, url: str) -> None:
        super().__init__(f"{url}: {message}")
        self.url = url


class NetBoxError(TechinfoError):
    """NetBox does not answer, or answers what cannot be used.

    Attributes:
        url: What was asked for; without the token.
    """

    def __init__(self, message: str, *, url: str) -> None:
        super().__init__(f"{url}: {message}")
        self.url = url


class OctetError(TechinfoError):
    """Octets of DHCP are not what they should be.

    Attributes:
        position: The octet, from 0, at which it shows.
    """

    def __init__(self, message: str, *, position: int) -> None:
        super().__init__(f"octet {position}: {message}")
        self.position = position


class PatternError(TechinfoError):
    """A pattern of DHCP identifiers is wrong, or cannot write a number that is too large for it.

    Attributes:
        pattern: The pattern as it is written.
    """

    def __init__(self, message: str, *, pattern: str) -> None:
        super().__init__(message)
        self.pattern = pattern


class ConfigError(TechinfoError):
    """A setting is wrong.

    Attributes:
        key: The setting, dotted as in the file (``snmp.timeout_s``).
    """

    def __init__(self, message: str, *, key: str) -> None:
        super().__init__(f"{key}: {message}")
        self.key = key


class StoreError(
    ConfigError,
    code=Code.STORAGE_FAILED,
    cause="it could not be written or read",
):
    """A database that a setting names cannot be read or written: nothing has been changed."""
