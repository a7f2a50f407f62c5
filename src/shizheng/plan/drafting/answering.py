"""What is answered to two people who write on the same thing: whoever is second sees both texts."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.forms import ChoiceField, Field, ModelChoiceField
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from shizheng.core.showing import city_date
from shizheng.plan.models import Commitment, Milestone, Target
from shizheng.plan.sent import OnceForm, answered

TEMPLATE = "plan/drafting/act.html"


@dataclass
class Sent:
    """A form about a row as it was sent, and whether the row was changed meanwhile."""

    request: HttpRequest
    row: Commitment | Target | Milestone

    @property
    def is_late(self) -> bool:
        """Whether somebody changed the row after this person opened the form."""
        given = self.request.POST.get("version", "")
        return self.request.method == "POST" and given != str(self.row.revision)

    @cached_property
    def data(self) -> QueryDict | None:
        """What was sent; of one who came second as if the newest had been read."""
        if self.request.method != "POST":
            return None
        if not self.is_late:
            return self.request.POST
        data = self.request.POST.copy()
        data["version"], data["token"] = str(self.row.revision), str(uuid.uuid4())
        return data


def answered_or_shown(
    sent: Sent, form: OnceForm, shown: dict[str, Any], perform: Callable[[], str]
) -> HttpResponse:
    """Act as ``sent.answered`` does; who came second gets the form back with both texts (409).

    Nothing of the first one is lost, nor of the second: to send again is to replace knowingly.
    """
    if not sent.is_late:
        return answered(sent.request, form, shown, perform, template=TEMPLATE)
    form.is_valid()
    who = sent.row.recorded_by
    said = _(
        "{who} changed this while you were writing. What it says now stands below your text. Send "
        "yours again to put it in its place, or cancel and leave it."
    )
    form.add_error(None, said.format(who=who.display_name if who else _("The pack")))
    now = [
        (field.label, _words(field.field, field.initial))
        for field in form
        if not field.is_hidden and field.initial not in (None, "", [])
    ]
    return render(sent.request, TEMPLATE, {"form": form, "now": now, **shown}, status=409)


def _words(field: Field, value: Any) -> str:
    """Return what stands in a field as people read it."""
    if isinstance(value, list):
        return _(", ").join(_words(field, each) for each in value)
    if isinstance(field, ModelChoiceField):
        return str(field.label_from_instance(value))
    if isinstance(field, ChoiceField):
        choices: Any = field.choices
        return str(dict(choices).get(value, value))
    return city_date(value) if isinstance(value, date) else str(value)
