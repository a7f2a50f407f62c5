"""A small city with people who hold the roles that directives need."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from shizheng.core.models import Agency, City, Role, RoleGrant, User
from shizheng.plan.directives.actions.issuing import directive_issue
from shizheng.plan.models import Chapter, Directive, Edition, Item, Plan

AT = datetime(2020, 3, 2, 1, tzinfo=UTC)  # Monday 09:00 in Taipei

PERMISSIONS = {
    "officer": [
        "plan.view_internal", "plan.report_progress", "plan.request_extension",
        "plan.countersign_report",
    ],
    "keeper": ["plan.view_internal", "plan.view_restricted", "plan.report_progress"],
    "controller": [
        "plan.view_internal", "plan.view_restricted", "plan.issue_directive",
        "plan.return_report", "plan.decide_extension", "plan.release_directive",
        "plan.reopen_directive", "plan.lock_period",
    ],
    "auditor": ["plan.view_internal"],
}  # fmt: skip


@pytest.fixture
def city(db) -> City:
    return City.objects.create(
        code="kaohsiung", name={"en": "K"}, manifest={"number_prefix": "KH"}, loaded_at=AT
    )


@pytest.fixture
def agencies(db) -> SimpleNamespace:
    def agency(code: str, zh: str) -> Agency:
        name = {"zh-Hant": zh, "en": code}
        return Agency.objects.create(
            code=code, kind="department", name=name, short_name=name, valid_from=date(2010, 1, 1)
        )

    return SimpleNamespace(
        works=agency("works", "工務局"),
        water=agency("water", "水利局"),
        culture=agency("culture", "文化局"),
        control=agency("control", "研考會"),
    )


@pytest.fixture
def person_with(db) -> Callable[..., User]:
    """Make a person who holds a role for an agency (or for all)."""

    def make(username: str, role: str, agency: Agency | None) -> User:
        held, _ = Role.objects.get_or_create(
            code=role, defaults={"name": {"en": role}, "permissions": PERMISSIONS[role]}
        )
        user = User.objects.create_user(username, display_name=username, agency=agency)
        RoleGrant.objects.create(
            person=user, role=held, agency=agency, valid_from=datetime(2019, 1, 1, tzinfo=UTC)
        )
        return user

    return make


@pytest.fixture
def people(city, agencies, person_with) -> SimpleNamespace:
    return SimpleNamespace(
        lead=person_with("lead", "officer", agencies.works),
        partner=person_with("partner", "officer", agencies.water),
        stranger=person_with("stranger", "officer", agencies.culture),
        keeper=person_with("keeper", "keeper", agencies.works),
        control=person_with("control", "controller", agencies.control),
        chief=person_with("chief", "controller", agencies.control),
        resident=User.objects.create_user("resident", display_name="resident"),
    )


@pytest.fixture
def item(db) -> Item:
    plan = Plan.objects.create(
        code="2020", title={"en": "P"}, period_from=date(2020, 1, 1), period_to=date(2021, 1, 1)
    )
    edition = Edition.objects.create(
        plan=plan, number=1, title="T", imported_at=AT
    )
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
