"""The key with which a city signs while it has none of its own (示範金鑰): made on first use."""

import os
import secrets
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509 as pyca
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    NoEncryption,
    pkcs12,
)
from cryptography.x509.oid import NameOID
from django.conf import settings

DEMO_FILE = "demo_signing_key.p12"
_YEARS = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


def demo_key_file(home: Path) -> Path:
    """Return the file of the demonstration key, made on first use; production never asks for it."""
    kept = home / DEMO_FILE
    if kept.exists():
        return kept
    home.mkdir(parents=True, exist_ok=True)
    part = home / f".{DEMO_FILE}-{secrets.token_hex(8)}"
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(self_signed(settings.DEMO_SIGNER))
        os.link(part, kept)
    except FileExistsError:  # another process was quicker: its key stands
        pass
    finally:
        part.unlink(missing_ok=True)
    return kept


def self_signed(holder: str, password: str = "") -> bytes:
    """Return a PKCS#12 file with a fresh key on the curve P-256 that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = pyca.Name([pyca.NameAttribute(NameOID.COMMON_NAME, holder)])
    usage = {
        use: use in {"digital_signature", "content_commitment"}
        for use in (
            *("digital_signature", "content_commitment", "key_encipherment", "key_agreement"),
            *("data_encipherment", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
        )
    }
    certificate = (
        pyca.CertificateBuilder(name, name, key.public_key(), pyca.random_serial_number())
        .not_valid_before(_YEARS[0])
        .not_valid_after(_YEARS[1])
        .add_extension(pyca.KeyUsage(**usage), critical=True)
        .sign(key, hashes.SHA256())
    )
    locked = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return pkcs12.serialize_key_and_certificates(b"signing", key, certificate, None, locked)
