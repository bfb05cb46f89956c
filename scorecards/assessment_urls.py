"""Addresses of scorecards of one partner: used, assessed by both sides, looked at. Served with those of `urls.py`."""

from django.urls import path

from scorecards.views.partner import assessments as own
from scorecards.views.partner import scorecards as own_scorecards
from scorecards.views.vendor import assessments, partner_scorecards

OF_PARTNER = "partners/<uuid:partner_id>/scorecards/<uuid:scorecard_id>/"
OWN = "scorecards/<uuid:scorecard_id>/"

# /vendor/
vendor = [
    path(
        "partners/<uuid:partner_id>/scorecards-panel/",
        partner_scorecards.partner_scorecards_panel,
        name="partner-scorecards-panel",
    ),
    path(OF_PARTNER, partner_scorecards.partner_scorecard_detail, name="partner-scorecard-detail"),
    path(f"{OF_PARTNER}panel/", partner_scorecards.partner_scorecard_panel, name="partner-scorecard-panel"),
    path(
        f"{OF_PARTNER}assessments-panel/",
        partner_scorecards.partner_assessments_panel,
        name="partner-assessments-panel",
    ),
    path(f"{OF_PARTNER}switch-on/", partner_scorecards.partner_scorecard_switch_on, name="partner-scorecard-switch-on"),
    path(
        f"{OF_PARTNER}switch-off/", partner_scorecards.partner_scorecard_switch_off, name="partner-scorecard-switch-off"
    ),
    path(f"{OF_PARTNER}ask/", partner_scorecards.self_assessment_ask, name="self-assessment-ask"),
    path(f"{OF_PARTNER}assess/", assessments.assessment, name="assessment"),
    path(f"{OF_PARTNER}finish/", assessments.assessment_finish, name="assessment-finish"),
    path(f"{OF_PARTNER}take-up/", assessments.assessment_take_up, name="assessment-take-up"),
    path(f"{OF_PARTNER}assess/<slug:section_key>/", assessments.assessment_section, name="assessment-section"),
    path(f"{OF_PARTNER}assess/<slug:section_key>/confirm/", assessments.assessment_confirm, name="assessment-confirm"),
    path(f"{OF_PARTNER}answers/<uuid:metric_id>/", assessments.answer_save, name="answer-save"),
    path(f"{OF_PARTNER}answers/<uuid:metric_id>/files/", assessments.answer_file_add, name="answer-file-add"),
    path("assessments/<uuid:assessment_id>/", assessments.assessment_detail, name="assessment-detail"),
    path("answer-files/<uuid:answer_file_id>/", assessments.answer_file, name="answer-file"),
    path("answer-files/<uuid:answer_file_id>/remove/", assessments.answer_file_remove, name="answer-file-remove"),
]

# /partner/
partner = [
    path("scorecard/", own_scorecards.scorecard, name="scorecard"),
    path("scorecards/panel/", own_scorecards.measure_panel, name="measure-panel"),
    path(OWN, own_scorecards.scorecard_detail, name="own-scorecard"),
    path(f"{OWN}assessments-panel/", own_scorecards.assessments_panel, name="assessments-panel"),
    path(f"{OWN}assess/", own.assessment, name="assessment"),
    path(f"{OWN}finish/", own.assessment_finish, name="assessment-finish"),
    path(f"{OWN}take-up/", own.assessment_take_up, name="assessment-take-up"),
    path(f"{OWN}assess/<slug:section_key>/", own.assessment_section, name="assessment-section"),
    path(f"{OWN}assess/<slug:section_key>/confirm/", own.assessment_confirm, name="assessment-confirm"),
    path(f"{OWN}answers/<uuid:metric_id>/", own.answer_save, name="answer-save"),
    path(f"{OWN}answers/<uuid:metric_id>/files/", own.answer_file_add, name="answer-file-add"),
    path("assessments/<uuid:assessment_id>/", own.assessment_detail, name="assessment-detail"),
    path("answer-files/<uuid:answer_file_id>/", own.answer_file, name="answer-file"),
    path("answer-files/<uuid:answer_file_id>/remove/", own.answer_file_remove, name="own-answer-file-remove"),
]
