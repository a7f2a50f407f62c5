"""`shizheng journal verify` as an operator runs it."""

import json

RECORD = """
    from shizheng.core import journal
    with transaction.atomic():
        for _ in range(5):
            journal.record("core.city.seen", m.City.objects.get(), by=None, at=AT, why="看")
"""
TAMPER = """
    from shizheng.core.journal_guard import TRIGGERS
    with connection.cursor() as cursor:
        for trigger in TRIGGERS:
            for statement in trigger.drop(connection.vendor):
                cursor.execute(statement)
        cursor.execute("UPDATE core_journalentry SET why = 'x' WHERE number = 3")
"""


def test_an_intact_journal_answers_0_and_keeps_an_anchor(installation):
    installation.run(RECORD)

    answer = installation.shizheng("journal", "verify", "--json")

    assert answer.returncode == 0, answer.stderr
    found = json.loads(answer.stdout)
    assert (found["intact"], found["entries"], found["faults"]) == (True, 5, [])
    kept = (installation.home / "journal_anchors").read_text()
    assert kept.startswith(found["anchors"][0])


def test_a_changed_entry_answers_1_and_is_named(installation):
    installation.run(RECORD)
    installation.run(TAMPER)

    answer = installation.shizheng("journal", "verify")

    assert answer.returncode == 1
    assert "Entry 3 does not match its hash" in answer.stdout
    as_json = json.loads(installation.shizheng("journal", "verify", "--json").stdout)
    assert [(fault["kind"], fault["entry"]) for fault in as_json["faults"]] == [("changed", 3)]


def test_an_anchor_given_by_hand_shows_a_history_written_anew(installation):
    installation.run(RECORD)
    anchor = f"exampleton 4 {'0' * 64}"

    answer = installation.shizheng("journal", "verify", "--anchor", anchor)

    assert answer.returncode == 1
    assert "Entry 4 does not match the anchor" in answer.stdout


def test_a_database_without_tables_answers_2_in_one_sentence(installation, tmp_path):
    answer = installation.shizheng("journal", "verify", DATABASE_URL=f"sqlite:///{tmp_path}/new.db")

    assert answer.returncode == 2
    assert "shizheng init" in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1


def test_a_server_that_is_not_there_answers_2_in_one_sentence(installation):
    answer = installation.shizheng(
        "journal", "verify", DATABASE_URL="postgres://nobody@127.0.0.1:9/none"
    )

    assert answer.returncode == 2
    assert "DATABASE_URL" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_an_anchor_of_another_form_answers_2(installation):
    answer = installation.shizheng("journal", "verify", "--anchor", "abc")

    assert answer.returncode == 2
    assert "is not an anchor" in answer.stderr
