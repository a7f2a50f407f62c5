"""Rules by which periods are counted, as data; the Administrative Procedure Act art. 48 first."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from shizheng.kernel.errors import N_, DomainError
from shizheng.kernel.registry import Registry


class RuleMalformed(DomainError):
    """A rule of counting cannot be read (期間計算規則有誤)."""

    code = "time.rule_malformed"
    message = N_("The counting rule {rule} cannot be read: {problem}.")
    hint = N_("Known keys: {known}.")


class Gain(StrEnum):
    """Which end of an adverse period is better for the person (對人民有利)."""

    EARLIER = "earlier"  # the period is the burden: a suspension, a ban
    LATER = "later"  # the person must act within it


@dataclass(frozen=True, slots=True)
class Rule:
    """How a period is counted (期間計算規則). Hours always count at once.

    Args:
        id: snake_case key, as in ``tw_apa48``.
        name_zh, name_en: what the rule is called where a count is explained.
        counts_first_day: the day of receipt is day 1 (始日計入).
        moves_on: a last day on which offices are closed moves to the next open day (末日順延).
        noon_applies: from an ordinary Saturday it moves to Monday noon only (星期一上午).
        make_up_day_ends: a make-up working Saturday may be the last day (補行上班日為末日).
        back_moves_earlier: counted back, a last day on a day off moves to the open day before.
        back_clear_days: counted back, the days between must be whole, so the act is due one day
            earlier still (期間末日午前零時).
        adverse: for periods of penalties and other adverse acts (不利處分): which end is better
            for the person. The first day then counts and the last day stays, unless the ordinary
            count is better. None for every other period.
    """

    id: str
    name_zh: str
    name_en: str
    counts_first_day: bool = False
    moves_on: bool = True
    noon_applies: bool = True
    make_up_day_ends: bool = True
    back_moves_earlier: bool = True
    back_clear_days: bool = False
    adverse: Gain | None = None


SWITCHES = tuple(field.name for field in fields(Rule) if field.type is bool)
KNOWN = ("id", "name", "adverse", *SWITCHES)


def rule_from_mapping(mapping: Mapping[str, Any]) -> Rule:
    """Build a rule from data: ``id``, ``name: {zh-Hant, en}``, switches, ``adverse``.

    Raises:
        RuleMalformed: a key is unknown or missing, a switch is no boolean.
    """
    rule_id = str(mapping.get("id", "?"))
    values = {key: mapping[key] for key in mapping if key in SWITCHES}
    name, adverse = mapping.get("name"), mapping.get("adverse")
    checks = [(f"unknown key {key!r}", key in KNOWN) for key in mapping]
    checks += [(f"{key} must be true or false", type(values[key]) is bool) for key in values]
    checks += [
        ("id must be a text", isinstance(mapping.get("id"), str)),
        ("name needs zh-Hant and en", isinstance(name, Mapping) and set(name) == {"zh-Hant", "en"}),
        ("adverse must be earlier or later", adverse in (None, *Gain)),
    ]
    for problem, is_right in checks:
        if not is_right:
            raise RuleMalformed(rule=rule_id, problem=problem, known=", ".join(KNOWN))
    assert isinstance(name, Mapping)  # noqa: S101 - checked above
    return Rule(
        id=rule_id,
        name_zh=str(name["zh-Hant"]),
        name_en=str(name["en"]),
        adverse=None if adverse is None else Gain(adverse),
        **values,
    )


BUILT_IN: tuple[Mapping[str, Any], ...] = (
    {
        "id": "tw_apa48",
        "name": {
            "zh-Hant": "行政程序法第48條",
            "en": "Administrative Procedure Act art. 48",
        },
        "counts_first_day": False,
        "moves_on": True,
        "noon_applies": True,
        "make_up_day_ends": True,
        "back_moves_earlier": True,
        "back_clear_days": False,
    },
    {
        "id": "tw_apa48_adverse",
        "name": {
            "zh-Hant": "行政程序法第48條第5項（不利處分）",
            "en": "Administrative Procedure Act art. 48(5), adverse acts",
        },
        "adverse": "earlier",
    },
    {
        "id": "tw_apa48_adverse_deadline",
        "name": {
            "zh-Hant": "行政程序法第48條第5項但書（限期履行）",
            "en": "Administrative Procedure Act art. 48(5), time in which a person must act",
        },
        "adverse": "later",
    },
)

rules: Registry[Rule] = Registry("Counting rules")
for _mapping in BUILT_IN:
    rules.register(str(_mapping["id"]))(rule_from_mapping(_mapping))

TW_APA48 = rules["tw_apa48"]
