"""Forms of digging: applying, planning a year, reporting from the site, deciding, charging."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shizheng.core.forms import CityDateField
from shizheng.core.locations.fields import LineField
from shizheng.core.words import in_language
from shizheng.places.digging.definitions import DiggingBody
from shizheng.places.digging.models import DigPermit
from shizheng.places.digging.wording import TRAFFIC
from shizheng.places.models import Feature
from shizheng.places.pages.forms import ActForm

TALL = {"rows": 2}


class PhotosInput(forms.ClearableFileInput):
    """A file input that takes several pictures."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several pictures, each checked as one file."""

    widget = PhotosInput({"accept": "image/*"})

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the files; none is an empty list."""
        given = data if isinstance(data, list | tuple) else [data]
        checked = [super(PhotosField, self).clean(each, initial) for each in given if each]
        return [each for each in checked if each]


def owner_choices(body: DiggingBody, codes: Iterable[str]) -> list[tuple[str, str]]:
    """Return owners by id and name."""
    wanted = set(codes)
    return [(each.id, in_language(each.name)) for each in body.owners if each.id in wanted]


def section_choices(rows: Sequence[Feature]) -> list[tuple[str, str]]:
    """Return road sections with their road and ends."""
    found = []
    for row in rows:
        said = row.properties
        ends = [str(said[name]) for name in ("from_crossing", "to_crossing") if said.get(name)]
        label = f"{said.get('road') or row.key} {'–'.join(ends)}".strip()
        found.append((row.key, f"{label} ({row.key})"))
    return found


class SectionsForm(ActForm):
    """Base of what names road sections: chosen from a list, or under a line that is drawn."""

    sections = forms.MultipleChoiceField(
        label=_("Road sections"), required=False, widget=forms.CheckboxSelectMultiple
    )
    line = LineField(
        label=_("Or draw the dig"), required=False,
        help_text=_(
            "The road sections along your line are taken. Address and district may stay empty."
        ),
    )  # fmt: skip

    def __init__(self, *positional: Any, rows: Sequence[Feature] = (), **named: Any) -> None:
        super().__init__(*positional, **named)
        choices = section_choices(rows)
        known = {key for key, _label in choices}
        sent = self.data.getlist("sections") if hasattr(self.data, "getlist") else []
        choices += [(key, key) for key in sent[:200] if key not in known]
        self.fields["sections"].choices = choices  # type: ignore[attr-defined]  # a choice field
        if not choices:
            del self.fields["sections"]


class ApplyForm(SectionsForm):
    """An application for a permit."""

    owner = forms.ChoiceField(label=_("Owner of pipes"))
    title = forms.CharField(label=_("Name of the work"), max_length=200)
    purpose = forms.CharField(label=_("Purpose"), max_length=300, widget=forms.Textarea(TALL))
    method = forms.ChoiceField(label=pgettext_lazy("places", "Method"), required=False)
    first = CityDateField(label=_("First day of work"))
    last = CityDateField(label=_("Last day of work"))
    traffic = forms.ChoiceField(
        label=_("What is left to traffic"), choices=[*TRAFFIC.items()],
        initial=DigPermit.Traffic.SOME,
    )  # fmt: skip
    lanes_closed = forms.IntegerField(
        label=_("Lanes that are closed"), min_value=0, max_value=12, initial=1
    )
    traffic_order = forms.BooleanField(
        label=_("A traffic order is needed, such as a detour"), required=False
    )
    risk = forms.ChoiceField(
        label=_("Danger"), initial="none", widget=forms.RadioSelect,
        choices=[
            ("none", _("None: planned work")),
            ("urgent", _("Urgent: supply fails unless work begins soon")),
            ("emergency", _("Emergency: life or property is in danger")),
        ],
    )  # fmt: skip

    field_order = (
        "owner", "title", "purpose", "sections", "line", "first", "last", "method", "traffic",
        "lanes_closed", "traffic_order", "risk",
    )  # fmt: skip

    def __init__(
        self, *positional: Any, body: DiggingBody, owners: Iterable[str],
        has_record: bool = False, **named: Any,
    ) -> None:  # fmt: skip
        super().__init__(*positional, **named)
        self.order_fields(self.field_order)
        self.fields["owner"].choices = owner_choices(body, owners)  # type: ignore[attr-defined]  # a choice field
        methods = [(each.id, in_language(each.name)) for each in body.methods]
        if methods:
            self.fields["method"].choices = methods  # type: ignore[attr-defined]  # a choice field
        else:
            del self.fields["method"]
        if has_record:
            del self.fields["owner"], self.fields["title"]


class PlannedForm(SectionsForm):
    """A dig that an owner plans for a year."""

    owner = forms.ChoiceField(label=_("Owner of pipes"))
    title = forms.CharField(label=_("Name of the work"), max_length=200)
    earliest = CityDateField(label=_("May begin from"))
    latest = CityDateField(label=_("Must be over by"))
    days = forms.IntegerField(label=_("Days that the road is open"), min_value=1, max_value=365)

    field_order = ("owner", "title", "sections", "line", "earliest", "latest", "days")

    def __init__(
        self, *positional: Any, body: DiggingBody, owners: Iterable[str], **named: Any
    ) -> None:
        super().__init__(*positional, **named)
        self.order_fields(self.field_order)
        self.fields["owner"].choices = owner_choices(body, owners)  # type: ignore[attr-defined]  # a choice field


class NoteForm(ActForm):
    """An act that may be explained."""

    note = forms.CharField(
        label=_("Note"), required=False, max_length=500, widget=forms.Textarea(TALL)
    )


class ReasonForm(ActForm):
    """An act that must be explained."""

    note = forms.CharField(label=_("Why"), max_length=500, widget=forms.Textarea(TALL))


class SiteForm(NoteForm):
    """A report from the site with its photos."""

    photos = PhotosField(label=_("Photos"), required=False)

    def __init__(self, *positional: Any, least: int = 0, **named: Any) -> None:
        super().__init__(*positional, **named)
        if least:
            words = gettext("{least} or more, taken on site: JPEG, PNG or WebP.")
            self.fields["photos"].help_text = words.format(least=least)


class SignForm(SiteForm):
    """The operator of a dangerous pipe signs on site."""

    pipe = forms.ChoiceField(label=_("Pipe"))

    def __init__(self, *positional: Any, pipes: Iterable[str], **named: Any) -> None:
        super().__init__(*positional, **named)
        self.order_fields(("pipe", "note", "photos"))
        self.fields["pipe"].choices = [(each, each) for each in pipes]  # type: ignore[attr-defined]  # a choice field


class ChangeForm(ActForm):
    """Other dates of a permit."""

    first = CityDateField(label=_("First day of work"))
    last = CityDateField(label=_("Last day of work"))
    note = forms.CharField(label=_("Why"), max_length=500, widget=forms.Textarea(TALL))


class ChargeForm(ActForm):
    """What is charged for a dig or a defect."""

    price = forms.ChoiceField(label=_("What for"))
    quantity = forms.DecimalField(label=_("Quantity"), max_digits=9, decimal_places=1)
    note = forms.CharField(label=_("Why"), max_length=500, widget=forms.Textarea(TALL))

    def __init__(self, *positional: Any, body: DiggingBody, **named: Any) -> None:
        super().__init__(*positional, **named)
        words = gettext("{name}: NT$ {twd} a {unit}")
        units = {"m2": "m²", "each": gettext("piece")}
        self.fields["price"].choices = [  # type: ignore[attr-defined]  # a choice field
            (
                each.id,
                words.format(name=in_language(each.name), twd=each.twd, unit=units[each.unit]),
            )
            for each in body.prices
        ]


class VerdictForm(ActForm):
    """An answer to a change, or of an owner to proposed days."""

    verdict = forms.ChoiceField(
        label=_("Decision"), widget=forms.RadioSelect,
        choices=[("agree", _("Agree")), ("refuse", _("Refuse"))],
    )  # fmt: skip
    note = forms.CharField(
        label=_("Why"), required=False, max_length=500, widget=forms.Textarea(TALL),
        help_text=_("Needed for a refusal."),
    )  # fmt: skip


class MemberForm(ActForm):
    """Who acts for an owner of pipes."""

    owner = forms.ChoiceField(label=_("Owner of pipes"))
    username = forms.CharField(label=_("Account name"), max_length=150)

    def __init__(self, *positional: Any, body: DiggingBody, **named: Any) -> None:
        super().__init__(*positional, **named)
        codes = [each.id for each in body.owners]
        self.fields["owner"].choices = owner_choices(body, codes)  # type: ignore[attr-defined]  # a choice field


class PlanForm(ActForm):
    """A joint plan of a year, with what people pin."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2200)
    pins = forms.CharField(
        label=_("Pins"), required=False, max_length=10_000, widget=forms.Textarea({"rows": 4}),
        help_text=_(
            "One a line: a number and a day fixes its first day (water-2027-P0001 2027-03-02), "
            "+ digs two together, / keeps two apart (water-2027-P0001 / gas-2027-P0004)."
        ),
    )  # fmt: skip
