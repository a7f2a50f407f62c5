"""The chapter of polls and datasets in the demonstration's year, told by the usual acts."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar

import structlog
from django.db import transaction
from django.utils import timezone

from shizheng.core.demo_year import Chapter, Month, Say, chapters, months_before
from shizheng.core.models import Agency, User
from shizheng.core.words import FALLBACK, in_language
from shizheng.kernel.errors import DomainError
from shizheng.packs.pack import Pack
from shizheng.services.demonstration.people import Cast
from shizheng.statistics.datasets.actions import Described, dataset_make, version_receive
from shizheng.statistics.demonstration.definitions import (
    DemoCity,
    DemoDataset,
    DemoFigures,
    DemoPoll,
    DemoResult,
)
from shizheng.statistics.models import Dataset, Indicator, PeerFigure, Poll
from shizheng.statistics.peers import actions as peers
from shizheng.statistics.polls import actions
from shizheng.statistics.polls.importing import Result

ORDER, WEIGHT = 18, 0.02
ENTERS, SIGNS = "officer", "supervisor"
FIELDWORK, REPORTED, SIGNED, CORRECTED = (timedelta(days=n) for n in (6, 4, 6, 12))
log = structlog.get_logger()
Told = TypeVar("Told")


def play(pack: Pack, month: Month, say: Say) -> None:
    """Tell what is signed in this month; cities and datasets in the last. Nothing twice."""
    for body in pack.bodies(DemoFigures):
        telling = Telling(body, month)
        for poll in body.polls:
            telling.safely(telling.poll, poll)
        if month.until == month.now:
            for city in body.cities:
                telling.safely(telling.city, city)
            for dataset in body.datasets:
                telling.safely(telling.dataset, dataset)


chapters.register("polls")(Chapter(ORDER, WEIGHT, play))


class Telling:
    """What is told of one month."""

    def __init__(self, body: DemoFigures, month: Month) -> None:
        self.body, self.month = body, month
        self.cast = Cast(month.now)
        self.name = in_language(Agency.objects.get(code=body.agency).name, FALLBACK)

    def safely(self, act: Callable[[Told], object], given: Told) -> None:
        """Tell one thing whole or not at all; a refusal stops no other."""
        try:
            with transaction.atomic():
                act(given)
        except DomainError as refusal:
            log.warning("invented_figures_refused", refusal=refusal.code)

    def poll(self, given: DemoPoll) -> None:
        """Enter, sign and perhaps correct a poll."""
        last = self.month.now - timedelta(days=given.days_ago)
        signed = min(last + SIGNED, self.month.now)
        is_now = self.month.since <= signed < self.month.until or signed == self.month.now
        if not is_now or Poll.objects.filter(code=given.code).exists():
            return
        agency = Agency.objects.get(code=self.body.agency)
        officer, chief = (self.cast.one(role, agency.code) for role in (ENTERS, SIGNS))
        entered = min(last + REPORTED, signed)
        made = actions.poll_enter(
            code=given.code, agency=agency, facts=self._facts(given, last), by=officer, at=entered,
            is_synthetic=True,
        )  # fmt: skip
        self._add(made, given.results, officer, entered)
        actions.poll_sign(poll=made, by=chief, at=signed)
        if given.corrects:
            at = min(signed + CORRECTED, self.month.now)
            made.refresh_from_db()
            later = actions.poll_correct(poll=made, correction=given.correction, by=officer, at=at)
            later.results.all().delete()
            self._add(later, given.corrects, officer, at)
            actions.poll_sign(poll=later, by=chief, at=at)

    def _facts(self, given: DemoPoll, last: datetime) -> actions.Facts:
        return actions.Facts(
            title=given.title,
            commissioned_by=given.conducted_by if given.is_media else self.name,
            conducted_by=given.conducted_by, questionnaire_version="1",
            questionnaire=self.body.questionnaire, frame=self.body.frame, mode="telephone",
            fieldwork_from=timezone.localdate(last - FIELDWORK),
            fieldwork_to=timezone.localdate(last), responses=given.responses,
            weighting=self.body.weighting, contacted=given.contacted, is_media=given.is_media,
            source=given.source,
        )  # fmt: skip

    def _add(self, poll: Poll, results: Sequence[DemoResult], by: User, at: datetime) -> None:
        for each in results:
            actions.result_add(poll=poll, result=Result(**dict(each)), by=by, at=at)

    def city(self, given: DemoCity) -> None:
        """Enter and sign figures of a city that there is not."""
        indicator = Indicator.objects.filter(code=given.indicator).first()
        known = PeerFigure.objects.filter(indicator=indicator, city=given.city)
        if indicator is None or known.exists():
            return
        officer, chief = (self.cast.one(role, indicator.owner.code) for role in (ENTERS, SIGNS))
        file = io.StringIO()
        writer = csv.writer(file)
        writer.writerow(peers.COLUMNS)
        months = [since.astimezone(timezone.get_current_timezone()) for since, _until in
                  months_before(self.month.now)][-1 - len(given.values) : -1]  # fmt: skip
        for month, value in zip(months, given.values, strict=True):
            day = min(_next(month.date()), timezone.localdate(self.month.now))
            source = "〔示範〕虛構城市之虛構統計"
            writer.writerow(
                [given.city, f"{month:%Y-%m}", value, source, day.isoformat(), given.difference]
            )
        at = self.month.now - timedelta(minutes=30)
        peers.peers_import(
            indicator=indicator, content=file.getvalue().encode(), by=officer, at=at,
            is_synthetic=True,
        )  # fmt: skip
        rows = PeerFigure.objects.filter(indicator=indicator, city=given.city, signed_at=None)
        peers.peers_sign(figures=list(rows.select_related("indicator__owner")), by=chief, at=at)

    def dataset(self, given: DemoDataset) -> None:
        """Describe a dataset and send its file; a worker reads and publishes it."""
        if Dataset.objects.filter(code=given.code).exists():
            return
        owner = Agency.objects.get(code=given.owner)
        at = self.month.now
        said = Described(
            title=dict(given.title), description=dict(given.description), theme=given.theme,
            licence="odgl-1.0", frequency="ANNUAL", contact="demo@example.org", is_synthetic=True,
        )  # fmt: skip
        made = dataset_make(code=given.code, owner=owner, said=said, by=None, at=at)
        version_receive(
            dataset=made, content=io.BytesIO(given.rows.encode()), name=f"{given.code}.csv",
            by=None, at=at, publishes=True,
        )  # fmt: skip


def _next(first: date) -> date:
    return (first + timedelta(days=40)).replace(day=10)
