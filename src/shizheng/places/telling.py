"""Telling people on the site, each in their own language (站內通知)."""

from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext, override

from shizheng.core.doors import Telling, people_tell
from shizheng.core.models import User
from shizheng.core.showing import city_date, city_datetime
from shizheng.core.words import in_language, language_tag


def tell(
    people: Iterable[User], *, key: str, template: str, subject: str, text: str, at: datetime,
    **named: object,
) -> int:  # fmt: skip
    """Tell people on the site; returns how many notices are new.

    Args:
        key: the same for the same occasion, so that nobody is told twice.
        subject, text: source texts with ``{places}``, translated here.
        named: what fills them in; days and moments are written as the city writes them, names in
            several languages in the reader's.
    """
    tellings = []
    for person in people:
        tag = language_tag(person.language or settings.LANGUAGE_CODE)
        with override(tag.lower()):
            words = {name: _written(value) for name, value in named.items()}
            tellings.append(
                Telling(
                    person=person, key=f"{key}:{person.pk}"[:120], template=template,
                    language=tag, subject=gettext(subject).format(**words)[:200],
                    text=gettext(text).format(**words).strip(),
                )
            )  # fmt: skip
    return people_tell(tellings, at=at)


def _written(value: object) -> object:
    if isinstance(value, datetime):
        return city_datetime(value)
    if isinstance(value, date):
        return city_date(value)
    return in_language(value) if isinstance(value, dict) else value
