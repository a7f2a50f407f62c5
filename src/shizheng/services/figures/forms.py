"""What narrows the figures and the load; both stand in the address."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shizheng.core.words import in_language
from shizheng.services import city
from shizheng.services.figures.load import Asked as LoadAsked
from shizheng.services.figures.published import Asked, members
from shizheng.services.models import Service

YEARS = 6


class FiguresForm(forms.Form):
    """Year, and one service, agency or district whose months are wanted."""

    year = forms.ChoiceField(label=pgettext_lazy("services", "Year"), required=False)
    service = forms.ChoiceField(label=_("One service by month"), required=False)

    def __init__(self, asked: Asked, this_year: int) -> None:
        super().__init__(initial={"year": asked.year, asked.of: asked.code}, auto_id="figures-%s")
        years = sorted({asked.year, *range(this_year, this_year - YEARS, -1)}, reverse=True)
        _choose(self, "year", [(str(year), str(year)) for year in years])
        named = [(code, in_language(name)) for code, name in members("service").items()]
        _choose(self, "service", [("", _("All")), *named])


class LoadForm(forms.Form):
    """One agency or one service."""

    agency = forms.ChoiceField(label=_("Agency"), required=False)
    service = forms.ChoiceField(label=_("Service"), required=False)

    def __init__(self, asked: LoadAsked, agencies: Iterable[str]) -> None:
        super().__init__(
            initial={"agency": asked.agency, "service": asked.service}, auto_id="load-%s"
        )
        known = city.directory(city.loaded_at()).agencies
        codes = dict.fromkeys([*agencies, *filter(None, [asked.agency])])
        named = [(code, in_language(known[code].name)) for code in codes]
        _choose(self, "agency", [("", _("All")), *named])
        services = Service.objects.values_list("code", "name")
        _choose(self, "service", [("", _("All")), *((c, in_language(n)) for c, n in services)])


def _choose(form: forms.Form, name: str, choices: list[tuple[str, Any]]) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = choices
