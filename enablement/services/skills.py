"""The catalogue of skills: defined, published, retired, and what proves each. Who has one is in `holdings`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import action
from core.refusals import Refusal
from core.services import publishing
from enablement.models import Certification, Course, Skill, SkillEvidence
from enablement.services.fields import apply, known
from enablement.services.keys import free_key

EDITABLE = frozenset(
    {"name", "area", "description", "aware", "working", "proficient", "expert", "owner", "valid_months"}
)


def create(*, by: User | None, at: datetime, name: str, key: str = "", **fields: Any) -> Skill:
    """Make a draft."""
    skill = Skill(name=name, key=key or free_key(Skill, name), **known(fields, EDITABLE))
    if skill.owner is None:
        skill.owner = by
    _expect_free_name(skill)
    skill.full_clean(exclude=["public_id"])
    with action("skill.create", by=by):
        skill.save()
    return skill


def update(*, skill: Skill, by: User | None, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Change how a skill is described. What people said before keeps its end. Returns what changed."""
    changed = apply(skill, known(changes, EDITABLE))
    if changed:
        if "name" in changed:
            _expect_free_name(skill)
        skill.clean_fields(exclude=["public_id"])
        with action("skill.update", by=by):
            skill.save(update_fields=changed)
    return changed


def publish(*, skill: Skill, by: User | None, at: datetime) -> bool:
    """Show a skill to partners, or show a retired one again. Returns whether it was not there before."""
    if skill.is_offered:
        return False
    if not any(text for _level, text in skill.anchors):
        raise Refusal(_("Say what at least one level means first: people choose theirs by it."))
    return publishing.publish(skill, name="skill", by=by, at=at)


def retire(*, skill: Skill, by: User | None, at: datetime) -> bool:
    """Ask for a skill no more. What people have still counts. Returns whether it was offered."""
    return publishing.retire(skill, name="skill", by=by, at=at)


def prove(
    *,
    skill: Skill,
    level: int,
    by: User | None,
    at: datetime,
    course: Course | None = None,
    certification: Certification | None = None,
) -> SkillEvidence:
    """Say that a course or a certification proves a skill at a level. Said again, the level is the last one said.

    It counts at once for everybody who has completed the course, or holds the certificate.
    """
    if (course is None) == (certification is None):
        raise Refusal(_("Choose a course or a certification, one of the two."))
    with action("skill.prove", by=by):
        evidence, _new = SkillEvidence.objects.update_or_create(
            skill=skill, course=course, certification=certification, defaults={"level": level}
        )
    return evidence


def disprove(*, evidence: SkillEvidence, by: User | None, at: datetime) -> bool:
    """Let a course or certification prove the skill no more. Returns whether it did."""
    with action("skill.disprove", by=by):
        gone, _by_model = SkillEvidence.objects.filter(pk=evidence.pk).delete()
    return bool(gone)


def _expect_free_name(skill: Skill) -> None:
    if Skill.objects.filter(name__iexact=skill.name).exclude(pk=skill.pk).exists():
        raise Refusal({"name": _("There is a skill of this name already.")})
