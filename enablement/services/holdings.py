"""What is said of people and skills: told by their partner, confirmed by the vendor, taken back.

What is told and what is confirmed stand side by side: neither overwrites the other, and what is said anew ends what the
same side said before.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from core.audit import action
from core.models import Program
from core.periods import today
from core.refusals import Refusal
from core.services import outbox
from enablement.models import HeldSkill, Skill, SkillLevel, SkillSource
from partners.models import Person
from partners.services.telling import Words, admins_of, tell
from partners.signals import announce_partners

CONFIRMED = "enablement.skill_confirmed"


def say(
    *,
    person: Person,
    skill: Skill,
    source: SkillSource,
    level: int,
    by: User | None,
    at: datetime,
    since_on: date | None = None,
    note: str = "",
) -> HeldSkill:
    """Say how well somebody can do something, since a day (today where none is named). The same again changes nothing.

    What the vendor confirms is told to the person and the admins of their partner.
    """
    day = today(at=at, zone=Program.current().zone)
    since = since_on or day
    said = {"level": level, "note": note.strip()}
    with action(f"skill.{source}", by=by):
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        before = _open(person, skill, source)
        if before is not None and since_on is None:
            since = before.since_on if before.level == level and _counts(before, day) else day
        if before is not None and {"level": before.level, "note": before.note} == said and before.since_on == since:
            return before
        _expect_sayable(person, skill, level=level, since=since, day=day)
        if before is not None:
            _end(before, at=at)
        held = HeldSkill.objects.create(
            person=person, skill=skill, source=source, since_on=since, expires_on=skill.expiry(since),
            said_at=at, said_by=by, **said,
        )  # fmt: skip
        announce_partners([person.partner_id])
        if source == SkillSource.CONFIRMED:
            outbox.put(topic=CONFIRMED, payload={"held": held.pk})
    return held


def take_back(*, person: Person, skill: Skill, source: SkillSource, by: User | None, at: datetime) -> bool:
    """Let what one side said hold no longer. Returns whether it had said anything."""
    with action("skill.take_back", by=by):
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        before = _open(person, skill, source)
        if before is None:
            return False
        _end(before, at=at)
        announce_partners([person.partner_id])
    return True


def tell_confirmed(payload: Mapping[str, Any]) -> None:
    """Tell the person, and the admins of their partner, what the vendor confirmed."""
    rows = HeldSkill.objects.select_related("person__user", "person__partner", "skill", "said_by")
    held = rows.filter(pk=payload["held"], ended_at=None).first()
    if held is None:
        return
    person = held.person
    mine = [person.user] if person.user and person.user.is_active and person.left_at is None else []
    level = SkillLevel(held.level)
    tell(
        [*mine, *(one for one in admins_of(person.partner) if one not in mine)], kind="skill",
        text=gettext_noop("%(who)s confirmed a skill of %(person)s: %(skill)s, %(level)s."),
        detail=gettext_noop("%(note)s"), key=f"skill-{held.pk}-confirmed", url=reverse("partner:skill-list"),
        names={
            "who": held.said_by or Program.current().name, "person": person, "skill": held.skill,
            "level": Words(lambda: str(level.label)), "note": held.note,
        },
        by_mail=True,
    )  # fmt: skip


def _open(person: Person, skill: Skill, source: SkillSource) -> HeldSkill | None:
    found: HeldSkill | None = HeldSkill.objects.filter(person=person, skill=skill, source=source, ended_at=None).first()
    return found


def _counts(held: HeldSkill, day: date) -> bool:
    return held.expires_on is None or held.expires_on > day


def _end(held: HeldSkill, *, at: datetime) -> None:
    held.ended_at = max(at, held.said_at)
    held.save(update_fields=["ended_at"])


def _expect_sayable(person: Person, skill: Skill, *, level: int, since: date, day: date) -> None:
    if not skill.is_offered:
        raise Refusal(_("This skill is not asked for now."))
    if person.left_at is not None:
        raise Refusal(_("%(person)s does not work there any more.") % {"person": person})
    if level not in SkillLevel.values:
        raise Refusal({"level": _("Choose one of the four levels.")})
    if since > day:
        raise Refusal({"since_on": _("This day is still to come.")})
