"""Feed and calendar are read by other people's programs, and tell nothing too early."""

import feedparser
import icalendar
import pytest
from django.utils import timezone

pytestmark = pytest.mark.django_db


def got(client, path, **headers):
    response = client.get(path, headers={"accept-language": "en", **headers})
    assert response.status_code == 200, response.content[:300]
    return response


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_feed_tells_every_release_and_revision(client, figures):
    response = got(client, "/data/feed.atom")
    found = feedparser.parse(response.content)
    assert not found.bozo
    assert response["Content-Type"].startswith("application/atom+xml")
    assert [entry.title for entry in found.entries] == [
        "Cases closed: Revised figures (version 2)", "Cases closed: New figures (version 1)",
    ]  # fmt: skip
    assert found.entries[0].summary.endswith("補登二月案件")
    assert found.entries[0].link.endswith("/data/indicators/closed/v2.csv")
    assert found.feed.updated == found.entries[0].updated == "2020-05-04T02:00:00+00:00"
    text = response.content.decode()
    assert "hidden" not in text
    assert "embargoed" not in text


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_broken_feed_is_noticed(client, figures):
    body = got(client, "/data/feed.atom").content.replace(b"</entry>", b"", 1)
    assert feedparser.parse(body).bozo


def test_the_calendar_announces_what_is_to_come_and_no_figure(client, figures):
    response = got(client, "/data/releases.ics")
    found = icalendar.Calendar.from_ical(response.content)
    announced = list(found.walk("VEVENT"))
    events = [each for each in announced if each["UID"].startswith("release-embargoed-")]
    assert len(events) == 13
    starts = [each["DTSTART"].dt for each in events]
    assert starts == sorted(starts)
    assert starts[0] > timezone.now()
    assert starts[0].hour == 2  # ten in the morning in the city
    assert "456789" not in response.content.decode()
    with pytest.raises(ValueError, match="exactly one"):
        icalendar.Calendar.from_ical(response.content.replace(b"END:VCALENDAR", b"", 1))


@pytest.mark.parametrize("path", ["/data/feed.atom", "/data/releases.ics"])
def test_who_has_it_gets_nothing_again(client, figures, path):
    tag = got(client, path)["ETag"]
    headers = {"accept-language": "en", "if-none-match": tag}
    assert client.get(path, headers=headers).status_code == 304
