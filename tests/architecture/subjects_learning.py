"""What names in addresses of courses, quizzes, certifications and badges stand for."""

from dataclasses import replace

from tests.architecture.subjects import SUBJECTS, owned, published_or_not, subject
from tests.architecture.world import EVERYBODY, Thing, Variants, World
from tests.conftest import NOW
from tests.factories import learning


@subject("course")
def course(world: World) -> Variants:
    """A published course with a lesson, and a draft."""
    published = learning.CourseFactory(quiz=learning.QuizFactory())
    learning.LessonFactory(course=published)
    return published_or_not(published, learning.CourseFactory(published_at=None))


@subject("lesson")
def lesson(world: World) -> Variants:
    """A lesson of that course, and one of another."""
    here = world.things("course", course).own.record.lessons.get()
    return Variants(
        Thing(str(here.public_id), EVERYBODY, here),
        Thing(str(learning.LessonFactory().public_id), frozenset()),
        within="course",
    )


@subject("quiz")
def quiz(world: World) -> Variants:
    """A published quiz with questions, and a draft."""
    published = learning.QuizFactory(max_attempts=1)
    learning.QuestionFactory.create_batch(2, quiz=published)
    return published_or_not(published, learning.QuizFactory(published_at=None))


@subject("question")
def question(world: World) -> Variants:
    """A question of that quiz, and one of another."""
    here = world.things("quiz", quiz).own.record.questions.first()
    return Variants(
        Thing(str(here.public_id), EVERYBODY, here),
        Thing(str(learning.QuestionFactory().public_id), frozenset()),
        within="quiz",
    )


@subject("standing")
def standing(world: World) -> Variants:
    """Where somebody of each partner stands with that quiz."""
    known = world.things("quiz", quiz).own.record
    made = [
        learning.QuizStandingFactory(quiz=known, person=world.people[name].person, taken_on=NOW.date())
        for name in ("pete", "olga")
    ]
    return replace(owned(*made), within="quiz")


@subject("attempt")
def attempt(world: World) -> Variants:
    """An attempt Pete is at, and one of Olga's."""
    made = [learning.QuizAttemptFactory(person=world.people[name].person) for name in ("pete", "olga")]
    return Variants(
        Thing(str(made[0].public_id), frozenset({"pete"}), made[0]),
        Thing(str(made[1].public_id), frozenset({"olga"}), made[1]),
    )


@subject("certification@certification-detail", "certification@certification-enroll")
def earned_here(world: World) -> Variants:
    """A certification that can be earned, and one that nobody at a partner has to do with."""
    asking = learning.CertificationRequirementFactory().certification
    return published_or_not(asking, learning.CertificationFactory())


@subject("requirement")
def requirement(world: World) -> Variants:
    """Something a certification asks, and something another one asks."""
    known = world.things("certification", SUBJECTS["certification"]).own.record
    here = learning.CertificationRequirementFactory(certification=known)
    elsewhere = learning.CertificationRequirementFactory()
    return Variants(
        Thing(str(here.public_id), EVERYBODY, here),
        Thing(str(elsewhere.public_id), frozenset()),
        within="certification",
    )


@subject("certificate", "held_certification")
def certificate(world: World) -> Variants:
    """A certificate of somebody at each partner."""
    people = (world.people[name].person for name in ("pete", "olga"))
    return owned(*(learning.HeldCertificationFactory(person=one) for one in people))


@subject("badge_token")
def badge_token(world: World) -> Variants:
    """The token of a badge."""
    badge = learning.BadgeFactory(held__person=world.people["pete"].person)
    return Variants(Thing(badge.token, EVERYBODY, badge), missing="nothing")


@subject("thumbprint")
def thumbprint(world: World) -> Variants:
    """The thumbprint of a key that is none of ours."""
    return Variants(Thing("none"), missing="nothing")
