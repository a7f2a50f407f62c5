from datetime import UTC, datetime

import pytest

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
