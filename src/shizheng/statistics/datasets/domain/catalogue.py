"""Under what a dataset is filed: licences and themes that others' catalogues know."""

import re
from dataclasses import dataclass

from shizheng.kernel.errors import N_
from shizheng.statistics.datasets.domain.errors import CodeUnfit

CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LONGEST_CODE = 60


@dataclass(frozen=True, slots=True)
class Licence:
    """What people may do with the data (授權)."""

    name: str
    address: str


LICENCES = {
    "odgl-1.0": Licence(
        N_("Open Government Data License, version 1.0"), "https://data.gov.tw/license"
    ),
    "cc-by-4.0": Licence(
        N_("Creative Commons Attribution 4.0"), "https://creativecommons.org/licenses/by/4.0/"
    ),
    "cc0-1.0": Licence(
        N_("Creative Commons Zero 1.0"), "https://creativecommons.org/publicdomain/zero/1.0/"
    ),
    "mit": Licence(N_("MIT License"), "https://opensource.org/license/mit"),
    "unstated": Licence(N_("Not stated by the source"), ""),
}
THEMES = {
    "AGRI": N_("Agriculture, fisheries, forestry and food"),
    "ECON": N_("Economy and finance"),
    "EDUC": N_("Education, culture and sport"),
    "ENER": N_("Energy"),
    "ENVI": N_("Environment"),
    "GOVE": N_("Government and public sector"),
    "HEAL": N_("Health"),
    "JUST": N_("Justice, legal system and public safety"),
    "REGI": N_("Regions and cities"),
    "SOCI": N_("Population and society"),
    "TECH": N_("Science and technology"),
    "TRAN": N_("Transport"),
}
"""Codes of the EU's vocabulary of data themes, as DCAT-AP asks."""


def checked_code(code: str) -> str:
    """Return the code of a dataset as it is.

    Raises:
        CodeUnfit: not small letters, digits and hyphens, 3 to 60 of them.
    """
    if not 3 <= len(code) <= LONGEST_CODE or not CODE.fullmatch(code):
        raise CodeUnfit(code=code[:LONGEST_CODE])
    return code
