"""The form of a mid-term goal."""

from typing import Any, cast

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shizheng.core.models import Agency
from shizheng.plan.directives.fields import ItemsField
from shizheng.plan.directives.forms import AgencyChoice
from shizheng.plan.drafting.forms import DraftForm, initial_of
from shizheng.plan.models import MidtermGoal


class GoalForm(DraftForm):
    """A goal of several years, and the items of the plan in force that carry it."""

    title = _("Enter a mid-term goal")
    button = _("Save the goal")
    texts = {"name": (_("Goal"), 500, 2)}

    code = forms.CharField(
        label=pgettext_lazy("plan", "Code"), max_length=20,
        help_text=_("Letters, digits and hyphens, such as G1."),
        validators=[
            RegexValidator(
                r"^[A-Za-z0-9][A-Za-z0-9-]*$", _("Use letters, digits and hyphens only.")
            )
        ],
    )  # fmt: skip
    agency = AgencyChoice(
        label=pgettext_lazy("plan", "Agency in charge"),
        queryset=Agency.objects.none(),
        required=False,
    )
    items = ItemsField(label=_("Plan items that carry it"), max_length=4_000)
    source = forms.CharField(
        label=pgettext_lazy("plan", "Source"), max_length=300,
        help_text=_("Chapter and page of the mid-term plan that states it."),
    )  # fmt: skip

    def __init__(self, *positional: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        agencies = Agency.objects.filter(valid_to=None).order_by("position", "code")
        cast(Any, self.fields["agency"]).queryset = agencies

    @classmethod
    def shown_of(cls, goal: MidtermGoal) -> dict[str, Any]:
        """Return what it shows of a goal."""
        codes = goal.items.filter(edition__status="adopted").order_by("chapter__number", "number")
        return initial_of(goal, ("name", "code", "agency", "source")) | {
            "items": ", ".join(codes.values_list("code", flat=True))
        }
