"""What narrows the list of works: a form that lives in the address."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shizheng.core.words import in_language
from shizheng.plan.directives.words import agency_name
from shizheng.plan.models import StageChoice
from shizheng.plan.works.selectors import lists


class FilterForm(forms.Form):
    """What narrows the list; it lives in the address."""

    stage = forms.ChoiceField(
        label=_("Stage"), required=False,
        choices=[("running", _("Not finished")), *StageChoice.choices, ("all", _("All"))],
    )  # fmt: skip
    state = forms.ChoiceField(
        label=pgettext_lazy("plan", "Warnings"), required=False,
        choices=[
            ("", _("With and without")), ("behind", _("Behind")), ("warned", _("Any warning")),
        ],
    )  # fmt: skip
    agency = forms.ChoiceField(label=pgettext_lazy("plan", "Agency in charge"), required=False)
    district = forms.ChoiceField(label=_("District"), required=False)
    item = forms.CharField(widget=forms.HiddenInput, required=False, max_length=10)
    q = forms.CharField(label=_("Words or number"), required=False, max_length=100)
    sort = forms.ChoiceField(
        label=_("In order of"), required=False,
        choices=[
            ("number", _("Number")),
            ("-amount", _("Amount, largest first")),
            ("ends", _("Planned end, earliest first")),
            ("percent", _("Progress, least first")),
        ],
    )  # fmt: skip

    def __init__(self, *positional: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        agencies = [(each.code, agency_name(each)) for each in lists.work_agencies()]
        districts = [(each.code, in_language(each.name)) for each in lists.work_districts()]
        self.fields["agency"].choices = [("", _("Any")), *agencies]  # type: ignore[attr-defined]  # a choice
        self.fields["district"].choices = [("", _("Any")), *districts]  # type: ignore[attr-defined]  # a choice


def filters_of(query: QueryDict) -> tuple[FilterForm, lists.Filters]:
    """Return the filter form and the filters in the address; a wrong one narrows nothing."""
    form = FilterForm(query or None)
    if not form.is_bound:
        return form, lists.Filters()
    form.is_valid()
    return form, lists.Filters(
        **{name: value for name, value in form.cleaned_data.items() if value}
    )
