"""Journeys and who is on them, and the quizzes on the way."""

from typing import Any, Self

from django.db import models
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from enablement.querysets.audiences import AudienceQuerySet, IsOneOf, meant_for
from partners.querysets import PartnerOwnedQuerySet
from segmentation.models import Classification


class JourneyQuerySet(AudienceQuerySet):
    """Journeys. Who is on one keeps seeing it after leaving its audience."""

    def _meant_for(self, partner_ids: Any) -> Self:
        from django.apps import apps  # noqa: PLC0415 - models are loaded after querysets

        enrollments = apps.get_model("enablement", "Enrollment").objects
        on_it = enrollments.filter(journey=OuterRef("pk"), partner_id__in=partner_ids)
        return self.published().filter(meant_for(partner_ids) | Exists(on_it))

    def visible_to(self, user: Any) -> Self:
        """What the person may see. Some are for a partner's admins alone."""
        seen = super().visible_to(user)
        if not user.is_authenticated or user.is_vendor:
            return seen
        from django.apps import apps  # noqa: PLC0415 - models are loaded after querysets

        leads = apps.get_model("partners", "Person").objects.filter(user=user, left_at__isnull=True, is_admin=True)
        return seen.filter(Q(admins_only=False) | Exists(leads))

    def narrowed(self) -> Self:
        """What is not for everybody at the partners of its audience."""
        return self.exclude(for_functions=[], for_languages=[], for_certifications=[], admins_only=False)


class QuizQuerySet(AudienceQuerySet):
    """Quizzes. One at the end of courses is only for those who see one of the courses."""

    def visible_to(self, user: Any) -> Self:
        """What the person may see, with or without a course around it."""
        from django.apps import apps  # noqa: PLC0415 - models are loaded after querysets

        seen = super().visible_to(user)
        if not user.is_authenticated or user.is_vendor:
            return seen
        courses = apps.get_model("enablement", "Course").objects
        around = courses.visible_to(user).filter(quiz=OuterRef("pk"))
        return seen.filter(~Exists(courses.filter(quiz=OuterRef("pk"))) | Exists(around))


class EnrollmentQuerySet(PartnerOwnedQuerySet):
    """Enrollments."""

    def with_progress(self) -> Self:
        """Add `steps_total` and `steps_done` on the version each walk is on: the steps the partner walks, and those it
        did before a branch was no longer theirs.
        """
        from django.apps import apps  # noqa: PLC0415 - models are loaded after querysets

        progress = apps.get_model("enablement", "StepProgress").objects
        steps = apps.get_model("enablement", "JourneyStep").objects.filter(journey_version=OuterRef("journey_version"))
        was_done = Exists(progress.filter(enrollment=OuterRef(OuterRef("pk")), step=OuterRef("pk")))
        done = progress.filter(enrollment=OuterRef("pk"), step__journey_version=OuterRef("journey_version"))
        return self.annotate(
            steps_total=_number_of(steps.filter(_walked() | Q(was_done)), "journey_version"),
            steps_done=_number_of(done, "enrollment"),
        )


class StepWorkQuerySet(PartnerOwnedQuerySet):
    """What partners handed in, agreed and answered for steps of journeys."""

    partner_path = "enrollment__partner"


def _walked() -> Q:
    """Return the condition that a step is for everybody, or for a segment that holds for the partner of the query
    around.
    """
    held = Classification.objects.filter(partner=OuterRef(OuterRef("partner")))
    return Q(only_for=None) | Q(Exists(held.filter(IsOneOf(OuterRef("only_for"), F("segment_ids")))))


def _number_of(rows: models.QuerySet[Any], path: str) -> Coalesce:
    counted = rows.order_by().values(path).annotate(rows=Count("pk")).values("rows")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
