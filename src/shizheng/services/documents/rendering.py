"""Turns sheets of a PDF into pictures, alone in a process with bounded time and memory.

Run as a program by ``sheets``: what a hostile file does here, it does to nobody else. Nothing of
the city's software is imported, nor numpy where nothing is drawn, so that it starts quickly.
"""

from __future__ import annotations

import json
import resource
import struct
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypdfium2

if TYPE_CHECKING:
    import numpy

    Pixels = numpy.ndarray[Any, numpy.dtype[numpy.uint8]]

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 20
FILE_BYTES = 64 << 20
MOST_PIXELS = 24_000_000
NO_PDF, ENCRYPTED, NO_SHEET, NO_SIZE = 3, 4, 5, 6
"""How the program ends where it cannot: not readable, locked, no such sheet, no measurable page."""
PASSWORD_WANTED = 4  # FPDF_ERR_PASSWORD


def bound() -> None:
    """Let the system end this process when it takes more than it should."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def opened(path: str) -> pypdfium2.PdfDocument:
    """Return a PDF; the program ends if it is none, or locked."""
    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        sys.exit(ENCRYPTED if getattr(error, "err_code", None) == PASSWORD_WANTED else NO_PDF)


def drawn(path: str, sheet: int, width: int) -> Pixels:
    """Return a sheet as pixels (rows, cols, 3), uint8, RGB, ``width`` wide unless too high."""
    import numpy

    document = opened(path)
    if not 1 <= sheet <= len(document):
        sys.exit(NO_SHEET)
    try:
        page = document[sheet - 1]
        across, down = page.get_size()
        if not (1 <= across < float("inf") and 1 <= down < float("inf")):
            sys.exit(NO_SIZE)
        scale = min(width / across, (MOST_PIXELS / (across * down)) ** 0.5)
        if min(across, down) * scale < 1:
            sys.exit(NO_SIZE)
        picture = page.render(scale=scale, rev_byteorder=True)
    except pypdfium2.PdfiumError:
        sys.exit(NO_PDF)
    return numpy.ascontiguousarray(picture.to_numpy()[:, :, :3])


def overlaid(before: Pixels, after: Pixels) -> Pixels:
    """Return two versions laid over each other: gone is red, new is blue, the same is black.

    The later one is the frame; what the earlier one lacks or has beyond it counts as white.
    """
    import numpy

    new = after.mean(axis=2).astype(numpy.uint8)
    old = numpy.full(new.shape, 255, numpy.uint8)
    rows, columns = min(old.shape[0], before.shape[0]), min(old.shape[1], before.shape[1])
    old[:rows, :columns] = before[:rows, :columns].mean(axis=2).astype(numpy.uint8)
    return numpy.stack([new, numpy.minimum(old, new), old], axis=2)


def png(pixels: Pixels) -> bytes:
    """Return pixels (rows, cols, 3) as a PNG file. Source: PNG (ISO/IEC 15948)."""
    import numpy

    rows, columns, _ = pixels.shape
    lines = numpy.zeros((rows, columns * 3 + 1), numpy.uint8)
    lines[:, 1:] = pixels.reshape(rows, columns * 3)

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)
    body = zlib.compress(lines.tobytes(), 6)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def main(arguments: list[str]) -> None:
    """Carry out one task: its name, then its arguments.

    ``count PDF`` prints; ``draw PDF SHEET WIDTH PNG`` and ``overlay PDF PDF SHEET WIDTH PNG``
    write a picture.
    """
    bound()
    task, *rest = arguments
    if task == "count":
        sys.stdout.write(json.dumps({"sheets": len(opened(rest[0]))}))
        return
    *paths, sheet, width, to = rest
    pictures = [drawn(path, int(sheet), int(width)) for path in paths]
    pixels = overlaid(*pictures) if task == "overlay" else pictures[0]
    Path(to).write_bytes(png(pixels))


if __name__ == "__main__":
    main(sys.argv[1:])
