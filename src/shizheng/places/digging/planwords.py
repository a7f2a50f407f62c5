"""Joint plans in the words of a page: figures, one sentence for each merge, what differs."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shizheng.core.showing import city_date, number
from shizheng.places.digging.definitions import DiggingBody
from shizheng.places.digging.models import DigPlan
from shizheng.places.digging.wording import days_words, owner_words

SHARE = 100


def figures_in_words(figures: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the figures of a plan by name; none where it has none."""
    if not figures:
        return []
    saved = figures["before"] - figures["after"]
    return [
        (_("Digs asked for"), number(figures["requests"])),
        (_("Openings of road sections, first come, first served"), number(figures["before"])),
        (_("Openings of road sections, joined"), number(figures["after"])),
        (_("Saved"), f"{number(saved)} ({number(SHARE * figures['saved_share'], 1)} %)"),
        (_("No plan can have fewer than"), number(figures["bound"])),
        (_("At most so far from the best"), f"{number(SHARE * figures['gap_share'], 1)} %"),
        (
            _("Digs without a place, before and after"),
            f"{number(figures['deferred_before'])} → {number(figures['deferred_after'])}",
        ),
        (
            _("Disruption (days by load), before and after"),
            f"{number(figures['disruption_before'])} → {number(figures['disruption_after'])}",
        ),
    ]


def merges_in_words(
    merges: Iterable[Mapping[str, Any]], body: DiggingBody, roads: Mapping[str, str]
) -> list[str]:
    """Return one sentence for each merge: who, where, when, what it saves, why that day."""
    return [_merge(each, body, roads) for each in merges]


def _merge(each: Mapping[str, Any], body: DiggingBody, roads: Mapping[str, str]) -> str:
    names = [
        f"{owner_words(body, owner)} ({partner})"
        for owner, partner in zip(each["owners"], each["partners"], strict=True)
    ]
    days = days_words(date.fromisoformat(each["start"]), date.fromisoformat(each["last"]))
    where = "、".join(dict.fromkeys(roads.get(key, key) for key in each["shared"]))
    saved = ngettext(
        "one opening is saved", "{count} openings are saved", each["saved_sections"]
    ).format(count=each["saved_sections"])
    because = [_cause(kind, who) for kind, who in each["causes"][:2]]
    return _("{who} dig {road} together, {days}: {saved}; not earlier because {why}.").format(
        who=_(" and ").join(names), road=where, days=days, saved=saved, why=_(" and ").join(because)
    )


def _cause(kind: str, who: str) -> str:
    said = {
        "window": _("{who} cannot begin before"),
        "set_day": _("the day of {who} is set"),
        "ban": _("a ban holds the day before ({who})"),
        "section_taken": _("{who} has the road, or it rests after that"),
        "crew": _("the crews of {who} are elsewhere"),
        "after": _("it waits for {who}"),
        "least_disruption": _("this day disturbs least"),
    }
    return said.get(kind, kind).format(who=who)


def difference_of(one: DigPlan, two: DigPlan) -> list[tuple[str, str, str]]:
    """Return the digs that are on other days, or with others, in two plans."""
    first, second = _placed(one), _placed(two)
    names = sorted({*first, *second})
    return [
        (name, first.get(name, _("no place")), second.get(name, _("no place")))
        for name in names
        if first.get(name) != second.get(name)
    ]


def _placed(plan: DigPlan) -> dict[str, str]:
    found = {}
    for opening in plan.result["openings"]:
        day = city_date(date.fromisoformat(opening["start"]))
        for name in opening["partners"]:
            others = [each for each in opening["partners"] if each != name]
            found[name] = f"{day} + {'、'.join(others)}" if others else day
    return found
