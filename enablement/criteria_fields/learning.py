"""What criteria may ask about courses, quizzes and how ready a partner's people are."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from criteria.fields import Choice, Collection, Field, Join, Kind, registry
from enablement.models import Course, Quiz, Readiness

READINESS = _("Readiness")


def _courses() -> Sequence[Choice]:
    return [Choice(one.key, one.name, one.pk) for one in Course.objects.order_by("name")]


def _quizzes() -> Sequence[Choice]:
    return [Choice(one.key, one.name, one.pk) for one in Quiz.objects.order_by("name")]


def _measures() -> Sequence[Choice]:
    return [Choice(value, label) for value, label in Readiness.choices]


PERSON = Field(
    "person",
    _("Person"),
    Kind.NUMBER,
    "person.id",
    description=_("Whose it is. Counting distinct persons tells how many people there are."),
    example="12",
    plural=_("People"),
)

COURSES = Collection(
    key="courses",
    label=_("Courses"),
    description=_("Courses that people who work at the partner now began."),
    source="enablement_courseprogress progress"
    " JOIN enablement_course course ON course.id = progress.course_id"
    " JOIN partners_person person ON person.id = progress.person_id",
    partner_id="person.partner_id",
    record_id="progress.id",
    name="person.name || ': ' || course.name",
    day="completed_at",
    always="person.left_at IS NULL",
    fields=(
        Field(
            "course",
            _("Course"),
            Kind.CHOICE,
            "course.id",
            description=_("Which course it is."),
            example="cloud-basics",
            choices=_courses,
        ),
        Field(
            "completed",
            _("Completed"),
            Kind.YES_NO,
            "progress.completed_at IS NOT NULL",
            description=_("Whether the person has been through all of it."),
            example="yes",
        ),
        Field(
            "started_at",
            _("Began"),
            Kind.MOMENT,
            "progress.started_at",
            description=_("When the person opened its first lesson."),
            example="2026-03-01",
        ),
        Field(
            "completed_at",
            _("Completed on"),
            Kind.MOMENT,
            "progress.completed_at",
            description=_("When the person completed it; empty while they are under way."),
            example="2026-03-20",
        ),
        PERSON,
    ),
)

QUIZZES = Collection(
    key="quizzes",
    label=_("Quiz results"),
    description=_("Quizzes and assessments that people who work at the partner now have taken."),
    source="enablement_quizstanding standing"
    " JOIN enablement_quiz quiz ON quiz.id = standing.quiz_id"
    " JOIN partners_person person ON person.id = standing.person_id",
    partner_id="person.partner_id",
    record_id="standing.id",
    name="person.name || ': ' || quiz.name",
    day="taken_on",
    always="person.left_at IS NULL AND standing.taken_on IS NOT NULL",
    fields=(
        Field(
            "quiz",
            _("Quiz"),
            Kind.CHOICE,
            "quiz.id",
            description=_("Which quiz or assessment it is."),
            example="cloud-check",
            choices=_quizzes,
        ),
        Field(
            "measures",
            _("Measures"),
            Kind.CHOICE,
            "quiz.measures",
            description=_("What an assessment measures; empty for quizzes with a pass mark."),
            example="tech_savviness",
            choices=_measures,
        ),
        Field(
            "passed",
            _("Passed"),
            Kind.YES_NO,
            "standing.passed_at IS NOT NULL",
            description=_("Whether it was ever passed. An assessment is passed by taking it."),
            example="yes",
        ),
        Field(
            "last_percent",
            _("Last score"),
            Kind.NUMBER,
            "standing.last_percent",
            unit="%",
            description=_("The score of the attempt handed in last."),
            example="80",
        ),
        Field(
            "best_percent",
            _("Best score"),
            Kind.NUMBER,
            "standing.best_percent",
            unit="%",
            description=_("The best score of all attempts."),
            example="90",
        ),
        Field(
            "taken_on",
            _("Taken on"),
            Kind.DATE,
            "standing.taken_on",
            description=_("The day on which it was handed in last."),
            example="2026-03-01",
        ),
        PERSON,
    ),
)


def _readiness(measure: Readiness) -> tuple[Field, Field]:
    """Return the two fields of what assessments measure: the average and the best of the partner's people."""
    return (
        Field(
            measure.value,
            _("%(what)s, average") % {"what": measure.label},
            Kind.NUMBER,
            f"readiness.{measure.value}_average",
            join="readiness",
            group=READINESS,
            unit="%",
            description=_("The average of the last scores of the people who took an assessment of it."),
            example="60",
        ),
        Field(
            f"{measure.value}_best",
            _("%(what)s, best") % {"what": measure.label},
            Kind.NUMBER,
            f"readiness.{measure.value}_best",
            join="readiness",
            group=READINESS,
            unit="%",
            description=_("The last score of whoever at the partner did best in an assessment of it."),
            example="80",
        ),
    )


MEASURED = ", ".join(
    f"{function}(standing.last_percent) FILTER (WHERE quiz.measures = '{measure}') AS {measure}_{name}"
    for measure in Readiness.values
    for function, name in (("avg", "average"), ("max", "best"))
)

registry.add_collections(COURSES, QUIZZES)
registry.add_joins(
    Join(
        "readiness",
        f"LEFT JOIN (SELECT person.partner_id, {MEASURED} FROM enablement_quizstanding standing"  # noqa: S608
        " JOIN enablement_quiz quiz ON quiz.id = standing.quiz_id AND quiz.measures <> ''"
        " JOIN partners_person person ON person.id = standing.person_id AND person.left_at IS NULL"
        " WHERE standing.last_percent IS NOT NULL AND {scope:person.partner_id}"
        " GROUP BY person.partner_id) readiness ON readiness.partner_id = p.id",
    )
)
registry.add_fields(*(field for measure in Readiness for field in _readiness(measure)))
