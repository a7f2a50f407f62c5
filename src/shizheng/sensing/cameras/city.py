"""What the loaded city says of its cameras, and the cameras of its register."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import shapely
from django.utils.translation import gettext as _

from shizheng.core.declared import body_of, newest_key
from shizheng.core.words import in_language
from shizheng.places.models import Feature, Register, Upkeep
from shizheng.places.selectors.registers import body_of as register_body
from shizheng.places.upkeep.city import features_on
from shizheng.sensing.cameras.definitions import CamerasBody
from shizheng.sensing.cameras.errors import CamerasUnset

IN_USE = "in_use"


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera as its register has it on a day (攝影機)."""

    key: str
    thing: UUID
    name: str
    precinct: str
    view: str
    is_on_duty: bool
    state: str
    longitude: float | None
    latitude: float | None

    @property
    def stream_code(self) -> str:
        """The code by which its heartbeats name their datastream."""
        return f"camera:{self.key}"


def camera_rules() -> CamerasBody:
    """Return what the loaded city says of cameras.

    Raises:
        CamerasUnset: nothing.
    """
    key = newest_key("cameras")
    if key is None:
        raise CamerasUnset
    return body_of(CamerasBody, key)


def camera_register(rules: CamerasBody) -> Register:
    """Return the register of the cameras."""
    return Register.objects.select_related("owner", "current").get(code=rules.register_)


def camera_upkeep(rules: CamerasBody) -> Upkeep:
    """Return how the cameras are looked after."""
    rows = Upkeep.objects.select_related("current", "register", "agency")
    return rows.get(code=rules.upkeep)


def cameras_on(
    rules: CamerasBody, on: date, keys: Iterable[str] | None = None
) -> dict[str, Camera]:
    """Return the cameras of the register on a day by key, or those of some keys."""
    rows = features_on(camera_register(rules), on)
    if keys is not None:
        rows = rows.filter(key__in=list(keys))
    return {row.key: _camera(rules, row) for row in rows.order_by("key").iterator()}


def cameras_public(
    rules: CamerasBody, on: date, keys: Iterable[str] | None = None
) -> dict[str, Camera]:
    """Return the cameras in use whose stills the pack lets everybody see, by key."""
    if rules.public is None:
        return {}
    marks = {f"properties__{name}": True for name in (rules.public.field, rules.fields.duty)}
    rows = features_on(camera_register(rules), on).filter(state=IN_USE, **marks)
    if keys is not None:
        rows = rows.filter(key__in=list(keys))
    return {row.key: _camera(rules, row) for row in rows.order_by("key").iterator()}


def _camera(rules: CamerasBody, row: Feature) -> Camera:
    said, told = rules.fields, row.properties
    x, y = None, None
    if row.shape:
        middle = shapely.centroid(shapely.from_wkb(bytes(row.shape)))
        x, y = float(middle.x), float(middle.y)
    return Camera(
        row.key, row.thing_id, str(told.get(said.name) or row.key),
        str(told.get(said.precinct) or ""), str(told.get(said.view) or ""),
        told.get(said.duty) is True, row.state, x, y,
    )  # fmt: skip


def precinct_names(rules: CamerasBody) -> dict[str, str]:
    """Return code to name of the precincts, in the reader's language and the register's order."""
    body = register_body(camera_register(rules))
    field = body.field(rules.fields.precinct)
    names = body.codes_of(field) if field else {}
    return {code: in_language(dict(words)) for code, words in names.items()}


def precinct_name(names: dict[str, str], code: str) -> str:
    """Return the name of a precinct; of none, that it is not said."""
    return names.get(code) or code or _("Precinct not said")
