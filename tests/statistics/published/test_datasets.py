"""Datasets of departments stand in the same catalogue, with the files of each published version."""

import hashlib
from datetime import UTC, datetime

import ckanapi
import pytest
from rdflib import URIRef
from tests.statistics.published.test_catalogue import DCAT, conforms, described, shapes  # noqa: F401

from shizheng.core.files import path_of
from shizheng.core.models import Agency
from shizheng.core.models.file import StoredFile
from shizheng.statistics.models.dataset import Dataset, DatasetVersion

pytestmark = pytest.mark.django_db
SITE = "http://localhost:8000"
AT = datetime(2020, 6, 1, 2, tzinfo=UTC)
TABLE = b"name,count\nhydrant,3\n"


def stored(content):
    digest = hashlib.sha256(content).hexdigest()
    file = StoredFile.objects.create(
        digest=digest, size=len(content), media_type="text/csv", stored_at=AT
    )
    path_of(file).parent.mkdir(parents=True, exist_ok=True)
    path_of(file).write_bytes(content)
    return file


@pytest.fixture
def dataset(figures):
    """A dataset with one published version and one that waits; another that is not public."""
    found = Dataset.objects.create(
        code="fire-hydrants", title={"zh-Hant": "消防栓", "en": "Fire hydrants"},
        description={"zh-Hant": "消防栓清單。", "en": "A list of hydrants."},
        keywords={"zh-Hant": ["消防"], "en": ["fire"]}, owner=Agency.objects.get(code="fire"),
        theme="JUST", licence="odgl-1.0", frequency="ANNUAL", made_at=AT,
    )  # fmt: skip
    file = stored(TABLE)
    published = DatasetVersion.objects.create(
        dataset=found, number=1, state="published", file=file, file_name="a.csv", made_at=AT,
        digest=file.digest, rows_file=stored(b"PAR1 not really"), csv_file=file, published_at=AT,
    )  # fmt: skip
    waiting = stored(b"secret\n1\n")
    DatasetVersion.objects.create(
        dataset=found, number=2, state="quarantined", file=waiting, file_name="b.csv", made_at=AT,
        digest=waiting.digest, csv_file=waiting,
    )  # fmt: skip
    Dataset.objects.filter(pk=found.pk).update(current=published)
    internal = Dataset.objects.create(
        code="internal-list", title={"zh-Hant": "內部", "en": "Internal"}, description={},
        owner=found.owner, theme="JUST", licence="odgl-1.0", frequency="ANNUAL", made_at=AT,
        is_public=False,
    )  # fmt: skip
    inside = DatasetVersion.objects.create(
        dataset=internal, number=1, state="published", file=waiting, file_name="b.csv", made_at=AT,
        digest=waiting.digest, csv_file=waiting, rows_file=waiting, published_at=AT,
    )  # fmt: skip
    Dataset.objects.filter(pk=internal.pk).update(current=inside)
    return found


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
def test_the_catalogue_with_datasets_keeps_to_the_profile(client, dataset, shapes):  # noqa: F811
    graph = described(client, "/data/catalog.ttl")
    is_clean, report = conforms(graph, shapes)
    assert is_clean, report
    me = URIRef(f"{SITE}/data/datasets/fire-hydrants")
    assert len(list(graph.objects(me, DCAT.distribution))) == 2
    assert URIRef(f"{SITE}/data/datasets/internal-list") not in set(graph.subjects())


def test_its_file_is_sent_with_its_digest(client, dataset):
    response = client.get("/data/datasets/fire-hydrants/v1.csv")
    assert b"".join(response.streaming_content) == TABLE
    digest = hashlib.sha256(TABLE).hexdigest()
    assert response["ETag"] == f'"{digest}"'
    again = client.get(
        "/data/datasets/fire-hydrants/v1.csv", headers={"if-none-match": f'"{digest}"'}
    )
    assert again.status_code == 304


def test_ckan_finds_it_beside_the_indicators(dataset, through_requests):
    with ckanapi.RemoteCKAN(SITE, session=through_requests) as ckan:
        assert ckan.action.package_list() == ["closed", "fire-hydrants"]
        found = ckan.action.package_search(q="消防", fq="groups:just license_id:OGDL-Taiwan-1.0")
        assert [each["name"] for each in found["results"]] == ["fire-hydrants"]
        resource = found["results"][0]["resources"][0]
        assert resource["hash"] == f"sha256:{hashlib.sha256(TABLE).hexdigest()}"


@pytest.mark.parametrize(
    "path",
    ["fire-hydrants/v2.csv", "internal-list/v1.csv", "fire-hydrants/v1.xls", "internal-list.ttl"],
)
def test_what_waits_or_is_internal_is_not_there(client, dataset, path):
    assert client.get(f"/data/datasets/{path}").status_code == 404
