"""Digging's chapter of the demonstration: a few invented works, and what owners plan."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext

from shizheng.analysis.digging.categories import Works
from shizheng.core.demo_year import Chapter, Month, Say, chapters, kept, photo_made
from shizheng.core.models import User
from shizheng.packs.pack import Pack
from shizheng.places.digging.actions.applying import Details, permit_apply, works_record_open
from shizheng.places.digging.actions.deciding import permit_grant
from shizheng.places.digging.actions.joint import plan_begin
from shizheng.places.digging.actions.owners import member_appoint
from shizheng.places.digging.actions.planned import planned_file
from shizheng.places.digging.actions.working import work_begin
from shizheng.places.digging.city import DiggingRules, digging_rules, valid
from shizheng.places.digging.errors import DiggingUnset
from shizheng.places.digging.models import WorksRecord

ORDER = 16
WEIGHT = 0.02
DIGGER, OFFICER = "pipe_owner", "supervisor"
WORKS = ((0, 0, 4, "begin"), (1, 1, 3, "grant"), (2, 4, 6, "grant"), (1, 8, 5, "wait"),
         (0, 10, 8, "wait"), (3, 12, 2, "grant"))  # fmt: skip
"""Owner by place in the pack, days from now to the first day, days of work, how far it is."""


def play(_pack: Pack, month: Month, say: Say) -> None:
    """Let a few works be applied for, granted and begun in the last month; never twice."""
    people = {each.username: each for each in User.objects.filter(is_demo=True)}
    if month.until >= month.now and DIGGER in people and OFFICER in people:
        try:
            rules = digging_rules()
        except DiggingUnset:
            rules = None
        if rules is not None and not WorksRecord.objects.exists():
            Telling(rules, month, people[DIGGER], people[OFFICER]).tell()
    say(1.0)


@dataclass
class Telling:
    """The invented works of one demonstration."""

    rules: DiggingRules
    month: Month
    digger: User
    officer: User

    @property
    def today(self) -> date:
        """The day of the demonstration."""
        return timezone.localdate(self.month.now)

    def tell(self) -> None:
        """Tell works and plans; what a rule refuses is left out."""
        rows = valid(self.rules.body.sections, self.today).order_by("key")[:40]
        keys = [row.key for row in rows]
        owners = [each.id for each in self.rules.body.owners]
        if not keys:
            return
        for owner in owners:
            with kept("owner"):
                member_appoint(
                    owner=owner, username=self.digger.username, by=None, at=self.month.now
                )
        for at, (owner_at, days, length, state) in enumerate(WORKS):
            with kept("work"):
                first = self.today + timedelta(days)
                works = Works(first, first + timedelta(length - 1))
                self._work(owners[owner_at % len(owners)], keys[at * 5 % len(keys)], works, state)
        for at in range(8):
            chosen = [keys[(at // 2 * 3 + step) % len(keys)] for step in range(2)]
            with kept("plan"):
                self._planned(owners[at % len(owners)], chosen, at)
        with kept("joint plan"):
            plan_begin(year=self.today.year + 1, by=self.officer, at=self.month.now)

    def _work(self, owner: str, section: str, works: Works, state: str) -> None:
        now = self.month.now
        title = gettext("Invented: pipes renewed")
        record = works_record_open(owner=owner, title=title, by=self.digger, at=now)
        permit = permit_apply(
            record=record, sections=[section], works=works, by=self.digger, at=now,
            details=Details(purpose=title),
        )  # fmt: skip
        if state == "wait":
            return
        permit_grant(permit=permit, by=self.officer, at=now)
        if state == "begin":
            work_begin(permit=permit, by=self.digger, at=now, photos=[photo_made()])

    def _planned(self, owner: str, sections: list[str], number: int) -> None:
        first = date(self.today.year + 1, 2 + number % 3, 1)
        planned_file(
            owner=owner, title=gettext("Invented: planned for next year"), sections=sections,
            earliest=first, latest=first + timedelta(120), days=5 + number, by=self.digger,
            at=self.month.now,
        )  # fmt: skip


chapters.register("digging")(Chapter(ORDER, WEIGHT, play))
