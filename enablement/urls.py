"""Addresses of enablement."""

from django.urls import path, re_path

from core.api.views import NowhereView
from core.api.viewsets import ApiRouter
from enablement.api.assets import AssetPartViewSet, AssetViewSet
from enablement.api.certifications import CertificationViewSet, HeldCertificationViewSet
from enablement.api.events import EventViewSet
from enablement.api.learning import CourseViewSet
from enablement.api.news import NewsViewSet
from enablement.api.packages import PackageResultViewSet
from enablement.api.registrations import RegistrationViewSet
from enablement.api.specializations import HeldSpecializationViewSet, SpecializationViewSet
from enablement.api.statements import AboutView, StatementsView
from enablement.api.surveys import SurveyAnswerViewSet, SurveyRoundViewSet, SurveyViewSet
from enablement.api.walks import StepProofViewSet, WalkViewSet
from enablement.views.partner import assets as library
from enablement.views.partner import category_training
from enablement.views.partner import certifications as own_certifications
from enablement.views.partner import courses as own_courses
from enablement.views.partner import events as own_events
from enablement.views.partner import journeys as learning
from enablement.views.partner import learning as own_learning
from enablement.views.partner import news as own_news
from enablement.views.partner import packages as own_packages
from enablement.views.partner import quizzes as own_quizzes
from enablement.views.partner import skills as own_skills
from enablement.views.partner import specializations as own_specializations
from enablement.views.partner import steps as own_steps
from enablement.views.partner import surveys as own_surveys
from enablement.views.public import badges, calendars
from enablement.views.vendor import (
    assets,
    certifications,
    courses,
    events,
    health,
    journey_versions,
    journeys,
    lessons,
    news,
    packages,
    partners,
    parts,
    processes,
    questions,
    quizzes,
    skills,
    statements,
    steps,
    survey_actions,
    survey_questions,
    survey_results,
    surveys,
    walks,
)
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
    path("content-health/searches/", health.content_searches, name="content-searches"),
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
    path("journeys/<uuid:public_id>/entry/", journey_versions.journey_entry, name="journey-entry"),
    path("journeys/<uuid:public_id>/preview/", journey_versions.journey_preview, name="journey-preview"),
    path("journeys/<uuid:public_id>/move/", journey_versions.journey_move, name="journey-move"),
    path("journeys/<uuid:public_id>/branches/new/", steps.branch_add, name="branch-add"),
    path("journeys/<uuid:public_id>/steps/new/", steps.step_add, name="step-add"),
    path("journeys/<uuid:public_id>/steps/<uuid:step_id>/edit/", steps.step_edit, name="step-edit"),
    path("journeys/<uuid:public_id>/steps/<uuid:step_id>/remove/", steps.step_remove, name="step-remove"),
    path("journeys/progress/", walks.walk_list, name="walk-list"),
    path("journeys/walks/<uuid:walk_id>/", walks.walk_detail, name="walk-detail"),
    path("journeys/walks/<uuid:walk_id>/stop/", walks.walk_stop, name="walk-stop"),
    path("journeys/walks/<uuid:walk_id>/move/", walks.walk_move, name="walk-move"),
    path("journeys/walks/<uuid:walk_id>/steps/<uuid:step_id>/meeting/", walks.walk_meeting, name="walk-meeting"),
    path("journeys/proofs/<uuid:proof_id>/", walks.proof_detail, name="proof-detail"),
    path("journeys/proofs/<uuid:proof_id>/decide/", walks.proof_decide, name="proof-decide"),
    path("journeys/proofs/<uuid:proof_id>/file/", walks.proof_file, name="proof-file"),
    path("certifications/", certifications.certification_list, name="certification-list"),
    path("certifications/new/", certifications.certification_create, name="certification-create"),
    path("certifications/<uuid:public_id>/", certifications.certification_detail, name="certification-detail"),
    path("certifications/<uuid:public_id>/edit/", certifications.certification_edit, name="certification-edit"),
    path("certifications/<uuid:public_id>/requirements/new/", certifications.requirement_add, name="requirement-add"),
    path(
        "certifications/<uuid:public_id>/requirements/<uuid:requirement_id>/remove/",
        certifications.requirement_remove,
        name="requirement-remove",
    ),
    path("certificates/<uuid:certificate_id>/revoke/", certifications.certificate_revoke, name="certificate-revoke"),
    path(
        "partners/<uuid:public_id>/certificates/new/",
        certifications.partner_certificate_record,
        name="partner-certificate-record",
    ),
    path("learning-elsewhere/", statements.statement_list, name="statement-list"),
    path("learning-elsewhere/<uuid:public_id>/", statements.statement_detail, name="statement-detail"),
    path("courses/", courses.course_list, name="course-list"),
    path("courses/new/", courses.course_create, name="course-create"),
    path("courses/<uuid:public_id>/", courses.course_detail, name="course-detail"),
    path("courses/<uuid:public_id>/edit/", courses.course_edit, name="course-edit"),
    path("courses/<uuid:public_id>/publish/", courses.course_publish, name="course-publish"),
    path("courses/<uuid:public_id>/retire/", courses.course_retire, name="course-retire"),
    path("courses/<uuid:public_id>/order/", lessons.lesson_order, name="lesson-order"),
    path("courses/<uuid:public_id>/lessons/new/", lessons.lesson_add, name="lesson-add"),
    path("courses/<uuid:public_id>/lessons/<uuid:lesson_id>/edit/", lessons.lesson_edit, name="lesson-edit"),
    path("courses/<uuid:public_id>/lessons/<uuid:lesson_id>/remove/", lessons.lesson_remove, name="lesson-remove"),
    path("packages/", packages.package_list, name="package-list"),
    path("packages/new/", packages.package_add, name="package-add"),
    path("packages/<uuid:public_id>/", packages.package_detail, name="package-detail"),
    path("packages/<uuid:public_id>/edit/", packages.package_edit, name="package-edit"),
    path("packages/<uuid:public_id>/renew/", packages.package_renew, name="package-renew"),
    path("packages/<uuid:public_id>/try/", packages.package_try, name="package-try"),
    path("packages/<uuid:public_id>/versions/", packages.package_versions_panel, name="package-versions-panel"),
    path("quizzes/", quizzes.quiz_list, name="quiz-list"),
    path("quizzes/new/", quizzes.quiz_create, name="quiz-create"),
    path("quizzes/starters/", quizzes.quiz_starters, name="quiz-starters"),
    path("quizzes/<uuid:quiz_id>/", quizzes.quiz_detail, name="quiz-detail"),
    path("quizzes/<uuid:quiz_id>/edit/", quizzes.quiz_edit, name="quiz-edit"),
    path("quizzes/<uuid:quiz_id>/publish/", quizzes.quiz_publish, name="quiz-publish"),
    path("quizzes/<uuid:quiz_id>/retire/", quizzes.quiz_retire, name="quiz-retire"),
    path("quizzes/<uuid:quiz_id>/results/", quizzes.quiz_results, name="quiz-results"),
    path("quizzes/<uuid:quiz_id>/results/<uuid:standing_id>/open/", quizzes.quiz_open_round, name="quiz-open-round"),
    path("quizzes/<uuid:quiz_id>/questions/new/", questions.question_add, name="question-add"),
    path("quizzes/<uuid:quiz_id>/questions/<uuid:question_id>/edit/", questions.question_edit, name="question-edit"),
    path(
        "quizzes/<uuid:quiz_id>/questions/<uuid:question_id>/retire/",
        questions.question_retire,
        name="question-retire",
    ),
    path("partners/<uuid:public_id>/people/learning/", partners.learning_panel, name="partner-learning-panel"),
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
    path("skills/", skills.skill_list, name="skill-list"),
    path("skills/new/", skills.skill_create, name="skill-create"),
    path("skills/coverage/", skills.skill_coverage, name="skill-coverage"),
    path("skills/<uuid:public_id>/", skills.skill_detail, name="skill-detail"),
    *(
        path(f"skills/<uuid:public_id>/{verb}/", getattr(skills, f"skill_{verb}"), name=f"skill-{verb}")
        for verb in ("edit", "publish", "retire", "prove")
    ),
    path("skills/<uuid:public_id>/evidence/<uuid:evidence_id>/remove/", skills.skill_disprove, name="skill-disprove"),
    path("partners/<uuid:public_id>/skills/", skills.partner_skills, name="partner-skills"),
    path("partners/<uuid:public_id>/skills/panel/", skills.partner_skills_panel, name="partner-skills-panel"),
    path("partners/<uuid:public_id>/skills/confirm/", skills.partner_skill_confirm, name="partner-skill-confirm"),
    path(
        "partners/<uuid:public_id>/processes/confirm/",
        processes.partner_process_confirm,
        name="partner-process-confirm",
    ),
    path("processes/", processes.process_list, name="process-list"),
    path("processes/new/", processes.process_create, name="process-create"),
    path("processes/<uuid:public_id>/", processes.process_detail, name="process-detail"),
    *(
        path(f"processes/<uuid:public_id>/{verb}/", getattr(processes, f"process_{verb}"), name=f"process-{verb}")
        for verb in ("edit", "publish", "retire")
    ),
    path("news/", news.news_list, name="news-list"),
    path("news/new/", news.news_create, name="news-create"),
    path("news/preview/", news.news_preview, name="news-preview"),
    path("news/<uuid:public_id>/", news.news_detail, name="news-detail"),
    path("news/<uuid:public_id>/edit/", news.news_edit, name="news-edit"),
    path("news/<uuid:public_id>/languages/", news.news_languages, name="news-languages"),
    path("news/<uuid:public_id>/publish/", news.news_publish, name="news-publish"),
    path("news/<uuid:public_id>/retire/", news.news_retire, name="news-retire"),
    path("news/<uuid:public_id>/remind/", news.news_remind, name="news-remind"),
    path("news/<uuid:public_id>/readers/", news.news_readers, name="news-readers"),
    path("events/", events.event_list, name="event-list"),
    path("events/new/", events.event_create, name="event-create"),
    path("events/<uuid:public_id>/", events.event_detail, name="event-detail"),
    *(
        path(f"events/<uuid:public_id>/{verb}/", getattr(events, f"event_{verb}"), name=f"event-{verb}")
        for verb in ("edit", "publish", "cancel", "attendance", "recording", "people")
    ),
    path("surveys/", surveys.survey_list, name="survey-list"),
    path("surveys/new/", surveys.survey_create, name="survey-create"),
    path("surveys/<uuid:public_id>/", surveys.survey_detail, name="survey-detail"),
    *(
        path(f"surveys/<uuid:public_id>/{verb}/", getattr(surveys, f"survey_{verb}"), name=f"survey-{verb}")
        for verb in ("edit", "draft", "preview", "publish", "discard", "retire", "close")
    ),
    path("surveys/actions/", survey_actions.survey_action_list, name="survey-action-list"),
    path("surveys/<uuid:public_id>/actions/", survey_actions.survey_actions_of, name="survey-actions"),
    path("surveys/<uuid:public_id>/actions/new/", survey_actions.survey_action_add, name="survey-action-add"),
    path("surveys/actions/<uuid:survey_action_id>/", survey_actions.survey_action_detail, name="survey-action-detail"),
    *(
        path(
            f"surveys/actions/<uuid:survey_action_id>/{verb}/",
            getattr(survey_actions, f"survey_action_{verb}"),
            name=f"survey-action-{verb}",
        )
        for verb in ("edit", "reply", "invite")
    ),
    path(
        "partners/<uuid:public_id>/feedback/new/",
        survey_actions.partner_survey_feedback_add,
        name="partner-survey-feedback-add",
    ),
    path("partners/<uuid:public_id>/surveys/", survey_actions.partner_surveys_panel, name="partner-surveys-panel"),
    path("surveys/<uuid:public_id>/versions/<int:number>/", surveys.survey_version, name="survey-version"),
    *(
        path(
            f"surveys/<uuid:public_id>/rounds/<int:number>/{verb}/",
            getattr(survey_results, f"survey_{verb}"),
            name=f"survey-{verb}",
        )
        for verb in ("results", "texts", "answered", "export")
    ),
    path("surveys/<uuid:public_id>/questions/new/", survey_questions.survey_question_add, name="survey-question-add"),
    path(
        "surveys/<uuid:public_id>/questions/order/",
        survey_questions.survey_question_order,
        name="survey-question-order",
    ),
    path(
        "surveys/<uuid:public_id>/questions/<slug:question_key>/edit/",
        survey_questions.survey_question_edit,
        name="survey-question-edit",
    ),
    path(
        "surveys/<uuid:public_id>/questions/<slug:question_key>/remove/",
        survey_questions.survey_question_remove,
        name="survey-question-remove",
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
    path("journeys/team/", learning.journey_team, name="journey-team"),
    path("journeys/proofs/<uuid:proof_id>/file/", own_steps.proof_file, name="proof-file"),
    path("journeys/<uuid:public_id>/steps/<uuid:step_id>/", own_steps.step_detail, name="step-detail"),
    path("journeys/<uuid:public_id>/start/", learning.journey_start, name="journey-start"),
    path("journeys/<uuid:public_id>/steps/<uuid:step_id>/complete/", learning.step_complete, name="step-complete"),
    path("journeys/<uuid:public_id>/steps/<uuid:step_id>/skip/", learning.step_skip, name="step-skip"),
    path("learning/", own_learning.own_learning, name="learning"),
    path("learning/paths/", own_learning.learning_paths_panel, name="learning-paths-panel"),
    path("learning/team/", own_learning.team_learning, name="learning-team"),
    path("courses/<uuid:public_id>/", own_courses.course_detail, name="course-detail"),
    path("courses/<uuid:public_id>/lessons/<uuid:lesson_id>/", own_courses.lesson_detail, name="lesson-detail"),
    path("courses/<uuid:public_id>/lessons/<uuid:lesson_id>/done/", own_courses.lesson_finish, name="lesson-finish"),
    path("courses/<uuid:public_id>/lessons/<uuid:lesson_id>/begin/", own_packages.lesson_begin, name="lesson-begin"),
    path("courses/<uuid:public_id>/lessons/<uuid:lesson_id>/play/", own_packages.lesson_play, name="lesson-play"),
    path("courses/<uuid:public_id>/lessons/<uuid:lesson_id>/tell/", own_packages.lesson_tell, name="lesson-tell"),
    path("quizzes/<uuid:quiz_id>/", own_quizzes.quiz_detail, name="quiz-detail"),
    path("quizzes/<uuid:quiz_id>/start/", own_quizzes.quiz_start, name="quiz-start"),
    path("attempts/<uuid:attempt_id>/", own_quizzes.attempt_detail, name="attempt-detail"),
    path("attempts/<uuid:attempt_id>/save/", own_quizzes.attempt_save, name="attempt-save"),
    path("attempts/<uuid:attempt_id>/hand-in/", own_quizzes.attempt_hand_in, name="attempt-hand-in"),
    path("certifications/", own_certifications.certification_list, name="certification-list"),
    path("certifications/<uuid:public_id>/", own_certifications.certification_detail, name="certification-detail"),
    path(
        "certifications/<uuid:public_id>/enroll/",
        own_certifications.certification_enroll,
        name="certification-enroll",
    ),
    path("specializations/", own_specializations.specialization_list, name="specialization-list"),
    path("skills/", own_skills.skill_list, name="skill-list"),
    path("skills/<uuid:public_id>/tell/", own_skills.skill_tell, name="skill-tell"),
    path("skills/<uuid:public_id>/take-back/", own_skills.skill_take_back, name="skill-take-back"),
    path("processes/", own_skills.process_list, name="process-list"),
    path("processes/<uuid:public_id>/tell/", own_skills.process_tell, name="process-tell"),
    path("news/", own_news.news_list, name="news-list"),
    path("news/waiting/", own_news.news_panel, name="news-panel"),
    path("news/<uuid:public_id>/", own_news.news_detail, name="news-detail"),
    path("news/<uuid:public_id>/acknowledge/", own_news.news_acknowledge, name="news-acknowledge"),
    path("events/", own_events.event_list, name="event-list"),
    path("events/calendar/", own_events.event_calendar, name="event-calendar"),
    path("events/calendar/renew/", own_events.event_calendar_renew, name="event-calendar-renew"),
    path("events/<uuid:public_id>/", own_events.event_detail, name="event-detail"),
    path("events/<uuid:public_id>/register/", own_events.event_register, name="event-register"),
    path("events/<uuid:public_id>/unregister/", own_events.event_unregister, name="event-unregister"),
    path("events/<uuid:public_id>/file/", own_events.event_file, name="event-file"),
    path("surveys/", own_surveys.survey_list, name="survey-list"),
    path("surveys/waiting/", own_surveys.survey_home_panel, name="survey-home-panel"),
    path("surveys/<uuid:public_id>/", own_surveys.survey_detail, name="survey-detail"),
    path("surveys/<uuid:public_id>/save/", own_surveys.survey_save, name="survey-save"),
    path("surveys/actions/<uuid:survey_action_id>/", own_surveys.survey_action_detail, name="survey-action-detail"),
]

# on its own
site = [
    path("badges/issuer/", badges.badge_issuer, name="badge-issuer"),
    path("badges/keys/<str:thumbprint>/", badges.badge_key, name="badge-key"),
    path("badges/<str:badge_token>/", badges.badge_detail, name="badge-detail"),
    path("badges/<str:badge_token>/status/", badges.badge_status, name="badge-status"),
    path("badges/<str:badge_token>/credential/", badges.badge_download, name="badge-download"),
    path("calendars/<str:feed_token>/", calendars.event_feed, name="event-feed"),
]

# under /api/v1/
router = ApiRouter()
router.register("assets", AssetViewSet, basename="asset")
router.register("asset-parts", AssetPartViewSet, basename="asset-part")
router.register("certifications", CertificationViewSet, basename="certification")
router.register("courses", CourseViewSet, basename="course")
router.register("events", EventViewSet, basename="event")
router.register("held-certifications", HeldCertificationViewSet, basename="held-certification")
router.register("held-specializations", HeldSpecializationViewSet, basename="held-specialization")
router.register("news", NewsViewSet, basename="news")
router.register("specializations", SpecializationViewSet, basename="specialization")
router.register("event-registrations", RegistrationViewSet, basename="event-registration")
router.register("package-results", PackageResultViewSet, basename="package-result")
router.register("proofs", StepProofViewSet, basename="proof")
router.register("surveys", SurveyViewSet, basename="survey")
router.register("survey-answers", SurveyAnswerViewSet, basename="survey-answer")
router.register("survey-rounds", SurveyRoundViewSet, basename="survey-round")
router.register("walks", WalkViewSet, basename="walk")
api = router.urls

# under /api/xapi/, in the namespace `xapi`
xapi = [
    path("about", AboutView.as_view(), name="about"),
    path("statements", StatementsView.as_view(), name="statements"),
    re_path("", NowhereView.as_view(), name="nowhere"),
]
