"""System 5, security posture, joint defence and machine room 資安防護設施、區域聯防、雲端機房.

Over HTTP, each step by the person whose work it is. Nobody else may learn that there is anything:
pages, files, search, menu, evidence and the interface are asked by those who may not.
"""

import io
import json
import re
from datetime import timedelta
from decimal import Decimal

import pytest
import stix2
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from django.db import DatabaseError, transaction
from django.utils import timezone
from tests.plan.works.site import CONTROL, WORKS, Desk, month_before
from tests.services.conftest import kaohsiung, person

from shizheng.core.evidence import evidence_kinds
from shizheng.core.journal import verify
from shizheng.core.models import JournalEntry, OutboxEvent
from shizheng.plan.models import (
    HostMonth,
    IncidentNote,
    InformationSystem,
    SecurityFinding,
    SecurityIncident,
)
from shizheng.plan.security.domain.disclosure import quarters_before
from shizheng.plan.security.tasks import watch_security

__all__ = ["kaohsiung"]
NOW = timezone.localtime()
TODAY = NOW.date()
SECRET = "絕不外洩之系統"


@pytest.fixture
def desks(kaohsiung):
    made = {
        "officer": person("s_officer", "security_officer", WORKS),
        "elsewhere": person("s_elsewhere", "security_officer", "tourism"),
        "chief": person("s_chief", "security_chief"),
        "controller": person("s_controller", "controller", CONTROL),
        "auditor": person("s_auditor", "auditor"),
        "resident": person("s_resident"),
    }
    return {**{name: Desk(one) for name, one in made.items()}, "anybody": Desk()}


def option(desk, path: str, words: str) -> str:
    """Return the value of the choice whose label holds the words."""
    page = desk.read(path)
    return re.search(rf'<option value="([^"]+)"[^>]*>[^<]*{re.escape(words)}', page)[1]


def system(desk, name: str = SECRET, agency: str = "工務局") -> str:
    chosen = option(desk, "/security/systems/new/", agency)
    return desk.send(
        "/security/systems/new/", agency=chosen, name=name, protection="high", is_core="on"
    )


def finding(desk, number: str, *, found_on, due_on, **given) -> SecurityFinding:
    path = f"/security/findings/new/?system={number}"
    fields = {
        "agency": option(desk, path, "工務局"), "system": option(desk, path, number),
        "owner": option(desk, path, "s_officer"), "kind": "weakness", "finding": "元件過舊",
        "severity": "high", "control": "A.8.8", "found_on": found_on.isoformat(),
        "due_on": due_on.isoformat() if due_on else "",
    }  # fmt: skip
    desk.send(path, **{**fields, **given})
    return SecurityFinding.objects.latest("recorded_at", "number")


def incident(desk, *, level: str = "1", minutes_ago: int = 20, **given) -> str:
    known = timezone.localtime() - timedelta(minutes=minutes_ago)
    path = "/security/incidents/new/"
    fields = {
        "agency": option(desk, path, "工務局"), "incident": "網頁遭竄改", "level": level,
        "known_on": known.date().isoformat(), "known_time": f"{known:%H:%M}",
        "text": "值班人員發現",
    }  # fmt: skip
    return desk.send(path, **{**fields, **given})


def test_nobody_without_the_permission_learns_that_there_is_anything(desks):
    page = system(desks["officer"])
    number = page.strip("/").rpartition("/")[2]
    made = finding(desks["officer"], number, found_on=TODAY, due_on=None)
    assert made.due_on == TODAY + timedelta(days=30)
    assert made.control == "8.8"
    case = incident(desks["officer"])
    paths = (
        "/security/", "/security/systems/", page, page + "change/", "/security/findings/",
        f"/security/findings/{made.number}/fix/", "/security/findings.csv", "/security/drills/",
        "/security/incidents/", case, case + "report/", "/security/room/", "/security/room.csv",
        "/security/software/?q=log4j", f"/security/systems/{number}.cdx.json",
    )  # fmt: skip
    for name in ("resident", "controller", "auditor"):
        for path in paths:
            assert desks[name].client.get(path).status_code == 404, (name, path)
            assert desks[name].client.post(path).status_code == 404, (name, path)
        assert "/security/" not in desks[name].read("/")
        for words in (SECRET, number, made.number, "網頁遭竄改"):
            assert "/security/" not in desks[name].read(f"/search/?q={words}")
    for path in paths:
        assert desks["anybody"].client.get(path).status_code == 302
    assert "/security/" in desks["officer"].read("/")

    for path in (page, page + "change/", case, f"/security/findings/{made.number}/fix/"):
        assert desks["elsewhere"].client.get(path).status_code == 404
    for path in ("/security/", "/security/systems/", "/security/findings/?state=all",
                 "/security/incidents/?state=all", "/security/findings.csv"):  # fmt: skip
        assert number not in desks["elsewhere"].read(path)
    foreign = desks["elsewhere"].read(f"/security/findings/new/?system={number}")
    assert number not in foreign.partition("<main")[2]
    assert SECRET in desks["chief"].read("/security/systems/")


def test_who_opened_a_record_is_noted_and_the_page_is_not_kept(desks):
    page = system(desks["officer"])
    desks["chief"].read(page)
    answer = desks["officer"].client.get(incident(desks["officer"]))
    assert answer["Cache-Control"] == "private, no-store"
    read = JournalEntry.objects.filter(action__endswith=".read").order_by("number")
    assert [(entry.action, entry.by.username) for entry in read] == [
        ("plan.security_system.read", "s_chief"),
        ("plan.security_incident.read", "s_officer"),
    ]


def test_an_incident_is_reported_contained_shared_and_closed_by_another(desks):
    officer, chief = desks["officer"], desks["chief"]
    page = incident(officer, level="3")
    number = page.strip("/").rpartition("/")[2]
    shown = officer.read(page)
    assert "通報及應變辦法第4條" in shown
    assert re.search(r"35 ?(小時|時|h)", shown)
    assert chief.client.get(page + "close/").status_code == 200
    assert "govuk-error-summary" in chief.send(page + "close/", expect=422, text="x")

    officer.send(page + "report/", reference="TWCERT-1", text="已於通報平臺通報")
    assert officer.client.get(page + "close/").status_code == 403
    officer.send(page + "level/", level="4", reason="影響擴大")
    officer.send(page + "report/", text="續行通報")
    first, again = IncidentNote.objects.filter(kind="reported").order_by("number")
    assert (first.level, again.level) == ("3", "4")
    assert first.filed_at < first.due_at
    assert again.due_at > first.due_at
    assert "govuk-error-summary" in officer.send(page + "report/", expect=409, text="又一次")

    officer.send(page + "indicators/", kind="ipv4", marking="amber", values="198.51.100[.]7")
    officer.send(page + "indicators/", kind="domain", marking="red", values="secret.example")
    assert "govuk-error-summary" in officer.send(
        page + "indicators/", expect=422, kind="ipv4", marking="amber", values="300.1.1.1"
    )
    assert officer.client.get(page + "share/").status_code == 403
    chief.send(page + "share/")
    bundle = chief.client.get(f"/security/incidents/{number}/shared/1.json").content.decode()
    found = stix2.parse(bundle, allow_custom=False)
    assert [each.type for each in found.objects] == ["identity", "indicator", "grouping"]
    for secret in ("secret.example", "網頁遭竄改", "工務局"):
        assert secret not in bundle

    assert "govuk-error-summary" in officer.send(
        page + "closing-report/", expect=422, cause="弱點", handling="修補", improvement="定期掃描"
    )
    officer.send(page + "contain/", text="已下線並復原")
    officer.send(page + "closing-report/", cause="弱點", handling="修補", improvement="定期掃描")
    chief.send(page + "close/", text="改善措施足夠")
    closed = SecurityIncident.objects.get()
    assert closed.closed_at >= closed.investigated_at >= closed.contained_at
    for change in ({"level": "1"}, {"closed_at": None}, {"title": "x"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            SecurityIncident.objects.update(**change)
    for rows in (IncidentNote.objects.all(), SecurityIncident.objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()
    events = OutboxEvent.objects.filter(type__startswith="city.security_incident.")
    assert {tuple(sorted(event.payload)) for event in events} == {("agency", "number")}
    assert verify().is_intact


def test_the_chief_files_and_so_cannot_close(desks):
    chief = desks["chief"]
    page = incident(chief)
    chief.send(page + "report/", text="通報")
    chief.send(page + "contain/", text="復原")
    chief.send(page + "closing-report/", cause="a", handling="b", improvement="c")
    hidden_from_acts = chief.read(page)
    assert "close/" not in hidden_from_acts
    assert SecurityIncident.objects.get().closed_at is None


def test_an_incident_cannot_be_known_in_the_future_or_long_ago(desks):
    for minutes in (-90, 60 * 24 * 40):
        known = timezone.localtime() - timedelta(minutes=minutes)
        refused = incident(
            desks["officer"], expect=422, known_on=known.date().isoformat(),
            known_time=f"{known:%H:%M}",
        )  # fmt: skip
        assert "govuk-error-summary" in refused
    assert not SecurityIncident.objects.exists()


def test_a_finding_past_its_date_warns_the_chief_once_for_each_date(desks):
    number = system(desks["officer"]).strip("/").rpartition("/")[2]
    late = finding(
        desks["officer"], number, found_on=TODAY - timedelta(days=40),
        due_on=TODAY - timedelta(days=1), kind="audit",
    )  # fmt: skip
    finding(desks["officer"], number, found_on=TODAY, due_on=TODAY)
    watch_security()
    watch_security()
    (told,) = OutboxEvent.objects.filter(type="city.security_finding.overdue")
    assert (told.payload["number"], told.payload["to"]) == (late.number, CONTROL)
    assert "元件過舊" not in json.dumps(told.payload, ensure_ascii=False)
    overdue = desks["chief"].read("/security/findings/?state=overdue")
    assert overdue.count("元件過舊") == 1

    assert (
        desks["officer"].client.get(f"/security/findings/{late.number}/extend/").status_code == 403
    )
    later = (TODAY + timedelta(days=9)).isoformat()
    desks["chief"].send(
        f"/security/findings/{late.number}/extend/", due_on=later, reason="等待廠商"
    )
    late.refresh_from_db()
    assert (late.warned_on, late.first_due_on) == (None, TODAY - timedelta(days=1))
    with pytest.raises(DatabaseError), transaction.atomic():
        SecurityFinding.objects.update(first_due_on=TODAY)
    fix = f"/security/findings/{late.number}/fix/"
    desks["officer"].send(fix, fixed_on=TODAY.isoformat(), note="已更新")
    assert "govuk-error-summary" in desks["officer"].send(
        fix, expect=422, fixed_on=TODAY.isoformat(), note="再次"
    )
    assert verify().is_intact


def test_wrong_input_is_answered_in_a_sentence(desks):
    number = system(desks["officer"]).strip("/").rpartition("/")[2]
    path = f"/security/findings/new/?system={number}"
    fields = {
        "agency": option(desks["officer"], path, "工務局"), "system": "", "kind": "weakness",
        "owner": option(desks["officer"], path, "s_officer"), "finding": "x", "severity": "high",
        "found_on": TODAY.isoformat(), "due_on": "",
    }  # fmt: skip
    assert "govuk-error-summary" in desks["officer"].send(path, expect=422, control="", **fields)
    wrong = desks["officer"].send(path, expect=422, control="9.1", **fields)
    assert "9.1" in wrong
    tomorrow = (TODAY + timedelta(days=1)).isoformat()
    fields |= {"kind": "audit", "found_on": tomorrow, "control": ""}
    assert "govuk-error-summary" in desks["officer"].send(path, expect=422, **fields)
    assert not SecurityFinding.objects.exists()


def test_software_lists_say_which_systems_run_what(desks):
    page = system(desks["officer"])
    number = page.strip("/").rpartition("/")[2]
    component = {
        "type": "library",
        "group": "org.apache",
        "name": "log4j-core",
        "version": "2.14.1",
    }
    listed = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [component]}
    send = page + "software/"

    def file(content: bytes) -> io.BytesIO:
        made = io.BytesIO(content)
        made.name = "bom.json"
        return made

    assert "govuk-error-summary" in desks["officer"].send(send, expect=422, file=file(b"{"))
    desks["officer"].send(send, file=file(json.dumps(listed).encode()))
    for query, is_found in (
        ("q=LOG4J", True), ("q=log4j&version=2.14.1", True), ("q=log4j&version=2.14", True),
        ("q=log4j&version=2.1", False), ("q=logback", False), ("q=apache core", True),
    ):  # fmt: skip
        assert (SECRET in desks["officer"].read(f"/security/software/?{query}")) is is_found, query
    assert SECRET not in desks["elsewhere"].read("/security/software/?q=log4j")
    text = desks["officer"].client.get(f"/security/systems/{number}.cdx.json").content.decode()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None

    listed["components"][0]["version"] = "2.17.1"
    desks["officer"].send(send, file=file(json.dumps(listed).encode()))
    assert SECRET not in desks["officer"].read("/security/software/?q=log4j&version=2.14.1")
    assert SECRET in desks["officer"].read("/security/software/?q=log4j&version=2.17.1")


def host(desk, name: str, before: str = "300") -> None:
    path = "/security/room/hosts/new/"
    desk.send(
        path, agency=option(desk, path, "工務局"), name=name, moved_on="2020-01-15",
        kwh_before=before, system="",
    )  # fmt: skip


def months(desk, rows: str, expect: int = 302) -> str:
    made = io.BytesIO(("host,month,utilisation_percent,availability_percent,kwh\n" + rows).encode())
    made.name = "months.csv"
    return desk.send("/security/room/months/", expect=expect, file=made)


def test_the_machine_room_shows_by_figures_what_it_saves(desks):
    officer = desks["officer"]
    assert "<table" not in officer.read("/security/room/")
    host(officer, "vm-1")
    host(officer, "vm-2", "200")
    month = f"{month_before(TODAY, 1):%Y-%m}"
    rows = f"vm-1,{month},40,99.9,120\nvm-8,{month},1,1,1\nvm-2,{month},140,1,1\n"
    refused = months(officer, rows, expect=422)
    assert "vm-8" in refused
    assert "140" in refused
    assert not HostMonth.objects.exists()
    months(officer, f"vm-1,{month},40,99.9,120\nvm-2,{month},60,100,80\n")
    shown = officer.read("/security/room/")
    for figure in ("500", "200", "300", "60", "99.95"):
        assert figure in shown.partition("<table")[2]
    assert shown.count('class="bar-now"') == 1
    months(officer, f"vm-1,{month},40,99.9,120\nvm-2,{month},60,100,100\n")
    assert HostMonth.objects.count() == 3
    with pytest.raises(DatabaseError), transaction.atomic():
        HostMonth.objects.update(kwh=1)
    assert "vm-1" not in desks["elsewhere"].read("/security/room/")
    assert "vm-1" in months(desks["elsewhere"], f"vm-1,{month},1,1,1\n", expect=422)
    assert "vm-1" in desks["chief"].client.get("/security/room.csv").content.decode()


def test_drills_are_recorded_and_the_overview_says_what_is_due(desks):
    officer, path = desks["officer"], "/security/drills/new/"
    number = system(officer).strip("/").rpartition("/")[2]
    fields = {
        "agency": option(officer, path, "工務局"), "kind": "social", "outcome": "failed",
        "result": "41 人點擊", "held_on": TODAY.isoformat(), "people": "310",
        "failed_people": "41", "system": "",
    }  # fmt: skip
    officer.send(path, **fields)
    old = (TODAY - timedelta(days=500)).isoformat()
    officer.send(
        path, **{**fields, "kind": "restore", "held_on": old, "people": "", "failed_people": "",
                 "outcome": "passed", "system": option(officer, path, number)},
    )  # fmt: skip
    assert officer.send(path, expect=422, **{**fields, "failed_people": "311"})
    assert officer.send(path, expect=422, **{**fields, "kind": "restore"})
    shown = officer.read("/security/").partition("<tbody")[2]
    assert shown.count("light-red") == 3
    assert shown.count("light-yellow") == 1
    assert "41 / 310" in officer.read("/security/drills/")


def test_everybody_is_told_shares_of_many_quarter_by_quarter_and_nothing_else(desks):
    number = system(desks["officer"]).strip("/").rpartition("/")[2]
    name, start, end = quarters_before(TODAY, 1)[0]
    kind = evidence_kinds["security"]

    def told() -> Decimal | None:
        seen = kind.observe({"weaknesses_fixed_in_time"}, timezone.now())
        found = [each for one in seen.values() for each in one.numbers if each.period == name]
        assert all(each.rows == 0 for each in found if each.value is None)
        return found[0].value if found else None

    due = end - timedelta(days=1)
    for count in range(9):
        made = finding(desks["officer"], number, found_on=start, due_on=due)
        if count != 0:
            late = due if count % 2 else TODAY
            fix = f"/security/findings/{made.number}/fix/"
            desks["officer"].send(fix, fixed_on=late.isoformat(), note="修補")
        if count == 3:
            assert told() is None
    assert told() is None  # 4 of 9: too few on one side
    made = finding(desks["officer"], number, found_on=start, due_on=due)
    desks["officer"].send(
        f"/security/findings/{made.number}/fix/", fixed_on=due.isoformat(), note="修補"
    )
    assert told() == 50
    assert kind.address("weaknesses_fixed_in_time") == ""
    assert set(kind.vintages({"x"}, timezone.now()).values()) == {start.year * 4 + start.month // 3}
    assert InformationSystem.objects.count() == 1
