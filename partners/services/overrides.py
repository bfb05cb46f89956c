"""Regional overrides of categories and tiers: made, written, published, retired."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.services import versions
from criteria.fields import RuleKind
from partners.models import Category, CategoryOverride, Region, Tier, TierOverride
from partners.models.overrides import Override, OverrideVersion
from partners.services import definitions

KINDS: Mapping[type[Override], RuleKind] = {CategoryOverride: RuleKind.CATEGORY, TierOverride: RuleKind.TIER}


def create(*, subject: Category | Tier, region: Region, by: Any | None, at: datetime, **texts: Any) -> Any:
    """Make the override of a category or tier in a region, with its first draft."""
    model: type[Override] = CategoryOverride if isinstance(subject, Category) else TierOverride
    with transaction.atomic():
        _expect_in_use(subject)
        if model._default_manager.filter(
            **{model.subject_field: subject}, region=region, retired_at__isnull=True
        ).exists():
            taken = _("%(region)s has its own text already.") % {"region": region}
            raise ValidationError({"region": ValidationError(taken, code="already_exists")})
        return definitions.create(
            model=model,
            by=by,
            at=at,
            fields={model.subject_field: subject, "region": region},
            texts=_with_criteria(subject, None, texts),
        )


def edit(
    *, override: Override, by: Any | None, at: datetime, texts: Mapping[str, Any], expected: int | None
) -> list[str]:
    """Write texts into the draft. Own criteria begin as a copy of the definition's; given up, they are inherited."""
    current = versions.existing_draft_of(override) or versions.published_of(override)
    changes = _with_criteria(override.subject, current, texts)
    return definitions.edit(definition=override, by=by, at=at, changes=changes, expected=expected)


def publish(
    *,
    version: OverrideVersion,
    by: Any | None,
    at: datetime,
    note: str = "",
    expected: int | None = None,
    for_readers: bool = False,
) -> bool:
    """Make a draft what holds in the region and below."""
    override = version.definition  # type: ignore[attr-defined]
    with transaction.atomic():
        _expect_in_use(override.subject)
        return definitions.publish(
            kind=KINDS[type(override)],
            version=version,
            by=by,
            at=at,
            note=note,
            expected=expected,
            for_readers=for_readers,
        )


def retire(*, override: Override, by: Any | None, at: datetime) -> bool:
    """End an override: its region inherits everything again. Nothing leans on an override, so nothing refuses."""
    with audit.action("override.retire", by=by):
        model = type(override)
        locked = model._default_manager.select_for_update(no_key=True, of=("self",)).get(pk=override.pk)
        if locked.retired_at is not None:
            return False
        override.retired_at = at
        override.save(update_fields=["retired_at"])
        published = versions.published_of(override)
        if published is not None and published.overrides_criteria:
            definitions.announce(kind=KINDS[model], reason=_("%(name)s was retired") % {"name": override}, of=override)
    return True


def _with_criteria(subject: Any, current: Any | None, texts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes with the criteria that follow from having own ones or not."""
    changes = dict(texts)
    own = changes.get("overrides_criteria")
    if own is None or "criteria" in changes:
        return changes
    if not own:
        return {**changes, "criteria": None}
    if current is None or not current.overrides_criteria:
        published = versions.published_of(subject)
        return {**changes, "criteria": published.criteria if published else None}
    return changes


def _expect_in_use(subject: Any) -> None:
    if subject.retired_at is not None:
        raise versions.Retired(_("%(name)s is retired.") % {"name": subject}, code="retired")
