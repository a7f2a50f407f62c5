"""Drawings for the tests: plain PDFs written by hand, and hostile ones."""


def pdf(*texts: str, box: str = "0 0 842 595") -> bytes:
    """Return a PDF with one page for each text (``box`` in points)."""
    pages = range(len(texts))
    kids = " ".join(f"{4 + 2 * page} 0 R" for page in pages)
    things = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(texts)} /Kids [{kids}] >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for page, text in enumerate(texts):
        drawn = f"BT /F 40 Tf 100 300 Td ({text}) Tj ET 50 50 300 200 re S"
        things += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents {5 + 2 * page} 0 R"
            " /Resources << /Font << /F 3 0 R >> >> >>",
            f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream",
        ]
    return assembled(things)


def assembled(things: list[str], *, trailer: str = "") -> bytes:
    """Return a PDF of numbered objects."""
    content, places = bytearray(b"%PDF-1.4\n"), []
    for number, thing in enumerate(things, 1):
        places.append(len(content))
        content += f"{number} 0 obj\n{thing}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    content += (
        f"xref\n0 {len(things) + 1}\n0000000000 65535 f \n{table}"
        f"trailer << /Size {len(things) + 1} /Root 1 0 R {trailer}>>\n"
        f"startxref\n{len(content)}\n%%EOF\n"
    ).encode()
    return bytes(content)


def locked() -> bytes:
    """Return a PDF that wants a password: its keys are of no password that anybody tries."""
    key = "<" + "41" * 32 + ">"
    encrypt = f"<< /Filter /Standard /V 1 /R 2 /Length 40 /P -44 /O {key} /U {key} >>"
    things = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Count 0 /Kids [] >>",
        encrypt,
    ]
    return assembled(things, trailer=f"/Encrypt 3 0 R /ID [{key} {key}] ")


def endless(loops: int = 40) -> bytes:
    """Return a PDF whose page draws itself twice in each of many nested forms."""
    things = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 842 595] /Contents 4 0 R"
        " /Resources << /XObject << /X 5 0 R >> >> >>",
        "<< /Length 5 >>\nstream\n/X Do\nendstream",
    ]
    for level in range(loops):
        following = 6 + level if level < loops - 1 else 0
        inside = "/X Do /X Do" if following else "0 0 9 9 re f"
        resources = f"/Resources << /XObject << /X {following} 0 R >> >>" if following else ""
        things.append(
            f"<< /Type /XObject /Subtype /Form /BBox [0 0 842 595] {resources}"
            f" /Length {len(inside)} >>\nstream\n{inside}\nendstream"
        )
    return assembled(things)
