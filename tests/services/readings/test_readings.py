"""Staff who read what is personal leave an entry; parties and readers of public files do not."""

import pytest
from tests.services.following.test_status import PICTURE
from typer.testing import CliRunner

from shizheng.cli.main import app
from shizheng.core import journal
from shizheng.core.files import attachments_of, store
from shizheng.services.actions.documents import Upload
from shizheng.services.following.actions.messages import message_send
from shizheng.services.models import Case, CaseDocument
from shizheng.services.readings.selectors import readings_of


@pytest.fixture
def file_of(people, report, now):
    """Return a function that makes a case of a class, and one file of a party in it."""

    def make(access_class):
        case = report(reporter=people.resident).case
        Case.objects.filter(pk=case.pk).update(access_class=access_class)
        document = CaseDocument.objects.create(
            case=case, field="attachment", name="a.png", sequence=1, added_at=now
        )
        upload = Upload.of_bytes("a.png", PICTURE)
        store(upload.content, name="a.png", by=people.resident, at=now, attach_to=document)
        return case, attachments_of(document).get()

    return make


def status_of(client, attachment):
    """Read a file to its end."""
    answer = client.get(f"/files/{attachment.pk}")
    b"".join(answer.streaming_content)
    return answer.status_code


@pytest.mark.parametrize(("of_class", "count"), [("personal", 1), ("normal", 0)])
def test_staff_who_open_a_file_of_a_personal_case_are_noted(
    file_of, people, signed_in, of_class, count
):  # fmt: skip
    case, attachment = file_of(of_class)
    assert status_of(signed_in(people.officer), attachment) == 200
    found = readings_of(case)
    assert len(found) == count
    if count:
        assert (found[0].username, found[0].fields) == ("officer_works", ("document attachment",))


def test_the_applicant_who_opens_their_own_file_is_not_noted(file_of, people, signed_in):
    case, attachment = file_of("personal")
    assert status_of(signed_in(people.resident), attachment) == 200
    assert readings_of(case) == []


def test_messages_read_by_a_program_are_noted(file_of, people, signed_in, now):
    case, _attachment = file_of("personal")
    message_send(case=case, text="我的病歷", by=people.officer, at=now)
    answer = signed_in(people.officer).get(f"/api/cases/{case.number}/messages")
    assert answer.status_code == 200, answer.content
    assert [each.fields for each in readings_of(case)] == [("messages",)]


def test_the_auditor_lists_who_read_what_and_why(report, people, now):
    case = report().case
    journal.read(case, ["answers", "parties"], by=people.officer, at=now, why="確認位置")
    found = CliRunner().invoke(app, ["reads", case.number.lower()])
    assert found.exit_code == 0, found.output
    assert "officer_works" in found.output
    assert "answers, parties – 確認位置" in found.output
    assert CliRunner().invoke(app, ["reads", "KHC-0"]).exit_code == 1


def test_a_message_by_a_program_shows_the_others_and_is_noted(file_of, people, signed_in, now):
    case, _attachment = file_of("personal")
    message_send(case=case, text="我的病歷", by=people.officer, at=now)
    answer = signed_in(people.officer).post(
        f"/api/cases/{case.number}/messages", {"text": "收到"}, content_type="application/json"
    )
    assert (answer.status_code, len(answer.json())) == (201, 2)
    assert [(each.username, each.fields) for each in readings_of(case)] == [
        ("officer_works", ("messages",))
    ]


def test_what_a_resident_reads_of_their_own_by_a_program_is_not_noted(file_of, people, signed_in):
    case, _attachment = file_of("personal")
    answer = signed_in(people.resident).post(
        f"/api/cases/{case.number}/messages", {"text": "請問"}, content_type="application/json"
    )
    assert (answer.status_code, readings_of(case)) == (201, [])
