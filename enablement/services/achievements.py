"""What follows when somebody has learned something: courses completed, certifications given, journey steps done."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from enablement.models import CourseProgress, LessonDone, QuizStanding
from enablement.services import awards, enrollments
from partners.models import Person
from partners.signals import announce_partners


def follow(*, person: Person, at: datetime) -> None:
    """Complete what a person's lessons and quizzes complete. Bears repeating: nothing is completed twice."""
    complete_courses(person=person, at=at)
    awards.follow(person=person, at=at)
    enrollments.catch_up(partner_ids=[person.partner_id], at=at)


def complete_courses(*, person: Person, at: datetime) -> int:
    """Complete the courses of which the person has finished each lesson open to them and passed the quiz."""
    passed = QuizStanding.objects.filter(quiz=OuterRef("course__quiz"), person=person, passed_at__isnull=False)
    done = LessonDone.objects.filter(progress=OuterRef("pk"))
    on_the_way = (
        CourseProgress.objects.filter(person=person, completed_at=None)
        .filter(Q(course__quiz=None) | Exists(passed), Exists(done))
        .select_related("course")
    )
    completed = 0
    for progress in on_the_way:
        lessons = progress.course.lessons
        asked = lessons.open_to(person.user) if person.user else lessons.all()
        if not asked.exclude(done__progress=progress).exists():
            still = CourseProgress.objects.filter(pk=progress.pk, completed_at=None)
            completed += still.update(completed_at=max(at, progress.started_at))
    if completed:
        announce_partners([person.partner_id])
    return completed
