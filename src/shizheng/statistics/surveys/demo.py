"""A small invented survey in the field, for the demonstration: addresses, visits, answers."""

import hashlib
import json
import random
from collections.abc import Iterator
from datetime import timedelta

from shizheng.core.demo_year import Chapter, Month, Say, chapters
from shizheng.core.models import User
from shizheng.packs.pack import Pack
from shizheng.statistics.models import SurveyArea, SurveyRound
from shizheng.statistics.surveys.actions.rounds import (
    Listed,
    addresses_add,
    area_assign,
    round_open,
)
from shizheng.statistics.surveys.actions.sending import Visit, record_send
from shizheng.statistics.surveys.definitions import DemoSurvey
from shizheng.statistics.surveys.selectors import definition_of

ORDER = 15
EVERY_REFUSAL, EVERY_ABSENCE = 13, 7
"""Of the visits, which ones meet somebody who refuses, or nobody."""


def play(pack: Pack, month: Month, say: Say) -> None:
    """Hold the survey once, in the last month; played again it adds nothing."""
    if month.until != month.now:
        return
    for body in pack.bodies(DemoSurvey):
        survey = SurveyRound.objects.get(code=body.survey)
        if survey.state == SurveyRound.State.PLANNED:
            survey_play(body, survey, month)


def survey_play(body: DemoSurvey, survey: SurveyRound, month: Month) -> None:
    """List the addresses, give the areas away, open the survey and send the visits."""
    begun = month.now - timedelta(days=5)
    listed = [
        Listed(area.id, area.village, f"{area.id}-{number:03}", f"{body.road} {number} 號")
        for area in body.areas for number in range(1, area.addresses + 1)
    ]  # fmt: skip
    addresses_add(survey=survey, listed=listed, by=None, at=begun)
    people = {each.username: each for each in User.objects.filter(username__in=body.enumerators)}
    for place, area in enumerate(SurveyArea.objects.filter(round=survey).order_by("code")):
        person = people[body.enumerators[place % len(body.enumerators)]]
        area_assign(area=area, person=person, by=None, at=begun)
    round_open(survey=survey, by=None, at=begun, seed=str(body.seed), is_synthetic=True)
    for username, visit in _visits(body, survey, month):
        record_send(visit=visit, by=people[username], at=visit.noted_at + timedelta(hours=1))


def _visits(body: DemoSurvey, survey: SurveyRound, month: Month) -> Iterator[tuple[str, Visit]]:
    chance, table = random.Random(body.seed), definition_of(survey).people.table  # noqa: S311 - invented
    ordered = sorted(body.areas, key=lambda area: area.id)
    for place, area in enumerate(ordered):
        for number in range(1, area.visited + 1):
            outcome = "complete"
            if number % EVERY_REFUSAL == 0:
                outcome = "refused"
            elif number % EVERY_ABSENCE == 0:
                outcome = "absent"
            home = chance.choice(body.households)
            answers = {**home.answers, table: [dict(each) for each in home.people]}
            key = f"demo-{area.id}-{number:04}"
            visit = Visit(
                survey=survey.code, number=f"{area.id}-{number:03}", outcome=outcome,
                noted_at=month.now - timedelta(hours=chance.randint(3, 96)), offline_id=key,
                digest=hashlib.sha256(json.dumps([key, outcome]).encode()).hexdigest(),
                answers=answers if outcome == "complete" else {},
            )  # fmt: skip
            yield body.enumerators[place % len(body.enumerators)], visit


chapters.register("surveys")(Chapter(ORDER, 0.02, play))
