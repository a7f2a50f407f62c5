"""Acts on the land bank: enquiries with officer and answer, and checks of plots."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q

from shizheng.core import journal, outbox
from shizheng.core.access import require
from shizheng.core.models import RoleGrant, User
from shizheng.kernel.errors import N_
from shizheng.places.access import EDIT
from shizheng.places.actions.things import thing_change
from shizheng.places.models import Feature, Register, Thing
from shizheng.places.telling import tell
from shizheng.places.tenure.access import LAND
from shizheng.places.tenure.city import (
    answer_due,
    industry_rules,
    reason_of,
    said,
    today_at,
)
from shizheng.places.tenure.domain.errors import (
    AnsweredAlready,
    ReasonMissing,
    SpaceTaken,
    TooManyOpen,
)
from shizheng.places.tenure.models import LandEnquiry

State = LandEnquiry.State
OPEN = (State.WAITING, State.ANSWERED)


def plots_on(day: date) -> dict[str, Feature]:
    """Return the plots of the bank on a day by key, as they are believed now."""
    rows = Feature.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=day), register__code=industry_rules().register_,
        recorded_to=None, valid_from__lte=day,
    )  # fmt: skip
    return {row.key: row for row in rows.select_related("thing").order_by("key")}


@transaction.atomic
def enquiry_send(
    *, plot: Thing, company: str, contact: str, needs: str, by: User, at: datetime
) -> LandEnquiry:
    """Ask about a plot (提出用地詢問): an officer has it at once, and a day to answer by.

    Raises:
        SpaceTaken: the plot is not available.
        TooManyOpen: ``by`` has too many open.
        ReasonMissing: it does not say who asks, how they are reached, or what they need.
    """
    rules = industry_rules()
    register = Register.objects.select_for_update().get(code=rules.register_)
    state = plots_on(today_at(at)).get(plot.key)
    if state is None or state.state in ("matched", "withdrawn"):
        raise SpaceTaken(name=plot.key)
    mine = LandEnquiry.objects.filter(person=by, state=State.WAITING)
    if mine.count() >= rules.most_open:
        raise TooManyOpen(most=rules.most_open)
    given = said(company, 80), said(contact, 200), reason_of(needs, 1_000)
    if not given[0] or not given[1]:
        raise ReasonMissing(least=1)
    made = LandEnquiry.objects.create(
        plot=plot, agency=register.owner, person=by, company=given[0], contact=given[1],
        needs=given[2], officer=next(_officers(register), None), asked_at=at,
        due_at=answer_due(rules.answer, at),
    )  # fmt: skip
    _told("asked", made, by, at, due_at=made.due_at.isoformat())
    if made.officer is not None:
        tell(
            [made.officer], key=f"land:{made.pk}", template="places.land_enquiry", at=at,
            subject=N_("An enquiry about plot {plot} is yours"),
            text=N_("Answer it by {day}."), plot=plot.key, day=today_at(made.due_at),
        )  # fmt: skip
    return made


def _officers(register: Register) -> Iterator[User]:
    """Yield who answers enquiries for the agency of the bank, whoever has fewest open first."""
    grants = RoleGrant.objects.filter(
        agency=register.owner, revoked_at=None, valid_to=None, role__is_staff_role=True
    ).select_related("role")
    people = {each.person_id for each in grants if LAND in each.role.permissions}
    open_of = Count("pk", filter=Q(state__in=OPEN))
    counts = dict(
        LandEnquiry.objects.filter(officer__in=people).values_list("officer").annotate(n=open_of)
    )
    rows = User.objects.filter(pk__in=people, is_active=True)
    yield from sorted(rows, key=lambda each: (counts.get(each.pk, 0), each.username))


@transaction.atomic
def enquiry_answer(*, enquiry: LandEnquiry, answer: str, by: User, at: datetime) -> LandEnquiry:
    """Answer an enquiry (答覆).

    Raises:
        NotPermitted, ReasonMissing: see there.
        AnsweredAlready: it was answered or is over.
    """
    require(by, LAND, enquiry)
    words = reason_of(answer, 1_000)
    rows = LandEnquiry.objects.filter(pk=enquiry.pk, state=State.WAITING)
    if not rows.update(state=State.ANSWERED, answer=words, answered_at=at, officer=by):
        raise AnsweredAlready
    enquiry.refresh_from_db()
    _told("answered", enquiry, by, at)
    tell(
        [enquiry.person], key=f"land-answer:{enquiry.pk}", template="places.land_answer", at=at,
        subject=N_("The city has answered your enquiry about plot {plot}"),
        text=N_("The answer: {answer}"), plot=enquiry.plot.key, answer=words,
    )  # fmt: skip
    return enquiry


@transaction.atomic
def enquiry_end(
    *, enquiry: LandEnquiry, is_match: bool, reason: str, by: User, at: datetime
) -> LandEnquiry:
    """Say whether it came to a match (媒合結果), and why; a match takes the plot off the market.

    Raises:
        NotPermitted, ReasonMissing: see there.
        AnsweredAlready: it is over.
        SpaceTaken: the plot is matched to another enquiry.
    """
    require(by, LAND, enquiry)
    words = reason_of(reason)
    Register.objects.select_for_update().get(pk=enquiry.plot.register_id)
    present = plots_on(today_at(at)).get(enquiry.plot.key)
    if is_match and (present is None or present.state not in ("available", "unverified")):
        raise SpaceTaken(name=enquiry.plot.key)
    state = State.MATCHED if is_match else State.REFUSED
    rows = LandEnquiry.objects.filter(pk=enquiry.pk, state__in=OPEN)
    if not rows.update(state=state, reason=words, ended_at=at):
        raise AnsweredAlready
    enquiry.refresh_from_db()
    if is_match:
        if present is not None and present.state == "unverified":
            _plot_set(enquiry.plot, at, state="available", checked_on=today_at(at))
        _plot_set(enquiry.plot, at, state="matched")
    _told(str(state), enquiry, by, at, why=words)
    return enquiry


@transaction.atomic
def enquiry_withdraw(*, enquiry: LandEnquiry, by: User, at: datetime) -> None:
    """Take one's enquiry back (撤回詢問).

    Raises:
        AnsweredAlready: it is over, or somebody else's.
    """
    rows = LandEnquiry.objects.filter(pk=enquiry.pk, person=by, state__in=OPEN)
    if not rows.update(state=State.WITHDRAWN, ended_at=at):
        raise AnsweredAlready
    _told("withdrawn", enquiry, by, at)


@transaction.atomic
def plot_check(*, plot: Thing, by: User, at: datetime) -> Thing:
    """Say that what stands of a plot is so today (查證); an unverified one is available again.

    Raises:
        NotPermitted: ``by`` may not edit the register.
        NothingChanges: it was checked today.
    """
    require(by, EDIT, plot.register)
    present = plots_on(today_at(at)).get(plot.key)
    state = "available" if present is not None and present.state == "unverified" else None
    return _plot_set(plot, at, state=state, checked_on=today_at(at), by=by)


@transaction.atomic
def plots_turn(*, at: datetime) -> int:
    """Let plots that nobody checked for too long be unverified (逾期未查證); returns how many."""
    today = today_at(at)
    limit, changed = today - timedelta(days=industry_rules().check_days), 0
    for row in plots_on(today).values():
        checked = row.properties.get("checked_on")
        is_old = checked is None or date.fromisoformat(str(checked)) < limit
        if row.state == "available" and is_old:
            _plot_set(row.thing, at, state="unverified")
            changed += 1
    return changed


def _plot_set(
    plot: Thing, at: datetime, *, state: str | None = None, checked_on: date | None = None,
    by: User | None = None,
) -> Thing:  # fmt: skip
    plot.refresh_from_db()
    values = {"checked_on": checked_on.isoformat()} if checked_on else {}
    return thing_change(
        thing=plot, seen=plot.version, by=by, at=at, valid_from=today_at(at), state=state,
        values=values,
    )  # fmt: skip


def _told(
    verb: str, enquiry: LandEnquiry, by: User | None, at: datetime, *, why: str = "",
    **more: object,
) -> None:  # fmt: skip
    facts = {"plot": enquiry.plot.key, "state": enquiry.state, **more}
    journal.record(f"places.land_enquiry.{verb}", enquiry, by=by, at=at, why=why, now=facts)
    outbox.publish(f"places.land_enquiry.{verb}", enquiry, at=at, payload=facts)
