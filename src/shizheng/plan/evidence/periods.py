"""How a period of a figure is named to people."""

from django.utils.translation import get_language

from shizheng.core import city
from shizheng.kernel.dates import FIRST_ROC_DAY
from shizheng.statistics.domain.periods import Period


def period_name(code: str) -> str:
    """Return ``109年3月`` in Chinese where the city writes so, ``March 2020`` in English."""
    if not code:
        return ""
    period = Period.parse(code)
    if not (get_language() or "").startswith("zh"):
        return period.label_en()
    is_roc = city.writes_roc() and period.start >= FIRST_ROC_DAY
    return period.label_roc() if is_roc else period.label_common()
