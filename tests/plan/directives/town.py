"""A small city with people who hold the roles that directives need."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

from shizheng.core.models import Agency, City, Role, RoleGrant, User

AT = datetime(2020, 3, 2, 1, tzinfo=UTC)  # Monday 09:00 in Taipei
SINCE = datetime(2019, 1, 1, tzinfo=UTC)

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
}  # fmt: skip


def agency(code: str, zh: str) -> Agency:
    name = {"zh-Hant": zh, "en": code.capitalize()}
    return Agency.objects.create(
        code=code, kind="department", name=name, short_name=name, valid_from=date(2010, 1, 1)
    )


def person_with(username: str, role: str, place: Agency | None) -> User:
    """Make a person who holds a role for an agency, or for all."""
    held, _ = Role.objects.get_or_create(
        code=role, defaults={"name": {"en": role}, "permissions": PERMISSIONS[role]}
    )
    person = User.objects.create_user(username, display_name=username, agency=place, is_staff=True)
    RoleGrant.objects.create(person=person, role=held, agency=place, valid_from=SINCE)
    return person


def make_city() -> City:
    return City.objects.create(
        code="kaohsiung",
        name={"zh-Hant": "高雄市", "en": "Kaohsiung"},
        manifest={"number_prefix": "KH"},
        loaded_at=AT,
    )


def make_agencies() -> SimpleNamespace:
    return SimpleNamespace(
        works=agency("works", "工務局"),
        water=agency("water", "水利局"),
        culture=agency("culture", "文化局"),
        control=agency("control", "研考會"),
    )


def make_people(agencies: SimpleNamespace) -> SimpleNamespace:
    return SimpleNamespace(
        lead=person_with("lead", "officer", agencies.works),
        partner=person_with("partner", "officer", agencies.water),
        stranger=person_with("stranger", "officer", agencies.culture),
        keeper=person_with("keeper", "keeper", agencies.works),
        control=person_with("control", "controller", agencies.control),
        chief=person_with("chief", "controller", agencies.control),
        resident=User.objects.create_user("resident", display_name="resident"),
    )
