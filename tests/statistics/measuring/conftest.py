"""A small city that has lived through a turn of the year, made by the actions of its rooms."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from django.core.cache import cache
from django.core.management import call_command
from tests.services.conftest import KAOHSIUNG, pack_at, person, without_plan
from tests.services.figures import conftest as figures
from tests.statistics.measuring.booked import booked
from tests.statistics.measuring.dug import dug
from tests.statistics.measuring.environment import environment
from tests.statistics.measuring.flooded import flooded
from tests.statistics.measuring.held import held
from tests.statistics.measuring.kept_up import kept_up
from tests.statistics.measuring.tallied import tallied
from tests.statistics.measuring.told import told
from tests.statistics.measuring.watched import watched
from tests.statistics.measuring.works import works

from shizheng.core.demo_year import Month
from shizheng.core.loading import demo_loaders
from shizheng.core.loading import load as load_pack
from shizheng.core.models import Agency, Area, User
from shizheng.kernel.identifiers import PublicNumber
from shizheng.plan.directives.actions.issuing import directive_issue
from shizheng.plan.directives.actions.releasing import directive_release
from shizheng.plan.directives.actions.reporting import (
    Evidence,
    report_accept,
    report_file,
    report_return,
)
from shizheng.plan.models import Directive
from shizheng.services import city
from shizheng.services.demonstration.stories import demo_cases_load
from shizheng.services.models import Notice, Payment, Refund
from shizheng.statistics.surveys.demo import play

AT = datetime(2021, 1, 20, 4, 0, tzinfo=UTC)
"""Noon in the city; its demonstration tells the two months before."""

_numbers = count(1)


@pytest.fixture(scope="package")
def lived_in(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demonstration of the real pack, cases at the borders of time, and directives.

    Committed, since another engine reads it; emptied at the end.
    """
    from django.test import override_settings

    home = tmp_path_factory.mktemp("home")
    given = {"MEDIA_ROOT": home / "files", "HOME": home, "IS_DEMO": True}
    with django_db_blocker.unblock(), override_settings(**given):
        try:
            _live()
            yield AT
        finally:
            call_command("flush", verbosity=0, interactive=False)
            city.forget()


def _live() -> None:
    cache.clear()
    city.forget()
    pack = pack_at(KAOHSIUNG)
    with without_plan():
        load_pack(pack, at=AT - timedelta(days=365))
    demo_loaders["accounts"](pack, at=AT)
    demo_cases_load(pack, at=AT)
    _borders()
    _misfortunes()
    _directives()
    works()
    told()
    play(pack, Month(AT - timedelta(days=9), AT, AT, None), float)
    booked()
    dug()
    held()
    kept_up()
    watched()
    environment()
    flooded()
    tallied()


def made(*names: str, opened: datetime, **given: object) -> None:
    """Make a case whose number no demonstration takes."""
    number = str(PublicNumber("KHC", opened.date(), 9_000 + next(_numbers)))
    figures.made(*names, opened=opened, number=number, **given)


def _borders() -> None:
    """Cases at the borders of months and years, with and without a place, of one moment."""
    midnight = datetime(2020, 12, 31, 16, 0, tzinfo=UTC)  # New Year in the city
    second = timedelta(seconds=1)
    village = Area.objects.filter(kind="village").select_related("parent").order_by("code").first()
    place = {"district": village.parent.code, "village": village.code}
    made(opened=midnight - second, days=3, **place, satisfaction=5)
    made(opened=midnight, days=3, **place, satisfaction=2, reopened_count=2)
    made(opened=midnight - timedelta(days=3), days=3, wrong_handoff_count=1)
    made(opened=midnight - timedelta(days=3), days=3 - 1 / 86_400, channel="phone")
    made("water_and_sewer", "water_resources", opened=midnight - timedelta(days=40))
    made("water_and_sewer", "water_resources", opened=midnight, days=0, due_at=None)
    made(opened=AT + timedelta(days=2))  # not yet


def _misfortunes() -> None:
    """A payment that went back, and notices that could not be sent."""
    payment = Payment.objects.exclude(charge=None).order_by("reference").first()
    for days, status in ((3, Refund.Status.SENT), (1, Refund.Status.FAILED)):
        sent = AT - timedelta(days=days) if status == Refund.Status.SENT else None
        Refund.objects.create(
            payment=payment, amount=30 + days, reason="too_much", status=status, sent_at=sent,
            asked_at=AT - timedelta(days=9),
        )  # fmt: skip
    for notice in Notice.objects.exclude(case=None).order_by("made_at", "key")[:5]:
        notice.status, notice.sent_at = Notice.Status.FAILED, None
        notice.save(update_fields=["status", "sent_at"])


def _directives() -> None:
    """Directives of several sources, in time and late, reported on, released and still open."""
    control = Agency.objects.get(code="research_development_and_evaluation")
    by = person("directives_control", "controller", control.code)
    given = [
        ("city_meeting", "public_works", date(2020, 11, 30), "public", date(2020, 12, 10)),
        ("city_meeting", "water_resources", date(2020, 12, 31), "public", date(2021, 1, 5)),
        ("mayors_list", "public_works", date(2020, 12, 31), "internal", date(2020, 12, 31)),
        ("mayors_list", "public_works", date(2021, 1, 19), "public", None),
        ("interpellation", "water_resources", date(2021, 1, 20), "public", None),
        ("interpellation", "water_resources", date(2021, 6, 30), "internal", None),
    ]
    officers = {
        code: person(f"directives_{code}", "officer", code)
        for code in ("public_works", "water_resources")
    }
    for source, lead, due_on, level, released_on in given:
        directive = directive_issue(
            by=by, at=datetime(2020, 11, 15, 2, tzinfo=UTC), control=control, source=source,
            source_reference="第 480 次市政會議", source_on=date(2020, 11, 10),
            wording="請於期限內完成。", lead=Agency.objects.get(code=lead), cadence="monthly",
            due_on=due_on, confidentiality=level,
        )  # fmt: skip
        _report(directive, officers[lead], by, released_on)


def _report(directive: Directive, officer: User, control: User, released_on: date | None) -> None:
    photo = Evidence("完工照片", address="https://example.org/photos/2")
    filed = datetime(2020, 12, 1, 2, tzinfo=UTC)  # a day late for November
    first = report_file(
        directive=directive, by=officer, at=filed, period_first=date(2020, 11, 1), percent=40,
        text="已完成 40%", evidence=[photo],
    )  # fmt: skip
    report_return(report=first, by=control, at=filed + timedelta(days=1), reason="請補照片")
    if released_on is None:
        return
    last = report_file(
        directive=directive, by=officer, at=filed + timedelta(days=2), evidence=[photo],
        period_first=date(2020, 12, 1), percent=100, text="完工", is_final=True,
    )  # fmt: skip
    report_accept(report=last, by=control, at=filed + timedelta(days=3))
    at = datetime.combine(released_on, datetime.min.time(), UTC) + timedelta(hours=2)
    directive.refresh_from_db()
    directive_release(directive=directive, by=control, at=at, text="解除", decided_on=released_on)
