"""Reports by programs: what is taken, what is refused and how it is said."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.services.open311.conftest import PNG

from shizheng.core.journal import verify
from shizheng.services.models import Case, CaseDocument, CaseEvent, CaseMessage

REQUESTS = "/open311/v2/requests.json"


def test_a_report_becomes_a_case_as_from_the_web(report):
    answer = report(
        address_string="三民區建國三路 100 號", email="a@example.org", first_name="小明",
        last_name="王", phone="07-1234567", device_id="d1", account_id="77",
        media_url="https://pictures.example/1.jpg",
    )  # fmt: skip
    assert answer.status_code == 200, answer.content.decode()
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    [made] = answer.json()
    assert set(made) == {"service_request_id", "service_notice", "account_id"}
    case = Case.objects.get(number=made["service_request_id"])
    assert (case.channel, case.agency.code, case.answers["kind"]) == (
        "api", "public_works", "pothole",
    )  # fmt: skip
    assert case.district.name["zh-Hant"] == "三民區"
    party = case.parties.get()
    assert (party.name, party.email, party.phone) == ("王小明", "a@example.org", "07-1234567")
    act = CaseEvent.objects.get(case=case).act
    assert act == {"channel": "api", "media_url": "https://pictures.example/1.jpg"}
    assert verify().is_intact


def test_an_address_with_its_district_is_enough(report):
    made = report(lat=None, long=None, address_string="高雄市三民區建國三路 100 號").json()
    case = Case.objects.get(number=made[0]["service_request_id"])
    assert (case.longitude, case.district.name["zh-Hant"]) == (None, "三民區")


def test_a_photo_comes_along_as_part_of_the_form(report):
    photo = SimpleUploadedFile("hole.png", PNG, "image/png")
    answer = report(media=photo)
    assert answer.status_code == 200, answer.content.decode()
    document = CaseDocument.objects.get()
    assert (document.field, document.name) == ("attachment", "hole.png")


def test_the_same_key_of_idempotency_makes_one_case(report):
    headers = {"Idempotency-Key": "one-and-the-same"}
    first, again = report(headers=headers), report(headers=headers)
    assert first.content == again.content
    assert again["Idempotency-Replayed"] == "true"
    assert Case.objects.count() == 1
    other = report(headers=headers, description="另一件")
    assert other.status_code == 400
    assert other.json()[0]["code"] == 400


WRONG = [
    ({"service_code": None}, 400, "service_code"),
    ({"service_code": "no_such_thing"}, 404, "no_such_thing"),
    ({"attribute[colour]": "red"}, 400, "colour"),
    ({"attribute[kind]": None}, 400, "kind"),
    ({"attribute[kind]": "volcano"}, 400, "volcano"),
    ({"lat": "25.0330", "long": "121.5654"}, 400, "121.5654"),
    ({"lat": "abc"}, 400, "abc"),
    ({"lat": "nan"}, 400, "nan"),
    ({"lat": None}, 400, "lat"),
    ({"lat": None, "long": None}, 400, ""),
    ({"lat": None, "long": None, "address_string": "某處"}, 400, "某處"),
    ({"lat": None, "long": None, "address_id": "12345"}, 400, "12345"),
    ({"description": "長" * 4001}, 400, "4001"),
    ({"description": None}, 400, ""),
    ({"email": "not an address"}, 400, "not an address"),
    ({"phone": "call me"}, 400, "call me"),
    ({"media_url": "javascript:alert(1)"}, 400, "javascript"),
    ({"api_key": "szk_wrong"}, 403, "api_key"),
    ({"media": SimpleUploadedFile("hole.png", b"MZ this is a program")}, 400, "hole.png"),
    ({"media": SimpleUploadedFile("hole.exe", b"MZ this is a program")}, 400, "hole.exe"),
    ({"other_file": SimpleUploadedFile("hole.png", PNG)}, 400, ""),
]


@pytest.mark.parametrize(("fields", "status", "words"), WRONG)
def test_each_wrong_report_is_refused_with_one_clear_error(report, fields, status, words):
    for upload in fields.values():
        if isinstance(upload, SimpleUploadedFile):
            upload.seek(0)
    answer = report(**fields)
    assert answer.status_code == status, answer.content.decode()
    [error] = answer.json()
    assert error["code"] == status
    assert words in error["description"]
    assert Case.objects.count() == 0


def test_every_wrong_attribute_is_named(report):
    answer = report(**{"attribute[kind]": "volcano", "attribute[danger]": "perhaps"})
    assert [error["code"] for error in answer.json()] == [400, 400]


def test_a_file_too_large_is_refused(report, settings):
    settings.FILE_SIZE_LIMIT = 50
    answer = report(media=SimpleUploadedFile("hole.png", PNG))
    assert answer.status_code == 400
    assert "hole.png" in answer.json()[0]["description"]


def test_too_many_photos_are_refused(report):
    answer = report(media=[SimpleUploadedFile(f"{n}.png", PNG) for n in range(6)])
    assert answer.status_code == 400
    assert Case.objects.count() == 0


def test_errors_are_xml_where_xml_is_asked_for(report):
    answer = report("/open311/v2/requests.xml", service_code="no_such_thing")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    assert answer.content.startswith(
        b'<?xml version="1.0" encoding="utf-8"?>\n<errors><error><code>404</code><description>'
    )


def test_a_body_of_another_kind_is_refused(program):
    answer = program.post(REQUESTS, "{}", content_type="application/json")
    assert answer.status_code == 400
    assert "application/json" in answer.json()[0]["description"]


def test_signs_that_no_database_takes_do_no_harm(report):
    made = report(description="坑\x00洞\u200b", first_name="A\x00").json()
    assert Case.objects.get(number=made[0]["service_request_id"]).description.startswith("坑洞")


def test_somebody_without_a_key_may_report_only_so_often(report, settings):
    settings.OPEN311_RATE = "2/m"
    assert [report().status_code for _ in range(3)] == [200, 200, 429]
    assert int(report()["Retry-After"]) > 0


def test_where_keys_are_required_only_known_programs_report(report, settings):
    from django.utils import timezone

    from shizheng.services.open311.keys import key_end, key_make

    settings.OPEN311_KEYS = "required"
    assert report().status_code == 403
    made, key = key_make(name="市民 app", by=None, at=timezone.now())
    assert key not in str(made.digest)
    settings.OPEN311_RATE = "1/d"
    assert [report(api_key=key).status_code for _ in range(3)] == [200, 200, 200]
    assert CaseEvent.objects.filter(act__client="市民 app").count() == 3
    key_end(name="市民 app", by=None, at=timezone.now())
    assert report(api_key=key).status_code == 403


def test_a_signed_in_browser_is_nobody_here(people, city):
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.resident)
    given = {"service_code": "road_damage", "attribute[kind]": "pothole", "description": "洞",
             "lat": "22.6483", "long": "120.3127"}  # fmt: skip
    assert client.post(REQUESTS, given).status_code == 200
    assert Case.objects.get().reporter is None


def test_the_reporter_adds_to_it_and_has_it_taken_up_again(people, report, program):
    from tests.services.test_acting import Given, case_act

    [made] = report(f"{REQUESTS}?extensions=true", email="a@example.org").json()
    case = Case.objects.get(number=made["service_request_id"])
    url = "/open311/v2/servicerequestupdates.json"
    given = {"service_request_id": case.number, "description": "又變大了"}
    assert program.post(url, given).status_code == 403
    given["token"] = made["follow_code"]
    assert program.post(url, given).json()[0]["status"] == "open"
    from django.utils import timezone

    case_act(
        case=case, action="close", by=people.officer, at=timezone.now(),
        given=Given(fields={"reply": "已補平"}),
    )  # fmt: skip
    answer = program.post(url, {**given, "description": "又破了", "status": "OPEN"})
    assert answer.json()[0]["status"] == "open", answer.content.decode()
    assert Case.objects.get().reopened_count == 1
    assert list(CaseMessage.objects.values_list("text", flat=True)) == ["又變大了", "又破了"]
    empty = program.post(url, {**given, "description": ""})
    assert empty.status_code == 400


def test_keys_are_made_and_ended_at_the_command_line(report):
    from typer.testing import CliRunner

    from shizheng.cli.main import app

    key = CliRunner().invoke(app, ["keys", "make", "app"]).stdout.strip()
    assert report(api_key=key).status_code == 200
    assert CliRunner().invoke(app, ["keys", "make", "app"]).exit_code == 2
    assert "app\t" in CliRunner().invoke(app, ["keys", "list"]).stdout
    assert CliRunner().invoke(app, ["keys", "end", "app"]).exit_code == 0
    assert CliRunner().invoke(app, ["keys", "end", "app"]).exit_code == 2
    assert report(api_key=key).status_code == 403
