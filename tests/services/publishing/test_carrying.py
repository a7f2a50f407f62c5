"""A new version of a service: what happens to drafts and open cases of the old one."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest
from tests.services.conftest import AT, KAOHSIUNG, without_plan
from tests.services.test_acting import reported

from shizheng.cli.publication import as_json, report
from shizheng.core.jobs import jobs
from shizheng.core.journal import verify
from shizheng.core.loading import load
from shizheng.core.models import Job
from shizheng.core.publishing import publication, touched
from shizheng.packs.loader import load as read_pack
from shizheng.services.actions.acting import Given, case_act
from shizheng.services.models import AnswerSet, Case, Draft, MigrationReport, Service
from shizheng.services.publishing.carrying import case_migrate, preview

LATER = datetime(2020, 2, 20, tzinfo=UTC)


@pytest.fixture
def publish(people, tmp_path):
    """Publish road_damage as version 2 with changes to its text."""

    def publish_one(*changes: tuple[str, str], at: datetime = LATER):
        folder = tmp_path / "pack"
        shutil.copytree(KAOHSIUNG, folder, dirs_exist_ok=True)
        file = folder / "services/road_damage.yaml"
        text = file.read_text(encoding="utf-8").replace(
            "id: road_damage\n", "id: road_damage\nversion: 2\n", 1
        )
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        file.write_text(text, encoding="utf-8")
        pack = read_pack(folder)
        with without_plan():
            load(pack, at=at)
        for job in Job.objects.filter(name="services.migrate_cases", status="waiting"):
            jobs[job.name](**job.arguments)
        return pack

    return publish_one


RENAMED = (
    ("in_progress", "at_work"),
    ("start: received\n", "start: received\nin_flight:\n  drafts: fast_forward\n  cases: migrate\n"
     "  migrate: {states: {in_progress: at_work}, answers: {danger: hazard}}\n"),
    ("id: danger", "id: hazard"),
    ("danger ||", "hazard ||"),
)  # fmt: skip


def test_open_cases_stay_under_their_version_unless_told_to_move(publish, people):
    case = reported(people)
    publish(("keep: 5y", "keep: 6y"))
    case.refresh_from_db()
    assert case.version.number == 1
    case = case_act(case=case, action="accept", by=people.officer, at=LATER)
    assert case.version.number == 1
    assert reported(people).version.number == 2
    report = MigrationReport.objects.get()
    assert (report.fate, report.moved, report.stayed) == ("stay", 0, 1)


def test_cases_move_by_the_declared_map_and_their_answers_are_not_judged(publish, people):
    waiting = reported(people, answers={"kind": "pothole", "danger": True})
    working = case_act(case=reported(people), action="accept", by=people.officer, at=AT)
    done = case_act(
        case=reported(people), action="close", by=people.officer, at=AT,
        given=Given(fields={"reply": "已補平"}),
    )  # fmt: skip
    publish(*RENAMED)
    found = {case.pk: case for case in Case.objects.select_related("version")}
    assert found[waiting.pk].state == "received"
    assert found[working.pk].state == "at_work"
    assert [found[key].version.number for key in (waiting.pk, working.pk)] == [2, 2]
    assert (found[done.pk].version.number, found[done.pk].state) == (1, "done")
    assert found[waiting.pk].answers == {"kind": "pothole", "hazard": True}
    assert AnswerSet.objects.filter(case=waiting).count() == 2
    assert MigrationReport.objects.get().moved == 2
    moved = case_act(
        case=found[working.pk], action="close", by=people.officer, at=LATER + timedelta(hours=1),
        given=Given(fields={"reply": "已補平"}),
    )  # fmt: skip
    assert moved.outcome == "completed"
    assert verify().is_intact


def test_a_case_whose_state_is_gone_stays_and_is_listed_with_the_reason(publish, people):
    working = case_act(case=reported(people), action="accept", by=people.officer, at=AT)
    changes = list(RENAMED)
    changes[1] = (changes[1][0], changes[1][1].replace("states: {in_progress: at_work}, ", ""))
    publish(*changes)
    report = MigrationReport.objects.get()
    assert (report.moved, report.stayed) == (0, 1)
    assert report.left[0]["number"] == working.number
    assert "處理中" in report.left[0]["reason"]


def test_drafts_go_forward_and_the_person_sees_what_changed(publish, people):
    service = Service.objects.get(code="road_damage")
    draft = Draft.objects.create(
        service=service, version=service.current, secret="x", channel="web", started_at=AT,
        saved_at=AT, expires_at=AT + timedelta(days=300),
        answers={"kind": "pothole", "danger": True},
    )  # fmt: skip
    publish(*RENAMED)
    draft.refresh_from_db()
    assert draft.version.number == 2
    assert draft.answers == {"kind": "pothole", "hazard": True}
    assert draft.changed_note == []


def test_the_preview_counts_and_writes_nothing(publish, people):
    case_act(case=reported(people), action="accept", by=people.officer, at=AT)
    reported(people)
    pack = publish()
    body = next(each for each in pack.all if each.id == "road_damage").model
    found = preview(Service.objects.get(code="road_damage"), body.model_copy(update={"version": 3}))
    assert (found.open_cases, found.by_state) == (2, {"in_progress": 1, "received": 1})
    assert Case.objects.filter(version__number=1).count() == 2


def test_an_officer_may_have_answers_judged_by_the_new_rules(publish, people):
    case = reported(people, answers={"kind": "crack"})
    publish(('kind == "subsidence"', 'kind == "subsidence" || kind == "crack"'))
    to = Service.objects.get(code="road_damage").current
    case = case_migrate(case=case.pk, to=to, by=people.administrator, at=LATER, is_judged=True)
    assert case.calculated == {"urgent": True}
    assert case.events.last().act["faults"] == []


def test_the_command_line_tells_what_a_new_version_would_touch(publish, people):
    case_act(case=reported(people), action="accept", by=people.officer, at=AT)
    reported(people, answers={"kind": "pothole", "danger": True})
    folder = publish(("keep: 5y", "keep: 6y")).root
    file = folder / "services/road_damage.yaml"
    text = file.read_text(encoding="utf-8").replace("version: 2", "version: 3")
    for old, new in RENAMED:
        text = text.replace(old, new.replace(", answers: {danger: hazard}", ""))
    file.write_text(text, encoding="utf-8")
    plan = publication(read_pack(folder))
    lines = [line.strip() for line in report(plan, touched(plan))]
    assert "open cases: 2" in lines
    assert "cases fate: migrate" in lines
    assert "moves: in_progress: at_work" in lines
    assert "dropped answers: danger: 1" in lines
    raised = as_json(plan, touched(plan))["raised"]
    assert raised[0]["touches"]["by_state"] == {"in_progress": 1, "received": 1}
    assert Case.objects.filter(version__number=3).count() == 0
