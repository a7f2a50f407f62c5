"""Warnings from readings to a resident's post: raised, answered, escalated, issued, and drilled."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.sensing.alerting_city import measured, minutes, town
from tests.unit.sensing_domain.cap_rules import problems

from shizheng.core.jobs import Later, jobs
from shizheng.core.models import Area, JournalEntry, OutboxEvent
from shizheng.core.models.job import Job
from shizheng.core.outgoing import post
from shizheng.kernel.errors import DomainError, NotPermitted
from shizheng.kernel.registry import Registry
from shizheng.sensing.actions.intake import Incoming, observations_record
from shizheng.sensing.alerting import actions, channels, waiting
from shizheng.sensing.alerting.evaluating import clock_moved, readings_arrived
from shizheng.sensing.alerting.issuing import message_issue
from shizheng.sensing.alerting.selectors import messages_current, rule_of
from shizheng.sensing.alerting.subscribing import (
    subscribers_tell,
    subscription_end,
    subscription_make,
)
from shizheng.sensing.domain.quality import Quality
from shizheng.sensing.domain.warnings import Machine
from shizheng.sensing.models import (
    Alert,
    AlertMessage,
    AlertStep,
    Hot,
    Latest,
    RuleState,
    Unjudged,
    WarningRule,
)
from shizheng.services.models import Notice


@pytest.fixture
def city(db, settings, tmp_path):
    return town(settings, tmp_path)


@pytest.fixture
def rule(city):
    return WarningRule.objects.get(code="high_water")


def arrive(stream, *pairs, flags=0):
    """Store readings one by one and ask the rules after each."""
    for at, value in pairs:
        measured(stream, (at, value), flags=flags)
        readings_arrived([stream.pk], at=minutes(at))


def issued():
    """Issue what waits in the queue."""
    for job in Job.objects.filter(name="sensing.issue_message", status="waiting").order_by("id"):
        step = AlertStep.objects.get(pk=job.arguments["step"])
        message_issue(step=step, at=step.at)
    Job.objects.filter(name="sensing.issue_message").delete()


@pytest.fixture
def alert(city):
    arrive(city.streams["Ford"], (0, 3), (10, 12))
    return Alert.objects.get()


def test_readings_raise_change_and_end_one_warning_that_keeps_what_it_was_decided_on(city, rule):
    ford = city.streams["Ford"]
    arrive(ford, (0, 3), (10, 12), (20, 33), (30, 34))
    alert = Alert.objects.get()
    assert (alert.level, alert.highest, alert.subject) == (2, 2, str(ford.pk))
    assert alert.version == rule.current
    assert [each[2] for each in alert.readings] == [3.0, 12.0]
    assert alert.began_at == minutes(10)
    assert alert.area.code == "D2"
    arrive(ford, (40, 3), (50, 3), (60, 3), (70, 2))
    alert.refresh_from_db()
    assert (alert.level, alert.ended_at) == (0, minutes(60))
    assert list(alert.steps.values_list("kind", "level")) == [
        ("raised", 1), ("level", 2), ("ended", 0),
    ]  # fmt: skip
    assert JournalEntry.objects.filter(action="sensing.alert.raised").count() == 1


def test_asking_again_or_late_changes_nothing(city):
    ford = city.streams["Ford"]
    arrive(ford, (0, 3), (10, 12))
    assert readings_arrived([ford.pk], at=minutes(11)) == 0
    measured(ford, (5, 80))  # late: it takes its place, and the next moment decides
    assert readings_arrived([ford.pk], at=minutes(12)) == 0
    assert Alert.objects.get().level == 1


def test_the_store_gives_what_the_machine_gives(city, rule):
    ford, pairs = city.streams["Ford"], [
        (0, 3), (10, 12), (20, 40), (30, 41), (40, 18), (50, 16), (60, 4), (70, 3), (80, 2),
        (90, 1), (100, 33), (110, 36), (150, 2), (160, 2), (170, 2), (180, 2), (190, 1),
    ]  # fmt: skip
    machine = Machine(rule_of(rule), [str(ford.pk)])
    for at, value in pairs:
        machine.take(str(ford.pk), minutes(at).timestamp(), value)
        measured(ford, (at, value))
        readings_arrived([ford.pk], at=minutes(at))
        kept = RuleState.objects.get(rule=rule)
        assert kept.level == machine.state.level(machine.rule), at


def test_doubtful_readings_raise_nothing(city):
    arrive(city.streams["Ford"], (0, 3), (10, 90), flags=int(Quality.SPIKE))
    assert not Alert.objects.exists()


def test_history_that_is_brought_in_later_raises_nothing(city):
    measured(city.streams["Ford"], (-3_000, 3), (-2_990, 90), (-2_980, 90))
    assert readings_arrived([city.streams["Ford"].pk], at=minutes(0)) == 0


def test_the_clock_ends_a_hold_without_another_reading(city):
    ford = city.streams["Ford"]
    arrive(ford, (0, 3), (10, 12), (20, 4))
    assert clock_moved(at=minutes(35)) == 0
    assert clock_moved(at=minutes(40)) == 1
    assert Alert.objects.get().ended_at == minutes(40)


def test_a_stream_in_maintenance_raises_nothing_and_ends_what_stood(city, rule, alert):
    ford = city.streams["Ford"]
    actions.maintenance_plan(
        stream=ford.pk, rule=rule, starts=minutes(15), ends=minutes(60), why="pump", by=city.duty,
        at=minutes(15),
    )  # fmt: skip
    arrive(ford, (20, 80), (30, 80))
    assert Alert.objects.get().ended_at == minutes(20)
    arrive(ford, (61, 80))
    assert Alert.objects.filter(ended_at=None).count() == 1


def test_one_person_takes_it_on_and_hands_it_over(city, alert):
    actions.alert_acknowledge(alert=alert, by=city.duty, at=minutes(12))
    with pytest.raises(DomainError) as second:
        actions.alert_acknowledge(alert=alert, by=city.other, at=minutes(13))
    assert second.value.code == "sensing.already_acknowledged"
    with pytest.raises(DomainError) as thief:
        actions.alert_hand_over(alert=alert, to=city.chief, by=city.other, at=minutes(14))
    assert thief.value.code == "sensing.not_the_holder"
    with pytest.raises(DomainError) as unfit:
        actions.alert_hand_over(alert=alert, to=city.stranger, by=city.duty, at=minutes(14))
    assert unfit.value.code == "sensing.receiver_unfit"
    actions.alert_hand_over(alert=alert, to=city.other, by=city.duty, at=minutes(15), note="pump 3")
    alert.refresh_from_db()
    assert (alert.holder, alert.acknowledged_by) == (city.other, city.duty)


def test_who_does_not_answer_warnings_of_the_agency_may_not(city, alert):
    for by in (city.stranger, city.resident):
        with pytest.raises(NotPermitted):
            actions.alert_acknowledge(alert=alert, by=by, at=minutes(12))


def test_the_next_agency_is_called_once_by_the_clock_unless_somebody_answers(city, alert):
    assert alert.escalate_at == minutes(20)
    assert not actions.alert_escalate(alert=alert, at=minutes(19))
    assert actions.alert_escalate(alert=alert, at=minutes(20))
    assert not actions.alert_escalate(alert=alert, at=minutes(21))
    step = alert.steps.get(kind="escalated")
    assert step.note == "town_hall"
    arrive(city.streams["Quay"], (0, 3), (10, 12))
    other = Alert.objects.get(stream=city.streams["Quay"].pk)
    actions.alert_acknowledge(alert=other, by=city.duty, at=minutes(12))
    other.refresh_from_db()
    assert not actions.alert_escalate(alert=other, at=minutes(30))


def test_messages_form_a_chain_of_valid_signed_cap(city, alert):
    issued()
    arrive(city.streams["Ford"], (20, 33), (30, 34), (40, 3), (50, 3), (60, 3), (70, 3), (80, 2))
    issued()
    rows = list(AlertMessage.objects.order_by("sent_at", "pk"))
    assert rows[0].kind == "Alert"
    assert rows[-1].kind == "Cancel"
    assert {each.status for each in rows} == {"Actual"}
    assert all(problems(each.content.encode()) == [] for each in rows)
    assert all(each.is_signed and "Signature" in each.content for each in rows)
    assert rows[0].reference in rows[1].content
    assert "Ford" in rows[0].content
    assert [each.is_current for each in rows] == [False] * (len(rows) - 1) + [True]
    assert not messages_current(city.resident, minutes(81), drills=False).exists()
    assert OutboxEvent.objects.filter(type="sensing.message.issued").count() == len(rows)


class Gateway(BaseHTTPRequestHandler):
    """Stands for a gateway of cell broadcast: keeps what it gets, and is away at first."""

    got = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).got.append((self.headers["Idempotency-Key"], body))
        self.send_response(503 if len(type(self).got) == 1 else 204)
        self.end_headers()

    def log_message(self, *_said):
        pass


def test_a_gateway_to_everybody_gets_each_actual_message_until_it_takes_it(city, rule, monkeypatch):
    server = HTTPServer(("127.0.0.1", 0), Gateway)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    ways = Registry("Ways to everybody")
    monkeypatch.setattr(channels, "broadcasts", ways)

    @ways.register("cell_broadcast")
    def cell_broadcast(message):
        url = f"http://127.0.0.1:{server.server_port}/"
        headers = {"Idempotency-Key": message.identifier}
        if post(url, message.content.encode(), headers, private=True) != 204:
            raise OSError("not taken")

    actions.alert_raise(
        rule=rule, subject=str(city.streams["Quay"].pk), level=1, began=minutes(0), at=minutes(0),
        place={"en": "Quay"}, is_drill=True, by=city.chief,
    )  # fmt: skip
    arrive(city.streams["Ford"], (0, 3), (10, 12))
    issued()
    (row,) = Job.objects.filter(name="sensing.broadcast_message")
    with pytest.raises(OSError, match="not taken"):
        jobs[row.name].work(**row.arguments)
    jobs[row.name].work(**row.arguments)
    server.shutdown()
    server.server_close()
    message = AlertMessage.objects.get(status="Actual")
    assert [key for key, _body in Gateway.got] == [message.identifier] * 2
    assert all(problems(body) == [] for _key, body in Gateway.got)


def test_issuing_a_step_twice_issues_it_once(city, alert):
    step = alert.steps.get()
    assert message_issue(step=step, at=minutes(11)) is not None
    assert message_issue(step=step, at=minutes(12)) is None


def test_subscribers_of_the_place_are_told_once_and_others_are_not(city, alert):
    hillside = Area.objects.get(code="D1")
    waterside = Area.objects.get(code="D2")
    mine = subscription_make(person=city.resident, area=waterside, agrees=True, at=minutes(1))
    city.resident.email = "resident@example.org"
    city.resident.save(update_fields=["email"])
    subscription_make(person=city.other, area=hillside, agrees=True, at=minutes(1))
    subscription_make(person=city.chief, point=(0.0111, 0.002), agrees=True, at=minutes(1))
    subscription_make(person=city.duty, point=(0.04, 0.04), agrees=True, at=minutes(1))
    issued()
    message = AlertMessage.objects.get()
    assert set(message.notices.values_list("subscription__person__username", flat=True)) == {
        "w_resident", "w_chief",
    }  # fmt: skip
    assert subscribers_tell(message=message, now=lambda: minutes(11)) == 2
    assert subscribers_tell(message=message, now=lambda: minutes(12)) == 0
    assert [
        "Ford" in each.subject for each in mail.outbox if "resident@example.org" in each.to
    ] == [True]
    inbox = Notice.objects.filter(person=city.resident)
    assert [("Ford" in each.subject, each.channel, each.read_at) for each in inbox] == [
        (True, "in_app", None)
    ]
    assert not Notice.objects.filter(person__in=[city.other, city.duty]).exists()
    subscription_end(subscription=mine, by=city.resident, at=minutes(13))
    arrive(city.streams["Ford"], (20, 33), (30, 34))
    issued()
    newest = AlertMessage.objects.order_by("-sent_at")[0]
    assert newest.notices.count() == 1


def test_two_places_of_one_person_make_one_notice_and_one_e_mail_of_a_message(city, alert):
    city.resident.email = "resident@example.org"
    city.resident.save(update_fields=["email"])
    waterside = Area.objects.get(code="D2")
    subscription_make(person=city.resident, area=waterside, agrees=True, at=minutes(1))
    subscription_make(person=city.resident, point=(0.0111, 0.002), agrees=True, at=minutes(1))
    issued()
    message = AlertMessage.objects.get()
    assert subscribers_tell(message=message, now=lambda: minutes(11)) == 2
    assert Notice.objects.filter(person=city.resident).count() == 1
    assert len([each for each in mail.outbox if "resident@example.org" in each.to]) == 1


def test_nobody_is_subscribed_who_did_not_agree_or_named_no_place(city):
    with pytest.raises(DomainError) as silent:
        subscription_make(person=city.resident, point=(0, 0), agrees=False, at=minutes(0))
    with pytest.raises(DomainError) as nowhere:
        subscription_make(person=city.resident, agrees=True, at=minutes(0))
    assert (silent.value.code, nowhere.value.code) == (
        "sensing.consent_missing", "sensing.place_missing",
    )  # fmt: skip


def test_a_drill_is_an_exercise_everywhere_and_reaches_no_subscriber(city, rule):
    subscription_make(
        person=city.resident, area=Area.objects.get(code="D2"), agrees=True, at=minutes(0)
    )
    given = {
        "rule": rule, "subject": str(city.streams["Ford"].pk), "level": 2, "began": minutes(0),
        "at": minutes(0), "place": {"en": "Ford"}, "area": Area.objects.get(code="D2"),
        "is_drill": True,
    }  # fmt: skip
    with pytest.raises(NotPermitted):
        actions.alert_raise(**given, by=city.duty)
    drill = actions.alert_raise(**given, by=city.chief)
    issued()
    message = AlertMessage.objects.get()
    assert message.status == "Exercise"
    assert "<status>Exercise</status>" in message.content
    assert "EXERCISE" in message.content
    assert not message.notices.exists()
    assert subscribers_tell(message=message, now=lambda: minutes(1)) == 0
    assert not Notice.objects.exists()
    assert not messages_current(city.resident, minutes(1), drills=False).exists()
    assert messages_current(city.resident, minutes(1), drills=True).count() == 1
    assert not OutboxEvent.objects.filter(type__startswith="sensing.message").exists()
    assert not OutboxEvent.objects.filter(type__startswith="sensing.alert").exists()
    assert not Alert.objects.visible_to(city.resident).exists()
    actions.drill_end(alert=drill, by=city.chief, at=minutes(5))
    issued()
    assert set(AlertMessage.objects.values_list("status", flat=True)) == {"Exercise"}


def test_a_real_warning_beside_a_drill_is_still_raised_and_not_ended_by_hand(city, rule):
    actions.alert_raise(
        rule=rule, subject=str(city.streams["Ford"].pk), level=1, began=minutes(0), at=minutes(0),
        place={"en": "Ford"}, is_drill=True, by=city.chief,
    )  # fmt: skip
    arrive(city.streams["Ford"], (0, 3), (10, 12))
    real = Alert.objects.get(is_drill=False)
    with pytest.raises(DomainError) as refused:
        actions.drill_end(alert=real, by=city.chief, at=minutes(12))
    assert refused.value.code == "sensing.alert_over"


def test_one_rule_has_one_open_warning_of_a_subject(city, rule, alert):
    with pytest.raises(IntegrityError), transaction.atomic():
        Alert.objects.create(
            rule=rule, version=rule.current, subject=alert.subject, level=1, highest=1,
            began_at=minutes(0), raised_at=minutes(0),
        )  # fmt: skip


def test_readings_that_come_in_are_flagged_and_the_rules_asked(city):
    ford = city.streams["Ford"]
    for at, value in ((0, 3), (10, 4), (20, 90), (30, 4), (40, 500)):
        observations_record(
            [Incoming(ford.pk, minutes(at).isoformat(), value)], by=None, at=minutes(at + 1)
        )
    flags = dict(Hot.objects.filter(stream=ford.pk).values_list("value", "quality"))
    assert flags[90.0] & Quality.SPIKE
    assert flags[500.0] == Quality.RANGE
    assert Latest.objects.get(stream=ford.pk).quality == Quality.RANGE
    assert list(Hot.objects.filter(stream=ford.pk, value=4).values_list("quality", flat=True)) == [
        0, 0,
    ]  # fmt: skip
    assert Unjudged.objects.get().stream == ford.pk
    assert 1 <= Job.objects.filter(name="sensing.judge_waiting").count() <= 5
    late = [Incoming(ford.pk, minutes(45).isoformat(), 5)]
    observations_record(late, by=None, at=minutes(60))
    assert Latest.objects.get(stream=ford.pk).quality == Quality.LATE


def test_the_rules_are_not_asked_again_about_what_the_next_half_second_judged(city, monkeypatch):
    begun = []
    was = waiting.all_judged
    monkeypatch.setattr(waiting, "all_judged", lambda: begun.append(1) or was())
    turn = int(timezone.now().timestamp() / waiting.TURN_S) + 1_000  # not over for a long time
    for each in (turn, turn):
        with pytest.raises(Later):
            waiting.waiting_judged(each)
    assert len(begun) == 2
    waiting._turns().began_at = (turn + 1) * waiting.TURN_S  # a later one began
    assert waiting.waiting_judged(turn) == 0
    assert len(begun) == 2
    ford = city.streams["Ford"]
    observations_record([Incoming(ford.pk, minutes(1).isoformat(), 3)], by=None, at=minutes(2))
    with pytest.raises(Later):
        waiting.waiting_judged(turn + 1)  # one that was not asked about yet always is
    assert not Unjudged.objects.exists()
