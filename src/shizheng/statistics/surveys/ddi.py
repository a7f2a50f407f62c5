"""Describing a study as DDI-Codebook 2.5: what polls and surveys write alike, and a survey's own.

Source: DDI Alliance, Codebook 2.5: ``stdyDscr`` for the study, a ``var`` for each question.
"""

from collections.abc import Mapping
from xml.etree import ElementTree

from shizheng.core.words import in_language
from shizheng.services.schema.form import Field, FieldKind
from shizheng.statistics.models import SurveyRound
from shizheng.statistics.surveys.definitions import NUMBERS, Survey

DDI = "ddi:codebook:2_5"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
DDI_SCHEMA = "http://www.ddialliance.org/Specification/DDI-Codebook/2.5/XMLSchema/codebook.xsd"
Element = ElementTree.Element


def codebook() -> Element:
    """Return an empty codebook."""
    ElementTree.register_namespace("", DDI)
    ElementTree.register_namespace("xsi", XSI)
    return Element(
        f"{{{DDI}}}codeBook",
        {"version": "2.5", f"{{{XSI}}}schemaLocation": f"{DDI} {DDI_SCHEMA}"},
    )


def within(parent: Element, tag: str, text: str = "", **attributes: str) -> Element:
    """Add an element of the codebook and return it."""
    child = ElementTree.SubElement(parent, f"{{{DDI}}}{tag}", attributes)
    child.text = text or None
    return child


def written(root: Element) -> str:
    """Return a codebook as a file."""
    ElementTree.indent(root)
    text: str = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def survey_as_ddi(row: SurveyRound, body: Survey) -> str:
    """Return the description of a survey and of its masked file; no answer stands in it."""
    root = codebook()
    _study(root, row, body)
    described = within(root, "dataDscr")
    masked = {each.of: each.role for each in body.masking.columns}
    for each in (*body.questions.values(), *body.person_questions.values()):
        if each.kind is not FieldKind.TABLE:
            _variable(described, each, masked)
    return written(root)


def _study(root: Element, row: SurveyRound, body: Survey) -> None:
    study = within(root, "stdyDscr")
    citation = within(study, "citation")
    title = within(citation, "titlStmt")
    within(title, "titl", in_language(body.name))
    within(title, "IDNo", row.code)
    within(within(citation, "rspStmt"), "AuthEnty", in_language(row.owner.name))
    within(within(citation, "distStmt"), "distrbtr", in_language(row.owner.name))
    within(within(citation, "verStmt"), "version", body.edition)
    info = within(study, "stdyInfo")
    within(info, "abstract", in_language(body.summary))
    summary = within(info, "sumDscr")
    reference = body.reference_on.isoformat()
    within(summary, "timePrd", reference, event="single", date=reference)
    for event, day in (("start", body.fieldwork.from_), ("end", body.fieldwork.to)):
        within(summary, "collDate", day.isoformat(), event=event, date=day.isoformat())
    within(summary, "nation", "Taiwan", abbr="TW")
    within(summary, "anlyUnit", in_language(body.unit))
    within(summary, "universe", in_language(body.summary))
    method = within(study, "method")
    collected = within(method, "dataColl")
    drawn = "complete enumeration" if body.sample is None else (
        f"stratified by {body.sample.strata}: {body.sample.size} addresses of each"
    )  # fmt: skip
    within(collected, "sampProc", drawn)
    within(collected, "collMode", "face to face")
    for edit in body.edits:
        within(collected, "cleanOps", f"{edit.check}: {in_language(edit.message)}")
    access = within(within(study, "dataAccs"), "useStmt")
    within(access, "confDec", in_language(body.legal_basis), required="yes")
    within(access, "conditions", f"k = {body.masking.k}, l = {body.masking.l}")


def _variable(parent: Element, each: Field, masked: Mapping[str, str]) -> None:
    kind = "contin" if each.kind in NUMBERS else "discrete"
    variable = within(parent, "var", ID=f"V_{each.id}", name=each.id, intrvl=kind)
    within(variable, "labl", in_language(each.label))
    role = masked.get(each.id, "not in the masked file")
    within(variable, "security", role)
    within(within(variable, "qstn"), "qstnLit", in_language(each.label))
    if each.min is not None or each.max is not None:
        bounds = {"min": each.min, "max": each.max}
        told = {name: format(value, "f") for name, value in bounds.items() if value is not None}
        within(within(variable, "valrng"), "range", **told)
    for option in each.options:
        category = within(variable, "catgry")
        within(category, "catValu", option.id)
        within(category, "labl", in_language(option.label))
    within(variable, "varFormat", type="numeric" if each.kind in NUMBERS else "character")
