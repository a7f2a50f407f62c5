"""JSON that is read as it was written: the order of keys is part of what a definition says."""

import json
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class OrderedJSONField(models.JSONField):
    """A JSON column that keeps the order of keys; PostgreSQL's usual ``jsonb`` sorts them.

    States, acts and clocks of a service stand in an order. Lookups inside the value are not
    meant for it.
    """

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        """Return ``json``, which keeps the text, on PostgreSQL."""
        return "json" if connection.vendor == "postgresql" else super().db_type(connection)

    def get_db_prep_value(
        self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False
    ) -> Any:
        """Return the text to store."""
        if connection.vendor == "postgresql" and value is not None:
            return json.dumps(value, ensure_ascii=False)
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Any:
        """Return the value; the driver has read ``json`` already."""
        if isinstance(value, dict | list):
            return value
        return super().from_db_value(value, expression, connection)
