"""The small city, piece by piece."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest
from tests.plan.directives import town
from tests.plan.directives.town import AT

from shizheng.core.models import City, User
from shizheng.plan.directives.actions.issuing import directive_issue
from shizheng.plan.models import Chapter, Directive, Edition, Item, Plan


@pytest.fixture
def city(db) -> City:
    return town.make_city()


@pytest.fixture
def agencies(db) -> SimpleNamespace:
    return town.make_agencies()


@pytest.fixture
def person_with(db) -> Callable[..., User]:
    return town.person_with


@pytest.fixture
def people(city, agencies) -> SimpleNamespace:
    return town.make_people(agencies)


@pytest.fixture
def item(db) -> Item:
    plan = Plan.objects.create(
        code="2020", title={"en": "P"}, period_from=date(2020, 1, 1), period_to=date(2021, 1, 1)
    )
    edition = Edition.objects.create(plan=plan, number=1, title="T", imported_at=AT)
    chapter = Chapter.objects.create(
        edition=edition, number=1, label="一", title="A", source_start=0, source_end=9, line=1
    )
    return Item.objects.create(
        edition=edition, chapter=chapter, number=1, code="1-1", label="(一)", text="B",
        search_text="B", source_start=4, source_end=9, line=2, last_line=2,
    )  # fmt: skip


@pytest.fixture
def issue(people, agencies) -> Callable[..., Directive]:
    """Issue a directive; every part may be given."""

    def make(**given: object) -> Directive:
        parts: dict[str, object] = {
            "by": people.control,
            "at": AT,
            "control": agencies.control,
            "source": "city_meeting",
            "source_reference": "第 450 次市政會議",
            "source_on": date(2020, 2, 25),
            "wording": "請工務局於汛期前完成愛河沿線側溝清淤。",
            "lead": agencies.works,
            "cadence": "monthly",
            "due_on": date(2020, 5, 29),
            "confidentiality": "internal",
        }
        return directive_issue(**{**parts, **given})  # type: ignore[arg-type]  # a test's shorthand

    return make


@pytest.fixture
def directive(issue) -> Directive:
    return issue()
