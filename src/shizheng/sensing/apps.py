"""The room of what the city senses: things, their observations, and what is wrong with them."""

from django.apps import AppConfig


class SensingConfig(AppConfig):
    """Registers the room with Django."""

    name = "shizheng.sensing"
    label = "sensing"

    def ready(self) -> None:
        """Enter the room's permissions and policies."""
        from shizheng.sensing import access, measures, permissions  # noqa: F401 - registers them
        from shizheng.sensing import publishing as told  # noqa: F401 - likewise
        from shizheng.sensing.air import access as of_air  # noqa: F401 - likewise
        from shizheng.sensing.air import listening as heard  # noqa: F401 - likewise
        from shizheng.sensing.air import measures as of_stations  # noqa: F401 - likewise
        from shizheng.sensing.alerting import access as of_alerts  # noqa: F401 - likewise
        from shizheng.sensing.alerting import listening, personal  # noqa: F401 - likewise
        from shizheng.sensing.cameras import access as of_cameras  # noqa: F401 - likewise
        from shizheng.sensing.cameras import measures as camera_measures  # noqa: F401 - likewise
        from shizheng.sensing.cameras import personal as of_requests  # noqa: F401 - likewise
        from shizheng.sensing.energy import listening as sunny  # noqa: F401 - likewise
        from shizheng.sensing.energy import measures as of_energy  # noqa: F401 - likewise
        from shizheng.sensing.enforcement import access as of_devices  # noqa: F401 - likewise
        from shizheng.sensing.enforcement import measures as of_tickets  # noqa: F401 - likewise
        from shizheng.sensing.enforcement import personal as of_drivers  # noqa: F401 - likewise
        from shizheng.sensing.groundwater import access as of_groundwater  # noqa: F401 - likewise
        from shizheng.sensing.judging import access as of_judging  # noqa: F401 - likewise
        from shizheng.sensing.outlooks import access as of_outlooks  # noqa: F401 - likewise
        from shizheng.sensing.water import access as of_water  # noqa: F401 - likewise
        from shizheng.sensing.water import listening as discharged  # noqa: F401 - likewise
        from shizheng.sensing.water import measures as weighed  # noqa: F401 - likewise
        from shizheng.sensing.water import personal as of_inspectors  # noqa: F401 - likewise
