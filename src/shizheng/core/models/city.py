"""The city that this installation serves, and the definitions it has published."""

from django.db import models

from shizheng.core.models.keys import Keyed
from shizheng.core.models.ordered_json import OrderedJSONField


class City(Keyed):
    """The city (城市) whose pack is loaded: one row in an installation."""

    code = models.SlugField(unique=True)
    name = models.JSONField(help_text="Language to name.")
    manifest = models.JSONField(help_text="The pack's manifest as loaded.")
    loaded_at = models.DateTimeField()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class PublishedDefinition(Keyed):
    """One version of a definition (定義版本) as published; never changed afterwards."""

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="definitions")
    kind = models.CharField(max_length=60)
    identifier = models.CharField(max_length=120)
    version = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    body = OrderedJSONField()
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["kind", "identifier", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "kind", "identifier", "version"],
                name="definition_version_is_published_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.identifier} v{self.version}"
