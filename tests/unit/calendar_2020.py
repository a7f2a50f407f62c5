"""The office calendar of 2020, and of 2021 to April, as a pack would write it."""

from datetime import date
from zoneinfo import ZoneInfo

from shizheng.kernel.time.calendar import WorkCalendar

TAIPEI = ZoneInfo("Asia/Taipei")


def days(*texts, **names):
    return [{"date": date.fromisoformat(text), **names} for text in texts]


NEW_YEAR = {"zh-Hant": "春節", "en": "Lunar New Year"}
DEFINITION = {
    "schema": "calendar/1",
    "id": "office_days",
    "covers": {"from": date(2020, 1, 1), "to": date(2021, 4, 30)},
    "weekend": ["sat", "sun"],
    "versions": [
        {
            "known_from": date(2019, 6, 5),
            "source": "yearly office calendar",
            "holidays": [
                *days("2020-01-01", name={"zh-Hant": "開國紀念日", "en": "Founding Day"}),
                *days("2020-01-23", "2020-01-24", "2020-01-25", "2020-01-26", name=NEW_YEAR),
                *days("2020-01-27", "2020-01-28", "2020-01-29", name=NEW_YEAR),
                *days("2020-02-28", name={"zh-Hant": "和平紀念日", "en": "Peace Memorial Day"}),
                *days("2020-04-02", "2020-04-03", "2020-04-04"),
                *days("2020-06-25", "2020-06-26"),
                *days("2020-10-01", name={"zh-Hant": "中秋節", "en": "Mid-Autumn Festival"}),
                *days("2020-10-02", "2020-10-09"),
                *days("2020-10-10", name={"zh-Hant": "國慶日", "en": "National Day"}),
                *days("2021-01-01", "2021-02-10", "2021-02-11", "2021-02-12", "2021-02-13"),
                *days("2021-02-14", "2021-02-15", "2021-02-16", "2021-02-28", "2021-03-01"),
                *days("2021-04-02", "2021-04-04", "2021-04-05"),
            ],
            "workdays": days("2020-02-15", "2020-06-20", "2020-09-26", "2021-02-20"),
        },
        {
            "known_from": date(2020, 8, 25),
            "source": "notice of the day, invented",
            "closures": [
                {"date": date(2020, 8, 26), "name": {"zh-Hant": "颱風", "en": "Typhoon"}},
                {"date": date(2020, 8, 27), "area": "hills", "name": "颱風"},
            ],
        },
    ],
}
CALENDAR = WorkCalendar.from_definition(DEFINITION)

FIGURES = [
    ("2020-01-02", "30d", "2020-02-03"),
    ("2020-01-22", "30d", "2020-02-21"),
    ("2020-12-31", "2mo", "2021-03-02"),
    ("2020-03-30", "3mo", "2020-06-30"),
    ("2020-02-13", "3wd", "2020-02-17"),
    ("2020-01-20", "7wd", "2020-02-05"),
    ("2020-09-25", "7wd", "2020-10-07"),
    ("2020-02-13", "10wd", "2020-02-26"),
    ("2020-09-16", "15d", "2020-10-05"),
]
