"""The city's signature beside a manifest (電子簽章): CMS, detached, checked by common tools."""

import asyncio

import structlog

from shizheng.services.outputs.errors import SigningKeyUnusable

log = structlog.get_logger()


def sealed(content: bytes) -> bytes | None:
    """Return the detached signature (RFC 5652) of ``content``, in DER.

    None where the installation has no key that can sign: nobody goes without a copy for that.
    """
    from shizheng.services.outputs.keys import city_key  # late: heavy

    try:
        signer = city_key().signer
    except SigningKeyUnusable as refusal:
        log.warning("personal_copy_unsigned", code=refusal.code)
        return None
    made = asyncio.run(signer.async_sign_general_data(content, "sha256", detached=True))
    return bytes(made.dump())
