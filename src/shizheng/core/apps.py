"""The room of tables that every other room needs."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Registers the room with Django."""

    name = "shizheng.core"
    label = "core"
