"""Signs a CAP message so that a receiver knows who sent it (示警訊息簽章): XML-DSig, enveloped.

Source: CAP 1.2 section 3.3.4.1 (digital signatures) and W3C XML Signature Syntax and Processing.
"""

from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate
from lxml import etree
from signxml.algorithms import SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

PrivateKey = EllipticCurvePrivateKey | RSAPrivateKey


def sign(message: bytes, key: PrivateKey, certificates: Sequence[Certificate]) -> bytes:
    """Return the message with a signature as its last element; the certificates travel in it."""
    method = (
        SignatureMethod.RSA_SHA256 if isinstance(key, RSAPrivateKey)
        else SignatureMethod.ECDSA_SHA256
    )  # fmt: skip
    signer = XMLSigner(signature_algorithm=method)
    chain = [each.public_bytes(Encoding.PEM).decode() for each in certificates]
    signed = signer.sign(_parsed(message), key=key, cert=chain)
    written: bytes = etree.tostring(signed, xml_declaration=True, encoding="utf-8")
    return written


def is_genuine(message: bytes, certificate: Certificate) -> bool:
    """Whether the message was signed with this very certificate and not changed since.

    No authority above it is believed: a receiver pins the city's certificate.
    """
    try:
        found = XMLVerifier().verify(
            _parsed(message),
            x509_cert=certificate,
            expect_config=SignatureConfiguration(
                signature_methods=frozenset(
                    {SignatureMethod.ECDSA_SHA256, SignatureMethod.RSA_SHA256}
                )
            ),
        )
    except (SignXMLException, etree.XMLSyntaxError, ValueError):
        return False
    signed = found if not isinstance(found, list) else found[0]
    return signed.signed_xml is not None and etree.QName(signed.signed_xml).localname == "alert"


def _parsed(message: bytes) -> etree._Element:
    return etree.fromstring(message, etree.XMLParser(resolve_entities=False, no_network=True))
