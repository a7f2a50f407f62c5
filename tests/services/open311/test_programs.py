"""Programs that others wrote talk to a real server: georeport in JSON and XML, a form by urllib."""

import urllib.parse
import urllib.request

import pytest
from georeport import GeoReport

from shizheng.services.models import Case

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def address(live_server, kaohsiung):
    """A server with the pack, committed, as its threads have connections of their own."""
    return f"{live_server.url}/open311/v2"


def posted(address, **fields):
    given = {
        "api_key": "", "jurisdiction_id": "kaohsiung", "service_code": "road_damage",
        "lat": "22.6483", "long": "120.3127", "address_string": "三民區建國三路",
        "attribute[kind]": "pothole", "description": "路中央有個大坑洞", **fields,
    }  # fmt: skip
    body = urllib.parse.urlencode(given).encode()
    with urllib.request.urlopen(f"{address}/requests.xml", body, timeout=20) as answer:
        return answer.read().decode()


@pytest.mark.parametrize("output_format", ["json", "xml"])
def test_georeport_reads_services_definitions_and_requests(address, output_format):
    posted(address)
    answer = posted(address, description="另一個坑洞")
    number = Case.objects.order_by("-number").first().number
    assert f"<service_request_id>{number}</service_request_id>" in answer
    client = GeoReport(address, jurisdiction="kaohsiung", output_format=output_format)
    services = client.get_service_list()
    services = services if isinstance(services, list) else [services]
    assert "road_damage" in [each["service_code"] for each in services]
    definition = client.get_service_definition("road_damage")
    attributes = definition["attributes"]
    if output_format == "xml":
        attributes = attributes["attribute"]
    assert next(each["code"] for each in attributes) == "kind"
    rows = client.get_service_requests(status="open", service_code="road_damage")
    assert len(rows) == 2
    one = client.get_service_request(number)
    assert one["service_request_id"] == number
    assert one["address"] == "三民區建國三路"
    assert float(one["lat"]) == 22.6483
