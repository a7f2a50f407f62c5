from pathlib import Path

import pytest
from django.utils import timezone

from shizheng.core.journal import verify
from shizheng.core.loading import load
from shizheng.core.models import User
from shizheng.packs.loader import load as read
from shizheng.plan.definitions import DemoDirectives
from shizheng.plan.directives.demo import demo_directives_load
from shizheng.plan.models import Directive

PACKS = Path(__file__).parents[3] / "packs"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["kaohsiung", "exampleton"])
def test_the_demonstration_of_a_pack_is_told_by_real_acts_and_once(client, name):
    pack, now = read(PACKS / name), timezone.now()
    load(pack, at=now)
    given = [each for body in pack.bodies(DemoDirectives) for each in body.directives]

    assert demo_directives_load(pack, at=now) == len(given)
    assert demo_directives_load(pack, at=now) == 0

    directives = Directive.objects.all()
    assert directives.count() == len(given)
    assert all(directive.is_synthetic for directive in directives)
    released = [each for each in given if each.release]
    assert directives.filter(status="released").count() == len(released)
    assert directives.filter(confidentiality="restricted").count() == sum(
        each.confidentiality == "restricted" for each in given
    )
    assert verify().is_intact
    assert not any(person.has_usable_password() for person in User.objects.all())
    shown = directives.filter(confidentiality="public").first()
    if shown:
        page = client.get(f"/en/directives/{shown.number}/").content.decode()
        assert "Invented for the demonstration" in page
