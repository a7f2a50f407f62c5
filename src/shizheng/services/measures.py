"""What the case engine publishes to ``statistics``: cases, acts, calls, notices and money."""

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from shizheng.core.measures import (
    COUNT,
    DAY_S,
    MINUTE_S,
    Aggregate,
    Column,
    Comparison,
    Condition,
    Dimension,
    DimensionKind,
    Measure,
    Span,
    Standing,
    count_distinct,
    median,
    percentile,
    publish,
    total,
)
from shizheng.kernel.errors import N_
from shizheng.services.models import (
    Call,
    Case,
    CaseEvent,
    CaseLink,
    Charge,
    Dispatch,
    Notice,
    Output,
    Payment,
    Refund,
    Review,
)
from shizheng.services.schema.service import Channel

CHANNELS = tuple(each.value for each in Channel)
CATEGORIES = ("report", "apply", "complain", "ask", "book", "internal")


def of_case(way: str = "", **others: Dimension) -> Mapping[str, Dimension]:
    """Return how a case splits what belongs to it, found by ``way`` from the row."""
    split = {
        "district": Dimension(f"{way}district.code", DimensionKind.AREA),
        "village": Dimension(f"{way}village.code", DimensionKind.AREA),
        "service": Dimension(f"{way}service.code"),
        "category": Dimension(f"{way}service.category", values=CATEGORIES),
        "agency": Dimension(f"{way}agency.code", DimensionKind.AGENCY),
        "channel": Dimension(f"{way}channel", values=CHANNELS),
    }
    return MappingProxyType(split | others)


def shown(way: str = "") -> tuple[Condition, ...]:
    """Return what everybody may know of: all services but the office's own."""
    return (Condition(f"{way}service.category", Comparison.DIFFERS, "internal"),)


CLOSED = Condition("is_open", Comparison.EQUALS, False)
LIMITED = Condition("due_at", Comparison.NOT_NULL)
RATED = Condition("satisfaction", Comparison.NOT_NULL)


def _cases(  # the table, the split and who may see it are the same for all
    code: str, name: str, description: str, *where: Condition, unit: str = "case",
    aggregate: Aggregate = COUNT, time: str | Standing = "closed_at",
) -> Measure:  # fmt: skip
    return Measure(
        code=f"services.{code}", name=name, description=description, unit=unit, table=Case,
        aggregate=aggregate, time=time, dimensions=of_case(), where=where, public=shown(),
        synthetic="is_synthetic",
    )  # fmt: skip


publish(
    _cases("cases_opened", N_("Cases opened"), N_("Cases opened in the time."), time="opened_at"),
    _cases(
        "cases_closed", N_("Cases closed"),
        N_("Cases closed in the time and not open again, whenever they were opened."), CLOSED,
    ),
    _cases(
        "cases_open", N_("Open cases"),
        N_(
            "Cases open at the end of the time. One that was taken up again counts as open from "
            "its opening to its last closing."
        ),
        time=Standing("opened_at", "closed_at"),
    ),
    _cases(
        "cases_closed_with_limit", N_("Cases closed that had a limit"),
        N_("Closed cases with a due date; without one a case is neither late nor in time."),
        CLOSED, LIMITED,
    ),
    _cases(
        "cases_closed_in_time", N_("Cases closed in time"),
        N_("Closed cases with a due date whose main clock never ran out."),
        CLOSED, LIMITED, Condition("is_late", Comparison.EQUALS, False),
    ),
    _cases(
        "cases_closed_late", N_("Cases closed late"),
        N_("Closed cases with a due date whose main clock ran out."),
        CLOSED, LIMITED, Condition("is_late", Comparison.EQUALS, True),
    ),
    _cases(
        "cases_reopened", N_("Cases taken up again"),
        N_("Closed cases that had been closed before and were opened again."),
        CLOSED, Condition("reopened_count", Comparison.ABOVE, 0),
    ),
    _cases(
        "reopenings", N_("Times cases were taken up again"),
        N_("How often the cases that were closed in the time had been opened again."),
        CLOSED, unit="reopening", aggregate=total("reopened_count"),
    ),
    _cases(
        "wrong_handoffs", N_("Wrong hand-offs"),
        N_("How often the closed cases had gone to an agency that was not responsible."),
        CLOSED, unit="handoff", aggregate=total("wrong_handoff_count"),
    ),
    _cases(
        "cases_handed_wrongly", N_("Cases handed on wrongly"),
        N_("Closed cases that had gone to an agency that was not responsible."),
        CLOSED, Condition("wrong_handoff_count", Comparison.ABOVE, 0),
    ),
    _cases(
        "days_to_close", N_("Days to close"),
        N_("Calendar days from opening to closing, of all cases closed in the time together."),
        CLOSED, unit="day", aggregate=total(Span("opened_at", "closed_at"), DAY_S),
    ),
    _cases(
        "days_to_close_median", N_("Days to close, median"),
        N_("Calendar days from opening to closing within which half of the cases were closed."),
        CLOSED, unit="day", aggregate=median(Span("opened_at", "closed_at"), DAY_S),
    ),
    _cases(
        "days_to_close_p90", N_("Days to close, 90 % within"),
        N_("Calendar days from opening to closing within which 9 of 10 cases were closed."),
        CLOSED, unit="day",
        aggregate=percentile(Span("opened_at", "closed_at"), Fraction(9, 10), DAY_S),
    ),
    _cases(
        "days_with_office", N_("Days in our hands"),
        N_("Calendar days that the closed cases lay with the office, all of them together."),
        CLOSED, unit="day", aggregate=total("office_seconds", DAY_S),
    ),
    _cases(
        "days_with_office_median", N_("Days in our hands, median"),
        N_("Calendar days with the office that half of the closed cases did not exceed."),
        CLOSED, unit="day", aggregate=median("office_seconds", DAY_S),
    ),
    _cases(
        "days_with_applicant", N_("Days in the applicant's hands"),
        N_("Calendar days that the closed cases waited for the applicant, all together."),
        CLOSED, unit="day", aggregate=total("applicant_seconds", DAY_S),
    ),
    _cases(
        "days_with_agencies", N_("Days in the hands of other agencies"),
        N_("Calendar days that the closed cases lay with other agencies, all together."),
        CLOSED, unit="day", aggregate=total("agency_seconds", DAY_S),
    ),
    _cases(
        "ratings", N_("Ratings"), N_("Closed cases whose applicant said how satisfied they are."),
        CLOSED, RATED,
    ),
    _cases(
        "rating_points", N_("Points of ratings"),
        N_("Sum of the ratings of closed cases: 5 is very satisfied, 1 very dissatisfied."),
        CLOSED, RATED, unit="point", aggregate=total("satisfaction"),
    ),
    _cases(
        "agencies_closing", N_("Agencies that closed cases"),
        N_("Different agencies that closed at least one case in the time."),
        CLOSED, unit="agency", aggregate=count_distinct("agency"),
    ),
)  # fmt: skip


def _beside(
    code: str, name: str, description: str, *where: Condition, unit: str, time: str,
    table: type[CaseEvent | CaseLink | Dispatch | Notice | Output | Review | Charge],
    aggregate: Aggregate = COUNT, **others: Dimension,
) -> Measure:  # fmt: skip
    """Return a measure over rows that belong to a case and are split as it is."""
    return Measure(
        code=f"services.{code}", name=name, description=description, unit=unit, table=table,
        aggregate=aggregate, time=time, dimensions=of_case("case.", **others), where=where,
        public=shown("case."), synthetic="case.is_synthetic",
    )  # fmt: skip


def agency_at(column: str) -> Dimension:
    """Return the dimension of an agency that is not the one of the case."""
    return Dimension(column, DimensionKind.AGENCY)


ACTION = Dimension("action", is_public=False)
SENT, FAILED = Notice.Status.SENT.value, Notice.Status.FAILED.value

publish(
    _beside(
        "acts", N_("Acts on cases"), N_("All that happened to cases in the time."),
        unit="act", table=CaseEvent, time="at", action=ACTION,
    ),
    _beside(
        "acts_by_people", N_("Acts of people on cases"),
        N_("What somebody who was signed in did to cases in the time."),
        Condition("by", Comparison.NOT_NULL), unit="act", table=CaseEvent, time="at",
        action=ACTION,
    ),
    _beside(
        "duplicates_linked", N_("Duplicates linked"),
        N_("Cases that were linked to another as its duplicate in the time and still are."),
        Condition("kind", Comparison.EQUALS, CaseLink.Kind.DUPLICATE.value),
        Condition("undone_at", Comparison.IS_NULL), unit="case", table=CaseLink, time="made_at",
    ),
    _beside(
        "crews_sent", N_("Crews sent"), N_("Crews sent to cases in the time."),
        unit="dispatch", table=Dispatch, time="sent_at", sender=agency_at("agency.code"),
    ),
    _beside(
        "crews_answered", N_("Crews that answered"), N_("Crews sent in the time that answered."),
        Condition("acknowledged_at", Comparison.NOT_NULL), unit="dispatch", table=Dispatch,
        time="sent_at", sender=agency_at("agency.code"),
    ),
    _beside(
        "crews_missed", N_("Crews that did not answer"),
        N_("Crews sent in the time that did not answer before the next was sent."),
        Condition("status", Comparison.EQUALS, Dispatch.Status.MISSED.value), unit="dispatch",
        table=Dispatch, time="sent_at", sender=agency_at("agency.code"),
    ),
    _beside(
        "minutes_to_answer_median", N_("Minutes until a crew answers, median"),
        N_("Minutes from sending a crew until it answered; those unanswered do not count."),
        Condition("acknowledged_at", Comparison.NOT_NULL), unit="minute", table=Dispatch,
        time="sent_at", aggregate=median(Span("sent_at", "acknowledged_at"), MINUTE_S),
        sender=agency_at("agency.code"),
    ),
    _beside(
        "notices_sent", N_("Notices sent"), N_("Notices about cases that went out in the time."),
        Condition("status", Comparison.EQUALS, SENT), unit="notice", table=Notice, time="sent_at",
        notice_channel=Dimension("channel"), language=Dimension("language"),
    ),
    _beside(
        "notices_failed", N_("Notices that failed"),
        N_("Notices about cases written in the time that could not be sent."),
        Condition("status", Comparison.EQUALS, FAILED), unit="notice", table=Notice,
        time="made_at", notice_channel=Dimension("channel"), language=Dimension("language"),
    ),
    _beside(
        "opinions_asked", N_("Opinions asked for"),
        N_("Opinions that agencies were asked for in joint reviews in the time."),
        unit="review", table=Review, time="asked_at", reviewer=agency_at("agency.code"),
    ),
    _beside(
        "opinions_given_in_time", N_("Opinions given in time"),
        N_("Opinions given in the time, before the limit that the reviewer had."),
        Condition("answered_by", Comparison.NOT_NULL),
        Condition("due_at", Comparison.NOT_NULL),
        Condition("answered_at", Comparison.AT_MOST, Column("due_at")), unit="review",
        table=Review, time="answered_at", reviewer=agency_at("agency.code"),
    ),
    _beside(
        "documents_issued", N_("Documents issued"),
        N_("Certificates and letters issued in the time, whatever became of them."),
        Condition("status", Comparison.IN, ("valid", "revoked", "expired")), unit="document",
        table=Output, time="issued_at",
    ),
    _beside(
        "fees_asked", N_("Fees asked for"), N_("Amount of the fees asked for in the time."),
        unit="TWD", table=Charge, time="asked_at", aggregate=total("amount"),
    ),
)  # fmt: skip


def _money(
    code: str, name: str, description: str, *where: Condition, time: str,
    table: type[Payment | Refund], way: str, unit: str = "TWD",
    aggregate: Aggregate = COUNT,
) -> Measure:  # fmt: skip
    return Measure(
        code=f"services.{code}", name=name, description=description, unit=unit, table=table,
        aggregate=aggregate, time=time,
        dimensions=of_case(f"{way}charge.case.", method=Dimension(f"{way}method")), where=where,
        public=shown(f"{way}charge.case."), synthetic=f"{way}charge.case.is_synthetic",
    )  # fmt: skip


publish(
    _money(
        "payments_received", N_("Payments received"),
        N_("Money that came in the time, rightly or not, before anything was paid back."),
        table=Payment, way="", time="paid_at", aggregate=total("amount"),
    ),
    _money(
        "payments_kept", N_("Payments that paid a fee"),
        N_("Of the money that came in the time, what paid a fee."),
        table=Payment, way="", time="paid_at", aggregate=total("kept"),
    ),
    _money(
        "payments", N_("Number of payments"), N_("Payments that came in the time."),
        table=Payment, way="", time="paid_at", unit="payment",
    ),
    _money(
        "refunds_sent", N_("Money paid back"), N_("Money that was sent back in the time."),
        Condition("status", Comparison.EQUALS, Refund.Status.SENT.value),
        table=Refund, way="payment.", time="sent_at", aggregate=total("amount"),
    ),
)  # fmt: skip

OVER = Condition("ended_at", Comparison.NOT_NULL)
TAKEN = Condition("result", Comparison.DIFFERS, Call.Result.ABANDONED.value)
OF_CALL: Mapping[str, Dimension] = MappingProxyType(
    {
        "call_channel": Dimension("channel"),
        "language": Dimension("language"),
        "result": Dimension("result"),
        "handed_to": agency_at("handed_to.code"),
    }
)


def _calls(
    code: str, name: str, description: str, *where: Condition, unit: str = "call",
    aggregate: Aggregate = COUNT,
) -> Measure:  # fmt: skip
    return Measure(
        code=f"services.{code}", name=name, description=description, unit=unit, table=Call,
        aggregate=aggregate, time="started_at", dimensions=OF_CALL, where=(OVER, *where),
        synthetic="agent.is_demo",
    )  # fmt: skip


publish(
    _calls("calls", N_("Calls"), N_("Calls that began in the time and are over.")),
    _calls(
        "calls_taken", N_("Calls taken"), N_("Calls whose caller did not hang up before."), TAKEN
    ),
    _calls(
        "calls_solved_at_once", N_("Calls solved at first contact"),
        N_("Calls answered at once, without being handed on."),
        Condition("result", Comparison.EQUALS, Call.Result.ANSWERED.value),
        Condition("handoff_count", Comparison.EQUALS, 0),
    ),
    _calls(
        "call_seconds_waited", N_("Seconds waited"),
        N_("Seconds that callers waited until somebody answered, all together."),
        unit="second", aggregate=total("wait_seconds"),
    ),
    _calls(
        "call_seconds_waited_median", N_("Seconds waited, median"),
        N_("Seconds within which half of the callers were answered."),
        unit="second", aggregate=median("wait_seconds"),
    ),
    _calls(
        "call_handoffs", N_("Calls handed on"), N_("How often callers were handed on."),
        unit="handoff", aggregate=total("handoff_count"),
    ),
    _calls("call_ratings", N_("Ratings of calls"), N_("Calls that the caller rated."), RATED),
    _calls(
        "call_rating_points", N_("Points of ratings of calls"),
        N_("Sum of the ratings of calls: 5 is very satisfied, 1 very dissatisfied."), RATED,
        unit="point", aggregate=total("satisfaction"),
    ),
)  # fmt: skip
