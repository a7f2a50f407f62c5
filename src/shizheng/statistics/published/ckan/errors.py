"""Refusals of the CKAN interface, in the shape that CKAN's own clients know."""

from shizheng.kernel.errors import N_, DomainError


class ThingUnknown(DomainError):
    """No such dataset, organisation, group, tag or resource (查無資料)."""

    code = "statistics.ckan.unknown"
    message = N_("There is no {kind} “{name}”.")
    hint = N_("The lists of this interface name all that there are.")
    status = 404


class ParameterUnfit(DomainError):
    """A parameter of the request cannot be read (參數無效)."""

    code = "statistics.ckan.parameter"
    worded = ("expected",)
    message = N_("“{value}” is no {name}.")
    hint = N_("Give {expected}.")
    status = 409


class SearchUnreadable(DomainError):
    """A search cannot be read (查詢語法錯誤)."""

    code = "statistics.ckan.search"
    message = N_("“{part}” of the search cannot be read.")
    hint = N_("Write words, or field:value with one of these fields: {fields}.")
    status = 400
