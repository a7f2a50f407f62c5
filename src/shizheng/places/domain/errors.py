"""What the registers refuse, of single things and of rows of a file."""

from collections.abc import Sequence

from shizheng.kernel.errors import N_, DomainError


class GeometryMissing(DomainError):
    """The register needs a geometry and there is none (缺少圖形)."""

    code = "places.geometry_missing"
    message = N_("There is no geometry.")
    hint = N_("Give the {kind} of this thing with longitude and latitude.")
    worded = ("kind",)


class GeometryUnreadable(DomainError):
    """The geometry cannot be read (圖形無法讀取)."""

    code = "places.geometry_unreadable"
    message = N_("The geometry cannot be read: {reason}.")
    hint = N_("Give GeoJSON, or one point a line with longitude and latitude, such as 120.5, 22.5.")


class GeometryKindWrong(DomainError):
    """The geometry is of another kind than the register keeps (圖形種類不符)."""

    code = "places.geometry_kind_wrong"
    message = N_("The geometry is a {found}; this register keeps: {kind}.")
    hint = N_("Send it to the register that keeps such things, or draw it as this one asks.")
    worded = ("kind",)


class GeometryUnwanted(DomainError):
    """The register keeps no geometry, and there is one (本登記簿無圖形)."""

    code = "places.geometry_unwanted"
    message = N_("This register keeps no geometry, but one was given.")
    hint = N_("Leave the geometry out.")


class GeometryNotANumber(DomainError):
    """A coordinate is not a number (座標非數值)."""

    code = "places.geometry_not_a_number"
    message = N_("A coordinate is missing, infinite or not a number.")
    hint = N_("Correct the coordinates at the source.")


class GeometryCollapsed(DomainError):
    """The line has no length or the polygon no area (圖形無長度或面積)."""

    code = "places.geometry_collapsed"
    message = N_("The {kind} has no extent: all its points lie in one place or on one line.")
    hint = N_("Give the points that are different from each other.")
    worded = ("kind",)


class GeometryTooLong(DomainError):
    """The geometry has more points than one thing may have (點數過多)."""

    code = "places.geometry_too_long"
    message = N_("The geometry has {count} points; at most {most} are kept for one thing.")
    hint = N_("Simplify it, or split it into several things.")


class DepthMissing(DomainError):
    """The register keeps depths and the line has none (缺少埋深)."""

    code = "places.depth_missing"
    message = N_("The line has no height in its points; this register keeps lines with depth.")
    hint = N_("Give a third coordinate, metres above sea level, at each point.")


class AxesSwapped(DomainError):
    """The axes are the wrong way round (座標軸顛倒)."""

    code = "places.axes_swapped"
    message = N_(
        "({x}, {y}) lies outside the city, but ({y}, {x}) lies inside: the axes are swapped."
    )
    hint = N_("Give longitude or easting first, then latitude or northing.")


class GridWrong(DomainError):
    """The coordinates are of another grid than stated (坐標系統不符)."""

    code = "places.grid_wrong"
    message = N_("({x}, {y}) lies outside the city as EPSG:{stated}, but inside as EPSG:{fitting}.")
    hint = N_("State EPSG:{fitting}, or transform the file first.")


class OutsideCity(DomainError):
    """The thing lies outside the city, on land or in the sea (不在本市範圍)."""

    code = "places.outside_city"
    message = N_("({x}, {y}) lies {distance} km outside the city, in another city or in the sea.")
    hint = N_("Look whether a figure is missing, or whether it belongs to another register.")


class GridUnknown(DomainError):
    """No such coordinate system is read (不支援的坐標系統)."""

    code = "places.grid_unknown"
    message = N_("EPSG:{epsg} is not read here.")
    hint = N_("Known: {known}.")


class FieldMissing(DomainError):
    """A field that must be given is not (欄位必填)."""

    code = "places.field_missing"
    message = N_("“{field}” must be given.")
    hint = N_("Fill it in.")


class FieldUnreadable(DomainError):
    """A value is not of the field's type (欄位格式不符)."""

    code = "places.field_unreadable"
    message = N_("“{field}” must be {expected}; got “{value}”.")
    hint = N_("Write it as the register's page describes it.")
    worded = ("expected",)


class FieldOutOfRange(DomainError):
    """A value is outside the range (數值超出範圍)."""

    code = "places.field_out_of_range"
    message = N_("“{field}” must lie between {least} and {most}; got {value}.")
    hint = N_("Check the unit: it is {unit}.")


class FieldUnknown(DomainError):
    """The register has no such field, or none that the viewer may see (查無欄位)."""

    code = "places.field_unknown"
    message = N_("This register has no field “{field}”.")
    hint = N_("Known: {known}.")


class KeyUnfit(DomainError):
    """The key is empty or not of the register's form (編號格式不符)."""

    code = "places.key_unfit"
    message = N_("“{key}” is no number of this register.")
    hint = N_("It is written like {example}.")


class StateUnknown(DomainError):
    """The register has no such state (查無狀態)."""

    code = "places.state_unknown"
    message = N_("This register has no state “{state}”.")
    hint = N_("Known: {known}.")


class StateUnreachable(DomainError):
    """The state does not follow on the present one (狀態不可轉換)."""

    code = "places.state_unreachable"
    message = N_("A thing that is “{was}” cannot become “{state}”.")
    hint = N_("Possible from there: {possible}.")


class RuleBroken(DomainError):
    """A quality rule of the register is not kept (不符品質規則)."""

    code = "places.rule_broken"
    message = N_("Rule {rule} is not kept: {says}.")
    hint = N_("Correct the values that the rule names.")


class RuleUndecided(DomainError):
    """A quality rule could not be worked out (品質規則無法計算)."""

    code = "places.rule_undecided"
    message = N_("Rule {rule} could not be worked out: {reason}")
    hint = N_("Fill in the fields that it names.")


class Overlaps(DomainError):
    """Two things of a register that may not overlap do (圖形重疊)."""

    code = "places.overlaps"
    message = N_("It overlaps {other} by {area} m².")
    hint = N_("Correct the border, or end the other first.")


class EndLoose(DomainError):
    """An end of a line is not joined to anything (端點未連接)."""

    code = "places.end_loose"
    message = N_("The end at ({x}, {y}) is joined to nothing within {metres} m.")
    hint = N_("Move the end onto the thing that it belongs to, or record that thing first.")


class ThingRefused(DomainError):
    """Several rules were not kept by one thing (資料有誤)."""

    code = "places.thing_refused"
    message = N_("{count} things are wrong with {key}: {first}")
    hint = N_("Nothing was kept. Correct all of them and send it again.")

    def __init__(self, *, key: str, problems: Sequence[DomainError]) -> None:
        super().__init__(key=key, count=len(problems), first=str(problems[0]))
        self.problems = tuple(problems)


class KeyTaken(DomainError):
    """The register has a thing with this key already (編號重複)."""

    code = "places.key_taken"
    message = N_("{key} is in this register already.")
    hint = N_("Change that thing, or give this one another number.")
    status = 409


class NotValidThen(DomainError):
    """The thing does not exist on that day (該日期無此物件)."""

    code = "places.not_valid_then"
    message = N_("{key} does not exist on {day}.")
    hint = N_("Choose a day on which it exists; its history lists them.")


class NothingChanges(DomainError):
    """What was given is what is kept already (內容未變動)."""

    code = "places.nothing_changes"
    message = N_("{key} is recorded like this already.")
    hint = N_("Change something, or leave it as it is.")


class RelationUnfit(DomainError):
    """The relation is not declared, leads elsewhere, or is taken (關聯不符)."""

    code = "places.relation_unfit"
    message = N_("{key} cannot be related to {other} as “{relation}”: {reason}.")
    hint = N_("The register's page lists its relations and what they lead to.")
    worded = ("reason",)


class ProposalSettled(DomainError):
    """The proposal was decided before (提案已處理)."""

    code = "places.proposal_settled"
    message = N_("This proposal was decided already.")
    hint = N_("Make another one if something is still wrong.")
    status = 409


class ReasonMissing(DomainError):
    """A reason must be given (請填理由)."""

    code = "places.reason_missing"
    message = N_("Say why, in {least} characters or more.")
    hint = N_("The reason stays with the record for everybody who reads it later.")


class ProposalsUnwanted(DomainError):
    """The register takes no proposals from this person (不受理提案)."""

    code = "places.proposals_unwanted"
    message = N_("You cannot propose changes to this register, or this proposal is not yours.")
    hint = N_("Tell the agency that keeps it; the register's page names it.")
    status = 403


class QuestionUnfit(DomainError):
    """The question to a register cannot be understood (查詢條件不符)."""

    code = "places.question_unfit"
    message = N_("{part} cannot be “{value}”: {expected}.")
    hint = N_("Correct it, or leave it out.")
    status = 400
    worded = ("expected",)


class FileUnreadable(DomainError):
    """The file cannot be read as what its name says (檔案無法讀取)."""

    code = "places.file_unreadable"
    message = N_("“{name}” cannot be read: {reason}.")
    hint = N_("Send CSV, GeoJSON, GeoPackage, GML, or a Shapefile with all its parts in one ZIP.")


class FileInOtherSystem(DomainError):
    """A file says that its coordinates are in another system than was stated (坐標系統不符)."""

    code = "places.file_in_other_system"
    message = N_("“{name}” says that its coordinates are in {found}, but EPSG:{stated} was stated.")
    hint = N_("State the system of the file, or convert the file; nothing was taken in.")


class ColumnMissing(DomainError):
    """The file lacks a column that the mapping names (缺少欄位)."""

    code = "places.column_missing"
    message = N_("The file has no column “{column}”.")
    hint = N_("It has: {known}. Correct the mapping, or the header of the file.")


class KeyTwice(DomainError):
    """The same key stands in the file twice (編號重複出現)."""

    code = "places.key_twice"
    message = N_("{key} stands in this file twice; the first was kept.")
    hint = N_("Give each thing one row.")


class WordUnknown(DomainError):
    """A word of the file has no code in the mapping (對照表無此值)."""

    code = "places.word_unknown"
    message = N_("“{word}” of the column “{column}” has no counterpart in the mapping.")
    hint = N_("Add it to the mapping, or correct the file.")


class MatrixSetUnknown(DomainError):
    """Tiles are not cut by this tile matrix set (圖磚切割方案不明)."""

    code = "places.matrix_set_unknown"
    status = 404
    message = N_("There are no tiles of “{name}”.")
    hint = N_("Tiles are cut by {known}.")


class TileOutside(DomainError):
    """There is no such tile (無此圖磚)."""

    code = "places.tile_outside"
    status = 404
    message = N_("There is no tile with {part} “{value}”.")
    hint = N_("Expected: {expected}.")
    worded = ("expected",)
