"""Shows on the console how far the year behind a demonstration is."""

import sys
import threading

import typer

LOOKS_SECONDS = 2.0


def watch(stop: threading.Event) -> None:
    """Show a bar until the year is played, then wait to be told to stop.

    Where nobody looks at the console, only its end is said.
    """
    from django.db import connection

    from shizheng.core.demo_year import NAME
    from shizheng.core.models import Job

    latest = Job.objects.filter(name=NAME).order_by("-enqueued_at")
    label = "Playing the year behind the demonstration"
    with typer.progressbar(length=100, label=label, file=sys.stderr) as bar:
        while not stop.is_set():
            job = latest.first()
            if job is None:
                break
            bar.update(int(job.progress * 100) - bar.pos)
            if job.status in (Job.Status.DONE, Job.Status.FAILED):
                break
            connection.close()
            stop.wait(LOOKS_SECONDS)
    connection.close()
    if job is not None and job.status == Job.Status.FAILED:
        typer.echo(f"The year could not be played: {job.error}", err=True)
    elif job is not None and job.status == Job.Status.DONE and not sys.stderr.isatty():
        typer.echo("The year behind the demonstration is played.", err=True)
    stop.wait()
