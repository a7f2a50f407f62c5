"""Invented directives for a demonstration (示範列管事項), made by the same acts as real ones."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from shizheng.core.loading import demo_loaders
from shizheng.core.models import Agency, Role, RoleGrant, User
from shizheng.kernel.errors import N_, DomainError
from shizheng.packs.pack import Pack
from shizheng.plan.definitions import (
    DemoDirective,
    DemoDirectives,
    DemoExtension,
    DemoRelease,
    DemoReport,
)
from shizheng.plan.directives.actions import extending, issuing, releasing, reporting
from shizheng.plan.directives.actions.escalating import directives_escalate
from shizheng.plan.directives.domain.periods import Cadence, period_of
from shizheng.plan.directives.errors import CalendarMissing, EscalationRuleMissing
from shizheng.plan.directives.selectors import city
from shizheng.plan.directives.selectors.facts import items_in_force, partners_missing
from shizheng.plan.models import Directive, DirectiveReport

MORNING = time(9, 30)
LONG_AGO = timedelta(days=3_660)
LEAD = frozenset({"plan.view_restricted", "plan.report_progress", "plan.request_extension"})
PARTNER = frozenset({"plan.view_restricted", "plan.countersign_report"})
CONTROL = frozenset(
    {
        "plan.view_restricted",
        "plan.issue_directive",
        "plan.return_report",
        "plan.decide_extension",
        "plan.release_directive",
    }
)


class DemoRoleMissing(DomainError):
    """The pack has no role that could do what the demonstration shows (缺少示範所需角色)."""

    code = "plan.directive.demo_role_missing"
    message = N_("No role of the pack may do all of this: {permissions}.")
    hint = N_("Give one role these permissions, or leave the demonstration's directives out.")


@demo_loaders.register("directives")
def demo_directives_load(pack: Pack, *, at: datetime) -> int:
    """Add the directives that are not there yet; return how many were added."""
    added = 0
    for body in pack.bodies(DemoDirectives):
        for given in body.directives:
            known = Directive.objects.filter(is_synthetic=True, wording=given.wording)
            if not known.exists():
                _Story(given, at).tell()
                added += 1
    if added:
        _escalate(at)
    return added


def _escalate(at: datetime) -> None:
    """Let the overdue ones climb, where the pack says how."""
    try:
        directives_escalate(rule=city.escalation_rule(), calendar=city.work_calendar(), at=at)
    except (EscalationRuleMissing, CalendarMissing):
        return


def actor(username: str, name: str, needs: frozenset[str], *, at: datetime) -> User:
    """Return the invented person who acts for every agency; nobody can sign in as them.

    Raises:
        DemoRoleMissing: no role holds all that is needed.
    """
    role = next((each for each in Role.objects.all() if needs <= set(each.permissions)), None)
    if role is None:
        raise DemoRoleMissing(permissions=", ".join(sorted(needs)))
    person: User
    person, is_new = User.objects.get_or_create(
        username=username, defaults={"display_name": name, "is_active": True}
    )
    if is_new:
        person.set_unusable_password()
        person.save(update_fields=["password"])
        RoleGrant.objects.create(
            person=person, role=role, valid_from=at - LONG_AGO, valid_to=at, reason="demo"
        )
    return person


class _Story:
    """One invented directive, from its issue to today."""

    def __init__(self, given: DemoDirective, at: datetime) -> None:
        self.given, self.now = given, at
        self.lead = actor("demo-lead", gettext("Invented officer"), LEAD, at=at)
        self.partner = actor("demo-partner", gettext("Invented partner"), PARTNER, at=at)
        self.control = actor("demo-control", gettext("Invented controller"), CONTROL, at=at)

    @transaction.atomic
    def tell(self) -> None:
        """Issue it and let everything happen in the order of its days."""
        self.directive = self._issue()
        happenings: list[tuple[int, Callable[[], None]]] = [
            (extension.requested_in_days, lambda each=extension: self._extend(each))  # type: ignore[misc]  # bound now
            for extension in self.given.extensions
        ]
        happenings += [
            (report.filed_in_days, lambda place=place: self._report(place))  # type: ignore[misc]  # bound now
            for place, report in enumerate(self.given.reports)
        ]
        for _, happen in sorted(happenings, key=lambda pair: pair[0]):
            self.directive.refresh_from_db()
            happen()
        self.directive.refresh_from_db()
        if self.given.release:
            self._release(self.given.release)

    def _moment(self, days: int, *, later: int = 0) -> datetime:
        """Return a morning so many days from now, or the present moment if that is earlier."""
        day = timezone.localdate(self.now) + timedelta(days=days)
        moment = timezone.make_aware(datetime.combine(day, MORNING)) + timedelta(hours=later)
        return min(moment, self.now - timedelta(seconds=1))

    def _issue(self) -> Directive:
        given, today = self.given, timezone.localdate(self.now)
        agencies = {agency.code: agency for agency in Agency.objects.all()}
        return issuing.directive_issue(
            by=self.control,
            at=self._moment(given.issued_in_days),
            control=agencies[given.control],
            source=given.source,
            source_reference=given.source_reference,
            source_on=today + timedelta(days=given.issued_in_days),
            wording=given.wording,
            lead=agencies[given.lead],
            partners=[agencies[code] for code in given.partners],
            items=list(items_in_force(given.items)),
            cadence=given.cadence,
            due_on=today + timedelta(days=given.due_in_days),
            confidentiality=given.confidentiality,
            is_synthetic=True,
        )

    def _extend(self, given: DemoExtension) -> None:
        wanted = timezone.localdate(self.now) + timedelta(days=given.until_in_days)
        extension = extending.extension_request(
            directive=self.directive,
            by=self.lead,
            at=self._moment(given.requested_in_days),
            wanted_on=wanted,
            reason=given.reason,
        )
        if given.is_granted is not None:
            extending.extension_decide(
                extension=extension,
                by=self.control,
                at=self._moment(given.requested_in_days, later=2),
                granted_on=wanted if given.is_granted else None,
                note=given.reason,
            )

    def _report(self, place: int) -> None:
        given = self.given.reports[place]
        codes = given.evidence_items or (self.given.items if given.is_final else ())
        at = self._moment(given.filed_in_days, later=1)
        report = reporting.report_file(
            directive=self.directive,
            by=self.lead,
            at=at,
            period_first=self._period_first(given),
            percent=given.percent,
            text=given.summary,
            is_final=given.is_final,
            evidence=[reporting.Evidence(item.code, item=item) for item in items_in_force(codes)],
            confirm_lower=True,
        )
        following = self.given.reports[place + 1 :][:1]
        is_followed = any(
            self._period_first(each) != self._period_first(given) for each in following
        )
        if is_followed or given.is_final:
            self._accept(report, given)

    def _period_first(self, given: DemoReport) -> date:
        day = timezone.localdate(self._moment(given.filed_in_days))
        return period_of(day, Cadence(self.given.cadence)).first

    def _accept(self, report: DirectiveReport, given: DemoReport) -> None:
        at = self._moment(given.filed_in_days, later=3)
        for agency in list(partners_missing(report)):
            reporting.report_countersign(report=report, by=self.partner, at=at, agency=agency)
        reporting.report_accept(report=report, by=self.control, at=at)

    def _release(self, release: DemoRelease) -> None:
        at = self._moment(release.released_in_days)
        releasing.directive_release(
            directive=self.directive,
            by=self.control,
            at=at,
            text=release.decision,
            decided_on=timezone.localdate(at),
        )
