"""How journeys, certifications and activity move when two partners become one."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from django.db.models import Count, F, Model, QuerySet, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from enablement.models import (
    Activity,
    Adoption,
    AssetOpinion,
    CertificationEnrollment,
    CourseProgress,
    Enrollment,
    EnrollmentState,
    EventRegistration,
    HeldCertification,
    HeldSkill,
    HeldSpecialization,
    HeldState,
    LearningStatement,
    NewsRead,
    PackageAttempt,
    QuizAttempt,
    QuizStanding,
    StepAnswers,
    StepMeeting,
    StepProgress,
    StepProof,
    StepReminder,
    SurveyActionGuest,
    SurveyFeedback,
    SurveyResponse,
    VainSearch,
)
from partners.services.merge_parts import Moves, Part, keep_best

#: What belongs to a person, and what a person has one of each for.
LEARNED: tuple[tuple[type[Model], str], ...] = (
    (CourseProgress, "course"),
    (QuizStanding, "quiz"),
    (QuizAttempt, "quiz"),
    (PackageAttempt, "package"),
    (CertificationEnrollment, "certification"),
)
FAR = [EnrollmentState.STOPPED, EnrollmentState.PAUSED, EnrollmentState.ACTIVE, EnrollmentState.COMPLETED]


def move_enrollments(moves: Moves) -> None:
    """Move walks through journeys. Where both were on one, the walk that got further goes on."""
    walks = Enrollment.objects.filter(partner_id__in=[moves.survivor_id, moves.merged_id]).annotate(
        done=Count("progress")
    )
    ours_first = sorted(walks, key=lambda walk: (walk.partner_id != moves.survivor_id, walk.pk))
    _kept, rest = keep_best(
        ours_first,
        group=lambda walk: walk.journey_id,
        rank=lambda walk: (FAR.index(EnrollmentState(walk.state)), walk.done),
    )
    ids = [walk.pk for walk in rest]
    moves.set_aside(StepProgress.objects.filter(enrollment__in=ids))
    for model in (StepReminder, StepProof, StepMeeting, StepAnswers):
        moves.set_aside(model._default_manager.filter(enrollment__in=ids))
    moves.set_aside(Enrollment.objects.filter(pk__in=ids))
    moves.take_all(Enrollment)


def move_certifications(moves: Moves) -> None:
    """Certifications go with their people; those of somebody known to both go to the entry that stays."""
    for gone, kept in moves.twins.items():
        has = set(HeldCertification.objects.filter(person=kept).values_list("certification_id", "earned_on"))
        held = HeldCertification.objects.filter(person=gone).order_by("pk")
        new = [one.pk for one in held if (one.certification_id, one.earned_on) not in has]
        moves.change(HeldCertification.objects.filter(pk__in=new), person_id=kept)
    ours = HeldCertification.objects.filter(partner_id=moves.survivor_id, person=None)
    known = set(ours.values_list("certification_id", "earned_on"))
    theirs = HeldCertification.objects.filter(partner_id=moves.merged_id, person=None).order_by("pk")
    moves.set_aside(
        HeldCertification.objects.filter(
            pk__in=[one.pk for one in theirs if (one.certification_id, one.earned_on) in known]
        )
    )
    moves.take_all(HeldCertification)


def move_learning(moves: Moves) -> None:
    """Courses and quizzes go with their people; of somebody known to both, the entry that stays keeps its own."""
    for gone, kept in moves.twins.items():
        for model, subject in LEARNED:
            has = model._default_manager.filter(person=kept).values_list(subject, flat=True)
            theirs = model._default_manager.filter(person=gone).exclude(**{f"{subject}__in": list(has)})
            moves.change(theirs, person_id=kept)


def move_statements(moves: Moves) -> None:
    """What other systems told goes with the people it is about."""
    for gone, kept in moves.twins.items():
        moves.change(LearningStatement.objects.filter(person=gone), person_id=kept)


def move_opinions(moves: Moves) -> None:
    """Favourites and stars go with their people; those of somebody known to both go to the entry that stays."""
    for gone, kept in moves.twins.items():
        has = set(AssetOpinion.objects.filter(person=kept).values_list("asset_id", flat=True))
        theirs = AssetOpinion.objects.filter(person=gone)
        moves.change(theirs.exclude(asset__in=has), person_id=kept)


def move_news(moves: Moves) -> None:
    """What people read goes with them; of somebody known to both, the entry that stays keeps its own."""
    for gone, kept in moves.twins.items():
        has = set(NewsRead.objects.filter(person=kept).values_list("item_id", flat=True))
        moves.change(NewsRead.objects.filter(person=gone).exclude(item__in=has), person_id=kept)


def move_registrations(moves: Moves) -> None:
    """Seats go with the people who took them; of somebody known to both, the entry that stays keeps its own."""
    for gone, kept in moves.twins.items():
        has = set(EventRegistration.objects.filter(person=kept).values_list("event_id", flat=True))
        moves.change(EventRegistration.objects.filter(person=gone).exclude(event__in=has), person_id=kept)


def move_skills(moves: Moves) -> None:
    """Skills go with their people; of somebody known to both, the entry that stays keeps what is said of it."""
    for gone, kept in moves.twins.items():
        said = set(HeldSkill.objects.filter(person=kept, ended_at=None).values_list("skill_id", "source"))
        theirs = HeldSkill.objects.filter(person=gone).order_by("pk")
        new = [one.pk for one in theirs if one.ended_at or (one.skill_id, one.source) not in said]
        moves.change(HeldSkill.objects.filter(pk__in=new), person_id=kept)


def move_adoptions(moves: Moves) -> None:
    """Move what is said of ways of working; where both say something, what was said last holds."""
    rows = Adoption.objects.filter(partner_id__in=[moves.survivor_id, moves.merged_id], ended_at=None)
    _kept, rest = keep_best(
        sorted(rows, key=lambda row: (row.partner_id != moves.survivor_id, row.pk)),
        group=lambda row: (row.process_id, row.source),
        rank=lambda row: row.said_at,
    )
    closing = Adoption.objects.filter(pk__in=[row.pk for row in rest])
    moves.change(closing, ended_at=Greatest(moves.at, F("said_at")))
    moves.take_all(Adoption)


def move_activity(moves: Moves) -> None:
    """Move what people did and looked for in vain. What nobody in particular did on one day is added up."""
    _add_up(moves, Activity.objects.filter(person=None), by=("asset_id", "kind", "day"))
    moves.take_all(Activity)
    _add_up(moves, VainSearch.objects.all(), by=("day", "text"), latest="last_at")
    moves.take_all(VainSearch)


def _add_up(moves: Moves, rows: QuerySet[Any], *, by: Sequence[str], latest: str = "") -> None:
    """Where both have counted the same, let the survivor's row say how often it was, and when last."""
    same = attrgetter(*by)
    ours = {same(row): row.pk for row in rows.filter(partner_id=moves.survivor_id)}
    theirs = rows.filter(partner_id=moves.merged_id).order_by("pk")
    doubled = {row: pk for row in theirs if (pk := ours.get(same(row)))}
    moves.set_aside(rows.filter(pk__in=[row.pk for row in doubled]))
    for row, pk in doubled.items():
        last = {latest: Greatest(latest, Value(getattr(row, latest)))} if latest else {}
        moves.change(rows.filter(pk=pk), times=F("times") + row.times, **last)


def move_specializations(moves: Moves) -> None:
    """Move specializations; where both hold one, the survivor's stays unless only the other is active."""
    rows = HeldSpecialization.objects.filter(partner_id__in=[moves.survivor_id, moves.merged_id], ends_at__isnull=True)
    _kept, rest = keep_best(
        sorted(rows, key=lambda row: (row.partner_id != moves.survivor_id, row.pk)),
        group=lambda row: row.specialization_id,
        rank=lambda row: row.state == HeldState.ACTIVE,
    )
    closing = HeldSpecialization.objects.filter(pk__in=[row.pk for row in rest])
    moves.change(closing, ends_at=Greatest(moves.at, F("starts_at")), state=HeldState.WITHDRAWN)
    moves.take_all(HeldSpecialization)


def move_survey_responses(moves: Moves) -> None:
    """Move answers to surveys. Where both answered in a round, what was handed in last counts."""
    for gone, kept in moves.twins.items():
        moves.change(SurveyResponse.objects.filter(person=gone, is_per_partner=True), person_id=kept)
        has = SurveyResponse.objects.filter(person=kept, is_per_partner=False).values_list("round_id", flat=True)
        theirs = SurveyResponse.objects.filter(person=gone, is_per_partner=False)
        moves.set_aside(theirs.filter(round__in=list(has)))
        moves.change(theirs.exclude(round__in=list(has)), person_id=kept)
    rows = SurveyResponse.objects.filter(partner_id__in=[moves.survivor_id, moves.merged_id], is_per_partner=True)
    _kept, rest = keep_best(
        sorted(rows, key=lambda row: (row.partner_id != moves.survivor_id, row.pk)),
        group=lambda row: row.round_id,
        rank=lambda row: (row.handed_in_at is not None, row.handed_in_at),
    )
    moves.set_aside(SurveyResponse.objects.filter(pk__in=[row.pk for row in rest]))
    moves.take_all(SurveyResponse)
    for gone, kept in moves.twins.items():
        moves.change(SurveyFeedback.objects.filter(person=gone), person_id=kept)
    moves.take_all(SurveyFeedback)
    invited = SurveyActionGuest.objects.filter(partner_id=moves.survivor_id).values_list("action_id", flat=True)
    theirs = SurveyActionGuest.objects.filter(partner_id=moves.merged_id)
    moves.set_aside(theirs.filter(action__in=list(invited)))
    moves.take_all(SurveyActionGuest)


#: What this app registers.
PARTS = (
    Part(
        "specializations", _("Specializations"), (HeldSpecialization,), move_specializations,
        _("Where both hold one, it is held once; the other ends today."),
    ),
    Part(
        "enrollments", _("Journeys"), (Enrollment,), move_enrollments,
        _("Where both are on a journey, the walk that got further goes on."),
    ),
    Part(
        "certifications", _("Certifications"), (HeldCertification,), move_certifications,
        _("They stay with the people who hold them."),
    ),
    Part(
        "learning", _("Courses and quizzes"),
        (CourseProgress, QuizStanding, QuizAttempt, PackageAttempt, CertificationEnrollment), move_learning,
        _("They stay with the people who took them."), path="person__partner",
    ),
    Part(
        "statements", _("What other learning systems told"), (LearningStatement,), move_statements,
        _("It stays with the people it is about."), path="person__partner",
    ),
    Part(
        "opinions", _("Favourites and ratings"), (AssetOpinion,), move_opinions,
        _("They stay with the people whose they are."), path="person__partner",
    ),
    Part(
        "news", _("What was read and acknowledged"), (NewsRead,), move_news,
        _("It stays with the people who read it."), path="person__partner",
    ),
    Part(
        "events", _("Seats at events"), (EventRegistration,), move_registrations,
        _("They stay with the people who took them."), path="person__partner",
    ),
    Part(
        "skills", _("Skills"), (HeldSkill,), move_skills, _("They stay with the people who have them."),
        path="person__partner",
    ),
    Part(
        "processes", _("Ways of working"), (Adoption,), move_adoptions,
        _("Where both say how far they are, what was said last holds."),
    ),
    Part(
        "surveys", _("Answers to surveys"), (SurveyResponse, SurveyFeedback, SurveyActionGuest), move_survey_responses,
        _("Where both answered in a round, what was handed in last counts."),
    ),
    Part("activity", _("Activity"), (Activity, VainSearch), move_activity),
)  # fmt: skip
