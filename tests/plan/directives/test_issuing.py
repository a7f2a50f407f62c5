import os
import sqlite3
import subprocess
import sys
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from tests.plan.directives.town import AT

from shizheng.core.journal import entries_of
from shizheng.kernel.errors import NotPermitted
from shizheng.plan.directives.actions.issuing import directive_classify
from shizheng.plan.directives.domain.due import DueBeforeIssue
from shizheng.plan.directives.domain.release import DecisionDateWrong
from shizheng.plan.directives.errors import LeadIsPartner, TooOpen, WordsMissing
from shizheng.plan.models import Directive, DirectiveSeries


def test_an_issued_directive_has_a_number_of_its_day_and_an_entry_in_the_journal(issue, item):
    first, second = issue(items=[item]), issue()

    assert (first.number, second.number) == ("KH-1090302-0001", "KH-1090302-0002")
    assert first.due_on == first.first_due_on == date(2020, 5, 29)
    assert [entry.action for entry in entries_of(first)] == ["plan.directive.issued"]
    assert entries_of(first)[0].after["items"] == ["1-1"]


def test_the_wording_stays_verbatim_and_search_folds_it(issue):
    directive = issue(wording="臺灣  ＡＢＣ①")
    assert directive.wording == "臺灣  ＡＢＣ①"
    assert "台灣 abc1" in directive.search_text


def test_the_lead_agency_may_not_issue(issue, people):
    with pytest.raises(NotPermitted):
        issue(by=people.lead)
    assert not Directive.objects.exists()


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        pytest.param({"due_on": date(2020, 2, 24)}, DueBeforeIssue, id="due-before-decision"),
        pytest.param({"source_on": date(2020, 3, 3)}, DecisionDateWrong, id="decided-tomorrow"),
        pytest.param({"wording": " \n"}, WordsMissing, id="no-wording"),
        pytest.param({"source": "control_yuan"}, TooOpen, id="control-yuan-is-restricted"),
        pytest.param({"concerns_personnel": True}, TooOpen, id="personnel-is-restricted"),
    ],
)
def test_a_directive_that_cannot_be_is_refused(issue, given, refusal):
    with pytest.raises(refusal):
        issue(**given)
    assert not Directive.objects.exists()
    assert not DirectiveSeries.objects.exists()


def test_an_agency_cannot_lead_and_be_a_partner(issue, agencies):
    with pytest.raises(LeadIsPartner):
        issue(partners=[agencies.works])


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE plan_directive SET first_due_on = '2021-01-01'",
        "UPDATE plan_directive SET wording = 'x'",
        "UPDATE plan_directive SET number = 'x'",
        "DELETE FROM plan_directive",
    ],
)
def test_the_database_keeps_first_date_words_and_row_whoever_asks(directive, sql):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    directive.refresh_from_db()
    assert directive.first_due_on == date(2020, 5, 29)


def test_saving_a_directive_whole_is_no_change_of_its_first_date(directive):
    directive.save()
    directive.first_due_on = date(2021, 1, 1)
    with pytest.raises(DatabaseError), transaction.atomic():
        directive.save()


def test_only_the_control_unit_makes_a_directive_public_and_never_a_restricted_matter(
    issue, people
):
    ordinary = issue()
    with pytest.raises(NotPermitted):
        directive_classify(
            directive=ordinary, by=people.lead, at=AT, confidentiality="public", why="x"
        )
    directive_classify(
        directive=ordinary, by=people.control, at=AT, confidentiality="public", why="市長指示公開"
    )
    assert entries_of(ordinary)[0].before == {"confidentiality": "internal"}

    secret = issue(source="control_yuan", confidentiality="restricted")
    with pytest.raises(TooOpen):
        directive_classify(
            directive=secret, by=people.control, at=AT, confidentiality="internal", why="x"
        )


TAKE_TWENTY = """
import django
django.setup()
from datetime import date
from shizheng.plan.directives.numbering import number_take
for _ in range(20):
    print(number_take(date(2020, 3, 2)))
"""


@pytest.mark.django_db(transaction=True)
def test_numbers_taken_at_the_same_time_by_two_processes_differ(city, tmp_path):
    if connection.vendor == "sqlite":
        address = f"sqlite:///{tmp_path / 'copy.db'}"
        with sqlite3.connect(tmp_path / "copy.db") as copy:
            connection.connection.backup(copy)
    else:
        parts = connection.settings_dict
        address = (
            f"postgres://{parts['USER']}:{parts['PASSWORD']}@{parts['HOST'] or '127.0.0.1'}"
            f":{parts['PORT'] or 5432}/{parts['NAME']}"
        )
    environment = {
        **os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "shizheng.settings"
    }  # fmt: skip
    takers = [
        subprocess.Popen(
            [sys.executable, "-c", TAKE_TWENTY], env=environment, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    taken = [number for taker in takers for number in taker.communicate(timeout=60)[0].split()]

    assert sorted(taken) == [f"KH-1090302-{count:04d}" for count in range(1, 41)]
