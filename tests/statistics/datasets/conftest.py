"""Two agencies, an officer of each who publishes datasets, and somebody who does not."""

import io
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from tests.core.town import agency, grant, person, role

from shizheng.statistics.datasets.actions import Described, dataset_make, version_receive
from shizheng.statistics.datasets.profiling import version_profile

AT = datetime(2020, 3, 2, 2, 0, tzinfo=UTC)
SAID = Described(
    title={"zh-Hant": "登革熱病例", "en": "Dengue cases"},
    description={"zh-Hant": "每列一例。", "en": "One row a case."},
    keywords={"zh-Hant": ["傳染病"], "en": ["epidemic"]},
    theme="HEAL", licence="odgl-1.0", frequency="MONTHLY", contact="health@example.org",
)  # fmt: skip


@pytest.fixture
def town(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    health, works = agency("health"), agency("works")
    publisher = role("publisher", "statistics.publish_dataset")
    made = SimpleNamespace(
        health=health,
        works=works,
        officer=person("officer"),
        colleague=person("colleague"),
        other=person("other"),
        resident=person("resident"),
    )
    grant(made.officer, publisher, agency=health)
    grant(made.colleague, publisher, agency=health)
    grant(made.other, publisher, agency=works)
    return made


@pytest.fixture
def publish(town):
    """Take in a file as the next version, and read it."""

    def made(content, *, dataset=None, name="a.csv", code="dengue-cases", publishes=True, **said):
        if dataset is None:
            described = Described(**{f: getattr(SAID, f) for f in SAID.__slots__} | said)
            dataset = dataset_make(
                code=code, owner=town.health, said=described, by=town.officer, at=AT
            )
        content = content if isinstance(content, bytes) else content.encode()
        version = version_receive(
            dataset=dataset, content=io.BytesIO(content), name=name, by=town.officer, at=AT,
            publishes=publishes,
        )  # fmt: skip
        return version_profile(version, at=lambda: AT)

    return made
