"""CAP messages: valid by the rules of the standard, chained, and signed so that change shows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.sensing_domain.cap_rules import problems

from shizheng.sensing.domain import cap
from shizheng.sensing.domain.cap import (
    Alert,
    Area,
    Category,
    Certainty,
    Info,
    MessageType,
    Resource,
    Response,
    Scope,
    Severity,
    Status,
    Urgency,
)
from shizheng.sensing.domain.cap_signing import is_genuine, sign

TAIPEI = timezone(timedelta(hours=8))
AT = datetime(2025, 7, 7, 2, 40, 11, 500, tzinfo=TAIPEI)
SQUARE = ((120.30, 22.62), (120.31, 22.62), (120.31, 22.63))


def info(language="zh-Hant", **more):
    return Info(
        language=language, event="積淹水", category=(Category.MET, Category.SAFETY),
        urgency=Urgency.IMMEDIATE, severity=Severity.SEVERE, certainty=Certainty.OBSERVED,
        response=(Response.AVOID,), effective=AT, onset=AT, expires=AT + timedelta(hours=3),
        sender_name="高雄市政府水利局", headline="七賢三路積水 32 公分",
        description="水深 < 50 公分 & 上升中",
        instruction="請勿進入", web="https://example.org/sensing/warnings/1", contact="1999",
        event_codes=(("rule", "road_flooding"),), parameters=(("depth_cm", "32"),),
        resources=(Resource("影像", "image/jpeg", uri="https://example.org/a.jpg", size=10),),
        areas=(Area("鹽埕區", (SQUARE,), ((120.3, 22.6, 0.2),), (("districtCode", "64000010"),)),),
        **more,
    )  # fmt: skip


def alert(**more):
    given = {
        "identifier": "KH-flood-1", "sender": "kaohsiung.example.org", "sent": AT,
        "status": Status.ACTUAL, "message_type": MessageType.ALERT,
        "infos": (info(), info("en", audience="everybody")),
    }  # fmt: skip
    return Alert(**given | more)


def test_a_full_message_keeps_every_rule_of_the_standard():
    written = cap.to_xml(
        alert(
            source="gauge", codes=("a", "b"), note="n", incidents=("Danas", "two words"),
            scope=Scope.RESTRICTED, restriction="agencies", addresses=("a@example.org",),
        )
    )  # fmt: skip
    assert problems(written) == []
    assert b'<incidents>Danas "two words"</incidents>' in written


def test_updates_and_cancellations_name_all_before_them_and_keep_the_status():
    first = alert(status=Status.EXERCISE)
    later = cap.following(
        first, MessageType.UPDATE, identifier="KH-flood-2", sent=AT + timedelta(minutes=5),
        infos=first.infos,
    )  # fmt: skip
    last = cap.following(
        later, MessageType.CANCEL, identifier="KH-flood-3", sent=AT + timedelta(minutes=9),
        infos=(), note="dry again",
    )  # fmt: skip
    assert last.references == (
        "kaohsiung.example.org,KH-flood-1,2025-07-07T02:40:11+08:00",
        "kaohsiung.example.org,KH-flood-2,2025-07-07T02:45:11+08:00",
    )
    assert {later.status, last.status} == {Status.EXERCISE}
    assert [problems(cap.to_xml(each)) for each in (first, later, last)] == [[], [], []]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        pytest.param({"identifier": "a b"}, "identifier", id="space-in-identifier"),
        pytest.param({"sender": "a,b"}, "sender", id="comma-in-sender"),
        pytest.param({"sent": AT.replace(tzinfo=None)}, "offset", id="naive-time"),
        pytest.param({"message_type": MessageType.CANCEL}, "names", id="cancels-nothing"),
        pytest.param({"scope": Scope.PRIVATE}, "addressees", id="private-to-nobody"),
        pytest.param({"scope": Scope.RESTRICTED}, "restriction", id="restricted-by-nothing"),
        pytest.param(
            {"infos": (replace(info(), areas=(Area("x", (SQUARE[:2],)),)),)}, "corners", id="line"
        ),
    ],
)
def test_what_the_standard_refuses_is_not_built(wrong, says):
    with pytest.raises(ValueError, match=says):
        alert(**wrong)


def test_universal_time_is_written_as_the_standard_asks():
    assert cap.stamp(datetime(2025, 7, 6, 18, 40, tzinfo=UTC)) == "2025-07-06T18:40:00-00:00"


@given(
    st.text(), st.text(min_size=1), st.lists(st.tuples(st.text(min_size=1), st.text()), max_size=3)
)
def test_any_text_makes_a_message_that_can_be_read(description, headline, pairs):
    written = cap.to_xml(
        alert(infos=(replace(
            info(), description=description, headline=headline,
            parameters=tuple((key, value or "-") for key, value in pairs),
        ),))
    )  # fmt: skip
    assert problems(written) == []


@pytest.fixture(scope="module")
def signer():
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "City of Exampleton")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2090, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    return key, certificate


def test_a_signed_message_stays_valid_and_shows_any_change(signer):
    key, certificate = signer
    signed = sign(cap.to_xml(alert()), key, [certificate])
    assert problems(signed) == []
    assert is_genuine(signed, certificate)
    assert not is_genuine(signed.replace("32 公分".encode(), "12 公分".encode()), certificate)
    assert not is_genuine(signed.replace(b"Actual", b"Exercise"), certificate)
    assert not is_genuine(cap.to_xml(alert()), certificate)
    assert not is_genuine(b"<alert", certificate)


def test_a_message_signed_by_somebody_else_is_not_genuine(signer):
    _key, certificate = signer
    other = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "City of Exampleton")])
    forged = (
        x509.CertificateBuilder(name, name, other.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2090, 1, 1, tzinfo=UTC))
        .sign(other, hashes.SHA256())
    )
    assert not is_genuine(sign(cap.to_xml(alert()), other, [forged]), certificate)
