"""Versions of a journey: what each has for steps, what a draft would change, who is on which."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from core.models import VersionState
from enablement.models import EnrollmentState, Journey, JourneyStep, JourneyVersion


@dataclass(frozen=True, slots=True)
class Compared:
    """A step beside the steps of another version, which has none of this title, or one that says something else."""

    step: JourneyStep
    is_new: bool
    is_changed: bool


def published_and_draft(journey: Journey) -> tuple[JourneyVersion | None, JourneyVersion | None]:
    """Return the version in force and the one being written, as far as there are such."""
    current = {one.state: one for one in journey.versions.exclude(state=VersionState.SUPERSEDED)}
    return current.get(VersionState.PUBLISHED), current.get(VersionState.DRAFT)


def steps_in(version: JourneyVersion | None) -> list[JourneyStep]:
    """Return the steps of a version in their order."""
    if version is None:
        return []
    return list(
        version.steps.select_related("asset", "course", "quiz", "certification", "only_for").order_by("position")
    )


def compared(steps: list[JourneyStep], *, against: list[JourneyStep]) -> list[Compared]:
    """Say of each step whether it is new beside the others or says something else."""
    known = {step.title: step.texts for step in against}
    return [
        Compared(
            step,
            is_new=step.title not in known,
            is_changed=step.title in known and known[step.title] != step.texts,
        )
        for step in steps
    ]


def under_way(journey: Journey) -> int:
    """Return how many partners are on the journey now; publishing leaves each on its version."""
    return journey.enrollments.filter(state=EnrollmentState.ACTIVE).count()


def published_versions(journey: Journey) -> QuerySet[JourneyVersion]:
    """Return what was ever published, newest first, with how many walks `began` on it and how many are `under_way`."""
    active = Q(enrollments__state=EnrollmentState.ACTIVE)
    return (
        journey.versions.exclude(state=VersionState.DRAFT)
        .select_related("published_by")
        .annotate(began=Count("enrollments"), under_way=Count("enrollments", filter=active))
        .order_by("-number")
    )
