"""OpenSSH's own server, which is no code of ours nor of the lab's."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

SSHD = shutil.which("sshd", path=os.environ.get("PATH", "") + ":/usr/sbin")


@contextmanager
def sshd(folder: Path, command: str, options: Sequence[str] = ()) -> Iterator[tuple[int, str]]:
    """An OpenSSH server on loopback.

    Args:
        folder: For its keys.
        command: What whoever logs in gets.
        options: More of sshd_config(5).

    Yields:
        Its port, and the private key that it lets in.
    """
    assert SSHD is not None
    for name in ("host", "user"):
        make = ["ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", str(folder / name)]
        subprocess.run(make, check=True)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings = [
        f"ListenAddress=127.0.0.1:{port}",
        f"HostKey={folder / 'host'}",
        f"AuthorizedKeysFile={folder / 'user.pub'}",
        f"PidFile={folder / 'pid'}",
        f"ForceCommand={command}",
        "StrictModes=no",
        "UsePAM=no",
        *options,
    ]
    started = [SSHD, "-D", "-e", "-f", "/dev/null", *(f"-o{s}" for s in settings)]
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # where it locks itself up before the log-in
    with subprocess.Popen(started, stderr=subprocess.PIPE) as server:
        assert server.stderr is not None
        try:
            for line in server.stderr:
                if b"Server listening" in line:
                    break
            yield port, (folder / "user").read_text()
        finally:
            server.terminate()
