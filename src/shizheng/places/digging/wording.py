"""Permits, conflicts and plans in the words of a page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import shapely
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from shapely.geometry import mapping

from shizheng.core.showing import city_date, number
from shizheng.core.words import in_language
from shizheng.places.digging.definitions import DiggingBody
from shizheng.places.digging.errors import STATES
from shizheng.places.digging.models import DigPermit, PlannedDig, SiteReport

COLOURS = {
    "waiting": "#6b7280", "granted": "#0b5cad", "in_progress": "#b45309", "stopped": "#b91c1c",
    "backfilled": "#7c3aed",
}  # fmt: skip
LIGHTS = {
    "granted": "grey", "in_progress": "yellow", "stopped": "red", "backfilled": "yellow",
    "closed": "green",
}  # fmt: skip
TRAFFIC = {
    "all-lanes-open": gettext_lazy("All lanes stay open"),
    "some-lanes-closed": gettext_lazy("Some lanes are closed"),
    "alternating-one-way": gettext_lazy("One lane for both directions in turn"),
    "all-lanes-closed": gettext_lazy("The road is closed"),
}
REPORTS = {
    SiteReport.Kind.SIGN_ON: gettext_lazy("Operator on site signed"),
    SiteReport.Kind.BEGIN: gettext_lazy("Work began"),
    SiteReport.Kind.STOP: gettext_lazy("Work stopped"),
    SiteReport.Kind.RESUME: gettext_lazy("Work goes on"),
    SiteReport.Kind.BACKFILL: gettext_lazy("Trench filled"),
    SiteReport.Kind.RESTORE: gettext_lazy("Road restored, to be accepted"),
}
PLANNED = {
    "open": gettext_lazy("Waits for the joint plan"),
    "proposed": gettext_lazy("Days proposed, answer needed"),
    "agreed": gettext_lazy("Days agreed"),
    "withdrawn": gettext_lazy("Withdrawn"),
}


def state_words(state: str) -> str:
    """Return the state of a permit in words."""
    return _(STATES[state])


def owner_words(body: DiggingBody, code: str) -> str:
    """Return the name of an owner of pipes."""
    owner = body.owner(code)
    return in_language(owner.name) if owner else code


def category_words(body: DiggingBody, code: str) -> str:
    """Return the name of a category of works."""
    found = next((each for each in body.categories if each.id == code), None)
    return in_language(found.name) if found else code


def method_words(body: DiggingBody, code: str) -> str:
    """Return the name of a method of digging."""
    found = next((each for each in body.methods if each.id == code), None)
    return in_language(found.name) if found else code


def days_words(first: date, last: date) -> str:
    """Return a span of days."""
    if first == last:
        return city_date(first)
    return _("{first} to {last}").format(first=city_date(first), last=city_date(last))


@dataclass(frozen=True, slots=True)
class Against:
    """A conflict as a page shows it: how grave, in a sentence, and where to look."""

    refuses: bool
    text: str
    href: str = ""


def conflicts_in_words(
    found: Iterable[Mapping[str, Any]], body: DiggingBody, names: Mapping[str, str]
) -> list[Against]:
    """Return conflicts in words.

    Args:
        found: as kept with a permit (``finding.shown``).
        names: name of the road by key of the section.
    """
    rows = list(found)
    others = _others(rows)
    return [_against(each, body, names, others) for each in rows]


def _others(found: Sequence[Mapping[str, Any]]) -> dict[str, DigPermit]:
    """Return the permits that conflicts name, by number."""
    wanted = {str(each["other"]) for each in found if each["reason"] in WORKS}
    records = {name.rpartition("-")[0] for name in wanted}
    rows = DigPermit.objects.filter(record__number__in=records).select_related("record")
    return {row.number: row for row in rows if row.number in wanted}


WORKS = ("same_section", "nearby", "traffic_capacity")
BANS = ("moratorium", "holiday_ban", "event")


def _against(
    each: Mapping[str, Any], body: DiggingBody, names: Mapping[str, str],
    others: Mapping[str, DigPermit],
) -> Against:  # fmt: skip
    reason, other = str(each["reason"]), str(each["other"])
    section = names.get(str(each["section"]), str(each["section"]))
    if reason == "moratorium":
        text = _("{road} was paved less than {days} days before: no digging there then.")
        return Against(True, text.format(road=section, days=body.moratorium_days))
    if reason in BANS:
        ban = next((b for b in body.bans if b.id == other), None)
        name = in_language(ban.name) if ban else other
        return Against(True, _("{road}: {ban}.").format(road=section, ban=name))
    if reason == "hazardous_pipe":
        text = _("{metres} m from the dangerous pipe {pipe}: its operator must sign on site.")
        return Against(False, text.format(metres=number(each["distance_m"], 1), pipe=other))
    permit = others.get(other)
    said = _work_words(permit, body) if permit else other
    href = reverse("places:permit", args=[other]) if permit and permit.state in LIGHTS else ""
    if reason == "traffic_capacity":
        return Against(False, _traffic_words(each, section, said), href)
    if reason == "same_section":
        text = _("Same section {road} as {work}. Dig together?")
    else:
        text = _("{metres} m from {work}. Dig together?")
        said_m = number(each["distance_m"] or 0, 0)
        return Against(False, text.format(metres=said_m, work=said), href)
    return Against(False, text.format(road=section, work=said), href)


def _traffic_words(each: Mapping[str, Any], road: str, work: str) -> str:
    if each.get("wanted_vph") is None:  # kept before figures were
        text = _("Together with {work} on {road}, too little is left to traffic.")
        return text.format(work=work, road=road)
    text = _("Together with {work} on the parallel {road}, {left} cars an hour can pass at the peak and {wanted} want to: choose other days, or close fewer lanes.")  # noqa: E501  # fmt: skip
    told = text.format(
        work=work, road=road, left=number(each["left_vph"]), wanted=number(each["wanted_vph"])
    )
    if not each["is_counted"]:
        told += " " + _("Estimated from the class of the road; nobody counted there.")
    return told


def _work_words(permit: DigPermit, body: DiggingBody) -> str:
    return _("{owner} ({number}, {days})").format(
        owner=owner_words(body, permit.record.owner), number=permit.number,
        days=days_words(permit.first, permit.last),
    )  # fmt: skip


def planned_in_words(planned: PlannedDig, body: DiggingBody) -> str:
    """Return what somebody else plans on a section."""
    return _("{owner} plans “{title}” for {count} days, {days}.").format(
        owner=owner_words(body, planned.owner), title=planned.title, count=planned.days,
        days=days_words(planned.earliest, planned.latest),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class WorkShown:
    """A work as a row of a list."""

    permit: DigPermit
    owner: str
    roads: str
    state: str
    light: str
    traffic: str
    href: str

    @property
    def key(self) -> str:
        """The number, by which map and table know it."""
        return self.permit.number


def works_shown(rows: Iterable[DigPermit], body: DiggingBody) -> list[WorkShown]:
    """Return works as rows."""
    return [
        WorkShown(
            permit=row, owner=owner_words(body, row.record.owner),
            roads=row.roads or "、".join(row.sections[:3]), state=state_words(row.state),
            light=LIGHTS.get(row.state, "grey"), traffic=str(TRAFFIC[row.traffic]),
            href=reverse("places:permit", args=[row.number]),
        )
        for row in rows
    ]  # fmt: skip


def works_features(rows: Iterable[WorkShown]) -> dict[str, Any]:
    """Return works as the map takes them."""
    return {
        "type": "FeatureCollection",
        "features": [
            feature_of(
                row.key, row.permit.shape, title=f"{row.roads} {row.owner}",
                note=f"{row.state} {days_words(row.permit.first, row.permit.last)}",
                href=row.href, colour=COLOURS.get(row.permit.state, "#6b7280"),
            )
            for row in rows
            if row.permit.shape is not None
        ],
    }  # fmt: skip


def feature_of(
    key: str, shape: bytes | memoryview, *, title: str, note: str, href: str, colour: str,
    width: int = 6,
) -> dict[str, Any]:  # fmt: skip
    """Return one thing as the map takes it."""
    return {
        "type": "Feature",
        "geometry": mapping(shapely.from_wkb(bytes(shape))),
        "properties": {
            "id": key, "title": title, "note": note, "href": href, "colour": colour,
            "width": width,
        },
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the life of a permit."""

    at: datetime | None
    who: str
    what: str
    why: str = ""
    photos: tuple[Any, ...] = ()
