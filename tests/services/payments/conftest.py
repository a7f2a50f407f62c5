"""A city whose people apply for zoning certificates."""

import pytest
from tests.services.payments import zoning


@pytest.fixture
def people(kaohsiung):
    """Those who work on zoning certificates, and two residents."""
    return zoning.planners()
