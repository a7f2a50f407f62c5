"""The works of the demonstration live through their year, once."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.services.conftest import KAOHSIUNG, kaohsiung, pack_at

from shizheng.core.demo_year import Month, months_before
from shizheng.core.journal import verify
from shizheng.core.loading import demo_loaders
from shizheng.plan.models import AuditFault, PublicWork, WorkAudit, WorkReport, WorkWarning
from shizheng.plan.works import demo
from shizheng.plan.works.definitions import DemoWorks

__all__ = ["kaohsiung"]


@pytest.fixture
def played(kaohsiung, settings):
    settings.IS_DEMO = True
    now = timezone.now() - timedelta(seconds=1)
    pack = pack_at(KAOHSIUNG)
    demo_loaders["accounts"](pack, at=now)
    months = [Month(since, until, now, None) for since, until in months_before(now)]

    def play():
        for month in months:
            demo.play(pack, month, lambda share: None)

    play()
    return play


def test_every_invented_work_is_told_and_marked(played):
    told = {work.number for work in PublicWork.objects.all()}
    assert told == {work.number for work in pack_at(KAOHSIUNG).body(DemoWorks).works}
    assert not PublicWork.objects.filter(is_synthetic=False).exists()
    assert PublicWork.objects.get(number="PW-109-0003").stage == "completed"
    assert WorkReport.objects.count() > 30
    standing = WorkWarning.objects.filter(ended_on=None)
    found = set(standing.values_list("work__number", "kind", "level"))
    assert ("PW-109-0001", "progress", "behind") in found
    assert ("WR-109-0002", "silence", "watch") in found
    assert ("WR-109-0003", "money", "watch") in found
    assert not any(number == "MR-109-0001" for number, _, _ in found)
    assert WorkAudit.objects.get(work__number="PW-109-0001", number=2).grade == "丙等"
    assert set(AuditFault.objects.values_list("state", flat=True)) == {"open", "closed"}
    assert verify().is_intact


def test_playing_again_adds_nothing(played):
    models = (PublicWork, WorkReport, WorkAudit, AuditFault, WorkWarning)
    before = [model.objects.count() for model in models]
    played()
    assert [model.objects.count() for model in models] == before
