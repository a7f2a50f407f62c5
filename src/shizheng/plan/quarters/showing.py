"""The record of a quarter as pages and PDFs show it: words, sentences, addresses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from shizheng.core.evidence import evidence_kinds
from shizheng.core.words import in_language
from shizheng.plan.evidence.periods import period_name
from shizheng.plan.evidence.values import written
from shizheng.plan.evidence.wording import Named, reason_shown
from shizheng.plan.quarters.domain.changes import GONE, NEW, LightChange, moved
from shizheng.plan.quarters.domain.totals import COLOURS, on_course_share, weakest
from shizheng.plan.quarters.facts import Record
from shizheng.plan.register.words import LIGHTS

KIND_WORDS = {
    "grey": gettext_lazy("Promises without evidence"),
    "stale": gettext_lazy("Evidence that is old or contradicts"),
    "report": gettext_lazy("Reports that are missing"),
    "review": gettext_lazy("Reports that wait for the control unit"),
    "lock": gettext_lazy("Periods that are not locked"),
    "figure": gettext_lazy("Figures that wait for a signature"),
}
CAUSES = {
    "scheduled": gettext_lazy("counted again at the next release"),
    "revision": gettext_lazy("revised"),
    "definition": gettext_lazy("the definition changed"),
    "entered": gettext_lazy("entered anew"),
}
STATES = {**LIGHTS, NEW: gettext_lazy("new"), GONE: gettext_lazy("left out")}


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """A figure that counted, in words, with where it is from and how it can be checked."""

    name: str
    value: str
    period: str
    on: date | None
    rows: int
    href: str
    digest: str
    definition_version: int | None
    is_synthetic: bool


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item of the report."""

    code: str
    department: int
    title: str
    light: str
    why: Sequence[str]
    note: Record | None
    evidence: Sequence[EvidenceLine]
    href: str
    is_synthetic: bool


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """An item whose light is another, with the cause in words."""

    code: str
    title: str
    was: str
    now: str
    why: str
    href: str

    @property
    def words(self) -> tuple[str, str]:
        """The two lights in words."""
        return str(STATES[self.was]), str(STATES[self.now])


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A figure of an earlier quarter that came late or was revised."""

    code: str
    name: str
    period: str
    was: str
    now: str
    href: str


@dataclass(frozen=True, slots=True)
class RevisedLine:
    """A figure of an indicator that was revised since the last closing, and why."""

    name: str
    period: str
    was: str
    now: str
    why: str
    href: str


@dataclass(frozen=True, slots=True)
class DepartmentLine:
    """A department with its sums."""

    number: int
    name: str
    counts: Mapping[str, int]
    total: int
    share: str


@dataclass
class Report:
    """A record in words: of the city, or of one department."""

    body: Record
    department: int | None = None
    items: Sequence[ItemLine] = field(init=False)

    def __post_init__(self) -> None:
        self._names = {
            (each["source"], each["reference"]): Named(each["name"], each["unit_name"])
            for item in self.body["items"]
            for each in item["evidence"]
        }
        self._known = {item["code"]: item for item in self.body["items"]}
        wanted = (i for i in self.body["items"] if self._is_ours(i["department"]))
        self.items = [self._item(item) for item in wanted]

    def _is_ours(self, department: int) -> bool:
        return self.department in (None, department)

    @property
    def counts(self) -> Mapping[str, int]:
        """Items by light."""
        if self.department is None:
            return dict(self.body["counts"])
        return {colour: sum(i.light == colour for i in self.items) for colour in COLOURS}

    @property
    def total(self) -> int:
        """All items."""
        return len(self.items)

    @property
    def share(self) -> str:
        """The share on course, in per cent."""
        return _percent(on_course_share(self.counts))

    @property
    def judged_on(self) -> date:
        """The day on which the lights were judged."""
        return date.fromisoformat(self.body["judged_on"])

    @property
    def as_of(self) -> datetime:
        """The moment up to which things were known."""
        return datetime.fromisoformat(self.body["as_of"])

    @property
    def previous(self) -> str:
        """The name of the quarter before, empty for the first."""
        before = self.body["previous"]
        return period_name(before["quarter"]) if before else ""

    @property
    def differences(self) -> list[tuple[str, int, int, int]]:
        """Each light with its count before and now, and what lies between."""
        before = self.body["previous"]
        if not before or self.department is not None:
            return []
        return [
            (colour, before["counts"][colour], self.counts[colour],
             self.counts[colour] - before["counts"][colour])
            for colour in COLOURS
        ]  # fmt: skip

    @property
    def departments(self) -> list[DepartmentLine]:
        """Every department in the order of the plan."""
        return [_department(each) for each in self.body["departments"]]

    @property
    def weakest(self) -> list[DepartmentLine]:
        """The five departments with the smallest share on course."""
        return [_department(each) for each in weakest(self.body["departments"], 5)]

    @property
    def changes(self) -> list[ChangeLine]:
        """Items whose light is another than in the quarter before."""
        found = [self._change(each) for each in self.body["changes"]["lights"]]
        ours = {item.code for item in self.items}
        return found if self.department is None else [c for c in found if c.code in ours]

    @property
    def better(self) -> list[ChangeLine]:
        """Changes for the better."""
        return self._moved(0)

    @property
    def worse(self) -> list[ChangeLine]:
        """Changes for the worse."""
        return self._moved(1)

    def _moved(self, place: int) -> list[ChangeLine]:
        pairs = moved(LightChange(c.code, c.was, c.now) for c in self.changes)
        codes = {change.code for change in pairs[place]}
        return [change for change in self.changes if change.code in codes]

    @property
    def figures(self) -> list[FigureLine]:
        """Figures of the quarter before that came late or were revised."""
        ours = {item.code for item in self.items}
        return [
            self._figure(each) for each in self.body["changes"]["figures"] if each["code"] in ours
        ]

    @property
    def revised(self) -> list[RevisedLine]:
        """Indicators revised since the quarter before: all, or those that the department keeps."""
        ours = {d["agency"] for d in self.body["departments"] if d["number"] == self.department}
        return [
            _revised(each)
            for each in self.body["changes"].get("indicators", [])
            if self.department is None or each["agency"] in ours
        ]

    @property
    def directives(self) -> list[tuple[str, Record, str]]:
        """Public directives of the quarter: what happened, which, and where."""
        if self.department is not None:
            return []
        return directives_in_words(self.body["changes"]["directives"])

    def _item(self, item: Record) -> ItemLine:
        return ItemLine(
            code=item["code"],
            department=item["department"],
            title=in_language(item["title"]) or item["text"],
            light=item["light"],
            why=[reason_shown(reason, self._names).text for reason in item["reasons"]],
            note=item["note"],
            evidence=[self._evidence(each) for each in item["evidence"]],
            href=self._address(item["code"]),
            is_synthetic=item["is_synthetic"],
        )

    def _address(self, code: str) -> str:
        """Return where the item is shown as of the day of the report."""
        plain = reverse("plan:item", args=(self.body["plan"], code))
        return f"{plain}?date={self.body['judged_on']}"

    def _evidence(self, each: Record) -> EvidenceLine:
        value = None if each["value"] is None else Decimal(each["value"])
        return EvidenceLine(
            name=in_language(each["name"]),
            value=written(value, each["unit_name"]),
            period=period_name(each["period"]),
            on=date.fromisoformat(each["on"]) if each["on"] else None,
            rows=each["rows"],
            href=evidence_kinds[each["source"]].address(each["reference"]),
            digest=each["digest"],
            definition_version=each["definition_version"],
            is_synthetic=each["is_synthetic"],
        )

    def _change(self, change: Record) -> ChangeLine:
        item = self._known.get(change["code"])
        cause = change["cause"]
        return ChangeLine(
            code=change["code"],
            title=in_language(item["title"]) or item["text"] if item else "",
            was=change["was"],
            now=change["now"],
            why=reason_shown(cause, self._names).text if cause else "",
            href=self._address(change["code"]),
        )

    def _figure(self, each: Record) -> FigureLine:
        named = self._names.get((each["source"], each["reference"]), Named({}))
        was = None if each["was"] is None else Decimal(each["was"])
        return FigureLine(
            code=each["code"],
            name=in_language(named.name) or each["reference"],
            period=period_name(each["period"]),
            was=written(was, named.unit_name) if was is not None else _("came late"),
            now=written(Decimal(each["now"]), named.unit_name),
            href=evidence_kinds[each["source"]].address(each["reference"]),
        )


def _revised(each: Record) -> RevisedLine:
    was, now = (
        _("no figure") if each[name] is None else written(Decimal(each[name]), each["unit_name"])
        for name in ("was", "now")
    )
    cause = str(CAUSES.get(each["cause"], each["cause"]))
    return RevisedLine(
        name=in_language(each["name"]),
        period=period_name(each["period"]),
        was=was,
        now=now,
        why=each["why"] or cause,
        href=evidence_kinds["indicator"].address(each["reference"]),
    )


def directives_in_words(changes: Record) -> list[tuple[str, Record, str]]:
    """Return directives with what happened to them and their address."""
    words = {"issued": pgettext("plan", "Issued"), "released": _("Released")}
    return [
        (words[kind], each, reverse("directives:detail", args=[each["number"]]))
        for kind in ("issued", "released")
        for each in changes[kind]
    ]


def _department(each: Mapping[str, Any]) -> DepartmentLine:
    return DepartmentLine(
        number=each["number"],
        name=in_language(each["name"]) or each["title"],
        counts=each["counts"],
        total=sum(each["counts"].values()),
        share=_percent(on_course_share(each["counts"])),
    )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.1f} %"
