"""Tags with which the components draw the fields of a form."""

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

from shizheng.web import forms

register = template.Library()


@register.filter
def control(field: BoundField) -> SafeString:
    """Return the field's control with the class of its component."""
    name = forms.class_of(field)
    return field.as_widget(attrs={"class": name} if name else None)


@register.filter
def drawn_as(field: BoundField) -> str:
    """Return ``hidden``, ``checkbox``, ``group`` or ``control``."""
    return forms.kind_of(field)


@register.filter
def first_control(field: BoundField) -> str:
    """Return the id of the control to which an error of the field leads."""
    return f"{field.auto_id}_0" if forms.kind_of(field) == "group" else field.auto_id
