"""Why a place cannot be found by what somebody wrote: address, lot number, position."""

from shizheng.kernel.errors import N_, DomainError


class AddressUnreadable(DomainError):
    """No road, lane or number can be told from the words (地址無法辨識)."""

    code = "places.address_unreadable"
    message = N_("“{text}” cannot be read as an address or a lot number.")
    hint = N_("Write road, lane and number, or section and lot number.")


class StreetUnknown(DomainError):
    """There is no such street in the registers (查無道路)."""

    code = "places.street_unknown"
    message = N_("No register knows the street {street}.")
    hint = N_("Check the name. These are like it: {like}.")
    status = 404


class HouseUnknown(DomainError):
    """The street is known, the number is not, and lies between no two others (查無門牌)."""

    code = "places.house_unknown"
    message = N_("{street} is known, but not the number {number}.")
    hint = N_("The numbers that are known there go from {first} to {last}.")
    status = 404


class LotUnknown(DomainError):
    """There is no such lot in the section (查無地號)."""

    code = "places.lot_unknown"
    message = N_("No register knows the lot {lot} of the section {section}.")
    hint = N_("Check section and number; these sections are like it: {like}.")
    status = 404


class PositionUnfit(DomainError):
    """A position, distance or shape that cannot be read (位置不合)."""

    code = "places.position_unfit"
    message = N_("{part} cannot be “{value}”.")
    hint = N_("Give longitude and latitude in degrees, distances in metres, shapes as GeoJSON.")
    status = 400
