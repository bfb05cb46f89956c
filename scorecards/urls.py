"""Addresses of scorecards."""

from django.urls import path

from scorecards.views.partner import scorecards as partner_scorecards
from scorecards.views.vendor import metrics, scorecards

# /vendor/
vendor = [
    path("scorecards/", scorecards.scorecard_list, name="scorecard-list"),
    path("scorecards/new/", scorecards.scorecard_create, name="scorecard-create"),
    path("scorecards/<uuid:scorecard_id>/", scorecards.scorecard_detail, name="scorecard-detail"),
    path("scorecards/<uuid:scorecard_id>/edit/", scorecards.scorecard_edit, name="scorecard-edit"),
    path("scorecards/<uuid:scorecard_id>/make-main/", scorecards.scorecard_make_main, name="scorecard-make-main"),
    path("scorecards/<uuid:scorecard_id>/metrics/new/", metrics.metric_create, name="metric-create"),
    path("scorecards/metrics/<uuid:metric_id>/edit/", metrics.metric_edit, name="metric-edit"),
    path("scorecards/metrics/<uuid:metric_id>/remove/", metrics.metric_remove, name="metric-remove"),
    path("partners/<uuid:partner_id>/score-panel/", scorecards.partner_score_panel, name="partner-score-panel"),
]

# /partner/
partner = [path("scorecard/", partner_scorecards.scorecard, name="scorecard")]
