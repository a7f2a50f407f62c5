"""What may be a result of a poll, and a file of results (調查結果檔)."""

import re
from dataclasses import dataclass
from decimal import Decimal

from shizheng.core.models import Area
from shizheng.kernel.errors import N_
from shizheng.kernel.text import fold
from shizheng.statistics.polls.errors import ResultTwice, ResultUnfit
from shizheng.statistics.polls.table import Cells, Taken, decimal_of, taken

COLUMNS = (
    "topic", "question", "answer", "district", "share", "answers", "design_effect",
)  # fmt: skip
NEEDED = ("topic", "question", "answer", "share", "answers")
TOPIC = re.compile("[a-z][a-z0-9_]{0,59}")


@dataclass(frozen=True, slots=True)
class Result:
    """One result: what share gave an answer to a question, in the city or a district (調查結果).

    Args:
        topic: code of the question, the same in every poll that asks it.
        district: its code; empty for the city.
        share: per cent of the weighted answers.
        answers: people who answered the question there.
    """

    topic: str
    question: str
    answer: str
    share: Decimal
    answers: int
    district: str = ""
    design_effect: Decimal = Decimal(1)

    def check(self, responses: int) -> None:
        """Refuse what is no result of a poll with so many responses.

        Raises:
            ResultUnfit: that.
        """
        reason = ""
        if not TOPIC.fullmatch(self.topic):
            reason = N_("the topic is a code of small letters, digits and _")
        elif not (0 < len(self.question) <= 300 and 0 < len(self.answer) <= 100):
            reason = N_("question or answer is missing or too long")
        elif not 0 <= self.share <= 100 or self.share != round(self.share, 2):
            reason = N_("a share is 0 to 100 per cent with at most 2 decimals")
        elif not 2 <= self.answers <= responses:
            reason = N_("answers are 2 or more, and no more than people who answered the poll")
        elif not 1 <= self.design_effect < 1000 or self.design_effect != round(
            self.design_effect, 3
        ):
            reason = N_("a design effect is 1 or more, with at most 3 decimals")
        if reason:
            raise ResultUnfit(reason=reason)

    def check_beside(self, question: str, district: str, answers: int) -> None:
        """Refuse what contradicts another result of the same topic.

        Raises:
            ResultUnfit: another wording, or another count of answers in the same place.
        """
        if question != self.question:
            raise ResultUnfit(reason=N_("the same topic has another wording in this poll"))
        if district == self.district and answers != self.answers:
            raise ResultUnfit(reason=N_("answers of one question in one place differ"))


def results_read(content: bytes, encoding: str, *, responses: int) -> Taken[Result]:
    """Read a file of results; each is checked alone and beside the others of its topic.

    Raises:
        FileTooLong, EncodingUnknown, FileUnreadable, TableUnfit: nothing of it can be used.
    """
    places = districts()
    seen: dict[str, list[Result]] = {}

    def row(cells: Cells) -> Result:
        result = _result(cells, places)
        result.check(responses)
        beside = seen.setdefault(result.topic, [])
        for other in beside:
            if (other.answer, other.district) == (result.answer, result.district):
                raise ResultTwice
            result.check_beside(other.question, other.district, other.answers)
        beside.append(result)
        return result

    return taken(content, encoding, columns=COLUMNS, needed=NEEDED, row=row)


def districts() -> dict[str, str]:
    """Return the districts of today: every name and code to its code."""
    rows = list(Area.objects.filter(kind=Area.Kind.DISTRICT, valid_to=None).order_by("code"))
    names = {fold(name): row.code for row in rows for name in row.name.values()}
    return names | {row.code: row.code for row in rows}


def _result(cells: Cells, places: dict[str, str]) -> Result:
    district = places.get(fold(cells["district"]), "")
    if cells["district"] and not district:
        raise ResultUnfit(reason=N_("there is no such district"))
    share, answers = decimal_of(cells["share"]), decimal_of(cells["answers"])
    effect = decimal_of(cells["design_effect"] or "1")
    if share is None or answers is None or effect is None or answers != int(answers):
        raise ResultUnfit(reason=N_("share, answers or design effect is no number"))
    return Result(
        topic=cells["topic"], question=cells["question"], answer=cells["answer"], share=share,
        answers=int(answers), district=district, design_effect=effect,
    )  # fmt: skip
