"""What the property ledger, leases, idle space and the land bank refuse."""

from shizheng.kernel.errors import N_, DomainError


class TenureUnset(DomainError):
    """The pack says nothing of property (尚未設定財產規則)."""

    code = "places.tenure.unset"
    message = N_("This city has declared nothing of that yet.")
    hint = N_("Add it to the definition of the kind tenure in the pack, and load it.")
    status = 404


class DocumentMissing(DomainError):
    """A value changes by a document only (價值異動須有文號)."""

    code = "places.tenure.document_missing"
    message = N_("A value changes only with the number of the document that says so.")
    hint = N_("Enter the document's number, such as 高市財產字第10930000000號.")


class NumberTaken(DomainError):
    """The number is given (財產編號重複)."""

    code = "places.tenure.number_taken"
    message = N_("The number {number} is taken by other property.")
    hint = N_("Look that one up, or give another number.")
    status = 409


class AmountUnfit(DomainError):
    """The amount or the area cannot be (金額或面積不符)."""

    code = "places.tenure.amount_unfit"
    message = N_("Area and value are not negative, and a value never falls below zero.")
    hint = N_("Check the figure; the book value today is NT$ {value}.")


class DayUnfit(DomainError):
    """The day cannot be (日期不符)."""

    code = "places.tenure.day_unfit"
    message = N_(
        "{day} cannot be: property changes between {first}, when it was acquired, and today."
    )
    hint = N_("Correct the day.")


class PropertyGone(DomainError):
    """It was disposed of (財產已處分)."""

    code = "places.tenure.gone"
    message = N_("{number} was disposed of; nothing changes any more.")
    hint = N_("Its ledger stays as it was.")
    status = 409


class LeaseOverlaps(DomainError):
    """Somebody else has a contract then (租期重疊)."""

    code = "places.tenure.lease_overlaps"
    message = N_("{number} is let by {other} from {first} to {last}.")
    hint = N_("End that contract first, or choose other days.")
    status = 409


class LeaseUnfit(DomainError):
    """Term or rent cannot be (租期或租金不符)."""

    code = "places.tenure.lease_unfit"
    message = N_(
        "A contract ends after it begins and lasts 20 years at most; no rent is due before it."
    )
    hint = N_("Correct term or rent; a step of the rent starts within the term.")


class LeaseEnded(DomainError):
    """The contract is over (契約已結束)."""

    code = "places.tenure.lease_ended"
    message = N_("The contract {number} is over.")
    hint = N_("Make a new one.")
    status = 409


class RentSettled(DomainError):
    """The rent is paid (租金已繳清)."""

    code = "places.tenure.rent_settled"
    message = N_("This rent is paid.")
    hint = N_("The contract lists what is open.")
    status = 409


class OccupationOpen(DomainError):
    """There is an open occupation (占用案尚未結案)."""

    code = "places.tenure.occupation_open"
    message = N_("Of {number} an occupation is open already, case {case}.")
    hint = N_("Go on with that one.")
    status = 409


class OccupationSettled(DomainError):
    """The occupation is settled (占用案已結案)."""

    code = "places.tenure.occupation_settled"
    message = N_("This occupation is settled.")
    hint = N_("If it is occupied again, record a new one.")
    status = 409


class WayUnknown(DomainError):
    """There is no such way (查無此處理方式)."""

    code = "places.tenure.way_unknown"
    message = N_("“{way}” is not declared here.")
    hint = N_("Known: {known}.")


class HouseholdRow(DomainError):
    """A line of a list of households that cannot be entered (名冊列有誤)."""

    code = "places.tenure.household_row"
    message = N_("Line {line} of the list cannot be entered: {why}.")
    hint = N_(
        "Write number and head, then contact, address and property number if known: each number "
        "once, and property of your agency."
    )


class HouseholdUnknown(DomainError):
    """Number and name do not belong to one household (戶號與戶名不符)."""

    code = "places.tenure.household_unknown"
    message = N_(
        "No household of this sale has that number and that name, or another account has it."
    )
    hint = N_("Write both as on the letter. If they are right, ask the agency in charge.")


class SaleClosed(DomainError):
    """The deadline has passed (已逾申購期限)."""

    code = "places.tenure.sale_closed"
    message = N_("Applications for this sale closed at the end of {last}.")
    hint = N_("Nothing can be entered any more; ask the agency what is still possible.")
    status = 409


class AppliedAlready(DomainError):
    """The household has applied (已提出申購)."""

    code = "places.tenure.applied_already"
    message = N_("This household has applied already.")
    hint = N_("Nothing more is to be done for now.")
    status = 409


class CountedElsewhere(DomainError):
    """Another agency keeps it (非本機關財產)."""

    code = "places.tenure.counted_elsewhere"
    message = N_("{number} is kept by {agency}, so this round cannot count it.")
    hint = N_("Tell that agency; if it is yours, have the ledger changed first.")
    status = 409


class CountedAlready(DomainError):
    """Somebody counted it in this round (本次盤點已完成)."""

    code = "places.tenure.counted_already"
    message = N_("{number} was counted in this round by {who}.")
    hint = N_("If that is wrong, correct the finding and say why.")
    status = 409


class RoundClosed(DomainError):
    """The round is over or has not begun (不在盤點期間)."""

    code = "places.tenure.round_closed"
    message = N_("This round counts from {first} to {last}.")
    hint = N_("Count on one of these days, or open another round.")
    status = 409


class NumberUnknown(DomainError):
    """There is no such property (查無此財產)."""

    code = "places.tenure.number_unknown"
    message = N_("There is no property {number}.")
    hint = N_("Check the number on the label; if the thing is new, record it first.")
    status = 404


class NotIdle(DomainError):
    """Only what stands idle is published (非閒置財產)."""

    code = "places.tenure.not_idle"
    message = N_("{number} does not stand idle, or is published already.")
    hint = N_("Say first in the ledger that it stands idle, and since when.")
    status = 409


class SpaceTaken(DomainError):
    """It is in use or taken back (空間已出借或收回)."""

    code = "places.tenure.space_taken"
    message = N_("{name} is not offered any more.")
    hint = N_("Search for another space.")
    status = 409


class TermUnfit(DomainError):
    """The wished term cannot be (使用期間不符)."""

    code = "places.tenure.term_unfit"
    message = N_(
        "A temporary use begins today or later, ends after it begins, and lasts 5 years at most."
    )
    hint = N_("Correct the days.")


class TooManyOpen(DomainError):
    """The person has too many open (待答案件過多)."""

    code = "places.tenure.too_many_open"
    message = N_("You have {most} of these waiting for an answer; no more are taken at once.")
    hint = N_("Wait for an answer, or withdraw one.")
    status = 409


class AnsweredAlready(DomainError):
    """It was answered or withdrawn (已答覆或撤回)."""

    code = "places.tenure.answered_already"
    message = N_("This was answered or withdrawn before.")
    hint = N_("The page says how it ended.")
    status = 409


class ReasonMissing(DomainError):
    """It must say why (請填理由)."""

    code = "places.tenure.reason_missing"
    message = N_("Say why, in {least} characters or more.")
    hint = N_("Whoever is concerned reads it.")


class FigureTaken(DomainError):
    """The month has such a figure (本月帳列數已登錄)."""

    code = "places.tenure.figure_taken"
    message = N_("The accounting figure of this month is NT$ {amount} already.")
    hint = N_("Enter another figure only if accounting has corrected it.")
    status = 409
