"""Reading definitions, comparing versions, and publishing one file, as people do it by HTTP."""

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.services.conftest import AT, KAOHSIUNG
from tests.services.test_acting import reported

from shizheng.core.jobs import jobs
from shizheng.core.journal import verify
from shizheng.core.models import Job, JournalEntry, OutboxEvent, PublishedDefinition
from shizheng.services.actions.acting import case_act
from shizheng.services.models import Case, Draft, MigrationReport, Service, ServiceVersion
from shizheng.services.publishing.checking import city_pack

pytestmark = pytest.mark.django_db
AT_PAGES = "/en/services/definitions/"
ROAD = f"{AT_PAGES}road_damage/"
ROAD_FILE = KAOHSIUNG / "services/road_damage.yaml"
MIGRATING = (
    ("in_progress", "at_work"),
    ("start: received\n", "start: received\nin_flight:\n  drafts: fast_forward\n  cases: migrate\n"
     "  migrate: {states: {in_progress: at_work}, answers: {danger: hazard}}\n"),
    ("id: danger", "id: hazard"),
    ("danger ||", "hazard ||"),
)  # fmt: skip

DEPTH = (
    "      - id: depth\n        kind: integer\n"
    "        label: {zh-Hant: 深度（公分）, en: Depth in centimetres}\n"
)


def road_text(*changes, version=2):
    text = ROAD_FILE.read_text(encoding="utf-8").replace(
        "id: road_damage\n", f"id: road_damage\nversion: {version}\n", 1
    )
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


def line_of(text, part):
    return text[: text.index(part)].count("\n") + 1


@pytest.fixture
def publisher(people):
    client = Client()
    client.force_login(people.administrator)
    return client


def checked(client, text, at=f"{ROAD}publish/"):
    file = SimpleUploadedFile("road_damage.yaml", text.encode())
    return client.post(at, {"file": file, "check": "1"})


def published(client, text, at=f"{ROAD}publish/"):
    page = checked(client, text, at)
    assert page.status_code == 200, page.content.decode()
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', page.content.decode())[1]
    return client.post(at, {"text": text, "digest": digest, "publish": "1"})


def jobs_done():
    for job in Job.objects.filter(name="services.migrate_cases", status="waiting"):
        jobs[job.name](**job.arguments)


def test_anybody_reads_every_service_with_its_version_and_digest(kaohsiung):
    page = Client().get(AT_PAGES).content.decode()
    row = PublishedDefinition.objects.get(kind="service", identifier="road_damage")
    assert "Potholes and road damage" in page
    assert row.digest[:12] in page
    assert "30-15" in page
    assert "Open cases" not in page


def test_every_service_is_drawn_and_told_with_its_examples_passed(kaohsiung):
    for service in Service.objects.all():
        answer = Client().get(f"{AT_PAGES}{service.code}/")
        assert answer.status_code == 200
        page = answer.content.decode()
        definition = PublishedDefinition.objects.get(kind="service", identifier=service.code).body
        for state in definition["states"].values():
            assert state["label"]["en"] in html.unescape(page)
        assert page.count("light-green") == len(definition.get("examples", ()))
        assert "light-red" not in page


def test_a_version_says_its_clock_with_a_count_from_today(kaohsiung):
    page = Client().get(f"{ROAD}1/").content.decode()
    assert "3 working days" in page
    assert "24 hours [calc.urgent]" in page
    assert "begun today it ends on" in page
    assert "Repaired" in page
    assert "schema: service/1" in page
    assert Client().get(f"{ROAD}2/").status_code == 404
    assert Client().get(f"{AT_PAGES}no_such/").status_code == 404


def test_only_who_may_publish_comes_to_the_page(people):
    assert Client().get(f"{ROAD}publish/").status_code == 302
    officer = Client()
    officer.force_login(people.officer)
    assert officer.get(f"{ROAD}publish/").status_code == 403
    assert officer.post(f"{ROAD}publish/", {"text": "x", "publish": "1"}).status_code == 403


def test_the_check_shows_difference_moves_and_dropped_answers_and_writes_nothing(publisher, people):
    reported(people, answers={"kind": "pothole", "danger": True})
    case_act(case=reported(people), action="accept", by=people.officer, at=AT)
    changes = list(MIGRATING)
    changes[1] = (changes[1][0], changes[1][1].replace(", answers: {danger: hazard}", ""))
    entries = JournalEntry.objects.count()
    answer = checked(publisher, road_text(*changes), f"{ROAD}publish/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "all 4 came out as stated" in page
    assert "Open cases move to this version as declared." in page
    assert re.search(r"<th scope=\"row\">In progress</th><td>1</td><td>In progress</td>", page)
    assert "<code>danger</code>: 1" in page
    assert "at work" in page
    assert ServiceVersion.objects.filter(service__code="road_damage").count() == 1
    assert JournalEntry.objects.count() == entries


def test_what_was_checked_is_published_once_and_carried_over(publisher, people):
    case = case_act(case=reported(people), action="accept", by=people.officer, at=AT)
    answer = published(publisher, road_text(*MIGRATING))
    assert answer.status_code == 303, answer.content.decode()
    assert "Still running" in publisher.get(answer["Location"]).content.decode()
    jobs_done()
    case.refresh_from_db()
    assert (case.state, case.version.number) == ("at_work", 2)
    page = publisher.get(answer["Location"]).content.decode()
    assert "Still running" not in page
    report = MigrationReport.objects.get()
    assert (report.moved, report.stayed) == (1, 0)
    entry = JournalEntry.objects.get(action="services.service.published")
    version = ServiceVersion.objects.get(service__code="road_damage", number=2)
    assert version.definition.digest in str(entry.now)
    assert OutboxEvent.objects.filter(type="city.service.published").count() == 1
    assert verify().is_intact
    assert "version 2" in Client().get(f"{ROAD}").content.decode()
    shown = Client().get(f"{ROAD}difference/?from=1&to=2").content.decode()
    assert "From version 1 to version 2" in shown
    assert "hazard" in shown
    again = checked(publisher, road_text(*MIGRATING))
    assert again.status_code == 422
    assert "in force already" in again.content.decode()


def test_the_same_file_from_the_pack_is_then_known(publisher, people, tmp_path):
    """The digest is that which loading the pack would give."""
    published(publisher, road_text())
    kept = next(each for each in city_pack().all if each.id == "road_damage")
    row = PublishedDefinition.objects.get(kind="service", identifier="road_damage", version=2)
    assert kept.digest == row.digest


@pytest.mark.parametrize(
    ("changes", "part", "said"),
    [
        ([("[officer, supervisor]\n    is_bulk", "[offficer]\n    is_bulk")],
         "by: [offficer]", "no role is called “offficer”. Did you mean `officer`?"),
        ([("  done: {label", "  lost: {label: {zh-Hant: 遺失, en: Lost}}\n  done: {label")],
         "lost: {label", "no way leads to the state “lost”."),
        ([("template: received}}", "template: recieved}}")],
         "template: recieved", "no notice template is called “recieved”."),
        ([('clocks.repair.due: "2020-02-17"', 'clocks.repair.due: "2020-02-18"')],
         'due: "2020-02-18"', "clocks.repair.due is 2020-02-17, not 2020-02-18."),
        ([("{zh-Hant: 類型, en: Kind}", "{zh-Hant: 類型}")],
         "{zh-Hant: 類型}", "has no text in en."),
        ([("  - {to: public_works}", "  - {to: public_werks}")],
         "to: public_werks", "no agency is called “public_werks”."),
        ([("stop_in: [done, not_found]", "stop_in: [done]")],
         "stop_in: [done]", "goes on in the final state “not_found”."),
        ([("kind: choice\n", "kind: chioce\n")], "kind: chioce", "must be one of"),
        ([('danger || kind', 'dangr || kind')], "dangr || kind", "dangr"),
    ],
    ids=["role", "unreachable", "template", "example", "language", "agency", "clock", "kind",
         "expression"],
)  # fmt: skip
def test_a_file_with_a_slip_is_refused_with_its_line(publisher, changes, part, said):
    text = road_text(*changes)
    answer = checked(publisher, text)
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert said in page
    assert f"Line {line_of(text, part)}<" in page
    assert 'name="publish"' not in page
    assert text.splitlines()[5] in page
    assert ServiceVersion.objects.filter(service__code="road_damage").count() == 1


def test_a_published_version_cannot_be_changed_in_place(publisher):
    text = road_text(("keep: 5y", "keep: 6y"), version=1)
    answer = checked(publisher, text)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "published definitions are immutable" in page
    assert f"Line {line_of(text, 'version: 1')}<" in page
    sent = publisher.post(f"{ROAD}publish/", {"text": text, "digest": "0" * 64, "publish": "1"})
    assert sent.status_code == 422
    assert PublishedDefinition.objects.filter(kind="service", identifier="road_damage").count() == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Choose a file"),
        ("schema: service/1\n\tid: x\n", "cannot be read as YAML"),
        ("schema: quiet_hours/1\nid: x\nfrom: '21:00'\nto: '08:00'\n", "quiet_hours"),
        ("[]\n", "must be a mapping"),
        ("schema: service/1\nid: " + "x" * 99 + "\n", "missing"),
        ("a: &x 1\n", "anchors"),
    ],
    ids=["empty", "tab", "other kind", "list", "stub", "anchor"],
)
def test_what_is_no_service_is_refused(publisher, text, said):
    answer = publisher.post(f"{ROAD}publish/", {"text": text, "check": "1"})
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_file_that_is_not_utf8_or_another_service_is_refused(publisher):
    file = SimpleUploadedFile("x.yaml", "schema: service/1 # 路".encode("big5"))
    assert publisher.post(f"{ROAD}publish/", {"file": file}).status_code == 422
    other = checked(publisher, road_text(("id: road_damage\n", "id: road_harm\n")))
    assert other.status_code == 422
    assert "is the service “road_harm”, not “road_damage”" in other.content.decode()


def test_another_file_than_the_one_checked_is_not_published(publisher):
    page = checked(publisher, road_text()).content.decode()
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', page)[1]
    sent = publisher.post(
        f"{ROAD}publish/",
        {"text": road_text(("keep: 5y", "keep: 9y")), "digest": digest, "publish": "1"},
    )
    assert sent.status_code == 409
    assert ServiceVersion.objects.filter(service__code="road_damage").count() == 1


def test_a_new_service_is_published_from_one_file(publisher):
    text = road_text(("id: road_damage\n", "id: fallen_tree\n"), version=1)
    answer = published(publisher, text, f"{AT_PAGES}new/publish/")
    assert answer.status_code == 303, answer.content.decode()
    assert answer["Location"].endswith("/services/definitions/fallen_tree/")
    assert Client().get("/services/fallen_tree/").status_code == 200


def test_a_template_that_a_version_names_is_taken_as_published_unless_a_new_one_comes(publisher):
    text = (KAOHSIUNG / "services/zoning_certificate.yaml").read_text(encoding="utf-8")
    text = text.replace("id: zoning_certificate\n", "id: zoning_certificate\nversion: 2\n", 1)
    at = f"{AT_PAGES}zoning_certificate/publish/"
    folder = KAOHSIUNG / "services/zoning_certificate"
    lacking = publisher.post(at, {"text": text, "check": "1"})
    assert lacking.status_code == 422
    assert "parcels.csv" in lacking.content.decode()
    answer = publisher.post(
        at,
        {"text": text, "check": "1",
         "companions": [SimpleUploadedFile("parcels.csv", (folder / "parcels.csv").read_bytes())]},
    )  # fmt: skip
    assert answer.status_code == 200, answer.content.decode()
    assert 'name="beside:parcels.csv"' in answer.content.decode()


def test_an_officer_sees_what_the_new_rules_say_before_applying_them(publisher, people):
    case = reported(people, answers={"kind": "crack"})
    published(
        publisher,
        road_text(
            ('kind == "subsidence"', 'kind == "subsidence" || kind == "crack"'),
            ("      - id: danger\n", f"{DEPTH}        required: true\n      - id: danger\n"),
            ("answers: {kind: pothole}", "answers: {kind: pothole, depth: 3}"),
            ("answers: {kind: cover}", "answers: {kind: cover, depth: 3}"),
        ),
    )  # fmt: skip
    at = f"/desk/cases/{case.number}/rules/"
    assert at in publisher.get(f"/desk/cases/{case.number}/").content.decode()
    page = publisher.get(at).content.decode()
    assert "深度（公分）" in page
    assert "urgent" in page
    assert Case.objects.get().version.number == 1
    stale = publisher.post(at, {"revision": case.revision + 5})
    assert stale.status_code == 409
    done = publisher.post(at, {"revision": case.revision})
    assert done.status_code == 303, done.content.decode()
    case = Case.objects.get()
    assert (case.version.number, case.calculated) == (2, {"urgent": True})
    assert case.events.last().act["faults"] == ["depth"]
    assert publisher.get(at).status_code == 409
    officer = Client()
    officer.force_login(people.officer)
    assert officer.get(at).status_code == 403
    assert verify().is_intact


def test_who_comes_back_to_a_half_filled_form_sees_what_changed_and_sends_it(publisher):
    visitor = Client()
    assert visitor.post("/services/road_damage/start/", {"kind": "pothole"}).status_code == 303
    draft = Draft.objects.get()
    published(
        publisher,
        road_text(
            *MIGRATING[:2],
            ("answers: {danger: hazard}", "answers: {}"),
            ("      - id: danger\n", f"{DEPTH}      - id: danger\n"),
        ),
    )  # fmt: skip
    base = f"/drafts/{draft.pk}"
    page = visitor.get(f"{base}/", follow=True).content.decode()
    assert "深度（公分）" in page
    assert "表單已" in page
    assert visitor.post(f"{base}/seen/").status_code in (302, 303)
    place = {
        "place_longitude": "120.2842", "place_latitude": "22.6515", "place_address": "明誠三路",
    }  # fmt: skip
    for part, sent in (
        ("damage", {"kind": "pothole", "depth": "12"}),
        ("the-place", place),
        ("your-words", {"description": "路面有洞"}),
        ("your-contact", {"name": "王小明", "email": "wang@example.org"}),
    ):
        answer = visitor.post(f"{base}/parts/{part}/", sent)
        assert answer.status_code == 303, answer.content.decode()
    assert visitor.post(f"{base}/check/").status_code == 303
    case = Case.objects.get()
    assert case.version.number == 2
    assert case.answers["depth"] == 12
