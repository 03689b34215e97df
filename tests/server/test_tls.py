"""The certificate of the service: taken over anew, or not at all."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from techinfo.errors import ConfigError
from techinfo.server.tls import Tls


def certified(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate that has signed itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(who, who, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / f"{name}.pem", folder / f"{name}-key.pem"
    cert_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    key_file.chmod(0o600)
    return cert_file, key_file


def shown(tls: Tls) -> str:
    """Whose certificate a client is shown; the handshake is in memory."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    asking = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    asking.check_hostname, asking.verify_mode = False, ssl.CERT_NONE
    client = asking.wrap_bio(to_client, to_server)
    server = tls.context.wrap_bio(to_server, to_client, server_side=True)
    waiting = [client, server]
    for _ in range(10):
        for side in list(waiting):
            try:
                side.do_handshake()
                waiting.remove(side)
            except ssl.SSLWantReadError:
                continue
    octets = client.getpeercert(binary_form=True)
    assert octets
    names = x509.load_der_x509_certificate(octets).subject
    return str(names.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def test_a_new_certificate_is_shown_to_who_comes_then(tmp_path: Path) -> None:
    """The context is the same: nobody who is connected is disturbed."""
    tls = Tls()
    tls.renew(*certified(tmp_path, "old"))
    before, context = shown(tls), tls.context
    tls.renew(*certified(tmp_path, "new"))

    assert (before, shown(tls)) == ("old", "new")
    assert tls.context is context


@pytest.mark.parametrize("wrong", ["rubbish", "absent", "another's key", "open key"])
def test_a_wrong_certificate_leaves_the_old_one(tmp_path: Path, wrong: str) -> None:
    """Both files are looked at first; the error names the setting."""
    tls = Tls()
    tls.renew(*certified(tmp_path, "old"))
    cert, key = certified(tmp_path, "new")
    if wrong == "rubbish":
        cert.write_text("rubbish")
    elif wrong == "absent":
        cert.unlink()
    elif wrong == "another's key":
        key = certified(tmp_path, "third")[1]
    else:
        key.chmod(0o644)

    with pytest.raises(ConfigError, match=r"service\.tls_(cert|key)"):
        tls.renew(cert, key)

    assert shown(tls) == "old"


def test_old_tls_is_not_spoken() -> None:
    """TLS 1.0 and 1.1 are deprecated (RFC 8996)."""
    assert Tls().context.minimum_version is ssl.TLSVersion.TLSv1_2
