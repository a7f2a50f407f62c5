"""Where a work stands, and the one table of allowed changes (工程階段)."""

from collections.abc import Mapping
from enum import StrEnum

from shizheng.kernel.errors import N_, DomainError


class Stage(StrEnum):
    """From the first paper to acceptance; says nothing about time."""

    PREPARATION = "preparation"  # 規劃設計
    TENDER = "tender"  # 招標決標
    CONSTRUCTION = "construction"  # 施工
    COMPLETED = "completed"  # 竣工
    ACCEPTED = "accepted"  # 驗收合格
    TERMINATED = "terminated"  # 終止契約


NEXT: Mapping[Stage, frozenset[Stage]] = {
    Stage.PREPARATION: frozenset({Stage.TENDER, Stage.TERMINATED}),
    Stage.TENDER: frozenset({Stage.CONSTRUCTION, Stage.TERMINATED}),
    Stage.CONSTRUCTION: frozenset({Stage.COMPLETED, Stage.TERMINATED}),
    Stage.COMPLETED: frozenset({Stage.ACCEPTED, Stage.CONSTRUCTION}),
    Stage.ACCEPTED: frozenset(),
    Stage.TERMINATED: frozenset(),
}
"""A work found incomplete at acceptance goes back to construction."""


class StageNotPossible(DomainError):
    """The work cannot come to this stage from where it is (工程階段不得如此變更)."""

    code = "plan.work.stage_not_possible"
    message = N_("Work {number} cannot go from “{stage}” to “{wanted}”.")
    hint = N_("Open the work again; its page offers the stages that come next.")


def check_next(stage: str, wanted: str, *, number: str) -> None:
    """Refuse a stage that does not follow.

    Raises:
        StageNotPossible: the table does not allow it.
    """
    if Stage(wanted) not in NEXT[Stage(stage)]:
        raise StageNotPossible(number=number, stage=stage, wanted=wanted)
