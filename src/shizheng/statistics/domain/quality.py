"""Quality of a figure (資料品質註記): the codes of SDMX for its status and its confidentiality."""

from collections.abc import Iterable
from enum import StrEnum


class ObservationStatus(StrEnum):
    """What there is to know about a figure (觀測值狀態), in order of importance.

    B 數列中斷, O 缺值, M 缺值（不存在）, L 缺值（未蒐集）, H 缺值（假日）, Q 缺值（遮蔽）,
    J 豁免, S 罷工等特殊事件, D 定義不同, K 併入其他類別, W 含其他類別, I 設算值, F 預測值,
    E 推估值, P 初步值, N 數值不顯著, U 可信度低, V 未經檢核, G 實驗性數值, A 正常值.

    Source: SDMX code list CL_OBS_STATUS 2.2; the order is that of "Possible ways of implementing
    the observation status concept" 2.0 (2019), section 2.
    """

    BREAK = "B"
    MISSING = "O"
    CANNOT_EXIST = "M"
    NOT_COLLECTED = "L"
    HOLIDAY = "H"
    SUPPRESSED = "Q"
    DEROGATION = "J"
    SPECIAL_EVENT = "S"
    DEFINITION_DIFFERS = "D"
    IN_ANOTHER_CATEGORY = "K"
    INCLUDES_ANOTHER = "W"
    IMPUTED = "I"
    FORECAST = "F"
    ESTIMATED = "E"
    PROVISIONAL = "P"
    NOT_SIGNIFICANT = "N"
    LOW_RELIABILITY = "U"
    UNVALIDATED = "V"
    EXPERIMENTAL = "G"
    NORMAL = "A"

    @property
    def is_without_value(self) -> bool:
        """Whether a figure with this status has no number."""
        return self in _WITHOUT_VALUE


class ConfidentialityStatus(StrEnum):
    """Why a figure may be told or not (機密狀態).

    F 可公開, A 小格原生遮蔽, O 單一優勢者遮蔽, D 連帶遮蔽, N 不公開, C 機密.

    Source: SDMX code list CL_CONF_STATUS 1.2.
    """

    FREE = "F"
    SMALL_COUNT = "A"
    DOMINANCE = "O"
    SECONDARY = "D"
    NOT_FOR_PUBLICATION = "N"
    CONFIDENTIAL = "C"


_WITHOUT_VALUE = frozenset(
    {
        *(ObservationStatus.MISSING, ObservationStatus.CANNOT_EXIST, ObservationStatus.HOLIDAY),
        *(ObservationStatus.NOT_COLLECTED, ObservationStatus.SUPPRESSED),
        ObservationStatus.IN_ANOTHER_CATEGORY,
    }
)
_RANK = {status: rank for rank, status in enumerate(ObservationStatus)}


def weightiest(statuses: Iterable[ObservationStatus]) -> ObservationStatus:
    """Return the one flag to show where several hold; normal where there is none."""
    return min(statuses, key=_RANK.__getitem__, default=ObservationStatus.NORMAL)


def derived(statuses: Iterable[ObservationStatus]) -> ObservationStatus:
    """Return the status of a figure computed from others: what weakens one of them weakens it.

    A suppressed input suppresses the figure and a missing one leaves it missing; a break, a
    forecast, an estimate, a provisional or unreliable input makes it the same.
    """
    found = set(statuses)
    if ObservationStatus.SUPPRESSED in found:
        return ObservationStatus.SUPPRESSED
    if any(status.is_without_value for status in found):
        return ObservationStatus.MISSING
    return weightiest(found)
