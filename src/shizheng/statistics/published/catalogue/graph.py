"""The catalogue as RDF, by the profile DCAT-AP 3.0 of the EU's catalogues.

Every resource that is named from elsewhere has its type said, so that a program need not fetch it
to know what it is.

Source: DCAT-AP 3.0.1; authority tables of the Publications Office of the EU.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

import shapely
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF, SKOS, XSD

from shizheng.core import city
from shizheng.core.models import Agency, City
from shizheng.kernel.errors import N_
from shizheng.statistics.published import addresses
from shizheng.statistics.published.catalogue.entries import Edition, Entry, File, Words
from shizheng.statistics.published.labels import in_every_language
from shizheng.statistics.published.licence import Licence

AUTHORITY = "http://publications.europa.eu/resource/authority"
IANA = "https://www.iana.org/assignments/media-types"
ADMS = Namespace("http://www.w3.org/ns/adms#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")  # that of rdflib is of DCAT 2
DCATAP = Namespace("http://data.europa.eu/r5r/")
SPDX = Namespace("http://spdx.org/rdf/terms#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
PREFIXES = {
    "dcat": DCAT, "dcterms": DCTERMS, "foaf": FOAF, "skos": SKOS, "spdx": SPDX, "vcard": VCARD,
    "adms": ADMS, "dcatap": DCATAP,
}  # fmt: skip
CONTEXT = {prefix: str(namespace) for prefix, namespace in PREFIXES.items()}
LANGUAGES = {"zh-Hant": "ZHO", "en": "ENG"}
Node = TypeVar("Node", URIRef, BNode)
TITLE = N_("Open data: {city}")
DESCRIPTION = N_("Indicators and datasets that are published, with every edition of them.")
SERVICES = {
    "ckan": ("/api/3/", "https://docs.ckan.org/en/2.11/api/", N_("Catalogue for programs (CKAN)")),
    "sdmx": ("/sdmx/3.0/", "https://sdmx.org/?page_id=5008", N_("Figures for programs (SDMX)")),
}
"""Interfaces: path, the standard that each keeps to, and its name."""


class CatalogueGraph:
    """The graph of a catalogue or of one dataset, built entry by entry."""

    def __init__(self) -> None:
        self.graph = Graph()
        self._catalogue = URIRef(addresses.catalogue("ttl"))
        for prefix, namespace in PREFIXES.items():
            self.graph.bind(prefix, namespace)

    def written(self, name: str) -> bytes:
        """Return the graph in a serialisation that rdflib knows by this name."""
        options: dict[str, Any] = {}
        if name == "json-ld":
            options = {"context": CONTEXT, "ensure_ascii": False}
        written: bytes = self.graph.serialize(None, name, None, "utf-8", **options)
        return written

    def add_catalogue(self, entries: Iterable[Entry], *, changed_at: datetime) -> None:
        """Add the catalogue with entries, each with its newest edition in full."""
        current = city.current()
        assert current is not None  # noqa: S101 - nothing is published before a pack is loaded
        me = self._typed(self._catalogue, DCAT.Catalog)
        title = {
            tag: text.format(city=current.name.get(tag, ""))
            for tag, text in in_every_language(TITLE).items()
        }
        self._texts(me, DCTERMS.title, title)
        self._texts(me, DCTERMS.description, in_every_language(DESCRIPTION))
        publisher = self._city(current)
        self.graph.add((me, DCTERMS.publisher, publisher))
        home = self._typed(URIRef(addresses.whole("/")), FOAF.Document)
        self.graph.add((me, FOAF.homepage, home))
        self._languages(me)
        self.graph.add((me, DCTERMS.spatial, self._place(current)))
        for entry in entries:
            self.graph.add((me, DCAT.dataset, self.add_entry(entry)))
        self._moment(me, DCTERMS.modified, changed_at)
        self._services(me, publisher)

    def add_entry(self, entry: Entry) -> URIRef:
        """Add an entry with its newest edition, and with each edition whose files are told."""
        me = self._dataset(entry, URIRef(entry.uri))
        newest = entry.newest
        self._moment(me, DCTERMS.issued, entry.issued_at)
        self._moment(me, DCTERMS.modified, newest.released_at)
        self.graph.add((me, DCAT.version, Literal(str(newest.number))))
        self._files(me, entry, newest)
        before: URIRef | None = None
        for edition in entry.editions:
            version = URIRef(edition.uri)
            self.graph.add((me, DCAT.hasVersion, version))
            if edition.files:
                self._version(version, me, entry, edition, before)
            else:
                self._named(version, DCAT.Dataset, entry, edition)
            before = version
        return me

    def _named(self, version: URIRef, kind: URIRef, entry: Entry, edition: Edition) -> None:
        self._typed(version, kind)
        self._texts(version, DCTERMS.title, entry.title)
        self._texts(version, DCTERMS.description, entry.description)
        self.graph.add((version, DCAT.version, Literal(str(edition.number))))

    def _version(
        self, version: URIRef, whole: URIRef, entry: Entry, edition: Edition, before: URIRef | None
    ) -> None:
        self._dataset(entry, version)
        self._moment(version, DCTERMS.issued, edition.released_at)
        self.graph.add((version, DCAT.version, Literal(str(edition.number))))
        self.graph.add((version, DCAT.isVersionOf, whole))
        if edition.note:
            self.graph.add((version, ADMS.versionNotes, Literal(edition.note)))
        if before is not None:
            self.graph.add((version, DCAT.previousVersion, before))
        self._files(version, entry, edition)

    def _dataset(self, entry: Entry, me: URIRef) -> URIRef:
        """Add what an entry and each of its editions have in common."""
        self._typed(me, DCAT.Dataset)
        self._texts(me, DCTERMS.title, entry.title)
        self._texts(me, DCTERMS.description, entry.description)
        self.graph.add((me, DCTERMS.identifier, Literal(me)))
        owner = self._agency(entry.owner)
        self.graph.add((me, DCTERMS.publisher, owner))
        self.graph.add((me, DCAT.contactPoint, self._contact(entry.owner)))
        frequency = URIRef(f"{AUTHORITY}/frequency/{entry.frequency}")
        self.graph.add((me, DCTERMS.accrualPeriodicity, self._typed(frequency, DCTERMS.Frequency)))
        theme = URIRef(f"{AUTHORITY}/data-theme/{entry.theme}")
        self.graph.add((me, DCAT.theme, self._concept(theme, entry.theme)))
        public = URIRef(f"{AUTHORITY}/access-right/PUBLIC")
        self.graph.add((me, DCTERMS.accessRights, self._typed(public, DCTERMS.RightsStatement)))
        self._languages(me)
        for tag, words in entry.keywords.items():
            for word in words:
                self.graph.add((me, DCAT.keyword, Literal(word, lang=tag)))
        self._coverage(me, entry)
        if any(entry.source.values()):
            provenance = self._typed(BNode(), DCTERMS.ProvenanceStatement)
            self._texts(provenance, SKOS.prefLabel, entry.source)
            self.graph.add((me, DCTERMS.provenance, provenance))
        return me

    def _coverage(self, me: URIRef, entry: Entry) -> None:
        current = city.current()
        if current is not None:
            self.graph.add((me, DCTERMS.spatial, self._place(current)))
        if entry.first is None or entry.last is None:
            return
        span = self._typed(BNode(), DCTERMS.PeriodOfTime)
        for name, day in ((DCAT.startDate, entry.first), (DCAT.endDate, entry.last)):
            self.graph.add((span, name, Literal(day.isoformat(), datatype=XSD.date)))
        self.graph.add((me, DCTERMS.temporal, span))

    def _files(self, dataset: URIRef, entry: Entry, edition: Edition) -> None:
        for file in edition.files:
            self.graph.add((dataset, DCAT.distribution, self._file(file, entry, edition)))

    def _file(self, file: File, entry: Entry, edition: Edition) -> URIRef:
        me = URIRef(f"{file.url}#distribution")
        if (me, RDF.type, DCAT.Distribution) in self.graph:
            return me
        self._typed(me, DCAT.Distribution)
        resource = self._typed(URIRef(file.url), FOAF.Document)
        titles = {tag: f"{text} ({file.name})" for tag, text in entry.title.items()}
        self._texts(me, DCTERMS.title, titles)
        self.graph.add((me, DCAT.accessURL, resource))
        self.graph.add((me, DCAT.downloadURL, resource))
        media_type = self._typed(URIRef(f"{IANA}/{file.media_type}"), DCTERMS.MediaType)
        self.graph.add((me, DCAT.mediaType, media_type))
        file_type = URIRef(f"{AUTHORITY}/file-type/{file.file_type}")
        kind = self._typed(file_type, DCTERMS.MediaTypeOrExtent)
        self.graph.add((me, DCTERMS["format"], kind))
        self.graph.add((me, DCTERMS.license, self._licence(entry.licence)))
        size = Literal(str(file.size), datatype=XSD.nonNegativeInteger)
        self.graph.add((me, DCAT.byteSize, size))
        self._moment(me, DCTERMS.issued, edition.released_at)
        self.graph.add((me, SPDX.checksum, self._checksum(file)))
        stable = URIRef(f"{AUTHORITY}/planned-availability/STABLE")
        self.graph.add((me, DCATAP.availability, self._concept(stable, "stable")))
        return me

    def _checksum(self, file: File) -> BNode:
        me = BNode()
        self.graph.add((me, RDF.type, SPDX.Checksum))
        algorithm = SPDX.checksumAlgorithm_sha256
        self.graph.add((algorithm, RDF.type, SPDX.ChecksumAlgorithm))
        self.graph.add((me, SPDX.algorithm, algorithm))
        digest = Literal(file.digest, datatype=XSD.hexBinary, normalize=False)
        self.graph.add((me, SPDX.checksumValue, digest))
        return me

    def _services(self, catalogue: URIRef, publisher: URIRef) -> None:
        for path, standard, name in SERVICES.values():
            me = self._typed(URIRef(addresses.whole(path)), DCAT.DataService)
            self._texts(me, DCTERMS.title, in_every_language(name))
            self.graph.add((me, DCAT.endpointURL, me))
            self.graph.add((me, DCTERMS.publisher, publisher))
            kept = self._typed(URIRef(standard), DCTERMS.Standard)
            self.graph.add((me, DCTERMS.conformsTo, kept))
            self.graph.add((catalogue, DCAT.service, me))

    def _city(self, current: City) -> URIRef:
        me = self._typed(URIRef(addresses.whole("/#government")), FOAF.Agent)
        self._texts(me, FOAF.name, current.manifest["government"])
        return me

    def _agency(self, agency: Agency) -> URIRef:
        me = self._typed(URIRef(addresses.whole(f"/#agency-{agency.code}")), FOAF.Agent)
        self._texts(me, FOAF.name, agency.name)
        return me

    def _contact(self, agency: Agency) -> URIRef:
        me = self._typed(URIRef(addresses.whole(f"/#contact-{agency.code}")), VCARD.Organization)
        self.graph.add((me, RDF.type, VCARD.Kind))
        self._texts(me, VCARD.fn, agency.name)
        self.graph.add((me, VCARD.hasURL, URIRef(addresses.whole("/"))))
        return me

    def _place(self, current: City) -> URIRef:
        me = self._typed(URIRef(addresses.whole("/#city")), DCTERMS.Location)
        self._texts(me, SKOS.prefLabel, current.name)
        view = current.manifest["map"]
        box = shapely.box(view["west"], view["south"], view["east"], view["north"])
        wkt = URIRef("http://www.opengis.net/ont/geosparql#wktLiteral")
        self.graph.add((me, DCAT.bbox, Literal(box.wkt, datatype=wkt)))
        return me

    def _licence(self, given: Licence) -> URIRef:
        me = self._typed(URIRef(given.url), DCTERMS.LicenseDocument)
        self._texts(me, DCTERMS.title, given.name)
        return me

    def _languages(self, me: URIRef) -> None:
        for code in LANGUAGES.values():
            language = URIRef(f"{AUTHORITY}/language/{code}")
            self.graph.add((me, DCTERMS.language, self._typed(language, DCTERMS.LinguisticSystem)))

    def _concept(self, me: URIRef, label: str) -> URIRef:
        self.graph.add((self._typed(me, SKOS.Concept), SKOS.prefLabel, Literal(label, lang="en")))
        return me

    def _typed(self, me: Node, kind: URIRef) -> Node:
        self.graph.add((me, RDF.type, kind))
        return me

    def _texts(self, me: URIRef | BNode, name: URIRef, words: Words) -> None:
        for tag, text in words.items():
            if text:
                self.graph.add((me, name, Literal(text, lang=tag)))

    def _moment(self, me: URIRef, name: URIRef, moment: datetime) -> None:
        self.graph.add((me, name, Literal(moment.isoformat(), datatype=XSD.dateTime)))
