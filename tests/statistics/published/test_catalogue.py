"""The catalogue is DCAT-AP 3, says the digest of every file, and a broken copy is refused."""

import hashlib
import json
from pathlib import Path

import pyshacl
import pytest
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated"),  # in rdflib's own parser
]
SH = Namespace("http://www.w3.org/ns/shacl#")
SHAPES = Path(__file__).parent / "shapes/dcat-ap-3.0.1.ttl"
DCAT = Namespace("http://www.w3.org/ns/dcat#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
SITE = "http://localhost:8000"


@pytest.fixture(scope="module")
def shapes():
    """The official shapes without the two that are named in the file and not there."""
    graph = Graph().parse(SHAPES)
    for named in set(graph.objects(None, SH.property)):
        if (named, SH.path, None) not in graph:
            graph.remove((None, None, named))
    return graph


def described(client, path):
    response = client.get(path)
    assert response.status_code == 200, response.content[:300]
    kind = {"ttl": "turtle", "jsonld": "json-ld"}[path.rpartition(".")[2]]
    return Graph().parse(data=response.content, format=kind)


def conforms(graph, shapes):
    return pyshacl.validate(graph, shacl_graph=shapes, advanced=True)[0::2]


@pytest.mark.parametrize(
    "path", ["catalog.ttl", "catalog.jsonld", "indicators/closed.ttl", "indicators/closed.jsonld"]
)
def test_it_keeps_to_the_profile(client, figures, shapes, path):
    graph = described(client, f"/data/{path}")
    is_clean, report = conforms(graph, shapes)
    assert is_clean, report


def broken_copies():
    dataset = URIRef(f"{SITE}/data/indicators/closed")

    def untitled(graph):
        graph.remove((dataset, DCTERMS.title, None))

    def url_as_text(graph):
        for file in graph.subjects(RDF.type, DCAT.Distribution):
            graph.set((file, DCAT.accessURL, Literal("nowhere")))

    def no_algorithm(graph):
        graph.remove((None, SPDX.algorithm, None))

    def no_publisher(graph):
        for catalogue in graph.subjects(RDF.type, DCAT.Catalog):
            graph.remove((catalogue, DCTERMS.publisher, None))

    def a_publisher_of_no_type(graph):
        graph.remove((None, RDF.type, FOAF.Agent))

    return [untitled, url_as_text, no_algorithm, no_publisher, a_publisher_of_no_type]


@pytest.mark.parametrize("broken", broken_copies())
def test_a_broken_copy_is_refused(client, figures, shapes, broken):
    graph = described(client, "/data/catalog.ttl")
    before = len(graph)
    broken(graph)
    assert not conforms(graph, shapes)[0], f"{before} triples before, {len(graph)} after"


def test_both_serialisations_say_the_same(client, figures):
    turtle, json_ld = (described(client, f"/data/catalog.{each}") for each in ("ttl", "jsonld"))
    assert turtle.isomorphic(json_ld)


def test_every_file_is_there_with_the_digest_that_is_told(client, figures):
    graph = described(client, "/data/indicators/closed.ttl")
    files = list(graph.subjects(RDF.type, DCAT.Distribution))
    assert len(files) == 14  # two editions in seven formats
    for file in files:
        url = str(graph.value(file, DCAT.downloadURL))
        body = client.get(url.removeprefix(SITE)).content
        checksum = graph.value(file, SPDX.checksum)
        digest = hashlib.sha256(body).hexdigest()
        assert str(graph.value(checksum, SPDX.checksumValue)) == digest
        assert int(graph.value(file, DCAT.byteSize)) == len(body)


def test_only_what_is_public_and_released_is_listed(client, figures):
    graph = described(client, "/data/catalog.ttl")
    catalogue = next(graph.subjects(RDF.type, DCAT.Catalog))
    listed = {str(each) for each in graph.objects(catalogue, DCAT.dataset)}
    assert listed == {f"{SITE}/data/indicators/closed"}
    text = client.get("/data/catalog.ttl").content.decode()
    assert "hidden" not in text
    assert "embargoed" not in text


def test_it_says_frequency_time_place_and_versions(client, figures):
    graph = described(client, "/data/indicators/closed.ttl")
    me = URIRef(f"{SITE}/data/indicators/closed")
    assert str(graph.value(me, DCTERMS.accrualPeriodicity)).endswith("/frequency/MONTHLY")
    span = graph.value(me, DCTERMS.temporal)
    assert str(graph.value(span, DCAT.startDate)) == "2020-02-01"
    assert str(graph.value(span, DCAT.endDate)) == "2020-03-31"
    versions = {str(each).rpartition("/")[2] for each in graph.objects(me, DCAT.hasVersion)}
    assert versions == {"v1", "v2"}
    titles = {text.language: str(text) for text in graph.objects(me, DCTERMS.title)}
    assert titles == {"zh-Hant": "結案件數", "en": "Cases closed"}


@pytest.mark.parametrize("path", ["indicators/closed", "indicators/closed/v1"])
def test_a_name_in_rdf_leads_to_what_describes_it(client, figures, path):
    plain = client.get(f"/data/{path}")
    assert (plain.status_code, plain["Location"]) == (303, f"{SITE}/data/indicators/closed.ttl")
    asked = client.get(f"/data/{path}", headers={"accept": "application/ld+json"})
    assert asked["Location"] == f"{SITE}/data/indicators/closed.jsonld"


@pytest.mark.parametrize(
    "path", ["catalog.xml", "indicators/hidden", "books/one", "datasets/no.ttl"]
)
def test_what_is_not_there_is_said_in_one_sentence(client, figures, path):
    response = client.get(f"/data/{path}")
    assert response.status_code == 404
    assert json.loads(response.content)["detail"]
