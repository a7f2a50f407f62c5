"""The list: whose cases, in which order, a page at a time, and nobody else's."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.services.conftest import person

from shizheng.core.access import Viewer, may
from shizheng.core.models import Agency
from shizheng.services.access import staff_cases
from shizheng.services.desk.exporting import row_of as exported
from shizheng.services.desk.filtering import FilterForm
from shizheng.services.desk.views import row_of
from shizheng.services.models import Case, CaseStanding
from shizheng.services.selectors.queue import Filters, queue, queue_counts, queue_whole
from shizheng.services.templatetags.desk import options

NAMES = "甲乙丙丁戊己庚"


@pytest.fixture
def many(report):
    """Seven cases of public works, each due on another day, two of them without a date."""
    now, found = timezone.now(), []
    for number in range(7):
        case = report(f"坑洞{NAMES[number]}")
        due = now + timedelta(days=number - 2, hours=1) if number < 5 else None
        holder = "office" if number < 5 else "applicant"
        Case.objects.filter(pk=case.pk).update(due_at=due, holder=holder)
        found.append(case.number)
    return found


def numbers(page):
    return [case.number for case in page.cases]


def test_pages_follow_each_other_by_due_date_and_what_stands_still_comes_last(people, many):
    viewer, seen, after = Viewer(people.officer), [], ""
    for _page in range(4):
        page = queue(viewer, Filters(view="agency", after=after), rows=2)
        seen += numbers(page)
        after = page.after
    assert seen == many
    assert after == ""


@pytest.mark.parametrize("sort", ["opened", "updated"])
def test_pages_follow_each_other_from_the_newest(people, many, sort):
    whole = list(
        queue_whole(Viewer(people.officer), Filters(view="all", sort=sort), most=99, rows=3)
    )
    assert [case.number for case in whole] == many[::-1]


def test_an_officer_sees_the_cases_of_the_agency_and_no_others(people, many):
    assert set(numbers(queue(Viewer(people.officer), Filters(view="all")))) == set(many)
    assert numbers(queue(Viewer(people.water), Filters(view="all"))) == []
    assert numbers(queue(Viewer(people.resident), Filters(view="all"))) == []
    assert set(numbers(queue(Viewer(people.administrator), Filters(view="all")))) == set(many)


def test_what_is_listed_is_what_may_be_opened(people, many):
    water = Agency.objects.get(code="water_resources")
    case = Case.objects.get(number=many[3])
    CaseStanding.objects.create(case=case, agency=water, reason="former", since=timezone.now())
    Case.objects.filter(number=many[1]).update(access_class="personal")
    for who in (people.officer, people.water, people.controller, people.call_taker):
        viewer = Viewer(who)
        listed = set(numbers(queue(viewer, Filters(view="all", status="any"))))
        seen = Case.objects.filter(staff_cases(viewer)).values_list("number", flat=True)
        assert listed == set(seen)
    assert numbers(queue(Viewer(people.water), Filters(view="all"))) == [many[3]]


@pytest.mark.parametrize("status", ["open", "closed", "any"])
def test_every_view_lists_what_is_known_and_looked_after_as_single_cases_are_checked(
    people, many, status
):
    water, now = Agency.objects.get(code="water_resources"), timezone.now()
    moved, former, closed = (Case.objects.get(number=many[index]) for index in (0, 3, 6))
    Case.objects.filter(pk=moved.pk).update(agency=water, assignee=people.officer)
    Case.objects.filter(pk=former.pk).update(assignee=people.water)
    Case.objects.filter(pk=closed.pk).update(is_open=False, closed_at=now, outcome="done")
    for case in (former, closed):
        CaseStanding.objects.create(case=case, agency=water, reason="former", since=now)
    wanted = {} if status == "any" else {"is_open": status == "open"}
    for who in (people.officer, people.water, people.controller, people.administrator):
        viewer = Viewer(who)
        seen = Case.objects.filter(staff_cases(viewer), **wanted)
        for view, expected in (("all", seen), ("mine", seen.filter(assignee=who))):
            listed = numbers(queue(viewer, Filters(view=view, status=status)))
            assert sorted(listed) == sorted(expected.values_list("number", flat=True)), (who, view)
    mine = numbers(queue(Viewer(people.water), Filters(view="mine", status=status)))
    assert mine == ([] if status == "closed" else [many[3]])


def test_a_list_taken_out_asks_nothing_more_of_its_rows(people, many, django_assert_num_queries):
    Case.objects.update(assignee=people.officer)
    viewer = Viewer(people.officer)
    whole = list(queue_whole(viewer, Filters(view="all"), most=99))
    shown = queue(viewer, Filters(view="all")).cases
    with django_assert_num_queries(0):
        rows = [exported(case) for case in whole]
        for case in shown:
            row_of(case, viewer)
    assert {row["assignee"] for row in rows} == {"officer_works"}
    assert {row["service"] for row in rows} == {"road_damage"}


@pytest.mark.parametrize("chosen", ["", "<b>"])
def test_choices_of_a_filter_are_words_and_never_markup(chosen):
    form = FilterForm(
        QueryDict(f"service={chosen}"), shown={"service": ("Service", [("<b>", "A & B")])}
    )
    mark = {"": "", "<b>": " selected"}[chosen]
    assert f'<option value="&lt;b&gt;"{mark}>A &amp; B</option>' in options(form["service"])
    assert options(form["service"]).count(" selected") == 1


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        pytest.param({"only": "overdue"}, [0, 1], id="overdue"),
        pytest.param({"only": "applicant"}, [5, 6], id="waiting-for-the-applicant"),
        pytest.param({"only": "other"}, [], id="waiting-for-another-agency"),
        pytest.param({"service": "road_damage", "state": "received"}, range(7), id="state"),
        pytest.param({"service": "no_such"}, [], id="unknown-service"),
        pytest.param({"status": "closed"}, [], id="closed"),
        pytest.param({"q": "坑洞丁"}, [3], id="words"),
        pytest.param({"agency": "public_works"}, range(7), id="agency"),
        pytest.param({"access_class": "personal"}, [], id="class"),
        pytest.param({"after": "nonsense"}, range(7), id="a-place-nobody-wrote"),
    ],
)
def test_filters_narrow_the_list(people, many, filters, expected):
    page = queue(Viewer(people.officer), Filters(view="all", **filters))
    assert sorted(numbers(page)) == sorted(many[index] for index in expected)


def test_a_list_is_narrowed_to_a_person_to_nobody_and_to_days(people, many, at_desk):
    Case.objects.filter(number__in=many[:3]).update(assignee=people.officer)
    desk, day = at_desk(people.supervisor), timezone.localdate(timezone.now() + timedelta(hours=1))

    def listed(**given):
        response = desk.get("/desk/", {"view": "agency", **given})
        return sorted(many.index(row["case"].number) for row in response.context["rows"])

    assert listed(assignee="officer_works") == [0, 1, 2]
    assert listed(assignee="nobody") == [3, 4, 5, 6]
    assert listed(due_from=day.isoformat(), due_to=day.isoformat()) == [2]
    assert listed(due_to=day.isoformat(), assignee="officer_works") == [0, 1, 2]
    assert listed(due_from="someday") == list(range(7))
    assert listed(assignee="resident_a") == list(range(7))
    body = desk.get("/desk/?view=agency&assignee=nobody").content.decode()
    assert '<option value="officer_works_2">' in body
    assert '<option value="resident_a">' not in body
    assert 'name="query" value="assignee=nobody&amp;view=agency"' in body


def test_the_desk_leads_to_files_and_endings_those_who_may(people, many, at_desk):
    for who in (people.officer, people.supervisor, people.controller):
        body = at_desk(who).get("/desk/").content.decode()
        for permission, address in (
            ("services.take_intake", "/desk/import/"), ("services.hold_case", "/desk/retention/"),
        ):  # fmt: skip
            assert (f'href="{address}"' in body) == may(who, permission)


def test_a_number_is_found_by_itself(people, many):
    assert numbers(queue(Viewer(people.officer), Filters(view="all", q=many[2]))) == [many[2]]
    assert numbers(queue(Viewer(people.water), Filters(view="all", q=many[2]))) == []


def test_counts_are_those_of_the_lists_in_one_query(people, many, django_assert_num_queries):
    Case.objects.filter(number__in=many[:3]).update(assignee=people.officer)
    viewer = Viewer(people.officer)
    queue_counts(viewer, "mine")
    with django_assert_num_queries(1):
        counts = queue_counts(viewer, "mine")
    assert counts.views == {"mine": 3, "agency": 7, "unassigned": 4, "review": 0, "confirm": 0}
    assert {**counts.only, "today": 0} == {"overdue": 2, "today": 0, "applicant": 0, "other": 0}


def test_the_page_of_the_list_asks_the_database_twelve_times_at_most(people, many, at_desk):
    desk = at_desk(people.officer)
    desk.get("/desk/?view=all")
    with CaptureQueriesContext(connection) as queries:
        response = desk.get("/desk/?view=all")
    assert response.status_code == 200
    assert len(queries) <= 12, [each["sql"][:120] for each in queries]


def test_a_district_officer_sees_the_district_alone(people, many):
    other = person("officer_area", "officer", None, "64000070")
    listed = numbers(queue(Viewer(other), Filters(view="all")))
    district = Case.objects.filter(district__code="64000070").values_list("number", flat=True)
    assert sorted(listed) == sorted(district)
