"""What everybody may read: services, requests by every filter, updates; nothing personal."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone

from shizheng.core.models import OutboxEvent
from shizheng.services.actions.acting import Given, case_act
from shizheng.services.models import Case

KEYS = {
    "service_request_id", "status", "status_notes", "service_name", "service_code",
    "description", "agency_responsible", "service_notice", "requested_datetime",
    "updated_datetime", "expected_datetime", "address", "address_id", "zipcode", "lat", "long",
    "media_url",
}  # fmt: skip
ROOT = "/open311/v2"


@pytest.fixture
def three(report, people):
    """Three requests: open at a place, closed, open at an address."""
    numbers = []
    for fields in (
        {"email": "secret@example.org", "phone": "0912345678"},
        {"description": "路燈旁的裂縫", "attribute[kind]": "crack"},
        {"lat": None, "long": None, "address_string": "鳳山區光復路二段", "description": "下陷"},
    ):
        numbers.append(report(**fields).json()[0]["service_request_id"])
    closed = Case.objects.get(number=numbers[1])
    case_act(
        case=closed, action="close", by=people.officer, at=timezone.now(),
        given=Given(fields={"reply": "ok"}, note="已補平"),
    )  # fmt: skip
    return numbers


def read(program, path, **query):
    answer = program.get(f"{ROOT}/{path}", query)
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()


def numbers_of(rows):
    return [row["service_request_id"] for row in rows]


def test_discovery_says_what_is_here_in_both_formats(program):
    found = read(program, "discovery.json")
    assert found["endpoints"][0]["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert "1999" in found["contact"]
    tree = ElementTree.fromstring(program.get(f"{ROOT}/discovery.xml").content)
    assert [each.text for each in tree.findall("endpoints/endpoint/formats/format")] == [
        "text/xml", "application/json",
    ]  # fmt: skip


def test_services_in_the_language_asked_for(program):
    service = next(
        each for each in read(program, "services.json") if each["service_code"] == "road_damage"
    )
    assert service["service_name"] == "道路坑洞與路面破損"
    assert (service["metadata"], service["type"]) == (True, "realtime")
    english = program.get(f"{ROOT}/services.json?locale=en").json()
    assert "Potholes and road damage" in [each["service_name"] for each in english]
    by_header = program.get(f"{ROOT}/services.json", headers={"accept-language": "en"})
    assert by_header.json() == english
    assert by_header["Content-Language"] == "en"


def test_a_definition_has_the_fields_of_the_form(program):
    found = read(program, "services/road_damage.json")
    kind, danger = found["attributes"]
    assert (kind["code"], kind["datatype"], kind["required"], kind["order"]) == (
        "kind", "singlevaluelist", True, 1,
    )  # fmt: skip
    assert {"key": "pothole", "name": "坑洞"} in kind["values"]
    assert (danger["datatype"], [each["key"] for each in danger["values"]]) == (
        "singlevaluelist", ["true", "false"],
    )  # fmt: skip
    tree = ElementTree.fromstring(program.get(f"{ROOT}/services/road_damage.xml").content)
    assert tree.tag == "service_definition"
    assert tree.findtext("attributes/attribute/values/value/key") == "pothole"
    assert program.get(f"{ROOT}/services/nothing.json").status_code == 404


def test_a_request_has_every_key_and_nothing_personal(program, three):
    [row] = read(program, f"requests/{three[0]}.json")
    assert set(row) == KEYS
    assert (row["status"], row["service_code"], row["lat"], row["long"]) == (
        "open", "road_damage", 22.6483, 120.3127,
    )  # fmt: skip
    assert row["requested_datetime"].endswith("+08:00")
    assert row["expected_datetime"] > row["requested_datetime"]
    assert row["address"].startswith("三民區")
    everything = str(read(program, "requests.json", extensions="true"))
    for personal in ("secret@example.org", "0912345678"):
        assert personal not in everything
    tree = ElementTree.fromstring(program.get(f"{ROOT}/requests/{three[0]}.xml").content)
    assert tree.tag == "service_requests"
    assert {part.tag for part in tree.find("request")} == KEYS


def test_a_closed_request_says_why_and_when(program, three):
    [row] = read(program, f"requests/{three[1]}.json", extensions="true")
    assert (row["status"], row["status_notes"]) == ("closed", "已補平")
    assert row["extended_attributes"]["extended_status"] == "fixed"
    assert row["extended_attributes"]["state"] == "done"
    assert {"code": "kind", "label": "類型", "value": "crack", "name": "龜裂、不平"} in row[
        "attributes"
    ]


def test_every_filter_narrows(program, three):
    now = timezone.now()
    old = now - timedelta(days=100)
    Case.objects.filter(number=three[2]).update(opened_at=old, updated_at=now)

    def found(**query):
        return set(numbers_of(read(program, "requests.json", **query)))

    assert found() == {three[0], three[1]}
    assert found(service_request_id=f"{three[0]},{three[2].lower()}", status="closed") == {
        three[0], three[2],
    }  # fmt: skip
    assert found(status="closed") == {three[1]}
    assert found(status="open,closed") == {three[0], three[1]}
    assert found(service_code="road_damage,other") == {three[0], three[1]}
    assert found(service_code="other") == set()
    end = (old + timedelta(days=1)).isoformat()
    assert found(end_date=end) == {three[2]}
    assert found(start_date=(old - timedelta(days=1)).isoformat()) == {three[2]}
    assert found(updated_after=(now - timedelta(hours=1)).isoformat()) == set(three)
    assert found(lat="22.6483", long="120.3127", radius="50") == {three[0], three[1]}
    assert found(lat="22.70", long="120.3127", radius="50") == set()
    assert found(q="裂縫") == {three[1]}
    pages = [numbers_of(read(program, "requests.json", page=n, page_size=1)) for n in (1, 2, 3)]
    assert pages == [[three[1]], [three[0]], []]


BAD = [
    {"start_date": "yesterday"},
    {"start_date": "2020-01-01T00:00:00"},
    {"start_date": "2020-01-01T00:00:00Z", "end_date": "2020-12-31T00:00:00Z"},
    {"start_date": "2020-03-01T00:00:00Z", "end_date": "2020-02-01T00:00:00Z"},
    {"start_date": "0001-01-01T00:00:00Z"},
    {"status": "lost"},
    {"page": "9" * 40},
    {"page": "0"},
    {"page_size": "5000"},
    {"lat": "22"},
    {"lat": "x", "long": "120"},
    {"lat": "22", "long": "120", "radius": "1e12"},
]


@pytest.mark.parametrize("query", BAD)
def test_a_filter_that_cannot_be_read_is_one_clear_error(program, query):
    answer = program.get(f"{ROOT}/requests.json", query)
    assert answer.status_code == 400
    assert [error["code"] for error in answer.json()] == [400]


def test_updates_tell_what_became_of_requests(program, three):
    rows = read(program, "servicerequestupdates.json", service_request_id=three[1])
    assert [(row["status"], row["description"]) for row in rows] == [
        ("closed", "已補平"), ("open", "已受理"),
    ]  # fmt: skip
    tree = ElementTree.fromstring(program.get(f"{ROOT}/servicerequestupdates.xml").content)
    assert tree.tag == "service_request_updates"
    assert len(tree.findall("request_update")) == 4


def test_a_number_is_its_own_token(program, three):
    assert read(program, f"tokens/{three[0]}.json") == [
        {"service_request_id": three[0], "token": three[0]}
    ]
    assert program.get(f"{ROOT}/tokens/unknown.xml").status_code == 404


def test_personal_cases_and_hidden_parts_are_never_shown(program, three):
    from shizheng.services.open311 import selectors
    from shizheng.services.versions import definition_by

    case = Case.objects.get(number=three[0])
    Case.objects.filter(pk=case.pk).update(access_class="personal")
    assert program.get(f"{ROOT}/requests/{three[0]}.json").status_code == 404
    definition = definition_by(case.version_id)
    less = definition.model_copy(
        update={"access": definition.access.model_copy(update={"public": ("state", "opened")})}
    )
    row = selectors._row(Case.objects.get(number=three[1]), less, [], [])
    hidden = ("description", "agency_responsible", "expected_datetime", "lat", "long")
    assert [row[key] for key in hidden] == [None] * 5
    assert row["address"] == ""


def test_unknown_addresses_and_methods_are_answered_in_the_form_of_the_interface(program):
    lost = program.get(f"{ROOT}/nothing.xml")
    assert (lost.status_code, lost["Content-Type"]) == (404, "text/xml; charset=utf-8")
    wrong = Client().delete(f"{ROOT}/requests.json")
    assert (wrong.status_code, wrong.json()[0]["code"]) == (405, 405)
    assert wrong["Allow"] == "GET, POST, OPTIONS"
    asked = Client().options(f"{ROOT}/requests.json")
    assert (asked.status_code, asked["Access-Control-Allow-Origin"]) == (204, "*")


def test_the_format_follows_accept_without_an_ending(program):
    answer = program.get(f"{ROOT}/services", headers={"accept": "text/xml"})
    assert answer["Content-Type"].startswith("text/xml")
    assert program.get(f"{ROOT}/services")["Content-Type"].startswith("application/json")


def test_an_event_is_in_the_outbox_for_each_report(three):
    kinds = list(OutboxEvent.objects.order_by("at").values_list("type", flat=True))
    assert kinds.count("city.case.opened") == 3
    assert kinds.count("city.case.acted") == 1
