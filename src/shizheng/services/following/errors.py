"""Refusals of following a case: codes, messages, ratings, subscriptions."""

from shizheng.kernel.errors import N_, DomainError


class CodeWrong(DomainError):
    """Number and follow code do not belong together (案號或查詢碼不符).

    The same for a number that does not exist, so that nobody learns which cases there are.
    """

    code = "services.code_wrong"
    message = N_("There is no case with this number and this follow code.")
    hint = N_("Both stand in the receipt and in each notice. Small or large letters do not matter.")
    status = 404


class MessageEmpty(DomainError):
    """A message without words (訊息空白)."""

    code = "services.message_empty"
    message = N_("The message is empty.")
    hint = N_("Write what you want to say.")


class MessageTooLong(DomainError):
    """A message longer than is taken (訊息過長)."""

    code = "services.message_too_long"
    message = N_("The message has {length} characters; at most {limit} are taken.")
    hint = N_("Shorten it, or send it in two parts.")


class MessageNotYours(DomainError):
    """The person has no part in the case that lets them write (非得留言之人)."""

    code = "services.message_not_yours"
    message = N_("You may not write about case {number}.")
    hint = N_("Its parties and those who work on it may. Enter the follow code if you have one.")
    status = 403


class RatingClosed(DomainError):
    """The question is not asked now (非滿意度調查期間)."""

    code = "services.rating_closed"
    message = N_("Case {number} cannot be rated now.")
    hint = N_("It can be rated after it is closed, within the time that the page names.")
    status = 409


class RatingOutOfRange(DomainError):
    """Not one to five stars (評分超出範圍)."""

    code = "services.rating_out_of_range"
    message = N_("A rating is from 1 to 5.")
    hint = N_("Choose one of the five.")


class NotToFollow(DomainError):
    """The case is not open to the public, or closed (無法追蹤)."""

    code = "services.not_to_follow"
    message = N_("Case {number} cannot be followed.")
    hint = N_("Only open cases that everybody may see can be followed.")
    status = 409


class FormSentAlready(DomainError):
    """The form was sent before with other content (表單已送出)."""

    code = "services.form_sent_already"
    message = N_("This form was sent already.")
    hint = N_("Open a fresh one for another report; the first one is in your cases.")
    status = 409
