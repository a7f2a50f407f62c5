"""Drafts as forms being filled in, and which of them a visitor may open."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from shizheng.core.files import attachments_of
from shizheng.core.models import User
from shizheng.services.actions.opening import Contact
from shizheng.services.actions.run import Run
from shizheng.services.applying.errors import DraftExpired, DraftUnknown
from shizheng.services.applying.filling import Entries, Filling
from shizheng.services.applying.forms import KeptFile
from shizheng.services.models import Case, CaseDocument, Draft
from shizheng.services.places import Place
from shizheng.services.versions import definition_by

OPENED = "services.drafts"
"""Where a session keeps the keys of drafts that were opened in it."""


def draft_of(request: HttpRequest, key: UUID) -> Draft:
    """Return a draft that the visitor began, or opened by its link, in this session or account.

    Raises:
        DraftUnknown: none that they may open.
        DraftExpired: it was kept long enough.
    """
    draft = (
        Draft.objects.select_related("service__owner", "version", "sent_case", "person", "corrects")
        .filter(pk=key)
        .first()
    )
    is_own = draft is not None and draft.person_id == getattr(request.user, "pk", None)
    is_opened = str(key) in request.session.get(OPENED, [])
    if draft is None or not (is_opened or (is_own and draft.person_id is not None)):
        raise DraftUnknown
    if draft.sent_at is None and draft.expires_at <= timezone.now():
        raise DraftExpired(until=timezone.localdate(draft.expires_at))
    return draft


def address_after(draft: Draft) -> str:
    """Return where a draft that was sent leads: to its receipt, or to the case it corrected."""
    if draft.corrects is not None:
        return reverse("services:status", args=[draft.corrects.number])
    return reverse("services:receipt", args=[draft.pk])


def remember(request: HttpRequest, draft: Draft) -> None:
    """Let this session open a draft from now on."""
    opened = request.session.get(OPENED, [])
    if str(draft.pk) not in opened:
        request.session[OPENED] = [*opened, str(draft.pk)][-50:]


def drafts_open(person: User, *, at: datetime) -> QuerySet[Draft]:
    """Return the drafts that somebody can go on with, the latest first."""
    return (
        Draft.objects.filter(person=person, sent_at=None, expires_at__gt=at)
        .select_related("service", "version")
        .order_by("-saved_at", "-id")
    )


def filling_of(draft: Draft, *, at: datetime) -> Filling:
    """Return a draft as a form being filled in, by the version to which it is pinned."""
    facts = None
    if draft.corrects is not None:
        facts = Run(draft.corrects, at=at, by=draft.person).facts()
    return Filling(definition_by(draft.version_id), entries_of(draft), at=at, facts_of_case=facts)


def entries_of(draft: Draft) -> Entries:
    """Return what was filled in."""
    files = files_of(draft)
    if draft.corrects is not None:
        files = joined_files(draft, given_before(draft.corrects), files)
    contact = dict(draft.contact)
    proxy = contact.pop("proxy", {})
    return Entries(
        channel=draft.channel,
        answers=draft.answers,
        files=files,
        description=draft.description,
        place=Place(**draft.place),
        contact=Contact(**contact),
        proxy=proxy,
        is_signed_in=draft.person_id is not None and draft.channel == "web",
    )


def files_of(draft: Draft) -> dict[str, list[KeptFile]]:
    """Return the files kept on a draft by field."""
    if not draft.files:
        return {}
    by_key = {str(each.pk): each for each in attachments_of(draft)}
    found: dict[str, list[KeptFile]] = {}
    for field, keys in draft.files.items():
        for key in keys:
            if key in by_key:
                kept = by_key[key]
                address = reverse("services:draft_file", args=[draft.pk, kept.pk])
                found.setdefault(field, []).append(
                    KeptFile(key, kept.name, kept.file.size, address)
                )
    return found


def place_kept(place: Place) -> dict[str, Any]:
    """Return a place as a draft keeps it."""
    return {
        "longitude": place.longitude, "latitude": place.latitude, "address": place.address,
        "district": place.district, "village": place.village, "geometry": place.geometry,
    }  # fmt: skip


def given_before(case: Case) -> dict[str, list[KeptFile]]:
    """Return the files that a case holds by field, in the newest version of each."""
    found: dict[str, dict[int, KeptFile]] = {}
    rows = CaseDocument.objects.filter(case=case, visibility__in=("party", "public"))
    for row in rows.order_by("field", "position", "number"):
        attachment = attachments_of(row).first()
        if attachment is None:
            continue
        address = reverse("services:case_file", args=[case.number, attachment.pk])
        kept = KeptFile("", row.name, attachment.file.size, address)
        found.setdefault(row.field, {})[row.position] = kept
    return {field: list(by_position.values()) for field, by_position in found.items()}


def joined_files(
    draft: Draft,
    before: Mapping[str, Sequence[KeptFile]],
    new: Mapping[str, Sequence[KeptFile]],
) -> dict[str, list[KeptFile]]:
    """Return what a correction holds by field: the newest, as many as the field takes.

    New versions stand in for those given before in their order; other files join them, and the
    oldest make room.
    """
    fields = definition_by(draft.version_id).fields
    found: dict[str, list[KeptFile]] = {}
    for key in before.keys() | new.keys():
        each = fields.get(key)
        old, added = list(before.get(key, ())), list(new.get(key, ()))
        if each is None:
            continue
        joined = [*added, *old[len(added) :]] if each.versions else [*old, *added]
        found[key] = joined[-each.max_files :]
    return found
