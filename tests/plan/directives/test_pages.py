"""The pages over HTTP, as the roles use them."""

import csv
import io
import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from icalendar import Calendar
from tests.plan.directives.town import AT

from shizheng.core import fresh
from shizheng.core.journal import entries_of
from shizheng.plan.models import Directive, DirectiveReport, SentForm

TODAY = timezone.localdate()


@pytest.fixture
def current(issue) -> Directive:
    """A directive issued today, so that the pages' own clock fits."""
    return issue(at=timezone.now(), source_on=TODAY, due_on=TODAY + timedelta(days=40))


@pytest.fixture
def control_client(client, people):
    client.force_login(people.control)
    return client


def form_of(client, path: str) -> dict[str, str]:
    """Open a form and return its hidden fields."""
    html = client.get(path).content.decode()
    return dict(re.findall(r'type="hidden" name="(version|token)" value="([^"]+)"', html))


def report_fields(**given: object) -> dict[str, object]:
    first = TODAY.replace(day=1).isoformat()
    return {"period_first": first, "percent": "40", "text": "已清淤四成", **given}


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_page_answers_in_both_languages(client, people, current, prefix):
    client.force_login(people.control)
    for path in ("", "overdue/", "new/", "periods/", "calendar/", f"{current.number}/"):
        response = client.get(f"{prefix}/directives/{path}")
        assert response.status_code == 200, path
        assert b"{" not in re.sub(rb"<meta[^>]*>", b"", response.content), path


def test_a_visitor_sees_only_public_directives_without_people_and_reports(client, people, issue):
    hidden, shown = issue(), issue(confidentiality="public", wording="公開的事項")
    html = client.get("/directives/").content.decode()
    assert shown.number in html
    assert hidden.number not in html
    assert client.get(f"/directives/{hidden.number}/").status_code == 404

    page = client.get(f"/directives/{shown.number}/").content.decode()
    assert "公開的事項" in page
    assert str(people.control) not in re.sub(r"研考會|control</", "", page).split("aside-facts")[0]
    assert 'id="timeline"' not in page


@pytest.mark.parametrize(
    ("who", "status"),
    [("lead", 404), ("stranger", 404), ("resident", 404), ("keeper", 200), ("control", 200)],
)
def test_a_restricted_directive_exists_only_for_those_concerned(client, people, issue, who, status):
    secret = issue(source="control_yuan", confidentiality="restricted")
    client.force_login(getattr(people, who))
    assert client.get(f"/directives/{secret.number}/").status_code == status
    listed = client.get("/directives/").content.decode()
    assert (secret.number in listed) is (status == 200)
    assert secret.wording[:10] not in listed
    rows = client.get("/directives.json").json()["directives"]
    assert (len(rows) == 1) is (status == 200)
    assert all(secret.wording not in row["wording"] for row in rows)


def test_reading_a_restricted_directive_leaves_a_trace(client, people, issue):
    secret = issue(source="control_yuan", confidentiality="restricted")
    client.force_login(people.keeper)
    client.get(f"/directives/{secret.number}/")
    read = entries_of(secret, "plan.directive.read").get()
    assert read.by == people.keeper


def test_buttons_are_only_for_what_the_viewer_may_do(client, people, current):
    def offered(person) -> set[str]:
        client.force_login(person)
        html = client.get(f"/directives/{current.number}/").content.decode()
        return set(re.findall(rf'href="/directives/{current.number}/([a-z-]+)/"', html))

    assert offered(people.lead) == {"report", "extension"}
    assert offered(people.control) == {"confidentiality"}
    assert offered(people.stranger) == set()


def test_who_may_see_but_not_act_is_told_so(client, people, current):
    client.force_login(people.stranger)
    assert client.get(f"/directives/{current.number}/report/").status_code == 403
    assert client.get(f"/directives/{current.number}/nonsense/").status_code == 404
    client.logout()
    assert client.get(f"/directives/{current.number}/report/").status_code == 302


def test_a_report_is_filed_from_the_page(client, people, current):
    client.force_login(people.lead)
    path = f"/directives/{current.number}/report/"
    sent = {**form_of(client, path), **report_fields(link_1="https://example.org/photo")}
    response = client.post(path, sent)
    assert (response.status_code, response.url) == (302, f"/directives/{current.number}/")
    page = client.get(response.url).content.decode()
    assert "已清淤四成" in page
    assert "https://example.org/photo" in page


def test_sending_the_same_form_twice_acts_once_and_leads_to_the_same_page(client, people, current):
    client.force_login(people.lead)
    path = f"/directives/{current.number}/report/"
    sent = {**form_of(client, path), **report_fields()}
    first, second = client.post(path, sent), client.post(path, sent)
    assert first.url == second.url
    assert DirectiveReport.objects.count() == SentForm.objects.count() == 1


def test_acting_on_a_stale_page_answers_409_with_a_sentence(client, people, current):
    client.force_login(people.lead)
    path = f"/directives/{current.number}/report/"
    stale = form_of(client, path)
    client.post(path, {**form_of(client, path), **report_fields()})
    response = client.post(path, {**stale, **report_fields(percent="90")})
    assert response.status_code == 409
    assert current.number in response.content.decode()
    assert DirectiveReport.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        pytest.param({"percent": "101"}, "percent", id="more-than-all"),
        pytest.param({"percent": "x"}, "percent", id="no-number"),
        pytest.param({"text": " "}, "text", id="no-words"),
        pytest.param({"period_first": "2020-01-01"}, "period_first", id="not-a-period"),
        pytest.param({"link_1": "javascript:alert(1)"}, "link_1", id="not-an-address"),
        pytest.param({"label_1": "照片"}, "link_1", id="words-without-address"),
        pytest.param({"evidence_items": "99-99"}, "evidence_items", id="unknown-item"),
    ],
)
def test_a_wrong_report_is_shown_again_with_its_errors(client, people, current, given, field):
    client.force_login(people.lead)
    path = f"/directives/{current.number}/report/"
    response = client.post(path, {**form_of(client, path), **report_fields(**given)})
    html = response.content.decode()
    assert response.status_code == 422
    assert "govuk-error-summary" in html
    assert f'href="#id_{field}"' in html
    assert not DirectiveReport.objects.exists()


def test_a_fallen_percentage_is_confirmed_on_the_same_form(client, people, issue):
    last_month = TODAY.replace(day=1) - timedelta(days=1)
    at = timezone.now() - timedelta(days=(TODAY - last_month).days)
    directive = issue(at=at, source_on=last_month, due_on=TODAY + timedelta(days=40))
    client.force_login(people.lead)
    path = f"/directives/{directive.number}/report/"
    earlier = last_month.replace(day=1).isoformat()
    client.post(path, {**form_of(client, path), **report_fields(period_first=earlier)})

    response = client.post(path, {**form_of(client, path), **report_fields(percent="30")})
    html = response.content.decode()
    assert response.status_code == 422
    assert '<input type="checkbox" name="confirm_lower"' in html
    sent = dict(re.findall(r'type="hidden" name="(version|token)" value="([^"]+)"', html))
    client.post(path, {**sent, **report_fields(percent="30", confirm_lower="on")})
    assert directive.reports.first().percent == 30


def test_a_directive_is_issued_from_the_page(client, people, agencies, city):
    client.force_login(people.control)
    day = {f"source_on_{part}": value for part, value in
           zip(("year", "month", "day"), ("109", "2", "25"), strict=True)}  # fmt: skip
    sent = {
        **form_of(client, "/directives/new/"), **day,
        "source": "city_meeting", "source_reference": "第 450 次",
        "wording": "  原文照錄。\r\n二、續辦",
        "lead": agencies.works.pk, "partners": [agencies.water.pk], "cadence": "monthly",
        "due_on": "2030-01-31", "confidentiality": "internal", "control": agencies.control.pk,
    }  # fmt: skip
    response = client.post("/directives/new/", sent)
    assert response.status_code == 302
    directive = Directive.objects.get()
    assert directive.source_on == date(2020, 2, 25)
    assert directive.wording == "  原文照錄。\n二、續辦"
    assert list(directive.partners.all()) == [agencies.water]


def test_the_wrong_level_for_a_control_yuan_case_is_an_error_beside_its_field(
    client, people, agencies
):
    client.force_login(people.control)
    sent = {**form_of(client, "/directives/new/"), "source": "control_yuan",
            "confidentiality": "internal"}  # fmt: skip
    response = client.post("/directives/new/", sent)
    assert response.status_code == 422
    assert 'href="#id_confidentiality"' in response.content.decode()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("", {"late", "soon", "later"}, id="followed"),
        pytest.param("due=overdue", {"late"}, id="overdue"),
        pytest.param("due=week", {"soon"}, id="this-week"),
        pytest.param("lead=water", {"soon"}, id="lead"),
        pytest.param("source=interpellation", {"later"}, id="source"),
        pytest.param("q=台南", {"later"}, id="words-folded"),
        pytest.param("state=released", set(), id="released"),
        pytest.param("state=nonsense&due=overdue", {"late"}, id="a-wrong-filter-narrows-nothing"),
        pytest.param("page=99", {"late", "soon", "later"}, id="a-page-too-far-is-the-last"),
    ],
)
def test_the_list_is_narrowed_by_its_address(control_client, issue, agencies, query, expected):
    now = timezone.now()
    named = {
        "late": issue(at=AT, due_on=date(2020, 5, 1)),
        "soon": issue(at=now, due_on=TODAY + timedelta(days=3), lead=agencies.water),
        "later": issue(
            at=now, due_on=TODAY + timedelta(days=60), source="interpellation", wording="臺南線"
        ),
    }
    html = control_client.get(f"/directives/?{query}").content.decode()
    assert {name for name, each in named.items() if f">{each.number}<" in html} == expected


def test_the_overdue_page_lists_the_most_overdue_first(client, people, issue):
    worse, bad = issue(due_on=date(2020, 3, 3)), issue(due_on=date(2020, 4, 1))
    issue(at=timezone.now(), due_on=TODAY)
    client.force_login(people.control)
    html = client.get("/directives/overdue/").content.decode()
    assert re.findall(r">(KH-[0-9-]+)</a>", html) == [worse.number, bad.number]


def test_an_empty_list_teaches_how_the_first_one_is_made(client, people):
    client.force_login(people.control)
    assert "/directives/new/" in client.get("/directives/").content.decode()


def test_csv_and_json_have_the_rows_of_the_page_and_no_formulas(client, people, issue):
    issue(wording="=HYPERLINK(1)")
    issue(at=timezone.now(), due_on=TODAY)
    client.force_login(people.lead)
    response = client.get("/directives.csv?due=overdue")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["wording"] for row in rows] == ["'=HYPERLINK(1)"]
    assert client.get("/directives.json").json()["count"] == 2
    client.logout()
    assert client.get("/directives.json").json()["count"] == 0


def test_the_calendar_feed_is_a_calendar_of_tasks(client, people, issue):
    first = issue(at=AT)
    secret = issue(source="control_yuan", confidentiality="restricted", wording="機密內容")
    client.force_login(people.keeper)
    response = client.get("/directives.ics")
    assert response["Content-Type"].startswith("text/calendar")
    calendar = Calendar.from_ical(response.content)
    tasks = {str(task["uid"]).partition("@")[0]: task for task in calendar.walk("VTODO")}
    assert set(tasks) == {first.number, secret.number}
    task = tasks[first.number]
    assert task.decoded("due") == date(2020, 5, 29)
    assert (str(task["status"]), int(task["percent-complete"])) == ("NEEDS-ACTION", 0)
    assert str(task["url"]).endswith(f"/directives/{first.number}/")
    assert "機密內容".encode() not in response.content


def test_a_private_calendar_address_works_without_a_session_until_it_is_renewed(
    client, people, issue
):
    issue()
    client.force_login(people.lead)
    page = client.post("/directives/calendar/", {"act": "make", "filters": "due=overdue"})
    path = re.search(r"(/directives/calendar/[\w-]{43}\.ics)", page.content.decode())[1]
    client.logout()
    assert len(Calendar.from_ical(client.get(path).content).walk("VTODO")) == 1
    assert client.get("/directives.ics").content.count(b"VTODO") == 0
    assert client.get("/directives/calendar/wrong.ics").status_code == 404

    client.force_login(people.lead)
    assert path not in client.get("/directives/calendar/").content.decode()
    client.post("/directives/calendar/", {"act": "make"})
    assert client.get(path).status_code == 404


def test_a_private_address_ends_with_the_account(client, people, issue):
    client.force_login(people.lead)
    page = client.post("/directives/calendar/", {"act": "make"})
    path = re.search(r"(/directives/calendar/[\w-]{43}\.ics)", page.content.decode())[1]
    people.lead.is_active = False
    people.lead.save()
    assert client.get(path).status_code == 404


def test_a_period_is_locked_from_its_page(client, people, current, agencies):
    client.force_login(people.control)
    last = TODAY.replace(day=1) - timedelta(days=1)
    first = last.replace(day=1)
    sent = {**form_of(client, "/directives/periods/"), "control": agencies.control.pk,
            "cadence": "monthly", "period_first": first.isoformat()}  # fmt: skip
    assert client.post("/directives/periods/", sent).status_code == 302
    wrong = {**sent, "token": str(uuid4()), "period_first": (first + timedelta(1)).isoformat()}
    response = client.post("/directives/periods/", wrong)
    assert response.status_code == 422
    client.force_login(people.lead)
    assert client.get("/directives/periods/").status_code == 403


def many(template: Directive, count: int) -> None:
    Directive.objects.bulk_create(
        Directive(
            **{
                field.attname: getattr(template, field.attname)
                for field in Directive._meta.concrete_fields
                if field.attname not in ("id", "number")
            },
            number=f"KH-1090302-{place:04d}",
        )
        for place in range(1000, 1000 + count)
    )


def test_the_list_asks_the_same_number_of_questions_whatever_its_length(
    client, people, directive, django_assert_max_num_queries
):
    client.force_login(people.control)
    fresh.forget_all()  # nothing is known yet, here and below
    with django_assert_max_num_queries(14) as few:
        client.get("/directives/")
    many(directive, 120)
    fresh.forget_all()
    with django_assert_max_num_queries(14) as long:
        client.get("/directives/")
    assert len(long) == len(few)


def test_a_page_asks_the_same_number_of_questions_whatever_its_history(
    client, people, current, django_assert_max_num_queries
):
    client.force_login(people.lead)
    path = f"/directives/{current.number}/report/"
    with django_assert_max_num_queries(24) as few:
        client.get(f"/directives/{current.number}/")
    for percent in range(10, 60, 10):
        sent = {**form_of(client, path), **report_fields(percent=str(percent))}
        client.post(path, {**sent, "link_1": "https://example.org/1"})
    with django_assert_max_num_queries(28) as more:
        client.get(f"/directives/{current.number}/")
    assert current.reports.count() == 5
    assert len(more) <= len(few) + 4
