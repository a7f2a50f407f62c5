"""Entering a work, its contract and the changes of it, and moving it from stage to stage."""

import re
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from shizheng.core.access import require
from shizheng.core.locations.place import Place
from shizheng.core.models import Agency, Area, User
from shizheng.kernel.national_identifiers.business import parse_business_number
from shizheng.kernel.text import fold, normalise
from shizheng.plan.models import Contractor, Item, PublicWork, WorkContract
from shizheng.plan.works.actions.moving import moved, told, written
from shizheng.plan.works.domain.stages import Stage, check_next
from shizheng.plan.works.errors import (
    ContractDaysWrong,
    ContractMissing,
    CurveMissing,
    NumberTaken,
    NumberUnfit,
)
from shizheng.plan.works.rules import works_rule

NUMBER = re.compile(r"[A-Z]{1,6}-[0-9][A-Z0-9-]{1,30}")
UNDER_CONTRACT = (Stage.CONSTRUCTION, Stage.COMPLETED)


@transaction.atomic
def work_register(
    *,
    by: User,
    at: datetime,
    agency: Agency,
    number: str,
    name: str,
    items: Sequence[Item] = (),
    place: Place | None = None,
    is_synthetic: bool = False,
) -> PublicWork:
    """Enter a work into the register (登錄工程); the pack says which unit controls it.

    Raises:
        NotPermitted: ``by`` may not register works of ``agency``.
        NumberUnfit, NumberTaken, ReasonMissing, WorksRuleMissing: why not.
    """
    require(by, "plan.edit_work", agency, at=at)
    number, name = normalise(number).strip().upper(), written(normalise(name))
    if not NUMBER.fullmatch(number):
        raise NumberUnfit(number=number[:40])
    if PublicWork.objects.filter(number=number).exists():
        raise NumberTaken(number=number)
    control = Agency.objects.get(code=works_rule().control)
    where = _located(place)
    work = PublicWork.objects.create(
        number=number,
        name=name,
        search_text=fold(f"{number} {name} {where['address']}"),
        agency=agency,
        control=control,
        is_synthetic=is_synthetic,
        registered_at=at,
        registered_by=by,
        **where,
    )
    work.items.set(items)
    now = {"name": name, "items": [item.code for item in items], "address": where["address"]}
    told(work, "registered", by=by, at=at, on_behalf_of=agency, now=now)
    return work


def _located(place: Place | None) -> dict[str, object]:
    if place is None:
        return {"address": ""}
    areas = {area.code: area for area in Area.objects.filter(
        code__in=[place.district_code, place.village_code]
    ).defer("shape")}  # fmt: skip
    return {
        "address": place.address,
        "district": areas.get(place.district_code),
        "village": areas.get(place.village_code),
        "longitude": place.longitude,
        "latitude": place.latitude,
        "geometry": dict(place.geometry) if place.geometry else None,
    }


@transaction.atomic
def contract_set(
    *,
    work: PublicWork,
    by: User,
    at: datetime,
    contractor_name: str,
    business_number: str,
    amount_twd: int,
    awarded_on: date,
    starts_on: date,
    ends_on: date,
    reason: str = "",
) -> WorkContract:
    """Record the contract of a work (契約), or a change of it with its reason (變更設計).

    Raises:
        NotPermitted: ``by`` may not edit works of the agency.
        ContractDaysWrong, ReasonMissing, ChangedMeanwhile: why not.
        CheckDigitWrong and its kin: no business number.
    """
    require(by, "plan.edit_work", work, at=at)
    if not awarded_on <= starts_on <= ends_on:
        raise ContractDaysWrong(awarded_on=awarded_on, starts_on=starts_on, ends_on=ends_on)
    before = work.contracts.order_by("-version").first()
    why = written(reason) if before else reason.strip()
    contractor = _contractor(business_number, written(contractor_name), work)
    moved(
        work, contractor=contractor, contract_twd=amount_twd, starts_on=starts_on, ends_on=ends_on
    )
    contract = WorkContract.objects.create(
        work=work,
        version=before.version + 1 if before else 1,
        contractor=contractor,
        amount_twd=amount_twd,
        awarded_on=awarded_on,
        starts_on=starts_on,
        ends_on=ends_on,
        days=(ends_on - starts_on).days + 1,
        reason=why,
        made_at=at,
        made_by=by,
    )
    happened = "contract_changed" if before else "contract_set"
    was = _as_kept(before) if before else None
    told(
        work, happened, by=by, at=at, on_behalf_of=work.agency,
        why=why, was=was, now=_as_kept(contract),
    )  # fmt: skip
    return contract


def _contractor(business_number: str, name: str, work: PublicWork) -> Contractor:
    contractor, _ = Contractor.objects.get_or_create(
        business_number=parse_business_number(business_number),
        defaults={"name": normalise(name), "is_synthetic": work.is_synthetic},
    )
    return contractor


def _as_kept(contract: WorkContract) -> dict[str, object]:
    """Return what the journal keeps of a contract."""
    return {
        "version": contract.version,
        "contractor": contract.contractor.business_number,
        "amount_twd": contract.amount_twd,
        "starts_on": contract.starts_on,
        "ends_on": contract.ends_on,
    }


@transaction.atomic
def stage_move(
    *, work: PublicWork, by: User, at: datetime, stage: str, reason: str, on: date | None = None
) -> PublicWork:
    """Move a work to its next stage (變更工程階段).

    Construction needs a contract and an adopted planned curve.

    Args:
        on: the day of completion, for the stage that has one; today if left out.

    Raises:
        NotPermitted, ReasonMissing, StageNotPossible, ContractMissing, CurveMissing: why not.
        ChangedMeanwhile: somebody acted on it first.
    """
    require(by, "plan.edit_work", work, at=at)
    why = written(reason)
    check_next(work.stage, stage, number=work.number)
    if stage in UNDER_CONTRACT and work.contract_twd is None:
        raise ContractMissing(number=work.number)
    if stage == Stage.CONSTRUCTION and not work.curves.filter(status="adopted").exists():
        raise CurveMissing(number=work.number)
    completed = work.completed_on
    if stage == Stage.COMPLETED:
        completed = on or timezone.localdate(at)
    elif stage == Stage.CONSTRUCTION:
        completed = None
    was = {"stage": str(work.stage)}
    moved(work, stage=stage, completed_on=completed)
    now = {"stage": str(stage), "completed_on": completed}
    told(work, "stage_moved", by=by, at=at, on_behalf_of=work.agency, why=why, was=was, now=now)
    return work
