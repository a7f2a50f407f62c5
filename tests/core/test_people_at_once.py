"""Two administrators who remove each other at the same moment: one of them must stay."""

import threading

import pytest
from django.db import connection
from tests.core.town import AT, grant, person, role

from shizheng.core.models import RoleGrant, User
from shizheng.core.people import actions
from shizheng.core.people.errors import LastAdministrator
from shizheng.kernel.errors import NotPermitted


@pytest.mark.django_db(transaction=True)
def test_two_who_remove_each_other_at_once_take_turns():
    chair = role("administrator", "core.manage_people")
    grants = [grant(person(name), chair) for name in ("a", "b")]
    ready, outcomes = threading.Barrier(2), []

    def remove(mine, theirs):
        try:
            by = User.objects.get(pk=mine.person_id)
            other = RoleGrant.objects.get(pk=theirs.pk)
            ready.wait()
            actions.role_revoke(grant=other, by=by, at=AT, why="Rivalry")
            outcomes.append("removed")
        except (LastAdministrator, NotPermitted) as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=remove, args=pair) for pair in (grants, list(reversed(grants)))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert outcomes.count("removed") == 1, outcomes
    assert RoleGrant.objects.filter(revoked_at=None).count() == 1
