"""Reports of quarters as PDF (季報告 PDF): PDF/A-3a and PDF/UA-1, with the data attached.

A PDF follows from the record alone: the same record gives the same bytes.
"""

from pathlib import Path
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from shizheng.core import city
from shizheng.core.showing import city_date, city_datetime
from shizheng.core.words import in_language
from shizheng.plan.models import QuarterClosing
from shizheng.plan.quarters.charts import bars_of
from shizheng.plan.quarters.exporting import record_csv, record_json
from shizheng.plan.quarters.showing import STATES, ChangeLine, ItemLine, Report
from shizheng.plan.quarters.wording import report_title
from shizheng.plan.register.words import LIGHTS
from shizheng.services.outputs.typeset import WITH_FILES, typeset

TEMPLATES = Path(__file__).parent / "typst"
FORM = 2
"""Counts the forms of the templates: a new one is not answered from what an old one made."""
MOST = 6


def report_pdf(
    closing: QuarterClosing, *, department: int | None = None, is_brief: bool = False
) -> bytes:
    """Typeset the report of the city or of a department, or the one-page brief.

    It takes seconds: pages hand out what ``making`` keeps.

    Raises:
        GlyphMissing: a text of the record cannot be printed.
    """
    report = Report(closing.body, department)
    values = _values(closing, report)
    values |= _brief(report, closing) if is_brief else _full(report)
    name = "brief.typ" if is_brief else "report.typ"
    return typeset(
        (TEMPLATES / name).read_bytes(),
        values,
        at=closing.closed_at.replace(microsecond=0),
        assets={
            "data.csv": "".join(record_csv(closing.body, department)).encode(),
            "record.json": record_json(closing.body),
        },
        standards=WITH_FILES,
    )


def _values(closing: QuarterClosing, report: Report) -> dict[str, Any]:
    """Return what every form shows: title, sums, how it was made, and the words for it."""
    known = city.current()
    is_english = not (get_language() or "").startswith("zh")
    return {
        "language": "en" if is_english else "zh-Hant",
        "title": report_title(closing.body, report.department),
        "agency": in_language(known.name) if known else "",
        "number": closing.number,
        "issued_on": closing.closed_at.date(),
        "demo": closing.is_synthetic,
        "judged": _(
            "Judged on {day}, from what was known on {moment}, by version {version} of the rule."
        ).format(
            day=city_date(report.judged_on), moment=city_datetime(report.as_of),
            version=closing.rule_version,
        ),
        "reason": closing.reason,
        "digest": closing.digest,
        "counts": [[str(LIGHTS[c]), str(n), c] for c, n in report.counts.items()],
        "total": report.total,
        "share": report.share,
        "differences": [
            [str(LIGHTS[c]), str(was), str(now), f"{gap:+d}"]
            for c, was, now, gap in report.differences
        ],
        "previous": report.previous,
        "since": _("Since %(name)s:") % {"name": report.previous},
        "figures": [[f.code, f.name, f.period, f.was, f.now] for f in report.figures],
        "directives": [
            [what, each["number"], each["wording"], in_language(each["lead"])]
            for what, each, _href in report.directives
        ],
        "words": _words(),
    }  # fmt: skip


def _full(report: Report) -> dict[str, Any]:
    departments = report.departments if report.department is None else []
    return {
        "departments": [
            [d.name, *(str(d.counts[c]) for c in LIGHTS), str(d.total), d.share]
            for d in departments
        ],
        "bars": bars_of(departments),
        "lights": [str(word) for word in LIGHTS.values()],
        "revised": [[r.name, r.period, r.was, r.now, r.why] for r in report.revised],
        "changes": [_change(each) for each in report.changes],
        "items": [_item(each) for each in report.items],
    }


def _brief(report: Report, closing: QuarterClosing) -> dict[str, Any]:
    """Return so little that it fits on one page, and how much is left out."""
    worse, better = report.worse, report.better
    return {
        "weakest": [[d.name, *(str(d.counts[c]) for c in LIGHTS), d.share] for d in report.weakest],
        "lights": [str(word) for word in LIGHTS.values()],
        "worse": [_change(each, 30) for each in worse[:MOST]],
        "better": [_change(each, 30) for each in better[:MOST]],
        "worse_count": len(worse),
        "better_count": len(better),
        "figure_count": len(report.figures),
        "directive_count": len(report.directives),
        "reason": _short(closing.reason, 120),
    }


def _change(change: ChangeLine, most: int = 60) -> list[str]:
    was, now = (str(STATES[light]) for light in (change.was, change.now))
    return [change.code, _short(change.title, most), f"{was} → {now}", change.why]


def _item(item: ItemLine) -> dict[str, Any]:
    evidence = [
        _("{name}: {value}, {period}, {rows} rows, definition {version}, {digest}").format(
            name=each.name, value=each.value, period=each.period or "–", rows=each.rows,
            version=each.definition_version or "–", digest=each.digest[:12] or "–",
        )
        for each in item.evidence
    ]  # fmt: skip
    note = item.note
    return {
        "code": item.code,
        "title": _short(item.title, 60),
        "light": str(LIGHTS[item.light]),
        "colour": item.light,
        "why": list(item.why),
        "evidence": evidence,
        "note": _("Note beside the light: {light}. {reason} ({who})").format(
            light=LIGHTS[note["light"]], reason=note["reason"], who=note["made_by"]
        ) if note else "",
    }  # fmt: skip


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}…"


def _words() -> dict[str, str]:
    """Return the words of the forms."""
    return {
        "summary": _("At a glance"),
        "light": _("Light"),
        "items": _("Promises"),
        "share": _("On course"),
        "share_note": _("Promises without evidence count against their department."),
        "departments": pgettext("plan", "By department"),
        "department": _("Department"),
        "changes": _("What changed since the last one"),
        "none": _("Nothing changed."),
        "first": _("This is the first quarter on record."),
        "was": pgettext("plan", "Before"),
        "now": pgettext("plan", "Now"),
        "gap": pgettext("plan", "Difference"),
        "late": _("Figures that came late or were revised"),
        "figure": pgettext("plan", "Figure"),
        "revised": _("Indicators that were revised"),
        "period": _("Period"),
        "directives": pgettext("plan", "Directives"),
        "every": _("Every promise, with its evidence"),
        "title": _("Promise"),
        "why": _("Why"),
        "change": pgettext("plan", "Change"),
        "reason": _("Reason given at closing"),
        "digest": _("SHA-256 of the attached record"),
        "attached": _("Attached: data.csv and record.json, the data behind every figure."),
        "worse": _("Grew worse"),
        "better": _("Grew better"),
        "weakest": _("Departments with the smallest share on course"),
        "number": _("Number"),
        "agency": _("Lead agency"),
        "wording": pgettext("plan", "Decision"),
        "data": _("The figures behind this report, a row for each piece of evidence"),
        "record": _("The public record of the quarter, whose SHA-256 is printed"),
    }
