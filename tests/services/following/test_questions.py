"""Public questions and answers: found by words and agency, told to search engines, counted."""

import json
import re

from django.test import Client

from shizheng.services.models import KnowledgeEntry


def test_questions_are_found_by_two_characters_and_narrowed_by_agency(kaohsiung):
    client = Client()
    everything = client.get("/questions/").content.decode()
    assert len(re.findall(r'href="/questions/[a-z_0-9]+/"', everything)) == 30
    found = client.get("/questions/", {"q": "坑洞"}).content.decode()
    assert "report_pothole" in found
    assert "house_tax" not in found
    english = client.get("/en/questions/", {"q": "pothole"}).content.decode()
    assert "How do I report a" in english
    of_health = client.get("/questions/", {"agency": "health"}).content.decode()
    assert "long_term_care" in of_health
    assert "report_pothole" not in of_health
    assert client.get("/questions/", {"q": "沒有這種問題"}).status_code == 200


def test_an_answer_stands_with_its_agency_date_services_and_structured_data(kaohsiung):
    text = Client().get("/questions/report_pothole/").content.decode()
    assert "/services/road_damage/" in text
    found = json.loads(re.search(r'ld\+json">(.*?)</script>', text)[1])
    assert found["@type"] == "FAQPage"
    assert found["mainEntity"][0]["name"] in text
    assert "109年1月2日" in text


def test_internal_and_older_answers_are_not_public(kaohsiung):
    KnowledgeEntry.objects.filter(code="house_tax").update(is_public=False)
    KnowledgeEntry.objects.filter(code="bus_and_metro").update(is_current=False)
    client = Client()
    for code in ("house_tax", "bus_and_metro", "no_such"):
        assert client.get(f"/questions/{code}/").status_code == 404
        assert client.post(f"/questions/{code}/helped/").status_code == 404
    assert "house_tax" not in client.get("/questions/?q=房屋稅").content.decode()


def test_that_an_answer_helped_is_counted_once_a_session(kaohsiung):
    client = Client()
    for _ in range(3):
        client.post("/questions/report_pothole/helped/")
    Client().post("/questions/report_pothole/helped/")
    assert KnowledgeEntry.objects.get(code="report_pothole", is_current=True).use_count == 2
