"""What the city holds of a person (個人資料檔案), each kind told by its own room.

A room enters a ``Holding`` for every kind of rows that hold something of persons. Pages, copies
and requests are made from here, so that a room that joins later changes nothing elsewhere. A
model names its personal fields in ``PERSONAL``; each is covered by a holding, or stands in
``exempt`` with the reason, which the suite checks.

Source: 個人資料保護法 arts. 3, 10, 11, 13 and 17.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.apps import apps
from django.utils.functional import Promise

from shizheng.core.models import Agency, User
from shizheng.kernel.registry import Registry

MASK = "＊＊＊"
"""What stands where something of another person is."""


@dataclass(frozen=True, slots=True)
class Record:
    """One thing that is held of a person (個資紀錄).

    Args:
        key: names it within its holding.
        title: how a page calls it.
        facts: by the name of the field; plain values that JSON can write.
        at: when it came to be.
        agency: who answers for it; None where no single agency does.
        kept_until: the last day on which it is kept; None while that is not known yet.
        things: label and key of the rows it was made of, by which reads of them are found.
        address: where the person finds it on the site.
    """

    key: str
    title: str
    facts: Mapping[str, object]
    at: datetime | None = None
    agency: Agency | None = None
    kept_until: date | None = None
    things: tuple[tuple[str, str], ...] = ()
    address: str = ""


@dataclass(frozen=True, slots=True)
class Holding:
    """A kind of personal data that a room holds (個資項目).

    Args:
        title: what it is called.
        purpose: what it is used for (特定目的).
        ground: by what law the city may hold it (法定依據).
        kept: how long, in words, where a record has no day of its own (保存期限).
        of: what is held of one person, the newest first; never anything of somebody else.
        covers: the personal fields that it shows, as ``room.model.field``.
    """

    title: Promise | str
    purpose: Promise | str
    ground: Promise | str
    kept: Promise | str
    of: Callable[[User], Iterable[Record]]
    covers: frozenset[str] = field(default_factory=frozenset)


holdings: Registry[Holding] = Registry("Holdings of personal data")
exempt: Registry[str] = Registry("Personal fields that no person is shown")
"""By ``room.model.field``: the reason why no holding covers it."""


def marked_fields() -> Iterator[str]:
    """Yield every field of every model that is marked as personal."""
    for model in apps.get_models():
        for name in getattr(model, "PERSONAL", ()):
            yield f"{model._meta.label_lower}.{name}"


def uncovered_fields() -> list[str]:
    """Return the marked fields that neither a holding covers nor a reason exempts."""
    covered = {name for holding in holdings.values() for name in holding.covers} | set(exempt)
    return sorted(set(marked_fields()) - covered)
