"""CKAN's own client reads the catalogue, and gets its errors in the shape that it knows."""

import hashlib
import json
from urllib.parse import urlsplit

import ckanapi
import pytest
import requests

from shizheng.statistics.published.ckan import views  # noqa: F401 - everything enters itself

pytestmark = pytest.mark.django_db
SITE = "http://localhost:8000"


@pytest.fixture
def ckan(figures, through_requests):
    with ckanapi.RemoteCKAN(SITE, user_agent="tests", session=through_requests) as found:
        yield found


@pytest.fixture
def reading(figures, through_requests):
    """The same client as one that only reads: everything in the address."""
    with ckanapi.RemoteCKAN(SITE, get_only=True, session=through_requests) as found:
        yield found


def test_the_client_lists_what_is_public(ckan, reading):
    for client in (ckan, reading):
        assert client.action.package_list() == ["closed"]
        assert client.action.organization_list() == ["research_development_and_evaluation"]
        assert client.action.group_list() == ["gove"]
        assert "件" in client.action.tag_list()
        assert client.action.site_read() is True
        assert client.action.status_show()["site_url"] == SITE


def test_the_client_reads_a_package_and_the_file_behind_it(ckan, client):
    found = ckan.action.package_show(id="closed")
    assert found["title_translated"] == {"zh-Hant": "結案件數", "en": "Cases closed"}
    assert found["version"] == "2"
    assert found["num_resources"] == len(found["resources"]) == 7
    for resource in found["resources"]:
        body = client.get(urlsplit(resource["url"]).path).content
        assert resource["hash"] == f"sha256:{hashlib.sha256(body).hexdigest()}"
        assert resource["size"] == len(body)
    again = ckan.action.resource_show(id=found["resources"][0]["id"])
    assert again == found["resources"][0]
    older = ckan.action.resource_show(id="indicators.closed.v1.csv")
    assert older["url"].endswith("/v1.csv")
    assert ckan.action.package_show(id="indicators.closed") == found


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        pytest.param({}, 1, id="all"),
        pytest.param({"q": "*:*"}, 1, id="everything"),
        pytest.param({"q": "結案"}, 1, id="chinese"),
        pytest.param({"q": "CASES closed"}, 1, id="words-in-any-case"),
        pytest.param({"q": "hidden"}, 0, id="not-public"),
        pytest.param({"q": "embargoed"}, 0, id="not-released"),
        pytest.param({"q": "title:結案件數"}, 1, id="in-the-title"),
        pytest.param({"fq": 'organization:"research_development_and_evaluation"'}, 1, id="owner"),
        pytest.param({"fq": "organization:public_works"}, 0, id="another-owner"),
        pytest.param({"fq": "-organization:public_works +res_format:CSV"}, 1, id="signs"),
        pytest.param({"fq": "res_format:(XLS OR Parquet)"}, 1, id="one-of-several"),
        pytest.param({"fq": "groups:gove AND tags:件"}, 1, id="both"),
        pytest.param({"fq": "name:clo*"}, 1, id="beginning"),
        pytest.param({"fq_list": ["name:closed", "kind:datasets"]}, 0, id="list-of-filters"),
    ],
)
def test_the_client_searches(ckan, asked, count):
    found = ckan.action.package_search(**asked)
    assert found["count"] == len(found["results"]) == count


def test_the_client_counts_what_results_have_in_common(reading):
    fields = json.dumps(["organization", "res_format"])
    found = reading.call_action(
        "package_search", {"facet.field": fields, "rows": 0, "facet.limit": 3}
    )
    assert found["results"] == []
    owner = found["search_facets"]["organization"]["items"][0]
    assert (owner["name"], owner["count"]) == ("research_development_and_evaluation", 1)
    assert owner["display_name"] != owner["name"]
    assert len(found["facets"]["res_format"]) == 3


def test_the_client_reads_organisations_groups_licences_and_help(ckan):
    owner = ckan.action.organization_show(
        id="research_development_and_evaluation", include_datasets=True
    )
    assert [each["name"] for each in owner["packages"]] == ["closed"]
    assert ckan.action.organization_list(all_fields=True)[0]["package_count"] == 1
    assert ckan.action.group_show(id="gove")["package_count"] == 1
    assert (
        ckan.action.license_list()[0]["id"] == ckan.action.package_show(id="closed")["license_id"]
    )
    assert "package" in ckan.action.help_show(name="package_show")


@pytest.mark.parametrize("name", ["hidden", "embargoed", "nothing", "../etc/passwd", "a" * 5000])
def test_what_is_not_public_is_not_found(ckan, name):
    with pytest.raises(ckanapi.NotFound):
        ckan.action.package_show(id=name)
    with pytest.raises(ckanapi.NotFound):
        ckan.action.resource_show(id=f"indicators.{name}.v1.csv")


@pytest.mark.parametrize(
    ("action", "asked", "named"),
    [
        ("package_show", {}, "id"),
        ("package_search", {"rows": "many"}, "rows"),
        ("package_search", {"rows": 10**9}, "rows"),
        ("package_search", {"start": -1}, "start"),
        ("package_list", {"limit": 1.5}, "limit"),
        ("organization_list", {"all_fields": "perhaps"}, "all_fields"),
    ],
)
def test_wrong_parameters_are_a_validation_error(ckan, action, asked, named):
    with pytest.raises(ckanapi.ValidationError) as refused:
        ckan.call_action(action, asked)
    assert refused.value.error_dict[named]


@pytest.mark.parametrize("search", ["secret:1", '"open', "a:b:c", "(", "title:(one"])
def test_a_search_that_cannot_be_read_is_refused(ckan, search):
    with pytest.raises(ckanapi.errors.SearchQueryError):
        ckan.action.package_search(q=search)


def test_an_unknown_action_and_a_broken_body_are_bad_requests(ckan, client):
    with pytest.raises(ckanapi.CKANAPIError, match="Action name not known"):
        ckan.action.package_create(name="mine")
    response = client.post(
        "/api/3/action/package_show", data=b"{broken", content_type="application/json"
    )
    assert response.status_code == 409
    assert json.loads(response.content)["error"]["__type"] == "Validation Error"
    assert client.delete("/api/3/action/package_list").status_code == 405


def test_the_client_refuses_an_answer_that_was_cut(ckan, monkeypatch):
    def cut(self, *args, **kwargs):
        response = requests.Response()
        response.status_code, response._content = 500, b'{"success": true, "result": ["clos'
        return response

    monkeypatch.setattr(requests.Session, "post", cut)
    with pytest.raises(ckanapi.CKANAPIError):
        ckan.action.package_list()
