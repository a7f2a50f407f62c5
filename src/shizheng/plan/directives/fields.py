"""Form fields that take what officers type: sentences, and plan items by code."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shizheng.core.forms import as_error
from shizheng.kernel.errors import DomainError
from shizheng.kernel.text import normalise
from shizheng.plan.directives.selectors.facts import items_in_force
from shizheng.plan.directives.words import in_words


def refusal_of(error: DomainError) -> str:
    """Return what a rule said and what to do, in the reader's language and calendar."""
    error.parameters = {name: in_words(value) for name, value in error.parameters.items()}
    return str(as_error(error).message)


class WordsField(forms.CharField):
    """Sentences, in stored form (NFKC)."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 4_000)
        options.setdefault("widget", forms.Textarea(attrs={"rows": 4}))
        super().__init__(**options)

    def clean(self, value: Any) -> str:
        """Return the text in stored form."""
        return normalise(str(super().clean(value))).strip()


class FilesInput(forms.ClearableFileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, each checked as one."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the files; none is an empty list."""
        given = data if isinstance(data, list | tuple) else [data]
        checked = [super(FilesField, self).clean(each, initial) for each in given if each]
        return [each for each in checked if each]


class ItemsField(forms.CharField):
    """Plan items by their codes, ``30-15, 1-8``, in the edition that was adopted last."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 400)
        options.setdefault("required", False)
        options.setdefault("help_text", _("Chapter-item, separated by commas: 30-15, 1-8."))
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        """Return the items in the order given."""
        text = normalise(super().clean(value) or "")
        codes = list(dict.fromkeys(text.replace("、", ",").replace(",", " ").split()))
        if not codes:
            return []
        found = {item.code: item for item in items_in_force(codes)}
        unknown = [code for code in codes if code not in found]
        if unknown:
            raise ValidationError(
                gettext(
                    "The plan in force has no item {codes}. Write items as chapter-item, "
                    "such as 30-15."
                ).format(codes=", ".join(unknown))
            )
        return [found[code] for code in codes]

    def prepare_value(self, value: Any) -> Any:
        """Show items as their codes."""
        if isinstance(value, str) or value is None:
            return value
        return ", ".join(item.code for item in value)
