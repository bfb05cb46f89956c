"""Addresses of segmentation."""

from django.urls import path

from core.api.viewsets import ApiRouter
from segmentation.api.measures import MeasureViewSet
from segmentation.api.segments import SegmentViewSet
from segmentation.views.partner import what_if as partner_what_if
from segmentation.views.partner import why as partner_why
from segmentation.views.vendor import criteria, formulas, freshness, measures, segments, what_if, why

router = ApiRouter()
router.register("measures", MeasureViewSet, basename="measure")
router.register("segments", SegmentViewSet, basename="segment")

# under /api/v1/
api = router.urls

# under /vendor/
vendor = [
    path("segments/", segments.segment_list, name="segment-list"),
    path("segments/new/", segments.segment_create, name="segment-create"),
    path("segments/<uuid:public_id>/", segments.segment_detail, name="segment-detail"),
    path("segments/<uuid:public_id>/edit/", segments.segment_edit, name="segment-edit"),
    path("segments/<uuid:public_id>/retire/", segments.segment_retire, name="segment-retire"),
    path("segments/<uuid:public_id>/pin/", segments.segment_pin, name="segment-pin"),
    path("segments/<uuid:public_id>/pin/choices/", segments.segment_pin_choices, name="segment-pin-choices-panel"),
    path("segments/<uuid:public_id>/unpin/<uuid:partner_id>/", segments.segment_unpin, name="segment-unpin"),
    path("measures/", measures.measure_list, name="measure-list"),
    path("measures/new/", measures.measure_create, name="measure-create"),
    path("measures/<uuid:public_id>/", measures.measure_detail, name="measure-detail"),
    path("measures/<uuid:public_id>/edit/", measures.measure_edit, name="measure-edit"),
    path("measures/<uuid:public_id>/formula/", formulas.measure_formula, name="measure-formula"),
    path("measures/<uuid:public_id>/retire/", measures.measure_retire, name="measure-retire"),
    path("criteria/<slug:kind>/<uuid:public_id>/", criteria.criteria_edit, name="criteria-edit"),
    path("freshness/", freshness.freshness, name="freshness"),
    path("freshness/now/", freshness.freshness_panel, name="freshness-panel"),
    path("freshness/run/", freshness.freshness_run, name="freshness-run"),
    path("freshness/retry/", freshness.freshness_retry, name="freshness-retry"),
    path("why/", why.why, name="why"),
    path("why/<slug:kind>/<uuid:public_id>/<uuid:partner_id>/", why.why_panel, name="why-panel"),
    path(
        "why/<slug:kind>/<uuid:public_id>/<uuid:partner_id>/records/",
        why.why_records_panel,
        name="why-records-panel",
    ),
    path("partners/<uuid:public_id>/what-if/", what_if.what_if, name="what-if"),
    path(
        "partners/<uuid:public_id>/classification/",
        why.partner_classification_panel,
        name="partner-classification-panel",
    ),
]

# under /partner/
partner = [
    path("what-if/", partner_what_if.what_if, name="what-if"),
    path("why/<slug:kind>/<uuid:public_id>/", partner_why.why_panel, name="why-panel"),
    path("why/<slug:kind>/<uuid:public_id>/records/", partner_why.why_records_panel, name="why-records-panel"),
]
