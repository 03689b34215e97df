"""The process that holds the sessions: ``python -m techinfo.ssh.sessions.worker MOST [WHAT]``.

Threads of paramiko stand here, and not beside the collector's loop. It knows no rule but one: what
it types is a command that only reads; or, if ``WHAT`` is ``cable-tests``, the test of one port's
cable, where the order is one to test. When its standard input ends, whoever started it is gone:
it logs out everywhere, and ends. It takes secrets through that pipe, and keeps none on disk.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, BinaryIO

from techinfo.errors import DeviceError, DriverError, SshClosedError, SshError
from techinfo.ssh.sessions.connection import Connection, quiet
from techinfo.ssh.sessions.dialogue import Asked
from techinfo.ssh.sessions.messages import (
    CABLE_TESTS,
    HEAD,
    error_as_plain,
    order_of,
    packed,
    unpacked,
)


class Worker:
    """The sessions, each asked by one thread at a time; its owner sees to that.

    Args:
        cable_tests: It takes orders to test a cable.
    """

    def __init__(self, *, cable_tests: bool = False) -> None:
        self._cable_tests = cable_tests
        self._sessions: dict[str, Connection] = {}

    def do(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Carry out one order; what came of it."""
        kinds: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "open": self._open,
            "ask": lambda told: self._typed(told, Connection.ask),
            "test": self._test,
            "close": self._close,
        }
        return kinds[message["do"]](message)

    def _open(self, message: Mapping[str, Any]) -> dict[str, Any]:
        order = order_of(message["order"])
        host_key = ""
        try:
            connection = Connection(order)
            try:
                connection.open()
            finally:
                host_key = connection.host_key
        except DeviceError as error:
            return {"error": error_as_plain(error), "host_key": host_key}
        except ValueError as error:  # an algorithm that cannot be named
            return {"error": error_as_plain(SshError(str(error))), "host_key": ""}
        self._sessions[order.session] = connection
        return {"host_key": host_key, "prompt": connection.dialogue.prompt}

    def _test(self, message: Mapping[str, Any]) -> dict[str, Any]:
        if not self._cable_tests:
            return {"error": error_as_plain(SshError("cables are not tested here"))}
        return self._typed(message, Connection.test_cable)

    def _typed(
        self, message: Mapping[str, Any], how: Callable[[Connection, str], Asked]
    ) -> dict[str, Any]:
        name, command = message["session"], message["command"]
        connection = self._sessions.get(name)
        if connection is None:
            return {"error": error_as_plain(SshClosedError("there is no such session"))}
        try:
            asked = how(connection, command)
        except DriverError as error:
            return {"error": error_as_plain(SshError(str(error)))}
        reply: dict[str, Any] = {"text": asked.output.text, "cut": asked.output.cut}
        if asked.error is not None:
            self._sessions.pop(name).hang_up()
            reply["error"] = error_as_plain(asked.error)
        return reply

    def _close(self, message: Mapping[str, Any]) -> dict[str, Any]:
        connection = self._sessions.pop(message["session"], None)
        if connection is not None:
            connection.close()
        return {}

    def close(self) -> None:
        """Log out everywhere, at once."""
        threads = [threading.Thread(target=c.close) for c in self._sessions.values()]
        self._sessions.clear()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def serve(source: BinaryIO, sink: BinaryIO, most: int, *, cable_tests: bool = False) -> None:
    """Carry out orders until there are no more."""
    worker, turn = Worker(cable_tests=cable_tests), threading.Lock()

    def answer(message: dict[str, Any]) -> None:
        try:
            reply = worker.do(message)
        except Exception as error:  # noqa: BLE001 - a library's; its text may hold what a device said
            reply = {"error": error_as_plain(SshError(f"{type(error).__name__} in the session"))}
        octets = packed({**reply, "id": message["id"]})
        with turn:
            sink.write(octets)
            sink.flush()

    with ThreadPoolExecutor(most) as threads:
        while (message := _message(source)) is not None:
            threads.submit(answer, message)
    worker.close()


def _message(source: BinaryIO) -> dict[str, Any] | None:
    head = source.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    return unpacked(source.read(*HEAD.unpack(head)))


def main() -> None:
    """Serve standard input; what a library prints by mistake goes to standard error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who started it
    quiet()
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        serve(sys.stdin.buffer, sink, int(sys.argv[1]), cable_tests=CABLE_TESTS in sys.argv[2:])
    except BrokenPipeError:
        os._exit(1)


if __name__ == "__main__":
    main()
