"""What a visitor downloads: a public page with all it needs, compressed."""

import gzip
import re

import pytest

pytestmark = pytest.mark.django_db
LIMIT = 100_000
LINKED = re.compile(r'(?:href|src)="([^"?]+\.(?:css|js|svg)(?:\?[^"]*)?)"')
WITH_FORMS = "/static/vendor/govuk-frontend/govuk-frontend.min.js"


def weight(client, address: str) -> int:
    answer = client.get(address)
    size = len(gzip.compress(answer.getvalue(), 6))
    for close in answer._resource_closers:  # answer.close() would close the test's connection too
        close()
    return size


@pytest.mark.parametrize("address", ["/", "/search/?q=側溝", "/plan/", "/api/", "/components/"])
def test_a_public_page_weighs_at_most_100_kb(client, plan, address):
    page = client.get(address).content.decode()
    needed = {address, WITH_FORMS, *LINKED.findall(page)}

    assert len(needed) >= 7
    assert sum(weight(client, part) for part in needed) <= LIMIT
