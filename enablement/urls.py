"""Addresses of enablement."""

from django.urls import path

from core.api.viewsets import ApiRouter
from enablement.api.assets import AssetPartViewSet, AssetViewSet
from enablement.api.specializations import HeldSpecializationViewSet, SpecializationViewSet
from enablement.views.partner import assets as library
from enablement.views.partner import category_training
from enablement.views.partner import certifications as own_certifications
from enablement.views.partner import journeys as learning
from enablement.views.partner import specializations as own_specializations
from enablement.views.vendor import assets, certifications, health, journey_versions, journeys, partners, parts, steps
from enablement.views.vendor import specializations as special

PART = "assets/<uuid:public_id>/parts/<uuid:part_id>/"

# under /vendor/
vendor = [
    path("assets/", assets.asset_list, name="asset-list"),
    path("assets/new/", assets.asset_create, name="asset-create"),
    path("assets/preview/", assets.asset_preview, name="asset-preview"),
    path("assets/<uuid:public_id>/", assets.asset_detail, name="asset-detail"),
    path("assets/<uuid:public_id>/edit/", assets.asset_edit, name="asset-edit"),
    path("assets/<uuid:public_id>/publish/", assets.asset_publish, name="asset-publish"),
    path("assets/<uuid:public_id>/retire/", assets.asset_retire, name="asset-retire"),
    path("assets/<uuid:public_id>/audience/", assets.asset_audience, name="asset-audience"),
    path("assets/<uuid:public_id>/order/", parts.asset_order, name="asset-order"),
    path("assets/<uuid:public_id>/kit/add/", assets.kit_add, name="asset-kit-add"),
    path("assets/<uuid:public_id>/kit/order/", assets.kit_order, name="asset-kit-order"),
    path("assets/<uuid:public_id>/kit/<uuid:item_id>/remove/", assets.kit_remove, name="asset-kit-remove"),
    path("assets/<uuid:public_id>/parts/new/", parts.asset_part_add, name="asset-part-add"),
    *(
        path(f"{PART}{verb}/", getattr(parts, f"asset_part_{verb}"), name=f"asset-part-{verb}")
        for verb in ("edit", "remove", "restore", "versions", "download", "play", "captions")
    ),
    path(
        f"{PART}versions/<int:number>/restore/",
        parts.asset_part_version_restore,
        name="asset-part-version-restore",
    ),
    path(
        f"{PART}versions/<int:number>/download/",
        parts.asset_part_version_download,
        name="asset-part-version-download",
    ),
    path("content-health/", health.content_health, name="content-health"),
    path("content-health/coverage/", health.content_coverage, name="content-coverage"),
    path("content-health/usage/", health.content_usage, name="content-usage"),
    path("journeys/", journeys.journey_list, name="journey-list"),
    path("journeys/new/", journeys.journey_create, name="journey-create"),
    path("journeys/<uuid:public_id>/", journeys.journey_detail, name="journey-detail"),
    path("journeys/<uuid:public_id>/edit/", journeys.journey_edit, name="journey-edit"),
    path("journeys/<uuid:public_id>/retire/", journeys.journey_retire, name="journey-retire"),
    path("journeys/<uuid:public_id>/draft/", journey_versions.journey_draft, name="journey-draft"),
    path("journeys/<uuid:public_id>/publish/", journey_versions.journey_publish, name="journey-publish"),
    path("journeys/<uuid:public_id>/discard/", journey_versions.journey_discard, name="journey-discard"),
    path("journeys/<uuid:public_id>/versions/", journey_versions.journey_versions, name="journey-versions"),
    path("journeys/<uuid:public_id>/versions/<int:number>/", journey_versions.journey_version, name="journey-version"),
    path("journeys/<uuid:public_id>/order/", steps.journey_order, name="journey-order"),
    path("journeys/<uuid:public_id>/steps/new/", steps.step_add, name="step-add"),
    path("journeys/<uuid:public_id>/steps/<uuid:step_id>/edit/", steps.step_edit, name="step-edit"),
    path("journeys/<uuid:public_id>/steps/<uuid:step_id>/remove/", steps.step_remove, name="step-remove"),
    path("certifications/", certifications.certification_list, name="certification-list"),
    path("certifications/new/", certifications.certification_create, name="certification-create"),
    path("certifications/<uuid:public_id>/edit/", certifications.certification_edit, name="certification-edit"),
    path("certifications/<uuid:public_id>/retire/", certifications.certification_retire, name="certification-retire"),
    path("partners/<uuid:public_id>/enablement/", partners.enablement_panel, name="partner-enablement-panel"),
    path("specializations/", special.specialization_list, name="specialization-list"),
    path("specializations/new/", special.specialization_create, name="specialization-create"),
    path("specializations/waiting/", special.specialization_waiting, name="specialization-waiting"),
    path("specializations/<uuid:public_id>/", special.specialization_detail, name="specialization-detail"),
    path("specializations/<uuid:public_id>/edit/", special.specialization_edit, name="specialization-edit"),
    path("specializations/<uuid:public_id>/retire/", special.specialization_retire, name="specialization-retire"),
    path(
        "specializations/held/<uuid:held_specialization_id>/grant/",
        special.held_specialization_grant,
        name="held-specialization-grant",
    ),
    path(
        "specializations/held/<uuid:held_specialization_id>/end/",
        special.held_specialization_end,
        name="held-specialization-end",
    ),
    path(
        "partners/<uuid:public_id>/specializations/",
        special.partner_specializations_panel,
        name="partner-specializations-panel",
    ),
]

# under /partner/
partner = [
    path(
        "categories/<uuid:public_id>/training/",
        category_training.category_training_panel,
        name="category-training-panel",
    ),
    path("assets/", library.asset_list, name="asset-list"),
    path("assets/suggest/", library.asset_suggest, name="asset-suggest"),
    path("assets/picked/", library.asset_picks_panel, name="asset-picks-panel"),
    path("assets/<uuid:public_id>/", library.asset_detail, name="asset-detail"),
    path("assets/<uuid:public_id>/more/", library.asset_more_panel, name="asset-more-panel"),
    path("assets/<uuid:public_id>/favourite/", library.asset_favourite, name="asset-favourite"),
    path("assets/<uuid:public_id>/rate/", library.asset_rate, name="asset-rate"),
    *(
        path(f"{PART}{verb}/", getattr(library, f"asset_part_{verb}"), name=f"asset-part-{verb}")
        for verb in ("download", "play", "captions")
    ),
    path("journeys/", learning.journey_list, name="journey-list"),
    path("journeys/<uuid:public_id>/", learning.journey_detail, name="journey-detail"),
    path("journeys/<uuid:public_id>/start/", learning.journey_start, name="journey-start"),
    path("journeys/<uuid:public_id>/steps/<uuid:step_id>/complete/", learning.step_complete, name="step-complete"),
    path("certifications/", own_certifications.certification_list, name="certification-list"),
    path("specializations/", own_specializations.specialization_list, name="specialization-list"),
]

# under /api/v1/
router = ApiRouter()
router.register("assets", AssetViewSet, basename="asset")
router.register("asset-parts", AssetPartViewSet, basename="asset-part")
router.register("held-specializations", HeldSpecializationViewSet, basename="held-specialization")
router.register("specializations", SpecializationViewSet, basename="specialization")
api = router.urls
