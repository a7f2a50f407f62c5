"""What looking after things refuses."""

from shizheng.kernel.errors import N_, DomainError


class ItemMissing(DomainError):
    """An item was not answered (檢查項目未填)."""

    code = "places.upkeep.item_missing"
    message = N_("“{item}” is not answered.")
    hint = N_("Answer it, and send the inspection again.")


class ItemUnfit(DomainError):
    """An answer that the item cannot have (填答不合)."""

    code = "places.upkeep.item_unfit"
    message = N_("“{item}” cannot be “{value}”.")
    hint = N_("Give a value from {low} to {high}, or one of the answers that the form offers.")


class RoundUnknown(DomainError):
    """There is no such round (查無巡查種類)."""

    code = "places.upkeep.round_unknown"
    message = N_("There is no round “{round}” for these things any more.")
    hint = N_("Open the page while there is a signal, so that it knows today's rounds.")
    status = 404


class FaultUnknown(DomainError):
    """There is no such kind of fault (查無故障種類)."""

    code = "places.upkeep.fault_unknown"
    message = N_("There is no kind of fault “{fault}” for these things.")
    hint = N_("Choose one of: {known}.")


class ThingGone(DomainError):
    """The thing is not there (物件已除籍或不存在)."""

    code = "places.upkeep.thing_gone"
    message = N_("“{key}” is not in the register on {day}: it was retired, or never recorded.")
    hint = N_("If it does stand there, propose a change to the register first.")
    status = 409


class OfflineNumberUnfit(DomainError):
    """The device gave no usable number (裝置編號不合)."""

    code = "places.upkeep.offline_number_unfit"
    message = N_("The device gave this inspection no number by which it can be told from others.")
    hint = N_("Load the page again and save the inspection once more.")
    status = 400


class SentOtherwise(DomainError):
    """The number came before with other content (同號內容不同)."""

    code = "places.upkeep.sent_otherwise"
    message = N_("An inspection of “{key}” came under this number before, with other content.")
    hint = N_("What came first is kept. Save what you see now as a new inspection.")
    status = 409


class SentUnreadable(DomainError):
    """What the device sent cannot be read (內容無法讀取)."""

    code = "places.upkeep.sent_unreadable"
    message = N_("What was sent cannot be read: {part}.")
    hint = N_("Correct it and send again; load the page again if that does not help.")
    worded = ("part",)
    status = 400


class PhotosTooMany(DomainError):
    """Too many photos (照片過多)."""

    code = "places.upkeep.photos_too_many"
    message = N_("{count} photos are too many; {most} are taken.")
    hint = N_("Keep those that show it best.")


class PhotoUnfit(DomainError):
    """A file that is no photo (非照片檔)."""

    code = "places.upkeep.photo_unfit"
    message = N_("“{name}” is no photo.")
    hint = N_("Photos are JPEG, PNG or WebP.")
    status = 415


class OrderMoved(DomainError):
    """Somebody else was faster (維修單狀態已變更)."""

    code = "places.upkeep.order_moved"
    message = N_("Order {number} is {state} by now; this cannot be done to it.")
    hint = N_("Open it again and look at what happened meanwhile.")
    worded = ("state",)
    status = 409


class AssigneeUnfit(DomainError):
    """The person cannot do it (受派人不合)."""

    code = "places.upkeep.assignee_unfit"
    message = N_("{person} may not look after the things of this agency.")
    hint = N_("Choose somebody whose role may inspect and repair there.")


class AgencyUnfit(DomainError):
    """Nobody of the agency inspects (受派機關不合)."""

    code = "places.upkeep.agency_unfit"
    message = N_("Nobody of {agency} may inspect.")
    hint = N_("Choose an agency whose people have a role that inspects, or one person.")


class NotYours(DomainError):
    """It is somebody else's (非指派給您)."""

    code = "places.upkeep.not_yours"
    message = N_("This order is given to {person}.")
    hint = N_("Ask whoever leads the repairs to give it to you.")
    status = 409


class SamePerson(DomainError):
    """Who repaired it does not verify it (維修與複查須為不同人)."""

    code = "places.upkeep.same_person"
    message = N_("You repaired this yourself.")
    hint = N_("Somebody else looks whether it is sound.")
    status = 409


class AmountUnfit(DomainError):
    """An amount that makes no sense (數量不合)."""

    code = "places.upkeep.amount_unfit"
    message = N_("{given} is no amount that can be used.")
    hint = N_("Give a whole number from {least} to {most}.")


class PartUnknown(DomainError):
    """There is no such part (查無備品)."""

    code = "places.upkeep.part_unknown"
    message = N_("There is no part “{part}” for these things.")
    hint = N_("Choose one of the list; the city's pack declares them.")


class PartShort(DomainError):
    """Not enough in stock (庫存不足)."""

    code = "places.upkeep.part_short"
    message = N_("Of “{part}” only {there} are in stock; {wanted} were to be used.")
    hint = N_("Count the stock again, or enter what was delivered first.")
    status = 409


class WhyMissing(DomainError):
    """No reason was given (未敘明理由)."""

    code = "places.upkeep.why_missing"
    message = N_("Say why, in at least {least} characters.")
    hint = N_("Whoever reads the order later has to understand it.")


class NothingDue(DomainError):
    """Nothing is to be inspected (無應檢查項目)."""

    code = "places.upkeep.nothing_due"
    message = N_("Nothing is due by {day} that is not on somebody's list already.")
    hint = N_("Choose a later day or another district.")
    status = 409


class ListEnded(DomainError):
    """The list is closed (清單已結束)."""

    code = "places.upkeep.list_ended"
    message = N_("This list has ended.")
    hint = N_("Make another one of what is still due.")
    status = 409


class SheetUnknown(DomainError):
    """There is no such kind of plan (查無圖別)."""

    code = "places.upkeep.sheet_unknown"
    message = N_("There is no kind of plan “{kind}”.")
    hint = N_("Choose one of the list; the city's pack declares them.")


class SheetDated(DomainError):
    """The date of a plan cannot be (製圖日期不合)."""

    code = "places.upkeep.sheet_dated"
    message = N_("A plan drawn on {day} cannot be: that day has not come.")
    hint = N_("Give the day on which it was drawn.")


class CrewNamed(DomainError):
    """The agency has such a crew (班組名稱重複)."""

    code = "places.upkeep.crew_named"
    message = N_("The agency has a crew “{name}” already.")
    hint = N_("Take people into that one, or choose another name.")
    status = 409


class CrewEnded(DomainError):
    """The crew was dissolved (班組已解散)."""

    code = "places.upkeep.crew_ended"
    message = N_("The crew “{name}” was dissolved.")
    hint = N_("Form a new crew, or choose another one.")
    status = 409


class CrewBusy(DomainError):
    """The crew has work left (班組尚有工作)."""

    code = "places.upkeep.crew_busy"
    message = N_("“{name}” still has {lists} open lists and {orders} open orders.")
    hint = N_("Give them to somebody else first.")
    status = 409


class NobodyNamed(DomainError):
    """There is no such account (查無帳號)."""

    code = "places.upkeep.nobody_named"
    message = N_("No account is called “{username}”.")
    hint = N_("Write the account as it is used to sign in.")


class ShiftUnknown(DomainError):
    """There is no such shift (查無班別)."""

    code = "places.upkeep.shift_unknown"
    message = N_("The city declares no shift “{shift}” any more.")
    hint = N_("Choose one of the list, or write other times.")


class ShiftTwice(DomainError):
    """The crew has that shift (班別重複)."""

    code = "places.upkeep.shift_twice"
    message = N_("“{name}” has this shift already.")
    hint = N_("End that one first if its times are wrong.")
    status = 409


class ShiftUnfit(DomainError):
    """A shift on no day (班別無星期)."""

    code = "places.upkeep.shift_unfit"
    message = N_("A shift needs at least one weekday.")
    hint = N_("Choose the weekdays on which it begins.")


class ShiftsTooMany(DomainError):
    """Too many shifts (班別過多)."""

    code = "places.upkeep.shifts_too_many"
    message = N_("“{name}” has {count} shifts; {most} are the most.")
    hint = N_("End those that are worked no longer.")
    status = 409
