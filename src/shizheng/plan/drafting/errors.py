"""How writing on a draft says no, and at which field."""

from shizheng.kernel.errors import N_, DomainError


class WeightsAboveHundred(DomainError):
    """The weights of an item would add to more than 100 (權重合計超過100)."""

    code = "plan.draft.weights_above"
    message = N_("With this the weights of item {item} add to {sum}; they may not pass 100.")
    hint = N_("Give at most {left}, or lower the weight of another indicator first.")
    field = "weight"


class DueOutsidePlan(DomainError):
    """A day before the plan begins (期限早於計畫期間)."""

    code = "plan.draft.due_before_plan"
    message = N_("This day is before the plan begins on {first}.")
    hint = N_("Give a day on which the plan is in force.")
    field = "due_on"


class StepAfterDue(DomainError):
    """A milestone later than what it leads to (里程碑晚於期限)."""

    code = "plan.draft.step_after_due"
    message = N_("The milestone is after the due date {due}.")
    hint = N_("Give an earlier day, or move the due date of the commitment.")
    field = "due_on"


class OwnerIsPartner(DomainError):
    """The owner stands among the partners too (主辦機關重複為協辦)."""

    code = "plan.draft.owner_is_partner"
    message = N_("The agency that owns the commitment is named as a partner too.")
    hint = N_("Take it out of the partners.")
    field = "partners"


class BaselineDayAlone(DomainError):
    """The day of a baseline without its figure (只有基期日)."""

    code = "plan.draft.baseline_missing"
    message = N_("A day is given for the baseline, but no figure.")
    hint = N_("Give the figure of that day, or leave both empty.")
    field = "baseline"
