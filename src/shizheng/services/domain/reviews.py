"""Joint review: what the answers of several agencies come to, and who is asked again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Answer(StrEnum):
    """What an agency answered (會審意見)."""

    WAITING = "waiting"  # 審查中
    AGREE = "agree"  # 同意
    CONDITIONS = "conditions"  # 附條件同意
    OBJECT = "object"  # 不同意
    RETURN = "return"  # 退回補正
    SILENT = "silent"  # 逾期未表示意見
    CLOSED = "closed"  # 免再審


FAVOURABLE = frozenset({Answer.AGREE, Answer.CONDITIONS})
UNFAVOURABLE = frozenset({Answer.RETURN, Answer.OBJECT, Answer.SILENT})


@dataclass(frozen=True, slots=True)
class ReviewStanding:
    """What the answers come to (會審結果).

    With ``join`` all, one that returns or objects decides as soon as nobody is waited for; with
    any, one that agrees is enough at once.
    """

    waiting: int
    is_done: bool
    is_agreed: bool
    is_objected: bool
    is_returned: bool


def standing_of(answers: Iterable[str], join: str = "all") -> ReviewStanding:
    """Return what ``answers`` come to; with no answers at all nothing is done."""
    given = [Answer(answer) for answer in answers if answer != Answer.CLOSED]
    waiting = sum(answer is Answer.WAITING for answer in given)
    favourable = sum(answer in FAVOURABLE for answer in given)
    if join == "any" and favourable:
        return ReviewStanding(0, True, True, False, False)
    is_done = bool(given) and not waiting
    is_returned = is_done and Answer.RETURN in given
    is_objected = is_done and not is_returned and (Answer.OBJECT in given or Answer.SILENT in given)
    is_agreed = is_done and not is_returned and not is_objected
    return ReviewStanding(waiting, is_done, is_agreed, is_objected, is_returned)


def asked_again(answers: Mapping[str, str], again: str) -> tuple[str, ...]:
    """Return the agencies asked in the next round: all, or only those that did not agree.

    Who agreed is not asked again, nor is who has not answered yet (退回機關始再審).
    """
    if again == "all":
        return tuple(answers)
    return tuple(agency for agency, answer in answers.items() if answer in UNFAVOURABLE)


def silence(rule: str) -> Answer | None:
    """Return what saying nothing in time is taken for (逾期未回復視為同意); None: ask the chief."""
    return {"deemed_agree": Answer.AGREE, "deemed_object": Answer.OBJECT}.get(rule)
