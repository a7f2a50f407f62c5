"""Writing to those whom a thing concerns: when it comes into a state, and as a last day nears.

The words are those of the register's declaration; the version they came from is kept with them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from shizheng.core import journal, outbox
from shizheng.core.doors import Telling, people_tell
from shizheng.core.models import User
from shizheng.core.showing import number
from shizheng.core.words import in_language, language_tag
from shizheng.kernel.dates import parse_date
from shizheng.kernel.errors import DomainError
from shizheng.places.definitions import RegisterBody
from shizheng.places.digging.city import digging_rules
from shizheng.places.digging.models import OwnerMember
from shizheng.places.models import Feature, Register, Thing, ThingNotice
from shizheng.places.noticing.definitions import LetterOf, NoticeOf
from shizheng.places.pages.showing import state_in_words, value_in_words
from shizheng.places.selectors.registers import body_of

MADE = "made"


@dataclass(frozen=True, slots=True)
class About:
    """What a letter is about: a thing as it is now, under one notice of its register."""

    thing: Thing
    body: RegisterBody
    notice: NoticeOf
    values: Mapping[str, Any]

    def filled(self, words: Mapping[str, str], days: int) -> dict[str, str]:
        """Return a text in each of its languages with the values of the thing in it."""
        filled, body = {}, self.body
        for language, text in words.items():
            with override(language.lower()):
                known = {
                    "key": self.thing.key, "days": number(days),
                    "register": in_language(body.name),
                    "state": state_in_words(body, self.notice.state),
                    "owner": in_language(self.thing.register.owner.name),
                }  # fmt: skip
                known |= {
                    each.id: value_in_words(each, body, self.values.get(each.id))
                    for each in body.fields
                }
                filled[language] = text.format(**known)
        return filled


@transaction.atomic
def notices_make(
    *, thing: Thing, state: str, values: Mapping[str, Any], since: date, at: datetime,
    by: User | None = None,
) -> list[ThingNotice]:  # fmt: skip
    """Write what the register declares for a state (發函); once, and anew for another last day.

    Args:
        since: from which day on the thing is so.
    """
    body = body_of(thing.register)
    found = []
    for notice in body.notices:
        if notice.state == state:
            term = _term(notice, values) or since
            about = About(thing, body, notice, values)
            made = _write(about, notice.made, MADE, term, at=at, by=by)
            found += [made] if made else []
    return found


@transaction.atomic
def notices_remind(*, at: datetime) -> int:
    """Remind of last days that draw near or have passed (催辦); returns how many were written.

    Of several days that have come the nearest is written alone, so that a day on which the job
    did not run is made up for once.
    """
    made = 0
    for register in Register.objects.filter(is_kept=True).select_related("current", "owner"):
        body = body_of(register)
        for notice in body.notices:
            if notice.due:
                made += _remind(register, body, notice, at)
    return made


def _remind(register: Register, body: RegisterBody, notice: NoticeOf, at: datetime) -> int:
    today, made = timezone.localdate(at), 0
    rows = Feature.objects.filter(
        register=register, state=notice.state, recorded_to=None, valid_to=None,
        valid_from__lte=today,
    ).select_related("thing__register__current", "thing__register__owner")  # fmt: skip
    for row in rows.order_by("key").iterator(chunk_size=500):
        term = _term(notice, row.properties)
        if term is None:
            continue
        letter, occasion = _occasion(notice, (term - today).days)
        if letter is not None:
            about = About(row.thing, body, notice, row.properties)
            made += _write(about, letter, occasion, term, at=at, by=None) is not None
    return made


def _occasion(notice: NoticeOf, left: int) -> tuple[LetterOf | None, str]:
    """Return the letter that is due with so many days left, and the occasion's name."""
    if left >= 0 and notice.before is not None:
        days = [each for each in notice.before.days if left <= each]
        return (notice.before, f"before:{min(days)}") if days else (None, "")
    if left < 0 and notice.after is not None:
        days = [each for each in notice.after.days if -left >= each]
        return (notice.after, f"after:{max(days)}") if days else (None, "")
    return None, ""


def _term(notice: NoticeOf, values: Mapping[str, Any]) -> date | None:
    said = values.get(notice.due or "")
    return parse_date(str(said)) if said else None


def _write(
    about: About, letter: LetterOf, occasion: str, term: date, *, at: datetime, by: User | None
) -> ThingNotice | None:
    thing, addressee = about.thing, str(about.values.get(about.notice.to) or "")
    if not addressee:
        return None
    days = abs((term - timezone.localdate(at)).days)
    made, is_new = ThingNotice.objects.get_or_create(
        thing=thing, code=about.notice.id, occasion=occasion, term_on=term,
        defaults={
            "definition": thing.register.current, "addressee": addressee[:200], "made_at": at,
            "subject": about.filled(letter.subject, days), "text": about.filled(letter.text, days),
        },
    )  # fmt: skip
    if not is_new:
        return None
    people = acting_for(addressee)
    made.told_count = len(people)
    made.save(update_fields=["told_count"])
    people_tell([_telling(person, made) for person in people], at=at)
    facts = {"register": thing.register.code, "key": thing.key, "notice": made.code,
             "occasion": occasion, "told": len(people)}  # fmt: skip
    journal.record("places.notice.made", made, by=by, at=at, now=facts)
    outbox.publish("places.notice.made", made, at=at, payload=facts)
    return made


def _telling(person: User, made: ThingNotice) -> Telling:
    tag = language_tag(person.language or settings.LANGUAGE_CODE)
    with override(tag.lower()):
        return Telling(
            person=person, key=f"thing:{made.pk}:{person.pk}", template=f"places.{made.code}"[:60],
            language=tag, subject=in_language(made.subject)[:200], text=in_language(made.text),
        )  # fmt: skip


def acting_for(name: str) -> list[User]:
    """Return who acts for the owner of pipes of that name, or that operates under it."""
    try:
        owners = digging_rules().body.owners
    except DomainError:
        return []
    said = name.strip().casefold()
    codes = [
        each.id for each in owners
        if said in {text.casefold() for text in (*each.name.values(), *each.operates)}
    ]  # fmt: skip
    rows = OwnerMember.objects.filter(owner__in=codes, ended_at=None, person__is_active=True)
    return [row.person for row in rows.select_related("person").order_by("since_at", "pk")]
