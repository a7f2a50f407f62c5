"""What the tests of readings share."""

from tests.services.following.conftest import now, report, signed_in  # noqa: F401 - fixtures
