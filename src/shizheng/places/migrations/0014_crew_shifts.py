"""Shifts of crews."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import shizheng.core.models.keys


class Migration(migrations.Migration):

    dependencies = [("places", "0013_invented_upkeep")]

    operations = [
        migrations.CreateModel(
            name="CrewShift",
            fields=[
                ("id", models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ("code", models.CharField(blank=True, help_text="Of the pack; empty for others.", max_length=50)),
                ("name", models.JSONField(default=dict, help_text="Language to name; empty for others.")),
                ("days", models.CharField(help_text="ISO weekdays on which it begins: 12345.", max_length=7)),
                ("starts", models.TimeField()),
                ("ends", models.TimeField(help_text="Not after the start: of the next day.")),
                ("holidays", models.CharField(help_text="off, kept or only.", max_length=4)),
                ("is_on_call", models.BooleanField(default=False)),
                ("since_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("crew", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="shifts", to="places.crew")),
            ],
            options={
                "ordering": ["crew", "is_on_call", "starts", "id"],
                "constraints": [
                    models.UniqueConstraint(condition=Q(("ended_at", None)), fields=("crew", "days", "starts", "ends", "holidays", "is_on_call"), name="crew_shift_once"),
                    models.CheckConstraint(condition=Q(("holidays__in", ["off", "kept", "only"])), name="crew_shift_holidays_known"),
                ],
            },
        ),
    ]
