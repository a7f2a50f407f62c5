"""What search is told of projects under advance review; who may find one is who may see it."""

from collections.abc import Iterator

from django.conf import settings
from django.db.models import CharField, Q
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from shizheng.core import search
from shizheng.core.access import Viewer
from shizheng.core.search import Kind, Text
from shizheng.plan.models import AdvanceProject

PROJECT = "plan.advance_project"


def project_index(project: AdvanceProject) -> None:
    """Let a project be found as its newest version has it; call it in every act on it."""
    search.index([_text(project)])


def _text(project: AdvanceProject) -> Text:
    version = project.versions.order_by("-number")[0]
    with override(settings.LANGUAGE_CODE):
        path = reverse("advance:project", args=(project.number,))
    return Text(
        kind=PROJECT,
        key=str(project.number),
        number=str(project.number),
        title=f"{project.number} {project.name}",
        body=f"{version.summary} {version.midterm_goal}",
        also=" ".join(project.agency.short_name.values()),
        path=path,
        changed_at=version.decided_at or version.submitted_at,
        agency=project.agency_id,
    )


def _texts() -> Iterator[Text]:
    rows = AdvanceProject.objects.select_related("agency").order_by("number")
    return (_text(project) for project in rows.iterator())


def _visible(viewer: Viewer) -> Q:
    """Return the texts of projects that a viewer may see, by the projects' own policy."""
    seen = AdvanceProject.objects.visible_to(viewer.person, at=viewer.at)
    keys = seen.order_by().annotate(named=Cast("number", CharField(max_length=20)))
    return Q(key__in=keys.values("named"))


search.kinds.register(PROJECT)(
    Kind(_("Advance review"), _("Advance reviews"), texts=_texts, visible=_visible)
)
