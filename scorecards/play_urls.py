"""Addresses of plays: the library, those given to partners, those of segments."""

from django.urls import path

from scorecards.views.partner import prescriptions as partner_prescriptions
from scorecards.views.vendor import partner_plays, plays, prescriptions, segment_plays

# /vendor/
vendor = [
    path("plays/", plays.play_list, name="play-list"),
    path("plays/new/", plays.play_create, name="play-create"),
    path("plays/<uuid:play_id>/", plays.play_detail, name="play-detail"),
    path("plays/<uuid:play_id>/edit/", plays.play_edit, name="play-edit"),
    path("plays/<uuid:play_id>/publish/", plays.play_publish, name="play-publish"),
    path("plays/<uuid:play_id>/retire/", plays.play_retire, name="play-retire"),
    path("prescriptions/", prescriptions.prescription_list, name="prescription-list"),
    path("prescriptions/<uuid:prescription_id>/", prescriptions.prescription_detail, name="prescription-detail"),
    path("prescriptions/<uuid:prescription_id>/edit/", prescriptions.prescription_edit, name="prescription-edit"),
    path("prescriptions/<uuid:prescription_id>/finish/", prescriptions.prescription_finish, name="prescription-finish"),
    path(
        "prescriptions/<uuid:prescription_id>/withdraw/",
        prescriptions.prescription_withdraw,
        name="prescription-withdraw",
    ),
    path(
        "prescriptions/<uuid:prescription_id>/propose-again/",
        prescriptions.prescription_propose_again,
        name="prescription-propose-again",
    ),
    path("prescriptions/<uuid:prescription_id>/proof/", prescriptions.prescription_proof, name="prescription-proof"),
    path("partners/<uuid:partner_id>/plays/", partner_plays.partner_plays, name="partner-plays"),
    path("partners/<uuid:partner_id>/plays/panel/", partner_plays.partner_plays_panel, name="partner-plays-panel"),
    path("partners/<uuid:partner_id>/plays/choose/", partner_plays.prescription_choose, name="prescription-choose"),
    path(
        "partners/<uuid:partner_id>/plays/<uuid:play_id>/accept/",
        partner_plays.prescription_accept,
        name="prescription-accept",
    ),
    path(
        "partners/<uuid:partner_id>/plays/<uuid:play_id>/decline/",
        partner_plays.prescription_decline,
        name="prescription-decline",
    ),
    path("segment-plays/", segment_plays.segment_play_list, name="segment-play-list"),
    path("segment-plays/new/", segment_plays.segment_play_create, name="segment-play-create"),
    path("segment-plays/<uuid:segment_play_id>/", segment_plays.segment_play_detail, name="segment-play-detail"),
    path("segment-plays/<uuid:segment_play_id>/edit/", segment_plays.segment_play_edit, name="segment-play-edit"),
    path("segment-plays/<uuid:segment_play_id>/start/", segment_plays.segment_play_start, name="segment-play-start"),
    path("segment-plays/<uuid:segment_play_id>/end/", segment_plays.segment_play_end, name="segment-play-end"),
    path("segments/<uuid:segment_id>/plays/", segment_plays.segment_plays_panel, name="segment-plays-panel"),
]

# /partner/
partner = [
    path("plays/", partner_prescriptions.prescription_list, name="prescription-list"),
    path("plays/next/", partner_prescriptions.prescription_panel, name="prescription-panel"),
    path("plays/<uuid:prescription_id>/", partner_prescriptions.prescription_detail, name="prescription-detail"),
    path("plays/<uuid:prescription_id>/finish/", partner_prescriptions.prescription_finish, name="prescription-finish"),
    path("plays/<uuid:prescription_id>/proof/", partner_prescriptions.prescription_proof, name="prescription-proof"),
]
