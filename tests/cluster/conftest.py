"""The small city of measures, for an engine that is not installed by default."""

from tests.statistics.measuring.conftest import lived_in

__all__ = ["lived_in"]
