"""Finding a service in one's own words, and its page."""

import json
import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from tests.services.applying.service import entered

from shizheng.services.actions.opening import Contact, Intake, case_open
from shizheng.services.applying.durations import service_durations
from shizheng.services.models import Case, KnowledgeEntry, Service
from shizheng.services.places import Place
from shizheng.services.searchable import knowledge_index

pytestmark = pytest.mark.django_db


def test_services_stand_by_their_use_and_internal_ones_are_the_offices(kaohsiung, visitor):
    page = visitor.get("/services/").content.decode()
    assert 'href="/services/road_damage/"' in page
    Service.objects.update(category="internal")
    assert 'href="/services/road_damage/"' not in visitor.get("/services/").content.decode()


def test_without_any_service_the_page_teaches_what_will_be_there(kaohsiung, visitor):
    Service.objects.update(is_offered=False)
    assert 'class="empty"' in visitor.get("/services/").content.decode()


def test_three_hundred_services_are_listed_with_a_handful_of_queries(
    kaohsiung, visitor, django_assert_max_num_queries
):
    first = Service.objects.get(code="road_damage")
    Service.objects.bulk_create(
        Service(
            code=f"copy_{n}", name=first.name, category="report", owner_id=first.owner_id,
            current_id=first.current_id, position=900 + n,
        )
        for n in range(300)
    )  # fmt: skip
    visitor.get("/services/")
    with django_assert_max_num_queries(12):
        page = visitor.get("/services/").content.decode()
    assert page.count('href="/services/copy_') == 300


def test_a_service_is_found_by_words_it_does_not_hold_as_they_are(kaohsiung, visitor):
    found = visitor.get("/services/", {"q": "馬路破洞好危險"}).content.decode()
    assert 'href="/services/road_damage/"' in found


def test_questions_are_found_in_the_same_box(kaohsiung, visitor):
    owner = Service.objects.get(code="road_damage").owner
    KnowledgeEntry.objects.create(
        code="holes", question={"zh-Hant": "路面坑洞多久修好", "en": "How long?"},
        answer={"zh-Hant": "三個工作天", "en": "Three days"}, agency=owner,
        services=["road_damage"], changed_at=timezone.now(),
    )  # fmt: skip
    knowledge_index()
    found = visitor.get("/services/", {"q": "坑洞"}).content.decode()
    assert "多久修好" in found
    assert 'href="/services/road_damage/"' in found


def test_nothing_found_says_what_to_do(kaohsiung, visitor):
    page = visitor.get("/services/", {"q": "zzqq"}).content.decode()
    assert 'class="empty"' in page
    assert "zzqq" in page


@pytest.mark.parametrize("query", ["x" * 101, "a b c d e f g h i"], ids=["long", "words"])
def test_too_much_to_search_for_is_refused_in_words(kaohsiung, visitor, query):
    assert visitor.get("/services/", {"q": query}).status_code == 422


def test_the_page_of_a_service_tells_programs_what_it_is(kaohsiung, visitor):
    entered()
    page = visitor.get("/en/services/big_event/").content.decode()
    found = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])
    assert found["@type"] == "GovernmentService"
    assert found["name"] == "Big event"
    assert found["url"].endswith("/en/services/big_event/")
    assert "10 working days" in page
    assert page.index('id="who"') < page.index('id="needs"') < page.index('id="how-long"')
    assert page.index('id="cost"') < page.index('id="after"') < page.index('id="law"')


def test_how_long_it_takes_is_counted_from_closed_cases_of_the_last_quarter(kaohsiung, visitor):
    now = timezone.now()
    service = Service.objects.get(code="road_damage")
    place = Place(120.2842, 22.6515)
    contact = Contact(email="a@example.org")
    assert service_durations(service, at=now).count == 0
    for days in (1, 2, 3, 10):
        given = Intake("web", {"kind": "pothole"}, "洞", place, contact)
        opened = now - timedelta(days=days)
        case = case_open(service=service, given=given, by=None, at=opened).case
        Case.objects.filter(pk=case.pk).update(is_open=False, closed_at=now, outcome="completed")
    cache.clear()

    found = service_durations(service, at=now)

    assert (found.count, found.median_days, found.ninth_days) == (4, 2.0, 10.0)
    assert service_durations(service, at=now + timedelta(days=92)).count == 0


def test_a_service_that_is_not_offered_is_not_found(kaohsiung, visitor):
    assert visitor.get("/services/nonsense/").status_code == 404
    assert visitor.get("/services/nonsense/start/").status_code == 404
