"""Several real workers and schedulers on one queue, and one that is killed."""

import json
import signal

JOBS = """
    import sys, threading, time
    from shizheng.core import jobs, worker
    jobs.LEASE = worker.LEASE = timedelta(seconds=2)
    worker.BEAT_SECONDS = 0.5
    @jobs.job("test.note")
    def note(number):
        m.Heartbeat.objects.create(process=f"note-{number}-{datetime.now().timestamp()}",
            kind="note", at=AT)
    @jobs.job("test.sleep")
    def sleep():
        print("asleep", flush=True)
        time.sleep(float(sys.argv[1]))

    def once(condition):
        stop = threading.Event()
        def wait():
            deadline = time.monotonic() + 40
            while time.monotonic() < deadline and not condition():
                time.sleep(0.1)
            connection.close()
            stop.set()
        threading.Thread(target=wait).start()
        return stop
"""
WORK = (
    JOBS
    + """
    worker.work(once(lambda: not m.Job.objects.exclude(status="done").exists()), threads=2)
"""
)
OUTCOME = """
    import json
    jobs = m.Job.objects.order_by("id").values_list("status", "attempt_count")
    print(json.dumps([list(jobs), m.Heartbeat.objects.filter(kind="note").count()]))
"""


def test_three_workers_run_each_job_once(installation):
    installation.run(JOBS + "    for number in range(60): note.enqueue(number=number)")
    workers = [installation.start(WORK, "0") for _ in range(3)]
    for worker in workers:
        _, errors = worker.communicate(timeout=60)
        assert worker.returncode == 0, errors

    outcomes, notes = json.loads(installation.run(OUTCOME))
    assert notes == 60
    assert all(outcome == ["done", 1] for outcome in outcomes)


def test_the_job_of_a_killed_worker_is_done_by_another(installation):
    installation.run(JOBS + "    sleep.enqueue()")
    first = installation.start(WORK, "60")
    assert first.stdout.readline() == "asleep\n"
    first.send_signal(signal.SIGKILL)
    first.wait()

    second = installation.start(WORK, "3")  # sleeps longer than its lease: it is renewed
    _, errors = second.communicate(timeout=60)
    assert second.returncode == 0, errors
    assert json.loads(installation.run(OUTCOME))[0] == [["done", 2]]


def test_three_schedulers_enqueue_each_occurrence_once(installation):
    code = (
        JOBS
        + """
    jobs.every(seconds=1)(note)
    worker.SCHEDULE_SECONDS = 0.05
    worker.schedule(once(lambda: m.Job.objects.filter(name="test.note").count() >= 3))
"""
    )
    schedulers = [installation.start(code) for _ in range(3)]
    for scheduler in schedulers:
        _, errors = scheduler.communicate(timeout=60)
        assert scheduler.returncode == 0, errors

    found = installation.run(
        """
        notes = m.Job.objects.filter(name="test.note")
        occurrences = list(notes.values_list("occurrence", flat=True))
        print(len(occurrences), len(set(occurrences)))
        """
    )
    total, distinct = map(int, found.split())
    assert total == distinct >= 2
