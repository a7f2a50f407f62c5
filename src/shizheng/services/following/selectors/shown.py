"""What everybody may see of a case by its number: what its definition opens, and nothing else."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from shizheng.core.files import attachments_of
from shizheng.core.models.file import Attachment
from shizheng.core.words import in_language
from shizheng.services.definitions import Service as Definition
from shizheng.services.duplicates.selectors import master_of
from shizheng.services.following.selectors.steps import Step, public_steps
from shizheng.services.following.words import (
    Row,
    answer_rows,
    calculated_rows,
    day_words,
    holder_words,
    moment_words,
    state_words,
)
from shizheng.services.models import Case, CaseDocument, CaseMessage, CaseParty
from shizheng.services.versions import definition_by

WITHOUT_PERSON = frozenset({"state", "service", "opened", "closed", "due", "agency"})
"""All that a personal case can show, whatever its definition opens: nothing of place or words."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The public page of a case (公開進度)."""

    number: str
    service: str
    service_code: str
    state: str
    holder: str
    facts: tuple[Row, ...]
    steps: tuple[Step, ...]
    features: dict[str, Any] | None
    place: str
    files: tuple[Attachment, ...]
    messages: tuple[CaseMessage, ...]
    follower_count: int
    is_followable: bool
    master: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing for everybody to see."""
        return not (self.service or self.state or self.facts)


def open_parts(case: Case, definition: Definition) -> frozenset[str]:
    """Return the parts of a case that everybody may see."""
    if definition.category == "internal":
        return frozenset()
    parts = frozenset(definition.access.public)
    return parts & WITHOUT_PERSON if case.access_class == Case.AccessClass.PERSONAL else parts


def is_followable(case: Case) -> bool:
    """Whether others may follow a case instead of reporting the same: an open, public report."""
    definition = definition_by(case.version_id)
    return (
        case.is_open
        and case.access_class == Case.AccessClass.NORMAL
        and definition.category == "report"
        and bool(open_parts(case, definition))
    )


def case_shown(case: Case) -> Shown:
    """Return what everybody may see of a case."""
    definition = definition_by(case.version_id)
    parts = open_parts(case, definition)
    is_normal = case.access_class == Case.AccessClass.NORMAL and bool(parts)
    return Shown(
        number=case.number,
        service=in_language(definition.name) if "service" in parts else "",
        service_code=definition.id if "service" in parts else "",
        state=state_words(definition, case.state) if "state" in parts else "",
        holder=holder_words(case) if "state" in parts else "",
        facts=tuple(_facts(case, definition, parts, is_normal)),
        steps=tuple(public_steps(case, definition, is_normal)) if "state" in parts else (),
        features=features_of(case) if "place" in parts else None,
        place=case.address if "place" in parts else "",
        files=tuple(files_of(case, ("public",))) if is_normal else (),
        messages=tuple(_messages(case)) if is_normal else (),
        follower_count=_followers(case) if is_normal else 0,
        is_followable=is_followable(case),
        master=_master(case),
    )


def _facts(
    case: Case, definition: Definition, parts: frozenset[str], is_normal: bool
) -> Iterator[Row]:
    if "summary" in parts and case.title:
        yield _("What it is about"), case.title
    if "area" in parts and case.district:
        yield _("Where"), area_words(case)
    if "opened" in parts:
        yield _("Received"), moment_words(case.opened_at)
    if "due" in parts and (case.due_at or case.is_open):
        yield _("Due"), due_words(case)
    if "closed" in parts and case.closed_at:
        yield _("Case closed on"), moment_words(case.closed_at)
    if "agency" in parts:
        yield _("Agency"), in_language(case.agency.name)
    if is_normal:
        yield from answer_rows(definition, case.answers, only_public=True)
        yield from calculated_rows(definition, case.calculated)


def _master(case: Case) -> str:
    """Return the number of the case that a duplicate is answered with (併案), if all may see it."""
    found = master_of(case)
    if found is None or not open_parts(found, definition_by(found.version_id)):
        return ""
    return found.number


def area_words(case: Case) -> str:
    """Return district and village in words."""
    return " ".join(in_language(area.name) for area in (case.district, case.village) if area)


def due_words(case: Case) -> str:
    """Say by when it is due, whether that is over, or that the clock stands still."""
    if case.due_at is None:
        return _("The clock stands still until the case goes on.")
    day = day_words(case.due_at)
    if case.is_open and case.is_late:
        return _("{day}, which is over").format(day=day)
    return day


def features_of(case: Case) -> dict[str, Any] | None:
    """Return the point of a case for a map, None where it has none."""
    if case.longitude is None or case.latitude is None:
        return None
    point = {"type": "Point", "coordinates": [case.longitude, case.latitude]}
    properties = {"id": case.number, "title": case.number, "note": case.address}
    feature = {"type": "Feature", "geometry": point, "properties": properties}
    return {"type": "FeatureCollection", "features": [feature]}


def files_of(case: Case, visibilities: Sequence[str]) -> Iterator[Attachment]:
    """Yield the files of a case that are for these eyes, as they were handed in."""
    rows = CaseDocument.objects.filter(case=case, visibility__in=visibilities)
    for document in rows.order_by("added_at", "field", "position", "number"):
        yield from attachments_of(document)


def _messages(case: Case) -> Iterator[CaseMessage]:
    rows = CaseMessage.objects.filter(case=case, visibility="public")
    yield from rows.select_related("agency").order_by("sent_at", "id")


def _followers(case: Case) -> int:
    return CaseParty.objects.filter(case=case, role="follower", ended_at=None).count()
