"""Addresses of segmentation."""

from django.urls import path

from core.api.viewsets import ApiRouter
from segmentation.api.measures import MeasureViewSet
from segmentation.api.segments import SegmentViewSet
from segmentation.views.partner import effects
from segmentation.views.partner import progress as partner_progress
from segmentation.views.partner import tier_evidence as partner_tier_evidence
from segmentation.views.partner import what_if as partner_what_if
from segmentation.views.partner import why as partner_why
from segmentation.views.vendor import (
    assignment_rules,
    bands,
    criteria,
    formulas,
    freshness,
    groups,
    impacts,
    measures,
    progress,
    publishing,
    region_trials,
    segments,
    simulations,
    tier_evidence,
    what_if,
    why,
)

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
    path("segments/<uuid:public_id>/publish/", publishing.segment_publish, name="segment-publish"),
    path("segments/<uuid:public_id>/unplan/", publishing.segment_unplan, name="segment-unplan"),
    path("segments/<uuid:public_id>/discard/", publishing.segment_discard, name="segment-discard"),
    path("segments/<uuid:public_id>/restore/", publishing.segment_restore, name="segment-restore"),
    path("segments/<uuid:public_id>/pin/", segments.segment_pin, name="segment-pin"),
    path("segments/<uuid:public_id>/pin/choices/", segments.segment_pin_choices, name="segment-pin-choices-panel"),
    path("segments/<uuid:public_id>/unpin/<uuid:partner_id>/", segments.segment_unpin, name="segment-unpin"),
    path("regions/<uuid:public_id>/move/panel/", region_trials.region_move_panel, name="region-move-panel"),
    path("assignment-rules/", assignment_rules.assignment_rule_list, name="assignment-rule-list"),
    path("assignment-rules/new/", assignment_rules.assignment_rule_create, name="assignment-rule-create"),
    path("assignment-rules/apply/", assignment_rules.assignment_rule_apply, name="assignment-rule-apply"),
    path("assignment-rules/<uuid:public_id>/edit/", assignment_rules.assignment_rule_edit, name="assignment-rule-edit"),
    path("assignment-rules/<uuid:public_id>/move/", assignment_rules.assignment_rule_move, name="assignment-rule-move"),
    path(
        "assignment-rules/<uuid:public_id>/retire/",
        assignment_rules.assignment_rule_retire,
        name="assignment-rule-retire",
    ),
    path("partners/<uuid:public_id>/group/", groups.partner_group_panel, name="partner-group-panel"),
    path("measures/", measures.measure_list, name="measure-list"),
    path("measures/new/", measures.measure_create, name="measure-create"),
    path("measures/<uuid:public_id>/", measures.measure_detail, name="measure-detail"),
    path("measures/<uuid:public_id>/edit/", measures.measure_edit, name="measure-edit"),
    path("measures/<uuid:public_id>/formula/", formulas.measure_formula, name="measure-formula"),
    path("measures/<uuid:public_id>/retire/", measures.measure_retire, name="measure-retire"),
    path("measures/<uuid:public_id>/bands/save/", bands.bands_save, name="bands-save"),
    path("measures/<uuid:public_id>/bands/publish/", bands.bands_publish, name="bands-publish"),
    path("measures/<uuid:public_id>/bands/discard/", bands.bands_discard, name="bands-discard"),
    path("classification/", bands.classification, name="classification"),
    path("classification/matrix/", bands.classification_matrix, name="classification-matrix"),
    path("measures/<uuid:public_id>/publish/", publishing.measure_publish, name="measure-publish"),
    path("measures/<uuid:public_id>/unplan/", publishing.measure_unplan, name="measure-unplan"),
    path("measures/<uuid:public_id>/discard/", publishing.measure_discard, name="measure-discard"),
    path("measures/<uuid:public_id>/restore/", publishing.measure_restore, name="measure-restore"),
    path("criteria/<slug:kind>/<uuid:public_id>/", criteria.criteria_edit, name="criteria-edit"),
    path("tiers/<uuid:public_id>/simulation/", simulations.tier_simulation, name="tier-simulation"),
    path("tiers/<uuid:public_id>/simulation/keep/", simulations.tier_simulation_keep, name="tier-simulation-keep"),
    path(
        "categories/<uuid:public_id>/simulation/keep/",
        simulations.category_simulation_keep,
        name="category-simulation-keep",
    ),
    path("categories/<uuid:public_id>/simulation/", simulations.category_simulation, name="category-simulation"),
    path(
        "criteria/in-region/category/<uuid:category_override>/",
        criteria.category_override_criteria,
        name="category-override-criteria",
    ),
    path(
        "criteria/in-region/tier/<uuid:tier_override>/", criteria.tier_override_criteria, name="tier-override-criteria"
    ),
    path("impact/<slug:kind>/<uuid:public_id>/", impacts.definition_impact_panel, name="definition-impact-panel"),
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
    path("tiers/moves/<uuid:tier_move>/", tier_evidence.of_move, name="tier-move"),
    path("tiers/reviews/<uuid:tier_review>/<uuid:tier_outcome>/", tier_evidence.of_outcome, name="tier-outcome"),
    path("tiers/approvals/<uuid:tier_proposal>/", tier_evidence.of_proposal, name="tier-proposal"),
    path("partners/<uuid:public_id>/what-if/", what_if.what_if, name="what-if"),
    path("partners/<uuid:public_id>/tiers/", progress.partner_progress, name="partner-progress"),
    path("partners/<uuid:public_id>/tiers/forecast/", progress.partner_forecast_panel, name="partner-forecast-panel"),
    path("partners/<uuid:public_id>/tiers/history/", progress.partner_tier_history, name="partner-tier-history"),
    path(
        "partners/<uuid:public_id>/classification/",
        why.partner_classification_panel,
        name="partner-classification-panel",
    ),
]

# under /partner/
partner = [
    path("company/effects/", effects.profile_effects, name="profile-effects"),
    path("what-if/", partner_what_if.what_if, name="what-if"),
    path("tiers/progress/", partner_progress.tier_progress, name="tier-progress"),
    path("tiers/forecast/", partner_progress.tier_forecast_panel, name="tier-forecast-panel"),
    path("tiers/history/", partner_progress.tier_history, name="tier-history"),
    path("tiers/moves/<uuid:tier_move>/", partner_tier_evidence.of_move, name="tier-move"),
    path("why/<slug:kind>/<uuid:public_id>/", partner_why.why_panel, name="why-panel"),
    path("why/<slug:kind>/<uuid:public_id>/records/", partner_why.why_records_panel, name="why-records-panel"),
]
