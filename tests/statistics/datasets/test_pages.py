"""Pages of datasets: what they show to whom, with none, a few and many."""

from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import activate, override
from tests.statistics.datasets.conftest import AT, SAID

from shizheng.statistics.datasets.actions import dataset_describe
from shizheng.statistics.datasets.profiling import version_profile
from shizheng.statistics.models import Dataset, DatasetVersion

HOSTILE = "<script>alert(1)</script>{{ 7*7 }}{% now 'Y' %}'; DROP TABLE x; --"
GIVEN = {
    "owner": "health", "code": "clinic-visits", "title_zh": "門診", "title_en": "Clinics",
    "description_zh": "門診人次", "description_en": "Visits", "theme": "HEAL",
    "licence": "odgl-1.0", "frequency": "MONTHLY", "contact": "health@example.org",
    "source_url": "", "key": "", "is_public": "on",
}  # fmt: skip


def page(client, name, *arguments, status=200, language="/en", **query):
    with override("zh-hant"):
        address = language + reverse(name, args=arguments)
    response = client.get(address, query)
    assert response.status_code == status
    return response.content.decode()


def test_without_datasets_the_list_says_what_will_be_there(client, town):
    assert "No dataset is published yet" in page(client, "datasets:list")
    assert "No column fits" in page(client, "datasets:dictionary")


def test_the_page_shows_everything_that_is_known(client, publish):
    publish("區,數\n三民區,1\n鼓山區,\n")
    shown = page(client, "datasets:dataset", "dengue-cases")
    for words in ("Dengue cases", "三民區", "Whole number", "of 100 points", "SHA-256", "Cite it",
                  "Open Government Data License", "curl", "not stated"):  # fmt: skip
        assert words in shown, words
    assert "Dengue cases" in page(client, "datasets:list", q="dengue", theme="HEAL")
    assert "No dataset fits" in page(client, "datasets:list", q="plague")
    assert "<code>區</code>" in page(client, "datasets:dictionary", q="區")


def test_the_example_on_the_page_works(client, publish):
    publish("區,數\n三民區,1\n三民區,2\n鼓山區,3\n")
    shown = page(client, "datasets:dataset", "dengue-cases")
    address = shown.partition("curl '")[2].partition("'")[0].replace("&amp;", "&")
    found = client.get(address).json()
    assert (found["total"], found["facets"]["區"]["values"]) == (
        2, [{"value": "三民區", "count": 2}],
    )  # fmt: skip


def test_a_hostile_title_or_column_is_only_text(client, publish):
    name = HOSTILE.replace('"', "")
    publish(f'"{name}",b\n{name},1\n', title={"zh-Hant": HOSTILE, "en": HOSTILE})
    for shown in (
        page(client, "datasets:dataset", "dengue-cases"), page(client, "datasets:list"),
        page(client, "datasets:dictionary"),
    ):  # fmt: skip
        assert "<script>alert" not in shown
        assert "{{ 7*7 }}" in shown


def test_three_thousand_datasets_are_listed_in_a_few_questions(
    client, town, django_assert_max_num_queries
):
    Dataset.objects.bulk_create(
        Dataset(code=f"set-{n}", owner=town.health, made_at=AT, is_public=True, **{
            name: value for name, value in SAID.as_fields().items() if name != "is_public"
        })
        for n in range(3000)
    )  # fmt: skip
    client.force_login(town.officer)
    with django_assert_max_num_queries(14):
        shown = page(client, "datasets:list", page="77")
    assert "3,000 datasets" in shown or "3000 datasets" in shown


def test_an_officer_describes_sends_and_publishes(client, town):
    client.force_login(town.officer)
    activate("en")
    new, at = reverse("datasets:new"), {"args": ["clinic-visits"]}
    assert client.post(new, GIVEN | {"code": "No!"}).status_code == 422
    assert client.post(new, GIVEN | {"owner": "works"}).status_code == 422
    response = client.post(new, GIVEN)
    assert (response.status_code, response["Location"]) == (303, reverse("datasets:send", **at))
    file = SimpleUploadedFile("a.csv", b"a\n1\nA123456789\n")
    response = client.post(response["Location"], {"file": file, "note": "first"})
    result = reverse("datasets:result", args=["clinic-visits", 1])
    assert (response.status_code, response["Location"]) == (303, result)
    assert "is being read" in client.get(result).content.decode()
    version_profile(DatasetVersion.objects.get(), at=lambda: AT)
    shown = client.get(result).content.decode()
    assert "Numbers of persons" in shown
    assert client.post(result, {"reason": ""}).status_code == 422
    assert client.post(result, {"reason": "An invented number"}).status_code == 303
    assert DatasetVersion.objects.get().state == "published"
    client.logout()
    assert "An invented number" in page(client, "datasets:dataset", "clinic-visits")


def test_what_is_said_can_be_changed(client, publish, town):
    version = publish("a\n1\n")
    client.force_login(town.officer)
    change = reverse("datasets:change", args=["dengue-cases"])
    assert client.get(change).status_code == 200
    given = {name: value for name, value in GIVEN.items() if name not in ("owner", "code")}
    assert client.post(change, given).status_code == 303
    version.dataset.refresh_from_db()
    assert version.dataset.title["en"] == "Clinics"


def test_what_a_column_means_is_said_and_the_next_version_carries_it(client, publish, town):
    version = publish("區,數\n三民區,1\n")
    address = reverse("datasets:column", args=["dengue-cases", 1, 2])
    given = {
        "title_zh": "病例數", "title_en": "Cases", "meaning_zh": "確定病例", "meaning_en": "",
        "unit": "例", "unit_en": "cases",
    }  # fmt: skip
    client.force_login(town.other)
    assert client.post(address, given).status_code == 403
    client.force_login(town.officer)
    assert "數" in client.get(address).content.decode()
    assert client.post(address, given).status_code == 303
    assert client.get(address.replace("/2/", "/9/")).status_code == 404
    later = publish("區,數\n三民區,1\n鼓山區,2\n", dataset=Dataset.objects.get())
    version.refresh_from_db()
    assert version.schema[1]["said"]["title"] == {}
    shown = page(client, "datasets:version", "dengue-cases", later.number)
    assert "Cases" in shown
    assert "<td>cases</td>" in shown
    drawn = page(client, "datasets:chart", "dengue-cases", 2, _by="區", _how="sum", _of="數")
    assert "Sum of Cases by 區" in drawn
    assert "2 cases" in drawn
    assert publish("區\n三民區\n", dataset=Dataset.objects.get()).state == "refused"


@pytest.mark.parametrize("name", ["change", "send"])
def test_the_desk_is_for_those_who_publish(client, publish, town, name):
    publish("a\n1\n")
    address = reverse(f"datasets:{name}", args=["dengue-cases"])
    assert client.get(address).status_code == 302
    client.force_login(town.other)
    assert client.get(address).status_code == 403


def test_files_that_wait_are_had_by_their_owner_alone(client, publish, town):
    publish("a\nA123456789\n")
    addresses = [
        reverse("datasets:file", args=["dengue-cases", 1, ending])
        for ending in ("csv", "parquet", "original")
    ]
    for person, status in ((town.other, 404), (town.colleague, 200)):
        client.force_login(person)
        answers = [client.get(address) for address in addresses]
        assert {each.status_code for each in answers} == {status}
        for each in answers:
            assert not each.streaming or b"".join(each.streaming_content)
    assert client.get("/data/datasets/dengue-cases/v1.csv").status_code == 404


def test_a_late_dataset_says_so(client, publish):
    publish("a\n1\n", frequency="DAILY")
    assert "days late" in page(client, "datasets:dataset", "dengue-cases")
    assert "days late" in page(client, "datasets:list")


def test_a_refused_file_says_why_in_chinese(client, publish, town):
    publish(b"a,b\n1\n")
    client.force_login(town.officer)
    shown = page(client, "datasets:result", "dengue-cases", 1, language="")
    assert "statistics.dataset" not in shown


def test_search_finds_what_is_published_and_who_sees_it_all_finds_the_rest(client, publish):
    first = publish("a\n1\n")
    assert "/data/datasets/dengue-cases/" in client.get("/search/?q=登革熱").content.decode()
    publish("a\n1\n", code="inside", is_public=False, title={"zh-Hant": "內部名冊", "en": "Inside"})
    assert "/data/datasets/inside/" not in client.get("/search/?q=內部名冊").content.decode()
    said = replace(SAID, title={"zh-Hant": "腸病毒", "en": "Enterovirus"})
    dataset_describe(dataset=first.dataset, said=said, by=first.made_by, at=AT)
    assert "/data/datasets/dengue-cases/" in client.get("/search/?q=腸病毒").content.decode()
    waiting = publish(
        "a\n1\n", code="waits", publishes=False, title={"zh-Hant": "待發布", "en": "W"}
    )
    assert "/data/datasets/waits/" not in client.get("/search/?q=待發布").content.decode()
    assert waiting.state == "profiled"


def test_an_older_version_stays_at_its_address(client, publish):
    first = publish("a\n1\n")
    publish("a\n1\n2\n", dataset=first.dataset)
    assert "1 rows" in page(client, "datasets:version", "dengue-cases", 1)
    page(client, "datasets:version", "dengue-cases", 9, status=404)
