"""Cases as JSON: by permission, page by page, acts with their revision."""

import json

import pytest
from django.test import Client
from django.utils import timezone
from tests.services.open311.conftest import PNG

from shizheng.core import journal
from shizheng.core.people.tokens import token_make
from shizheng.services.models import Case, CaseDocument, Service

REPORT = {
    "service": "road_damage", "answers": {"kind": "pothole"}, "description": "路中央有個大坑洞",
    "place": {"longitude": 120.3127, "latitude": 22.6483},
}  # fmt: skip


class Program:
    """A program of somebody who is signed in."""

    def __init__(self, person=None):
        self.client = Client(headers={"accept": "application/json"})
        if person:
            self.client.force_login(person)

    def get(self, path, expect=200, **query):
        answer = self.client.get(f"/api{path}", query)
        assert answer.status_code == expect, answer.content.decode()
        return answer.json()

    def post(self, path, body, expect=200, **headers):
        answer = self.client.post(
            f"/api{path}", json.dumps(body), content_type="application/json", headers=headers
        )
        assert answer.status_code == expect, answer.content.decode()
        return answer.json()


@pytest.fixture
def programs(people):
    return {name: Program(person) for name, person in vars(people).items()}


def opened(programs, **given):
    return programs["resident"].post("/cases", {**REPORT, **given}, 201)["number"]


def test_services_and_their_form_are_public(kaohsiung):
    program = Program()
    rows = program.get("/services")
    assert "road_damage" in [row["code"] for row in rows]
    found = program.get("/services/road_damage")
    assert found["place"] == "required"
    form = found["form"]
    assert form["required"] == ["kind"]
    assert form["properties"]["kind"]["oneOf"][0]["const"] == "pothole"
    assert program.get("/services/nothing", 404)["code"] == "services.service_closed"


def test_every_form_is_a_json_schema(kaohsiung):
    from jsonschema_rs import Draft202012Validator, meta

    from shizheng.services.interface.forms import form_schema
    from shizheng.services.versions import definition_by

    for row in Service.objects.exclude(current=None):
        schema = form_schema(definition_by(row.current_id))
        assert meta.is_valid(schema)
    road = form_schema(definition_by(Service.objects.get(code="road_damage").current_id))
    assert Draft202012Validator(road).is_valid({"kind": "pothole", "danger": True})
    assert not Draft202012Validator(road).is_valid({"kind": "volcano"})


def test_a_case_is_opened_seen_by_permission_and_acted_on(programs):
    number = opened(programs)
    assert [row["number"] for row in programs["resident"].get("/my/cases")["cases"]] == [number]
    assert programs["other_resident"].get("/cases")["cases"] == []
    programs["other_resident"].get(f"/cases/{number}", 404)
    seen = programs["officer"].get(f"/cases/{number}")
    assert (seen["revision"], seen["answers"]["kind"]) == (1, "pothole")
    assert "accept" in [each["action"] for each in seen["actions"]]
    act = {"action": "accept", "revision": 1}
    assert programs["officer"].post(f"/cases/{number}/acts", act)["state"] == "in_progress"
    refused = programs["officer"].post(f"/cases/{number}/acts", act, 409)
    assert refused["code"] == "core.changed_meanwhile"
    stranger = programs["resident"].post(
        f"/cases/{number}/acts", {"action": "close", "revision": 2}, 403
    )
    assert stranger["code"] == "services.not_this_actor"


def test_nobody_reads_cases_without_signing_in(kaohsiung):
    for path in ("/cases", "/my/cases", "/cases/KHC-1090302-0017"):
        assert Program().get(path, 401)["status"] == 401


def test_a_replayed_report_is_one_case(programs):
    key = {"Idempotency-Key": "k1"}
    first = programs["resident"].post("/cases", REPORT, 201, **key)
    assert programs["resident"].post("/cases", REPORT, 201, **key) == first
    assert Case.objects.count() == 1


def test_wrong_reports_are_refused_by_name(programs):
    wrong = [
        ({"answers": {"colour": "red"}}, 422, "services.answers_wrong"),
        ({"answers": {}}, 422, "services.answers_wrong"),
        ({"service": "nothing"}, 404, "services.service_closed"),
        ({"place": None}, 422, "services.place_missing"),
        ({"place": {"longitude": 121.56, "latitude": 25.03}}, 422, "services.place_outside"),
        ({"place": {"longitude": 500, "latitude": 0}}, 422, "web.parameters_unreadable"),
        ({"for_another": True}, 403, "core.not_permitted"),
    ]
    for given, status, code in wrong:
        answer = programs["resident"].post("/cases", {**REPORT, **given}, status)
        assert answer["code"] == code
    assert Case.objects.count() == 0


def test_the_list_is_filtered_and_paged_by_cursor(programs):
    numbers = [opened(programs) for _ in range(3)]
    seen, cursor = [], ""
    while True:
        page = programs["officer"].get("/cases", limit=2, cursor=cursor)
        seen += [row["number"] for row in page["cases"]]
        cursor = page["cursor"]
        if not cursor:
            break
    assert seen == numbers[::-1]
    officer = programs["officer"]
    assert officer.get("/cases", state="done")["cases"] == []
    assert len(officer.get("/cases", service="road_damage", is_open="true")["cases"]) == 3
    assert len(officer.get("/cases", q=numbers[0])["cases"]) == 1
    assert officer.get("/cases", assignee="me")["cases"] == []
    assert officer.get("/cases", 422, cursor="nonsense")["code"] == "services.cursor_unreadable"
    assert officer.get("/cases", 422, due_before="2020-01-01T00:00:00")["code"] == (
        "services.date_unfit"
    )


def test_files_come_with_an_act(programs):
    from django.core.files.uploadedfile import SimpleUploadedFile

    number = opened(programs)
    sent = {
        "action": "close", "revision": 1, "field": "photos", "fields": "{}",
        "files": SimpleUploadedFile("after.png", PNG),
    }  # fmt: skip
    answer = programs["officer"].client.post(f"/api/cases/{number}/documents", sent)
    assert answer.status_code == 200, answer.content.decode()
    assert answer.json()["state"] == "done"
    assert [each["field"] for each in answer.json()["documents"]] == ["photos"]
    assert CaseDocument.objects.count() == 1
    broken = {**sent, "revision": 2, "fields": "[", "files": SimpleUploadedFile("a.png", PNG)}
    again = programs["officer"].client.post(f"/api/cases/{number}/documents", broken)
    assert (again.status_code, again.json()["code"]) == (422, "services.answers_wrong")


def test_messages_go_between_the_parties_and_the_office(programs):
    number = opened(programs)
    programs["officer"].post(f"/cases/{number}/messages", {"text": "請補照片"}, 201)
    note = {"text": "內部註記", "visibility": "internal"}
    programs["officer"].post(f"/cases/{number}/messages", note, 201)
    programs["resident"].post(f"/cases/{number}/messages", {"text": "好的"}, 201)
    seen = [row["text"] for row in programs["resident"].get(f"/cases/{number}/messages")]
    assert seen == ["請補照片", "好的"]
    assert len(programs["officer"].get(f"/cases/{number}/messages")) == 3


def test_the_description_names_every_operation_and_how_it_refuses(kaohsiung):
    document = Program().get("/openapi.json")
    post = document["paths"]["/api/cases/{number}/acts"]["post"]
    assert "application/problem+json" in post["responses"]["default"]["content"]
    assert "Idempotency-Key" in [each["name"] for each in post["parameters"]]
    assert document["components"]["schemas"]["CaseIn"]["properties"]["service"]["examples"]


def test_a_case_opened_is_due_by_its_clock(programs):
    given = programs["resident"].post("/cases", REPORT, 201)
    assert given["due_at"] > timezone.now().isoformat()
    assert given["agency"] == "public_works"


def test_a_program_with_a_token_reports_as_the_person_and_the_journal_says_so(people):
    token, secret = token_make(
        person=people.resident, name="x", days=1, by=people.resident, at=timezone.now()
    )
    program = Client(enforce_csrf_checks=True, headers={"authorization": f"Bearer {secret}"})
    answer = program.post("/api/cases", json.dumps(REPORT), content_type="application/json")
    assert answer.status_code == 201, answer.content
    case = Case.objects.get(number=answer.json()["number"])
    entry = journal.entries_of(case, "services.case.opened").get()
    assert (case.reporter, entry.by) == (people.resident, people.resident)
    assert entry.after["token"] == str(token.pk)
    assert program.get("/api/cases").json()["cases"][0]["number"] == case.number
