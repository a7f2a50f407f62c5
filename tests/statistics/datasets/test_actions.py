"""Who may publish what, what waits, and what stays as it was."""

import io
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.db import DatabaseError, transaction
from tests.statistics.datasets.conftest import AT, SAID

from shizheng.core import files
from shizheng.core.access import may_see
from shizheng.core.models import JournalEntry, OutboxEvent
from shizheng.kernel.errors import NotPermitted
from shizheng.statistics.datasets import actions
from shizheng.statistics.datasets.domain import errors
from shizheng.statistics.datasets.profiling import version_profile
from shizheng.statistics.datasets.selectors import Sought, datasets_found, versions_seen
from shizheng.statistics.datasets.tasks import profile_dataset
from shizheng.statistics.datasets.warning import late_warn
from shizheng.statistics.models import DatasetVersion

NOBODY = AnonymousUser()
PERSON = "A123456789"
State = DatasetVersion.State


def test_a_version_is_read_published_and_seen_by_everybody(publish, town):
    version = publish("區,數\n三民區,1\n鼓山區,2\n")
    assert (version.state, version.row_count, version.score) == (State.PUBLISHED, 2, 70)
    assert version.dataset.current == version
    assert may_see(NOBODY, version)
    assert may_see(NOBODY, version.dataset)
    assert [each.action for each in JournalEntry.objects.order_by("number")][-4:] == [
        "statistics.dataset.made", "statistics.dataset.received", "statistics.dataset.profiled",
        "statistics.dataset.published",
    ]  # fmt: skip
    assert OutboxEvent.objects.filter(type="statistics.dataset.published").count() == 1


def test_the_job_reads_it_once_however_often_it_runs(publish, town):
    version = publish("a\n1\n", publishes=False)
    assert version.state == State.PROFILED
    profile_dataset(version=str(version.pk))
    version.refresh_from_db()
    assert version.state == State.PROFILED


def test_a_file_that_cannot_be_read_says_why_to_its_owner(publish, town):
    version = publish(b"a,b\n1,2\n3\n")
    assert version.state == State.REFUSED
    assert version.refusal["code"] == "statistics.dataset.rows_ragged"
    assert not may_see(NOBODY, version)


def test_a_number_of_a_person_waits_until_somebody_says_why_not(publish, town):
    version = publish(f"a,b\n1,x\n2,{PERSON}\n")
    assert version.state == State.QUARANTINED
    for person in (NOBODY, town.other, town.resident):
        assert not may_see(person, version)
        assert not may_see(person, version.dataset)
        assert not versions_seen(person, version.dataset)
    assert may_see(town.colleague, version)
    assert PERSON not in str(version.problems)
    assert PERSON not in "".join(str(e.now) for e in JournalEntry.objects.all())

    with pytest.raises(errors.ReasonMissing):
        actions.version_publish(version=version, by=town.officer, at=AT, reason="fine")
    with pytest.raises(NotPermitted):
        actions.version_publish(version=version, by=town.other, at=AT, reason="An example number")
    actions.version_publish(version=version, by=town.officer, at=AT, reason="An example number")
    entry = JournalEntry.objects.get(action="statistics.dataset.published")
    assert entry.why == "An example number"
    assert "personal" in str(entry.now)
    assert may_see(NOBODY, version)


def test_who_publishes_for_another_agency_is_refused(publish, town):
    version = publish("a\n1\n", publishes=False)
    for act in (
        lambda: actions.dataset_make(
            code="other", owner=town.health, said=SAID, by=town.other, at=AT
        ),
        lambda: actions.dataset_describe(
            dataset=version.dataset, said=SAID, by=town.other, at=AT
        ),
        lambda: actions.version_receive(
            dataset=version.dataset, content=io.BytesIO(b"a\n1\n"), name="a.csv", by=town.other,
            at=AT,
        ),
        lambda: actions.version_publish(version=version, by=town.other, at=AT),
    ):  # fmt: skip
        with pytest.raises(NotPermitted):
            act()
    assert DatasetVersion.objects.count() == 1


def test_a_version_is_published_once(publish, town):
    version = publish("a\n1\n")
    with pytest.raises(errors.StateUnfit):
        actions.version_publish(version=version, by=town.officer, at=AT)


@pytest.mark.parametrize("code", ["", "ab", "Dengue", "a b", "-ab", "x" * 61, "a--b", "例"])
def test_a_code_is_plain(town, code):
    with pytest.raises(errors.CodeUnfit):
        actions.dataset_make(code=code, owner=town.health, said=SAID, by=town.officer, at=AT)


def test_a_code_is_taken_once(publish, town):
    publish("a\n1\n")
    with pytest.raises(errors.CodeTaken):
        publish("a\n1\n")


@pytest.mark.parametrize("change", [{"row_count": 9}, {"digest": "0"}, {"state": "profiled"}])
def test_the_database_keeps_a_version_as_it_was_read(publish, town, change):
    version = publish("a\n1\n")
    with pytest.raises(DatabaseError), transaction.atomic():
        DatasetVersion.objects.filter(pk=version.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        DatasetVersion.objects.filter(pk=version.pk).delete()


def test_the_next_version_says_what_changed(publish, town):
    first = publish("id,n\n1,a\n2,b\n3,c\n", key=["id"])
    second = publish("id,n,m\n2,b,1\n3,C,1\n4,d,1\n", dataset=first.dataset)
    assert second.difference == {
        "since": 1, "columns_added": ["m"], "columns_removed": [], "columns_retyped": [],
        "rows_added": 1, "rows_removed": 1, "rows_changed": 1,
    }  # fmt: skip
    first.dataset.refresh_from_db()
    assert first.dataset.current == second
    assert [each.number for each in versions_seen(NOBODY, first.dataset)] == [2, 1]


def test_without_a_key_rows_are_compared_however_often_they_are_there(publish, town):
    first = publish("a\nx\nx\ny\n")
    second = publish("a\nx\ny\nz\n", dataset=first.dataset)
    assert (second.difference["rows_added"], second.difference["rows_removed"]) == (1, 1)
    assert second.difference["rows_changed"] is None


def test_the_files_are_what_their_digests_say(publish, town):
    version = publish("=a,b\n=1+1,2\n")
    assert files.path_of(version.csv_file).read_text().splitlines() == ["'=a,b", "'=1+1,2"]
    assert files.path_of(version.file).read_bytes() == b"=a,b\n=1+1,2\n"
    assert version.digest == version.file.digest


def test_a_late_dataset_warns_its_owner_once(publish, town, django_capture_on_commit_callbacks):
    version = publish("a\n1\n")
    assert late_warn(at=AT + timedelta(days=31)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert late_warn(at=AT + timedelta(days=40)) == 1
    assert late_warn(at=AT + timedelta(days=41)) == 0
    assert [each.to for each in mail.outbox] == [["health@example.org"]]
    assert OutboxEvent.objects.filter(type="statistics.dataset.late").count() == 1
    publish("a\n2\n", dataset=version.dataset)
    assert late_warn(at=AT + timedelta(days=42)) == 1


def test_the_list_finds_words_in_both_languages(publish, town):
    publish("a\n1\n")
    for words in ("登革熱", "dengue", "DENGUE epidemic", "傳染", "dengue-cases"):
        assert datasets_found(NOBODY, Sought(words)).count() == 1, words
    assert not datasets_found(NOBODY, Sought("plague"))
    assert not datasets_found(NOBODY, Sought(theme="TRAN"))


def test_what_is_not_public_is_seen_by_its_owner_alone(publish, town):
    version = publish("a\n1\n", is_public=False)
    assert not may_see(NOBODY, version)
    assert not may_see(town.other, version.dataset)
    assert may_see(town.officer, version.dataset)


def test_a_second_worker_changes_nothing(publish, town):
    version = publish("a\n1\n", publishes=False)
    stale = DatasetVersion.objects.get(pk=version.pk)
    stale.state = State.RECEIVED
    version_profile(stale, at=lambda: AT)
    assert JournalEntry.objects.filter(action="statistics.dataset.profiled").count() == 1
