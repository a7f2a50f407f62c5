"""Permits of emissions, samples, solar sites."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sensing", "0003_flood_forecasts")]

    operations = []
