"""What narrows the list of directives: a form that lives in the address."""

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shizheng.core.access import Person
from shizheng.core.models import Agency
from shizheng.plan.directives.selectors import lists
from shizheng.plan.directives.words import agency_name
from shizheng.plan.models import Directive, SourceChoice


class FilterForm(forms.Form):
    """What narrows the list; it lives in the address."""

    state = forms.ChoiceField(
        label=_("State"), required=False,
        choices=[
            ("following", _("All that are followed")),
            ("open", _("Followed")),
            ("release_requested", _("Release requested")),
            ("released", _("Released")),
            ("all", _("All")),
        ],
    )  # fmt: skip
    due = forms.ChoiceField(
        label=pgettext_lazy("plan", "Due"), required=False,
        choices=[("", _("At any time")), ("overdue", _("Overdue")), ("week", _("Within 7 days"))],
    )  # fmt: skip
    lead = forms.ChoiceField(label=_("Lead agency"), required=False)
    source = forms.ChoiceField(
        label=_("Where it comes from"), required=False,
        choices=[("", _("Anywhere")), *SourceChoice.choices],
    )  # fmt: skip
    q = forms.CharField(label=_("Words or number"), required=False, max_length=100)
    sort = forms.ChoiceField(
        label=_("In order of"), required=False,
        choices=[
            ("due", _("Due date, earliest first")),
            ("-due", _("Due date, latest first")),
            ("number", _("Number, oldest first")),
            ("-number", _("Number, newest first")),
            ("percent", _("Progress, least first")),
            ("lead", _("Lead agency")),
        ],
    )  # fmt: skip

    def __init__(self, *positional: Any, leads: list[Agency], **named: Any) -> None:
        super().__init__(*positional, **named)
        self.fields["lead"].choices = [  # type: ignore[attr-defined]  # a choice
            ("", _("Any")), *((agency.code, agency_name(agency)) for agency in leads)
        ]  # fmt: skip


def filters_of(query: QueryDict, leads: list[Agency]) -> tuple[FilterForm, lists.Filters]:
    """Return the filter form and the filters in the address; a wrong one narrows nothing."""
    form = FilterForm(query or None, leads=leads)
    given = form.cleaned_data if form.is_bound and form.is_valid() else {}
    if form.is_bound and form.errors:
        given = {name: value for name, value in form.cleaned_data.items() if value}
    return form, lists.Filters(**{name: value for name, value in given.items() if value})


def lead_agencies(viewer: Person) -> list[Agency]:
    """Return the agencies that lead a directive the viewer can see."""
    led = Directive.objects.visible_to(viewer).order_by().values("lead")
    return list(Agency.objects.filter(pk__in=led).order_by("position", "code"))


def exported_filters(request: HttpRequest) -> tuple[date, lists.Filters]:
    """Return today and the filters in the address, for exports and feeds."""
    _form, filters = filters_of(request.GET, lead_agencies(request.user))
    return timezone.localdate(), filters
