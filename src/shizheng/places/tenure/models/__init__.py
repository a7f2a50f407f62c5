"""Tables of city property: ledger, contracts, occupation, sales, counting, idle space, land bank.

After ISO 19152 (LADM): property is a unit of administration, a lease is a right on it, a party
holds it; the spatial unit is a thing of a register.
"""

from shizheng.places.tenure.models.idle import Space, SpaceApplication, SpaceUse
from shizheng.places.tenure.models.industry import LandEnquiry
from shizheng.places.tenure.models.leases import Lease, Occupation, RentDue
from shizheng.places.tenure.models.ledger import AccountingFigure, PropertyEntry, PropertyItem
from shizheng.places.tenure.models.sales import SaleHousehold, SaleNotice
from shizheng.places.tenure.models.stock import StockFinding, StockRound

__all__ = [
    "AccountingFigure", "LandEnquiry", "Lease", "Occupation", "PropertyEntry", "PropertyItem",
    "RentDue", "SaleHousehold", "SaleNotice", "Space", "SpaceApplication", "SpaceUse",
    "StockFinding", "StockRound",
]  # fmt: skip
