"""What search is told of closed quarters: each by its newest version, in every language."""

from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from shizheng.core import search
from shizheng.core.search import Kind, Text
from shizheng.core.words import in_language, language_tag
from shizheng.plan.models import QuarterClosing
from shizheng.plan.quarters.wording import report_title

QUARTER = "plan.quarter"


def quarter_index(closing: QuarterClosing) -> None:
    """Let a closed quarter be found as its newest version has it; call it where it is kept."""
    search.index(_texts_of(closing))


def _texts_of(closing: QuarterClosing) -> Iterator[Text]:
    with override(settings.LANGUAGE_CODE):
        path = reverse("plan:quarter", args=(closing.period,))
    for language, _name in settings.LANGUAGES:
        with override(language):
            title = report_title(closing.body)
            names = [in_language(each["name"], language) for each in closing.body["departments"]]
            changed = [change["code"] for change in closing.body["changes"]["lights"]]
            yield Text(
                kind=QUARTER,
                key=closing.period,
                number=closing.period,
                language=language_tag(language),
                title=title,
                body=" ".join(filter(None, (closing.reason, *names))),
                also=" ".join((closing.number, *changed)),
                path=path,
                changed_at=closing.closed_at,
            )


def _texts() -> Iterator[Text]:
    """Yield the texts of the newest version of each quarter, the oldest quarter first."""
    newest: dict[str, QuarterClosing] = {}
    for closing in QuarterClosing.objects.order_by("last_on", "version").defer("internal"):
        newest[closing.period] = closing
    return (text for closing in newest.values() for text in _texts_of(closing))


search.kinds.register(QUARTER)(Kind(_("Quarterly report"), _("Quarterly reports"), texts=_texts))
