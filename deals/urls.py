"""Addresses of deals."""

from django.urls import path

from core.api.viewsets import ApiRouter
from deals.api.deals import DealViewSet
from deals.api.references import ReferenceViewSet
from deals.views.partner import deals as partner_deals
from deals.views.partner import references as own_references
from deals.views.vendor import deals, editing, references

# /vendor/
vendor = [
    path("deals/", deals.deal_list, name="deal-list"),
    path("deals/new/", editing.deal_create, name="deal-create"),
    path("deals/partner-options/", editing.deal_partner_options, name="deal-partner-options"),
    path("deals/<uuid:deal_id>/", deals.deal_detail, name="deal-detail"),
    path("deals/<uuid:deal_id>/edit/", editing.deal_edit, name="deal-edit"),
    path("partners/<uuid:partner_id>/deals-panel/", deals.partner_deals_panel, name="partner-deals-panel"),
    path("references/", references.reference_list, name="reference-list"),
    path("references/<uuid:public_id>/", references.reference_detail, name="reference-detail"),
    path("references/<uuid:public_id>/file/", references.reference_file, name="reference-file"),
]

# /partner/
partner = [
    path("deals/", partner_deals.deal_list, name="deal-list"),
    path("deals/<uuid:deal_id>/", partner_deals.deal_detail, name="deal-detail"),
    path("references/", own_references.reference_list, name="reference-list"),
    path("references/new/", own_references.reference_create, name="reference-create"),
    path("references/<uuid:public_id>/edit/", own_references.reference_edit, name="reference-edit"),
    path("references/<uuid:public_id>/file/", own_references.reference_file, name="reference-file"),
]

router = ApiRouter()
router.register("deals", DealViewSet, basename="deal")
router.register("references", ReferenceViewSet, basename="reference")

# /api/v1/
api = router.urls
