"""Refusals of the case engine in the language of the visitor, and as errors of a form."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.utils.html import format_html
from django.utils.translation import gettext

from shizheng.core import words
from shizheng.kernel.errors import DomainError, Refusal
from shizheng.services.domain.errors import AnswersWrong, Fault


@runtime_checkable
class TakesFaults(Protocol):
    """A form that knows where a fault of an answer belongs, rows of tables included."""

    def add_fault(self, key: str, fault: Fault) -> None:
        """Put a fault at its field."""


def shown(refusal: DomainError, labels: Mapping[str, str] | None = None) -> Refusal:
    """Return code, sentence and hint in the language of the moment (拒絕事由).

    Args:
        labels: names of fields by id, for a refusal that lists answers.
    """
    if not isinstance(refusal, AnswersWrong):
        return words.said(refusal)
    key, fault = next(iter(refusal.faults.items()))
    name = (labels or {}).get(key, key)
    first = gettext("{field}: {fault}").format(field=name, fault=words.said(fault).message)
    count = len(refusal.faults)
    return Refusal(
        refusal.code,
        gettext(refusal.message).format(count=count, first=first),
        gettext(refusal.hint),
    )


def as_error(refusal: DomainError) -> ValidationError:
    """Return a refusal as the error of a field: the sentence, then what to do."""
    said = shown(refusal)
    return ValidationError(f"{said.message} {said.hint}".strip(), code=said.code)


def add_refusal(form: BaseForm, refusal: DomainError) -> None:
    """Put a refusal on a form: faults of answers at their fields, anything else at the top.

    A fault of a field that the form does not have goes to the top with the field's id.
    """
    if not isinstance(refusal, AnswersWrong):
        said = shown(refusal)
        form.add_error(None, format_html("{} {}", said.message, said.hint))
        return
    for key, fault in refusal.faults.items():
        name = field_of(form, key)
        if name and isinstance(form, TakesFaults):
            form.add_fault(key, fault)
        elif name:
            form.add_error(name, as_error(fault))
        else:
            said = words.said(fault)
            form.add_error(None, format_html("{}: {} {}", key, said.message, said.hint))


def field_of(form: BaseForm, key: str) -> str | None:
    """Return the name of the field of a form to which a fault belongs; a table's to the table."""
    for name in (key, key.partition(".")[0]):
        if name in form.fields:
            return name
    return None
