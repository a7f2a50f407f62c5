"""Invented information security for a demonstration (示範資安資料), made by the usual acts."""

import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from shizheng.core.demo_year import Chapter, Month, Say, chapters
from shizheng.core.models import Agency
from shizheng.kernel.errors import DomainError
from shizheng.packs.pack import Pack
from shizheng.plan.models import InformationSystem
from shizheng.plan.security.actions import finding, measuring, registering, watching
from shizheng.plan.security.actions import incident as incidents
from shizheng.plan.security.definitions import DemoExercise, DemoFinding, DemoHost, DemoSecurity
from shizheng.plan.security.domain.hosts import HostFigures
from shizheng.plan.security.rules import security_rule
from shizheng.plan.works.domain.months import month_of
from shizheng.services.demonstration.people import Cast

ORDER = 16
WEIGHT = 0.02
MORNING = time(9, 30)
MONTHS = 6
log = structlog.get_logger()


def play(pack: Pack, month: Month, say: Say) -> None:
    """Tell it all in the last month: systems, findings, drills, hosts and an incident that runs."""
    if month.until != month.now or InformationSystem.objects.filter(is_synthetic=True).exists():
        return
    for body in pack.bodies(DemoSecurity):
        try:
            with transaction.atomic():
                Telling(body, month.now).tell()
        except DomainError as refusal:
            log.warning("invented_security_refused", refusal=refusal.code)


chapters.register("security")(Chapter(ORDER, WEIGHT, play))


class Telling:
    """The invented systems of a demonstration."""

    def __init__(self, body: DemoSecurity, now: datetime) -> None:
        self.body, self.now = body, now
        self.cast = Cast(now)
        self.agencies = {agency.code: agency for agency in Agency.objects.all()}
        self.systems: list[InformationSystem] = []

    def tell(self) -> None:
        """Let everything happen, the earliest first, a moment before now."""
        for given in self.body.information_systems:
            self.systems.append(
                registering.system_register(
                    by=self.cast.one("security_officer", given.agency),
                    at=self._ago(300),
                    agency=self.agencies[given.agency],
                    name=given.name,
                    protection=given.protection,
                    is_core=given.is_core,
                    is_synthetic=True,
                )
            )
            self._software(given.software)
        for found in self.body.found:
            self._finding(found)
        for held in self.body.exercises:
            self._exercise(held)
        for host in self.body.hosts:
            self._host(host)
        self._incident()
        watching.findings_watch(rule=security_rule(), at=self.now - timedelta(minutes=1))

    def _ago(self, days: int) -> datetime:
        day = timezone.localdate(self.now) - timedelta(days=days)
        moment = timezone.make_aware(datetime.combine(day, MORNING))
        return min(moment, self.now - timedelta(minutes=30))

    def _day(self, days: int) -> date:
        return timezone.localdate(self._ago(days))

    def _software(self, software: tuple[tuple[str, str], ...]) -> None:
        if not software:
            return
        system = self.systems[-1]
        listed = {
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "components": [
                {"type": "library", "name": name, "version": version} for name, version in software
            ],
        }
        measuring.software_import(
            system=system,
            by=self.cast.one("security_officer", system.agency.code),
            at=self._ago(30),
            content=json.dumps(listed).encode(),
        )

    def _finding(self, given: DemoFinding) -> None:
        system = self.systems[given.system - 1]
        officer = self.cast.one("security_officer", system.agency.code)
        found_on = self._day(given.found_days_ago)
        made = finding.finding_record(
            by=officer, at=self._ago(given.found_days_ago), agency=system.agency, system=system,
            kind=given.kind, title=given.title, severity=given.severity, control=given.control,
            found_on=found_on, due_on=found_on + timedelta(days=given.due_after_days),
            owner=officer, is_synthetic=True,
        )  # fmt: skip
        if given.fixed_after_days:
            fixed_on = found_on + timedelta(days=given.fixed_after_days)
            finding.finding_fix(
                finding=made, by=officer, fixed_on=fixed_on, note=gettext("Invented: mended."),
                at=self._ago(given.found_days_ago - given.fixed_after_days),
            )  # fmt: skip

    def _exercise(self, given: DemoExercise) -> None:
        system = self.systems[given.system - 1]
        registering.exercise_record(
            by=self.cast.one("security_officer", system.agency.code),
            at=self._ago(given.held_days_ago),
            agency=system.agency,
            system=system if given.kind in registering.OF_SYSTEM else None,
            kind=given.kind,
            held_on=self._day(given.held_days_ago),
            is_passed=given.is_passed,
            result=gettext("Invented: held as planned."),
            people=given.people,
            failed_people=given.failed_people,
            is_synthetic=True,
        )

    def _host(self, given: DemoHost) -> None:
        """Enter a host and its months: use and energy sway a little, the same way each time."""
        system = self.systems[given.system - 1]
        officer = self.cast.one("security_officer", system.agency.code)
        registering.host_register(
            by=officer, at=self._ago(250), agency=system.agency, system=system, name=given.name,
            moved_on=self._day(250), kwh_before=Decimal(given.kwh_before), is_synthetic=True,
        )  # fmt: skip
        month, figures = month_of(timezone.localdate(self.now)), []
        for count in range(MONTHS):
            month = month_of(month - timedelta(days=1))
            sway = (month.month * 7 + given.kwh) % 11 - 5
            figures.append(
                HostFigures(
                    line=count + 2, host=given.name, month=month,
                    utilisation=Decimal(48 + sway), availability=Decimal("99.90"),
                    kwh=Decimal(given.kwh + sway),
                )
            )  # fmt: skip
        measuring.host_months_file(by=officer, at=self._ago(1), figures=figures)

    def _incident(self) -> None:
        """Let an incident be known this morning, reported in time and not yet under control."""
        system = self.systems[-1]
        officer = self.cast.one("security_officer", system.agency.code)
        known_at = self.now - timedelta(hours=5)
        opened = incidents.incident_open(
            by=officer, at=known_at + timedelta(minutes=10), agency=system.agency, system=system,
            title=gettext("Invented: a page was changed"), level="1", known_at=known_at,
            text=gettext("Invented: found by the daily look at the page."), is_synthetic=True,
        )  # fmt: skip
        incidents.incident_report(
            incident=opened, by=officer, at=known_at + timedelta(minutes=35),
            text=gettext("Invented: reported by the platform."), reference="DEMO-1",
        )  # fmt: skip
        incidents.indicators_note(
            incident=opened, by=officer, at=known_at + timedelta(minutes=50), kind="domain",
            marking="amber", values=["invented.example"],
        )  # fmt: skip
