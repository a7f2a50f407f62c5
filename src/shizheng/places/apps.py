"""The room of things on the map and off it: registers, booking, leasing, digging."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Registers the room with Django."""

    name = "shizheng.places"
    label = "places"

    def ready(self) -> None:
        """Enter the room's permissions, policies, measures and personal data."""
        from shizheng.places import access, evidence, permissions  # noqa: F401 - registers them
        from shizheng.places import measures as of_registers  # noqa: F401 - likewise
        from shizheng.places.booking import access as booking  # noqa: F401 - likewise
        from shizheng.places.booking import measures, personal  # noqa: F401 - likewise
        from shizheng.places.digging import access as of_digs  # noqa: F401 - registers them
        from shizheng.places.digging import measures as of_digging  # noqa: F401 - likewise
        from shizheng.places.noticing import access as of_notices  # noqa: F401 - likewise
        from shizheng.places.pipelines import access as of_leaks  # noqa: F401 - likewise
        from shizheng.places.roads import access as of_roads  # noqa: F401 - likewise
        from shizheng.places.tenure import access as of_tenure  # noqa: F401 - likewise
        from shizheng.places.tenure import measures as measured  # noqa: F401 - likewise
        from shizheng.places.tenure import personal as held  # noqa: F401 - likewise
        from shizheng.places.upkeep import access as of_upkeep  # noqa: F401 - likewise
        from shizheng.places.upkeep import measures as counted  # noqa: F401 - likewise
        from shizheng.places.upkeep import personal as of_people  # noqa: F401 - likewise
