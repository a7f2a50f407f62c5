"""Cases for programs: lists by what the caller may see, page by page with a cursor."""

import base64
import binascii
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from shizheng.core.access import Viewer
from shizheng.core.models import Attachment, User
from shizheng.kernel.errors import N_, DomainError
from shizheng.kernel.text import normalise
from shizheng.services.access import own_cases
from shizheng.services.definitions import Service as Definition
from shizheng.services.interface.shapes import CasesAsked
from shizheng.services.models import Case, CaseDocument, CaseEvent, CaseMessage, Review
from shizheng.services.versions import definition_by

RELATED = ("service", "agency", "assignee", "district", "village")


class CursorUnreadable(DomainError):
    """The cursor is not one that was given (分頁游標無效)."""

    code = "services.cursor_unreadable"
    message = N_("The cursor cannot be read.")
    hint = N_("Take the cursor of the last answer, unchanged, or begin without one.")


class DateUnfit(DomainError):
    """A moment without a zone, or out of every calendar (時間格式錯誤)."""

    code = "services.date_unfit"
    message = N_("“{value}” is not a moment that can be asked for.")
    hint = N_("Give it with its zone, such as 2020-03-02T00:00:00+08:00.")


def cases_listed(viewer: User, asked: CasesAsked) -> tuple[list[Case], str | None]:
    """Return cases that ``viewer`` may see, newest first, and the cursor of what follows.

    Raises:
        CursorUnreadable, DateUnfit: what was asked for cannot be.
    """
    return _page(_filtered(Case.objects.visible_to(viewer), viewer, asked), asked)


def own_cases_listed(viewer: User, asked: CasesAsked) -> tuple[list[Case], str | None]:
    """Return the cases that are the viewer's own; see ``cases_listed``."""
    mine = Case.objects.filter(own_cases(Viewer(viewer, timezone.now())))
    return _page(_filtered(mine, viewer, asked), asked)


def _filtered(rows: QuerySet[Case], viewer: User, asked: CasesAsked) -> QuerySet[Case]:
    named = {
        "service__code": asked.service,
        "state": asked.state,
        "agency__code": asked.agency,
        "district__code": asked.district,
        "holder": asked.holder,
    }
    wanted: dict[str, Any] = {key: normalise(text) for key, text in named.items() if text}
    wanted |= {
        key: value
        for key, value in (
            ("is_open", asked.is_open),
            ("is_late", asked.is_late),
            ("due_at__lt", _moment(asked.due_before)),
            ("opened_at__gte", _moment(asked.opened_after)),
            ("opened_at__lt", _moment(asked.opened_before)),
        )
        if value is not None
    }
    rows = rows.filter(**wanted)
    if asked.assignee:
        rows = rows.filter(assignee=viewer if asked.assignee == "me" else None)
    words = normalise(asked.q).strip()
    if words:
        rows = rows.filter(Q(number=words.upper()) | Q(title__icontains=words))
    return rows


def _moment(given: datetime | None) -> datetime | None:
    if given is None:
        return None
    if given.utcoffset() is None or not 1900 <= given.year <= 9000:
        raise DateUnfit(value=given.isoformat()[:40])
    return given


def _page(rows: QuerySet[Case], asked: CasesAsked) -> tuple[list[Case], str | None]:
    if asked.cursor:
        at, key = _read_cursor(asked.cursor)
        rows = rows.filter(Q(opened_at__lt=at) | Q(opened_at=at, pk__lt=key))
    ordered = rows.select_related(*RELATED).order_by("-opened_at", "-id")
    found = list(ordered[: asked.limit + 1])
    more = len(found) > asked.limit
    found = found[: asked.limit]
    return found, _cursor(found[-1]) if more else None


def _cursor(case: Case) -> str:
    plain = f"{case.opened_at.isoformat()}|{case.pk}"
    return base64.urlsafe_b64encode(plain.encode()).decode()


def _read_cursor(cursor: str) -> tuple[datetime, UUID]:
    try:
        plain = base64.b64decode(cursor.encode(), altchars=b"-_", validate=True).decode()
        at, _, key = plain.partition("|")
        moment = datetime.fromisoformat(at)
        if moment.utcoffset() is None or not 1900 <= moment.year <= 9000:
            raise CursorUnreadable
        return moment, UUID(key)
    except (ValueError, binascii.Error):
        raise CursorUnreadable from None


def case_row(case: Case) -> dict[str, object]:
    """Return a case as lists show it; the title of a personal one stays inside."""
    definition = definition_by(case.version_id)
    state = definition.states.get(case.state)
    return {
        "number": case.number,
        "service": case.service.code,
        "title": "" if case.access_class == Case.AccessClass.PERSONAL else case.title,
        "state": case.state,
        "state_name": dict(state.label) if state else {},
        "holder": case.holder,
        "is_open": case.is_open,
        "outcome": case.outcome,
        "agency": case.agency.code,
        "assignee": case.assignee.username if case.assignee else None,
        "district": case.district.code if case.district else None,
        "village": case.village.code if case.village else None,
        "opened_at": case.opened_at,
        "updated_at": case.updated_at,
        "closed_at": case.closed_at,
        "due_at": case.due_at,
        "is_late": case.is_late,
        "revision": case.revision,
    }


def case_detail(
    case: Case, definition: Definition, actions: Iterable[str], *, is_staff: bool
) -> dict[str, object]:
    """Return one case as far as the caller may read it: parties see nothing internal."""
    return {
        **case_row(case),
        "title": case.title,
        "version": definition.version,
        "description": case.description,
        "address": case.address,
        "longitude": case.longitude,
        "latitude": case.latitude,
        "answers": case.answers,
        "calculated": case.calculated,
        "events": _events(case, is_staff=is_staff),
        "actions": [_action(definition, key) for key in actions],
        "reviews": _reviews(case) if is_staff else [],
        "documents": _documents(case, is_staff=is_staff),
    }


def _events(case: Case, *, is_staff: bool) -> list[dict[str, object]]:
    rows = CaseEvent.objects.filter(case=case).order_by("sequence")
    return [
        {
            "sequence": row.sequence,
            "at": row.at,
            "action": row.action,
            "from_state": row.from_state,
            "to_state": row.to_state,
            "note": row.note if is_staff or row.visibility != "internal" else "",
            "visibility": row.visibility,
        }
        for row in rows
        if is_staff or row.visibility != "internal" or row.from_state != row.to_state
    ]


def _action(definition: Definition, key: str) -> dict[str, object]:
    found = definition.actions[key]
    return {
        "action": key,
        "label": dict(found.label),
        "to": found.to,
        "two_person": found.two_person,
        "fields": [field.id for field in found.fields],
    }


def _reviews(case: Case) -> list[dict[str, object]]:
    rows = Review.objects.filter(case=case).select_related("agency").order_by("round", "agency")
    return [
        {
            "key": str(row.pk),
            "review": row.review,
            "agency": row.agency.code,
            "round": row.round,
            "answer": row.answer,
            "due_at": row.due_at,
        }
        for row in rows
    ]


def _documents(case: Case, *, is_staff: bool) -> list[dict[str, object]]:
    rows = CaseDocument.objects.filter(case=case)
    if not is_staff:
        rows = rows.exclude(visibility="internal")
    documents = list(rows)
    kind = ContentType.objects.get_for_model(CaseDocument)
    keys = [str(row.pk) for row in documents]
    files = Attachment.objects.filter(content_type=kind, object_key__in=keys)
    paths = {file.object_key: reverse("download", args=[file.pk]) for file in files}
    return [
        {
            "field": row.field,
            "version": row.number,
            "name": row.name,
            "visibility": row.visibility,
            "added_at": row.added_at,
            "path": paths.get(str(row.pk)),
        }
        for row in documents
    ]


def messages_of(case: Case, *, is_staff: bool) -> list[dict[str, object]]:
    """Return the messages of a case, oldest first; internal ones are the office's."""
    rows = CaseMessage.objects.filter(case=case).order_by("sent_at", "id")
    if not is_staff:
        rows = rows.exclude(visibility="internal")
    return [
        {
            "sent_at": timezone.localtime(row.sent_at),
            "visibility": row.visibility,
            "by_office": row.by_id is not None and row.as_party_id is None,
            "text": row.text,
        }
        for row in rows
    ]
