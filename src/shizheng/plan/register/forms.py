"""What readers and officers can ask of the plan register."""

from datetime import date
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shizheng.plan.models import Edition, Plan
from shizheng.plan.register.selectors import Filters
from shizheng.plan.register.words import KINDS, LIGHTS


class FiltersForm(forms.Form):
    """Filters of the overview; what it cannot read it leaves out: old links say anything."""

    q = forms.CharField(required=False, max_length=100, label=_("Search the plan"))
    light = forms.ChoiceField(
        required=False, label=_("Light"), choices=[("", _("Any light")), *LIGHTS.items()]
    )
    kind = forms.ChoiceField(
        required=False, label=_("Kind"), choices=[("", _("Any kind")), *KINDS.items()]
    )
    dated = forms.BooleanField(required=False, label=_("Has a due date"))

    def filters(self) -> Filters:
        """Return what was asked for."""
        self.is_valid()
        asked = self.cleaned_data
        return Filters(
            light=asked.get("light", ""),
            kind=asked.get("kind", ""),
            words=asked.get("q", ""),
            dated=asked.get("dated", False),
        )


class EditionChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """A choice among editions, each named by number and title."""

    def label_from_instance(self, obj: Edition) -> str:
        """Return how the list names an edition."""
        return gettext("Edition {number}, {title}").format(
            number=obj.number, title=obj.title or obj.plan.code
        )


class CompareForm(forms.Form):
    """Two editions to lay side by side."""

    old = EditionChoice(Edition.objects.none(), label=_("Earlier text"))
    new = EditionChoice(Edition.objects.none(), label=_("Later text"))

    def __init__(self, *args: Any, editions: QuerySet[Edition], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("old", "new"):
            cast(EditionChoice, self.fields[name]).queryset = editions


class ImportForm(forms.Form):
    """The file of an outline, for a plan that is there."""

    plan = forms.ModelChoiceField(
        Plan.objects.all(), label=pgettext_lazy("plan", "Plan"), to_field_name="code"
    )
    file = forms.FileField(
        label=_("Text or PDF of the outline"),
        help_text=_("Plain text (UTF-8, UTF-16 or Big5) or a PDF with a text layer, up to 20 MB."),
    )


class AdoptForm(forms.Form):
    """The day of adoption and what decided it."""

    on = forms.DateField(label=_("Adopted on"))
    why = forms.CharField(
        label=pgettext_lazy("plan", "Decision"),
        max_length=500,
        help_text=_("The meeting or document that adopted this edition."),
    )


class ReasonForm(forms.Form):
    """Why something is done."""

    why = forms.CharField(label=_("Reason"), max_length=500)


class MilestoneForm(forms.Form):
    """The day a milestone was reached and the record that shows it."""

    reached_on = forms.DateField(label=_("Reached on"))
    why = forms.CharField(
        label=_("Evidence"),
        max_length=300,
        help_text=_("Number of the document, report or record that shows it."),
    )

    def clean_reached_on(self) -> date:
        """A milestone cannot have been reached in the future."""
        day: date = self.cleaned_data["reached_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(
                _("This day has not come yet. Give today or an earlier day.")
            )
        return day
