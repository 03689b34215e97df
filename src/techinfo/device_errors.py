"""What a device does in place of telling what was asked; `techinfo.errors` has the whole family."""

from __future__ import annotations

from techinfo.error_codes import Code, TechinfoError


class DeviceError(TechinfoError, code=Code.ELEMENT_ERROR):
    """A device did not give what was asked.

    Attributes:
        address: Who was asked, as ``host:port``. Operators may see it, providers never.
    """

    def __init__(self, message: str, *, address: str = "") -> None:
        super().__init__(message)
        self.address = address


class SnmpTimeoutError(DeviceError, TimeoutError, code=Code.ELEMENT_SILENT):
    """The device stayed silent through every try. A wrong community looks the same."""


class SnmpStatusError(DeviceError):
    """The device answered with an error-status that stepping down could not mend.

    Attributes:
        status: The error-status of RFC 3416 (1 tooBig, 2 noSuchName, 5 genErr, …).
        index: The error-index, 1-based; 0 when the agent names no varbind.
    """

    def __init__(self, message: str, *, status: int, index: int = 0, address: str = "") -> None:
        super().__init__(message, address=address)
        self.status = status
        self.index = index


class SnmpProtocolError(DeviceError):
    """The device broke the protocol: unreadable bytes, an OID that does not grow."""


class SnmpSecurityError(DeviceError, code=Code.ELEMENT_REFUSES):
    """The device is there and refuses the SNMPv3 user: its name, a key, the level or the context.

    Attributes:
        report: The counter that it reports (``usmStatsWrongDigests``, RFC 3414, 5); empty when it
            reports nothing.
    """

    def __init__(self, message: str, *, report: str = "", address: str = "") -> None:
        super().__init__(message, address=address)
        self.report = report


class DeviceUnreachableError(
    DeviceError,
    OSError,
    code=Code.ELEMENT_SILENT,
    cause="the network element cannot be reached",
):
    """This host cannot send to the device at all."""


class AddressNotAllowedError(DeviceError, code=Code.ADDRESS_NOT_ALLOWED):
    """The credential may not be sent to this address; nothing has been.

    Attributes:
        credential: Its name.
    """

    def __init__(self, message: str, *, credential: str, address: str = "") -> None:
        super().__init__(message, address=address)
        self.credential = credential


class SshError(DeviceError):
    """The device's command line could not be asked."""


class SshTimeoutError(SshError, TimeoutError, code=Code.ELEMENT_SLOW):
    """It did not come to its prompt in time; the session is closed."""


class SshClosedError(SshError):
    """It closed the session, in mid-output or before."""


class SshLoginError(SshError, code=Code.ELEMENT_REFUSES):
    """It refuses the log-in, or the log-in is stopped until a person says otherwise."""


class SshBusyError(SshError, code=Code.ELEMENT_SLOW):
    """Too many users are on it, or were a short while ago: it is left alone."""


class SshHostKeyError(SshError, code=Code.ELEMENT_REFUSES):
    """Its host key is not the one that is known; nothing was sent to it."""


class SshModeError(SshError):
    """It is in a configuration mode, or shows no command line that its driver knows."""


class AcsError(
    DeviceError,
    code=Code.ELEMENT_ERROR,
    cause="the ACS that manages the CPE gives no answer that can be used",
):
    """The ACS of a CPE could not be asked; of the CPE this says nothing."""


class AcsTimeoutError(
    AcsError,
    TimeoutError,
    code=Code.ELEMENT_SLOW,
    cause="the ACS that manages the CPE answers too slowly",
):
    """It did not answer in time, or cannot be reached."""


class AcsLoginError(
    AcsError,
    code=Code.ELEMENT_REFUSES,
    cause="the ACS that manages the CPE refuses the operator's credential",
):
    """It refuses the credential; it is left alone for a while."""


class AcsUnknownError(
    AcsError,
    code=Code.NOT_AVAILABLE_HERE,
    cause="the ACS that should manage the CPE does not know it",
):
    """It knows no CPE of this serial number and MAC address."""


class CableTestRefusedError(DeviceError, code=Code.CABLE_TEST_REFUSED):
    """The cable is not tested: something stands against it, which the words say.

    They speak of the port and are for the operator's own people, who alone may test.
    """


class CableTestRunningError(DeviceError, code=Code.CABLE_TEST_RUNNING):
    """Another test runs on this device: one at a time."""


class WrongDeviceError(DeviceError, code=Code.INVENTORY_MISMATCH):
    """Another device than the inventory names answers at this address.

    Attributes:
        expected: What the inventory says.
        found: What the device says.
    """

    def __init__(self, message: str, *, expected: str, found: str, address: str = "") -> None:
        super().__init__(message, address=address)
        self.expected = expected
        self.found = found


class WrongPortError(
    DeviceError,
    code=Code.INVENTORY_MISMATCH,
    cause="the port that the inventory names is not there; no data is given",
):
    """The port is not there, or is not the one that the inventory names.

    Attributes:
        port: The name that the inventory has.
    """

    def __init__(self, message: str, *, port: str, address: str = "") -> None:
        super().__init__(message, address=address)
        self.port = port


class PortNotUniqueError(WrongPortError, code=Code.PORT_NOT_UNIQUE):
    """Several ports of the device have the name that the inventory has."""


class IncompleteError(DeviceError, code=Code.INCOMPLETE):
    """Not all was read, and what was has nothing of this access: whether there is none is open."""


class DeadlineError(DeviceError, TimeoutError, code=Code.ELEMENT_SLOW):
    """The answer was not there in time; the reading goes on and fills the cache."""


class PausedError(DeviceError, code=Code.PAUSED):
    """The operator has said that the device must not be asked for the time being.

    Attributes:
        until: When that ends by itself, RFC 3339.
    """

    def __init__(self, message: str, *, until: str, address: str = "") -> None:
        super().__init__(message, address=address)
        self.until = until
