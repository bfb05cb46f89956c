"""Addresses of scorecards."""

from django.urls import path

from core.api.viewsets import ApiRouter
from scorecards import assessment_urls, plan_urls, play_urls
from scorecards.api.alerts import AlertViewSet
from scorecards.api.assessments import AssessmentViewSet
from scorecards.api.scorecards import ScorecardViewSet
from scorecards.views.vendor import (
    metrics,
    pace,
    partner_history,
    scorecard_versions,
    scorecards,
    sections,
    starter,
    switch_many,
)

# /vendor/
vendor = [
    path("scorecards/", scorecards.scorecard_list, name="scorecard-list"),
    path("scorecards/starter-pack/", starter.starter_install, name="starter-install"),
    path("scorecards/<uuid:scorecard_id>/pace-panel/", pace.scorecard_pace_panel, name="scorecard-pace-panel"),
    path("scorecards/new/", scorecards.scorecard_create, name="scorecard-create"),
    path("scorecards/switch-on/", switch_many.scorecard_switch_on_many, name="scorecard-switch-on-many"),
    path("scorecards/switch-off/", switch_many.scorecard_switch_off_many, name="scorecard-switch-off-many"),
    path("scorecards/<uuid:scorecard_id>/", scorecards.scorecard_detail, name="scorecard-detail"),
    path("scorecards/<uuid:scorecard_id>/edit/", scorecards.scorecard_edit, name="scorecard-edit"),
    path("scorecards/<uuid:scorecard_id>/make-main/", scorecards.scorecard_make_main, name="scorecard-make-main"),
    path("scorecards/<uuid:scorecard_id>/duplicate/", scorecards.scorecard_duplicate, name="scorecard-duplicate"),
    path("scorecards/<uuid:scorecard_id>/retire/", scorecards.scorecard_retire, name="scorecard-retire"),
    path("scorecards/<uuid:scorecard_id>/restore/", scorecards.scorecard_restore, name="scorecard-restore"),
    path(
        "scorecards/<uuid:scorecard_id>/versions/", scorecard_versions.scorecard_version_list, name="scorecard-versions"
    ),
    path(
        "scorecards/<uuid:scorecard_id>/versions/<int:number>/",
        scorecard_versions.scorecard_version,
        name="scorecard-version",
    ),
    path("scorecards/<uuid:scorecard_id>/settings/", scorecard_versions.scorecard_settings, name="scorecard-settings"),
    path("scorecards/<uuid:scorecard_id>/criteria/", scorecard_versions.scorecard_criteria, name="scorecard-criteria"),
    path("scorecards/<uuid:scorecard_id>/order/", sections.section_order, name="scorecard-order"),
    path("scorecards/sections/<uuid:section_id>/order/", sections.metric_order, name="scorecard-section-order"),
    path(
        "scorecards/<uuid:scorecard_id>/partners/<uuid:partner_id>/",
        partner_history.partner_score_history,
        name="partner-score-history",
    ),
    path("scorecards/<uuid:scorecard_id>/draft/", scorecard_versions.scorecard_draft, name="scorecard-draft"),
    path("scorecards/<uuid:scorecard_id>/publish/", scorecard_versions.scorecard_publish, name="scorecard-publish"),
    path("scorecards/<uuid:scorecard_id>/unplan/", scorecard_versions.scorecard_unplan, name="scorecard-unplan"),
    path("scorecards/<uuid:scorecard_id>/discard/", scorecard_versions.scorecard_discard, name="scorecard-discard"),
    path("scorecards/<uuid:scorecard_id>/sections/new/", sections.section_create, name="scorecard-section-create"),
    path("scorecards/sections/<uuid:section_id>/edit/", sections.section_edit, name="scorecard-section-edit"),
    path("scorecards/sections/<uuid:section_id>/remove/", sections.section_remove, name="scorecard-section-remove"),
    path("scorecards/sections/<uuid:section_id>/metrics/new/", metrics.metric_create, name="metric-create"),
    path("scorecards/metrics/<uuid:metric_id>/edit/", metrics.metric_edit, name="metric-edit"),
    path("scorecards/metrics/<uuid:metric_id>/duplicate/", metrics.metric_duplicate, name="metric-duplicate"),
    path("scorecards/metrics/<uuid:metric_id>/remove/", metrics.metric_remove, name="metric-remove"),
    path("partners/<uuid:partner_id>/score-panel/", scorecards.partner_score_panel, name="partner-score-panel"),
    *assessment_urls.vendor,
    *plan_urls.vendor,
    *play_urls.vendor,
]

# /partner/
partner = [*assessment_urls.partner, *plan_urls.partner, *play_urls.partner]

# /api/v1/
router = ApiRouter()
router.register("scorecards", ScorecardViewSet, basename="scorecard")
router.register("assessments", AssessmentViewSet, basename="assessment")
router.register("alerts", AlertViewSet, basename="alert")
api = [*router.urls, *plan_urls.api]
