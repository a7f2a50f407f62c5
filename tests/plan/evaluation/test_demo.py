"""Evaluations of the demonstration are told once, and every one is marked as invented."""

from datetime import timedelta

from django.utils import timezone
from tests.services.conftest import KAOHSIUNG, kaohsiung, pack_at

from shizheng.core.demo_year import Month, months_before
from shizheng.core.journal import verify
from shizheng.core.loading import demo_loaders
from shizheng.plan.evaluation import demo
from shizheng.plan.models import AdvanceProject, ControlFinding, EvaluationRound, EvaluationSubject

__all__ = ["kaohsiung"]


def test_one_round_is_closed_one_open_and_all_is_invented(kaohsiung, settings):
    settings.IS_DEMO = True
    now = timezone.now() - timedelta(seconds=1)
    pack = pack_at(KAOHSIUNG)
    demo_loaders["accounts"](pack, at=now)
    months = [Month(since, until, now, None) for since, until in months_before(now)]
    for month in (*months, months[-1]):
        demo.play(pack, month, lambda share: None)

    closed, open_ = EvaluationRound.objects.order_by("closed_at", "number").values_list(
        "closed_at", flat=True
    )
    assert (closed is None) != (open_ is None)
    ranks = EvaluationSubject.objects.filter(round__closed_at__isnull=False)
    assert sorted(ranks.values_list("rank", flat=True)) == [1, 1, 3]
    states = AdvanceProject.objects.order_by("number").values_list("status", flat=True)
    assert list(states) == ["may_enter_budget", "under_review"]
    assert ControlFinding.objects.count() == 3
    for model in (EvaluationRound, ControlFinding, AdvanceProject):
        assert not model.objects.filter(is_synthetic=False).exists()
    assert verify().is_intact
