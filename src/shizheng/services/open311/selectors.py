"""Service requests as everybody may see them: what their definition makes public, no more."""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from shizheng.core.models import Attachment
from shizheng.core.words import in_language
from shizheng.kernel.geodesy import EARTH_RADIUS_M, distance_m
from shizheng.services.definitions import Service as Definition
from shizheng.services.domain.answers import choices_of
from shizheng.services.models import Case, CaseDocument, CaseEvent, ServiceVersion
from shizheng.services.open311.asking import Asked, Near
from shizheng.services.open311.errors import RequestUnknown
from shizheng.services.schema.flow import Outcome
from shizheng.services.schema.form import FieldKind
from shizheng.services.versions import definition_by

MOST_NEAR = 20_000
EXTENDED = {
    Outcome.COMPLETED: "fixed",
    Outcome.REFUSED: "no_further_action",
    Outcome.WITHDRAWN: "no_further_action",
    Outcome.LAPSED: "no_further_action",
    Outcome.NO_ACTION: "no_further_action",
    Outcome.REFERRED: "not_councils_responsibility",
    Outcome.DUPLICATE: "duplicate",
}
"""Extended statuses as FixMyStreet's extension of Open311 names them, by outcome."""


def versions_shown() -> dict[UUID, Definition]:
    """Return the versions whose cases are public here: normal, with state and moment of opening."""
    found = {}
    for key in ServiceVersion.objects.order_by().values_list("pk", flat=True):
        definition = definition_by(key)
        access = definition.access
        is_shown = definition.intake.open311 and access.class_ == "normal"
        if is_shown and {"state", "opened"} <= set(access.public):
            found[key] = definition
    return found


def cases_shown(versions: Iterable[UUID]) -> QuerySet[Case]:
    """Return every case that the interface may show."""
    return (
        Case.objects.filter(version__in=list(versions), access_class=Case.AccessClass.NORMAL)
        .select_related("service", "agency", "district", "village")
        .order_by("-opened_at", "-id")
    )


def requests_listed(asked: Asked) -> list[dict[str, object]]:
    """Return the page of service requests asked for, newest first."""
    versions = versions_shown()
    rows = cases_shown(versions)
    if asked.numbers:
        rows = rows.filter(number__in=asked.numbers)
    else:
        rows = _filtered(rows, asked, versions)
    first = (asked.page - 1) * asked.page_size
    return request_rows(rows[first : first + asked.page_size], extensions=asked.extensions)


def request_found(number: str, *, extensions: bool = False) -> dict[str, object]:
    """Return one service request.

    Raises:
        RequestUnknown: there is none, or none that is public.
    """
    return request_rows([case_found(number)], extensions=extensions)[0]


def case_found(number: str) -> Case:
    """Return the case behind a service request that is public.

    Raises:
        RequestUnknown: there is none.
    """
    case = cases_shown(versions_shown()).filter(number=number.upper()[:40]).first()
    if case is None:
        raise RequestUnknown(number=number[:60])
    return case


def _filtered(
    rows: QuerySet[Case], asked: Asked, versions: dict[UUID, Definition]
) -> QuerySet[Case]:
    bounds = {
        "opened_at__gte": asked.first,
        "opened_at__lte": asked.last,
        "updated_at__gte": asked.updated_first,
        "updated_at__lte": asked.updated_last,
    }
    rows = rows.filter(**{name: value for name, value in bounds.items() if value is not None})
    if asked.codes:
        rows = rows.filter(service__code__in=asked.codes)
    if len(set(asked.status)) == 1:
        rows = rows.filter(is_open=asked.status[0] == "open")
    with_place = [key for key, each in versions.items() if "place" in each.access.public]
    if asked.words:
        with_words = [key for key, each in versions.items() if "summary" in each.access.public]
        rows = rows.filter(
            Q(version__in=with_words, description__icontains=asked.words)
            | Q(version__in=with_place, address__icontains=asked.words)
            | Q(number=asked.words.upper())
        )
    if asked.near:
        rows = _near(rows.filter(version__in=with_place), asked.near)
    return rows


def _near(rows: QuerySet[Case], near: Near) -> QuerySet[Case]:
    """Keep what lies within the circle: first by the box around it, then by the distance."""
    north = math.degrees(near.metres / EARTH_RADIUS_M)
    east = min(180.0, north / max(0.01, math.cos(math.radians(near.latitude))))
    boxed = rows.filter(
        longitude__range=(near.longitude - east, near.longitude + east),
        latitude__range=(near.latitude - north, near.latitude + north),
    )
    places = boxed.values_list("pk", "longitude", "latitude")[:MOST_NEAR]
    here = (near.longitude, near.latitude)
    keys = [
        key
        for key, x, y in places
        if x is not None and y is not None and distance_m(here, (x, y)) <= near.metres
    ]
    return rows.filter(pk__in=keys)


def request_rows(
    rows: Sequence[Case] | QuerySet[Case], *, extensions: bool = False
) -> list[dict[str, object]]:
    """Return cases as rows of GeoReport v2; every key is always there, the address never null."""
    cases = list(rows)
    notes = _public_notes(cases)
    media = _media(cases)
    found = []
    for case in cases:
        definition = definition_by(case.version_id)
        row = _row(case, definition, notes.get(case.pk, []), media.get(case.pk, []))
        if extensions:
            row |= _extended(case, definition, notes.get(case.pk, []), media.get(case.pk, []))
        found.append(row)
    return found


def _row(
    case: Case, definition: Definition, events: list[CaseEvent], media: list[str]
) -> dict[str, object]:
    public: set[str] = set(definition.access.public)
    has_place = "place" in public and case.longitude is not None
    told = next((event.note for event in reversed(events) if event.note), "")
    is_closed = not case.is_open
    updated = case.closed_at if is_closed and case.closed_at else case.updated_at
    due_at = case.due_at if "due" in public else None
    return {
        "service_request_id": case.number,
        "status": "closed" if is_closed else "open",
        "status_notes": told or state_words(definition, case.state),
        "service_name": in_language(case.service.name),
        "service_code": case.service.code,
        "description": case.description if "summary" in public else None,
        "agency_responsible": in_language(case.agency.name) if "agency" in public else None,
        "service_notice": in_language(definition.guide.how_long),
        "requested_datetime": moment(case.opened_at),
        "updated_datetime": moment(updated),
        "expected_datetime": moment(due_at) if due_at else None,
        "address": _address(case, public),
        "address_id": None,
        "zipcode": None,
        "lat": case.latitude if has_place else None,
        "long": case.longitude if has_place else None,
        "media_url": media[0] if media else _address_of_picture(events, public),
    }


def _address(case: Case, public: set[str]) -> str:
    if "place" in public and case.address:
        return case.address
    if not public & {"place", "area"} or case.district is None:
        return ""
    areas = [in_language(area.name) for area in (case.district, case.village) if area is not None]
    return " ".join(areas)


def _address_of_picture(events: list[CaseEvent], public: set[str]) -> str | None:
    """Return the address that the reporter gave for a picture lying elsewhere."""
    if "summary" not in public or not events or events[0].sequence != 1:
        return None
    return events[0].act.get("media_url") or None


def _extended(
    case: Case, definition: Definition, events: list[CaseEvent], media: list[str]
) -> dict[str, object]:
    told = [event for event in events if event.note or event.from_state != event.to_state]
    return {
        "attributes": list(_public_answers(case, definition)),
        "extended_attributes": {
            "state": case.state,
            "state_name": state_words(definition, case.state),
            "extended_status": extended_status(definition, case.state),
            "channel": case.channel,
            "media_urls": " ".join(media),
        },
        "notes": [
            {
                "datetime": moment(event.at),
                "description": event.note or state_words(definition, event.to_state),
                "type": event.to_state,
            }
            for event in told
        ],
    }


def _public_answers(case: Case, definition: Definition) -> Iterable[dict[str, object]]:
    for key, value in case.answers.items():
        field = definition.fields.get(key)
        if field is None or not field.public or field.personal:
            continue
        label: Any = value
        if field.kind in (FieldKind.CHOICE, FieldKind.CHOICES):
            words = choices_of(field, definition.vocabulary)
            chosen = value if isinstance(value, list) else [value]
            label = ", ".join(in_language(words.get(each, {})) or str(each) for each in chosen)
        yield {
            "code": key,
            "label": in_language(field.label),
            "value": value if isinstance(value, str | int | float | bool) else str(value),
            "name": str(label),
        }


def state_words(definition: Definition, state: str) -> str:
    """Return the name of a state as the public reads it."""
    found = definition.states.get(state)
    return in_language(found.public_label or found.label) if found else state


def extended_status(definition: Definition, state: str) -> str:
    """Return a state as FixMyStreet's extension names it."""
    found = definition.states.get(state)
    if found is not None and found.outcome is not None:
        return EXTENDED[found.outcome]
    return "open" if state == definition.start else "in_progress"


def moment(at: datetime) -> str:
    """Return a moment in the city's time with its zone, to the second."""
    return timezone.localtime(at).isoformat(timespec="seconds")


def _public_notes(cases: list[Case]) -> dict[UUID, list[CaseEvent]]:
    """Return the public events of cases, oldest first."""
    rows = CaseEvent.objects.filter(case__in=[case.pk for case in cases], visibility="public")
    found: dict[UUID, list[CaseEvent]] = {}
    for event in rows.order_by("case", "sequence"):
        found.setdefault(event.case_id, []).append(event)
    return found


def _media(cases: list[Case]) -> dict[UUID, list[str]]:
    """Return the addresses of public pictures of cases, newest first."""
    rows = CaseDocument.objects.filter(
        case__in=[case.pk for case in cases], visibility="public"
    ).order_by("-added_at", "position")
    owner = {str(row.pk): row.case_id for row in rows}
    if not owner:
        return {}
    kind = ContentType.objects.get_for_model(CaseDocument)
    files = Attachment.objects.filter(content_type=kind, object_key__in=owner)
    by_document = {file.object_key: file.pk for file in files}
    found: dict[UUID, list[str]] = {}
    for document, case in owner.items():
        if document in by_document:
            path = reverse("download", args=[by_document[document]])
            found.setdefault(case, []).append(f"{settings.SITE_URL}{path}")
    return found
