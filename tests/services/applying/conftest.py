"""What tests of forms share."""

import pytest
from django.test import Client


@pytest.fixture
def visitor(kaohsiung, settings):
    """Somebody without an account, in Chinese, whose session keeps what they do."""
    return Client(enforce_csrf_checks=False)


@pytest.fixture
def signed_in(people):
    """A resident with an account."""
    client = Client()
    client.force_login(people.resident)
    return client
