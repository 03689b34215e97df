"""TLS in the service itself: one certificate, taken over anew while connections go on.

TLS 1.2 and 1.3 by OpenSSL's own defaults for servers; who wants more puts a proxy in front.
"""

from __future__ import annotations

import ssl
from pathlib import Path

from techinfo.config.secrets import is_open
from techinfo.errors import ConfigError

HANDSHAKE_S = 10.0
"""Seconds within which a client must have agreed on how to speak."""


class Tls:
    """What new connections are answered with; `renew` changes it for those that come later.

    Attributes:
        context: Given to whoever takes connections.
    """

    def __init__(self) -> None:
        self.context = _context()

    def renew(self, cert: Path, key: Path) -> None:
        """Take a certificate and its key from files, both or neither.

        Args:
            cert: PEM: the certificate of the host, then those between it and the root.
            key: PEM, without a password.

        Raises:
            ConfigError: One cannot be read, they do not belong together, or everybody on this host
                can read the key.
        """
        if is_open(key):
            raise ConfigError(f"everybody can read {key}; chmod 600", key="service.tls_key")
        for path, name in ((cert, "service.tls_cert"), (key, "service.tls_key")):
            try:
                path.open("rb").close()
            except OSError as error:
                raise ConfigError(f"{path}: {error.strerror}", key=name) from error
        try:
            # First where it harms nobody: what is half loaded would be shown.
            _context().load_cert_chain(cert, key, password=_no_password)
            self.context.load_cert_chain(cert, key, password=_no_password)
        except (ssl.SSLError, OSError, ValueError) as error:
            words = f"{cert} and {key} are no certificate with its key: {error}"
            raise ConfigError(words, key="service.tls_cert") from error


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    return context


def _no_password() -> str:
    """Nobody is there to type one; OpenSSL would ask at the terminal."""
    return ""
