"""What digging refuses, of applications, changes and works on site."""

from shizheng.kernel.errors import N_, DomainError

STATES = {
    "waiting": N_("under assessment"),
    "granted": N_("granted"),
    "refused": N_("refused"),
    "returned": N_("sent back to be modified"),
    "cancelled": N_("cancelled"),
    "revoked": N_("revoked"),
    "in_progress": N_("in progress"),
    "stopped": N_("stopped"),
    "backfilled": N_("backfilled"),
    "closed": N_("restored"),
}


class DiggingUnset(DomainError):
    """The pack says nothing of digging, or has no calendar (尚未設定道路挖掘規則)."""

    code = "digging.unset"
    message = N_("This city has no rules of digging yet.")
    hint = N_("Add a definition of the kind digging and a calendar to the pack, and load it.")


class OwnerUnknown(DomainError):
    """No such owner of pipes (查無管線單位)."""

    code = "digging.owner_unknown"
    message = N_("“{owner}” is no owner of pipes here.")
    hint = N_("Known: {known}.")


class SectionUnknown(DomainError):
    """No such road section on that day (查無路段)."""

    code = "digging.section_unknown"
    message = N_("{section} is no road section on {day}.")
    hint = N_("Choose sections on the map or from the register of road sections.")


class DatesUnfit(DomainError):
    """The dates cannot be worked with (施工日期不符)."""

    code = "digging.dates_unfit"
    message = N_("Works from {first} to {last} cannot be asked for on {day}.")
    hint = N_("The last day is not before the first, and only emergencies begin in the past.")


class PermitLive(DomainError):
    """The record has a permit that is not over (已有進行中之許可)."""

    code = "digging.permit_live"
    message = N_("{number} has a permit that is not over yet.")
    hint = N_("Ask for a change of that permit, or cancel it first.")
    status = 409


class RoadBanned(DomainError):
    """A ban holds on the road in that time (禁挖期間)."""

    code = "digging.road_banned"
    message = N_("{section} may not be opened then: {reason} {ban}.")
    hint = N_("Choose days outside {since} to {until}.")
    worded = ("reason",)


class PermitMoved(DomainError):
    """The permit is in another state (許可狀態已變動)."""

    code = "digging.permit_moved"
    message = N_("{number} is “{state}” now, so this cannot be done.")
    hint = N_("Open it again and look at what changed.")
    status = 409
    worded = ("state",)

    def __init__(self, *, number: str, state: str) -> None:
        super().__init__(number=number, state=STATES[state])


class ChangeWaiting(DomainError):
    """A change request awaits its answer (變更申請審查中)."""

    code = "digging.change_waiting"
    message = N_("{number} has a change request that is not answered yet.")
    hint = N_("Wait for the answer to it.")
    status = 409


class OperatorMissing(DomainError):
    """The operator of a dangerous pipe has not signed on site (油氣管線單位尚未到場簽認)."""

    code = "digging.operator_missing"
    message = N_("Work cannot begin: the operator of {pipe} has not signed on site.")
    hint = N_("Call the operator and let it sign here first.")


class NotYet(DomainError):
    """The day for it has not come, or is over (未到或已逾許可期間)."""

    code = "digging.not_yet"
    message = N_("{number} may begin from {first} to {last}.")
    hint = N_("Ask for a change of dates if other days are needed.")


class AnswerMissing(DomainError):
    """A reason must be given (請填理由)."""

    code = "digging.answer_missing"
    message = N_("Say why, in {least} characters or more.")
    hint = N_("The reason goes to the applicant and stays with the permit.")


class PhotosMissing(DomainError):
    """Too few photos from the site (現場照片不足)."""

    code = "digging.photos_missing"
    message = N_("There are {count} photos; this report needs {least} or more.")
    hint = N_("Take photos on site and add them here.")
    status = 422


class NotAPhoto(DomainError):
    """The file is no picture (檔案不是照片)."""

    code = "digging.not_a_photo"
    message = N_("“{name}” is no picture.")
    hint = N_("Photos are JPEG, PNG or WebP.")


class PriceUnknown(DomainError):
    """The pack names no such price (查無單價)."""

    code = "digging.price_unknown"
    message = N_("There is no price “{price}”.")
    hint = N_("Choose one from the list.")


class QuantityUnfit(DomainError):
    """The quantity is not above 0 (數量不符)."""

    code = "digging.quantity_unfit"
    message = N_("{quantity} is no quantity to charge.")
    hint = N_("Write a number above 0 and at most 100,000, with at most one decimal place.")


class MemberUnknown(DomainError):
    """No such account (查無帳號)."""

    code = "digging.member_unknown"
    message = N_("There is no account “{username}” that may apply for permits to dig.")
    hint = N_("Create the account first and give it the role of pipe owners.")


class SectionMissing(DomainError):
    """No road section was chosen, or none lies under the line (未選路段)."""

    code = "digging.section_missing"
    message = N_("No road section is chosen.")
    hint = N_("Draw a line along the road, or choose sections from the list.")


class WindowUnfit(DomainError):
    """The days do not fit into the window (期間不足)."""

    code = "digging.window_unfit"
    message = N_("{days} days do not fit between {first} and {last}.")
    hint = N_("Choose a longer time, or fewer days.")


class NothingToPlan(DomainError):
    """There is nothing to plan in that year (該年度無預定挖掘)."""

    code = "digging.nothing_to_plan"
    message = N_("No dig is planned for {year}.")
    hint = N_("Owners file what they plan; then it can be planned together.")


class PlanMoved(DomainError):
    """The plan is in another state (計畫狀態已變動)."""

    code = "digging.plan_moved"
    message = N_("This cannot be done to {number} any more.")
    hint = N_("Open it again and look at what changed.")
    status = 409


class PinUnknown(DomainError):
    """A pin names what the plan does not have (釘選對象不在計畫內)."""

    code = "digging.pin_unknown"
    message = N_("“{text}” is no pin.")
    hint = N_(
        "Write one a line: a number and a day, two numbers with + between them, or with / "
        "to keep them apart."
    )


class ReadingsUnfit(DomainError):
    """A file of measured roughness cannot be taken in (量測檔有誤)."""

    code = "roads.readings_unfit"
    message = N_("Line {line}: {problem}.")
    hint = N_("Nothing was taken in. Put the line right and send the file again.")
    worded = ("problem",)


class DefectMoved(DomainError):
    """The defect is in another state (缺失狀態已變動)."""

    code = "roads.defect_moved"
    message = N_("This cannot be done to {number} any more.")
    hint = N_("Open it again and look at what changed.")
    status = 409
