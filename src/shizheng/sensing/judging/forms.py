"""Forms of judging rules: which version, which days, which incidents; which night to play."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shizheng.core.forms import CityDateField
from shizheng.places.pages.forms import ActForm
from shizheng.sensing.alerting.forms import MomentField


class BackTestForm(ActForm):
    """The version of the rule, the days, the incidents, and when one belongs to a warning."""

    rule_version = forms.ChoiceField(label=_("Version of the rule"))
    first = CityDateField(label=_("First day"))
    last = CityDateField(label=_("Last day"))
    incidents = forms.ChoiceField(label=_("Beside which incidents"), required=False)
    radius_m = forms.IntegerField(
        label=_("A post within so many metres could warn"), min_value=50, max_value=10_000,
        initial=1_000,
    )  # fmt: skip
    before_hours = forms.FloatField(
        label=_("A warning counts from so many hours before"), min_value=0, max_value=72, initial=6
    )
    after_hours = forms.FloatField(
        label=_("until so many hours after"), min_value=0, max_value=72, initial=2
    )

    def __init__(
        self, *positional: Any, versions: list[tuple[str, str]], kinds: list[tuple[str, str]],
        **named: Any,
    ) -> None:  # fmt: skip
        super().__init__(*positional, **named)
        self.fields["rule_version"].choices = versions  # type: ignore[attr-defined]
        self.fields["incidents"].choices = [("", _("all that are known")), *kinds]  # type: ignore[attr-defined]


class NightForm(forms.Form):
    """From when until when, at most three days."""

    start = MomentField(label=_("Play from"))
    end = MomentField(label=_("Play until"))
