"""Forms of datasets: what is said of one, a file, a reason."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shizheng.core.words import in_language
from shizheng.statistics.datasets import drawing
from shizheng.statistics.datasets.actions import Described
from shizheng.statistics.datasets.domain.catalogue import LICENCES, THEMES
from shizheng.statistics.datasets.domain.columns import Declared, Type
from shizheng.statistics.datasets.domain.drawings import AS, BY, HOW, IS, OF, STEP, WHERE
from shizheng.statistics.datasets.domain.lateness import FREQUENCIES
from shizheng.statistics.datasets.selectors import agencies_for
from shizheng.statistics.models import Dataset, DatasetVersion


def _choices(known: dict[Any, str]) -> list[tuple[str, Any]]:
    return [(str(code), _(name)) for code, name in known.items()]


class DescribeForm(forms.Form):
    """What a dataset is, in both languages."""

    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=200)
    title_en = forms.CharField(label=_("Title in English"), max_length=200)
    description_zh = forms.CharField(
        label=_("What it holds, in Chinese"), max_length=4000, widget=forms.Textarea({"rows": 3})
    )
    description_en = forms.CharField(
        label=_("What it holds, in English"), max_length=4000, widget=forms.Textarea({"rows": 3})
    )
    keywords_zh = forms.CharField(
        label=_("Keywords in Chinese"), max_length=300, required=False,
        help_text=_("Between commas."),
    )  # fmt: skip
    keywords_en = forms.CharField(
        label=_("Keywords in English"), max_length=300, required=False,
        help_text=_("Between commas."),
    )  # fmt: skip
    theme = forms.ChoiceField(label=_("Theme"), choices=_choices(THEMES))
    licence = forms.ChoiceField(
        label=_("Licence"), choices=[(code, _(each.name)) for code, each in LICENCES.items()]
    )
    frequency = forms.ChoiceField(
        label=_("How often you bring it up to date"), choices=_choices(FREQUENCIES),
        help_text=_("People see when a version is late, and you are warned."),
    )  # fmt: skip
    contact = forms.CharField(
        label=_("Contact"), max_length=200,
        help_text=_("An office and its e-mail address, not a person."),
    )  # fmt: skip
    source_url = forms.URLField(
        label=_("Where the data come from"), max_length=500, required=False, assume_scheme="https"
    )
    key = forms.CharField(
        label=_("Columns that tell rows apart"), max_length=500, required=False,
        help_text=_("Their names between commas. Each combination may be there once."),
    )  # fmt: skip
    is_public = forms.BooleanField(
        label=_("Everybody may see it once it is published"), required=False, initial=True
    )

    def said(self, before: Dataset | None = None) -> Described:
        """Return what was filled in; what the form does not ask stays as it was."""
        given = self.cleaned_data
        return Described(
            title=_both(given, "title"),
            description=_both(given, "description"),
            keywords={tag: _listed(text) for tag, text in _both(given, "keywords").items()},
            theme=given["theme"],
            licence=given["licence"],
            frequency=given["frequency"],
            contact=given["contact"],
            source=before.source if before else {},
            source_url=given["source_url"],
            is_public=given["is_public"],
            key=_listed(given["key"]),
            declared=[Declared.of_json(each) for each in before.declared] if before else [],
            encoding=before.encoding if before else "",
        )


class FileForm(forms.Form):
    """A file as the next version."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, GeoJSON or Parquet, or a ZIP archive with one of them; at most 2 GiB."),
    )
    note = forms.CharField(label=_("What is new in it"), max_length=500, required=False)
    publishes = forms.BooleanField(
        label=_("Publish at once if nothing grave is found"), required=False
    )


class DatasetForm(DescribeForm):
    """A new dataset: whose it is, its code, and what is said of it."""

    field_order = ["owner", "code"]

    def __init__(self, *args: Any, person: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        agencies = [(each.code, in_language(each.name)) for each in agencies_for(person)]
        self.fields["owner"] = forms.ChoiceField(label=_("Agency"), choices=agencies)
        self.fields["code"] = forms.CharField(
            label=_("Code"), max_length=60,
            help_text=_("Small letters, digits and hyphens; it stands in addresses for good."),
        )  # fmt: skip
        self.order_fields(self.field_order)


class ColumnForm(forms.Form):
    """What a column means, in both languages."""

    title_zh = forms.CharField(
        label=_("Name in Chinese"), max_length=200, required=False,
        help_text=_(
            "Versions that are read from now on say it; those before stay as they are. From then "
            "on a file without this column is refused."
        ),
    )  # fmt: skip
    title_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    meaning_zh = forms.CharField(
        label=_("What it means, in Chinese"), max_length=1000, required=False,
        widget=forms.Textarea({"rows": 3}),
    )  # fmt: skip
    meaning_en = forms.CharField(
        label=_("What it means, in English"), max_length=1000, required=False,
        widget=forms.Textarea({"rows": 3}),
    )  # fmt: skip
    unit = forms.CharField(label=_("Unit in Chinese"), max_length=40, required=False)
    unit_en = forms.CharField(label=_("Unit in English"), max_length=40, required=False)

    def said(self, name: str) -> Declared:
        """Return what was filled in of a column."""
        given = self.cleaned_data
        title, meaning = (
            {tag: text for tag, text in _both(given, part).items() if text}
            for part in ("title", "meaning")
        )
        return Declared(
            name, title=title, meaning=meaning, unit=given["unit"], unit_en=given["unit_en"]
        )


def column_said(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said of a column as first values of the form."""
    tags = {"zh": "zh-Hant", "en": "en"}
    return {
        **{f"title_{k}": said["title"].get(tag, "") for k, tag in tags.items()},
        **{f"meaning_{k}": said["meaning"].get(tag, "") for k, tag in tags.items()},
        "unit": said["unit"],
        "unit_en": said.get("unit_en", ""),
    }


class PublishForm(forms.Form):
    """Publishing a version; from quarantine with a reason."""

    reason = forms.CharField(
        label=_("Why it may be published all the same"), max_length=500, required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Kept in the journal with your name. Do not repeat the values themselves."),
    )  # fmt: skip


class EraseForm(forms.Form):
    """Erasing a version in quarantine for good."""

    why = forms.CharField(
        label=_("Why it may not be kept"), max_length=500, widget=forms.Textarea({"rows": 3}),
        help_text=_("Kept in the journal with your name. Do not repeat the values themselves."),
    )  # fmt: skip
    is_sure = forms.BooleanField(label=_("Erase its file and every row; nobody can undo this"))


class DrawForm(forms.Form):
    """Asks for a chart or map; its fields are the parameters of the address."""

    def __init__(self, version: DatasetVersion, **options: Any) -> None:
        super().__init__(auto_id="id%s", **options)
        titled = [(each, columns_title(each)) for each in version.schema]
        groups = [
            (each["column"]["name"], title)
            for each, title in titled
            if each["column"]["type"] != Type.GEOMETRY
        ]
        numbers = [
            (each["column"]["name"], title)
            for each, title in titled
            if Type(each["column"]["type"]).is_number
        ]
        self.fields[BY] = forms.ChoiceField(label=_("Groups by"), choices=groups)
        self.fields[STEP] = forms.ChoiceField(
            label=_("How dates are put together"), choices=drawing.steps()
        )
        self.fields[HOW] = forms.ChoiceField(
            label=_("Figure of each group"), choices=drawing.aggregates()
        )
        self.fields[OF] = forms.ChoiceField(
            label=_("Column of numbers"), choices=numbers or [("", "–")]
        )
        self.fields[AS] = forms.ChoiceField(label=_("Drawn as"), choices=drawing.kinds())
        self.fields[WHERE] = forms.ChoiceField(
            label=_("Only rows where"), choices=[("", _("all rows")), *groups]
        )
        self.fields[IS] = forms.CharField(label=_("has the value"), max_length=200, required=False)


def columns_title(kept: Mapping[str, Any]) -> str:
    """Return the name of a column for people: its title, and the name that it has in the file."""
    name, title = str(kept["column"]["name"]), in_language(kept["said"]["title"])
    return f"{title} ({name})" if title and title != name else name


class SearchForm(forms.Form):
    """Narrows the list."""

    q = forms.CharField(required=False, max_length=100)
    theme = forms.ChoiceField(required=False, choices=[("", ""), *_choices(THEMES)])
    owner = forms.CharField(required=False, max_length=60)
    licence = forms.ChoiceField(
        required=False, choices=[("", ""), *((code, code) for code in LICENCES)]
    )


def described(dataset: Dataset) -> dict[str, Any]:
    """Return what is said of a dataset as first values of the form."""
    tags = {"zh": "zh-Hant", "en": "en"}
    return {
        **{f"title_{k}": dataset.title.get(tag, "") for k, tag in tags.items()},
        **{f"description_{k}": dataset.description.get(tag, "") for k, tag in tags.items()},
        **{f"keywords_{k}": ", ".join(dataset.keywords.get(t, [])) for k, t in tags.items()},
        "key": ", ".join(dataset.key),
        **{
            name: getattr(dataset, name)
            for name in ("theme", "licence", "frequency", "contact", "source_url", "is_public")
        },
    }


def _both(given: dict[str, Any], name: str) -> dict[str, str]:
    return {"zh-Hant": given[f"{name}_zh"], "en": given[f"{name}_en"]}


def _listed(text: str) -> list[str]:
    parts = text.replace("，", ",").replace("、", ",").split(",")
    return [part.strip() for part in parts if part.strip()]
