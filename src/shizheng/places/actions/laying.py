"""What every act on a thing does: claim it, lay a state over a span of days, keep the rest."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import uuid4

from django.db.models import F

from shizheng.core.models import User
from shizheng.core.rows import add_values
from shizheng.kernel.errors import ChangedMeanwhile
from shizheng.places.building import FIELDS, Act, Built, copied, values_of
from shizheng.places.domain.errors import NotValidThen
from shizheng.places.domain.periods import Span, overlaid
from shizheng.places.models import Feature, LayerVersion, Register, Thing


def claim(thing: Thing, seen: int, at: datetime) -> datetime:
    """Take the thing for one act; return the moment at which the act is recorded.

    That moment is never before the one of the act before, whatever a clock says.

    Raises:
        ChangedMeanwhile: somebody acted on it after version ``seen`` was read.
    """
    moment = max(at, thing.recorded_at)
    unchanged = Thing.objects.filter(pk=thing.pk, version=seen)
    if not unchanged.update(version=F("version") + 1, recorded_at=moment):
        raise ChangedMeanwhile(thing=thing.key)
    thing.version, thing.recorded_at = seen + 1, moment
    return moment


def believed(thing: Thing) -> list[Feature]:
    """Return what is believed of the thing now, in the order of the days."""
    return list(Feature.objects.filter(thing=thing, recorded_to=None).order_by("valid_from"))


def on_day(rows: Sequence[Feature], day: date, thing: Thing) -> Feature:
    """Return the row that holds on a day.

    Raises:
        NotValidThen: none does.
    """
    for row in rows:
        if row.valid_from <= day and (row.valid_to is None or day < row.valid_to):
            return row
    raise NotValidThen(key=thing.key, day=day.isoformat())


def lay(
    thing: Thing, register: Register, rows: Sequence[Feature], *, begin: date, end: date | None,
    built: Built | None, at: datetime, by: User | None,
) -> None:  # fmt: skip
    """Lay what was built, or nothing, over the span; end the rows it touches, keep their rests."""
    spans: list[Span[Feature | Built]] = [Span(row.valid_from, row.valid_to, row) for row in rows]
    change = overlaid(spans, begin, end, built)
    ended = [span.content.pk for span in change.ended if isinstance(span.content, Feature)]
    Feature.objects.filter(pk__in=ended, recorded_to=None).update(recorded_to=at)
    act = Act.of(register, at=at, by=by)
    anew = [
        copied(span.content, valid_from=span.valid_from, valid_to=span.valid_to, at=at)
        if isinstance(span.content, Feature)
        else values_of(
            span.content, act=act, thing=thing, valid_from=span.valid_from, valid_to=span.valid_to
        )
        for span in change.added
    ]  # fmt: skip
    add_values(Feature, FIELDS, anew)
    layer_changed(register)


def layer_changed(register: Register) -> None:
    """Give a register a new mark, so that tiles of its state before are served no longer."""
    mark = uuid4()
    if not LayerVersion.objects.filter(register=register).update(mark=mark):
        LayerVersion.objects.bulk_create(
            [LayerVersion(register=register, mark=mark)], update_conflicts=True,
            unique_fields=["register"], update_fields=["mark"],
        )  # fmt: skip
