"""How evaluations say no where it takes the tables to know; scores are checked in ``domain``."""

from shizheng.kernel.errors import N_, DomainError


class TypeUnknown(DomainError):
    """The pack has no such type of round (查無考核類別)."""

    code = "plan.evaluation.type_unknown"
    message = N_("The city has no type of evaluation “{type}”.")
    hint = N_("Choose one of the list; the pack's evaluation_type definitions hold them.")


class ControlRuleMissing(DomainError):
    """The pack says nothing about findings (未設缺失規則)."""

    code = "plan.evaluation.rule_missing"
    message = N_("The city's pack has no rule for findings.")
    hint = N_("Add a definition with `schema: control_rule/1` to the pack and load it.")


class AgenciesUnfit(DomainError):
    """Nobody, or somebody who cannot be reviewed in such a round (受考核機關不符)."""

    code = "plan.evaluation.agencies_unfit"
    message = N_("These agencies cannot be reviewed in such a round: {agencies}")
    hint = N_("Choose one or more of the agencies that the type names, not the control unit.")


class ReviewersTooFew(DomainError):
    """Not enough people to score (考核委員不足)."""

    code = "plan.evaluation.reviewers_too_few"
    message = N_("Agency {agency} could be scored by {count} reviewers; {least} are needed.")
    hint = N_("Name more reviewers who are not of that agency.")


class RoundClosed(DomainError):
    """Nothing is added to a closed round (考核已結束)."""

    code = "plan.evaluation.round_closed"
    message = N_("Round {number} is closed.")
    hint = N_("Open its page to read the results.")
    status = 409


class RoundUnfinished(DomainError):
    """Somebody still has time to score (考核尚未完成)."""

    code = "plan.evaluation.round_unfinished"
    message = N_("Round {number} still waits for {missing}, and has time until {due_on}.")
    hint = N_("Wait for them, or close the round after that day.")


class SubmittedAlready(DomainError):
    """Once is enough (已送出)."""

    code = "plan.evaluation.submitted_already"
    message = N_("This was submitted already and stays as it was.")
    hint = N_("Open the round to read it.")
    status = 409


class SelfAssessmentMissing(DomainError):
    """There is nothing to review yet (尚未自評)."""

    code = "plan.evaluation.self_assessment_missing"
    message = N_("Agency {agency} has not scored itself yet.")
    hint = N_("Score it once its self-assessment and evidence are in.")


class OwnAgency(DomainError):
    """Nobody scores his own agency (不得評核所屬機關)."""

    code = "plan.evaluation.own_agency"
    message = N_("You belong to {agency}, so you cannot score it.")
    hint = N_("The other reviewers of the round will.")
    status = 403


class EvidenceMissing(DomainError):
    """A score without what shows it (未附佐證)."""

    code = "plan.evaluation.evidence_missing"
    message = N_("Nothing is written as evidence for “{criterion}”.")
    hint = N_("Write what shows the score: figures, documents, or the plan item.")


class WordsMissing(DomainError):
    """Nothing is written where words are needed (未填說明)."""

    code = "plan.evaluation.words_missing"
    message = N_("Nothing is written where the words belong.")
    hint = N_("Write it down in a sentence; it stays on record.")


class FaultCodeUnknown(DomainError):
    """Not in the list of faults (查無缺失代碼)."""

    code = "plan.evaluation.fault_unknown"
    message = N_("The list of faults has no {code}.")
    hint = N_("Choose a code of the list; the pack's control_rule holds it.")


class FoundLater(DomainError):
    """A finding from the future (發現日期有誤)."""

    code = "plan.evaluation.found_later"
    message = N_("A finding cannot be dated {found_on}.")
    hint = N_("Give today or an earlier day.")


class FindingSettled(DomainError):
    """The finding does not stand where it did (缺失狀態已變更)."""

    code = "plan.evaluation.finding_settled"
    message = N_("Finding {number} has been dealt with already.")
    hint = N_("Open the register again to see how it stands.")
    status = 409


class OwnFindingCorrection(DomainError):
    """Two pairs of eyes (填報改善者不得複查)."""

    code = "plan.evaluation.own_correction"
    message = N_("You filed this correction, so you cannot check it.")
    hint = N_("Ask a colleague of the control unit to check it.")
    status = 403
