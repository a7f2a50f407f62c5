"""Cameras, footage, devices that enforce."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sensing", "0004_air_water_and_energy")]

    operations = []
