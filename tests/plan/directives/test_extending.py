from datetime import date, timedelta

import pytest
from tests.plan.directives.town import AT

from shizheng.core.journal import entries_of
from shizheng.kernel.errors import ChangedMeanwhile, NotPermitted
from shizheng.plan.directives.actions.extending import extension_decide, extension_request
from shizheng.plan.directives.domain import due, release
from shizheng.plan.directives.errors import ExtensionSettled, WordsMissing
from shizheng.plan.directives.selectors import facts
from shizheng.plan.models import Directive, DirectiveExtension

JUNE = date(2020, 6, 30)
AFTER_DUE = AT + timedelta(days=90)  # 31 May, two days after the due date


def asked(directive, people, at=AT, wanted_on=JUNE):
    return extension_request(
        directive=directive, by=people.lead, at=at, wanted_on=wanted_on, reason="雨季影響工期"
    )


def decided(extension, people, **given):
    parts = {"by": people.control, "at": AT, "granted_on": JUNE, "note": "同意"}
    return extension_decide(extension=extension, **{**parts, **given})


def test_a_granted_extension_moves_the_date_that_holds_and_never_the_first(directive, people):
    decided(asked(directive, people), people)
    directive.refresh_from_db()

    assert (directive.first_due_on, directive.due_on) == (date(2020, 5, 29), JUNE)
    steps = facts.due_steps(directive)
    assert [(step.basis, step.due_on) for step in steps] == [
        ("first", date(2020, 5, 29)),
        ("extension", JUNE),
    ]
    assert steps[-1].due_on == directive.due_on
    entry = entries_of(directive, "plan.directive.extension_granted").get()
    assert (entry.before, entry.after["due_on"]) == ({"due_on": "2020-05-29"}, "2020-06-30")


def test_a_refused_extension_moves_nothing_and_says_why(directive, people):
    extension = decided(asked(directive, people), people, granted_on=None, note="工期充裕")
    directive.refresh_from_db()
    assert directive.due_on == date(2020, 5, 29)
    assert (extension.status, extension.note) == ("refused", "工期充裕")


def test_the_lead_asks_and_the_control_unit_decides(directive, people):
    with pytest.raises(NotPermitted):
        extension_request(directive=directive, by=people.control, at=AT, wanted_on=JUNE, reason="x")
    extension = asked(directive, people)
    with pytest.raises(NotPermitted):
        decided(extension, people, by=people.lead)


def test_a_second_request_waits_for_the_first(directive, people):
    asked(directive, people)
    with pytest.raises(release.ExtensionUndecided):
        asked(directive, people)


@pytest.mark.parametrize("wanted_on", [date(2020, 5, 28), date(2020, 5, 29)])
def test_an_extension_must_be_later(directive, people, wanted_on):
    with pytest.raises(due.ExtensionNotLater):
        asked(directive, people, wanted_on=wanted_on)


def test_a_late_request_is_granted_only_with_a_note(directive, people):
    extension = asked(directive, people, at=AFTER_DUE)
    assert extension.is_late
    with pytest.raises(due.ExtensionTooLate):
        decided(extension, people, at=AFTER_DUE)
    decided(extension, people, at=AFTER_DUE, late_note="颱風停班三日")
    assert extension.late_note == "颱風停班三日"


def test_a_decision_is_made_once_and_with_words(directive, people):
    extension = asked(directive, people)
    with pytest.raises(WordsMissing):
        decided(extension, people, note="")
    stale = DirectiveExtension.objects.select_related("directive").get(pk=extension.pk)
    decided(extension, people)
    with pytest.raises(ExtensionSettled):
        decided(extension, people)
    with pytest.raises(ChangedMeanwhile):
        decided(stale, people, granted_on=date(2020, 12, 31))
    assert Directive.objects.get().due_on == JUNE


def test_two_extensions_add_up_in_order(directive, people):
    decided(asked(directive, people), people)
    directive.refresh_from_db()
    decided(
        asked(directive, people, wanted_on=date(2020, 7, 31)),
        people,
        granted_on=date(2020, 7, 15),
        at=AT + timedelta(hours=1),
    )
    directive.refresh_from_db()
    assert [step.due_on for step in facts.due_steps(directive)] == [
        date(2020, 5, 29), JUNE, date(2020, 7, 15),
    ]  # fmt: skip
    assert directive.first_due_on == date(2020, 5, 29)
