"""Cases as search finds them: by those who may see them, whoever has them now."""

from datetime import timedelta

import pytest
from tests.services.conftest import AT
from tests.services.test_acting import reported

from shizheng.core.models import TextEntry
from shizheng.services.actions.acting import Given, case_act


@pytest.fixture
def found(client):
    """Return what a person reads when they search."""

    def asked(person, query):
        client.force_login(person)
        answer = client.get("/search/", {"q": query})
        assert answer.status_code == 200
        return answer.content.decode()

    return asked


@pytest.mark.parametrize("query", ["大坑洞", "khc-1090213-0001"], ids=["by-words", "by-number"])
@pytest.mark.parametrize(
    ("who", "is_found"),
    [
        pytest.param("officer", True, id="officer-of-its-agency"),
        pytest.param("controller", True, id="whole-city"),
        pytest.param("resident", True, id="who-reported-it"),
        pytest.param("water", False, id="officer-of-another-agency"),
        pytest.param("other_resident", False, id="another-resident"),
    ],
)
def test_who_may_see_a_case_finds_it(people, found, who, is_found, query):
    case = reported(people)

    page = found(getattr(people, who), query)

    assert (f"/cases/{case.number}/" in page) is is_found


def test_a_case_that_was_handed_on_is_found_by_those_who_have_it_now(people, found):
    case = reported(people)
    assert case.number not in found(people.water, "大坑洞")

    given = Given(fields={"agency": "water_resources", "reason": "涵管"})
    case_act(
        case=case, action="transfer", by=people.officer, at=AT + timedelta(hours=1), given=given
    )

    assert case.number in found(people.water, "大坑洞")
    assert TextEntry.objects.get(kind="services.case").agency.code == "water_resources"
