"""Editions in every format: what they hold, what they never hold, and how they are sent."""

import base64
import gzip
import hashlib
import json

import pytest

from shizheng.statistics.published.formats.offered import formats

pytestmark = pytest.mark.django_db
ENDINGS = sorted(formats)


def got(client, path, status=200, **headers):
    response = client.get(path, headers=headers)
    assert response.status_code == status, response.content[:300]
    return response


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_newest_edition_leads_to_its_own_address(client, figures, ending):
    response = got(client, f"/data/indicators/closed.{ending}", 302)
    assert response["Location"].endswith(f"/data/indicators/closed/v2.{ending}")
    sent = got(client, response["Location"].removeprefix("http://localhost:8000"))
    digest = base64.b64encode(hashlib.sha256(sent.content).digest()).decode()
    assert sent["Content-Digest"] == f"sha-256=:{digest}:"
    assert sent["ETag"] == f'"{hashlib.sha256(sent.content).hexdigest()}"'
    assert sent["Last-Modified"] == "Mon, 04 May 2020 02:00:00 GMT"
    assert sent["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("ending", ENDINGS)
def test_who_has_it_gets_nothing_again(client, figures, ending):
    path = f"/data/indicators/closed/v1.{ending}"
    tag = got(client, path)["ETag"]
    assert got(client, path, 304, if_none_match=tag).content == b""
    assert got(client, path, 304, if_modified_since="Wed, 01 Apr 2020 02:00:00 GMT").content == b""
    assert got(client, path, 200, if_none_match='"another"').content


def test_packed_bytes_have_a_digest_and_a_tag_of_their_own(client, figures):
    path = "/data/indicators/closed/v2.json"
    plain, packed = got(client, path), got(client, path, accept_encoding="gzip")
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert packed["ETag"] == plain["ETag"][:-1] + '-gzip"'
    digest = base64.b64encode(hashlib.sha256(packed.content).digest()).decode()
    assert packed["Content-Digest"] == f"sha-256=:{digest}:"


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        pytest.param("2020-04-01", 1, id="the-day-of-its-release"),
        pytest.param("2020-05-03", 1, id="the-day-before-the-revision"),
        pytest.param("2020-05-04", 2, id="the-day-of-the-revision"),
        pytest.param("2020-05-04T09:59:59+08:00", 1, id="the-second-before"),
        pytest.param("2020-05-04T10:00:00+08:00", 2, id="the-very-second"),
        pytest.param("", 2, id="now"),
    ],
)
def test_as_published_on_a_day(client, figures, moment, number):
    response = client.get("/data/indicators/closed.csv", {"as_of": moment})
    assert response["Location"].endswith(f"/v{number}.csv")


def test_an_edition_never_changes_and_the_next_has_the_revision(client, figures):
    def whole_city(number):
        found = json.loads(got(client, f"/data/indicators/closed/v{number}.json").content)
        return {
            each["period"]: each["value"]
            for each in found["figures"]
            if each["area"] == each["service"] == "_T"
        }

    assert whole_city(1) == {"2020-02": 72, "2020-03": 80}
    assert whole_city(2) == {"2020-02": 73, "2020-03": 80}


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/data/indicators/closed/v2.xls", 404, "“xls” is not a format"),
        ("/data/indicators/closed.xls", 404, "“xls” is not a format"),
        ("/data/indicators/closed/v99.csv", 404, "no public vintage 99"),
        ("/data/indicators/nothing.csv", 404, "Nothing is published under “nothing”"),
        ("/data/indicators/hidden.csv", 404, "Nothing is published under “hidden”"),
        ("/data/indicators/hidden/v1.csv", 404, "Nothing is published under “hidden”"),
        ("/data/indicators/embargoed.csv", 404, "Nothing is published under “embargoed”"),
        ("/data/indicators/closed.csv?as_of=2020-13-01", 400, "“2020-13-01” is not a day"),
        ("/data/indicators/closed.csv?as_of=yesterday", 400, "“yesterday” is not a day"),
        ("/data/indicators/closed.csv?as_of=2999-01-01", 400, "lies ahead"),
        ("/data/indicators/closed.csv?as_of=2019-01-01", 404, "was public at 2019-01-01"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(client, figures, path, status, says):
    response = got(client, path, status, accept_language="en")
    found = json.loads(response.content)
    assert response["Content-Type"] == "application/problem+json"
    assert says in found["detail"]
    assert found["hint"]
