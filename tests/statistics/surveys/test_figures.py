"""What surveys publish, and the invented one of the demonstration."""

from datetime import date, timedelta

import pytest
from tests.statistics.surveys.households import AT, CENSUS, VILLAGES, household, send, staff

from shizheng.core.demo_year import Month
from shizheng.core.models import User
from shizheng.packs import loader
from shizheng.statistics.domain.periods import Frequency
from shizheng.statistics.measuring.answering import measured
from shizheng.statistics.measuring.asking import Ask
from shizheng.statistics.models import SurveyAddress, SurveyRecord, SurveyRound
from shizheng.statistics.surveys.demo import play
from shizheng.statistics.surveys.selectors import progress_of, sum_of


def counted(code: str, by: str, frequency: Frequency, first: date, end: date) -> dict[str, int]:
    """Return the numbers of a measure in November, or in the year, of the census."""
    ask = Ask(f"statistics.{code}", frequency, first, end, (by,), (("survey", (CENSUS,)),), True)
    table = measured([ask], at=AT + timedelta(days=30))[ask]
    return {row.keys[0]: row.value for row in table.rows if row.value}


@pytest.mark.django_db(transaction=True)  # another engine reads what is committed
def test_addresses_and_people_are_measured_by_village(census, people):
    for number in ("1-001", "1-002", "3-001"):
        send(people.hua if number[0] == "3" else people.mei, number, household({}, {"age": 9,
             "work": "outside"}))  # fmt: skip
    send(people.mei, "1-003", outcome="vacant")
    month = (Frequency.MONTH, date(2020, 11, 1), date(2020, 12, 1))
    year = (Frequency.YEAR, date(2020, 1, 1), date(2021, 1, 1))
    first, second, third = VILLAGES
    assert counted("survey_addresses", "village", *month) == {first: 3, second: 4, third: 4}
    assert counted("survey_addresses_complete", "village", *month) == {first: 2, third: 1}
    assert counted("survey_people", "village", *year) == {first: 4, third: 2}
    assert counted("survey_people", "age_band", *year) == {"40-44": 3, "5-9": 3}


def test_the_demonstration_holds_a_small_invented_survey_once(kaohsiung, settings):
    people = staff()
    for name, who in (("enumerator", people.mei), ("enumerator_second", people.hua)):
        User.objects.filter(pk=who.pk).update(username=name)
    pack = loader.load(settings.PACK)
    month = Month(AT - timedelta(days=9), AT, AT, None)
    play(pack, Month(AT - timedelta(days=40), AT - timedelta(days=9), AT, None), float)
    assert not SurveyAddress.objects.exists()
    play(pack, month, float)
    play(pack, month, float)
    assert SurveyRound.objects.get(code="census_2020").is_synthetic
    whole = sum_of(progress_of(SurveyRound.objects.get(code="census_2020")))
    assert (whole.addresses, whole.visited, SurveyRecord.objects.count()) == (54, 41, 41)
    assert whole.complete > whole.refused + whole.absent > 0
