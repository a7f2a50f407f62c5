"""What search is told of directives; who may find one is who may see it."""

from collections.abc import Iterator

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from shizheng.core import search
from shizheng.core.access import Viewer
from shizheng.core.search import Kind, Text
from shizheng.plan.directives.domain.flow import Confidentiality
from shizheng.plan.models import Directive

DIRECTIVE = "plan.directive"


def directive_index(directive: Directive) -> None:
    """Let a directive be found as it now is; call it in the transaction of every act on it."""
    search.index([_text(directive)])


def _text(directive: Directive) -> Text:
    """Return the text of a directive; of a restricted one the number alone.

    Reading restricted words leaves a trace, so they are read on the directive's own page only.
    """
    is_restricted = directive.confidentiality == Confidentiality.RESTRICTED
    reference = "" if is_restricted else directive.source_reference
    with override(settings.LANGUAGE_CODE):
        path = reverse("directives:detail", args=(directive.number,))
    return Text(
        kind=DIRECTIVE,
        key=directive.number,
        number=directive.number,
        title=f"{directive.number} {reference}",
        body="" if is_restricted else directive.wording,
        path=path,
        changed_at=directive.issued_at,
        visibility=directive.confidentiality,
        agency=directive.lead_id,
    )


def _texts() -> Iterator[Text]:
    return map(_text, Directive.objects.order_by("issued_at", "number").iterator())


def _visible(viewer: Viewer) -> Q:
    """Return the texts of directives that a viewer may see, by the directives' own policy."""
    seen = Directive.objects.visible_to(viewer.person, at=viewer.at)
    return Q(key__in=seen.order_by().values("number"))


search.kinds.register(DIRECTIVE)(
    Kind(_("Directive"), pgettext_lazy("plan", "Directives"), texts=_texts, visible=_visible)
)
