"""States, acts and clocks stand in an order, which the database must not lose."""

import pytest
from tests.services.conftest import KAOHSIUNG, pack_at

from shizheng.core.models import PublishedDefinition
from shizheng.services.definitions import Service as Definition
from shizheng.services.models import Service
from shizheng.services.versions import definition_by

pytestmark = pytest.mark.django_db


def test_a_published_service_is_read_in_the_order_of_its_file(kaohsiung):
    for body in pack_at(KAOHSIUNG).bodies(Definition):
        stored = definition_by(Service.objects.get(code=body.id).current_id)
        assert [*stored.states] == [*body.states]
        assert [*stored.actions] == [*body.actions]
        assert [*stored.clocks] == [*body.clocks]
        assert stored.main_clock == body.main_clock


def test_a_published_body_holds_any_json_as_it_came(kaohsiung):
    row = PublishedDefinition.objects.filter(kind="service").first()
    for body in ({"b": 1, "a": {"z": None, "c": "字"}}, [2, 1], {}):
        row.body = body
        row.save(update_fields=["body"])
        row.refresh_from_db()
        assert row.body == body
        assert str(row.body) == str(body)
