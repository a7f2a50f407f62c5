"""The information security of the demonstration is told once, by the acts of the room."""

from datetime import timedelta

from django.utils import timezone
from tests.services.conftest import KAOHSIUNG, kaohsiung, pack_at

from shizheng.core.demo_year import Month, months_before
from shizheng.core.journal import verify
from shizheng.core.loading import demo_loaders
from shizheng.plan.models import HostMonth, InformationSystem, SecurityFinding, SecurityIncident
from shizheng.plan.security import demo
from shizheng.plan.security.definitions import DemoSecurity

__all__ = ["kaohsiung"]


def test_every_invented_system_is_told_once_and_marked(kaohsiung, settings):
    settings.IS_DEMO = True
    now = timezone.now() - timedelta(seconds=1)
    pack = pack_at(KAOHSIUNG)
    demo_loaders["accounts"](pack, at=now)
    for _ in range(2):
        for since, until in months_before(now):
            demo.play(pack, Month(since, until, now, None), lambda share: None)
    told = pack.body(DemoSecurity)
    systems = InformationSystem.objects.filter(is_synthetic=True)
    assert [one.name for one in systems] == [one.name for one in told.information_systems]
    assert SecurityFinding.objects.count() == len(told.found)
    assert SecurityFinding.objects.exclude(warned_on=None).count() == 2
    assert HostMonth.objects.count() == len(told.hosts) * demo.MONTHS
    assert SecurityIncident.objects.get().reported_at is not None
    assert verify().is_intact
