"""A report with an applicant, and people who help."""

import pytest
from allauth.account.models import EmailAddress
from tests.services.conftest import person
from tests.services.following.conftest import now, report, signed_in  # noqa: F401 - fixtures

from shizheng.services.parties.actions.contact import Reach
from shizheng.services.parties.actions.rights import Mover


@pytest.fixture
def opened(report, people):  # noqa: F811
    """A report of somebody with an account."""
    return report(reporter=people.resident)


@pytest.fixture
def applicant(opened, now):  # noqa: F811
    """The applicant, changing something."""
    return Mover(opened.party.person, opened.party, now)


@pytest.fixture
def lee(people):
    """Somebody with an account and a confirmed address."""
    found = person("lee")
    EmailAddress.objects.create(user=found, email=found.email, verified=True, primary=True)
    return found


REACH = Reach(name="陳小華", email="hua@example.org", notice_by="email", language="en")
