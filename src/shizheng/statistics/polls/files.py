"""Files of a poll: results as CSV and JSON, and its description as DDI-Codebook 2.5."""

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any

from django.utils import timezone

from shizheng.core.models import Area
from shizheng.core.spreadsheets import cell
from shizheng.core.words import in_language
from shizheng.statistics.models import Poll
from shizheng.statistics.polls.selectors import CITY
from shizheng.statistics.polls.showing import response_rate
from shizheng.statistics.polls.telling import HUNDRED, Told, told_of
from shizheng.statistics.surveys.ddi import Element, codebook, within, written

COLUMNS = (
    "poll", "version", "topic", "question", "answer", "district", "district_name", "share",
    "margin", "answers", "design_effect", "status",
)  # fmt: skip
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Format:
    """A format of a poll's file."""

    ending: str
    name: str
    media_type: str
    render: Callable[[Poll], str]


def rows_of(poll: Poll) -> list[Row]:
    """Return the results as everybody may have them; status as in SDMX: A, U, Q (withheld)."""
    told = told_of(poll, poll.results.all())
    codes = {each.row.district for each in told} - {CITY}
    names = {row.code: in_language(row.name) for row in Area.objects.filter(code__in=codes)}
    return [_row(poll, each, names) for each in told]


def _row(poll: Poll, told: Told, names: Mapping[str, str]) -> Row:
    row, found = told.row, told.estimate
    start = {
        "poll": poll.code, "version": poll.version, "topic": row.topic,
        "question": row.question, "answer": row.answer, "district": row.district,
        "district_name": names.get(row.district, ""),
    }  # fmt: skip
    if found is None:
        return start | dict.fromkeys(("share", "margin", "answers", "design_effect")) | {
            "status": "Q"
        }  # fmt: skip
    return start | {
        "share": format(row.share, "f"), "margin": format(round(HUNDRED * found.margin, 2), "f"),
        "answers": row.answers, "design_effect": format(row.design_effect, "f"),
        "status": "U" if found.is_small else "A",
    }  # fmt: skip


def as_csv(poll: Poll) -> str:
    """Return the results as a table."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([cell(row[name]) for name in COLUMNS] for row in rows_of(poll))
    return "\ufeff" + text.getvalue()


def as_json(poll: Poll) -> str:
    """Return what is said of a poll with its results."""
    rate = response_rate(poll)
    facts = {
        "code": poll.code, "version": poll.version, "correction": poll.correction or None,
        "title": poll.title, "agency": poll.agency.code,
        "is_media": poll.is_media, "source": poll.source or None,
        "commissioned_by": poll.commissioned_by, "conducted_by": poll.conducted_by,
        "questionnaire_version": poll.questionnaire_version, "questionnaire": poll.questionnaire,
        "sampling_frame": poll.frame, "mode": poll.mode,
        "fieldwork": [poll.fieldwork_from.isoformat(), poll.fieldwork_to.isoformat()],
        "sample_size": poll.contacted, "responses": poll.responses,
        "response_rate_percent": None if rate is None else format(round(rate, 2), "f"),
        "weighting": poll.weighting, "is_synthetic": poll.is_synthetic,
        "confidence_percent": 95, "results": rows_of(poll),
    }  # fmt: skip
    return json.dumps(facts, ensure_ascii=False, indent=1)


def as_ddi(poll: Poll) -> str:
    """Return the description of a poll as DDI-Codebook 2.5.

    Source: DDI Alliance, Codebook 2.5: ``stdyDscr`` for the study, a ``var`` for each question.
    """
    root = codebook()
    _study(root, poll)
    _variables(within(root, "dataDscr"), rows_of(poll))
    return written(root)


def _study(root: Element, poll: Poll) -> None:
    study = within(root, "stdyDscr")
    citation = within(study, "citation")
    title = within(citation, "titlStmt")
    within(title, "titl", poll.title)
    within(title, "IDNo", poll.code)
    within(within(citation, "rspStmt"), "AuthEnty", poll.conducted_by)
    within(within(citation, "prodStmt"), "fundAg", poll.commissioned_by)
    within(within(citation, "distStmt"), "distrbtr", in_language(poll.agency.name))
    version = within(citation, "verStmt")
    signed = {"date": timezone.localdate(poll.signed_at).isoformat()} if poll.signed_at else {}
    within(version, "version", str(poll.version), **signed)
    if poll.correction:
        within(version, "notes", poll.correction)
    summary = within(within(study, "stdyInfo"), "sumDscr")
    for event, day in (("start", poll.fieldwork_from), ("end", poll.fieldwork_to)):
        within(summary, "collDate", day.isoformat(), event=event, date=day.isoformat())
    within(summary, "nation", "Taiwan", abbr="TW")
    within(summary, "universe", poll.frame)
    method = within(study, "method")
    collected = within(method, "dataColl")
    within(collected, "dataCollector", poll.conducted_by)
    within(collected, "sampProc", poll.frame)
    within(collected, "collMode", poll.mode)
    within(collected, "resInstru", poll.questionnaire)
    if poll.source:
        within(within(collected, "sources"), "dataSrc", poll.source)
    within(collected, "weight", poll.weighting)
    within(method, "notes", poll.questionnaire_version, subject="version of the questionnaire")
    rate = response_rate(poll)
    if rate is not None:
        analysed = within(method, "anlyInfo")
        within(analysed, "respRate", f"{round(rate, 2)} % ({poll.responses}/{poll.contacted})")


def _variables(parent: Element, rows: Sequence[Row]) -> None:
    """Add a variable for each question, with what share of the city gave each answer."""
    by_topic: dict[str, list[Row]] = {}
    for row in rows:
        if row["district"] == CITY:
            by_topic.setdefault(row["topic"], []).append(row)
    for topic, some in by_topic.items():
        variable = within(parent, "var", ID=f"V_{topic}", name=topic)
        within(variable, "labl", some[0]["question"])
        within(within(variable, "qstn"), "qstnLit", some[0]["question"])
        for number, row in enumerate(some, start=1):
            category = within(variable, "catgry")
            within(category, "catValu", str(number))
            within(category, "labl", row["answer"])
            if row["share"] is not None:
                within(category, "catStat", row["share"], type="percent", wgtd="wgtd")


FORMATS = {
    each.ending: each
    for each in (
        Format("csv", "CSV", "text/csv; charset=utf-8", as_csv),
        Format("json", "JSON", "application/json", as_json),
        Format("xml", "DDI-Codebook 2.5", "application/xml", as_ddi),
    )
}
