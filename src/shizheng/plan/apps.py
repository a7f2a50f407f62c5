"""The room of the city's plan."""

from django.apps import AppConfig


class PlanConfig(AppConfig):
    """Registers the room with Django."""

    name = "shizheng.plan"
    label = "plan"
