"""The shell around all rooms: base templates, components, home."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Registers the room with Django."""

    name = "shizheng.web"
    label = "web"
