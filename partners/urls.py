"""The addresses of partners, people, attributes, regions, categories, tiers and life stages."""

from core.api.viewsets import ApiRouter
from partners.api.partners import PartnerViewSet
from partners.api.people import PersonViewSet

router = ApiRouter()
router.register("partners", PartnerViewSet, basename="partner")
router.register("people", PersonViewSet, basename="person")

#: under /api/v1/
api = router.urls
