"""Registers as datasets of the catalogue: a version for every day on which something changed."""

import hashlib
import io
from datetime import datetime

import structlog
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from shizheng.core.models import PublishedDefinition
from shizheng.places.definitions import RegisterBody
from shizheng.places.exporting import written
from shizheng.places.models import Register
from shizheng.places.selectors.layers import Layer, Question
from shizheng.statistics.datasets.actions import (
    Described,
    dataset_describe,
    dataset_make,
    version_receive,
)
from shizheng.statistics.datasets.definitions import RegisterDataset
from shizheng.statistics.datasets.profiling import version_profile
from shizheng.statistics.models import Dataset, DatasetVersion

EVERYBODY = AnonymousUser()
log = structlog.get_logger()


def register_datasets_refresh(*, at: datetime) -> int:
    """Publish the registers of which something changed (登記簿資料集更新); returns how many did."""
    made = 0
    for wish in _declared():
        register = (
            Register.objects.filter(code=wish.register_, is_kept=True, seen_by="public")
            .select_related("owner", "current")
            .first()
        )
        if register is not None:
            made += register_publish(wish, register, at=at) is not None
    return made


def _declared() -> list[RegisterDataset]:
    newest: dict[str, RegisterDataset] = {}
    for row in PublishedDefinition.objects.filter(kind="register_dataset").order_by("version"):
        newest[row.identifier] = RegisterDataset.model_validate(row.body)
    return [newest[name] for name in sorted(newest)]


def register_publish(
    wish: RegisterDataset, register: Register, *, at: datetime
) -> DatasetVersion | None:
    """Publish a register as everybody sees it; None where nothing is in it, or nothing changed."""
    layer = Layer.of(register, EVERYBODY)
    shown = layer.shown(layer.rows(Question(on=timezone.localdate(at))))
    if not shown:
        return None
    content = written(layer.sight, shown, "csv")
    said = _said(wish, layer.sight.body, is_synthetic=any(each.is_synthetic for each in shown))
    dataset = Dataset.objects.filter(code=wish.code).first()
    if dataset is None:
        dataset = dataset_make(code=wish.code, owner=register.owner, said=said, by=None, at=at)
    digest = hashlib.sha256(content).hexdigest()
    last = dataset.versions.order_by("-number").first()
    if last is not None and last.digest == digest:
        return None
    dataset = dataset_describe(dataset=dataset, said=said, by=None, at=at)
    version = version_receive(
        dataset=dataset, content=io.BytesIO(content), name=f"{register.code}.csv", by=None, at=at,
        publishes=True,
    )  # fmt: skip
    log.info("register_published", register=register.code, version=version.number)
    return version_profile(version, at=timezone.now)


def _said(wish: RegisterDataset, body: RegisterBody, *, is_synthetic: bool) -> Described:
    return Described(
        title=dict(body.name), description=dict(body.summary), theme=wish.theme,
        licence=wish.licence, frequency="DAILY",
        keywords={
            tag: [word.strip() for word in text.replace("、", ",").split(",")]
            for tag, text in wish.keywords.items()
        },
        source=dict(body.source or {}), is_synthetic=is_synthetic, key=("key",),
    )  # fmt: skip
