from datetime import UTC, datetime

import pytest
from tests.core.town import agency, area, grant, person, role

from shizheng.core.models import City, User

AT = datetime(2020, 3, 2, 1, 30, tzinfo=UTC)


@pytest.fixture
def at():
    return AT


@pytest.fixture
def city(db):
    return City.objects.create(
        code="exampleton", name={"en": "Exampleton"}, manifest={}, loaded_at=AT
    )


@pytest.fixture
def officer(db):
    return User.objects.create(username="officer", display_name="Officer")


@pytest.fixture
def works(db):
    return agency("works")


@pytest.fixture
def roads(works):
    return agency("roads", works)


@pytest.fixture
def health(db):
    return agency("health")


@pytest.fixture
def district(db):
    return area("E01")


@pytest.fixture
def village(district):
    return area("E01-1", district)


@pytest.fixture
def administrator_role(db):
    return role("administrator", "core.manage_people", "core.manage_agencies")


@pytest.fixture
def clerk_role(db):
    return role("clerk", "core.manage_agencies")


@pytest.fixture
def administrator(administrator_role):
    admin = person("admin")
    grant(admin, administrator_role)
    return admin
