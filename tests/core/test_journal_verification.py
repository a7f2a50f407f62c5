import json

import pytest
from django.db import connection

from shizheng.core import chain, journal
from shizheng.core.anchors import Anchor, AnchorUnreadable, keep_anchors, read_anchors
from shizheng.core.journal_guard import TRIGGERS
from shizheng.core.models import JournalEntry, JournalHead
from shizheng.core.verification import FaultKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def entries(city, officer, at):
    """Eight entries; 3 and 5 hold a personal value, 7 erases that of 5."""
    made = []
    for number in range(1, 9):
        if number == 7:
            made.append(journal.erase(made[4], ["phone"], by=officer, at=at, why="當事人申請"))
            continue
        personal = {"phone": f"07-{number}"} if number in (3, 5) else None
        made.append(
            journal.record("core.city.seen", city, by=officer, at=at, why="看", personal=personal)
        )
    return made


@pytest.fixture
def tamper(entries):
    """Run SQL as somebody would who took the triggers away first."""

    def run(*statements):
        with connection.cursor() as cursor:
            for trigger in TRIGGERS:
                for statement in trigger.drop(connection.vendor):
                    cursor.execute(statement)
            for statement in statements:
                cursor.execute(statement)
            for trigger in TRIGGERS:
                for statement in trigger.create(connection.vendor):
                    cursor.execute(statement)

    return run


def faults(**kwargs):
    return [(fault.kind, fault.number) for fault in journal.verify(**kwargs).faults]


def test_an_untouched_journal_is_intact(entries):
    found = journal.verify()

    assert found.is_intact
    assert (found.entry_count, found.personal_count) == (8, 2)
    assert found.heads == [Anchor("exampleton", 8, entries[-1].hash)]


def test_an_empty_journal_is_intact(db):
    assert journal.verify().is_intact


COLUMN_CHANGES = {
    "tenant": "'elsewhere'",
    "at": "'2020-03-02 01:30:00.000001+00:00'",
    "by_id": "NULL",
    "on_behalf_of_id": None,
    "action": "'core.city.razed'",
    "thing_type": "'core.area'",
    "thing_key": "'other'",
    "why": "'看' || '見'",
    "was": "'{}'",
    "now": "'{}'",
    "commitments": '\'{"phone":"0"}\'',
    "hash": "'0'",
}


@pytest.mark.parametrize("column", [name for name, value in COLUMN_CHANGES.items() if value])
def test_a_changed_column_is_found(tamper, column):
    value = COLUMN_CHANGES[column]
    tamper(f"UPDATE core_journalentry SET {column} = {value} WHERE number = 4")

    found = {number for _, number in faults()}
    assert found & {4, 5}


@pytest.mark.parametrize(
    ("statement", "kind", "number"),
    [
        ("DELETE FROM core_journalentry WHERE number IN (1, 2)", FaultKind.MISSING, 2),
        ("DELETE FROM core_journalentry WHERE number = 4", FaultKind.MISSING, 4),
        ("DELETE FROM core_journalentry WHERE number = 8", FaultKind.TAIL_MISSING, 8),
        ("UPDATE core_journalhead SET hash = 'x'", FaultKind.HEAD_CHANGED, 8),
        ("DELETE FROM core_journalhead", FaultKind.INSERTED, 1),
        (
            "UPDATE core_journalpersonal SET value = '07-9' WHERE value IS NOT NULL",
            FaultKind.PERSONAL_CHANGED,
            3,
        ),
        (
            "UPDATE core_journalpersonal SET value = NULL, salt = ''",
            FaultKind.PERSONAL_ERASED,
            3,
        ),
        (
            "UPDATE core_journalpersonal SET value = NULL, salt = '', erased_in_id ="
            " (SELECT id FROM core_journalentry WHERE number = 7)",
            FaultKind.PERSONAL_ERASED,
            3,
        ),
        ("DELETE FROM core_journalpersonal", FaultKind.PERSONAL_MISSING, 3),
        (
            "INSERT INTO core_journalpersonal (entry_id, field, salt, value)"
            " SELECT id, 'phone', '', '1' FROM core_journalentry WHERE number = 4",
            FaultKind.PERSONAL_INSERTED,
            4,
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 30 else None,
)
def test_tampering_is_named(tamper, statement, kind, number):
    tamper(statement)

    assert (kind, number) in faults()


def test_two_entries_that_changed_places_are_found(tamper):
    tamper(
        "UPDATE core_journalentry SET number = 99 WHERE number = 4",
        "UPDATE core_journalentry SET number = 4 WHERE number = 6",
        "UPDATE core_journalentry SET number = 6 WHERE number = 99",
    )

    assert {(FaultKind.CHANGED, 4), (FaultKind.CHANGED, 6)} <= set(faults())


def test_an_entry_appended_behind_the_head_is_found(entries, tamper, city, officer, at):
    forged = JournalEntry.objects.get(number=8)
    forged.pk, forged.number = None, 9
    forged.hash = chain.link(entries[-1].hash, chain.body(forged))
    forged.save()

    assert faults() == [(FaultKind.INSERTED, 9)]


def test_text_moved_over_the_border_of_two_columns_is_found(tamper):
    glue = "char(31)" if connection.vendor == "sqlite" else "chr(31)"
    tamper(f"UPDATE core_journalentry SET why = why || {glue} || was, was = now WHERE number = 4")

    assert (FaultKind.CHANGED, 4) in faults()


def rewritten_without(number):
    """Remove an entry and compute the rest of the chain and the head anew."""
    previous = JournalEntry.objects.get(number=number - 1).hash
    JournalEntry.objects.filter(number=number).delete()
    for entry in JournalEntry.objects.filter(number__gt=number).order_by("number"):
        entry.number -= 1
        entry.hash = previous = chain.link(previous, chain.body(entry))
        entry.save()
    JournalHead.objects.update(number=7, hash=previous)


def test_history_computed_anew_is_found_by_an_anchor_kept_outside(entries, at, tmp_path):
    kept = tmp_path / "anchors"
    keep_anchors(kept, journal.verify().heads, at=at)
    with connection.cursor() as cursor:
        for trigger in TRIGGERS:
            for statement in trigger.drop(connection.vendor):
                cursor.execute(statement)
    rewritten_without(4)

    assert journal.verify().is_intact
    assert faults(anchors=read_anchors(kept)) == [(FaultKind.TAIL_MISSING, 8)]
    of_entry_6 = Anchor("exampleton", 6, entries[5].hash)
    assert faults(anchors=[of_entry_6]) == [(FaultKind.ANCHOR, 6)]


def test_a_whole_journal_that_vanished_is_found_by_its_anchor(entries, tamper):
    anchor = journal.verify().heads
    tamper(
        "DELETE FROM core_journalpersonal",
        "DELETE FROM core_journalentry",
        "DELETE FROM core_journalhead",
    )

    assert faults(anchors=anchor) == [(FaultKind.TAIL_MISSING, 8)]


def test_an_anchor_is_kept_once(entries, at, tmp_path):
    kept = tmp_path / "home" / "anchors"
    for _ in range(2):
        keep_anchors(kept, journal.verify().heads, at=at)

    assert len(kept.read_text().splitlines()) == 1


@pytest.mark.parametrize("text", ["", "x", "exampleton one abc", json.dumps({})])
def test_an_anchor_of_another_form_is_refused(text):
    with pytest.raises(AnchorUnreadable):
        Anchor.parse(text)
