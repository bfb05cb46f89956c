"""The addresses of partners, people, attributes, regions, categories, tiers and life stages."""

from django.urls import path

from core.api.viewsets import ApiRouter
from partners import agreement_urls, conversation_urls
from partners.api.agreements import AcceptanceViewSet, AgreementViewSet
from partners.api.applications import ApplicationViewSet, QuestionViewSet
from partners.api.conversations import ConversationViewSet, MessageViewSet
from partners.api.flags import FlagViewSet
from partners.api.managers import LeaveCoverViewSet, SecondaryManagerViewSet
from partners.api.memberships import MembershipViewSet
from partners.api.merges import MergeViewSet
from partners.api.partners import PartnerViewSet
from partners.api.people import PersonViewSet
from partners.api.reviews import ReviewViewSet
from partners.api.touches import TouchViewSet
from partners.views import inbound_mail
from partners.views.partner import categories as own_categories
from partners.views.partner import flags as own_flags
from partners.views.partner import glossary, profile, suggestions
from partners.views.partner import life_stages as own_life_stages
from partners.views.partner import people as own_people
from partners.views.partner import reviews as own_reviews
from partners.views.partner import tiers as own_tiers
from partners.views.public import apply, apply_status
from partners.views.vendor import (
    application_questions,
    applications,
    assignments,
    attributes,
    categories,
    choices,
    duplicates,
    flags,
    leave_covers,
    life_stages,
    managers,
    membership_pages,
    memberships,
    merges,
    overrides,
    partners,
    people,
    region_grants,
    regions,
    review_calendar,
    reviews,
    stage_board,
    tier_moves,
    tiers,
    translations,
)

router = ApiRouter()
router.register("acceptances", AcceptanceViewSet, basename="acceptance")
router.register("agreements", AgreementViewSet, basename="agreement")
router.register("application-questions", QuestionViewSet, basename="application-question")
router.register("applications", ApplicationViewSet, basename="application")
router.register("conversations", ConversationViewSet, basename="conversation")
router.register("flags", FlagViewSet, basename="flag")
router.register("leave-covers", LeaveCoverViewSet, basename="leave-cover")
router.register("memberships", MembershipViewSet, basename="membership")
router.register("merges", MergeViewSet, basename="merge")
router.register("messages", MessageViewSet, basename="message")
router.register("partners", PartnerViewSet, basename="partner")
router.register("people", PersonViewSet, basename="person")
router.register("reviews", ReviewViewSet, basename="review")
router.register("secondary-managers", SecondaryManagerViewSet, basename="secondary-manager")
router.register("touches", TouchViewSet, basename="touch")

#: under /api/v1/
api = router.urls

#: under /, for organisations that are no partners yet, and for the mail server
site = [
    path("glossary/", glossary.glossary_public, name="glossary-public"),
    path("mail/receive/", inbound_mail.mail_receive, name="mail-receive"),
    path("apply/", apply.apply_start, name="apply-start"),
    path("apply/known/", apply.apply_known, name="apply-known"),
    path("apply/who/", apply.apply_who, name="apply-who"),
    path("apply/business/", apply.apply_business, name="apply-business"),
    path("apply/categories/", apply.apply_categories, name="apply-categories"),
    path("apply/questions/", apply.apply_questions, name="apply-questions"),
    path("apply/review/", apply.apply_review, name="apply-review"),
    path("apply/status/", apply_status.apply_status, name="apply-status"),
    path("apply/link/", apply.apply_again, name="apply-again"),
    path("apply/link/send/", apply.apply_resend, name="apply-resend"),
    path("apply/link/<str:token>/", apply.apply_link, name="apply-link"),
    path("apply/files/<uuid:message_file>/", apply_status.apply_file, name="apply-file"),
    path("apply/withdraw/", apply.apply_withdraw, name="apply-withdraw"),
    path("apply/leave/", apply.apply_leave, name="apply-leave"),
]

#: under /vendor/
vendor = [
    path("partners/choices/", choices.partner_choices_panel, name="partner-choices-panel"),
    path("partners/values/", choices.profile_values_panel, name="profile-values-panel"),
    path("partners/", partners.partner_list, name="partner-list"),
    path("partners/new/", partners.partner_create, name="partner-create"),
    path("partners/assign/", assignments.partner_assign, name="partner-assign"),
    path("partners/<uuid:public_id>/", partners.partner_detail, name="partner-detail"),
    path("partners/<uuid:public_id>/edit/", partners.partner_edit, name="partner-edit"),
    path("partners/<uuid:public_id>/people/", people.partner_people, name="partner-people"),
    path("partners/<uuid:public_id>/people/add/", people.person_add, name="person-add"),
    path("partners/<uuid:public_id>/people-panel/", people.partner_people_panel, name="partner-people-panel"),
    path("partners/<uuid:public_id>/scorecards/", partners.partner_scorecards, name="partner-scorecards"),
    path("partners/<uuid:public_id>/deals/", partners.partner_deals, name="partner-deals"),
    path("partners/<uuid:public_id>/learning/", partners.partner_enablement, name="partner-enablement"),
    path("partners/<uuid:public_id>/history/", partners.partner_history, name="partner-history"),
    path("partners/<uuid:public_id>/timeline-panel/", partners.partner_timeline_panel, name="partner-timeline-panel"),
    path("partners/<uuid:public_id>/release/", assignments.partner_release, name="partner-release"),
    path("partners/<uuid:public_id>/merge/", merges.merge_choose, name="merge-choose"),
    path("partners/<uuid:public_id>/merge/<uuid:other_id>/", merges.merge_compare, name="merge-compare"),
    path("duplicates/", duplicates.duplicate_list, name="duplicate-list"),
    path("duplicates/<uuid:public_id>/dismiss/", duplicates.duplicate_dismiss, name="duplicate-dismiss"),
    path("duplicates/<uuid:public_id>/reopen/", duplicates.duplicate_reopen, name="duplicate-reopen"),
    path("merges/", merges.merge_list, name="merge-list"),
    path("merges/<uuid:public_id>/", merges.merge_detail, name="merge-detail"),
    path("merges/<uuid:public_id>/undo/", merges.merge_undo, name="merge-undo"),
    path("people/<uuid:public_id>/edit/", people.person_edit, name="person-edit"),
    path("people/<uuid:public_id>/invite/", people.person_invite, name="person-invite"),
    path("people/<uuid:public_id>/leave/", people.person_leave, name="person-leave"),
    path("applications/", applications.application_list, name="application-list"),
    path("applications/questions/", application_questions.question_list, name="application-question-list"),
    path("applications/questions/new/", application_questions.question_create, name="application-question-create"),
    path("applications/questions/order/", application_questions.question_reorder, name="application-question-reorder"),
    path(
        "applications/questions/<uuid:application_question>/edit/",
        application_questions.question_edit,
        name="application-question-edit",
    ),
    path(
        "applications/questions/<uuid:application_question>/retire/",
        application_questions.question_retire,
        name="application-question-retire",
    ),
    path(
        "applications/questions/<uuid:application_question>/restore/",
        application_questions.question_restore,
        name="application-question-restore",
    ),
    path("applications/terms/", application_questions.application_terms, name="application-terms"),
    path("applications/<uuid:application>/", applications.application_detail, name="application-detail"),
    path(
        "partners/<uuid:public_id>/application/",
        applications.partner_application_panel,
        name="partner-application-panel",
    ),
    path("applications/<uuid:application>/take/", applications.application_take, name="application-take"),
    path("applications/<uuid:application>/assign/", applications.application_assign, name="application-assign"),
    path("applications/<uuid:application>/ask/", applications.application_ask, name="application-ask"),
    path("applications/<uuid:application>/decline/", applications.application_decline, name="application-decline"),
    path("applications/<uuid:application>/reopen/", applications.application_reopen, name="application-reopen"),
    path("applications/<uuid:application>/approve/", applications.application_approve, name="application-approve"),
    path("attributes/", attributes.attribute_list, name="attribute-list"),
    path("attributes/new/", attributes.attribute_create, name="attribute-create"),
    path("attributes/<uuid:public_id>/edit/", attributes.attribute_edit, name="attribute-edit"),
    path(
        "attributes/<uuid:public_id>/rename-choice/",
        attributes.attribute_rename_choice,
        name="attribute-rename-choice",
    ),
    path("attributes/<uuid:public_id>/retire/", attributes.attribute_retire, name="attribute-retire"),
    path("attributes/<uuid:public_id>/restore/", attributes.attribute_restore, name="attribute-restore"),
    path("users/<uuid:user>/regions/", region_grants.user_regions, name="user-regions"),
    path("regions/", regions.region_list, name="region-list"),
    path("regions/new/", regions.region_create, name="region-create"),
    path("regions/history/", regions.region_history_page, name="region-history"),
    path("regions/merges/<uuid:region_merge>/undo/", regions.region_unmerge, name="region-unmerge"),
    path("regions/<uuid:public_id>/", regions.region_detail, name="region-detail"),
    path("regions/<uuid:public_id>/edit/", regions.region_edit, name="region-edit"),
    path("regions/<uuid:public_id>/move/", regions.region_move, name="region-move"),
    path("regions/<uuid:public_id>/merge/", regions.region_merge, name="region-merge"),
    path("regions/<uuid:public_id>/remove/", regions.region_remove, name="region-remove"),
    path("categories/", categories.category_list, name="category-list"),
    path("categories/new/", categories.category_create, name="category-create"),
    path("categories/<uuid:public_id>/", categories.category_detail, name="category-detail"),
    path("categories/<uuid:public_id>/members/", categories.category_members, name="category-members"),
    path("categories/<uuid:public_id>/versions/", categories.category_versions, name="category-versions"),
    path("categories/<uuid:public_id>/versions/<int:number>/", categories.category_version, name="category-version"),
    path("categories/<uuid:public_id>/edit/", categories.category_edit, name="category-edit"),
    path("categories/<uuid:public_id>/publish/", categories.category_publish, name="category-publish"),
    path("categories/<uuid:public_id>/discard/", categories.category_discard, name="category-discard"),
    path("categories/<uuid:public_id>/retire/", categories.category_retire, name="category-retire"),
    path("categories/<uuid:public_id>/restore/", categories.category_restore, name="category-restore"),
    path("categories/<uuid:public_id>/unplan/", categories.category_unplan, name="category-unplan"),
    path("categories/<uuid:public_id>/languages/", categories.category_languages, name="category-languages"),
    path("categories/<uuid:public_id>/regions/", overrides.category_regions, name="category-regions"),
    path(
        "categories/<uuid:public_id>/regions/new/",
        overrides.category_override_create,
        name="category-override-create",
    ),
    path(
        "categories/overrides/<uuid:category_override>/",
        overrides.category_override_detail,
        name="category-override-detail",
    ),
    path(
        "categories/overrides/<uuid:category_override>/edit/",
        overrides.category_override_edit,
        name="category-override-edit",
    ),
    path(
        "categories/overrides/<uuid:category_override>/publish/",
        overrides.category_override_publish,
        name="category-override-publish",
    ),
    path(
        "categories/overrides/<uuid:category_override>/discard/",
        overrides.category_override_discard,
        name="category-override-discard",
    ),
    path(
        "categories/overrides/<uuid:category_override>/retire/",
        overrides.category_override_retire,
        name="category-override-retire",
    ),
    path(
        "categories/overrides/<uuid:category_override>/unplan/",
        overrides.category_override_unplan,
        name="category-override-unplan",
    ),
    path(
        "categories/overrides/<uuid:category_override>/languages/",
        overrides.category_override_languages,
        name="category-override-languages",
    ),
    path(
        "categories/overrides/<uuid:category_override>/versions/",
        overrides.category_override_versions,
        name="category-override-versions",
    ),
    path(
        "categories/overrides/<uuid:category_override>/versions/<int:number>/",
        overrides.category_override_version,
        name="category-override-version",
    ),
    path("memberships/", memberships.membership_list, name="membership-list"),
    path("memberships/<uuid:public_id>/confirm/", memberships.membership_confirm, name="membership-confirm"),
    path("memberships/<uuid:public_id>/primary/", memberships.membership_primary, name="membership-primary"),
    path("memberships/<uuid:public_id>/end/", memberships.membership_end, name="membership-end"),
    path("partners/<uuid:public_id>/memberships/", memberships.membership_history, name="membership-history"),
    path(
        "partners/<uuid:public_id>/categories/<uuid:category_id>/",
        memberships.partner_category,
        name="partner-category",
    ),
    path("partners/<uuid:public_id>/memberships/assign/", memberships.membership_assign, name="membership-assign"),
    path("partners/secondary/", managers.secondary_add, name="secondary-add"),
    path("partners/<uuid:public_id>/managers/panel/", managers.partner_managers_panel, name="partner-managers-panel"),
    path("partners/<uuid:public_id>/secondary/<uuid:user_id>/end/", managers.secondary_end, name="secondary-end"),
    path("leave-cover/", leave_covers.leave_cover_list, name="leave-cover-list"),
    path("leave-cover/new/", leave_covers.leave_cover_create, name="leave-cover-create"),
    path("leave-cover/<uuid:leave_cover>/withdraw/", leave_covers.leave_cover_withdraw, name="leave-cover-withdraw"),
    path(
        "partners/<uuid:public_id>/memberships/panel/",
        memberships.partner_memberships_panel,
        name="partner-memberships-panel",
    ),
    path("memberships/differences/", membership_pages.membership_differences, name="membership-differences"),
    path("memberships/rules/", membership_pages.membership_rules, name="membership-rules"),
    path("memberships/reviews/", reviews.membership_review_list, name="membership-review-list"),
    path("memberships/reviews/renew/", reviews.membership_review_renew, name="membership-review-renew"),
    path("memberships/reviews/open/", review_calendar.membership_review_open_many, name="membership-review-open-many"),
    path(
        "memberships/reviews/calendar/", review_calendar.membership_review_calendar, name="membership-review-calendar"
    ),
    path("memberships/reviews/due/", review_calendar.membership_due_list, name="membership-due-list"),
    path("memberships/<uuid:public_id>/review/", review_calendar.membership_review_open, name="membership-review-open"),
    path(
        "memberships/reviews/<uuid:membership_review>/",
        reviews.membership_review_detail,
        name="membership-review-detail",
    ),
    path(
        "memberships/reviews/<uuid:membership_review>/decide/",
        reviews.membership_review_decide,
        name="membership-review-decide",
    ),
    path(
        "memberships/reviews/<uuid:membership_review>/remark/",
        reviews.membership_review_remark,
        name="membership-review-remark",
    ),
    path("memberships/<uuid:public_id>/", membership_pages.membership_detail, name="membership-detail"),
    path("memberships/<uuid:public_id>/grace/", membership_pages.membership_grace, name="membership-grace"),
    path("memberships/<uuid:public_id>/flag/", flags.membership_flag, name="membership-flag"),
    path("categories/<uuid:public_id>/flag/", flags.category_flag, name="category-flag"),
    path("tiers/<uuid:public_id>/flag/", flags.tier_flag, name="tier-flag"),
    path("flags/", flags.flag_list, name="flag-list"),
    path("flags/statistics/", flags.flag_statistics, name="flag-statistics"),
    path("flags/<uuid:public_id>/", flags.flag_detail, name="flag-detail"),
    path("flags/<uuid:public_id>/answer/", flags.flag_answer, name="flag-answer"),
    path("flags/<uuid:public_id>/give/", flags.flag_give, name="flag-give"),
    path("translations/", translations.translation_list, name="translation-list"),
    path("tracks/", tiers.track_list, name="track-list"),
    path("tracks/new/", tiers.track_create, name="track-create"),
    path("tracks/<uuid:public_id>/edit/", tiers.track_edit, name="track-edit"),
    path("tracks/<uuid:public_id>/order/", tiers.track_reorder, name="track-reorder"),
    path("tracks/<uuid:public_id>/tiers/new/", tiers.tier_create, name="tier-create"),
    path("tiers/<uuid:public_id>/", tiers.tier_detail, name="tier-detail"),
    path("tiers/<uuid:public_id>/versions/", tiers.tier_versions, name="tier-versions"),
    path("tiers/<uuid:public_id>/versions/<int:number>/", tiers.tier_version, name="tier-version"),
    path("tiers/<uuid:public_id>/edit/", tiers.tier_edit, name="tier-edit"),
    path("tiers/<uuid:public_id>/publish/", tiers.tier_publish, name="tier-publish"),
    path("tiers/<uuid:public_id>/discard/", tiers.tier_discard, name="tier-discard"),
    path("tiers/<uuid:public_id>/retire/", tiers.tier_retire, name="tier-retire"),
    path("tiers/<uuid:public_id>/restore/", tiers.tier_restore, name="tier-restore"),
    path("tiers/<uuid:public_id>/unplan/", tiers.tier_unplan, name="tier-unplan"),
    path("tiers/<uuid:public_id>/languages/", tiers.tier_languages, name="tier-languages"),
    path("tiers/<uuid:public_id>/regions/", overrides.tier_regions, name="tier-regions"),
    path("tiers/<uuid:public_id>/regions/new/", overrides.tier_override_create, name="tier-override-create"),
    path("tiers/overrides/<uuid:tier_override>/", overrides.tier_override_detail, name="tier-override-detail"),
    path("tiers/overrides/<uuid:tier_override>/edit/", overrides.tier_override_edit, name="tier-override-edit"),
    path(
        "tiers/overrides/<uuid:tier_override>/publish/", overrides.tier_override_publish, name="tier-override-publish"
    ),
    path(
        "tiers/overrides/<uuid:tier_override>/discard/", overrides.tier_override_discard, name="tier-override-discard"
    ),
    path("tiers/overrides/<uuid:tier_override>/retire/", overrides.tier_override_retire, name="tier-override-retire"),
    path("tiers/overrides/<uuid:tier_override>/unplan/", overrides.tier_override_unplan, name="tier-override-unplan"),
    path(
        "tiers/overrides/<uuid:tier_override>/languages/",
        overrides.tier_override_languages,
        name="tier-override-languages",
    ),
    path(
        "tiers/overrides/<uuid:tier_override>/versions/",
        overrides.tier_override_versions,
        name="tier-override-versions",
    ),
    path(
        "tiers/overrides/<uuid:tier_override>/versions/<int:number>/",
        overrides.tier_override_version,
        name="tier-override-version",
    ),
    path("tracks/<uuid:public_id>/policy/", tier_moves.track_policy, name="track-policy"),
    path("tiers/reviews/", tier_moves.review_list, name="tier-review-list"),
    path("tiers/reviews/<uuid:tier_review>/", tier_moves.review_detail, name="tier-review"),
    path("tiers/reviews/<uuid:tier_review>/decide/", tier_moves.review_decide, name="tier-review-decide"),
    path("tiers/approvals/", tier_moves.approval_list, name="tier-approvals"),
    path("tiers/approvals/approve/", tier_moves.approval_approve, name="tier-approve"),
    path("tiers/approvals/<uuid:tier_proposal>/decline/", tier_moves.approval_decline, name="tier-decline"),
    path("tiers/manual/<uuid:manual_override>/end/", tier_moves.override_end, name="manual-override-end"),
    path("tiers/invitations/<uuid:tier_invitation>/withdraw/", tier_moves.invitation_withdraw, name="tier-withdraw"),
    path(
        "partners/<uuid:public_id>/tiers/<uuid:track_id>/override/",
        tier_moves.override_begin,
        name="manual-override-begin",
    ),
    path("partners/<uuid:public_id>/tiers/<uuid:track_id>/invite/", tier_moves.tier_invite, name="tier-invite"),
    path("partners/<uuid:public_id>/tiers/panel/", tiers.partner_tiers_panel, name="partner-tiers-panel"),
    path("partners/<uuid:public_id>/tiers/<uuid:track_id>/hold/", tiers.tier_hold, name="tier-hold"),
    path("life-stages/", life_stages.life_stage_list, name="life-stage-list"),
    path("life-stages/board/", stage_board.stage_board, name="stage-board"),
    path("life-stages/<uuid:public_id>/board/", stage_board.stage_board_column, name="stage-board-column"),
    path("life-stages/conversion/", stage_board.stage_conversion, name="stage-conversion"),
    path("life-stages/new/", life_stages.life_stage_create, name="life-stage-create"),
    path("life-stages/<uuid:public_id>/", life_stages.life_stage_detail, name="life-stage-detail"),
    path("life-stages/<uuid:public_id>/versions/", life_stages.life_stage_versions, name="life-stage-versions"),
    path(
        "life-stages/<uuid:public_id>/versions/<int:number>/",
        life_stages.life_stage_version,
        name="life-stage-version",
    ),
    path("life-stages/<uuid:public_id>/edit/", life_stages.life_stage_edit, name="life-stage-edit"),
    path("life-stages/<uuid:public_id>/publish/", life_stages.life_stage_publish, name="life-stage-publish"),
    path("life-stages/<uuid:public_id>/discard/", life_stages.life_stage_discard, name="life-stage-discard"),
    path("life-stages/<uuid:public_id>/retire/", life_stages.life_stage_retire, name="life-stage-retire"),
    path("life-stages/<uuid:public_id>/restore/", life_stages.life_stage_restore, name="life-stage-restore"),
    path("life-stages/<uuid:public_id>/unplan/", life_stages.life_stage_unplan, name="life-stage-unplan"),
    path("life-stages/<uuid:public_id>/languages/", life_stages.life_stage_languages, name="life-stage-languages"),
    path(
        "partners/<uuid:public_id>/life-stage/panel/",
        life_stages.partner_life_stage_panel,
        name="partner-life-stage-panel",
    ),
    *conversation_urls.vendor,
    *agreement_urls.vendor,
]

#: under /partner/
partner = [
    path("company/", profile.profile, name="profile"),
    path("company/edit/", profile.profile_edit, name="profile-edit"),
    path("company/values/", profile.profile_values_panel, name="profile-values-panel"),
    path("people/", own_people.person_list, name="person-list"),
    path("people/add/", own_people.person_add, name="person-add"),
    path("people/<uuid:public_id>/edit/", own_people.person_edit, name="person-edit"),
    path("people/<uuid:public_id>/invite/", own_people.person_invite, name="person-invite"),
    path("people/<uuid:public_id>/leave/", own_people.person_leave, name="person-leave"),
    path("glossary/", glossary.glossary, name="glossary"),
    path("glossary/compare/", glossary.glossary_compare, name="glossary-compare"),
    path("categories/", own_categories.category_list, name="category-list"),
    path("categories/suggested/", suggestions.suggestion_list, name="suggestion-list"),
    path("categories/suggested/<uuid:membership>/accept/", suggestions.suggestion_accept, name="suggestion-accept"),
    path("categories/suggested/<uuid:membership>/refuse/", suggestions.suggestion_refuse, name="suggestion-refuse"),
    path("categories/reviews/", own_reviews.membership_review_list, name="membership-review-list"),
    path(
        "categories/reviews/<uuid:membership_review>/",
        own_reviews.membership_review_detail,
        name="membership-review-detail",
    ),
    path(
        "categories/reviews/<uuid:membership_review>/answer/",
        own_reviews.membership_review_answer,
        name="membership-review-answer",
    ),
    path(
        "categories/reviews/<uuid:membership_review>/profile/",
        own_reviews.membership_review_profile,
        name="membership-review-profile",
    ),
    path("categories/<uuid:public_id>/flag/", own_flags.category_flag, name="category-flag"),
    path("tiers/<uuid:public_id>/flag/", own_flags.tier_flag, name="tier-flag"),
    path("categories/flags/", own_flags.flag_list, name="flag-list"),
    path("categories/flags/<uuid:flag>/", own_flags.flag_detail, name="flag-detail"),
    path("categories/flags/<uuid:flag>/withdraw/", own_flags.flag_withdraw, name="flag-withdraw"),
    path("categories/<uuid:public_id>/changes/", own_categories.category_changes, name="category-changes"),
    path("categories/<uuid:public_id>/", own_categories.category_detail, name="category-detail"),
    path("categories/<uuid:public_id>/declare/", own_categories.category_declare, name="category-declare"),
    path("tiers/", own_tiers.tier_detail, name="tier-detail"),
    path("tiers/history/panel/", own_tiers.tier_history_panel, name="tier-history-panel"),
    path("life-stage/panel/", own_life_stages.life_stage_panel, name="life-stage-panel"),
    *conversation_urls.partner,
    *agreement_urls.partner,
]
