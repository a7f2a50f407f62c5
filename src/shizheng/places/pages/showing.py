"""Values, states and places in the words of a page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from shapely.geometry import mapping

from shizheng.core.models import Area
from shizheng.core.showing import city_date, number
from shizheng.core.words import in_language
from shizheng.kernel.dates import parse_date
from shizheng.places.definitions import FieldOf, RegisterBody
from shizheng.places.domain.lateness import is_late
from shizheng.places.domain.shaping import KIND_WORDS, NOTE_WORDS, Kind, Note
from shizheng.places.selectors.showing import Shown, Sight

COLUMNS = 5


def precision_in_words(sight: Sight) -> str:
    """Return how exactly a viewer sees places; nothing where they see them as they are."""
    if Kind(sight.body.geometry.kind) is Kind.NONE or sight.is_exact:
        return ""
    if sight.precision == "grid":
        return _("You see places roughly: the middle of a square of {metres} m.").format(
            metres=number(sight.body.geometry.grid_m)
        )
    if sight.precision == "district":
        return _("You see of places only the district in which they lie.")
    return _("Places are not shown to you.")


def kind_in_words(body: RegisterBody) -> str:
    """Return what the register keeps of places."""
    return _(KIND_WORDS[Kind(body.geometry.kind)])


def value_in_words(field: FieldOf, body: RegisterBody, value: Any) -> str:
    """Return a value with its unit, a code in words, a day as the city writes it."""
    if value is None:
        return "–"
    if field.type == "code":
        return in_language(body.codes_of(field).get(str(value), {})) or str(value)
    if field.type == "boolean":
        return _("Yes") if value else _("No")
    if field.type == "date":
        return city_date(parse_date(str(value)))
    if field.type in ("integer", "decimal"):
        places = None if field.type == "integer" else min(field.places, _places(value))
        return f"{number(value, places)} {field.unit or ''}".strip()
    return str(value)


def _places(value: Any) -> int:
    return len(f"{float(value):.9f}".rstrip("0").partition(".")[2])


def state_in_words(body: RegisterBody, state: str) -> str:
    """Return the name of a state."""
    found = body.state(state)
    return in_language(found.name) if found else state


def note_in_words(body: RegisterBody, shown: Shown) -> str:
    """Return what the map says beside a thing: its state, and whether it is invented."""
    state = state_in_words(body, shown.state)
    return f"{state} · {_('Invented')}" if shown.is_synthetic else state


def title_of(body: RegisterBody, shown: Shown) -> str:
    """Return how a thing is called: by its title field, else its key."""
    return str(shown.values.get(body.title or "") or shown.key)


@dataclass(frozen=True, slots=True)
class RowShown:
    """A row of the table of a register."""

    key: str
    title: str
    state: str
    cells: tuple[str, ...]
    district: str
    href: str
    is_synthetic: bool = False


def columns_of(sight: Sight) -> tuple[FieldOf, ...]:
    """Return the fields that the table shows: the first ones, without the title."""
    return tuple(each for each in sight.fields if each.id != sight.body.title)[:COLUMNS]


def standing_in_words(body: RegisterBody, shown: Shown, on: date) -> str:
    """Return the state of a thing, and that it is overdue where it is on a day."""
    said, late = state_in_words(body, shown.state), body.style.late
    if late is not None and is_late(late, shown.values, shown.state, on):
        return f"{said} · {in_language(late.name)}"
    return said


def rows_of(sight: Sight, shown: Iterable[Shown], on: date | None = None) -> list[RowShown]:
    """Return the rows of a table, as of a day; today's if none is given."""
    day = on or timezone.localdate()
    things, columns = list(shown), columns_of(sight)
    names = areas_in_words(things)
    return [
        RowShown(
            each.key,
            title_of(sight.body, each),
            standing_in_words(sight.body, each, day),
            tuple(value_in_words(f, sight.body, each.values.get(f.id)) for f in columns),
            names.get(each.district, ""),
            reverse("places:thing", args=[sight.body.id, each.key]),
            each.is_synthetic,
        )
        for each in things
    ]


def areas_in_words(shown: Iterable[Shown]) -> Mapping[Any, str]:
    """Return the names of the districts and villages of things, by key."""
    keys = {key for each in shown for key in (each.district, each.village) if key}
    rows = Area.objects.filter(pk__in=keys).values_list("pk", "name")
    return {pk: in_language(name) for pk, name in rows}


def features_of(sight: Sight, shown: Iterable[Shown]) -> dict[str, Any]:
    """Return things as the map takes them, each in the colour of the register's style."""
    style = sight.body.style
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": mapping(each.geometry),
                "properties": {
                    "id": each.key,
                    "title": title_of(sight.body, each),
                    "note": note_in_words(sight.body, each),
                    "href": reverse("places:thing", args=[sight.body.id, each.key]),
                    "colour": style.colours.get(str(each.values.get(style.by or "")), style.colour),
                    "width": style.width,
                },
            }
            for each in shown
            if each.geometry is not None
        ],
    }


def facts_of(sight: Sight, shown: Shown) -> list[tuple[str, str]]:
    """Return everything that is seen of a thing, by name."""
    body, names = sight.body, areas_in_words([shown])
    facts = [(in_language(body.key.name), shown.key)]
    facts.append((_("State"), state_in_words(body, shown.state)))
    facts += [
        (in_language(each.name), value_in_words(each, body, shown.values.get(each.id)))
        for each in sight.fields
    ]
    if shown.length_m is not None:
        facts.append((_("Length"), f"{number(shown.length_m, 1)} m"))
    if shown.area_m2 is not None:
        facts.append((pgettext("places", "Area"), f"{number(shown.area_m2, 1)} m²"))
    place = " ".join(names[key] for key in (shown.district, shown.village) if key in names)
    if place:
        facts.append((_("District"), place))
    if shown.source:
        facts.append((_("Source"), shown.source))
    return facts


def notes_in_words(shown: Shown) -> list[str]:
    """Return what was put right or is doubtful about a thing."""
    known = {str(note) for note in Note}
    return [_(NOTE_WORDS[Note(each["code"])]) for each in shown.notes if each["code"] in known]


def days_in_words(shown: Shown) -> str:
    """Return over which days a state holds."""
    begin = city_date(shown.valid_from)
    if shown.valid_to is None:
        return _("from {begin}").format(begin=begin)
    return _("{begin} to {end}").format(begin=begin, end=city_date(shown.valid_to))


def changes_of(sight: Sight, before: Shown, after: Shown) -> list[str]:
    """Return what is otherwise in one state than in another, a sentence each."""
    body = sight.body
    said = []
    if before.state != after.state:
        pair = [state_in_words(body, each.state) for each in (before, after)]
        said.append(_("{name}: {old} → {new}").format(name=_("State"), old=pair[0], new=pair[1]))
    for field in sight.fields:
        old, new = (each.values.get(field.id) for each in (before, after))
        if old != new:
            words = [value_in_words(field, body, value) for value in (old, new)]
            said.append(
                _("{name}: {old} → {new}").format(
                    name=in_language(field.name), old=words[0], new=words[1]
                )
            )
    if before.geometry != after.geometry:
        said.append(_("The place changed."))
    return said
