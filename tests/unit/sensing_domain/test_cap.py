"""CAP messages: valid by the rules of the standard, chained, and signed so that change shows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import product
from xml.etree import ElementTree as ET

import pytest
from capvalidator import check_schema, check_signature
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.sensing_domain.cap_rules import broken_rules, problems

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


AREAS = {
    "polygon": Area("鹽埕區", (SQUARE,)),
    "two polygons": Area("鹽埕區", (SQUARE, tuple((x + 0.1, y) for x, y in SQUARE))),
    "circle": Area("七賢三路", circles=((120.3, 22.6, 0.5),)),
    "codes alone": Area("鹽埕區", geocodes=(("districtCode", "64000010"),)),
    "all of it": Area("鹽埕區", (SQUARE,), ((120.3, 22.6, 0.2),), (("districtCode", "64000010"),)),
}


@pytest.mark.parametrize("kind", MessageType, ids=str)
@pytest.mark.parametrize("status", Status, ids=str)
def test_every_kind_of_message_passes_the_schema_of_oasis_signed_and_unsigned(status, kind, signer):
    key, certificate = signer
    for area, is_said in product(AREAS.values(), (True, False)):
        message = alert(
            status=status, message_type=kind,
            references=() if kind is MessageType.ALERT else (cap.reference(alert()),),
            infos=(replace(info(), areas=(area,)), replace(info("en"), areas=(area,)))
            if is_said else (),
        )  # fmt: skip
        written = cap.to_xml(message)
        signed = sign(written, key, [certificate])
        assert (problems(written), problems(signed)) == ([], [])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(b"<status>Actual</status>", b"<status>Real</status>", id="status-unknown"),
        pytest.param(b"<status>Actual</status>", b"", id="no-status"),
        pytest.param(b"<msgType>Alert<", b"<msgType>Warning<", id="kind-unknown"),
        pytest.param(b"<scope>Public</scope>", b"", id="no-scope"),
        pytest.param(b"2025-07-07T02:40:11+08:00", b"2025-07-07T02:40:11Z", id="time-with-z"),
        pytest.param(b"2025-07-07T02:40:11+08:00", b"2025-07-07 02:40", id="time-as-people-write"),
        pytest.param(b"<category>Met</category>", b"<category>Flood</category>", id="category"),
        pytest.param(b"<urgency>Immediate</urgency>", b"", id="no-urgency"),
        pytest.param(b"<certainty>Observed</certainty>", b"<certainty/>", id="certainty-empty"),
        pytest.param(b"<severity>Severe<", b"<severity>Red<", id="severity-by-colour"),
        pytest.param(b"areaDesc>", b"areaName>", id="element-unknown"),
        pytest.param(b"<mimeType>image/jpeg</mimeType>", b"", id="no-type-of-file"),
        pytest.param(b"<size>10</size>", b"<size>10 kB</size>", id="size-in-words"),
        pytest.param(b"cap:1.2", b"cap:1.1", id="of-another-version"),
        pytest.param(b"<sender>kaohsiung.example.org</sender>", b"", id="nobody-sent-it"),
    ],
)  # fmt: skip
def test_the_schema_of_oasis_refuses_a_broken_copy(old, new):
    written = cap.to_xml(alert())
    assert old in written
    broken = written.replace(old, new)
    ET.fromstring(broken)  # it can be read, and is refused for what it says
    assert check_schema(written).passed
    assert not check_schema(broken).passed


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(b"22.620000,120.300000</polygon>", b"22.7,120.3</polygon>", id="left-open"),
        pytest.param(b"kaohsiung.example.org<", b"kaohsiung office<", id="space-in-sender"),
        pytest.param(b"Alert</msgType>", b"Alert</msgType><source></source>", id="empty-text"),
    ],
)  # fmt: skip
def test_what_the_schema_lets_pass_the_rules_of_the_standard_refuse(old, new):
    written = cap.to_xml(alert())
    broken = written.replace(old, new)
    assert broken != written
    assert check_schema(broken).passed
    assert broken_rules(broken)


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
    assert check_signature(signed).passed  # a validator that we did not write says so too
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
