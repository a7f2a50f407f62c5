"""Refusals of documents are compared in English, whatever language the test before them asked."""

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield
