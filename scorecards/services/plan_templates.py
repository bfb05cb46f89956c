"""Templates of success plans: made, changed, and their parts. What was drafted from one stays as it is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import action
from core.models import Program
from scorecards.models import PlanTemplate, TemplateMilestone, TemplateObjective, TemplateTask
from scorecards.plan_starters import CURRENCY, STARTERS, Starter
from scorecards.services import operands

TEXTS = frozenset({"name", "purpose", "summary", "length_days"})
Part = TypeVar("Part", TemplateObjective, TemplateMilestone, TemplateTask)


def create(*, key: str, by: User | None, at: datetime, **texts: Any) -> PlanTemplate:
    """Make a template with nothing in it yet. The same key again is the same template."""
    known: PlanTemplate | None = PlanTemplate.objects.filter(key=key).first()
    if known:
        return known
    template = PlanTemplate(key=key, **_known(texts))
    _check(template)
    with action("plan_template.create", by=by):
        template.save(force_insert=True)
    return template


def update(*, template: PlanTemplate, by: User, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Change a template's texts. Returns the names of those that changed."""
    changed = [name for name, value in _known(changes).items() if getattr(template, name) != value]
    for name in changed:
        setattr(template, name, changes[name])
    if changed:
        _check(template)
        with action("plan_template.update", by=by):
            template.save(update_fields=changed)
    return changed


def retire(*, template: PlanTemplate, by: User, at: datetime) -> bool:
    """Offer a template no more. Plans drafted from it go on. Returns whether it was offered."""
    with action("plan_template.retire", by=by):
        retired = bool(PlanTemplate.objects.filter(pk=template.pk, retired_at=None).update(retired_at=at))
    template.refresh_from_db()
    return retired


def restore(*, template: PlanTemplate, by: User, at: datetime) -> bool:
    """Offer a retired template again. Returns whether it was retired."""
    with action("plan_template.restore", by=by):
        rows = PlanTemplate.objects.filter(pk=template.pk, retired_at__isnull=False)
        restored = bool(rows.update(retired_at=None))
    template.refresh_from_db()
    return restored


def put(*, part: Part, by: User | None, at: datetime, **fields: Any) -> Part:
    """Write a part of a template: an objective, a milestone or a task, new or known."""
    for name, value in fields.items():
        setattr(part, name, value.strip() if isinstance(value, str) else value)
    part.clean_fields(exclude=["public_id", "template", "expression"])
    if isinstance(part, TemplateObjective):
        operands.expect_measurable(part.expression)
        if part.target == 0:
            raise ValidationError({"target": _("Nothing would be asked. Give what is to be reached.")})
    elif part.after_days > part.template.length_days:
        raise ValidationError({"after_days": _("A plan from this template is over by then.")})
    with action("plan_template.put", by=by):
        part.save()
    return part


def remove(*, part: models.Model, by: User, at: datetime) -> bool:
    """Take a part out of a template. Returns whether it was there."""
    with action("plan_template.remove", by=by):
        count, _rows = type(part)._default_manager.filter(pk=part.pk).delete()
    return bool(count)


def add_starters(*, by: User | None, at: datetime) -> list[PlanTemplate]:
    """Make the templates that come with the portal, those that are not there yet. Returns what was made now.

    An objective about something that this program has no field for is left out.
    """
    known = set(PlanTemplate.objects.values_list("key", flat=True))
    return [_add(starter, by=by, at=at) for starter in STARTERS if starter.key not in known]


def _add(starter: Starter, *, by: User | None, at: datetime) -> PlanTemplate:
    with action("plan_template.add_starter", by=by):
        template = create(key=starter.key, by=by, at=at, **starter.texts)
        for position, fields in enumerate(starter.objectives):
            if operands.is_measurable(fields["expression"]):
                unit = Program.current().currency if fields["unit"] == CURRENCY else fields["unit"]
                part = TemplateObjective(template=template, position=position)
                put(part=part, by=by, at=at, **{**fields, "unit": unit})
        for after_days, name in starter.milestones:
            put(part=TemplateMilestone(template=template), by=by, at=at, after_days=after_days, name=name)
        for after_days, side, title, detail in starter.tasks:
            said = {"after_days": after_days, "side": side, "title": title, "detail": detail}
            put(part=TemplateTask(template=template), by=by, at=at, **said)
    return template


def _known(texts: Mapping[str, Any]) -> Mapping[str, Any]:
    if unknown := texts.keys() - TEXTS:
        raise TypeError(f"Not a text of templates: {', '.join(sorted(unknown))}")
    return texts


def _check(template: PlanTemplate) -> None:
    template.clean_fields(exclude=["public_id"])
    if not 7 <= template.length_days <= 1100:
        raise ValidationError({"length_days": _("A plan runs for a week at least and three years at most.")})
