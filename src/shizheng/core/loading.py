"""Puts a checked pack into the tables: all of it in one transaction, or nothing.

Loading the same pack again changes nothing. A room adds its part by registering a loader.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import import_module
from typing import Any, Protocol

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import module_has_submodule
from shapely import to_wkb
from shapely.geometry import shape

from shizheng.core import journal
from shizheng.core.models import (
    Agency,
    AgencyPeriod,
    Area,
    City,
    PublishedDefinition,
    Role,
    User,
)
from shizheng.core.people.demo import demo_accounts_load
from shizheng.core.publishing import publication
from shizheng.core.words import in_language
from shizheng.kernel.errors import N_, DomainError
from shizheng.kernel.registry import Registry
from shizheng.packs.kinds.agency import Agency as AgencyRow
from shizheng.packs.kinds.agency import AgencyTree
from shizheng.packs.kinds.area import Areas, Village, code_of, features
from shizheng.packs.kinds.pack import Manifest
from shizheng.packs.kinds.role import DemoAccounts
from shizheng.packs.kinds.role import Role as RoleBody
from shizheng.packs.pack import Pack
from shizheng.packs.schema import Words


class OtherCity(DomainError):
    """This installation serves another city already."""

    code = "core.other_city"
    message = N_("This database belongs to {present}; the pack is that of {given}.")
    hint = N_("Use another database for another city: set DATABASE_URL or SHIZHENG_HOME.")
    status = 409


class PublishedIsFinal(DomainError):
    """A definition changed although its version was published before."""

    code = "core.published_is_final"
    message = N_("{count} published definitions were changed in place: {names}.")
    hint = N_("A published version stays as it is: raise `version` in each of these files.")
    status = 409


@dataclass(slots=True)
class Loading:
    """One run: the pack, the moment, and what was done, for the report at its end."""

    pack: Pack
    at: datetime
    by: User | None
    say: Callable[[str], object]
    city: City = field(init=False)
    counts: dict[str, int] = field(default_factory=dict)


class Loader(Protocol):
    """The part of one room."""

    def __call__(self, run: Loading) -> None:
        """Bring the room's tables to what the pack says."""


class DemoLoader(Protocol):
    """What one room adds to a demonstration: invented, marked as such, added once."""

    def __call__(self, pack: Pack, *, at: datetime) -> object:
        """Add what is not there yet."""


loaders: Registry[Loader] = Registry("Loaders")
demo_loaders: Registry[DemoLoader] = Registry("Demo loaders")


@demo_loaders.register("accounts")
def _demo_accounts(pack: Pack, *, at: datetime) -> None:
    for body in pack.bodies(DemoAccounts):
        demo_accounts_load(body.accounts, at=at)


def discover() -> None:
    """Let every room enter its part: its module ``loading``, read only when a pack is loaded."""
    for app in apps.get_app_configs():
        if app.name.startswith("shizheng.") and module_has_submodule(app.module, "loading"):
            import_module(f"{app.name}.loading")


@transaction.atomic
def load(
    pack: Pack, *, at: datetime, by: User | None = None, say: Callable[[str], object] = str
) -> Loading:
    """Load a pack: its city, definitions, agencies, areas, roles, then each room's part.

    Args:
        say: told the name of each step as it begins.

    Raises:
        OtherCity: the database holds another city.
        PublishedIsFinal: a published definition was changed without a new version.
    """
    discover()
    run = Loading(pack=pack, at=at, by=by, say=say)
    run.city = _city(run)
    for name, step in (
        ("definitions", _definitions),
        ("agencies", _agencies),
        ("areas", _areas),
        ("roles", _roles),
        *loaders.items(),
    ):
        say(name)
        step(run)
    _count_rows_anew()
    journal.record(
        "core.pack.loaded", run.city, by=by, at=at, now={"pack": pack.root.name, **run.counts}
    )
    return run


def _count_rows_anew() -> None:
    """Tell PostgreSQL's planner what was loaded; by itself it would guess for a minute."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _city(run: Loading) -> City:
    manifest = run.pack.body(Manifest)
    present = City.objects.select_for_update().first()
    if present and present.code != manifest.id:
        raise OtherCity(present=present.code, given=manifest.id)
    body = manifest.model_dump(mode="json", by_alias=True)
    city, _ = City.objects.update_or_create(
        code=manifest.id,
        defaults={"name": dict(manifest.name), "manifest": body, "loaded_at": run.at},
    )
    return city


def _definitions(run: Loading) -> None:
    """Keep each definition's version with its digest; one that is kept may not differ."""
    plan = publication(run.pack)
    if plan.refused:
        places = [f"{each.definition.file}:{each.problem.line}" for each in plan.refused]
        raise PublishedIsFinal(count=len(places), names=", ".join(places))
    PublishedDefinition.objects.bulk_create(
        PublishedDefinition(
            city=run.city,
            kind=each.kind,
            identifier=each.id,
            version=each.version,
            digest=each.digest,
            body=each.body,
            published_at=run.at,
        )
        for each in plan.to_store
    )
    run.counts["definitions"] = len(plan.to_store)


def _agencies(run: Loading) -> None:
    tree = run.pack.body(AgencyTree)
    today = run.at.date()
    rows = _current(tree.agencies, today)
    known = {row.code: row for row in Agency.objects.all()}
    for code, row in rows.items():
        fields = {
            "official_code": row.official_code or "",
            "kind": row.kind,
            "name": dict(row.name),
            "short_name": dict(row.short_name),
            "position": row.position,
            "valid_from": min(r.valid_from for r in tree.agencies if r.id == code),
            "valid_to": row.valid_to,
        }
        agency = known.setdefault(code, Agency(code=code))
        _update(agency, fields)
    for code, row in rows.items():
        _update(known[code], {"parent": known[row.parent] if row.parent else None})
    AgencyPeriod.objects.filter(agency__code__in=rows).delete()
    AgencyPeriod.objects.bulk_create(
        AgencyPeriod(
            agency=known[row.id],
            name=dict(row.name),
            short_name=dict(row.short_name),
            parent=known[row.parent] if row.parent else None,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
        )
        for row in tree.agencies
    )
    run.counts["agencies"] = len(rows)


def _current(agencies: Iterable[AgencyRow], today: date) -> dict[str, AgencyRow]:
    """Return for each id the row of today, else the last one."""
    rows: dict[str, AgencyRow] = {}
    for row in sorted(agencies, key=lambda row: row.valid_from):
        if row.id not in rows or row.valid_from <= today:
            rows[row.id] = row
    return rows


def _areas(run: Loading) -> None:
    areas = run.pack.body(Areas)
    shapes = {
        code_of(feature): to_wkb(shape(feature["geometry"]))
        for file in (areas.shapes.districts, areas.shapes.villages)
        for feature in features(run.pack.read(file))
    }
    told = areas.source if isinstance(areas.source, Words) else Words()
    source = in_language(told, settings.LANGUAGE_CODE) or str(areas.source)
    known = {row.code: row for row in Area.objects.all()}
    fresh: list[Area] = []
    levels = ((Area.Kind.DISTRICT, areas.districts), (Area.Kind.VILLAGE, areas.villages))
    for kind, rows in levels:
        for row in rows:
            fields: dict[str, Any] = {
                "kind": kind,
                "name": dict(row.name),
                "shape": shapes.get(row.code),
                "source": source[:200],
                "source_words": dict(told),
                "valid_from": areas.valid_from,
                "parent": known[row.district] if isinstance(row, Village) else None,
            }
            if row.code in known:
                _update(known[row.code], fields)
            else:
                known[row.code] = Area(code=row.code, **fields)
                fresh.append(known[row.code])
    for kind in Area.Kind:  # districts first: villages refer to them
        Area.objects.bulk_create([area for area in fresh if area.kind == kind], batch_size=200)
    run.counts["areas"] = len(known)


def _roles(run: Loading) -> None:
    for body in run.pack.bodies(RoleBody):
        Role.objects.update_or_create(
            code=body.id,
            defaults={
                "name": dict(body.name),
                "permissions": list(body.permissions),
                "is_staff_role": body.is_staff,
                "position": body.position,
            },
        )
    run.counts["roles"] = len(run.pack.bodies(RoleBody))


def _update(row: Any, fields: dict[str, Any]) -> None:
    """Write a row only if something of it changed."""
    changed = {name for name, value in fields.items() if _stored(row, name) != value}
    if row._state.adding:
        for name, value in fields.items():
            setattr(row, name, value)
        row.save(force_insert=True)
    elif changed:
        for name in changed:
            setattr(row, name, fields[name])
        row.save(update_fields=sorted(changed))


def _stored(row: Any, name: str) -> object:
    value = getattr(row, name, None) if not row._state.adding else None
    return bytes(value) if isinstance(value, memoryview) else value
