"""How every form of the site is drawn: with the components, whatever room it comes from."""

from django.forms import BoundField, widgets
from django.forms.renderers import TemplatesSetting

CLASSES: tuple[tuple[type[widgets.Widget], str], ...] = (
    (widgets.HiddenInput, ""),
    (widgets.RadioSelect, "govuk-radios__input"),
    (widgets.CheckboxSelectMultiple, "govuk-checkboxes__input"),
    (widgets.CheckboxInput, "govuk-checkboxes__input"),
    (widgets.Select, "govuk-select"),
    (widgets.FileInput, "govuk-file-upload"),
    (widgets.Textarea, "govuk-textarea"),
    (widgets.Input, "govuk-input"),
)


class PageForms(TemplatesSetting):
    """Draws ``{{ form }}`` and ``{{ field.as_field_group }}`` with our components."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"


def class_of(field: BoundField) -> str:
    """Return the class of a field's control, with its state."""
    widget = field.field.widget
    name = next((name for kind, name in CLASSES if isinstance(widget, kind)), "")
    has_error_look = name and field.errors and "__" not in name
    given = widget.attrs.get("class", "")
    return " ".join(filter(None, (name, f"{name}--error" if has_error_look else "", given)))


def kind_of(field: BoundField) -> str:
    """Return what a field is drawn as: hidden, checkbox, group (several controls) or control."""
    widget = field.field.widget
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, widgets.CheckboxInput):
        return "checkbox"
    return "group" if widget.use_fieldset else "control"
