"""Records of deals."""

from deals.models.customers import Customer
from deals.models.deals import Deal, DealLine, DealParticipant, DealRole, DealStage
from deals.models.products import Product
from deals.models.references import CustomerReference, ReferenceState, ReferenceVisibility

__all__ = [
    "Customer",
    "CustomerReference",
    "Deal",
    "DealLine",
    "DealParticipant",
    "DealRole",
    "DealStage",
    "Product",
    "ReferenceState",
    "ReferenceVisibility",
]
