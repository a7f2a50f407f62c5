"""Makes a city's worth of cases in an empty database: what the benchmarks of cases work on.

Cases, their newest clock, parties and search texts are made here; their events in the database
itself, ten for each case. Everything is invented by a fixed seed.
"""

import json
import os
import random
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

WORDS = [
    "路面坑洞", "路燈不亮", "水溝堵塞", "噪音擾民", "垃圾未清", "樹木傾倒", "違規停車",
    "人孔蓋鬆動", "積水不退", "號誌故障", "公園遊具損壞", "野狗追人", "工地揚塵", "招牌搖晃",
]  # fmt: skip
ROADS = ["建國路", "中山路", "民族路", "博愛路", "明誠路", "自由路", "大順路", "九如路"]
OFFICERS = 2_000
EVENTS_EACH = 10
START = datetime(2025, 1, 1, tzinfo=UTC)
SPAN = timedelta(days=690)


def prepare(database: str) -> None:
    """Make tables and load the pack, unless an earlier run left a city."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "shizheng.settings"
    os.environ["DATABASE_URL"] = database
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.utils import timezone

    from shizheng.core import loading
    from shizheng.core.models import City
    from shizheng.packs import loader

    settings.ALLOWED_HOSTS = ["testserver", "127.0.0.1"]
    call_command("migrate", verbosity=0)
    if not City.objects.exists():
        loading.load(loader.load(settings.PACK), at=timezone.now())


def people() -> list[Any]:
    """Make 2,000 officers, spread over the agencies, and an administrator."""
    from shizheng.core.models import Agency, Role, RoleGrant, User

    agencies = list(Agency.objects.exclude(parent=None))
    officer = Role.objects.get(code="officer")
    users = User.objects.bulk_create(
        User(username=f"officer_{n}", display_name=f"承辦 {n}", agency=agencies[n % len(agencies)])
        for n in range(OFFICERS)
    )
    RoleGrant.objects.bulk_create(
        RoleGrant(person=user, role=officer, agency=user.agency, valid_from=START) for user in users
    )
    boss = User.objects.create(username="admin", display_name="系統管理員")
    RoleGrant.objects.create(
        person=boss, role=Role.objects.get(code="administrator"), valid_from=START
    )
    return users


class City:
    """What cases are drawn from."""

    def __init__(self) -> None:
        from shizheng.core.models import Agency, Area
        from shizheng.services.models import Service

        self.chance = random.Random(109)
        self.services = [
            service
            for service in Service.objects.select_related("current").exclude(current=None)
            if service.category == "report"
        ]
        self.shapes = {service.pk: shape_of(service) for service in self.services}
        self.agencies = list(Agency.objects.exclude(parent=None).values_list("pk", flat=True))
        self.villages = list(Area.objects.filter(kind="village").values_list("pk", "parent"))
        self.officers = people()
        self.by_agency: dict[Any, list[Any]] = {}
        for user in self.officers:
            self.by_agency.setdefault(user.agency_id, []).append(user.pk)


def shape_of(service: Any) -> tuple[str, str, str, str]:
    """Return an open state, a final one with its outcome, and the main clock of a service."""
    from shizheng.services.versions import definition_by

    definition = definition_by(service.current_id)
    last = next(key for key, state in definition.states.items() if state.final)
    opened = "in_progress" if "in_progress" in definition.states else definition.start
    return opened, last, str(definition.states[last].outcome), definition.main_clock or "main"


def cases(city: City, count: int, open_share: float) -> Iterator[Any]:
    """Yield unsaved cases in order of opening; the last ones are open."""
    from shizheng.kernel.identifiers import PublicNumber, uuid7
    from shizheng.services.models import Case

    chance, sequence, day = city.chance, 0, None
    for n in range(count):
        at = START + SPAN * n / count
        if at.date() != day:
            day, sequence = at.date(), 0
        sequence += 1
        service = chance.choice(city.services)
        village, district = chance.choice(city.villages)
        agency = chance.choice(city.agencies)
        is_open = n >= count * (1 - open_share)
        opened, last, outcome, _clock = city.shapes[service.pk]
        took = timedelta(hours=chance.randrange(2, 400))
        yield Case(
            id=uuid7(int(at.timestamp() * 1000), chance.randbytes(10)),
            number=str(PublicNumber("KHC", day, sequence)), service=service,
            version=service.current, state=opened if is_open else last,
            holder="office" if is_open else "nobody", is_open=is_open,
            outcome="" if is_open else outcome, agency_id=agency,
            assignee_id=chance.choice(city.by_agency[agency]), access_class="normal",
            channel=chance.choice(["web", "phone", "api"]), title=chance.choice(WORDS),
            description=f"{chance.choice(ROADS)}{n % 999}號前{chance.choice(WORDS)}",
            address=f"{chance.choice(ROADS)}{chance.randrange(1, 999)}號", district_id=district,
            village_id=village, longitude=120.25 + chance.random() * 0.2,
            latitude=22.55 + chance.random() * 0.2, answers={"kind": "pothole"}, opened_at=at,
            updated_at=at + took, closed_at=None if is_open else at + took,
            due_at=at + timedelta(days=chance.randrange(3, 60)), held_since=at,
            office_seconds=int(took.total_seconds()), is_late=chance.random() < 0.1,
            revision=EVENTS_EACH, is_synthetic=True,
            satisfaction=None if is_open else chance.choice([None, 3, 4, 5]),
        )  # fmt: skip


def clock_of(case: Any, city: City) -> Any:
    """Return the clock of a case: ten working days from its opening, as counted that day."""
    from shizheng.services.models import CaseClock

    return CaseClock(
        case=case, key=city.shapes[case.service_id][3], amount="10wd", rule="tw_apa48",
        started_at=case.opened_at,
        calendar="made", first_due_at=case.due_at, due_at=case.due_at,
        next_at=case.due_at if case.is_open else None, is_running=case.is_open,
        satisfied_at=case.closed_at,
    )  # fmt: skip


def text_of(case: Any) -> Any:
    """Return what search is told of a case."""
    from shizheng.core.models import TextEntry
    from shizheng.kernel.text import fold

    title = f"{case.number} {case.title}"
    body = f"{case.description} {case.address}"
    return TextEntry(
        kind="services.case", key=str(case.pk), visibility="internal", agency_id=case.agency_id,
        changed_at=case.opened_at, path=f"/desk/cases/{case.number}/", title=title, body=body,
        folded=fold(f"{title} {body}"), number=fold(case.number),
    )  # fmt: skip


def make(count: int, *, open_share: float = 0.1, say: Any = sys.stderr) -> None:
    """Fill the database with ``count`` cases of ten events each."""
    from django.db import connection

    from shizheng.core.text_index.backends import text_index

    started, city = time.perf_counter(), City()
    batch: list[Any] = []
    for case in cases(city, count, open_share):
        batch.append(case)
        if len(batch) == 5_000:
            _put(batch, city)
            batch = []
    if batch:
        _put(batch, city)
    print(f"cases {time.perf_counter() - started:.0f} s", file=say)
    _events()
    print(f"events {time.perf_counter() - started:.0f} s", file=say)
    text_index().rebuild()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    print(f"all {time.perf_counter() - started:.0f} s", file=say)


def _put(batch: list[Any], city: City) -> None:
    from shizheng.core.models import TextEntry
    from shizheng.core.text_index.backends import text_index
    from shizheng.services.models import Case, CaseClock

    for model, rows in (
        (Case, batch), (CaseClock, [clock_of(case, city) for case in batch]),
    ):  # fmt: skip
        _copy(model, rows)
    text_index().add(TextEntry.objects.bulk_create([text_of(case) for case in batch]))


def _copy(model: Any, rows: list[Any]) -> None:
    """Write rows as fast as the database takes them."""
    from django.db import connection

    if connection.vendor != "postgresql":
        model.objects.bulk_create(rows, batch_size=500)
        return
    fields = model._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {model._meta.db_table} ({columns}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row([_plain(field, getattr(row, field.attname)) for field in fields])


def _plain(field: Any, value: Any) -> Any:
    if field.get_internal_type() == "JSONField":
        return None if value is None else json.dumps(value, ensure_ascii=False)
    return value


def _events() -> None:
    """Make ten events for each case, in the database itself."""
    from django.db import connection

    from shizheng.services.models import Case, CaseEvent

    is_postgresql = connection.vendor == "postgresql"
    series = (
        f"generate_series(1, {EVENTS_EACH}) AS n"
        if is_postgresql
        else "(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s "
        f"WHERE n < {EVENTS_EACH}) SELECT n FROM s) AS n"
    )
    number = "n" if is_postgresql else "n.n"
    known = {
        "id": "(left(c.id::text, 34) || lpad(to_hex(n), 2, '0'))::uuid"  # in order, as uuid7 is
        if is_postgresql
        else "substr(c.id, 1, 30) || printf('%02x', n.n)",
        "case_id": "c.id",
        "sequence": number,
        "at": f"c.opened_at + {number} * interval '1 hour'"
        if is_postgresql
        else f"datetime(c.opened_at, '+' || {number} || ' hours')",
        "action": f"CASE {number} WHEN 1 THEN 'opened' ELSE 'noted' END",
        "to_state": "c.state",
        "by_id": "c.assignee_id",
        "changes": "'{}'",
        "act": "'{}'",
        "note": "'已通知現場人員處理，將於期限內回報。'",
        "visibility": "'internal'",
        "from_state": "''",
    }
    columns = [field.column for field in CaseEvent._meta.concrete_fields]
    values = ", ".join(known.get(column, "NULL") for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        if is_postgresql:
            cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            f"INSERT INTO {CaseEvent._meta.db_table} ({names}) "
            f"SELECT {values} FROM {Case._meta.db_table} c CROSS JOIN {series}"
        )
        if is_postgresql:
            cursor.execute("SET session_replication_role = DEFAULT")
