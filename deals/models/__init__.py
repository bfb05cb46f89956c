"""Records of deals."""

from deals.models.customers import Customer
from deals.models.deals import Deal, DealLine, DealParticipant, DealRole, DealStage
from deals.models.products import Product

__all__ = ["Customer", "Deal", "DealLine", "DealParticipant", "DealRole", "DealStage", "Product"]
