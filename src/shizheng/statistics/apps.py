"""The room of figures: measures, indicators, open data."""

from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    """Registers the room with Django."""

    name = "shizheng.statistics"
    label = "statistics"

    def ready(self) -> None:
        """Enter the room's permissions, policies and what search is told."""
        from shizheng.statistics import (  # noqa: F401 - registers them
            access,
            measures,
            permissions,
            searchable,
        )
        from shizheng.statistics.datasets import access as datasets  # noqa: F401 - likewise
        from shizheng.statistics.datasets import searchable as found  # noqa: F401 - likewise
        from shizheng.statistics.datasets import tasks  # noqa: F401 - a worker looks for jobs
        from shizheng.statistics.personal import access as personal  # noqa: F401 - registers them
        from shizheng.statistics.personal import held  # noqa: F401 - likewise
        from shizheng.statistics.personal import tasks as copies  # noqa: F401 - likewise
        from shizheng.statistics.polls import access as polls  # noqa: F401 - likewise
        from shizheng.statistics.polls import searchable as polls_found  # noqa: F401 - likewise
        from shizheng.statistics.surveys import access as surveys  # noqa: F401 - likewise
        from shizheng.statistics.surveys import exempt  # noqa: F401 - likewise
        from shizheng.statistics.surveys import measures as censuses  # noqa: F401 - likewise
        from shizheng.statistics.surveys import tasks as sweeps  # noqa: F401 - likewise
