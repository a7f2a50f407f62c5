"""The page of a survey in words: progress, rules, risk and estimates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shizheng.core.words import in_language
from shizheng.services.schema.form import Field
from shizheng.statistics.models import SurveyRecord, SurveyRound
from shizheng.statistics.showing.words import written
from shizheng.statistics.surveys.definitions import Survey
from shizheng.statistics.surveys.domain.rechecks import Differences
from shizheng.statistics.surveys.selectors import Progress, definition_of, progress_of, sum_of

HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Line:
    """A village, or all of them, as the table of progress shows it."""

    name: str
    district: str
    counts: tuple[str, ...]
    coverage: str


def share_words(share: Fraction | None) -> str:
    """Return a share as people write it: 91.2 %, or a dash where there is none."""
    if share is None:
        return "–"
    return f"{written(Decimal(share.numerator * HUNDRED) / share.denominator, 1)} %"


def lines_of(survey: SurveyRound) -> tuple[list[Line], Line]:
    """Return the villages, and all of them together."""
    parts = progress_of(survey)
    return [_line(each) for each in parts], _line(sum_of(parts))


def _line(each: Progress) -> Line:
    counts = (each.addresses, each.visited, each.complete, each.refused, each.absent, each.vacant)
    return Line(
        in_language(each.name), in_language(each.district),
        tuple(written(Decimal(count)) for count in counts), share_words(each.coverage),
    )  # fmt: skip


def question_words(survey: SurveyRound, key: str) -> str:
    """Return how a question of a survey is asked."""
    asked = definition_of(survey).question_of(key)
    return in_language(asked.label) if asked else key


def rechecks_shown(survey: SurveyRound, found: Sequence[Differences]) -> list[tuple[str, str, str]]:
    """Return for each question its words, the pairs compared, and the gross difference rate."""
    return [
        (
            question_words(survey, each.question),
            written(Decimal(each.pairs)),
            share_words(each.rate),
        )
        for each in found
    ]


def rules_of(body: Survey) -> list[tuple[str, str]]:
    """Return what is masked, in words."""
    rule = body.masking
    keys = [each.of for each in rule.columns if each.role == "key"]
    sensitive = [each.of for each in rule.columns if each.role == "sensitive"]

    def names(some: Sequence[str]) -> str:
        asked = [body.question_of(key) for key in some]
        return _(", ").join(in_language(each.label) for each in asked if each)

    told = [
        (_("Alike at least"), _("{k} people share every combination of: {keys}").format(
            k=rule.k, keys=names(keys))),
    ]  # fmt: skip
    if sensitive:
        told.append((_("Different at least"), _("{l} values among them of: {columns}").format(
            l=rule.l, columns=names(sensitive))))  # fmt: skip
    areas = {
        "city": pgettext("statistics", "the city"),
        "district": _("the district"),
        "village": _("the village"),
    }
    told.append((_("Where somebody lives"), areas[rule.area]))
    return told


def risk_of(survey: SurveyRound) -> list[tuple[str, str, str]]:
    """Return what was measured of the file, before and after masking."""
    before, after = survey.risk.get("before"), survey.risk.get("after")
    if not before or not after:
        return []
    words = {
        "people": _("People in the file"), "alone": _("alone with their combination"),
        "too_few": _("with too few alike"), "too_alike": _("with too few different values"),
        "expected": _("rightly named by somebody who knows all keys and guesses"),
    }  # fmt: skip
    rows = [
        (label, written(Decimal(before[name])), written(Decimal(after[name])))
        for name, label in words.items()
    ]
    hidden = sum(after["suppressed"].values())
    return [*rows, (_("values suppressed"), "0", written(Decimal(hidden)))]


def estimates_of(survey: SurveyRound) -> list[dict[str, str]]:
    """Return the estimates with their standard errors, as they are written."""
    body = definition_of(survey)
    names = {each.of: in_language(each.name) for each in body.estimates}
    return [
        {
            "name": names.get(each["of"], each["of"]), "answers": written(Decimal(each["answers"])),
            "mean": _number(each["mean"]), "mean_error": _number(each["mean_error"]),
            "total": _number(each["total"]), "total_error": _number(each["total_error"]),
        }
        for each in survey.estimates
    ]  # fmt: skip


def _number(value: float | None) -> str:
    return (
        pgettext("statistics", "not known")
        if value is None
        else written(Decimal(str(round(value, 1))), 1)
    )


def answers_shown(record: SurveyRecord) -> list[tuple[str, str]]:
    """Return what a household answered, question by question."""
    body = definition_of(record.address.round)
    found: list[tuple[str, str]] = []
    for key, each in body.questions.items():
        value = record.answers.get(key)
        if key != body.people.table:
            found.append((in_language(each.label), _value(each, value)))
            continue
        for number, row in enumerate(value or [], start=1):
            told = [
                f"{in_language(column.label)}: {_value(column, row.get(column.id))}"
                for column in each.columns if column.id != body.people.identity
            ]  # fmt: skip
            found.append((_("Person {number}").format(number=number), " · ".join(told)))
    return found


def _value(each: Field, value: Any) -> str:
    labels: Mapping[str, str] = {o.id: in_language(o.label) for o in each.options}
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return labels.get(str(value), str(value)) if value not in (None, "") else "–"
