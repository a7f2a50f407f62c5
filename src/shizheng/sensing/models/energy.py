"""Solar sites as the register of the city has them, and what they gave day by day."""

from django.db import models

from shizheng.core.models import Agency
from shizheng.places.models import Thing as Place


class SolarSite(models.Model):
    """A site of solar power (太陽光電案場), as its register says; made anew from it."""

    place = models.OneToOneField(
        Place, primary_key=True, on_delete=models.CASCADE, related_name="solar_site"
    )
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    capacity_kw = models.FloatField()
    connected_on = models.DateField()
    ended_on = models.DateField(null=True)
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        ordering = ["place"]

    def __str__(self) -> str:
        return str(self.place_id)


class SolarDay(models.Model):
    """What a site gave on a local day (日發電量), beside what the sun would have allowed."""

    site = models.ForeignKey(SolarSite, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    kwh = models.FloatField()
    expected_kwh = models.FloatField(null=True, help_text="None without irradiance.")
    hour_count = models.PositiveSmallIntegerField()
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        ordering = ["day", "site"]
        constraints = [models.UniqueConstraint(fields=["site", "day"], name="solar_day_once")]

    def __str__(self) -> str:
        return f"{self.site_id} {self.day}"
