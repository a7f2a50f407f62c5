"""What search is told of polls: each one that was signed off."""

from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from shizheng.core import search
from shizheng.core.models import TextEntry
from shizheng.core.search import Kind, Text
from shizheng.core.words import language_tag
from shizheng.statistics.models import Poll
from shizheng.statistics.polls.selectors import corrected

POLL = "statistics.poll"


def poll_index(poll: Poll) -> None:
    """Let a poll be found; call it in the transaction that signs it."""
    search.index([_text(poll)])


def _texts() -> Iterator[Text]:
    rows = Poll.objects.filter(~corrected(), signed_at__isnull=False)
    for poll in rows.order_by("fieldwork_to", "code"):
        yield _text(poll)


def _text(poll: Poll) -> Text:
    with override(settings.LANGUAGE_CODE):
        path = reverse("statistics:poll", args=[poll.code])
    assert poll.signed_at is not None  # noqa: S101 - only such are told
    questions = dict.fromkeys(row.question for row in poll.results.all())
    return Text(
        kind=POLL, key=poll.code, title=poll.title, body=" ".join(questions), path=path,
        changed_at=poll.signed_at, visibility=TextEntry.Visibility.PUBLIC, agency=poll.agency_id,
        language=language_tag(settings.LANGUAGE_CODE), number=poll.code, also=poll.conducted_by,
    )  # fmt: skip


search.kinds.register(POLL)(Kind(_("Poll"), _("Polls"), texts=_texts))
