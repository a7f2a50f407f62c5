"""An invented network of gauges in the city of the pack: its rules, its checks, its rights."""

import json
import os
import random
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
CYCLE_S = 600


@dataclass(frozen=True, slots=True)
class Network:
    """Gauges and who sends for them.

    Args:
        streams: numbers of the datastreams, each watched by rules and checked.
        key: of the gateway that may write to them.
    """

    streams: list[int]
    key: str


def settings_set(home: Path) -> None:
    """Name a new installation; without ``DATABASE_URL`` its database is a file of SQLite."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "shizheng.settings", "SHIZHENG_HOME": str(home),
        "SHIZHENG_LOG_LEVEL": "ERROR",
    }  # fmt: skip
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{home}/observations.db")
    import django

    django.setup()


def network_at(home: Path, count: int) -> Network:
    """Return the network of an installation, made if it is not there."""
    from django.db import connection

    file = home / "network.json"
    if file.exists():
        kept = json.loads(file.read_text(encoding="utf-8"))
        return Network(kept["streams"], kept["key"])
    home.mkdir(parents=True, exist_ok=True)
    made = network_made(count)
    connection.close()
    kept = {"streams": made.streams, "key": made.key}
    file.write_text(json.dumps(kept), encoding="utf-8")
    return made


def network_made(count: int) -> Network:
    """Take the pack in, and make so many gauges of flooding and a gateway with its key."""
    from django.core.management import call_command
    from django.utils import timezone

    from shizheng.core.loading import load
    from shizheng.core.models import Agency
    from shizheng.packs.loader import load as read_pack
    from shizheng.sensing.actions.gateways import gateway_make
    from shizheng.sensing.models import WarningRule

    call_command("migrate", verbosity=0)
    load(read_pack(ROOT / "packs" / "kaohsiung"), at=timezone.now())
    owner = Agency.objects.get(pk=WarningRule.objects.get(code="road_flooding").owner_id)
    streams = gauges_made(count, owner)
    _, key = gateway_make(
        code="benchmark", name="benchmark", owner=owner, by=None, at=timezone.now(),
        rate_a_minute=2_000_000_000,
    )  # fmt: skip
    return Network(streams, key)


def gauges_made(count: int, owner: object) -> list[int]:
    """Make posts at invented places over the city, each with a stream of depths of flooding."""
    from shizheng.sensing.models import Datastream, Location, ObservedProperty, Sensor, Thing
    from shizheng.sensing.sensorthings.writing import block_of

    chance = random.Random(7)
    depth = ObservedProperty.objects.get(code="flood_depth")
    sensor = Sensor.objects.create(name="Pressure gauge", metadata="none")
    posts = Thing.objects.bulk_create(
        Thing(name=f"Post {n}", code=f"post-{n}", owner=owner) for n in range(count)
    )
    places = []
    for n in range(count):
        x, y = round(chance.uniform(120.27, 120.40), 6), round(chance.uniform(22.55, 22.75), 6)
        point = {"type": "Point", "coordinates": [x, y]}
        places.append(Location(name=f"Place {n}", geometry=point, owner=owner,
                               min_x=x, max_x=x, min_y=y, max_y=y))  # fmt: skip
    Location.objects.bulk_create(places)
    Thing.locations.through.objects.bulk_create(
        Thing.locations.through(thing_id=post.pk, location_id=place.pk)
        for post, place in zip(posts, places, strict=True)
    )
    made = Datastream.objects.bulk_create(
        Datastream(
            code=f"depth-{n}", name=f"Depth {n}", thing=post, sensor=sensor, owner=owner,
            observed_property=depth, unit=depth.unit, decimals=2, cycle_s=CYCLE_S,
            block_us=block_of(CYCLE_S),
            observation_type="http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement",
        )
        for n, post in enumerate(posts)
    )  # fmt: skip
    return [each.pk for each in made]
