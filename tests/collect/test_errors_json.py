"""Errors cross to another process as what they are."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import pytest

from techinfo import errors
from techinfo.collect.remote.messages import ErrorMessage, decode, encode, raised, told
from techinfo.errors import (
    AddressNotAllowedError,
    CollectorError,
    ConfigError,
    DeadlineError,
    DeviceError,
    DeviceUnreachableError,
    DriverError,
    IncompleteError,
    InventoryError,
    NoDriverError,
    PausedError,
    PortNotUniqueError,
    SnmpProtocolError,
    SnmpSecurityError,
    SnmpStatusError,
    SnmpTimeoutError,
    TechinfoError,
    UnknownAccessError,
    WrongDeviceError,
    WrongPortError,
)

WHERE = "192.0.2.3:161"
ALL = [
    DeviceError("it failed", address=WHERE),
    SnmpTimeoutError("no answer", address=WHERE),
    SnmpStatusError("genErr", status=5, index=2, address=WHERE),
    SnmpProtocolError("garbled \x00\n", address=WHERE),
    SnmpSecurityError("refused", report="usmStatsWrongDigests", address=WHERE),
    DeviceUnreachableError("no route", address=WHERE),
    AddressNotAllowedError("not there", credential="core", address=WHERE),
    WrongDeviceError("another one", expected="elm", found="æsh", address=WHERE),
    WrongPortError("not there", port="ge1", address=WHERE),
    PortNotUniqueError("two of them", port="ge1", address=WHERE),
    IncompleteError("not all of it", address=WHERE),
    DeadlineError("late", address=WHERE),
    PausedError("is paused", until="2027-01-31T12:00:00+00:00", address=WHERE),
    *(
        kind("no session", address=WHERE)
        for kind in (
            errors.SshError,
            errors.SshTimeoutError,
            errors.SshClosedError,
            errors.SshLoginError,
            errors.SshBusyError,
            errors.SshHostKeyError,
            errors.SshModeError,
            errors.AcsError,
            errors.AcsLoginError,
            errors.AcsTimeoutError,
            errors.AcsUnknownError,
            errors.CableTestRefusedError,
            errors.CableTestRunningError,
        )
    ),
    errors.CableTestRefusedError("the link is up", address=WHERE),
    errors.CableTestRunningError("another one runs", address=WHERE),
    DriverError("two claim it"),
    NoDriverError("nobody claims it", sys_object_id="1.3.6.1"),
    ConfigError("no such credential", key="credentials.old"),
]


@pytest.mark.parametrize("error", ALL, ids=lambda e: type(e).__name__)
def test_an_error_comes_out_as_it_went_in(error: TechinfoError) -> None:
    """Its class, its words and its facts; the address stays out of the words."""
    letter = told(error)
    assert letter is not None

    out = raised(decode(ErrorMessage, encode(letter)))

    assert type(out) is type(error)
    assert str(out) == str(error)
    assert vars(out) == vars(error)
    assert WHERE not in str(out)


def _kinds() -> Iterator[type[TechinfoError]]:
    for _, kind in inspect.getmembers(errors, inspect.isclass):
        if issubclass(kind, DeviceError | DriverError):
            yield kind


def test_whatever_a_device_may_do_crosses() -> None:
    """A new error of a device or a driver must be told here as well."""
    assert set(_kinds()) <= {type(error) for error in ALL}


@pytest.mark.parametrize("error", [UnknownAccessError("x"), InventoryError("x"), TechinfoError()])
def test_what_a_question_to_a_device_cannot_meet_does_not_cross(error: TechinfoError) -> None:
    """That one is a bug of the collector's process, and its log's business."""
    assert told(error) is None


def test_an_error_may_have_facts_that_only_a_newer_collector_knows() -> None:
    """They are passed over."""
    newer = ErrorMessage(kind="SnmpTimeoutError", words="x", facts={"address": "h", "more": "y"})

    assert vars(raised(newer)) == vars(SnmpTimeoutError("x", address="h"))


@pytest.mark.parametrize(
    "letter",
    [
        ErrorMessage(kind="SystemExit", words="x", facts={}),
        ErrorMessage(kind="UnknownAccessError", words="x", facts={}),
        ErrorMessage(kind="SnmpTimeoutError", words="x", facts={}),
        ErrorMessage(kind="SnmpTimeoutError", words="x", facts={"address": 5}),
        ErrorMessage(kind="SnmpStatusError", words="x", facts={"status": "5", "index": 0}),
    ],
)
def test_an_error_that_is_none_is_refused(letter: ErrorMessage) -> None:
    """No class is looked up by a name that came over the socket, but those of the table."""
    with pytest.raises(CollectorError):
        raised(letter)
