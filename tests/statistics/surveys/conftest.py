"""A census in the field of Kaohsiung."""

import pytest
from tests.services.conftest import kaohsiung  # noqa: F401 - a fixture
from tests.statistics.surveys.households import opened, staff


@pytest.fixture
def people(kaohsiung):  # noqa: F811 - the fixture
    """Who leads and who visits."""
    return staff()


@pytest.fixture
def census(people):
    """The census, open, with four addresses in each of three areas."""
    return opened(people)
