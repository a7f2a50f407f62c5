"""Forms of a step: what became of it, the task force's decision, the number of its case."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shizheng.core.forms import CityDateField
from shizheng.core.models import Agency
from shizheng.core.words import in_language
from shizheng.services.masters.actions import Change
from shizheng.services.models import CaseStep

LONGEST = 2_000
ACTS = {
    "begin": (CaseStep.Status.OPEN, pgettext_lazy("services", "Begun")),
    "done": (CaseStep.Status.DONE, _("Completed")),
    "block": (CaseStep.Status.BLOCKED, _("Blocked: the task force decides")),
    "drop": (CaseStep.Status.DROPPED, _("Not needed")),
    "promise": ("", _("As before; only the promised day changes")),
}


class StepForm(forms.Form):
    """What became of a step, when, why, and which day is promised."""

    use_required_attribute = False
    act = forms.ChoiceField(label=_("What became of it"), widget=forms.RadioSelect)
    on = CityDateField(label=_("On which day"), help_text=_("At the latest today."))
    why = forms.CharField(
        label=_("Why, or what holds it up"), required=False, max_length=LONGEST,
        help_text=_("Needed where it is blocked. The applicant reads it."),
        widget=forms.Textarea({"rows": 3}),
    )  # fmt: skip
    promised_on = CityDateField(
        label=_("Promised day"), required=False,
        help_text=_("The day by which you promise the permit. It stays if left empty."),
    )  # fmt: skip
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, step: CaseStep, today: date) -> None:
        initial = {"on": today, "promised_on": step.promised_on, "seen": step.status}
        super().__init__(data, initial=initial)
        self.step = step
        act = self.fields["act"]
        assert isinstance(act, forms.ChoiceField)  # noqa: S101 - declared above
        act.choices = [
            (key, words) for key, (status, words) in ACTS.items() if status != step.status
        ]

    def change(self) -> Change:
        """Return what is to become of the step."""
        given = self.cleaned_data
        status = ACTS[given["act"]][0] or self.step.status
        return Change(str(status), given["on"], given["why"], given["promised_on"])


class DecisionForm(forms.Form):
    """What the task force decided, who carries it out, by when."""

    use_required_attribute = False
    decision = forms.CharField(
        label=pgettext_lazy("services", "Decision"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 4}),
    )
    agency = forms.ChoiceField(label=_("Who carries it out"))
    due_on = CityDateField(label=_("By when"), required=False)

    def __init__(self, data: Any = None, *, step: CaseStep) -> None:
        super().__init__(data, initial={"agency": step.agency.code})
        agency = self.fields["agency"]
        assert isinstance(agency, forms.ChoiceField)  # noqa: S101 - declared above
        rows = Agency.objects.order_by("position", "code")
        agency.choices = [(row.code, in_language(row.name)) for row in rows]


class LinkForm(forms.Form):
    """The number of a case that was filed by itself."""

    use_required_attribute = False
    number = forms.CharField(label=_("Number of the case"), max_length=60)


class FreeForm(forms.Form):
    """Days on which a place should be free."""

    use_required_attribute = False
    first = CityDateField(label=_("First day"))
    last = CityDateField(label=_("Last day"))

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order."""
        given = super().clean() or {}
        if given.get("first") and given.get("last") and given["last"] < given["first"]:
            self.add_error("last", _("The last day cannot be before the first."))
        return given
