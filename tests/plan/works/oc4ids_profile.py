"""The parts of OC4IDS 0.9 that works are published with, as a JSON Schema.

Written down from the tables of the standard's reference (open-contracting.org, infrastructure
0.9), with its closed lists of codes; unlike the standard it allows no other field, so that a field
that is spelled wrongly does not pass as an extra one.
"""

TEXT = {"type": "string", "minLength": 1}
MOMENT = {"type": "string", "format": "date-time"}
ADDRESS = {"type": "string", "format": "uri", "minLength": 1}


def thing(required: tuple[str, ...] = (), **properties: object) -> dict[str, object]:
    return {
        "type": "object", "properties": properties, "required": list(required),
        "additionalProperties": False, "minProperties": 1,
    }  # fmt: skip


def several(items: dict[str, object]) -> dict[str, object]:
    return {"type": "array", "items": items, "minItems": 1, "uniqueItems": True}


MONEY = thing(
    ("amount", "currency"), amount={"type": "number", "minimum": 0}, currency={"const": "TWD"}
)
PERIOD = thing(startDate=MOMENT, endDate=MOMENT, durationInDays={"type": "integer", "minimum": 0})
NAMED = thing(("id",), id=TEXT, name=TEXT)
IDENTIFIER = thing(("id",), scheme=TEXT, id=TEXT, legalName=TEXT)
PARTY = thing(
    ("id",), id=TEXT, name=TEXT, identifier=IDENTIFIER,
    roles=several({"enum": [
        "buyer", "procuringEntity", "supplier", "tenderer", "funder", "payer", "payee",
        "publicAuthority", "administrativeEntity",
    ]}),
)  # fmt: skip
GEOMETRY = thing(
    ("type", "coordinates"),
    type={"enum": ["Point", "LineString", "Polygon", "MultiPoint", "MultiLineString"]},
    coordinates={"type": "array", "minItems": 1, "items": {"type": ["number", "array"]}},
)
LOCATION = thing(
    ("id",), id=TEXT, description=TEXT, geometry=GEOMETRY,
    address=thing(streetAddress=TEXT, locality=TEXT, countryName=TEXT),
)  # fmt: skip
DOCUMENT = thing(
    ("id",), id=TEXT, title=TEXT, url=ADDRESS, datePublished=MOMENT, format=TEXT,
    documentType={"enum": ["projectWebsite", "physicalProgressReport"]},
)  # fmt: skip
TRANSACTION = thing(("id",), id=TEXT, date=MOMENT, value=MONEY)
METRIC = thing(
    ("id",), id={"enum": ["physicalProgress", "financialProgress"]},
    observations=several(
        thing(
            ("id",), id=TEXT, period=PERIOD, unit=thing(name=TEXT),
            measure={"type": "number", "minimum": 0, "maximum": 100},
        )
    ),
)  # fmt: skip
PROCESS = thing(
    ("id",), id=TEXT,
    summary=thing(
        ocid={"type": "string", "pattern": "^ocds-"}, title=TEXT,
        status={"enum": ["pre-award", "active", "closed"]},
        nature=several({"enum": ["design", "construction", "supervision"]}),
        suppliers=several(NAMED), contractValue=MONEY, contractPeriod=PERIOD,
        transactions=several(TRANSACTION),
    ),
)  # fmt: skip
PROJECT = thing(
    ("id",), id={"type": "string", "pattern": "^oc4ids-"}, updated=MOMENT, title=TEXT,
    status={"enum": [
        "identification", "preparation", "implementation", "completion", "maintenance",
        "decommissioning", "decommissioned", "cancelled",
    ]},
    type={"enum": ["construction", "rehabilitation", "replacement", "expansion"]},
    parties=several(PARTY), publicAuthority=NAMED, documents=several(DOCUMENT),
    locations=several(LOCATION), period=PERIOD, budget=thing(amount=MONEY),
    contractingProcesses=several(PROCESS), forecasts=several(METRIC), metrics=several(METRIC),
    completion=thing(endDate=MOMENT, finalValue=MONEY),
)  # fmt: skip
PACKAGE = thing(
    ("uri", "publisher", "publishedDate", "projects", "version"), uri=ADDRESS,
    version={"const": "0.9"}, publishedDate=MOMENT, publisher=thing(("name",), name=TEXT),
    license=ADDRESS, projects=several(PROJECT),
)  # fmt: skip
