"""Letters about things: made with an order, reminded of before and after its last day, once."""

from datetime import UTC, date, datetime, timedelta

import pytest
import shapely
from allauth.account.models import EmailAddress
from django.core import mail
from tests.services.conftest import kaohsiung, person

from shizheng.core.models import JournalEntry, OutboxEvent
from shizheng.core.people.actions import person_prefer
from shizheng.core.worker import run_all
from shizheng.places.actions.things import thing_change, thing_record
from shizheng.places.definitions import RegisterBody
from shizheng.places.digging.actions.owners import member_appoint
from shizheng.places.models import Register, Thing, ThingNotice
from shizheng.places.noticing.actions import notices_remind
from shizheng.places.noticing.definitions import notice_findings
from shizheng.places.selectors.registers import body_of
from shizheng.services.models import Notice

pytestmark = pytest.mark.django_db
__all__ = ["kaohsiung"]
AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
TODAY = date(2026, 3, 2)
ORDER = {"order_number": "高市水字第1號", "ordered_on": "2026-03-02", "remove_by": "2026-04-01"}


@pytest.fixture
def telecom(kaohsiung):
    """Somebody who acts for an owner of cables, and reads English."""
    someone = person("n_telecom", "pipe_owner")
    someone.language = "en"
    someone.save(update_fields=["language"])
    member_appoint(owner="telecom_company", username="n_telecom", by=None, at=AT)
    return someone


def cable(key="GC-1", company="電信事業（擬議†）") -> Thing:
    return thing_record(
        register=Register.objects.get(code="gutter_cables"), key=key, by=None, at=AT,
        valid_from=TODAY - timedelta(days=3), geometry=shapely.Point(120.31, 22.63),
        values={"company": company, "kind": "telecom", "found_on": "2026-02-20"},
    )  # fmt: skip


def order(thing, **more) -> Thing:
    thing.refresh_from_db()
    return thing_change(
        thing=thing, seen=thing.version, by=None, at=AT, valid_from=TODAY, state="ordered",
        values=ORDER | more,
    )  # fmt: skip


def occasions():
    return [*ThingNotice.objects.order_by("made_at", "pk").values_list("occasion", flat=True)]


def test_an_order_is_told_to_who_acts_for_the_owner_of_the_cable(telecom):
    one = cable()
    assert not ThingNotice.objects.exists(), "what is only found is no order"
    order(one)
    letter = ThingNotice.objects.get()
    assert (letter.occasion, letter.addressee, letter.term_on, letter.told_count) == (
        "made", "電信事業（擬議†）", date(2026, 4, 1), 1
    )  # fmt: skip
    assert letter.definition == Register.objects.get(code="gutter_cables").current
    told = Notice.objects.get(person=telecom)
    assert told.template == "places.cable_removal"
    assert told.subject == "Take out cable GC-1 by 1 April 2026"
    assert "Telecommunications" in told.text
    assert "高市水字第1號" in letter.text["zh-Hant"]
    event = OutboxEvent.objects.get(type="places.notice.made")
    assert event.payload == {"register": "gutter_cables", "key": "GC-1", "told": 1,
                             "notice": "cable_removal", "occasion": "made"}  # fmt: skip
    assert JournalEntry.objects.filter(action="places.notice.made").count() == 1


@pytest.mark.parametrize(
    ("wants", "is_confirmed", "count"), [(True, True, 1), (False, True, 0), (True, False, 0)],
    ids=["wanted-and-confirmed", "not-wanted", "not-confirmed"],
)  # fmt: skip
def test_a_letter_goes_by_email_to_who_wants_it_and_confirmed_the_address(
    telecom, wants, is_confirmed, count
):
    telecom.email = "Cables@Example.org"
    telecom.save(update_fields=["email"])
    EmailAddress.objects.create(user=telecom, email="cables@example.org", verified=is_confirmed)
    person_prefer(person=telecom, language="en", notices_by_email=wants, at=AT)
    order(cable())
    run_all()
    assert [letter.to for letter in mail.outbox] == [["Cables@Example.org"]] * count
    if count:
        assert mail.outbox[0].subject == "Take out cable GC-1 by 1 April 2026"
        assert "高市水字第1號" in mail.outbox[0].body
    assert Notice.objects.filter(person=telecom, channel="in_app").count() == 1
    sent = Notice.objects.filter(person=telecom, channel="email")
    assert [row.status for row in sent] == ["sent"] * count
    assert notices_remind(at=AT + timedelta(days=16)) == 1
    run_all()
    run_all()
    assert len(mail.outbox) == 2 * count


def test_an_address_that_is_confirmed_no_longer_gets_no_letter(telecom):
    telecom.email = "cables@example.org"
    telecom.save(update_fields=["email"])
    row = EmailAddress.objects.create(user=telecom, email=telecom.email, verified=True)
    person_prefer(person=telecom, language="en", notices_by_email=True, at=AT)
    order(cable())
    row.delete()
    run_all()
    assert mail.outbox == []
    assert Notice.objects.get(channel="email").status == "dropped"


def test_of_a_company_that_nobody_acts_for_a_letter_is_to_be_posted(kaohsiung):
    order(cable(company="示範有線電視"))
    assert ThingNotice.objects.get().told_count == 0
    assert not Notice.objects.filter(template="places.cable_removal").exists()


def test_a_last_day_is_reminded_of_before_and_after_once_each(telecom):
    order(cable())
    late = {0: 0, 16: 1, 17: 0, 27: 1, 30: 0, 31: 1, 32: 0, 60: 1, 90: 0}
    made = {days: notices_remind(at=AT + timedelta(days=days)) for days in late}
    assert made == late
    assert occasions() == ["made", "before:14", "before:3", "after:1", "after:30"]
    assert Notice.objects.filter(person=telecom).count() == 5


def test_days_on_which_nothing_ran_are_made_up_for_once(telecom):
    order(cable())
    assert notices_remind(at=AT + timedelta(days=29)) == 1
    assert occasions() == ["made", "before:3"]


def test_a_later_last_day_is_a_new_order_and_what_is_removed_is_left_alone(telecom):
    one = order(cable())
    one.refresh_from_db()
    thing_change(
        thing=one, seen=one.version, by=None, at=AT + timedelta(hours=1), valid_from=TODAY,
        values={"remove_by": "2026-05-01"},
    )  # fmt: skip
    assert occasions() == ["made", "made"]
    one.refresh_from_db()
    thing_change(
        thing=one, seen=one.version, by=None, at=AT + timedelta(hours=2), state="removed",
        valid_from=TODAY + timedelta(days=1), values={"removed_on": "2026-03-03"},
    )  # fmt: skip
    assert notices_remind(at=AT + timedelta(days=200)) == 0


@pytest.mark.parametrize(
    ("part", "wrong", "code"),
    [
        ("state", "nowhere", "state"), ("to", "found_on", "field"), ("due", "company", "field"),
        ("made", {"subject": {"en": "{nothing}"}, "text": {"en": "x"}}, "field"),
        ("made", {"subject": {"en": "a {"}, "text": {"en": "x"}}, "field"),
        ("before", {"subject": {"en": "a"}, "text": {"en": "x"}}, "days"),
    ],
    ids=["no-such-state", "to-a-day", "due-is-text", "no-such-field", "open-brace", "no-days"],
)  # fmt: skip
def test_a_notice_that_cannot_be_written_is_refused_when_the_pack_is_checked(
    kaohsiung, part, wrong, code
):
    body = body_of(Register.objects.get(code="gutter_cables"))
    given = body.model_dump(by_alias=True)
    assert not [*notice_findings(body)]
    given["notices"][0][part] = wrong
    assert code in {each.rule for each in notice_findings(RegisterBody.model_validate(given))}
