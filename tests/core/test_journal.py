import pytest
from django.db import DatabaseError, connection, transaction

from shizheng.core import chain, journal
from shizheng.core.models import JournalEntry, JournalHead, JournalPersonal

pytestmark = pytest.mark.django_db


def stored_body(entry):
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {chain.body_sql(connection.vendor)} FROM core_journalentry WHERE id = %s",
            [entry.pk],
        )
        return cursor.fetchone()[0]


@pytest.mark.parametrize("microsecond", [0, 5, 120_000], ids=["none", "few", "many"])
def test_python_and_the_database_hash_the_same_text(city, officer, at, microsecond):
    entry = journal.record(
        "core.city.renamed",
        city,
        by=officer,
        at=at.replace(microsecond=microsecond),
        why="改名\n第二行 'quoted' \"double\" 🙂",
        was={"name": "舊"},
        now={"name": "新", "count": 3},
        personal={"phone": "07-123"},
    )

    assert stored_body(entry) == chain.body(JournalEntry.objects.get(pk=entry.pk))
    assert chain.body(entry) == stored_body(entry)


def test_entries_are_linked_and_numbered_without_a_gap(city, officer, at):
    first, second = (journal.record("core.city.seen", city, by=officer, at=at) for _ in "ab")

    assert (first.number, second.number) == (1, 2)
    assert first.hash == chain.link(chain.GENESIS, chain.body(first))
    assert second.hash == chain.link(first.hash, chain.body(second))
    head = JournalHead.objects.get()
    assert (head.tenant, head.number, head.hash) == ("exampleton", 2, second.hash)


def test_many_acts_stand_in_the_same_chain(city, officer, at):
    acts = [journal.Entry("core.city.seen", city, officer, why=why) for why in "abc"]
    entries = journal.record_many(acts, at=at)

    assert [(entry.number, entry.why) for entry in entries] == [(1, "a"), (2, "b"), (3, "c")]
    assert journal.record("core.city.seen", city, by=officer, at=at).number == 4
    assert journal.verify().is_intact


def test_an_act_that_is_rolled_back_leaves_no_entry(city, officer, at):
    def act_that_fails():
        with transaction.atomic():
            journal.record("core.city.seen", city, by=officer, at=at)
            raise ConnectionError

    with pytest.raises(ConnectionError):
        act_that_fails()

    assert not journal.entries_of(city).exists()


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_refused(city, officer, at):
    with pytest.raises(RuntimeError, match="needs the transaction"):
        journal.record("core.city.seen", city, by=officer, at=at)


def test_a_reason_with_the_separator_is_refused(city, officer, at):
    with pytest.raises(journal.UnprintableText, match="why"):
        journal.record("core.city.seen", city, by=officer, at=at, why="a\x1fb")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_journalentry SET why = 'x'",
        "DELETE FROM core_journalentry",
        "UPDATE core_journalpersonal SET value = 'x'",
        "UPDATE core_journalpersonal SET value = NULL, salt = ''",
        "DELETE FROM core_journalpersonal",
        "DELETE FROM core_journalhead",
        "UPDATE core_journalhead SET hash = 'x'",
        "UPDATE core_journalhead SET number = number + 2",
        "UPDATE core_journalhead SET number = number - 1",
    ],
)
def test_the_database_refuses_to_change_the_journal(city, officer, at, statement):
    journal.record("core.city.seen", city, by=officer, at=at, personal={"phone": "07-1"})

    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no TRUNCATE")
def test_the_database_refuses_to_empty_the_journal(city):
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE core_journalentry CASCADE")


def test_erasing_empties_the_value_and_is_recorded_with_its_reason(city, officer, at):
    entry = journal.record("core.city.seen", city, by=officer, at=at, personal={"phone": "07-1"})

    erasure = journal.erase(entry, ["phone"], by=officer, at=at, why="當事人申請")

    kept = JournalPersonal.objects.get()
    assert (kept.value, kept.salt, kept.erased_in) == (None, "", erasure)
    assert (erasure.why, erasure.after) == ("當事人申請", {"number": 1, "fields": ["phone"]})
    with pytest.raises(journal.NothingToErase):
        journal.erase(entry, ["phone"], by=officer, at=at, why="again")


def test_reading_personal_data_leaves_an_entry(city, officer, at):
    journal.read(city, ["phone", "email"], by=officer, at=at, why="電話聯絡當事人")

    (entry,) = journal.entries_of(city, action=journal.READ)
    assert (entry.by, entry.after) == (officer, {"fields": ["email", "phone"]})
