"""Packets of MQTT 3.1.1 and 5.0 as a server reads and writes them (OASIS Standards, 2014 and 2019).

Only what devices and subscribers need: no wills, no retained messages, no sessions kept.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

CONNECT, CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP = range(1, 8)
SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK, PINGREQ, PINGRESP, DISCONNECT = range(8, 15)
V3, V5 = 4, 5
REFUSED = {V3: 5, V5: 0x87}
"""Not authorized, as a reason of CONNACK."""
UNFIT, FAILED, TOO_MUCH = 1, 0x80, 0x97
"""Version not served, subscription refused, quota exceeded."""
USER_PROPERTY, RECEIVE_MAXIMUM, MAXIMUM_SIZE, MAXIMUM_QOS, RETAIN, WILD, SHARED = (
    0x26, 0x21, 0x27, 0x24, 0x25, 0x28, 0x2A,
)  # fmt: skip
_FIXED = {
    0x01: 1, 0x02: 4, 0x11: 4, 0x13: 2, 0x17: 1, 0x18: 4, 0x19: 1, 0x21: 2, 0x22: 2, 0x23: 2,
    0x24: 1, 0x25: 1, 0x27: 4, 0x28: 1, 0x29: 1, 0x2A: 1,
}  # fmt: skip
_TEXTS = {0x03: 1, 0x08: 1, 0x09: 1, 0x12: 1, 0x15: 1, 0x16: 1, 0x1A: 1, 0x1C: 1, 0x1F: 1, 0x26: 2}


class PacketUnfit(Exception):
    """The bytes are no such packet: the connection ends."""


class Reader:
    """Reads a packet from its start to its end."""

    def __init__(self, body: bytes) -> None:
        self.body, self.at = body, 0

    def taken(self, count: int) -> bytes:
        """Return so many bytes."""
        if count < 0 or self.at + count > len(self.body):
            raise PacketUnfit
        found = self.body[self.at : self.at + count]
        self.at += count
        return found

    def whole(self, count: int) -> int:
        """Return a whole number of so many bytes."""
        return int.from_bytes(self.taken(count), "big")

    def packed(self) -> int:
        """Return a number of one to four bytes with seven bits each."""
        found = 0
        for place in range(4):
            part = self.whole(1)
            found |= (part & 127) << 7 * place
            if part < 128:
                return found
        raise PacketUnfit

    def binary(self) -> bytes:
        """Return bytes that say how many they are."""
        return self.taken(self.whole(2))

    def text(self) -> str:
        """Return a text."""
        try:
            found = self.binary().decode()
        except UnicodeDecodeError:
            raise PacketUnfit from None
        if "\0" in found:
            raise PacketUnfit
        return found

    def rest(self) -> bytes:
        """Return what is left."""
        return self.taken(len(self.body) - self.at)

    @property
    def is_over(self) -> bool:
        """Whether nothing is left."""
        return self.at == len(self.body)

    def properties(self, version: int) -> dict[str, str]:
        """Return the user properties of version 5, and pass over the others."""
        found: dict[str, str] = {}
        if version < V5:
            return found
        end = self.packed() + self.at
        while self.at < end:
            name = self.packed()
            if name in _FIXED:
                self.taken(_FIXED[name])
            elif name == 0x0B:
                self.packed()
            elif name == USER_PROPERTY:
                key = self.text()
                found[key] = self.text()
            elif name in _TEXTS:
                self.binary()
            else:
                raise PacketUnfit
        if self.at != end:
            raise PacketUnfit
        return found


@dataclass(frozen=True, slots=True)
class Connect:
    """Who connects: version of the protocol, name and password, seconds of silence allowed."""

    version: int
    name: str
    password: str
    keep_alive: int


@dataclass(frozen=True, slots=True)
class Publish:
    """What is published."""

    topic: str
    body: bytes
    qos: int
    number: int = 0
    given: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Subscribe:
    """What is subscribed or not any more."""

    number: int
    filters: tuple[str, ...]


def connect_of(body: bytes) -> Connect:
    """Read CONNECT.

    Raises:
        PacketUnfit: it is none. A version that is not served comes back as it is.
    """
    reader = Reader(body)
    if reader.text() != "MQTT":
        raise PacketUnfit
    version, flags, keep_alive = reader.whole(1), reader.whole(1), reader.whole(2)
    if version not in (V3, V5):
        return Connect(version, "", "", 0)
    if flags & 1:
        raise PacketUnfit
    reader.properties(version)
    reader.text()
    if flags & 4:
        reader.properties(version)
        reader.text()
        reader.binary()
    name = reader.text() if flags & 128 else ""
    password = reader.binary().decode("utf-8", "replace") if flags & 64 else ""
    return Connect(version, name, password, keep_alive)


def publish_of(flags: int, body: bytes, version: int) -> Publish:
    """Read PUBLISH.

    Raises:
        PacketUnfit: it is none.
    """
    reader, qos = Reader(body), flags >> 1 & 3
    if qos > 2:
        raise PacketUnfit
    topic = reader.text()
    number = reader.whole(2) if qos else 0
    if not topic or (qos and not number):
        raise PacketUnfit
    given = reader.properties(version)
    return Publish(topic, reader.rest(), qos, number, given)


def subscribe_of(body: bytes, version: int, *, has_options: bool) -> Subscribe:
    """Read SUBSCRIBE, or UNSUBSCRIBE, which has no options.

    Raises:
        PacketUnfit: it is none.
    """
    reader = Reader(body)
    number = reader.whole(2)
    reader.properties(version)
    filters = []
    while not reader.is_over:
        filters.append(reader.text())
        if has_options:
            reader.whole(1)
    if not number or not filters:
        raise PacketUnfit
    return Subscribe(number, tuple(filters))


def packet(kind: int, body: bytes = b"", flags: int = 0) -> bytes:
    """Return a packet with its head."""
    length, head = len(body), bytearray([kind << 4 | flags])
    while True:
        length, part = length >> 7, length & 127
        head.append(part | (128 if length else 0))
        if not length:
            return bytes(head) + body


def connack(version: int, reason: int, *, most: int = 0, longest: int = 0) -> bytes:
    """Write CONNACK: accepted with 0; for version 5 with what is served.

    Args:
        most: so many messages may wait for their acknowledgement; longest: bytes of a packet.
    """
    if version < V5:
        return packet(CONNACK, bytes([0, reason]))
    served = b""
    if not reason:
        served = struct.pack(
            ">BHBIBBBBBB", RECEIVE_MAXIMUM, most, MAXIMUM_SIZE, longest, RETAIN, 0, WILD, 0, SHARED,
            0,
        )  # fmt: skip
    return packet(CONNACK, bytes([0, reason, len(served)]) + served)


def answered(kind: int, number: int) -> bytes:
    """Write PUBACK, PUBREC or PUBCOMP without a reason: it was taken."""
    return packet(kind, number.to_bytes(2, "big"))


def suback(number: int, version: int, reasons: Sequence[int]) -> bytes:
    """Write SUBACK: the quality of service granted, or why not, for each filter."""
    given = b"\0" if version == V5 else b""
    return packet(SUBACK, number.to_bytes(2, "big") + given + bytes(reasons))


def unsuback(number: int, version: int, count: int) -> bytes:
    """Write UNSUBACK."""
    given = bytes(1 + count) if version == V5 else b""
    return packet(UNSUBACK, number.to_bytes(2, "big") + given)


def published(topic: str, body: bytes, version: int) -> bytes:
    """Write PUBLISH to a subscriber, at most once."""
    name = topic.encode()
    given = b"\0" if version == V5 else b""
    return packet(PUBLISH, len(name).to_bytes(2, "big") + name + given + body)


def ended(version: int, reason: int) -> bytes:
    """Write why the server ends a connection; version 3 has no words for it."""
    return packet(DISCONNECT, bytes([reason])) if version == V5 else b""
