"""What a certification asks: added and taken away, without going in circles."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import action
from core.refusals import Refusal
from enablement.models import (
    Certification,
    CertificationRequirement,
    Course,
    Quiz,
    RequirementKind,
)


def add(
    *,
    certification: Certification,
    by: User | None,
    at: datetime,
    course: Course | None = None,
    quiz: Quiz | None = None,
    required: Certification | None = None,
    again: bool = False,
) -> CertificationRequirement:
    """Ask one thing more. Asked already, it is asked once; who holds the certification keeps it."""
    told = [one for one in (course, quiz, required) if one is not None]
    if len(told) != 1:
        raise Refusal(_("Choose one thing that is asked."))
    with action("certification.require", by=by):
        list(Certification.objects.select_for_update().order_by("pk").values_list("pk"))  # one editor at a time
        if required is not None and certification.pk in _asked_by(required):
            raise Refusal({"required": _("“%(name)s” itself asks for this certification.") % {"name": required}})
        if course is not None and (not course.published_at or course.retired_at):
            raise Refusal({"course": _("Publish “%(name)s” first.") % {"name": course}})
        if quiz is not None and (not quiz.published_at or quiz.retired_at):
            raise Refusal({"quiz": _("Publish “%(name)s” first.") % {"name": quiz}})
        kind = RequirementKind.COURSE if course else RequirementKind.QUIZ if quiz else RequirementKind.CERTIFICATION
        requirement, created = CertificationRequirement.objects.get_or_create(
            certification=certification, kind=kind, course=course, quiz=quiz, required=required,
            defaults={"again": again and quiz is not None},
        )  # fmt: skip
        if not created and quiz is not None and requirement.again != again:
            requirement.again = again
            requirement.save(update_fields=["again"])
    return requirement


def remove(*, requirement: CertificationRequirement, by: User | None, at: datetime) -> None:
    """Ask it no more. Whoever now fulfils the rest gets the certification with the next thing they do."""
    with action("certification.unrequire", by=by):
        requirement.delete()


def _asked_by(certification: Certification) -> set[int]:
    """Return the certification and every one that it asks for, at any depth."""
    pairs = CertificationRequirement.objects.filter(required__isnull=False).values_list("certification", "required")
    asks: dict[int, list[int]] = {}
    for asking, asked in pairs:
        asks.setdefault(asking, []).append(asked)
    found, waiting = set(), [certification.pk]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += asks.get(one, [])
    return found
