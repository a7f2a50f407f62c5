"""Small files for invented cases, drawn here (示範照片與示範圖說): no photo of anything real."""

import struct
import zlib

WIDTH, HEIGHT = 160, 120
SIGNATURE = b"\x89PNG\r\n\x1a\n"
STEPS = 4


def photo(seed: int) -> bytes:
    """Return a PNG of a coloured ground with a spot, another one for each ``seed``."""
    ground = (150 + seed * 7 % 60, 150 + seed * 11 % 60, 150 + seed * 13 % 60)
    spot = (60 + seed * 17 % 60, 60, 60 + seed * 5 % 60)
    middle_x, middle_y = 40 + seed * 23 % 80, 40 + seed * 29 % 40
    rows = b""
    for y in range(HEIGHT):
        row = bytearray()
        for x in range(WIDTH):
            is_in = (x - middle_x) ** 2 / 900 + (y - middle_y) ** 2 / 400 < 1
            row += bytes(spot if is_in else ground)
        rows += b"\0" + row
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return SIGNATURE + b"".join(_chunk(name, content) for name, content in parts)


def _chunk(name: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)


def sheet(words: str, seed: int = 0) -> bytes:
    """Return a PDF of one sheet, A4 across, with a plan of some rooms and Latin ``words``."""
    walls = " ".join(
        f"{120 + step * 110 + seed % 30} 150 100 {200 + step * 30} re" for step in range(STEPS)
    )
    drawn = f"BT /F 24 Tf 60 540 Td ({words}) Tj ET 2 w {walls} S 60 60 722 460 re S"
    things = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Count 1 /Kids [4 0 R] >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 842 595] /Contents 5 0 R"
        " /Resources << /Font << /F 3 0 R >> >> >>",
        f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream",
    )
    content, places = b"%PDF-1.4\n", []
    for number, thing in enumerate(things, 1):
        places.append(len(content))
        content += f"{number} 0 obj\n{thing}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = (
        f"xref\n0 {len(things) + 1}\n0000000000 65535 f \n{table}"
        f"trailer << /Size {len(things) + 1} /Root 1 0 R >>\nstartxref\n{len(content)}\n%%EOF\n"
    )
    return content + end.encode()
