"""Invented cases for a demonstration (示範案件), made by the acts of real ones, in the past."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from shizheng.core.loading import demo_loaders
from shizheng.core.models import User
from shizheng.packs.pack import Pack
from shizheng.services.actions.acting import Given, case_act, confirmation_settle
from shizheng.services.actions.documents import ATTACHMENT, Upload
from shizheng.services.actions.opening import Contact, Intake, Opened, case_open
from shizheng.services.calls.actions import Caller, call_answer, call_begin, call_case, call_end
from shizheng.services.clocks.sweeping import clocks_sweep
from shizheng.services.demonstration import papers
from shizheng.services.demonstration.definitions import (
    DemoAct,
    DemoAnswered,
    DemoCase,
    DemoCases,
    DemoContact,
    delay_of,
)
from shizheng.services.demonstration.people import Cast
from shizheng.services.dispatch.actions import dispatch_acknowledge, dispatches_pass_on
from shizheng.services.duplicates.actions import case_link
from shizheng.services.following.actions.messages import message_send
from shizheng.services.following.actions.rating import case_rate
from shizheng.services.models import (
    Case,
    CaseEvent,
    Charge,
    Confirmation,
    Dispatch,
    KnowledgeEntry,
    Output,
    Review,
    Service,
)
from shizheng.services.outputs.actions.keeping import output_prepare
from shizheng.services.payments.actions.expiring import charges_expire
from shizheng.services.payments.actions.receiving import payment_enter
from shizheng.services.payments.connections import TEST_BANK, is_test_bank_on, the_test_bank
from shizheng.services.payments.domain.matching import Incoming, Method
from shizheng.services.places import Place
from shizheng.services.reviews.actions import review_answer

MARK = "demo"
"""Under this name the opening of an invented case holds its id in the pack."""
APPLICANT, CREW = "applicant", "crew"


@demo_loaders.register("cases")
def demo_cases_load(pack: Pack, *, at: datetime) -> int:
    """Add the cases that are not there yet, all or none; return how many were added."""
    added = 0
    for body in pack.bodies(DemoCases):
        with transaction.atomic():
            added += Telling(body, at).tell()
    if added:
        clocks_sweep(at=at)
        charges_expire(at=at)
        dispatches_pass_on(at=at)
    return added


class Telling:
    """The invented cases of a pack being made, in the order in which the pack gives them."""

    def __init__(self, body: DemoCases, at: datetime) -> None:
        self.body, self.now, self.cast = body, at, Cast(at)
        self.known = dict(_known())
        self.services = {service.code: service for service in Service.objects.all()}

    def tell(self) -> int:
        """Make what is missing; return how many cases that were."""
        missing = [each for each in self.body.cases if each.id not in self.known]
        if missing and not self.known:
            for call in self.body.calls:
                self._answer(call)
        for each in missing:
            self.tell_one(each)
        return len(missing)

    def tell_one(self, given: DemoCase) -> None:
        """Make one case, unless it was made before."""
        if given.id in self.known:
            return
        story = _Story(self, given, len(self.known))
        story.tell()
        self.known[given.id] = story.opened.case

    def moment(self, days_ago: int, clock: str) -> datetime:
        """Return a time of a day before today, or just now if that is earlier."""
        day = timezone.localdate(self.now) - timedelta(days=days_ago)
        moment = timezone.make_aware(datetime.combine(day, time.fromisoformat(clock)))
        return min(moment.astimezone(UTC), self.now - timedelta(minutes=30))

    def _answer(self, given: DemoAnswered) -> None:
        """Let the call centre answer one call at once."""
        at, by = self.moment(given.days_ago, given.time), self.cast.one("call_taker")
        call = call_begin(
            by=by, at=at, channel="phone", language=given.language, wait_seconds=given.wait_seconds
        )
        entry = KnowledgeEntry.objects.filter(code=given.entry, is_current=True).first()
        if entry is not None:
            call_answer(call=call, entry=entry, by=by, at=at)
        call_end(
            call=call, by=by, at=at + timedelta(minutes=given.minutes), topic=given.topic,
            result="answered" if entry else "abandoned", satisfaction=given.satisfaction,
        )  # fmt: skip


def _known() -> list[tuple[str, Case]]:
    """Return the invented cases that were made before, by their ids in the pack."""
    events = CaseEvent.objects.filter(action="opened", case__is_synthetic=True)
    return [(str(each.act.get(MARK)), each.case) for each in events.select_related("case")]


class _Story:
    """One invented case, from its opening to today."""

    opened: Opened

    def __init__(self, telling: Telling, given: DemoCase, number: int) -> None:
        self.telling, self.given, self.number = telling, given, number
        self.cast = telling.cast
        self.start = telling.moment(given.days_ago, given.time)
        self.sorts: Mapping[str, Callable[[DemoAct, datetime], object]] = {
            "act": self._act,
            "message": self._write,
            "rate": self._rate,
            "pay": self._pay,
            "review": self._review,
            "acknowledge": self._acknowledge,
            "join": self._join,
            "confirm": self._confirm,
        }

    def tell(self) -> None:
        """Open it and let everything happen in the order of its moments."""
        self.opened = self._open()
        last = self.start
        for act in self.telling.body.acts_of(self.given):
            moment = self.start + delay_of(act.after)
            last = max(min(moment, self.telling.now - timedelta(seconds=60)), last)
            self.sorts[act.sort](act, last)

    def _open(self) -> Opened:
        given = self.given
        service = self.telling.services[given.service]
        reporter = self.cast.called(given.reporter) if given.reporter else None
        intake = Intake(
            channel=given.channel, answers=given.answers, description=given.description,
            place=Place(**given.place.model_dump()) if given.place else Place(),
            contact=_contact(given.contact),
            files=self._files(ATTACHMENT, given.photos, given.papers), reporter=reporter,
            is_synthetic=True, source={MARK: given.id},
        )  # fmt: skip
        if given.call:
            return self._call(service, intake)
        owner = service.owner.code
        typist = {"counter": "officer", "phone": "call_taker"}.get(given.channel)
        by = self.cast.one(typist, owner) if typist else reporter
        return case_open(service=service, given=intake, by=by, at=self.start)

    def _call(self, service: Service, intake: Intake) -> Opened:
        call, person, by = self.given.call, self.given.contact, self.cast.one("call_taker")
        assert call is not None  # noqa: S101 - asked by the caller
        begun = call_begin(
            by=by, at=self.start, channel="phone", language=call.language,
            wait_seconds=call.wait_seconds,
        )  # fmt: skip
        caller = Caller(name=person.name, phone=person.phone) if person else Caller()
        opened = call_case(
            call=begun, service=service, given=intake, caller=caller, by=by, at=self.start
        )
        ended = self.start + timedelta(minutes=call.minutes)
        call_end(call=begun, by=by, at=ended, satisfaction=call.satisfaction)
        return opened

    def _files(self, field: str, photos: int, fields: tuple[str, ...]) -> dict[str, list[Upload]]:
        found = {
            name: [Upload.of_bytes(f"{name}.pdf", papers.sheet(f"DEMO {name}", self.number))]
            for name in fields
        }
        if photos:
            seeds = range(self.number * 3, self.number * 3 + photos)
            found[field] = [
                Upload.of_bytes(f"demo-{seed}.png", papers.photo(seed)) for seed in seeds
            ]
        return found

    def _actor(self, name: str) -> User | None:
        """Return who acts; None for the applicant who has no account."""
        case = self.opened.case
        if name == APPLICANT:
            return case.reporter
        if name == CREW:
            sent = Dispatch.objects.filter(case=case).select_related("agency").latest("number")
            return self.cast.one("crew_leader", sent.agency.code)
        return self.cast.one(name, case.agency.code)

    def _act(self, given: DemoAct, at: datetime) -> None:
        is_party = given.by == APPLICANT
        case = case_act(
            case=self.opened.case, action=given.act or "", by=self._actor(given.by), at=at,
            given=Given(
                fields=given.fields, files=self._files("photos", given.photos, given.papers),
                answers={} if given.papers and is_party else None, note=given.opinion,
            ),
            as_party=self.opened.party if is_party else None,
        )  # fmt: skip
        self.opened = Opened(case, self.opened.code, self.opened.party)
        self._documents(at)

    def _write(self, given: DemoAct, at: datetime) -> None:
        message_send(
            case=self.opened.case, text=given.message or "", at=at, by=self._actor(given.by),
            as_party=self.opened.party if given.by == APPLICANT else None,
        )  # fmt: skip

    def _rate(self, given: DemoAct, at: datetime) -> None:
        assert self.opened.party is not None  # noqa: S101 - only who can be asked is asked
        case_rate(
            case=self.opened.case, stars=given.rate or 0, at=at, as_party=self.opened.party,
            by=self._actor(APPLICANT), comment=given.opinion,
        )  # fmt: skip

    def _pay(self, given: DemoAct, at: datetime) -> None:
        charge = Charge.objects.get(case=self.opened.case, key=given.pay, status="open")
        paid = Incoming(
            TEST_BANK, f"demo-{charge.number}", charge.number, charge.amount, at, Method.CARD
        )
        if is_test_bank_on():  # where money is sent back, it has to know of it
            the_test_bank().book.enter_payment(paid)
        payment_enter(incoming=paid, at=at)
        self._documents(at)

    def _documents(self, at: datetime) -> None:
        """Make documents that the act issued, as the worker would a moment later."""
        waiting = Output.objects.filter(case=self.opened.case, status=Output.Status.PREPARING)
        for output in waiting.select_related("case"):
            output_prepare(output=output, at=at)

    def _review(self, given: DemoAct, at: datetime) -> None:
        agency = str(given.review)
        review = Review.objects.get(
            case=self.opened.case, agency__code=agency, answer="waiting", is_current=True
        )
        _answer_review(review, given, self.cast.one("officer", agency), at)

    def _acknowledge(self, given: DemoAct, at: datetime) -> None:
        row = Dispatch.objects.filter(case=self.opened.case, status="sent").latest("number")
        by = self._actor(CREW)
        assert by is not None  # noqa: S101 - a crew has a leader
        dispatch_acknowledge(dispatch=row, by=by, at=at)

    def _join(self, given: DemoAct, at: datetime) -> None:
        by = self._actor(given.by)
        assert by is not None and given.join is not None  # noqa: S101, PT018 - of the office
        master = self.telling.known[given.join]
        case_link(case=self.opened.case, to=master, kind="duplicate", by=by, at=at)

    def _confirm(self, given: DemoAct, at: datetime) -> None:
        row = Confirmation.objects.get(case=self.opened.case, settled_at=None)
        second = self.cast.other("supervisor", self.opened.case.agency.code)
        confirmation_settle(confirmation=row, by=second, at=at, is_confirmed=True)


def _contact(given: DemoContact | None) -> Contact:
    """Return how somebody invented is reached: not at all, so that nothing is sent outside."""
    return Contact(**given.model_dump(), notice_by="none") if given else Contact()


def _answer_review(review: Review, given: DemoAct, by: User, at: datetime) -> None:
    is_conditional = given.answer == "conditions"
    review_answer(
        review=review, by=by, at=at, answer=given.answer,
        opinion="" if is_conditional else given.opinion,
        conditions=given.opinion if is_conditional else "",
    )  # fmt: skip
