"""Refusals of the case engine: what was asked, why not, what to do."""

from shizheng.kernel.errors import N_, DomainError


class ActUnknown(DomainError):
    """The service has no such act (無此作為)."""

    code = "services.act_unknown"
    message = N_("The service {service} knows no act “{act}”.")
    hint = N_("Open the case again: its page shows the acts that there are.")
    status = 404


class ActNotOpen(DomainError):
    """The case is not in a state in which this can be done (目前狀態不得為之)."""

    code = "services.act_not_open"
    message = N_("“{act}” cannot be done now: case {number} is at “{state}”.")
    hint = N_("Open the case again; its page shows the acts that are open now.")
    status = 409


class NotThisActor(DomainError):
    """The person has not the part that this act needs (非得為此作為之人)."""

    code = "services.not_this_actor"
    message = N_("“{act}” is not yours to do on case {number}.")
    hint = N_("It is done by: {actors}.")
    status = 403


class ConditionUnmet(DomainError):
    """A condition of the act does not hold (條件未成就)."""

    code = "services.condition_unmet"
    message = N_("“{act}” cannot be done yet: {reason}")
    hint = N_("See what is open on the page of the case.")
    worded = ("reason",)
    status = 409


class NotEligible(DomainError):
    """The applicant does not meet a condition of the service (不符申請資格)."""

    code = "services.not_eligible"
    message = N_("This cannot be applied for: {reason}")
    hint = N_("{advice}")


class OutsideWindow(DomainError):
    """The service takes nothing in on this day (非受理期間)."""

    code = "services.outside_window"
    message = N_("“{service}” is open from {opens} to {closes}; today is {today}.")
    hint = N_("Come back within that time.")


class TooManyOpen(DomainError):
    """The person has as many open cases of the service as are allowed (超過同時申請件數)."""

    code = "services.too_many_open"
    message = N_("You have {count} open cases of “{service}”; {limit} are allowed at a time.")
    hint = N_("Follow or withdraw one of them first.")


class ChannelClosed(DomainError):
    """The service does not take cases in by this channel (管道不受理)."""

    code = "services.channel_closed"
    message = N_("“{service}” does not take cases in by {channel}.")
    hint = N_("Use one of: {channels}.")


class SignInNeeded(DomainError):
    """The service wants to know who applies (須先登入)."""

    code = "services.sign_in_needed"
    message = N_("“{service}” can be applied for only after signing in.")
    hint = N_("Sign in, or make an account; what you typed is kept.")
    status = 401


class AnswersWrong(DomainError):
    """Some answers are missing or wrong (填寫內容有誤); ``faults`` names each field.

    ``faults``: field id (``rows.0.name`` inside tables) to (code, sentence).
    """

    code = "services.answers_wrong"
    message = N_("{count} answers are missing or wrong: {first}")
    hint = N_("Correct them and send the form again; nothing was lost.")

    def __init__(self, faults: "dict[str, Fault]") -> None:
        self.faults = faults
        key, fault = next(iter(faults.items()))
        super().__init__(count=len(faults), first=f"{key}: {fault}")


class Fault(DomainError):
    """What is wrong with one answer (欄位錯誤)."""

    code = "services.answer"
    message = N_("The answer is wrong.")


class AnswerMissing(Fault):
    """A required answer is missing (未填)."""

    code = "services.answer.missing"
    message = N_("This must be answered.")


class AnswerUnknown(Fault):
    """The form has no such field (無此欄位)."""

    code = "services.answer.unknown"
    message = N_("The service has no field “{field}”.")
    hint = N_("Known fields: {known}.")


class AnswerUnfit(Fault):
    """The answer is not of the kind of the field (格式不符)."""

    code = "services.answer.unfit"
    message = N_("“{value}” is not {expected}.")
    worded = ("expected",)


class AnswerTooLong(Fault):
    """The answer is longer than is allowed (內容過長)."""

    code = "services.answer.too_long"
    message = N_("{length} characters are too many; at most {limit} are allowed.")


class AnswerOutOfRange(Fault):
    """The number is too small or too large (超出範圍)."""

    code = "services.answer.out_of_range"
    message = N_("{value} is out of range: from {least} to {most}.")


class AnswerNotOffered(Fault):
    """The choice is not among those offered (不在選項內)."""

    code = "services.answer.not_offered"
    message = N_("“{value}” is not one of the choices.")
    hint = N_("Choose one of: {choices}.")


class AnswerRefused(Fault):
    """A check of the service says no (未通過檢核); ``words`` are the definition's own."""

    code = "services.answer.refused"
    message = N_("{words}")


class PlaceMissing(DomainError):
    """The service needs a place (未指定地點)."""

    code = "services.place_missing"
    message = N_("“{service}” needs a place.")
    hint = N_("Set the point on the map, or give an address and the district.")


class PlaceOutside(DomainError):
    """The place is not in the city (地點在本市以外)."""

    code = "services.place_outside"
    message = N_("{longitude}, {latitude} is outside the city.")
    hint = N_("Move the point into the city; for other places ask the city there.")


class DescriptionMissing(DomainError):
    """The service needs some words (未填說明)."""

    code = "services.description_missing"
    message = N_("“{service}” needs a description.")
    hint = N_("Say in a few words what is the matter and where.")


class ContactMissing(DomainError):
    """The service needs a way to answer (未填聯絡方式)."""

    code = "services.contact_missing"
    message = N_("“{service}” needs a name and an e-mail address or a telephone number.")
    hint = N_("Give one of them, so that we can answer you.")


class ServiceClosed(DomainError):
    """The service is not offered any more (服務已停止受理)."""

    code = "services.service_closed"
    message = N_("“{service}” is not offered.")
    hint = N_("Search for what you want to do: another service may have taken its place.")
    status = 404


class ExtensionSpent(DomainError):
    """The clock cannot be extended once more (已達展延次數)."""

    code = "services.extension_spent"
    message = N_("This period was extended {count} times already, which is all the law gives.")
    hint = N_("Decide within the time that is left.")


class ExtensionTooLong(DomainError):
    """More time is asked for than may be given (展延逾上限)."""

    code = "services.extension_too_long"
    message = N_("{amount} is more than the {limit} that may be added.")
    hint = N_("Ask for less.")


class ExtensionTooLate(DomainError):
    """An extension must be told before the end (逾期不得展延)."""

    code = "services.extension_too_late"
    message = N_("The period ended at {due}; it can be extended only before it ends.")
    hint = N_("Decide now; the lateness stays on record.")


class SecondPersonNeeded(DomainError):
    """Another person must confirm (須由他人覆核)."""

    code = "services.second_person_needed"
    message = N_("The same person cannot both ask for and confirm “{act}”.")
    hint = N_("Ask a colleague with the same right to confirm it.")
    status = 403


class ConfirmationOpen(DomainError):
    """An act already waits for its second person (已有待覆核作為)."""

    code = "services.confirmation_open"
    message = N_("“{act}” already waits for a second person on case {number}.")
    hint = N_("Confirm or reject it first.")
    status = 409


class CalendarUnset(DomainError):
    """No pack with a calendar is loaded (尚未載入行事曆)."""

    code = "services.calendar_unset"
    message = N_("There is no working calendar, so no period can be counted.")
    hint = N_("Load a pack first: shizheng load PACK.")


class NowhereToRoute(DomainError):
    """No rule of routing leads to an agency (無法分案)."""

    code = "services.nowhere_to_route"
    message = N_("No agency was found for this case of “{service}”.")
    hint = N_("The last rule of `routing` must have no condition.")


class AgencyUnknown(DomainError):
    """There is no such agency (無此機關)."""

    code = "services.agency_unknown"
    message = N_("No agency is called “{agency}”.")
    hint = N_("Choose one from the list of agencies.")


class AssigneeUnknown(DomainError):
    """There is no such person (無此人員)."""

    code = "services.assignee_unknown"
    message = N_("Nobody has the account “{person}”.")
    hint = N_("Choose a colleague from the list.")


class CaseUnknown(DomainError):
    """There is no such case, or none that may be seen (查無案件)."""

    code = "services.case_unknown"
    message = N_("There is no case {number} that you may see.")
    hint = N_("Check the number, and the follow code if you have one.")
    status = 404


class FileKindWrong(Fault):
    """The field takes other kinds of file (檔案類型不符)."""

    code = "services.answer.file_kind"
    message = N_("“{name}” is of a kind that is not taken here.")
    hint = N_("Give one of: {kinds}.")


class FilesTooMany(Fault):
    """More files than the field takes (檔案過多)."""

    code = "services.answer.files_too_many"
    message = N_("{count} files are too many; at most {limit} are taken.")
