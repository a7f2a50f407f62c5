"""Several processes append to one chain at once."""

import json
import signal

APPEND = """
    import os, sys, threading
    from shizheng.core import journal
    city, officer = m.City.objects.get(), m.User.objects.get()
    def append(count):
        for _ in range(count):
            with transaction.atomic():
                journal.record("core.city.seen", city, by=officer, at=timezone.now())
            if len(sys.argv) > 2:
                os.write(1, b"one\\n")  # one write: threads must not part it
        connection.close()
    threads = [threading.Thread(target=append, args=[int(sys.argv[1])]) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
"""
VERIFY = """
    import json
    from shizheng.core import journal
    found = journal.verify()
    print(json.dumps([found.is_intact, found.entry_count, m.JournalHead.objects.get().number]))
"""


def test_writers_in_threads_and_processes_neither_fork_nor_lose_the_chain(installation):
    writers = [installation.start(APPEND, "20") for _ in range(3)]
    for writer in writers:
        _, errors = writer.communicate(timeout=60)
        assert writer.returncode == 0, errors

    assert json.loads(installation.run(VERIFY)) == [True, 120, 120]


def test_a_writer_killed_in_the_middle_leaves_the_chain_whole(installation):
    writer = installation.start(APPEND, "100000", "aloud")
    assert [writer.stdout.readline() for _ in range(10)] == ["one\n"] * 10
    writer.send_signal(signal.SIGKILL)
    writer.wait()

    is_intact, count, head = json.loads(installation.run(VERIFY))
    assert is_intact
    assert count == head >= 10
