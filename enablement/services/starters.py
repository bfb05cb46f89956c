"""Assessments that come with the portal, brought in as drafts like any other quiz."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import action
from enablement.models import Quiz, QuizPurpose
from enablement.services import questions, quizzes
from enablement.services.starter_texts import STARTERS


def missing() -> bool:
    """Whether one of them is not there yet."""
    return Quiz.objects.filter(key__in=[one.key for one in STARTERS]).count() < len(STARTERS)


def add(*, by: User | None, at: datetime) -> list[Quiz]:
    """Bring in those that are not there yet, as drafts. Returns what was made."""
    there = set(Quiz.objects.filter(key__in=[one.key for one in STARTERS]).values_list("key", flat=True))
    made = []
    with action("quiz.add_starters", by=by):
        for starter in STARTERS:
            if starter.key in there:
                continue
            quiz = quizzes.create(
                by=by,
                at=at,
                key=starter.key,
                name=_(starter.name),
                summary=_(starter.summary),
                purpose=QuizPurpose.ASSESSMENT,
                measures=starter.measures,
            )
            for asked in starter.questions:
                questions.add(
                    quiz=quiz,
                    by=by,
                    at=at,
                    kind=asked.kind,
                    text=_(asked.text),
                    choices=[{**one, "text": _(one["text"])} for one in asked.choices],
                    explanation=_(asked.why),
                    points=asked.points,
                )
            made.append(quiz)
    return made
