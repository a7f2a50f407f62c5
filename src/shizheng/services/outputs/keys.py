"""The key with which the city signs documents (簽章金鑰): its own, or one for trying out."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from asn1crypto import pem, x509
from django.conf import settings
from django.utils.translation import gettext as _
from pyhanko.sign.signers import SimpleSigner

from shizheng.core.signing_keys import demo_key_file
from shizheng.services.outputs.errors import SigningKeyUnusable


@dataclass(frozen=True, slots=True, eq=False)
class SigningKey:
    """A key with its certificate; the certificates above it travel in every signature."""

    signer: SimpleSigner
    certificate: x509.Certificate
    is_demo: bool

    @property
    def name(self) -> str:
        """Who signs, as the certificate says (簽章者)."""
        return name_of(self.certificate)


def name_of(certificate: x509.Certificate) -> str:
    """Return the common name of a certificate's holder, or all of its name."""
    native = certificate.subject.native
    return str(native.get("common_name") or certificate.subject.human_friendly)


def city_key() -> SigningKey:
    """Return the key of the installation; outside production one is made if none is set.

    Raises:
        SigningKeyUnusable: production has none, or the file or its password is wrong.
    """
    if settings.SIGNING_KEY:
        key = _read(Path(settings.SIGNING_KEY), settings.SIGNING_PASSWORD)
        if key.is_demo and settings.IS_PRODUCTION:
            raise SigningKeyUnusable(reason=_("SHIZHENG_SIGNING_KEY is a demonstration key"))
        return key
    if settings.IS_PRODUCTION:
        raise SigningKeyUnusable(reason=_("SHIZHENG_SIGNING_KEY is not set"))
    return _read(demo_key_file(settings.HOME), "")


def trusted_certificates() -> tuple[x509.Certificate, ...]:
    """Return what verification believes: our certificate and ``SHIZHENG_SIGNING_TRUSTED``.

    Raises:
        SigningKeyUnusable: the key or the list cannot be read.
    """
    return (city_key().certificate, *_listed(settings.SIGNING_TRUSTED))


def _read(path: Path, password: str) -> SigningKey:
    try:
        return _loaded(path, password, path.stat().st_mtime_ns)
    except OSError as problem:
        raise SigningKeyUnusable(reason=_unreadable(path)) from problem


@lru_cache(maxsize=8)
def _loaded(path: Path, password: str, _written_at: int) -> SigningKey:
    """Read a key once for each time its file was written."""
    try:
        signer = SimpleSigner.load_pkcs12_data(
            path.read_bytes(), other_certs=[], passphrase=password.encode() or None
        )
    except (ValueError, TypeError, AttributeError) as problem:
        raise SigningKeyUnusable(
            reason=_("{path} is not a PKCS#12 file that opens with the password").format(path=path)
        ) from problem
    certificate = signer.signing_cert
    return SigningKey(
        signer=signer,
        certificate=certificate,
        is_demo=name_of(certificate) == settings.DEMO_SIGNER,
    )


@lru_cache(maxsize=4)
def _listed(path: str) -> tuple[x509.Certificate, ...]:
    if not path:
        return ()
    try:
        blocks = [*pem.unarmor(Path(path).read_bytes(), multiple=True)]
        return tuple(x509.Certificate.load(der) for _kind, _headers, der in blocks)
    except (OSError, ValueError) as problem:
        raise SigningKeyUnusable(reason=_unreadable(Path(path))) from problem


def _unreadable(path: Path) -> str:
    return _("the file {path} cannot be read").format(path=path)
