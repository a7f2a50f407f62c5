import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/", "/en/"])
def test_home_answers_in_both_languages_before_there_is_a_plan(client, address):
    answer = client.get(address)

    assert answer.status_code == 200
    assert "shizheng load" in answer.content.decode()


def test_home_counts_what_is_known_and_what_is_not(client, plan):
    page = client.get("/").content.decode()

    assert "市府承諾 3 項，其中 1 項有註明日期的證據" in page
    assert "1/3" in page
    assert "3 項中 1 項有證據：正常 0、注意 0、落後 1" in page


def test_home_shows_what_changed_last_in_the_readers_language(client, plan):
    page = client.get("/en/").content.decode()

    assert "T1" in page
    assert "Behind" in page
    assert "31 March 2020" in page


def test_home_reads_the_database_a_fixed_number_of_times(
    client, plan, django_assert_max_num_queries
):
    with django_assert_max_num_queries(6):
        client.get("/")
