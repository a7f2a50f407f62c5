"""The two forms of a quarter: close it, and correct it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from shizheng.plan.directives.fields import WordsField
from shizheng.plan.sent import OnceForm


class CloseForm(OnceForm):
    """Close the quarter; with open points it takes a reason."""

    title = _("Close the quarter")
    button = _("Close the quarter")

    reason = WordsField(
        label=_("Why it is closed although points are open"), required=False, max_length=1_000,
        help_text=_("Everybody can read it in the report. Leave it empty if nothing is open."),
    )  # fmt: skip

    def __init__(self, *positional: Any, open_count: int = 0, **named: Any) -> None:
        super().__init__(*positional, **named)
        self.fields["reason"].required = open_count > 0


class CorrectForm(OnceForm):
    """Put a closed quarter right with another version."""

    title = _("Correct the closed quarter")
    button = _("Keep a corrected version")
    about = _(
        "The lights are computed anew from what is known now. The version that was closed stays "
        "readable, and so do the reports of later quarters."
    )

    reason = WordsField(
        label=_("Why it is corrected"), max_length=1_000,
        help_text=_("Everybody can read it in the report."),
    )  # fmt: skip
