"""Refusals of the SDMX interface; each has a code of the standard's list besides its own.

Source: SDMX REST, section "Error handling"; SDMX 3.0, section 7.
"""

from typing import ClassVar

from shizheng.kernel.errors import N_, DomainError


class SdmxError(DomainError):
    """A refusal with a number that SDMX clients know."""

    number: ClassVar[int] = 140


class NoResults(SdmxError):
    """Nothing is there, or nothing of it is within what was asked for (查無資料)."""

    code = "statistics.sdmx.no_results"
    message = N_("There is no {kind} “{name}”.")
    hint = N_("Ask for all dataflows to see what there is.")
    status = 404
    number = 100


class NothingWithin(SdmxError):
    """No figure is within the key and the periods that were asked for (範圍內無數值)."""

    code = "statistics.sdmx.nothing_within"
    message = N_("{flow} has no figure within this key and these periods.")
    hint = N_("Ask for its availability, or leave parts of the key open.")
    status = 404
    number = 100


class QueryUnreadable(SdmxError):
    """An address or a parameter is not of the standard's form (查詢格式錯誤)."""

    code = "statistics.sdmx.query"
    worded = ("expected",)
    message = N_("“{value}” cannot be read as {name}.")
    hint = N_("Give {expected}.")
    status = 400


class FormatRefused(SdmxError):
    """A format that is not given here (不支援的格式)."""

    code = "statistics.sdmx.format"
    message = N_("“{format}” is not a format of this address.")
    hint = N_("There are: {known}.")
    status = 406
    number = 140


class NotSupported(SdmxError):
    """A part of the standard that this service does not have (未支援)."""

    code = "statistics.sdmx.not_supported"
    message = N_("“{value}” of {name} is not supported here.")
    hint = N_("There are: {known}.")
    status = 501
    number = 501


class AnswerTooLarge(SdmxError):
    """More figures than one answer may hold (結果過大)."""

    code = "statistics.sdmx.too_large"
    message = N_("The answer would hold {count} figures; {most} is the most.")
    hint = N_("Ask for fewer periods or areas, or without the history.")
    status = 413
    number = 510


def number_of(error: DomainError) -> int:
    """Return the standard's number for a refusal."""
    if isinstance(error, SdmxError):
        return error.number
    return 100 if error.status == 404 else 140
