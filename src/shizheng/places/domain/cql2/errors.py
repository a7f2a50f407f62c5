"""What is refused of a filter, each in one sentence."""

from shizheng.kernel.errors import N_, DomainError


class FilterUnreadable(DomainError):
    """The filter is not written as CQL2 is (篩選條件無法讀取)."""

    code = "places.filter_unreadable"
    message = N_("The filter cannot be read at character {at}, “{found}”: {reason}.")
    hint = N_("Filters are written in CQL2, such as depth_m > 10 AND name LIKE 'Well%'.")
    status = 400
    worded = ("reason",)


class FilterTooLarge(DomainError):
    """The filter asks for more work than one answer may take (篩選條件過大)."""

    code = "places.filter_too_large"
    message = N_("The filter is too large: {what}, at most {most}.")
    hint = N_("Ask for less at once, or narrow by bbox and datetime.")
    status = 400
    worded = ("what",)


class FilterUnfit(DomainError):
    """Something in the filter does not go together (篩選條件不符)."""

    code = "places.filter_unfit"
    message = N_("“{part}” in the filter does not fit: {expected}.")
    hint = N_("The queryables of the collection list its properties and what they are.")
    status = 400
    worded = ("expected",)


class PropertyUnknown(DomainError):
    """The filter names what the collection does not have for this reader (查無屬性)."""

    code = "places.property_unknown"
    message = N_("The filter names “{name}”, which cannot be queried here.")
    hint = N_("Can be queried: {known}.")
    status = 400
