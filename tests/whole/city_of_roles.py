"""A city with one person in each part, and cases in which they have a part or none."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace

from django.test import Client
from tests.services.conftest import person

from shizheng.core.models import Agency, Area, User
from shizheng.services.actions.acting import Given, case_act
from shizheng.services.actions.opening import Contact, Intake, case_open
from shizheng.services.models import (
    Call,
    Case,
    CaseParty,
    CaseStanding,
    Draft,
    Service,
    VillageRecord,
)
from shizheng.services.places import Place

SANMIN = Place(longitude=120.3127, latitude=22.6483, address="三民區建國三路 100 號")
WORKS, CONTROL = "public_works", "research_development_and_evaluation"
ROLES = {
    # viewer: role, agency
    "applicant": (None, None),
    "other resident": (None, None),
    "helper": (None, None),
    "follower": (None, None),
    "proxy": (None, None),
    "officer": ("officer", WORKS),
    "officer elsewhere": ("officer", "tourism"),
    "officer of a reviewer": ("officer", "fire"),
    "supervisor": ("supervisor", WORKS),
    "controller": ("controller", CONTROL),
    "administrator": ("administrator", None),
    "auditor": ("auditor", None),
    "call-taker": ("call_taker", CONTROL),
    "crew leader": ("crew_leader", WORKS),
    "chief": ("village_chief", None),
    "chief elsewhere": ("village_chief", None),
    "editor": ("knowledge_editor", CONTROL),
}
VIEWERS = ("anonymous", *ROLES)


@dataclass(frozen=True)
class CityOfRoles:
    """People with their browsers, and the things that addresses name."""

    clients: dict[str, Client]
    people: dict[str, User]
    cases: dict[str, Case]
    things: SimpleNamespace


def built(at: datetime) -> CityOfRoles:
    """Build it on a city whose pack is loaded, as of a moment shortly before now."""
    villages = list(Area.objects.filter(kind="village", parent__code="64000050").order_by("code"))
    areas = {"chief": villages[0].code, "chief elsewhere": villages[1].code}
    people = {
        name: person(name.replace(" ", "_"), role, agency, areas.get(name))
        for name, (role, agency) in ROLES.items()
    }
    cases = {
        f"{state} {service}": _case(service, people, at, is_closed=state == "closed")
        for service in ("road_damage", "petition")
        for state in ("open", "closed")
    }
    clients = {"anonymous": Client()}
    for name, who in people.items():
        clients[name] = Client()
        clients[name].force_login(who)
    return CityOfRoles(clients, people, cases, _things(people, villages[0], at))


def _case(service: str, people: dict[str, User], at: datetime, *, is_closed: bool) -> Case:
    answers = {
        "road_damage": {"kind": "pothole"},
        "petition": {
            "addressed_to": "chief", "mailbox": WORKS, "kind": "question",
            "petitioner": "示範陳情人",
        },
    }[service]  # fmt: skip
    given = Intake(
        channel="web", description="示範：路面有坑洞", place=SANMIN, answers=answers,
        reporter=people["applicant"], contact=Contact(name="示範", email="demo@example.org"),
    )  # fmt: skip
    by = people["applicant"]
    opened = case_open(service=Service.objects.get(code=service), given=given, by=by, at=at)
    case = opened.case
    for role in ("helper", "follower", "proxy"):
        CaseParty.objects.create(
            case=case, role=role, person=people[role], added_at=at,
            acts_for=opened.party if role == "proxy" else None,
        )  # fmt: skip
    CaseStanding.objects.create(
        case=case, agency=Agency.objects.get(code="fire"), reason="review", since=at
    )
    if is_closed:
        later = at + timedelta(minutes=1)
        case_act(case=case, action="accept", by=people["officer"], at=later)
        act = {"road_damage": "close", "petition": "reply"}[service]
        case_act(
            case=case,
            action=act,
            by=people["officer"],
            at=later,
            given=Given(fields={"reply": "好"}),
        )
    case.refresh_from_db()
    return case


def _things(people: dict[str, User], village: Area, at: datetime) -> SimpleNamespace:
    service = Service.objects.get(code="road_damage")
    draft = Draft.objects.create(
        service=service, version=service.versions.latest("number"), person=people["applicant"],
        secret="0" * 64, channel="web", started_at=at, saved_at=at,
        expires_at=at + timedelta(days=30),
    )  # fmt: skip
    call = Call.objects.create(
        agent=people["call-taker"], channel="phone", language="zh-Hant", started_at=at
    )
    record = VillageRecord.objects.create(
        area=village, kind="notice", title="示範", on=at.date(), made_at=at,
        made_by=people["chief"], is_synthetic=True,
    )  # fmt: skip
    return SimpleNamespace(
        draft=draft, call=call, record=record, village=village,
        person=people["other resident"], grant=people["officer"].grants.get(),
    )  # fmt: skip
