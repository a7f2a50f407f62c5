"""Our own server under every requirement; any other by its address:

python -m tests.conformance.running https://…/ogc/
"""

import pytest
from django.test import Client
from tests.conformance.requirements import CHECKS
from tests.conformance.running import results
from tests.conformance.server import Reply, Server
from tests.places.conftest import people, town, well  # noqa: F401 - fixtures

_kept: dict[str, str] = {}


def asked(url: str, headers) -> Reply:
    path = url.removeprefix("http://testserver")
    answer = Client().get(path, headers=headers)
    return Reply(
        answer.status_code, {n.lower(): v for n, v in answer.headers.items()}, answer.content
    )


@pytest.fixture
def found(request) -> dict[str, str]:
    """What became of each requirement; the server is asked once."""
    if not _kept:
        town_ = request.getfixturevalue("town")
        for number, name in enumerate(("Old well", "老井", "O'Hara", "deep", "deeper"), 1):
            well(
                town_, f"W-{number}", 0.006 * number, 0.01, name=name,
                depth_m=str(number) if number != 3 else None,
                dug_on=f"2001-01-0{number}" if number != 4 else None,
            )  # fmt: skip
        _kept.update(results(Server("http://testserver/ogc", asked, "wells")))
    return _kept


@pytest.mark.parametrize("uri", CHECKS, ids=lambda uri: uri.partition("/req/")[2])
def test_a_requirement_is_kept(found, uri):
    assert found[uri] == ""
