"""Versions of a journey: what each has for steps, what a draft would change, who is on which."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from core.models import VersionState
from enablement.models import EnrollmentState, Journey, JourneyStep, JourneyVersion
from segmentation.models import Segment


@dataclass(frozen=True, slots=True)
class Compared:
    """A step beside the steps of another version, which does not have it, or has it say something else."""

    step: JourneyStep
    is_new: bool
    is_changed: bool


def published_and_draft(journey: Journey) -> tuple[JourneyVersion | None, JourneyVersion | None]:
    """Return the version in force and the one being written, as far as there are such."""
    rows = journey.versions.exclude(state=VersionState.SUPERSEDED)
    current = {one.state: one for one in rows.select_related("entry_segment", "entry_category", "entry_stage")}
    return current.get(VersionState.PUBLISHED), current.get(VersionState.DRAFT)


def steps_in(version: JourneyVersion | None) -> list[JourneyStep]:
    """Return the steps of a version in their order."""
    if version is None:
        return []
    about = ("asset", "course", "quiz", "certification", "survey", "only_for")
    return list(version.steps.select_related(*about).order_by("position"))


def compared(steps: list[JourneyStep], *, against: list[JourneyStep]) -> list[Compared]:
    """Say of each step whether it is new beside the others or says something else."""
    known = {step.key: step.texts for step in against}
    return [
        Compared(step, is_new=step.key not in known, is_changed=step.key in known and known[step.key] != step.texts)
        for step in steps
    ]


@dataclass(frozen=True, slots=True)
class Lane:
    """The trunk (`segment` is None) or a branch, with its steps in their order."""

    segment: Segment | None
    steps: list[JourneyStep]


def lanes(steps: list[JourneyStep]) -> list[Lane]:
    """Return the trunk and the branches, these in the order of their first steps."""
    found: dict[int | None, Lane] = {None: Lane(None, [])}
    for step in steps:
        found.setdefault(step.only_for_id, Lane(step.only_for, [])).steps.append(step)
    return list(found.values())


def entry_of(version: JourneyVersion) -> tuple[object, ...]:
    """Return who is enrolled by themselves on a version, and what happens when they leave, to compare it."""
    return (version.entry, *(getattr(version, f"{one}_id") for one in version.ENTERED.values()), version.on_leaving)


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
