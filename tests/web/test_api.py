from datetime import UTC, date, datetime

import pytest

from shizheng.core.models import Agency, Area, City

pytestmark = pytest.mark.django_db
NAME = {"zh-Hant": "範例市", "en": "Exampleton"}


@pytest.fixture
def city() -> City:
    Agency.objects.create(
        code="works", kind="department", name=NAME, short_name=NAME, valid_from=date(2020, 1, 1)
    )
    district = Area.objects.create(
        code="D1", kind="district", name=NAME, valid_from=date(2020, 1, 1)
    )
    Area.objects.create(
        code="D1-V1", kind="village", name=NAME, parent=district, valid_from=date(2020, 1, 1)
    )
    return City.objects.create(
        code="exampleton", name=NAME, manifest={}, loaded_at=datetime(2020, 1, 1, tzinfo=UTC)
    )


def test_the_city_its_agencies_and_its_areas_can_be_read(client, city):
    assert client.get("/api/city").json()["name"] == NAME
    assert [row["code"] for row in client.get("/api/agencies").json()] == ["works"]
    assert len(client.get("/api/areas").json()) == 2
    assert client.get("/api/areas?parent=D1").json()[0]["code"] == "D1-V1"


def test_before_a_city_is_loaded_a_program_is_told_what_to_do(client):
    answer = client.get("/api/city")

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert "shizheng load" in answer.json()["hint"]


def test_every_operation_of_the_document_is_on_the_page_with_its_command(client):
    document = client.get("/api/openapi.json").json()
    page = client.get("/en/api/").content.decode()

    for path in document["paths"]:
        assert path in page
    assert "curl " in page


def test_an_unknown_address_of_the_interface_is_a_problem_not_a_page(client):
    answer = client.get("/api/nothing")

    assert answer.status_code == 404
    assert answer.json()["code"] == "web.404"
