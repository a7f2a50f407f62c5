"""The page of background work: what waits, runs, failed; and running it again."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from shizheng.core import jobs as queue
from shizheng.core.access import require
from shizheng.core.desk.selectors import jobs_counted
from shizheng.core.models import Heartbeat, Job
from shizheng.core.people.views import _viewer
from shizheng.core.worker import PRESENCE

PERMISSION = "core.run_jobs"
STATES = {
    Job.Status.FAILED: pgettext_lazy("state of a job", "Failed"),
    Job.Status.RUNNING: pgettext_lazy("state of a job", "Running"),
    Job.Status.WAITING: pgettext_lazy("state of a job", "Waiting"),
    Job.Status.DONE: pgettext_lazy("state of a job", "Done"),
}


@login_required
@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """List background work by state."""
    require(_viewer(request), PERMISSION)
    counts = jobs_counted()
    asked = request.GET.get("state", "")
    state = asked if asked in counts else ""
    found = Job.objects.filter(status=state) if state else Job.objects.all()
    since = timezone.now() - PRESENCE
    context = {
        "page": Paginator(found, 50).get_page(request.GET.get("page")),
        "chips": [
            (gettext_lazy("All"), "?", not state),
            *((f"{STATES[one]} {counts[one]}", f"?state={one}", state == one) for one in STATES),
        ],
        "states": STATES,
        "workers": Heartbeat.objects.filter(kind="worker", at__gte=since).count(),
    }
    return render(request, "core/desk/jobs.html", context)


@login_required
@require_POST
def job_rerun(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put a failed job back into the queue."""
    job = get_object_or_404(Job, pk=pk)
    if queue.rerun(job, by=_viewer(request), at=timezone.now()):
        messages.success(request, _("{job} will run again.").format(job=job.name))
    else:
        messages.warning(request, _("{job} is waiting or running already.").format(job=job.name))
    return redirect("jobs")
