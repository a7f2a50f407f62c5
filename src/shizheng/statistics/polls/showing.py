"""The page of a poll in words: each question with its answers, changes, districts, media polls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shizheng.core.models import Area
from shizheng.core.words import in_language
from shizheng.statistics.domain.polls import Estimate
from shizheng.statistics.models import Poll, PollResult
from shizheng.statistics.polls.selectors import CITY, results_beside
from shizheng.statistics.polls.telling import HUNDRED, Since, Told, changes_of, estimated, told_of
from shizheng.statistics.showing.words import signed, written


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the whole city, written."""

    name: str
    share: str
    margin: str
    count: str
    change: str
    note: str


@dataclass(frozen=True, slots=True)
class District:
    """A line of the table by district: a cell for each answer."""

    name: str
    count: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """An answer in a media poll."""

    poll: Poll
    question: str
    answer: str
    share: str
    margin: str


@dataclass(slots=True)
class Question:
    """A question as the page shows it."""

    topic: str
    words: str
    answers: list[Answer] = field(default_factory=list)
    districts: list[District] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    beside: list[Beside] = field(default_factory=list)


def questions_of(poll: Poll, *, whole: bool) -> list[Question]:
    """Return the questions of a poll in their order.

    Args:
        whole: with what is to be withheld, for who signs it off.
    """
    told = told_of(poll, poll.results.all(), whole=whole)
    by_topic: dict[str, list[Told]] = {}
    for each in told:
        by_topic.setdefault(each.row.topic, []).append(each)
    changes = changes_of(poll, told)
    beside = results_beside(poll, by_topic)
    names = {row.code: in_language(row.name) for row in Area.objects.filter(
        code__in={each.row.district for each in told} - {CITY})}  # fmt: skip
    return [
        _question(some, changes, names, beside.get(topic, [])) for topic, some in by_topic.items()
    ]


def _question(
    some: Sequence[Told],
    changes: Mapping[tuple[str, str], Since],
    names: Mapping[str, str],
    beside: Sequence[PollResult],
) -> Question:
    first = some[0].row
    heads = list(dict.fromkeys(each.row.answer for each in some))
    by_district: dict[str, dict[str, Told]] = {}
    for each in some:
        by_district.setdefault(each.row.district, {})[each.row.answer] = each
    districts = [
        _district(names.get(code, code), heads, by_district[code])
        for code in sorted(set(by_district) - {CITY})
    ]
    answers = [
        _answer(each, changes.get((first.topic, each.row.answer)))
        for each in some if each.row.district == CITY
    ]  # fmt: skip
    media = [_beside(row) for row in beside]
    return Question(first.topic, first.question, answers, districts, heads, media)


def _answer(told: Told, since: Since | None) -> Answer:
    row, found = told.row, told.estimate
    if found is None:
        return Answer(row.answer, pgettext("statistics", "withheld"), "–", "–", "–", "")
    note = _("So few answers say little.") if found.is_small else ""
    return Answer(
        row.answer, share_words(row.share), margin_words(found), written(Decimal(row.answers)),
        change_words(since), note,
    )  # fmt: skip


def _district(name: str, heads: Sequence[str], told: Mapping[str, Told]) -> District:
    cells = []
    for head in heads:
        each = told.get(head)
        if each is None:
            cells.append("–")
        elif each.estimate is None:
            cells.append(pgettext("statistics", "withheld"))
        else:
            cells.append(f"{share_words(each.row.share)} {margin_words(each.estimate)}")
    shown = [each.row.answers for each in told.values() if each.estimate is not None]
    return District(name, written(Decimal(shown[0])) if shown else "–", tuple(cells))


def _beside(row: PollResult) -> Beside:
    return Beside(
        row.poll, row.question, row.answer, share_words(row.share), margin_words(estimated(row))
    )


def share_words(share: Decimal) -> str:
    """Return a share: 71.2 %."""
    return f"{written(share, 1)} %"


def margin_words(found: Estimate) -> str:
    """Return half the width of the 95 % interval, in percentage points: ±2.9."""
    return f"±{written(HUNDRED * found.margin, 1)}"


def change_words(since: Since | None) -> str:
    """Return how an answer differs from the poll before, in a sentence."""
    if since is None:
        return _("not asked before")
    if since.change is None:
        return _("asked in other words before, so not compared")
    size, margin = HUNDRED * since.change.difference, written(HUNDRED * since.change.margin, 1)
    words = (
        _("{change} percentage points, more than the error of ±{margin}: a change")
        if since.change.is_change
        else _("{change} percentage points, within the error of ±{margin}: not a change")
    ).format(change=signed(size, 1), margin=margin)
    if since.is_other_way:
        words += _("; asked in another way, so compare with care")
    return words


def response_rate(poll: Poll) -> Decimal | None:
    """Return how many of those who were asked answered, in per cent (回應率); None if not told."""
    return HUNDRED * poll.responses / poll.contacted if poll.contacted else None


def rate_words(poll: Poll) -> str:
    """Return the response rate in words."""
    rate = response_rate(poll)
    if rate is None:
        return _("not told: the source does not say how many were asked")
    return _("{rate} % ({responses} of {contacted})").format(
        rate=written(rate, 1), responses=written(Decimal(poll.responses)),
        contacted=written(Decimal(poll.contacted or 0)),
    )  # fmt: skip
