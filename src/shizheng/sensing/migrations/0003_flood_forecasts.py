"""Forecasts, flood scenarios and replays."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sensing", "0002_warnings")]

    operations = []
