"""The evidence of a promise in a browser: what it shows, from what, and a note beside its light."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone

from shizheng.core import loading
from shizheng.core.models import Role, RoleGrant, User
from shizheng.packs import loader
from shizheng.plan.evidence.gathering import evidence_gather
from shizheng.plan.models import Edition, LightOverride
from shizheng.plan.register.lights import lights_recompute
from shizheng.statistics.domain.periods import Frequency, Period
from shizheng.statistics.models import Figure, Indicator, Vintage

pytestmark = pytest.mark.django_db(transaction=True)
PACK = Path(__file__).parents[2] / "packs" / "exampleton"
ITEM = "plan/policy-outline-2026/items/1-1/"


@pytest.fixture
def city(transactional_db):
    """A town whose counter is a little late, by invented figures of the last months."""
    loading.load(loader.load(PACK), at=datetime(2026, 1, 2, tzinfo=UTC))
    now = timezone.now()
    last = Period.of(Frequency.MONTH, timezone.localdate(now)) - 1
    for code, values in (("requests_in_time", (98, 97, 96, 91)), ("requests_closed", (5, 7, 6, 8))):
        indicator = Indicator.objects.get(code=code)
        vintage = Vintage.objects.create(
            indicator=indicator, number=1, definition=indicator.current, cause="scheduled",
            made_at=now, released_at=now, first_period=(last - 3).code, last_period=last.code,
            figure_count=4, digest="0" * 64, is_synthetic=True,
        )  # fmt: skip
        Figure.objects.bulk_create(
            Figure(
                vintage=vintage, indicator=indicator, number=1, period=(last - 3 + n).code,
                period_start=(last - 3 + n).start, value=Decimal(value), rows=400,
                is_synthetic=True,
            )
            for n, value in enumerate(values)
        )  # fmt: skip
    later = now + timedelta(seconds=1)
    evidence_gather(at=later)
    lights_recompute(edition=Edition.objects.get(), at=later)


@pytest.fixture
def controller(city) -> User:
    user = User.objects.create_user("controller", display_name="Ada Controller")
    RoleGrant.objects.create(
        person=user, role=Role.objects.get(code="controller"),
        valid_from=timezone.now() - timedelta(days=1),
    )  # fmt: skip
    return user


@pytest.mark.parametrize(
    ("language", "theme", "width"),
    [("", "light", 1440), ("", "dark", 390), ("en/", "dark", 1440), ("en/", "light", 390)],
)
@pytest.mark.usefixtures("city")
def test_the_evidence_is_accessible_and_fits(visit, language, theme, width):
    viewer = visit(viewport={"width": width, "height": 900}, color_scheme=theme)
    viewer.open(f"/{language}{ITEM}", f"evidence_{language.strip('/')}{width}{theme}")
    assert viewer.page.locator("svg.curve").count() == 2
    for summary in viewer.page.locator(".proof summary").all():
        summary.click()
    viewer.look()
    assert viewer.page.locator(".proof table").first.locator("tbody tr").count() == 4
    viewer.open(f"/{language}plan/policy-outline-2026/rules/")


@pytest.mark.usefixtures("city")
def test_a_sceptical_reader_follows_a_light_to_its_numbers_without_scripts(visit):
    viewer = visit(java_script_enabled=True)
    viewer.open(f"/en/{ITEM}")
    why = viewer.page.locator(".why li").first.inner_text()
    assert "91 %" in why
    assert "95 %" in why
    assert "synthetic" in viewer.page.locator(".why").inner_text()
    viewer.press(".proof summary")
    assert viewer.page.locator(".proof td").first.inner_text() == "91 %"


def test_a_note_is_set_and_taken_back_with_the_keys_alone(visit, controller):
    viewer = visit(controller, viewport={"width": 1440, "height": 900})
    viewer.open(f"/en/{ITEM}")
    viewer.send('a[href$="/note/"]')
    viewer.look("evidence_note_form")
    viewer.to("[name=colour]")
    viewer.page.keyboard.press("Space")
    viewer.write("reason", "The counter was flooded; cases are late on paper only.")
    viewer.to("[name=expires_on]")
    day = timezone.localdate() + timedelta(days=5)
    viewer.page.locator("[name=expires_on]").fill(day.isoformat())
    viewer.send("form button[type=submit]:not(header *):not(dialog *)")
    viewer.look("evidence_note")
    note = viewer.page.locator(".note")
    assert "The counter was flooded" in note.inner_text()
    assert viewer.page.locator("h1 .light").inner_text() != note.locator(".light").inner_text()
    viewer.send('a[href$="/withdraw/"]')
    viewer.write("why", "Repaired.")
    viewer.send("form button[type=submit]:not(header *):not(dialog *)")
    viewer.look()
    assert viewer.page.locator(".note").count() == 0
    assert LightOverride.objects.get().withdrawn_why == "Repaired."
