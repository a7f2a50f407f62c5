"""Structures of the indicators, and of each what it points to."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from shizheng.core import city
from shizheng.core.models import Area
from shizheng.kernel.errors import N_
from shizheng.statistics.definitions import Indicator as Definition
from shizheng.statistics.domain.periods import Frequency
from shizheng.statistics.domain.quality import ConfidentialityStatus, ObservationStatus
from shizheng.statistics.models import Figure, Indicator, Vintage
from shizheng.statistics.published.editions import (
    breakdowns_of,
    indicators_out,
    keys_of,
    vintage_at,
)
from shizheng.statistics.published.labels import (
    TOTAL,
    Words,
    dimension_words,
    in_every_language,
    total_words,
    value_names,
)
from shizheng.statistics.published.sdmx.artefacts import (
    Artefact,
    Code,
    Codelist,
    Component,
    ConceptScheme,
    Dataflow,
    DataStructure,
)
from shizheng.statistics.published.sdmx.naming import Reference, code_id, component_id
from shizheng.statistics.selectors import definition_by

FREQUENCIES = {
    Frequency.YEAR: N_("Annual"),
    Frequency.HALF: N_("Half-yearly"),
    Frequency.QUARTER: N_("Quarterly"),
    Frequency.MONTH: N_("Monthly"),
    Frequency.WEEK: N_("Weekly"),
    Frequency.DAY: N_("Daily"),
}
STATUSES = {
    ObservationStatus.NORMAL: N_("Normal value"),
    ObservationStatus.BREAK: N_("Time series break"),
    ObservationStatus.MISSING: N_("Missing value"),
    ObservationStatus.CANNOT_EXIST: N_("Missing value; data cannot exist"),
    ObservationStatus.NOT_COLLECTED: N_("Missing value; not collected"),
    ObservationStatus.HOLIDAY: N_("Missing value; holiday or weekend"),
    ObservationStatus.SUPPRESSED: N_("Missing value; suppressed"),
    ObservationStatus.DEROGATION: N_("Derogation"),
    ObservationStatus.SPECIAL_EVENT: N_("Strike and other special events"),
    ObservationStatus.DEFINITION_DIFFERS: N_("Definition differs"),
    ObservationStatus.IN_ANOTHER_CATEGORY: N_("Included in another category"),
    ObservationStatus.INCLUDES_ANOTHER: N_("Includes another category"),
    ObservationStatus.IMPUTED: N_("Imputed value"),
    ObservationStatus.FORECAST: N_("Forecast value"),
    ObservationStatus.ESTIMATED: N_("Estimated value"),
    ObservationStatus.PROVISIONAL: N_("Provisional value"),
    ObservationStatus.NOT_SIGNIFICANT: N_("Not significant"),
    ObservationStatus.LOW_RELIABILITY: N_("Low reliability"),
    ObservationStatus.UNVALIDATED: N_("Unvalidated value"),
    ObservationStatus.EXPERIMENTAL: N_("Experimental value"),
}
CONFIDENTIALITIES = {
    ConfidentialityStatus.FREE: N_("Free for publication"),
    ConfidentialityStatus.NOT_FOR_PUBLICATION: N_("Not for publication"),
}
SCHEME = Reference("conceptscheme", "ConceptScheme", "CONCEPTS")
CONCEPTS = {
    "FREQ": N_("Frequency"),
    "INDICATOR": N_("Indicator"),
    "REF_AREA": N_("Area"),
    "TIME_PERIOD": N_("Period"),
    "OBS_VALUE": N_("Value"),
    "OBS_STATUS": N_("Status of the figure"),
    "CONF_STATUS": N_("Confidentiality"),
    "UNIT_MEASURE": N_("Unit"),
    "DECIMALS": N_("Decimals"),
    "SYNTHETIC": N_("Invented for demonstration"),
}
MOST_DECIMALS = 6


class Structures:
    """The structures of everything that is public at a moment, read when they are asked for."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self._lists: dict[str, Codelist] = {}

    def indicators(self) -> "QuerySet[Indicator]":
        """Return the indicators that are dataflows."""
        return indicators_out(at=self.at)

    @property
    def changed_at(self) -> datetime:
        """When a pack was loaded or figures came out last."""
        rows = Vintage.objects.filter(indicator__is_public=True, released_at__lte=self.at)
        newest = rows.order_by("-released_at").values_list("released_at", flat=True).first()
        return max(filter(None, (newest, city.loaded_at())), default=self.at)

    def body(self, indicator: Indicator) -> Definition:
        """Return the definition of the newest public edition."""
        return definition_by(vintage_at(indicator, moment=self.at).definition_id)

    def dataflows(self) -> Iterator[Dataflow]:
        """Yield a flow for each indicator."""
        for indicator in self.indicators():
            yield self.dataflow(indicator)

    def dataflow(self, indicator: Indicator) -> Dataflow:
        """Return the flow of an indicator."""
        body = self.body(indicator)
        structure = Reference("datastructure", "DataStructure", _dsd(indicator), body.version)
        return Dataflow(flow_id(indicator.code), body.name, body.concept, body.version, structure)

    def datastructure(self, indicator: Indicator) -> DataStructure:
        """Return the structure of an indicator: its areas and breakdowns as dimensions."""
        body = self.body(indicator)
        cells = _cells(indicator, self.at)
        fixed = [
            _component("FREQ", self.common("CL_FREQ")),
            _component("INDICATOR", self.common("CL_INDICATOR")),
            _component("REF_AREA", self.common("CL_AREA")),
        ]
        split = [
            Component(
                component_id(name), dimension_words(name), _values(indicator, body, name, cells)
            )
            for name in breakdowns_of(body, cells)
        ]
        return DataStructure(
            id=_dsd(indicator),
            name=body.name,
            version=body.version,
            dimensions=(*fixed, *split),
            time=_component("TIME_PERIOD", text_type="ObservationalTimePeriod"),
            measure=_component("OBS_VALUE", text_type="Double", is_required=False),
            attributes=(
                _component("OBS_STATUS", self.common("CL_OBS_STATUS")),
                _component("CONF_STATUS", self.common("CL_CONF_STATUS")),
                _component("SYNTHETIC", text_type="Boolean"),
                _component("UNIT_MEASURE", self.common("CL_UNIT_MEASURE"), of="INDICATOR"),
                _component("DECIMALS", self.common("CL_DECIMALS"), of="INDICATOR"),
            ),
            scheme=SCHEME,
        )

    def common(self, name: str) -> Codelist:
        """Return a code list that structures share."""
        if name not in self._lists:
            title, codes = COMMON[name]
            self._lists[name] = Codelist(name, in_every_language(title), tuple(codes(self)))
        return self._lists[name]

    def codelists(self) -> Iterator[Codelist]:
        """Yield every list: those that are shared, and those of breakdowns."""
        for name in COMMON:
            yield self.common(name)
        for indicator in self.indicators():
            shared = set(COMMON)
            for each in self.datastructure(indicator).codelists:
                if each.id not in shared:
                    yield each

    def concepts(self) -> ConceptScheme:
        """Return the one scheme of concepts."""
        codes = {name: in_every_language(words) for name, words in CONCEPTS.items()}
        for indicator in self.indicators():
            for name in breakdowns_of(self.body(indicator), _cells(indicator, self.at)):
                codes.setdefault(component_id(name), dimension_words(name))
        found = tuple(Code(name, words) for name, words in codes.items())
        return ConceptScheme(SCHEME.id, in_every_language(N_("Concepts")), found)

    def all(self, kind: str) -> Iterable[Artefact]:
        """Return every artefact of a kind."""
        if kind == "dataflow":
            return self.dataflows()
        if kind == "datastructure":
            return (self.datastructure(indicator) for indicator in self.indicators())
        return self.codelists() if kind == "codelist" else [self.concepts()]

    def of_flow(self, indicator: Indicator) -> list[Artefact]:
        """Return all that an indicator's data need: flow, structure, concepts, code lists."""
        structure = self.datastructure(indicator)
        return [self.dataflow(indicator), structure, self.concepts(), *structure.codelists]


def flow_id(code: str) -> str:
    """Return the id of an indicator's dataflow."""
    return code.upper()


def unit_id(unit: str) -> str:
    """Return the id of a unit."""
    return code_id(unit.upper().replace("/", "_PER_").replace(" ", "_"))


def _dsd(indicator: Indicator) -> str:
    return f"DSD_{flow_id(indicator.code)}"


def _component(
    name: str,
    codelist: Codelist | None = None,
    *,
    text_type: str = "String",
    of: str = "",
    is_required: bool = True,
) -> Component:
    words = in_every_language(CONCEPTS[name])
    return Component(name, words, codelist, text_type, of, is_required)


def _cells(indicator: Indicator, at: datetime) -> list[str]:
    public = Figure.objects.filter(indicator=indicator, vintage__released_at__lte=at)
    return sorted(public.order_by().values_list("cell", flat=True).distinct())


def _values(indicator: Indicator, body: Definition, name: str, cells: Sequence[str]) -> Codelist:
    values = {keys[name] for keys in map(keys_of, cells) if name in keys}
    codes = [
        Code(code_id(value), words) for value, words in value_names(name, body, values).items()
    ]
    id_ = f"CL_{flow_id(indicator.code)}_{component_id(name)}"
    return Codelist(id_, dimension_words(name), (Code(TOTAL, total_words()), *codes))


def _areas(structures: Structures) -> Iterator[Code]:
    current = city.current()
    yield Code(TOTAL, current.name if current else total_words())
    rows = Area.objects.order_by("kind", "code").values_list("code", "name", "parent__code")
    for code, name, parent in rows:
        yield Code(code_id(code), name, code_id(parent) if parent else TOTAL)


def _indicators(structures: Structures) -> Iterator[Code]:
    for indicator in structures.indicators():
        yield Code(flow_id(indicator.code), structures.body(indicator).name)


def _units(structures: Structures) -> Iterator[Code]:
    units: dict[str, Words] = {}
    for indicator in structures.indicators():
        body = structures.body(indicator)
        units.setdefault(unit_id(body.unit), body.unit_name)
    yield from (Code(code, name) for code, name in units.items())


def _worded(words: Mapping[Any, str]) -> Iterator[Code]:
    return (Code(str(code), in_every_language(text)) for code, text in words.items())


COMMON: Mapping[str, tuple[str, Callable[["Structures"], Iterable[Code]]]] = {
    "CL_FREQ": (N_("Frequency"), lambda _: _worded(FREQUENCIES)),
    "CL_INDICATOR": (N_("Indicator"), _indicators),
    "CL_AREA": (N_("Area"), _areas),
    "CL_OBS_STATUS": (N_("Status of the figure"), lambda _: _worded(STATUSES)),
    "CL_CONF_STATUS": (N_("Confidentiality"), lambda _: _worded(CONFIDENTIALITIES)),
    "CL_UNIT_MEASURE": (N_("Unit"), _units),
    "CL_DECIMALS": (
        N_("Decimals"),
        lambda _: [
            Code(str(n), {"zh-Hant": str(n), "en": str(n)}) for n in range(MOST_DECIMALS + 1)
        ],
    ),
}
"""Code lists that structures share: title, and what gives the codes."""
