"""Finding reports that may be the same, and what a case is linked to."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from math import cos, radians
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Q, QuerySet

from shizheng.core.access import Person
from shizheng.core.files import attachments_of
from shizheng.kernel.time.amounts import Amount, Unit
from shizheng.services import city
from shizheng.services.domain.similarity import Likeness, Sighting, likeness
from shizheng.services.models import Case, CaseDocument, CaseLink, Service
from shizheng.services.places import Place
from shizheng.services.schema.subjects import DuplicatesOf
from shizheng.services.versions import definition_by

METRES_A_DEGREE = 111_320.0
MOST_IN_BOX = 200
MOST_IN_DISTRICT = 100
COMPARED = (
    "service", "opened_at", "longitude", "latitude", "address", "description", "title", "answers",
)  # fmt: skip
DETAIL = ("service", "agency", "district", "village")
CLOSED_WITHIN = timedelta(days=14)
"""How long a closed case is still shown: what was just repaired is reported again."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case that may be about the same, with what one needs to decide (疑似重複案件).

    ``photo`` is the key under which its first photo is downloaded.
    """

    case: Case
    likeness: Likeness
    distance_m: float | None
    linked_count: int
    photo: UUID | None = None

    @property
    def percent(self) -> int:
        """The score as a whole percentage."""
        return round(self.likeness.score * 100)

    @property
    def state(self) -> dict[str, str]:
        """What the public calls its state."""
        state = definition_by(self.case.version_id).states[self.case.state]
        return dict(state.public_label or state.label)


@dataclass(frozen=True, slots=True)
class Group:
    """Services whose reports may be about the same thing, and how that is judged."""

    name: str
    rule: DuplicatesOf
    services: tuple[str, ...]

    @property
    def within(self) -> timedelta:
        """Age up to which a report counts."""
        return _span(self.rule.within)


def _span(text: str) -> timedelta:
    amount = Amount.parse(text)
    hours = {Unit.HOUR: 1, Unit.DAY: 24, Unit.WORKING_DAY: 24, Unit.MONTH: 24 * 31}
    return timedelta(hours=amount.count * hours.get(amount.unit, 24 * 366))


def group_of(service: Service) -> Group | None:
    """Return the group of a service; None if its cases are answered one by one."""
    return _groups(city.loaded_at()).get(service.code)


@lru_cache(maxsize=4)
def _groups(at: datetime | None) -> dict[str, Group]:
    rules: dict[str, tuple[str, DuplicatesOf]] = {}
    for service in Service.objects.filter(is_offered=True).exclude(current=None):
        intake = definition_by(service.current_id).intake
        if intake.duplicates is not None:
            name = intake.group["en"] if intake.group else service.code
            rules[service.code] = (name, intake.duplicates)
    return {
        code: Group(name, rule, tuple(each for each, (other, _) in rules.items() if other == name))
        for code, (name, rule) in rules.items()
    }


def likely_duplicates(
    *,
    service: Service,
    place: Place,
    description: str,
    at: datetime,
    answers: Mapping[str, Any] | None = None,
    viewer: "Person | None" = None,
    leave_out: Case | None = None,
    limit: int = 5,
) -> list[Candidate]:
    """Return the cases that a new report of ``service`` may be about, the likeliest first.

    A duplicate is shown as its master. Nobody but staff is shown personal cases.

    Args:
        answers: given so far; fields that the rule names must be the same where both are known.
        viewer: cases they may see, personal ones too; None for everybody: normal ones alone.
        leave_out: the case for which duplicates are looked for.
    """
    group = group_of(service)
    if group is None or not (place.longitude is not None or (place.address and place.district)):
        return []
    new = Sighting(
        service=service.code, group=group.name, longitude=place.longitude,
        latitude=place.latitude, address=place.address, text=description,
    )  # fmt: skip
    found = Service.objects.filter(code__in=group.services).values_list("pk", "code")
    codes: dict[UUID, str] = dict(found)
    rows = list(_near(group, codes, place, at, viewer))
    if leave_out is not None:
        rows = [row for row in rows if row.pk != leave_out.pk]
    rows = [row for row in rows if _same(group.rule.same, answers or {}, row.answers)]
    limits: dict[str, Any] = {"within_m": group.rule.within_m, "within": group.within}
    scored = [
        (likeness(new, _sighting(row, codes[row.service_id], group, at), **limits), row)
        for row in rows
    ]
    good = [pair for pair in scored if pair[0].score >= float(group.rule.least)]
    return _with_detail(_as_masters(good, leave_out), viewer, limit)


def _near(
    group: Group, codes: Mapping[UUID, str], place: Place, at: datetime, viewer: "Person | None"
) -> Iterable[Case]:
    rows = Case.objects.filter(service__in=list(codes))
    rows = rows.filter(access_class="normal") if viewer is None else rows.visible_to(viewer)
    rows = rows.only(*COMPARED)
    if place.longitude is None or place.latitude is None:
        since = at - group.within
        found = rows.filter(is_open=True, opened_at__gte=since, district__code=place.district)
        yield from found.order_by("-opened_at")[:MOST_IN_DISTRICT]
        return
    boxed = rows.filter(_box(place.longitude, place.latitude, group.rule.within_m))
    yield from boxed.filter(is_open=True).order_by()[:MOST_IN_BOX]
    recent = at - min(CLOSED_WITHIN, group.within)
    yield from boxed.filter(is_open=False, closed_at__gte=recent).order_by()[:MOST_IN_BOX]


def _box(longitude: float, latitude: float, metres: int) -> Q:
    up = metres / METRES_A_DEGREE
    along = up / max(0.05, cos(radians(latitude)))
    return Q(
        longitude__range=(longitude - along, longitude + along),
        latitude__range=(latitude - up, latitude + up),
    )


def _sighting(case: Case, code: str, group: Group, at: datetime) -> Sighting:
    return Sighting(
        service=code, group=group.name, age=max(at - case.opened_at, timedelta(0)),
        longitude=case.longitude, latitude=case.latitude, address=case.address,
        text=case.description or case.title,
    )  # fmt: skip


def _same(keys: Iterable[str], given: Mapping[str, Any], kept: Mapping[str, Any]) -> bool:
    return all(
        given[key] == kept[key] for key in keys if given.get(key) and kept.get(key) is not None
    )


def _as_masters(
    scored: list[tuple[Likeness, Case]], leave_out: Case | None
) -> list[tuple[Likeness, Case]]:
    """Put the master in the place of each duplicate, once, with its best likeness."""
    links = CaseLink.objects.filter(
        case__in=[row.pk for _, row in scored], kind="duplicate", undone_at=None
    ).select_related("to")
    masters = {link.case_id: link.to for link in links}
    best: dict[UUID, tuple[Likeness, Case]] = {}
    for found, row in scored:
        case = masters.get(row.pk, row)
        if leave_out is not None and case.pk == leave_out.pk:
            continue
        known = best.get(case.pk)
        if known is None or found.score > known[0].score:
            best[case.pk] = (found, case)
    return sorted(best.values(), key=lambda pair: (-pair[0].score, pair[1].opened_at))


def _with_detail(
    found: list[tuple[Likeness, Case]], viewer: "Person | None", limit: int
) -> list[Candidate]:
    found = found[:limit]
    if not found:
        return []
    keys = [case.pk for _, case in found]
    linked = Counter(
        CaseLink.objects.filter(to__in=keys, kind="duplicate", undone_at=None).values_list(
            "to", flat=True
        )
    )
    photos = _photos(keys, viewer)
    whole = Case.objects.select_related(*DETAIL).in_bulk(keys)
    return [
        Candidate(whole[case.pk], likeness, _metres(likeness), linked[case.pk], photos.get(case.pk))
        for likeness, case in found
    ]


def _metres(found: Likeness) -> float | None:
    part = found.part("distance")
    return part.measured if part else None


def _photos(cases: list[UUID], viewer: "Person | None") -> dict[UUID, UUID]:
    """Return the key of the first photo of each case that the viewer may see."""
    rows = CaseDocument.objects.visible_to(viewer or AnonymousUser()).filter(case__in=cases)
    pictures = Q(name__iendswith=".jpg") | Q(name__iendswith=".jpeg") | Q(name__iendswith=".png")
    pictures |= Q(name__iendswith=".webp")
    found: dict[UUID, CaseDocument] = {}
    for row in rows.filter(pictures).order_by("case", "added_at", "position"):
        found.setdefault(row.case_id, row)
    keys = {
        case: attachments_of(document).values_list("pk", flat=True).first()
        for case, document in found.items()
    }
    return {case: key for case, key in keys.items() if key}


def master_of(case: Case) -> Case | None:
    """Return the case that a duplicate is answered with; None if it stands on its own."""
    link = link_of(case)
    return link.to if link else None


def link_of(case: Case) -> CaseLink | None:
    """Return the link by which a case is a duplicate now."""
    rows = CaseLink.objects.filter(case=case, kind="duplicate", undone_at=None)
    return rows.select_related("to", "to__service", "made_by").first()


def links_of(case: Case, *, viewer: Person) -> QuerySet[CaseLink]:
    """Return every link of a case that holds, either way, as far as the viewer sees both ends."""
    seen = Case.objects.visible_to(viewer).order_by().values("pk")
    return (
        CaseLink.objects.filter(Q(case=case) | Q(to=case), undone_at=None)
        .filter(Q(case=case, to__in=seen) | Q(to=case, case__in=seen))
        .select_related("case__service", "to__service", "made_by")
        .annotate(master=F("to"))
        .order_by("made_at", "id")
    )


def duplicates_for(case: Case, *, viewer: Person, at: datetime, limit: int = 5) -> list[Candidate]:
    """Return what a case that is open may be a duplicate of, as the officer's desk shows it."""
    place = Place(
        longitude=case.longitude, latitude=case.latitude, address=case.address,
        district=case.district.code if case.district else "",
    )  # fmt: skip
    return likely_duplicates(
        service=case.service, place=place, description=case.description, at=at,
        answers=case.answers, viewer=viewer, leave_out=case, limit=limit,
    )  # fmt: skip
