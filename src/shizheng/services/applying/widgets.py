"""Controls that a definition can ask for and Django has not: moments, rows, files, units."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from shizheng.core.forms import DateParts

if TYPE_CHECKING:
    from shizheng.services.applying.forms import RowForm

Uploaded = MultiValueDict[str, Any]


class UnitInput(forms.TextInput):
    """A number with its unit behind it (單位)."""

    template_name = "services/applying/widgets/unit.html"

    def __init__(self, unit: str, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.unit = unit

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the unit."""
        context = super().get_context(name, value, attrs)
        context["widget"]["unit"] = self.unit
        return context


class Radios(forms.RadioSelect):
    """Choices of which each may have a word of help."""

    def __init__(self, hints: Mapping[str, str], attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.hints = hints

    def create_option(self, name: str, value: Any, *args: Any, **options: Any) -> dict[str, Any]:
        """Add the help of a choice."""
        option = super().create_option(name, value, *args, **options)
        option["hint"] = self.hints.get(str(value), "")
        return option


class Checkboxes(forms.CheckboxSelectMultiple):
    """Several choices of which each may have a word of help."""

    def __init__(self, hints: Mapping[str, str], attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.hints = hints

    def create_option(self, name: str, value: Any, *args: Any, **options: Any) -> dict[str, Any]:
        """Add the help of a choice."""
        option = super().create_option(name, value, *args, **options)
        option["hint"] = self.hints.get(str(value), "")
        return option


class MomentParts(DateParts):
    """Year, month, day and time of day; the text is ``109-3-2 14:30``."""

    template_name = "services/applying/widgets/moment.html"

    def decompress(self, value: Any) -> list[str]:
        """Return the date in its parts; the time is drawn beside them."""
        day = str(value or "").partition(" ")[0] if isinstance(value, str) else value
        return super().decompress(day)

    def value_from_datadict(  # type: ignore[override]  # one text, as of a date
        self, data: Mapping[str, Any], files: Uploaded, name: str
    ) -> str:
        """Return date and time as one text."""
        day = super().value_from_datadict(data, files, name)
        return f"{day} {(data.get(f'{name}_time') or '').strip()}".strip()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the control of the time of day."""
        context = super().get_context(name, value, attrs)
        text = str(value or "")
        context["widget"]["time"] = {
            "name": f"{name}_time",
            "id": f"{context['widget']['attrs'].get('id', name)}_time",
            "value": text.rpartition(" ")[2] if ":" in text else "",
            "label": _("Time"),
        }
        return context


class FilesInput(forms.FileInput):
    """Files of one field: those kept already, each with a way to drop it, and new ones."""

    allow_multiple_selected = True
    template_name = "services/applying/widgets/files.html"

    def __init__(self, kept: Sequence[Any], limits: str, attrs: dict[str, Any]) -> None:
        super().__init__(attrs)
        self.kept, self.limits = kept, limits

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the files that are kept."""
        context = super().get_context(name, None, attrs)
        context["widget"] |= {"kept": self.kept, "limits": self.limits}
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Uploaded, name: str) -> list[Any]:
        """Return every file that was sent under the name."""
        return list(files.getlist(name)) if hasattr(files, "getlist") else []

    def value_omitted_from_data(
        self, data: Mapping[str, Any], files: Mapping[str, Any], name: str
    ) -> bool:
        """Tell whether nothing was sent."""
        return name not in files


class RowsInput(forms.TextInput):
    """Rows of a table, each a small form; rows are added and removed by buttons that post."""

    template_name = "services/applying/widgets/rows.html"
    use_fieldset = True

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[RowForm] = []
        self.most = 50
        self.address = ""

    def value_from_datadict(self, data: Mapping[str, Any], files: Uploaded, name: str) -> Any:
        """Rows are read by the form to which they belong."""
        return [row.raw() for row in self.rows]

    def id_for_label(self, id_: str | None) -> str:
        """Return the first control."""
        return f"{id_}_0"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the forms of the rows."""
        context = super().get_context(name, value, attrs)
        is_full = len(self.rows) >= self.most
        context["widget"] |= {"rows": self.rows, "count": len(self.rows), "is_full": is_full}
        context["widget"]["address"] = self.address
        return context
