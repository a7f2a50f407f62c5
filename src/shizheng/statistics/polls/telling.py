"""What is told of a poll (調查結果): its results with what is too small withheld, and changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from shizheng.statistics.domain.polls import Difference, Estimate, difference, stated, withheld
from shizheng.statistics.models import Poll, PollResult
from shizheng.statistics.polls.selectors import CITY, earlier_results, fewest_answers

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Told:
    """A result as it may be seen; ``estimate`` is None where it is withheld (不予公布)."""

    row: PollResult
    estimate: Estimate | None


@dataclass(frozen=True, slots=True)
class Since:
    """How an answer differs from the poll before; a change within error is not a change.

    Args:
        before: the poll that is compared with.
        change: None where they cannot be compared.
        is_other_wording: the question was put in other words.
        is_other_way: it was asked in another way, or of another list of people.
    """

    before: Poll
    change: Difference | None
    is_other_wording: bool
    is_other_way: bool


def told_of(poll: Poll, rows: Iterable[PollResult], *, whole: bool = False) -> list[Told]:
    """Return results in their order, those of too few answers without their numbers.

    Args:
        whole: withhold nothing, for who signs it off.
    """
    some = list(rows)
    hidden = {} if whole else hidden_of(some, fewest_answers())
    return [
        Told(row, None if row.district in hidden.get(row.topic, ()) else estimated(row))
        for row in some
    ]


def hidden_of(rows: Iterable[PollResult], fewest: int) -> dict[str, frozenset[str]]:
    """Return by topic the districts, or the city, of which no share is told."""
    counts: dict[str, dict[str, int]] = {}
    for row in rows:
        counts.setdefault(row.topic, {})[row.district] = row.answers
    return {topic: withheld(each, fewest) for topic, each in counts.items()}


def estimated(row: PollResult) -> Estimate:
    """Return a result with its margin of error."""
    return stated(row.share / HUNDRED, row.answers, row.design_effect)


def changes_of(poll: Poll, told: Iterable[Told]) -> Mapping[tuple[str, str], Since]:
    """Return by topic and answer of the city how it differs from the poll before."""
    some = [each for each in told if each.row.district == CITY]
    earlier = earlier_results(poll, {each.row.topic for each in some})
    fewest = fewest_answers()
    found = {}
    for each in some:
        before = {row.answer: row for row in earlier.get(each.row.topic, ())}
        row = before.get(each.row.answer)
        if row is not None and each.estimate is not None and row.answers >= fewest:
            found[each.row.topic, each.row.answer] = _since(poll, each, row)
    return found


def _since(poll: Poll, told: Told, before: PollResult) -> Since:
    is_other = before.question != told.row.question
    change = None
    if told.estimate is not None and not is_other:
        change = difference(estimated(before), told.estimate)
    way = (before.poll.mode, before.poll.frame) != (poll.mode, poll.frame)
    return Since(before.poll, change, is_other, way)
