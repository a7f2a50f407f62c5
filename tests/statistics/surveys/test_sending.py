"""What tablets send: counted once, and nothing lost, whatever comes twice, late or out of order."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from tests.statistics.surveys.households import AT, CENSUS, household, send

from shizheng.core.journal import entries_of, verify
from shizheng.core.models import JournalEntry
from shizheng.kernel.errors import NotPermitted
from shizheng.services.domain.errors import AnswersWrong
from shizheng.statistics.models import (
    SurveyAddress,
    SurveyArea,
    SurveyDuplicate,
    SurveyPerson,
    SurveyRecord,
)
from shizheng.statistics.surveys.actions.checking import duplicate_decide, duplicates_find
from shizheng.statistics.surveys.actions.rounds import area_assign
from shizheng.statistics.surveys.errors import (
    AreaUnassignable,
    DuplicateDecided,
    ReasonMissing,
    SendingUnfit,
    SentOtherwise,
)
from shizheng.statistics.surveys.selectors import addresses_mine, progress_of

EARLIER = AT - timedelta(hours=3)
WHY = "電話確認後以此份為準，理由充分"


def state_of(number: str) -> tuple[str, int]:
    row = SurveyAddress.objects.get(number=number)
    return row.state, row.visit_count


def test_the_same_sending_is_one_record_and_other_answers_under_its_number_are_refused(
    census, people
):
    first = send(people.mei, "1-001", household(), key="tablet-0001")
    assert send(people.mei, "1-001", household(), key="tablet-0001").pk == first.pk
    with pytest.raises(SentOtherwise, match="1-001"):
        send(people.mei, "1-001", household(rooms="5"), key="tablet-0001")
    assert SurveyRecord.objects.count() == SurveyPerson.objects.count() == 1
    assert state_of("1-001") == ("complete", 1)
    assert entries_of(first, "statistics.survey_record.sent").count() == 1
    assert verify().is_intact


def test_visits_out_of_order_end_as_the_tablets_noted_them(census, people):
    send(people.mei, "1-001", household(), key="tablet-late")
    send(people.mei, "1-001", key="tablet-early", at=EARLIER)  # not at home, noted before
    assert state_of("1-001") == ("complete", 2)
    send(people.mei, "1-002", outcome="refused", key="tablet-2b")
    send(people.mei, "1-002", key="tablet-2a", at=EARLIER)
    assert state_of("1-002") == ("refused", 2)
    send(people.mei, "1-003", outcome="vacant")
    here, _, _ = progress_of(census)
    assert (here.addresses, here.visited, here.complete, here.refused, here.vacant) == (
        4, 3, 1, 1, 1
    )  # fmt: skip
    assert here.coverage == pytest.approx(1 / 3)


def test_an_address_answered_twice_by_two_people_waits_for_a_decision(census, people):
    area = SurveyArea.objects.get(code="A1")
    with pytest.raises(AreaUnassignable, match="reason"):
        area_assign(area=area, person=people.hua, by=people.lead, at=AT)
    with pytest.raises(AreaUnassignable, match="no enumerator"):
        area_assign(area=area, person=people.lead, by=people.lead, at=AT, reason="請假代理")
    area_assign(area=area, person=people.hua, by=people.lead, at=AT, reason="請假代理")
    assert not addresses_mine(people.mei).filter(area=area).exists()
    first = send(people.hua, "1-001", household({"age": 30}))
    second = send(people.mei, "1-001", household({"age": 31}, {"age": 5, "work": "outside"}))
    assert (first.standing, second.standing) == ("counted", "conflict")
    assert SurveyPerson.objects.filter(is_counted=True).count() == 1
    pair = SurveyDuplicate.objects.get()
    with pytest.raises(DuplicateDecided):
        duplicate_decide(duplicate=pair, decision="keep_both", why=WHY, by=people.lead, at=AT)
    with pytest.raises(ReasonMissing):
        duplicate_decide(duplicate=pair, decision="keep_second", why="好", by=people.lead, at=AT)
    with pytest.raises(NotPermitted):
        duplicate_decide(duplicate=pair, decision="keep_second", why=WHY, by=people.mei, at=AT)
    duplicate_decide(duplicate=pair, decision="keep_second", why=WHY, by=people.lead, at=AT)
    assert list(
        SurveyPerson.objects.filter(is_counted=True).order_by("age").values_list("age", flat=True)
    ) == [5, 31]
    with pytest.raises(DuplicateDecided):
        duplicate_decide(duplicate=pair, decision="keep_first", why=WHY, by=people.lead, at=AT)
    assert state_of("1-001") == ("complete", 1)


def test_a_person_and_a_household_counted_at_two_addresses_are_found(census, people):
    send(people.mei, "1-001", household({}, number="A123456789"))
    send(people.hua, "3-001", household({}, number="A123456789"))
    three = ({"age": 50}, {"age": 48, "sex": "male"}, {"age": 9, "work": "outside"})
    send(people.mei, "2-001", household(*three))
    send(people.mei, "2-002", household(*three))
    send(people.mei, "1-002", household(*three))  # another village
    assert duplicates_find(survey=census, by=people.lead, at=AT) == 2
    assert duplicates_find(survey=census, by=people.lead, at=AT) == 0
    assert set(SurveyDuplicate.objects.values_list("reason", flat=True)) == {"person", "household"}
    person = SurveyDuplicate.objects.get(reason="person")
    duplicate_decide(duplicate=person, decision="keep_first", why=WHY, by=people.lead, at=AT)
    assert state_of("3-001") == ("open", 0)
    other = SurveyDuplicate.objects.get(reason="household")
    duplicate_decide(duplicate=other, decision="keep_both", why=WHY, by=people.lead, at=AT)
    assert state_of("2-002") == ("complete", 1)


def test_numbers_of_persons_are_kept_as_hashes_and_nowhere_else(census, people):
    send(people.mei, "1-001", household({}, number="A123456789"))
    record, person = SurveyRecord.objects.get(), SurveyPerson.objects.get()
    assert len(person.pseudonym) == 64
    assert "A123456789" not in str(record.answers)
    told = [*JournalEntry.objects.values_list("now", flat=True)]
    assert not any("A123456789" in text or "王小明" in text for text in told if text)


@pytest.mark.parametrize(
    ("who", "number", "answers", "error"),
    [
        pytest.param("mei", "3-001", household(), SendingUnfit, id="an-address-of-another"),
        pytest.param("mei", "9-999", household(), SendingUnfit, id="no-such-address"),
        pytest.param("lead", "1-001", household(), NotPermitted, id="no-enumerator"),
        pytest.param("mei", "1-001", household(rooms="many"), AnswersWrong, id="no-number"),
        pytest.param("mei", "1-001", household(tenure=""), AnswersWrong, id="not-answered"),
        pytest.param("mei", "1-001", household(colour="red"), AnswersWrong, id="not-asked"),
        pytest.param("mei", "1-001", household({"age": 130}), AnswersWrong, id="out-of-range"),
        pytest.param("mei", "1-001", household({"sex": "x"}), AnswersWrong, id="not-offered"),
        pytest.param("mei", "1-001", household({}, {"relation": "head"}), SendingUnfit, id="edit"),
        pytest.param("mei", "1-001", household(members="x"), AnswersWrong, id="no-list"),
    ],
)
@pytest.mark.usefixtures("census")
def test_what_is_wrong_is_refused_and_stays_on_the_tablet(people, who, number, answers, error):
    with pytest.raises(error):
        send(getattr(people, who), number, answers)
    assert not SurveyRecord.objects.exists()


def test_a_soft_edit_is_taken_in_and_shown(census, people):
    record = send(people.mei, "1-001", household({}, {"age": 12, "work": "working"}))
    assert (record.standing, record.failed) == ("counted", ["child_works"])


def test_an_enumerator_sees_her_own_areas_alone(census, people):
    mine = addresses_mine(people.mei)
    assert {each.area.code for each in mine} == {"A1", "A2"}
    assert {each.area.code for each in addresses_mine(people.hua)} == {"A3"}
    for row in (SurveyAddress, SurveyArea):
        assert not row.objects.visible_to(people.elsewhere).exists()
    assert SurveyAddress.objects.visible_to(people.lead).count() == 12
    send(people.mei, "1-001", household())
    assert not SurveyRecord.objects.visible_to(people.mei).exists()
    assert SurveyRecord.objects.visible_to(people.lead).count() == 1


def test_the_database_keeps_what_was_sent(census, people):
    send(people.mei, "1-001", household())
    for change in (
        lambda: SurveyRecord.objects.update(answers={}),
        lambda: SurveyRecord.objects.update(outcome="refused"),
        lambda: SurveyRecord.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert SurveyRecord.objects.get().answers["tenure"] == "own"
    assert census.code == CENSUS
