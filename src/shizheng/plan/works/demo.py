"""The works' chapter of the demonstration's year: month by month, by the acts of real work."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from shizheng.core.demo_year import Chapter, Month, Say, chapters
from shizheng.core.locations.place import place_at
from shizheng.core.locations.shapes import Kind
from shizheng.core.models import Agency, User
from shizheng.kernel.errors import DomainError
from shizheng.packs.pack import Pack
from shizheng.plan.directives.selectors.facts import items_in_force
from shizheng.plan.models import AuditFault, PublicWork, WorkReport
from shizheng.plan.works.actions import auditing, planning, registering, reporting
from shizheng.plan.works.actions.auditing import GivenFault
from shizheng.plan.works.actions.warning import works_watch
from shizheng.plan.works.definitions import DemoAudit, DemoWork, DemoWorks
from shizheng.plan.works.domain.curves import Points, checked, planned_on
from shizheng.plan.works.domain.faults import FaultState
from shizheng.plan.works.domain.months import last_day, month_after, month_of, months_between
from shizheng.plan.works.domain.stages import Stage
from shizheng.plan.works.rules import works_rule
from shizheng.services.demonstration.people import Cast

ORDER = 15
WEIGHT = 0.1
MORNING = time(9, 30)
REPORTED_ON = timedelta(days=5)
S_CURVE = ((0, 0), (20, 8), (40, 30), (60, 62), (80, 90), (100, 100))
"""How works usually go: slowly, faster, slowly; per cent of the time to per cent of the work."""
log = structlog.get_logger()


def play(pack: Pack, month: Month, say: Say) -> None:
    """Let the invented works live through a month; what was told before stays."""
    for body in pack.bodies(DemoWorks):
        cast = Cast(month.now)
        for number, given in enumerate(body.works, start=1):
            try:
                with transaction.atomic():
                    Telling(given, cast, month).tell()
            except DomainError as refusal:
                log.warning("invented_work_refused", work=given.number, refusal=refusal.code)
            say(number / len(body.works))
        _watch(at=month.until - timedelta(seconds=1))


def _watch(*, at: datetime) -> None:
    """Look at the works as of then, unless more is known already: the past is not judged twice."""
    if not WorkReport.objects.filter(work__is_synthetic=True, filed_at__gt=at).exists():
        works_watch(rule=works_rule(), at=at)


chapters.register("works")(Chapter(ORDER, WEIGHT, play))


@dataclass
class Telling:
    """One invented work in one month of the year."""

    given: DemoWork
    cast: Cast
    month: Month

    def tell(self) -> None:
        """Begin the work if its time has come, then let the month happen to it."""
        if self.starts_on > self.today:
            return
        if not PublicWork.objects.filter(number=self.given.number).exists():
            self._begin()
        for happened in (self._reports, self._audits, self._corrections, self._completion):
            happened()

    @property
    def today(self) -> date:
        """The last day of the month, or of the demonstration."""
        return timezone.localdate(self.month.until - timedelta(seconds=1))

    @cached_property
    def starts_on(self) -> date:
        """The first day of the month in which the work began."""
        month = month_of(timezone.localdate(self.month.now))
        for _ in range(self.given.started_months_ago):
            month = month_of(month - timedelta(days=1))
        return month

    @cached_property
    def ends_on(self) -> date:
        """The last day of the last planned month."""
        month = self.starts_on
        for _ in range(self.given.months - 1):
            month = month_after(month)
        return last_day(month)

    @cached_property
    def points(self) -> Points:
        """The planned curve."""
        days = (self.ends_on - self.starts_on).days
        return checked(
            [
                (self.starts_on + timedelta(days=days * part // 100), Decimal(percent))
                for part, percent in S_CURVE
            ]
        )

    @property
    def work(self) -> PublicWork:
        """The work as it is now."""
        works = PublicWork.objects.select_related("agency", "control", "contractor")
        return works.get(number=self.given.number)

    @property
    def officer(self) -> User:
        """Who acts for the agency."""
        return self.cast.one("officer", self.given.agency)

    @property
    def controller(self) -> User:
        """Who acts for the control unit."""
        return self.cast.one("controller", works_rule().control)

    def _moment(self, day: date) -> datetime:
        """Return a morning, or the last moment of the month if that is earlier."""
        moment = timezone.make_aware(datetime.combine(day, MORNING))
        return min(moment, self.month.until - timedelta(seconds=1))

    def _begin(self) -> None:
        given, at = self.given, self._moment(self.starts_on)
        points = [(point.longitude, point.latitude) for point in given.points]
        kind = Kind.LINE if len(points) > 1 else Kind.POINT
        work = registering.work_register(
            by=self.officer,
            at=at,
            agency=Agency.objects.get(code=given.agency),
            number=given.number,
            name=given.name,
            items=items_in_force(given.items),
            place=place_at(points, kind, address=given.address, on=self.starts_on),
            is_synthetic=True,
        )
        registering.contract_set(
            work=work, by=self.officer, at=at,
            contractor_name=given.contractor, business_number=given.business_number,
            amount_twd=given.amount_twd, awarded_on=self.starts_on - timedelta(days=30),
            starts_on=self.starts_on, ends_on=self.ends_on,
        )  # fmt: skip
        reason = gettext("Invented: as contracted")
        planning.curve_propose(work=work, by=self.officer, at=at, points=self.points, reason=reason)
        planning.curve_decide(work=work, by=self.controller, at=at, is_adopted=True, note=reason)
        for stage in (Stage.TENDER, Stage.CONSTRUCTION):
            registering.stage_move(work=work, by=self.officer, at=at, stage=stage, reason=reason)

    def _reports(self) -> None:
        """File the report of each month on the fifth day of the next."""
        for month in self._months_due():
            work = self.work
            if work.stage == Stage.CONSTRUCTION and not work.reports.filter(month=month).exists():
                self._report(work, month)

    def _months_due(self) -> Iterator[date]:
        for count, month in enumerate(months_between(self.starts_on, self.ends_on), start=1):
            is_silent = self.given.stops_after is not None and count > self.given.stops_after
            if last_day(month) + REPORTED_ON <= self.today and not is_silent:
                yield month

    def _report(self, work: PublicWork, month: date) -> None:
        given, last = self.given, last_day(month)
        planned = planned_on(self.points, last) - planned_on(
            self.points, max(month - timedelta(days=1), self.starts_on)
        )
        percent = min(round(work.percent + planned * given.pace, 2), Decimal(100))
        due = int(given.amount_twd * percent * given.paid / 100) - work.paid_twd
        reporting.report_file(
            work=work, by=self.officer, at=self._moment(last + REPORTED_ON), month=month,
            percent=percent, paid_twd=max(due, 0), note=gettext("Invented: work goes on."),
        )  # fmt: skip

    def _audits(self) -> None:
        for number, audit in enumerate(self.given.audits, start=1):
            month = self.starts_on
            for _ in range(audit.after_months):
                month = month_after(month)
            day = month + timedelta(days=9)
            work = self.work
            if day <= self.today and work.audits.count() < number:
                self._audit(work, audit, day)

    def _audit(self, work: PublicWork, audit: DemoAudit, day: date) -> None:
        auditing.audit_record(
            work=work, by=self.controller, at=self._moment(day), audited_on=day,
            score=audit.score, team=gettext("Invented audit team"),
            note=gettext("Invented: seen on the spot."),
            faults=[
                GivenFault(code, gettext("Invented: found at the site.")) for code in audit.faults
            ],
        )  # fmt: skip

    def _corrections(self) -> None:
        """Correct as many faults of each audit as the pack says, and check them a week later."""
        for number, audit in enumerate(self.given.audits, start=1):
            faults = AuditFault.objects.filter(
                audit__work__number=self.given.number, audit__number=number, state=FaultState.OPEN,
                number__lte=audit.corrects,
            ).select_related("audit__work__agency", "audit__work__control")  # fmt: skip
            for fault in faults:
                if fault.due_on <= self.today:
                    self._correct(fault)

    def _correct(self, fault: AuditFault) -> None:
        at = self._moment(fault.due_on)
        text = gettext("Invented: put right by the contractor.")
        auditing.correction_file(fault=fault, by=self.officer, at=at, text=text)
        auditing.correction_check(
            fault=fault, by=self.controller, at=self._moment(fault.due_on + timedelta(days=7)),
            is_accepted=True, note=gettext("Invented: checked on the spot."),
        )  # fmt: skip

    def _completion(self) -> None:
        work = self.work
        if work.stage == Stage.CONSTRUCTION and work.percent == 100 and work.reported_for:
            day = last_day(work.reported_for)
            registering.stage_move(
                work=work, by=self.officer, at=self._moment(day + REPORTED_ON),
                stage=Stage.COMPLETED, reason=gettext("Invented: all is built."), on=day,
            )  # fmt: skip
