"""STIX bundles and CycloneDX lists: read by their own libraries, and hostile files refused."""

import json
from datetime import UTC, datetime

import pytest
import stix2
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from shizheng.plan.security.domain import sbom, stix
from shizheng.plan.security.domain.indicators import IndicatorUnfit, checked
from shizheng.plan.security.domain.sbom import Component, ListTooLarge, ListUnreadable

AT = datetime(2020, 3, 2, 1, 30, 15, 250_000, tzinfo=UTC)
CITY = stix.Producer("kaohsiung", "Kaohsiung City")
SEEN = (
    ("ipv4", "198.51.100.7", "amber"),
    ("ipv6", "2001:db8::7", "white"),
    ("domain", "c2.example", "green"),
    ("url", "https://c2.example/a?b='c'\\d", "amber"),
    ("sha256", "a" * 64, "green"),
    ("email", "phish@c2.example", "green"),
)
SIGHTED = [stix.Sighted(*row, noted_at=AT) for row in SEEN]


def bundle(sighted=SIGHTED):
    return stix.bundle_of("SI-2020-0001", sighted, by=CITY, at=AT)


def test_the_bundle_is_what_the_library_reads_and_patterns_match_the_grammar():
    parsed = stix2.parse(stix.as_text(bundle()), allow_custom=False)
    assert [each.type for each in parsed.objects] == ["identity", *["indicator"] * 6, "grouping"]
    for each in parsed.objects[1:7]:
        stix2.pattern_visitor.create_pattern_object(each.pattern, version="2.1")
    group = parsed.objects[-1]
    assert group.object_refs == [each.id for each in parsed.objects[1:7]]
    assert group.object_marking_refs == [stix2.TLP_AMBER.id]
    marks = {"white": stix2.TLP_WHITE, "green": stix2.TLP_GREEN, "amber": stix2.TLP_AMBER,
             "red": stix2.TLP_RED}  # fmt: skip
    assert {name: mark.id for name, mark in marks.items()} == stix.MARKINGS


def test_the_same_facts_give_the_same_bytes_in_whatever_order():
    assert stix.as_text(bundle()) == stix.as_text(bundle(SIGHTED[::-1]))
    fewer = bundle(SIGHTED[:1])
    assert fewer["id"] != bundle()["id"]
    assert fewer["objects"][1]["id"] in {each["id"] for each in bundle()["objects"]}


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("ipv4", " 198.51.100[.]7 ", "198.51.100.7"),
        ("ipv6", "2001:DB8:0:0::7", "2001:db8::7"),
        ("domain", "C2[.]Example", "c2.example"),
        ("url", "hxxps://c2[.]example/a", "https://c2.example/a"),
        ("sha256", "A" * 64, "a" * 64),
        ("email", "Phish[@]c2.example", "phish@c2.example"),
    ],
    ids=["ipv4", "ipv6", "domain", "url", "sha256", "email"],
)
def test_values_are_opened_up_again(kind, value, kept):
    assert checked(kind, value) == kept


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("ipv4", "198.51.100.300"), ("ipv4", "2001:db8::7"), ("domain", "localhost"),
        ("domain", "a b.example"), ("url", "javascript:alert(1)"), ("url", "https://a\u202e.b/"),
        ("sha256", "abc"), ("email", "nobody"), ("domain", ""),
    ],
    ids=["range", "family", "single", "blank", "scheme", "direction", "short", "no-at", "empty"],
)  # fmt: skip
def test_what_is_not_of_its_kind_is_refused(kind, value):
    with pytest.raises(IndicatorUnfit):
        checked(kind, value)


def listed(*components, **given):
    body = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": list(components)}
    return json.dumps({**body, **given}).encode()


LOG4J = {
    "type": "library", "group": "org.apache.logging.log4j", "name": "log4j-core",
    "version": "2.14.1", "purl": "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1",
    "licenses": [{"license": {"id": "Apache-2.0"}}],
}  # fmt: skip


def test_components_inside_others_are_found_and_each_is_kept_once():
    inner = {**LOG4J, "components": [{"type": "file", "name": "a.jar"}]}
    found = sbom.components_in(listed(inner, LOG4J))
    assert [(each.name, each.version) for each in found] == [
        ("a.jar", ""),
        ("log4j-core", "2.14.1"),
    ]
    assert found[1].licence == "Apache-2.0"


def test_what_is_written_is_valid_by_the_official_schema_and_reads_back():
    components = sbom.components_in(listed(LOG4J, {"type": "application", "name": "系統"}))
    document = sbom.document_of("IS-2020-0001", "公文系統", 2, components, at=AT)
    text = json.dumps(document)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert sbom.components_in(text.encode()) == components
    assert document == sbom.document_of("IS-2020-0001", "公文系統", 2, components, at=AT)


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe", b"[]", b"{", b"[" * 100_000, b'{"bomFormat": "SPDX"}',
        listed(LOG4J, specVersion="1.3"), listed(), listed("text"), listed({"type": "library"}),
        listed({**LOG4J, "type": "virus"}), listed({**LOG4J, "name": "a\x00b"}),
        listed({**LOG4J, "name": "a" * 201}), listed({**LOG4J, "version": 3}),
        listed(components={}), listed({**LOG4J, "components": "x"}),
        b'{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": NaN}',
    ],
    ids=[
        "bytes", "list", "cut", "deep", "other", "old", "none", "text", "nameless", "type", "null",
        "long", "number", "object", "inner", "constant",
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused(content):
    with pytest.raises(ListUnreadable):
        sbom.components_in(content)


def test_lists_beyond_the_limits_are_refused():
    many = [{"type": "library", "name": f"n{number}"} for number in range(10_001)]
    with pytest.raises(ListTooLarge):
        sbom.components_in(listed(*many))
    with pytest.raises(ListTooLarge):
        sbom.components_in(b" " * (sbom.MOST_BYTES + 1))
    nested = dict(LOG4J)
    for _ in range(sbom.MOST_DEPTH + 1):
        nested = {**LOG4J, "components": [nested]}
    with pytest.raises(ListTooLarge):
        sbom.components_in(listed(nested))


def test_a_component_is_compared_by_all_that_is_said_of_it():
    assert Component("library", "a", "1") != Component("library", "a", "2")
