"""Trying how much a zone bears (抽水試算), and recording what was decided."""

from datetime import datetime

from django.db import transaction

from shizheng.core import journal
from shizheng.core.access import require
from shizheng.core.models import User
from shizheng.kernel.errors import N_, DomainError
from shizheng.kernel.text import cleaned
from shizheng.sensing.access import MANAGE
from shizheng.sensing.domain.groundwater import levels_of
from shizheng.sensing.groundwater.selectors import body_of, zone_now
from shizheng.sensing.models import GroundwaterZone, PumpingTrial

MOST_DAYS, MOST_M3 = 730, 100_000_000


class TrialUnfit(DomainError):
    """Pumping cannot be tried so (無法試算)."""

    code = "sensing.trial_unfit"
    message = N_("Pumping is tried for 1 to 730 days, from 0 m³ a day on.")
    hint = N_("Correct the amount or the days.")


class LevelUnknown(DomainError):
    """No well of the zone was heard of, so there is no level to begin from (水位不明)."""

    code = "sensing.level_unknown"
    message = N_("No well of this zone has told its level in the last two days.")
    hint = N_("Give the level to begin from, as it was read at a well.")
    status = 409


class TrialChosen(DomainError):
    """Something was decided on this trial before (已有決定)."""

    code = "sensing.trial_chosen"
    message = N_("This trial was chosen before; what was decided stays as it is.")
    hint = N_("Try again and choose the new trial; the newest choice counts.")
    status = 409


@transaction.atomic
def trial_make(
    *, zone: GroundwaterZone, pumping_m3_day: float, days: int, by: User, at: datetime,
    begins_m: float | None = None,
) -> PumpingTrial:  # fmt: skip
    """Reckon the level of a zone under so much pumping (試算抽水情境); nothing is decided by it.

    Args:
        begins_m: the level to begin from; None for the mean of its wells now.

    Raises:
        NotPermitted: ``by`` does not keep the things of the zone's agency.
        TrialUnfit, LevelUnknown: why not.
    """
    require(by, MANAGE, zone)
    if not (0 <= pumping_m3_day <= MOST_M3 and 1 <= days <= MOST_DAYS):
        raise TrialUnfit
    body = body_of(zone)
    begins = zone_now(zone, at).now.level_m if begins_m is None else begins_m
    if begins is None:
        raise LevelUnknown
    levels = [round(each, 3) for each in levels_of(body.zone(), begins, pumping_m3_day, days)]
    made = PumpingTrial.objects.create(
        zone=zone, version_id=zone.current_id, pumping_m3_day=pumping_m3_day, days=days,
        begins_m=round(begins, 3), levels=levels, lowest_m=min(levels),
        is_safe=min(levels) >= body.safe_m, is_permitted=pumping_m3_day <= body.permitted_m3_day,
        made_at=at, made_by=by,
    )  # fmt: skip
    facts = {"zone": zone.code, "pumping_m3_day": pumping_m3_day, "lowest_m": made.lowest_m}
    journal.record("sensing.pumping.tried", made, by=by, at=at, now=facts)
    return made


@transaction.atomic
def trial_choose(*, trial: PumpingTrial, why: str, by: User, at: datetime) -> PumpingTrial:
    """Record that this is what the city does, and why (核定抽水方案); it stays as it is.

    Raises:
        NotPermitted: ``by`` does not keep the things of the zone's agency.
        TrialChosen: it was chosen before.
    """
    require(by, MANAGE, trial)
    rows = PumpingTrial.objects.filter(pk=trial.pk, chosen_at=None)
    if not rows.update(chosen_at=at, chosen_by=by, why=cleaned(why).strip()[:500]):
        raise TrialChosen
    trial.refresh_from_db()
    facts = {
        "zone": trial.zone.code, "pumping_m3_day": trial.pumping_m3_day,
        "is_safe": trial.is_safe, "is_permitted": trial.is_permitted,
    }  # fmt: skip
    journal.record("sensing.pumping.chosen", trial, by=by, at=at, why=why, now=facts)
    return trial
