"""What the pack declares of a kind of which a city has one: the newest version (現行規則)."""

from functools import lru_cache
from typing import TypeVar, cast
from uuid import UUID

from pydantic import BaseModel

from shizheng.core.models import PublishedDefinition

Body = TypeVar("Body", bound=BaseModel)


def newest(kind: str) -> PublishedDefinition | None:
    """Return the definition of a kind that was published last; None where the pack has none."""
    rows = PublishedDefinition.objects.filter(kind=kind)
    return rows.order_by("-published_at", "-version").first()


def newest_key(kind: str) -> UUID | None:
    """Return only its key, for who keeps what is read by it."""
    rows = PublishedDefinition.objects.filter(kind=kind).order_by("-published_at", "-version")
    return rows.values_list("pk", flat=True).first()


def body_of(model: type[Body], key: UUID) -> Body:
    """Return what a published definition says, as its kind reads it."""
    return cast(Body, _read(model, key))


@lru_cache(maxsize=512)
def _read(model: type[BaseModel], key: UUID) -> BaseModel:
    """A published version never changes, so that it is read once."""
    return model.model_validate(PublishedDefinition.objects.get(pk=key).body)
