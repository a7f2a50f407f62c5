"""The form of the quick report: a photo, the place, a few words, what it is, and an address."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shizheng.core.locations.fields import PlaceField
from shizheng.services.actions.documents import Upload
from shizheng.services.applying.fields import FilesField
from shizheng.services.applying.filling import Entries, Filling
from shizheng.services.applying.forms import AnswerForm, form_for
from shizheng.services.applying.parts import of_core
from shizheng.services.applying.widgets import FilesInput
from shizheng.services.domain.answers import Answers
from shizheng.services.following.reporting.offers import Offer
from shizheng.services.following.reporting.photos import taken_at_place
from shizheng.services.places import Place
from shizheng.services.schema.form import Field, FieldKind

MORE = "more"
"""Prefix of what the chosen service asks beside these."""
LONGEST = 2_000
MOST_PHOTOS = 3


class ReportForm(forms.Form):
    """What a report needs (通報)."""

    use_required_attribute = False

    token = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    place = PlaceField(label=_("Where is it?"))
    description = forms.CharField(
        label=_("What is the matter?"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 3, "maxlength": LONGEST}),
    )
    service = forms.CharField(label=_("What kind of matter is it?"), max_length=60)
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("To be told of the result. Nobody but the office sees it."),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, offered: Mapping[str, Offer], **options: Any) -> None:
        super().__init__(*args, **options)
        self.offered = offered
        attrs = {"accept": "image/jpeg,image/png,image/webp"}
        limits = gettext("At most {count}. Your phone may have written the place into them.")
        widget = FilesInput((), limits.format(count=MOST_PHOTOS), attrs)
        self.fields["photos"] = FilesField(label=_("Photos"), required=False, widget=widget)
        self.fields["service"].error_messages["required"] = _("Choose one of the list.")

    def clean_service(self) -> str:
        """Return the code of a service that is offered."""
        code = str(self.cleaned_data["service"])
        if code not in self.offered:
            raise forms.ValidationError(gettext("Choose one of the list."))
        return code

    def clean_photos(self) -> list[Any]:
        """Return the photos, not too many."""
        photos: list[Any] = self.cleaned_data["photos"]
        if len(photos) > MOST_PHOTOS:
            raise forms.ValidationError(gettext("Send at most {count}.").format(count=MOST_PHOTOS))
        return photos

    @property
    def chosen(self) -> Offer | None:
        """The service that was chosen so far."""
        return self.offered.get(str(self["service"].value() or ""))

    @property
    def words(self) -> str:
        """What was typed so far."""
        return str(self["description"].value() or "")

    def place_given(self) -> Place:
        """Return the place as far as it is given and right."""
        if not self.is_bound:
            return Place()
        raw = self.fields["place"].widget.value_from_datadict(self.data, self.files, "place")
        try:
            return of_core(self.fields["place"].clean(raw))
        except forms.ValidationError:
            return Place()

    def uploads(self) -> list[Upload]:
        """Return the photos with where and when each was taken."""
        return [_upload(each) for each in self.cleaned_data["photos"]]


def _upload(photo: Any) -> Upload:
    position, moment = taken_at_place(photo)
    longitude, latitude = position or (None, None)
    return Upload(photo.name, photo, longitude, latitude, moment, size=photo.size)


def more_form(offer: Offer, *, at: Any, data: Any = None, files: Any = None) -> AnswerForm | None:
    """Return what the service must know beside; None if that is nothing.

    Only questions that must be answered, and those that one tick answers.
    """
    definition = offer.definition
    asked = [each for each in definition.fields.values() if _is_asked(each)]
    if not asked:
        return None
    filling = Filling(definition, Entries(), at=at)

    def judge(raw: Mapping[str, Any], counts: Mapping[str, int]) -> Answers:
        return filling.judge(raw, counts)

    return form_for(
        asked, vocabulary=definition.vocabulary, judge=judge, data=data, files=files, prefix=MORE
    )


def _is_asked(each: Field) -> bool:
    is_quick = each.kind is FieldKind.BOOL
    return not each.compute and (each.required or bool(each.require_if) or is_quick)
