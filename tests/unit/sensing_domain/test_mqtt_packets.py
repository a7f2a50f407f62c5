"""Packets of MQTT, against the reference client and against bytes that are none."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.sensing.domain import mqtt


def test_who_connects_is_read():
    body = bytes.fromhex("00044d51545404c2003c000161000167") + b"\0\3key"
    assert mqtt.connect_of(body) == mqtt.Connect(mqtt.V3, "g", "key", 60)


def test_a_message_of_version_5_keeps_what_its_sender_says_beside_it():
    given_ = b"\x26\0\3key\0\5szd_1" + b"\x01\1"
    body = b"\0\3a/b\0\7" + bytes([len(given_)]) + given_ + b"{}"
    told = mqtt.publish_of(0b0010, body, mqtt.V5)
    assert told == mqtt.Publish("a/b", b"{}", 1, 7, {"key": "szd_1"})


@pytest.mark.parametrize(
    ("flags", "body"),
    [
        pytest.param(0b0110, b"\0\1a\0\1", id="quality-of-service-3"),
        pytest.param(0b0010, b"\0\1a\0\0", id="number-0"),
        pytest.param(0b0000, b"\0\0{}", id="no-topic"),
        pytest.param(0b0000, b"\0\x09a", id="longer-than-it-is"),
        pytest.param(0b0000, b"\0\2\xff\xfe", id="no-text"),
    ],
)
def test_what_is_no_message_is_refused(flags, body):
    with pytest.raises(mqtt.PacketUnfit):
        mqtt.publish_of(flags, body, mqtt.V3)


@given(st.binary(max_size=60), st.integers(0, 15), st.sampled_from([mqtt.V3, mqtt.V5]))
def test_any_bytes_are_read_or_refused(body, flags, version):
    for read in (
        lambda: mqtt.connect_of(body),
        lambda: mqtt.publish_of(flags, body, version),
        lambda: mqtt.subscribe_of(body, version, has_options=True),
    ):
        with suppress(mqtt.PacketUnfit):
            read()


@pytest.mark.parametrize("length", [0, 127, 128, 16_383, 16_384, 2_097_152], ids=str)
def test_the_length_of_a_packet_is_written_as_it_is_read(length):
    made = mqtt.packet(mqtt.PUBLISH, bytes(length))
    reader = mqtt.Reader(made)
    assert (reader.whole(1) >> 4, reader.packed(), len(reader.rest())) == (
        mqtt.PUBLISH, length, length,
    )  # fmt: skip
