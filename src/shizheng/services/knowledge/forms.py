"""Forms of the knowledge base: an entry, and taking it out of use."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shizheng.core.models import Agency
from shizheng.core.words import in_language
from shizheng.services.knowledge.actions import Words
from shizheng.services.models import KnowledgeEntry, Service

MOST_KEYWORDS = 20


class EntryForm(forms.Form):
    """One question and its answer, in both languages."""

    question_zh = forms.CharField(label=_("Question in Chinese"), max_length=200)
    answer_zh = forms.CharField(
        label=_("Answer in Chinese"), max_length=4_000, widget=forms.Textarea
    )
    question_en = forms.CharField(
        label=_("Question in English"), max_length=300, required=False,
        help_text=_("Callers who speak English are read the Chinese one until this is filled in."),
    )  # fmt: skip
    answer_en = forms.CharField(
        label=_("Answer in English"), max_length=6_000, widget=forms.Textarea, required=False
    )
    agency = forms.ChoiceField(label=_("Agency that answers for it"))
    services = forms.MultipleChoiceField(
        label=_("Services it belongs to"), required=False, widget=forms.CheckboxSelectMultiple
    )
    keywords = forms.CharField(
        label=_("Other words people use"), max_length=400, required=False,
        help_text=_("Separated by commas."),
    )  # fmt: skip
    is_public = forms.BooleanField(label=_("Everybody may read it"), required=False)
    reason = forms.CharField(
        label=_("Reason of this version"), max_length=200,
        help_text=_("What changed, and from where you know it. It stays on record with your name."),
    )  # fmt: skip
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        agencies = Agency.objects.order_by("position", "code")
        self.fields["agency"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", ""), *((row.code, in_language(row.name)) for row in agencies)
        ]  # fmt: skip
        services = Service.objects.filter(is_offered=True).order_by("position")
        self.fields["services"].choices = [  # type: ignore[attr-defined]  # as above
            (row.code, in_language(row.name)) for row in services
        ]

    def words(self) -> Words:
        """Return what the entry is to say."""
        given = self.cleaned_data
        parts = given["keywords"].replace("，", ",").replace("、", ",").split(",")
        keywords = [part.strip() for part in parts if part.strip()][:MOST_KEYWORDS]
        return Words(
            question={"zh-Hant": given["question_zh"], "en": given["question_en"]},
            answer={"zh-Hant": given["answer_zh"], "en": given["answer_en"]},
            agency=Agency.objects.get(code=given["agency"]),
            services=tuple(given["services"]),
            keywords=tuple(dict.fromkeys(keywords)),
            is_public=given["is_public"],
        )


class NewEntryForm(EntryForm):
    """A new entry has a code."""

    code = forms.RegexField(
        r"^[a-z][a-z0-9_]{2,58}$", label=_("Code"),
        help_text=_("Small letters, digits and low lines, such as garbage_truck_times."),
    )  # fmt: skip
    field_order = ("code",)


class WithdrawForm(forms.Form):
    """Why an entry is taken out of use."""

    reason = forms.CharField(label=_("Reason"), max_length=200)
    seen = forms.IntegerField(widget=forms.HiddenInput)


def initial_of(entry: KnowledgeEntry) -> dict[str, Any]:
    """Return what a form shows of an entry."""
    return {
        "question_zh": entry.question.get("zh-Hant", ""),
        "question_en": entry.question.get("en", ""),
        "answer_zh": entry.answer.get("zh-Hant", ""),
        "answer_en": entry.answer.get("en", ""),
        "agency": entry.agency.code,
        "services": entry.services,
        "keywords": "、".join(entry.keywords),
        "is_public": entry.is_public,
        "seen": entry.number,
    }
