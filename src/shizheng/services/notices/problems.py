"""Why a notice did not go out, as a code that is kept and in words that are shown."""

from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Problem(StrEnum):
    """What stood in the way (未送達原因); never the address itself, which is personal."""

    NO_ADDRESS = "no_address"
    PART_ENDED = "part_ended"
    NO_GATEWAY = "no_gateway"
    GIVEN_UP = "given_up"
    UNREACHABLE = "unreachable"
    ANSWERED = "answered"
    MAIL_ANSWERED = "mail_answered"


WORDS = {
    Problem.NO_ADDRESS: gettext_lazy("There is no address that could be used."),
    Problem.PART_ENDED: gettext_lazy("The person has no part in the case any more."),
    Problem.NO_GATEWAY: gettext_lazy("This city sends nothing this way."),
    Problem.GIVEN_UP: gettext_lazy("It was tried too often."),
    Problem.UNREACHABLE: gettext_lazy("The other side could not be reached."),
    Problem.ANSWERED: gettext_lazy("The gateway answered {detail}."),
    Problem.MAIL_ANSWERED: gettext_lazy("The mail server answered {detail}."),
}


def problem_words(kept: str) -> str:
    """Return a kept problem (``answered 503``) in words; empty for none."""
    code, _space, detail = kept.partition(" ")
    if not code:
        return ""
    words = {str(key): text for key, text in WORDS.items()}.get(code)
    return str(words).format(detail=detail) if words else _("It could not be sent.")
