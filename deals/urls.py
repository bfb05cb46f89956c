"""Addresses of deals."""

from django.urls import path

from deals.api.deals import router
from deals.views.partner import deals as partner_deals
from deals.views.vendor import deals, editing

# /vendor/
vendor = [
    path("deals/", deals.deal_list, name="deal-list"),
    path("deals/new/", editing.deal_create, name="deal-create"),
    path("deals/partner-options/", editing.deal_partner_options, name="deal-partner-options"),
    path("deals/<uuid:deal_id>/", deals.deal_detail, name="deal-detail"),
    path("deals/<uuid:deal_id>/edit/", editing.deal_edit, name="deal-edit"),
    path("partners/<uuid:partner_id>/deals-panel/", deals.partner_deals_panel, name="partner-deals-panel"),
]

# /partner/
partner = [
    path("deals/", partner_deals.deal_list, name="deal-list"),
    path("deals/<uuid:deal_id>/", partner_deals.deal_detail, name="deal-detail"),
]

# /api/v1/
api = router.urls
