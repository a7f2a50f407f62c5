"""The square code that leads to the page on which a document is checked (QR 碼)."""

import io

import segno

RECOVERY = "m"  # 15 % may be lost, to a stamp or a fold


def qr_code(address: str) -> bytes:
    """Return an SVG of the QR code of ``address``, without a margin (ISO/IEC 18004)."""
    drawing = io.BytesIO()
    segno.make_qr(address, error=RECOVERY).save(
        drawing, kind="svg", border=0, omitsize=True, xmldecl=False, svgclass=None, lineclass=None
    )
    return drawing.getvalue()
