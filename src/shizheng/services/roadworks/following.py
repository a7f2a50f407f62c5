"""Cases of permits to dig follow what happens to the permits of their work (挖掘許可案件).

The work knows the number of its case; which action follows which state of a permit stands in the
pack's ``digging``.
"""

from datetime import datetime

import structlog

from shizheng.kernel.errors import DomainError
from shizheng.places.digging.city import digging_rules
from shizheng.places.digging.errors import DiggingUnset
from shizheng.places.digging.models import DigPermit
from shizheng.services.actions.acting import Given, case_act
from shizheng.services.models import Case
from shizheng.services.versions import definition_by

SIZE = 500
log = structlog.get_logger()


def cases_follow(*, at: datetime) -> int:
    """Move the open cases of works to where their newest permit is; returns how many moved."""
    try:
        cases = digging_rules().body.cases
    except DiggingUnset:
        return 0
    if cases is None:
        return 0
    rows = Case.objects.filter(service__code=cases.service, is_open=True)
    known = list(rows.order_by("opened_at", "pk"))
    actions: dict[str, str] = {str(state): name for state, name in cases.on.items()}
    moved = 0
    for start in range(0, len(known), SIZE):
        some = known[start : start + SIZE]
        newest = _newest([case.number for case in some])
        for case in some:
            permit = newest.get(case.number)
            action = actions.get(permit.state) if permit else None
            if permit is not None and action is not None:
                moved += _moved(case, action, permit, at)
    return moved


def _newest(numbers: list[str]) -> dict[str, DigPermit]:
    """Return the newest permit of each work by the number of its case."""
    rows = DigPermit.objects.filter(record__case_number__in=numbers).select_related("record")
    return {row.record.case_number: row for row in rows.order_by("record", "sequence")}


def _moved(case: Case, name: str, permit: DigPermit, at: datetime) -> bool:
    action = definition_by(case.version_id).actions.get(name)
    if action is None or action.to == case.state or case.state not in action.from_:
        return False
    try:
        case_act(
            case=case, action=name, by=None, at=at, given=Given(note=permit.number), is_system=True
        )
    except DomainError as refusal:
        log.info("case_not_moved", case=case.number, permit=permit.number, why=refusal.code)
        return False
    return True
