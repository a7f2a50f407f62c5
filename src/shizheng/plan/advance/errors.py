"""How advance reviews say no."""

from shizheng.kernel.errors import N_, DomainError


class AdvanceRuleMissing(DomainError):
    """The pack says nothing about advance reviews (未設先期審查規則)."""

    code = "plan.advance.rule_missing"
    message = N_("The city's pack has no rule for advance reviews.")
    hint = N_("Add a definition with `schema: advance_rule/1` to the pack and load it.")


class BelowThreshold(DomainError):
    """Too small for a review (未達先期審查門檻)."""

    code = "plan.advance.below_threshold"
    message = N_("A project of {cost_twd} TWD needs no advance review; it begins at {least} TWD.")
    hint = N_("Enter it in the budget without one.")


class DaysWrong(DomainError):
    """The end is before the start (計畫期程順序有誤)."""

    code = "plan.advance.days_wrong"
    message = N_("The project cannot end on {ends_on} and begin on {starts_on}.")
    hint = N_("Give the first and the last day, in this order.")


class NotUnderReview(DomainError):
    """No version waits for a review (無審查中版次)."""

    code = "plan.advance.not_under_review"
    message = N_("No version of project {number} is under review.")
    hint = N_("Open the project to see how it stands.")
    status = 409


class StillUnderReview(DomainError):
    """One version at a time (審查中不得重新提報)."""

    code = "plan.advance.still_under_review"
    message = N_("Project {number} is under review, or passed already.")
    hint = N_("A new version follows a version that did not pass.")
    status = 409


class ReviewsTooFew(DomainError):
    """Not enough scores (評分人數不足)."""

    code = "plan.advance.reviews_too_few"
    message = N_("Project {number} has {count} reviews; {least} are needed.")
    hint = N_("Wait for the other reviewers.")
