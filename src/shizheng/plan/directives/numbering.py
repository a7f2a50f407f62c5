"""Public numbers of directives: one series for each day, safe under concurrent issue."""

from datetime import date

from django.db import transaction
from django.db.models import F

from shizheng.core.models import City
from shizheng.kernel.identifiers import PublicNumber
from shizheng.plan.directives.errors import CityMissing
from shizheng.plan.models import DirectiveSeries


@transaction.atomic
def number_take(day: date) -> str:
    """Return the next number of ``day``, such as ``EX-1090302-0017``.

    The row of the day is locked by the update until the caller's transaction ends, so two
    officers never get one number; a number taken by an act that fails is given again.

    Raises:
        CityMissing: no city is loaded, so there is no prefix.
    """
    city = City.objects.first()
    if city is None:
        raise CityMissing
    DirectiveSeries.objects.bulk_create([DirectiveSeries(day=day)], ignore_conflicts=True)
    DirectiveSeries.objects.filter(pk=day).update(last=F("last") + 1)
    sequence = DirectiveSeries.objects.values_list("last", flat=True).get(pk=day)
    prefix = str(city.manifest.get("number_prefix") or city.code[:2]).upper()
    return str(PublicNumber(prefix=prefix, on=day, sequence=sequence))
