"""What came out and what will: an Atom feed of releases and revisions, a calendar of releases."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language, gettext
from icalendar import Event

from shizheng.core import city
from shizheng.core.icalendars import calendar
from shizheng.core.words import in_language, language_tag
from shizheng.kernel.errors import N_
from shizheng.statistics.definitions import Indicator as Definition
from shizheng.statistics.domain.periods import Period
from shizheng.statistics.domain.vintages import ReleaseRule, next_release, release_at
from shizheng.statistics.models import Indicator, Vintage
from shizheng.statistics.published import addresses
from shizheng.statistics.published.delivery import A_MINUTE, Content, door, sent
from shizheng.statistics.published.editions import EVERYBODY
from shizheng.statistics.selectors import definition_by, indicators_seen

NEWEST = 100
AHEAD = 13
"""So many releases of each indicator are announced."""
CAUSES = {
    Vintage.Cause.SCHEDULED: N_("New figures"),
    Vintage.Cause.REVISION: N_("Revised figures"),
    Vintage.Cause.DEFINITION: N_("New definition"),
    Vintage.Cause.ENTERED: N_("New figures"),
}


@door
def feed(request: HttpRequest) -> HttpResponse:
    """Send the newest releases and revisions as Atom (RFC 4287)."""
    now = timezone.now()
    rows = list(_released(now))
    changed_at = rows[0].released_at if rows else city.loaded_at() or now
    address = addresses.whole(request.get_full_path())
    found = ReleaseFeed(
        title=gettext("Open data: releases and revisions"),
        link=addresses.whole("/"),
        description="",
        feed_url=address,
        feed_guid=addresses.whole(request.path),
        language=language_tag(),
        author_name=_government(),
    )
    for row in rows:
        _add(found, row)
    body = found.writeString("utf-8").encode()
    media_type = "application/atom+xml; charset=utf-8"
    return _in_language(sent(request, Content(body, media_type, changed_at, A_MINUTE)))


class ReleaseFeed(Atom1Feed):
    """An Atom feed that is as old as its newest entry, so that the same is the same bytes."""

    def latest_post_date(self) -> datetime:
        """Return when the newest entry came out; of an empty feed, when the pack was loaded."""
        if self.items:
            newest: datetime = super().latest_post_date()
            return newest
        return city.loaded_at() or timezone.now()


def _government() -> str:
    current = city.current()
    return in_language(current.manifest["government"]) if current else ""


def _released(now: datetime) -> Iterator[Vintage]:
    rows = Vintage.objects.filter(
        indicator__in=indicators_seen(EVERYBODY), released_at__lte=now
    ).select_related("indicator__owner")
    yield from rows.order_by("-released_at", "indicator__position", "-number")[:NEWEST]


def _add(found: Atom1Feed, row: Vintage) -> None:
    body = definition_by(row.definition_id)
    code, name = row.indicator.code, in_language(body.name)
    title = gettext("{name}: {what} (version {number})")
    what = gettext(CAUSES[Vintage.Cause(row.cause)])
    span = gettext("Figures of {first} to {last}.")
    parts = [span.format(first=row.first_period, last=row.last_period), row.why]
    found.add_item(
        title=title.format(name=name, what=what, number=row.number),
        link=addresses.permalink(code, row.number, "csv"),
        description=" ".join(part for part in parts if part),
        unique_id=addresses.vintage(code, row.number),
        author_name=in_language(row.indicator.owner.name),
        categories=(row.cause, code),
        pubdate=row.released_at,
        updateddate=row.released_at,
    )


@door
def releases(request: HttpRequest) -> HttpResponse:
    """Send when the next figures of each indicator come out (發布時間表)."""
    now = timezone.now()
    changed_at = city.loaded_at() or now
    rows = indicators_seen(EVERYBODY)
    events = [
        _event(row, body, period, moment, changed_at)
        for row, body in ((row, definition_by(row.current_id)) for row in rows)
        for period, moment in islice(_ahead(body, now), AHEAD)
    ]
    name = gettext("Release calendar: {government}").format(government=_government())
    body_ = calendar("Releases of figures", events, name=name)
    content = Content(body_, "text/calendar; charset=utf-8", changed_at, A_MINUTE)
    return _in_language(sent(request, content))


def _in_language(response: HttpResponse) -> HttpResponse:
    response["Content-Language"] = language_tag()
    response["Vary"] = "Accept-Encoding, Accept-Language, Cookie"
    return response


def _ahead(body: Definition, now: datetime) -> Iterator[tuple[Period, datetime]]:
    """Yield the next releases of an indicator that keeps a calendar."""
    if body.release.kind != "calendar":
        return
    hour_and_minute = datetime.strptime(body.release.at, "%H:%M").time()
    zone = ZoneInfo(settings.TIME_ZONE)
    rule = ReleaseRule(body.release.after_days, hour_and_minute, zone)
    period, moment = next_release(rule, body.every, now)
    while body.valid_to is None or period.start < body.valid_to:
        if period.end > body.valid_from:
            yield period, moment
        period = period.next()
        moment = release_at(rule, period)


def _event(
    row: Indicator, body: Definition, period: Period, moment: datetime, changed_at: datetime
) -> Event:
    event = Event()
    host = settings.SITE_URL.partition("://")[2]
    event.add("uid", f"release-{row.code}-{period.code}@{host}")
    event.add("dtstamp", changed_at)
    event.add("dtstart", moment.astimezone(UTC))
    is_chinese = (get_language() or "").startswith("zh")
    label = period.label_common() if is_chinese else period.label_en()
    summary = gettext("Release: {name}, {period}")
    event.add("summary", summary.format(name=in_language(body.name), period=label))
    event.add("description", in_language(body.concept))
    event.add("url", addresses.dataset(row.code))
    event.add("categories", [in_language(row.owner.name)])
    event.add("transp", "TRANSPARENT")
    return event
