"""Pictures for tests: a plain PNG, its size, and how many pixels of two differ."""

import struct
import zlib
from io import BytesIO


def png(width, height, rgb=(200, 200, 200)):
    """Return a PNG of one colour."""
    lines = b"".join(b"\0" + bytes(rgb) * width for _ in range(height))

    def chunk(kind, content):
        check = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(lines)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def size(picture):
    """Return width and height of a PNG."""
    return struct.unpack(">II", picture[16:24])


def rows(picture):
    """Return the pixels of a PNG of eight bits as tuples, without its transparency."""
    place, found, head = 8, BytesIO(), None
    while place < len(picture):
        length, kind = struct.unpack(">I4s", picture[place : place + 8])
        content = picture[place + 8 : place + 8 + length]
        head = content if kind == b"IHDR" else head
        found.write(content if kind == b"IDAT" else b"")
        place += 12 + length
    width, height, _depth, colour = struct.unpack(">IIBB", head[:10])
    parts = {2: 3, 6: 4}[colour]
    flat, step, before, made = zlib.decompress(found.getvalue()), width * parts, None, []
    for line in range(height):
        start = line * (step + 1)
        row = unfiltered(flat[start], flat[start + 1 : start + 1 + step], before, parts)
        made.append([tuple(row[at : at + 3]) for at in range(0, step, parts)])
        before = row
    return made


def unfiltered(kind, line, before, parts):
    """Return a line of a PNG as it was before its filter. Source: PNG, chapter 9."""
    row, above = bytearray(line), before or bytes(len(line))
    for at in range(len(row)):
        left = row[at - parts] if at >= parts else 0
        corner = above[at - parts] if at >= parts else 0
        up = above[at]
        if kind == 4:
            guess = left + up - corner
            added = min((left, up, corner), key=lambda each: abs(guess - each))
        else:
            added = (0, left, up, (left + up) // 2)[kind]
        row[at] = (row[at] + added) & 255
    return bytes(row)


def pixels_differ(one, other):
    """Return the share of pixels that differ by more than a trace."""
    pairs = [
        (a, b) for line, beside in zip(rows(one), rows(other), strict=True)
        for a, b in zip(line, beside, strict=True)
    ]  # fmt: skip
    changed = sum(1 for a, b in pairs if max(abs(x - y) for x, y in zip(a, b, strict=True)) > 8)
    return changed / len(pairs)
