"""Forms of surveys: opening, assigning, deciding pairs, drawing re-interviews, reading a record."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from shizheng.core.models import User
from shizheng.statistics.models import SurveyDuplicate


class SeedForm(forms.Form):
    """The seed of a draw."""

    seed = forms.CharField(
        label=_("Seed of the draw"), max_length=60,
        help_text=_(
            "Any number or word that nobody chose for its result, such as the draw of a lottery. "
            "With it anybody can repeat the draw."
        ),
    )  # fmt: skip


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # cannot be subscripted
    """A person, by name."""

    def label_from_instance(self, obj: User) -> str:
        """Return the name."""
        return str(obj)


class AssignForm(forms.Form):
    """Who visits an enumeration area."""

    person = PersonField(label=_("Enumerator"), queryset=User.objects.none())
    reason = forms.CharField(
        label=_("Why another one follows"), max_length=300, required=False,
        help_text=_("Needed when the area was given to somebody before."),
    )  # fmt: skip

    def __init__(self, *args: Any, people: QuerySet[User], **options: Any) -> None:
        """Offer the enumerators of the agency."""
        super().__init__(*args, **options)
        person = self.fields["person"]
        assert isinstance(person, forms.ModelChoiceField)  # noqa: S101 - said above
        person.queryset = people


class RecheckForm(SeedForm):
    """Who asks again, and the seed of the draw."""

    person = PersonField(label=_("Who asks again"), queryset=User.objects.none())
    field_order = ("person", "seed")

    def __init__(self, *args: Any, people: QuerySet[User], **options: Any) -> None:
        """Offer the enumerators of the agency."""
        super().__init__(*args, **options)
        person = self.fields["person"]
        assert isinstance(person, forms.ModelChoiceField)  # noqa: S101 - said above
        person.queryset = people


class DecideForm(forms.Form):
    """Which of two records counts."""

    decision = forms.ChoiceField(
        label=_("Which counts?"), choices=SurveyDuplicate.Decision.choices,
        widget=forms.RadioSelect,
    )  # fmt: skip
    why = forms.CharField(
        label=_("Why"), max_length=300, help_text=_("Ten characters or more; it is kept.")
    )


class WhyForm(forms.Form):
    """Why one record is read."""

    why = forms.CharField(
        label=_("Why do you read it?"), min_length=10, max_length=300,
        help_text=_("Ten characters or more. The journal keeps who read it, when and why."),
    )  # fmt: skip


class CloseForm(forms.Form):
    """That a survey is to be closed."""

    is_sure = forms.BooleanField(
        label=_("Close it: what comes from now on is kept as late and not counted"),
    )
