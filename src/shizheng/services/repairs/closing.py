"""Cases of residents close when the repair of their thing was verified (複查後結案).

Which action of the case that is, stands in the pack's ``upkeep``. Who verified is not told to the
resident; what was done is.
"""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from shizheng.kernel.errors import DomainError
from shizheng.places.models import FaultReport, Upkeep, WorkOrder
from shizheng.places.upkeep.actions.reporting import Source
from shizheng.places.upkeep.city import body_of
from shizheng.places.upkeep.definitions import PublicReportOf
from shizheng.services.actions.acting import Given, case_act
from shizheng.services.models import Case
from shizheng.services.versions import definition_by

LOOKED_BACK = timedelta(days=3)
log = structlog.get_logger()


def cases_close(*, at: datetime) -> int:
    """Close the open cases whose orders ended in the last days; returns how many.

    A case waits as long as another order of it is open. What the case itself refuses, such as a
    state in which nothing can be closed, is left to the officers of the case.
    """
    closed = 0
    for upkeep in Upkeep.objects.filter(is_kept=True).select_related("current"):
        for rule in body_of(upkeep).reports:
            if rule.closes is not None:
                closed += _closed(upkeep, rule, at)
    return closed


def _closed(upkeep: Upkeep, rule: PublicReportOf, at: datetime) -> int:
    ended = FaultReport.objects.filter(
        source=Source.PUBLIC, order__upkeep=upkeep, order__ended_at__gt=at - LOOKED_BACK
    )
    cases = Case.objects.filter(
        service__code=rule.service, is_open=True, number__in=ended.values("reference")
    )
    return sum(_close(case, rule, at) for case in cases.order_by("opened_at", "pk"))


def _close(case: Case, rule: PublicReportOf, at: datetime) -> bool:
    reports = FaultReport.objects.filter(source=Source.PUBLIC, reference=case.number)
    reports = reports.select_related("order__upkeep").order_by("order__ended_at", "pk")
    orders = [each.order for each in reports]
    if rule.closes is None or any(each.state in WorkOrder.LIVE for each in orders):
        return False
    last = orders[-1]
    if _reopened_after(case, last.ended_at):
        return False
    is_sound = last.state == WorkOrder.State.VERIFIED
    action = rule.closes.verified if is_sound else rule.closes.cancelled
    if action is None:
        return False
    told = last.result if is_sound else last.why
    with override(settings.LANGUAGE_CODE):
        note = _("Work order {number}, looked at again.").format(number=last.number)
    fields = {rule.closes.field: told} if rule.closes.field else {}
    try:
        case_act(
            case=case, action=action, by=None, at=at, given=Given(fields=fields, note=note),
            is_system=True,
        )  # fmt: skip
    except DomainError as refusal:
        log.info("case_not_closed", case=case.number, order=last.number, why=refusal.code)
        return False
    return True


def _reopened_after(case: Case, ended_at: datetime | None) -> bool:
    """Whether the case was opened again after the repair: then that repair is spent."""
    if not case.reopened_count or ended_at is None:
        return False
    states = definition_by(case.version_id).states
    final = [key for key, state in states.items() if state.final]
    again = case.events.filter(from_state__in=final).exclude(to_state__in=final)
    return again.filter(at__gt=ended_at).exists()
