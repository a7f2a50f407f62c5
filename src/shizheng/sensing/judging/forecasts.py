"""Forecasts of gauges: fitted every night, read by the board as time to a level."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from shizheng.kernel.geodesy import distance_m
from shizheng.sensing.alerting.selectors import (
    Place,
    body_of,
    places_of,
    readings_usable,
    rule_of,
    rules_kept,
    streams_watched,
)
from shizheng.sensing.domain.forecasting import (
    HORIZONS,
    LAGS,
    RAIN_LAGS,
    STEP_S,
    Floats,
    Model,
    Skill,
    fitted,
    forecast,
    gridded,
)
from shizheng.sensing.domain.quality import DOUBTFUL
from shizheng.sensing.domain.warnings import Level, Machine, Reading, Rule
from shizheng.sensing.models import LevelModel

HISTORY = timedelta(days=90)
RAIN = "rain"
RAIN_WITHIN_M = 5_000
LOOK_BACK = (LAGS + RAIN_LAGS + 2) * STEP_S


def models_fit(*, at: datetime) -> int:
    """Fit the model of every gauge that a rule watches anew (率定水位預報模式); return how many.

    A gauge whose history is too short has none, and none is made up for it.
    """
    count = 0
    rain = _rain_places()
    for places, _rule, _low in _watched():
        for stream, place in places.items():
            near = _nearest_rain(place, rain)
            chosen = {stream: place} | ({near.stream: near} if near else {})
            readings = readings_usable(chosen, at - HISTORY, at, int(DOUBTFUL))
            if len(readings[stream]) < HORIZONS[-1] + LAGS:
                continue
            start = readings[stream][0].at
            steps = int((readings[stream][-1].at - start) // STEP_S) + 1
            wet = _grid(readings[near.stream], start, steps) if near else None
            model = fitted(_grid(readings[stream], start, steps), wet)
            if model is None and wet is not None:
                model, near = fitted(_grid(readings[stream], start, steps)), None
            if model is None:
                LevelModel.objects.filter(pk=stream).delete()
                continue
            _keep(stream, model, near.stream if near else None, at)
            count += 1
    return count


def _watched() -> list[tuple[dict[int, Place], Rule, float | None]]:
    found = []
    for row in rules_kept():
        body = body_of(row)
        is_water = "Met" in {each.value for each in body.category}
        if body.subject == "stream" and is_water and body.observed_property != RAIN:
            places = places_of(list(streams_watched([body.observed_property])))
            found.append((places, rule_of(row), 0.0 if "depth" in body.observed_property else None))
    return found


def _rain_places() -> list[Place]:
    return list(places_of(list(streams_watched([RAIN]))).values())


def _nearest_rain(place: Place, rain: Sequence[Place]) -> Place | None:
    if place.longitude is None or place.latitude is None:
        return None
    spot = (place.longitude, place.latitude)
    near = sorted(
        (distance_m(spot, (each.longitude, each.latitude)), each.stream, each)
        for each in rain
        if each.longitude is not None and each.latitude is not None
    )
    return near[0][2] if near and near[0][0] <= RAIN_WITHIN_M else None


def _grid(readings: Sequence[Reading], start: float, steps: int) -> Floats:
    times = np.array([each.at for each in readings], np.float64)
    return gridded(times, np.array([each.value for each in readings], np.float64), start, steps)


def _keep(stream: int, model: Model, rain: int | None, at: datetime) -> None:
    LevelModel.objects.update_or_create(
        stream=stream,
        defaults={
            "fitted_at": at, "rain": rain, "step_s": STEP_S,
            "weights": {str(horizon): list(each) for horizon, each in model.weights.items()},
            "fitted_count": model.fitted_count, "tested_count": model.tested_count,
            "skill": [
                [each.horizon, each.rows, each.error, each.persistence] for each in model.skills
            ],
        },
    )  # fmt: skip


def model_of(row: LevelModel) -> Model:
    """Return a stored model as the domain has it."""
    return Model(
        weights={int(horizon): tuple(each) for horizon, each in row.weights.items()},
        skills=tuple(Skill(int(h), int(n), e, p) for h, n, e, p in row.skill),
        fitted_count=row.fitted_count, tested_count=row.tested_count,
        has_rain=row.rain is not None,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is forecast of a gauge (預報): levels by minute, and when a higher warning comes.

    ``level`` is the level that would be raised within the hour, ``minutes`` when; both None where
    none would. ``skill`` is that of the horizon at which it would, beside persistence.
    """

    place: Place
    now: float
    values: tuple[tuple[int, float], ...]
    level: Level | None
    minutes: int | None
    skill: Skill
    fitted_at: datetime


def ahead(at: datetime) -> list[Ahead]:
    """Return the forecasts of gauges that may reach a higher level within the hour, soonest first.

    Only horizons that did better than persistence count, and only gauges heard of just now.
    """
    rows = {row.stream: row for row in LevelModel.objects.all()}
    found = []
    for places, rule, low in _watched() if rows else ():
        chosen = {pk: place for pk, place in places.items() if pk in rows}
        for stream, place in chosen.items():
            each = _ahead(rows[stream], place, rule, low, at)
            if each is not None:
                found.append(each)
    return sorted(
        found, key=lambda each: (each.minutes is None, each.minutes or 0, each.place.name)
    )


def _ahead(
    row: LevelModel, place: Place, rule: Rule, low: float | None, at: datetime
) -> Ahead | None:
    model = model_of(row)
    used = [each for each in model.skills if each.is_used]
    since = at - timedelta(seconds=max(LOOK_BACK, rule.reach))
    wanted = {place.stream: place}
    if row.rain is not None:
        wanted[row.rain] = Place(row.rain, "", None, None, None, place.block_us)
    readings = readings_usable(wanted, since, at, rule.unusable)
    them = readings[place.stream]
    if not used or not them or at.timestamp() - them[-1].at > 2 * STEP_S:
        return None
    steps = LAGS + RAIN_LAGS
    start = them[-1].at - (steps - 1) * STEP_S
    wet = _grid(readings[row.rain], start, steps) if row.rain is not None else None
    said = forecast(model, _grid(them, start, steps), wet, low=low)
    if not said:
        return None
    horizon, level, minutes = _reached(rule, them, said, at)
    skill = next((each for each in used if each.horizon >= (horizon or 1)), used[-1])
    return Ahead(
        place, them[-1].value,
        tuple((each * STEP_S // 60, round(value, 1)) for each, value in said.items()),
        level, minutes, skill, row.fitted_at,
    )  # fmt: skip


def _reached(
    rule: Rule, readings: Sequence[Reading], said: dict[int, float], at: datetime
) -> tuple[int | None, Level | None, int | None]:
    """Ask the rule itself of the forecast: which level it would raise, and in how many minutes."""
    machine = Machine(rule, ["0"])
    for each in readings:
        machine.take("0", each.at, each.value)
    before, newest = machine.state.level(rule), readings[-1].at
    for horizon, value in sorted(said.items()):
        machine.take("0", newest + horizon * STEP_S, value)
        level = machine.state.level(rule)
        if level > before:
            away = newest + horizon * STEP_S - at.timestamp()
            return horizon, level, max(round(away / 60), 0)
    return None, None, None


def models_listed() -> list[tuple[str, LevelModel, Model]]:
    """Return every model with the name of its post, by name."""
    rows = {row.stream: row for row in LevelModel.objects.all()}
    names = {pk: place.name for places, _rule, _low in _watched() for pk, place in places.items()}
    listed = [(names.get(pk, str(pk)), row, model_of(row)) for pk, row in rows.items()]
    return sorted(listed, key=lambda each: (each[0], each[1].stream))


__all__ = ["Ahead", "ahead", "model_of", "models_fit", "models_listed"]
