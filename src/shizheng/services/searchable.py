"""What search is told of services, questions and cases; who may find a case is who may see it."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import Case as Choice
from django.db.models import Exists, Func, OuterRef, Q, UUIDField, Value, When
from django.db.models.lookups import Exact
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from shizheng.core import search
from shizheng.core.access import EVERYTHING, NOTHING, Viewer
from shizheng.core.search import Kind, Text
from shizheng.core.words import in_language, language_tag
from shizheng.services.access import own_cases, staff_branches
from shizheng.services.models import Case, KnowledgeEntry, Service
from shizheng.services.versions import definition_by

SERVICE, QUESTION, CASE = "services.service", "services.question", "services.case"
SAID_OF_CASES = frozenset({"agency", "title", "description", "address"})
"""What search is told of a case and acts change."""


def _path(name: str, *args: object) -> str:
    with override(settings.LANGUAGE_CODE):
        try:
            return reverse(name, args=args)
        except NoReverseMatch:
            return "/"


def services_index() -> None:
    """Let services be found as they now are offered."""
    search.index(_services())
    gone = Service.objects.filter(is_offered=False).values_list("code", flat=True)
    search.remove(SERVICE, gone)


def knowledge_index() -> None:
    """Let the questions be found as they now are answered."""
    search.index(_questions())


def entry_index(entry: KnowledgeEntry) -> None:
    """Let one question be found as it now is answered."""
    search.index(_question(entry))


def case_index(case: Case, *, is_new: bool = False) -> None:
    """Let a case be found; of a personal or anonymised one the number alone."""
    (search.enter if is_new else search.index)([_case(case)])


def _services() -> Iterator[Text]:
    rows = Service.objects.filter(is_offered=True).exclude(current=None)
    for row in rows.select_related("current").order_by("-position"):
        body = definition_by(row.current_id)
        for code, _name in settings.LANGUAGES:
            yield Text(
                kind=SERVICE,
                key=row.code,
                language=language_tag(code),
                title=in_language(body.name, code),
                body=in_language(body.summary, code),
                also=" ".join(body.keywords),
                path=_path("services:service", row.code),
                changed_at=row.current.published_at,  # type: ignore[union-attr]  # as above
                agency=row.owner_id,
                visibility="internal" if body.category == "internal" else "public",
            )


def _questions() -> Iterator[Text]:
    for row in KnowledgeEntry.objects.filter(is_current=True).order_by("-code"):
        yield from _question(row)


def _question(row: KnowledgeEntry) -> Iterator[Text]:
    for code, _name in settings.LANGUAGES:
        yield Text(
            kind=QUESTION,
            key=row.code,
            language=language_tag(code),
            title=in_language(row.question, code),
            body=in_language(row.answer, code),
            also=" ".join(row.keywords),
            path=_path("services:question", row.code),
            changed_at=row.changed_at,
            agency=row.agency_id,
            visibility="public" if row.is_public else "internal",
        )


def _case(case: Case) -> Text:
    is_personal = case.access_class == "personal" or case.anonymised_at is not None
    return Text(
        kind=CASE,
        key=str(case.pk),
        number=case.number,
        title=f"{case.number} {'' if is_personal else case.title}".strip(),
        body="" if is_personal else " ".join(filter(None, (case.description, case.address))),
        path=_path("services:case", case.number),
        changed_at=case.opened_at,
        visibility="restricted" if case.access_class == "personal" else "internal",
        agency=case.agency_id,
    )


def _cases() -> Iterator[Text]:
    return map(_case, Case.objects.order_by("opened_at", "id").iterator())


class _AsKey(Func):
    """A key that is kept as text, as a key."""

    output_field = UUIDField()

    template = "CAST(%(expressions)s AS uuid)"

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """Return it as SQLite keeps keys: without dashes."""
        more["template"] = "REPLACE(%(expressions)s, '-', '')"
        return self.as_sql(compiler, connection, **more)


def _cases_visible(viewer: Viewer) -> Q:
    if viewer.person.is_anonymous:
        return NOTHING
    # Only the keys of cases are read as keys: databases are free to ask for the kind afterwards.
    is_case = Exact(OuterRef("kind"), Value(CASE))
    key = Choice(When(is_case, then=_AsKey(OuterRef("key"))))
    seen = Case.objects.visible_to(viewer.person, at=viewer.at)
    # Not ``pk=key``: PostgreSQL would gather every case that somebody sees before it looks at one.
    return Q(Exists(seen.filter(pk__gte=key, pk__lte=key)))


def _cases_near(viewer: Viewer) -> list[Q]:
    """Return where the cases of a viewer are: their own, those of their agencies, all for staff."""
    parts = []
    own = Case.objects.filter(own_cases(viewer)).order_by("-opened_at")
    if keys := own.values_list("pk", flat=True)[: search.COUNT_LIMIT]:
        parts.append(Q(key__in=[str(key) for key in keys]))
    branches = staff_branches(viewer)
    if branches:
        parts.append(EVERYTHING)
    if branches and not any(each.reach == "city" for each in branches):
        scopes = viewer.scopes("services.view_case")
        parts.append(Q(agency__in={key for each in scopes for key in each.agencies or ()}))
    return parts


search.kinds.register(SERVICE)(
    Kind(_("Service"), _("Services"), texts=_services, visible=lambda viewer: EVERYTHING)
)
search.kinds.register(QUESTION)(
    Kind(
        _("Question"), _("Questions and answers"), texts=_questions, internal="services.take_calls"
    )
)
search.kinds.register(CASE)(
    Kind(
        pgettext_lazy("services", "Case"),
        _("Cases"),
        texts=_cases,
        visible=_cases_visible,
        parts=_cases_near,
    )
)
