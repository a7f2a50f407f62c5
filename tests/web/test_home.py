import pytest


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/en/"])
def test_home_answers_in_both_languages(client, address):
    assert client.get(address).status_code == 200
