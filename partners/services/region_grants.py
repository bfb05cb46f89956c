"""In which regions a person acts as regional program admin."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from core import audit
from partners.models import Region, RegionGrant


def grant(*, user: User, regions: Iterable[Region], by: Any | None, at: datetime) -> bool:
    """Let a regional program admin act in these regions and below, and in no others. Returns whether that is new."""
    if not user.has(Permission.EDIT_REGIONAL_TEXTS):
        words = _("Only regional program admins have regions. Give %(name)s that role first.") % {"name": user}
        raise ValidationError({"regions": ValidationError(words, code="other_role")})
    wanted = {region.pk for region in regions}
    with audit.action("region.grant", by=by):
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        has = set(RegionGrant.objects.filter(user=user).values_list("region_id", flat=True))
        RegionGrant.objects.filter(user=user, region__in=has - wanted).delete()
        RegionGrant.objects.bulk_create(RegionGrant(user=user, region_id=pk) for pk in sorted(wanted - has))
    return wanted != has
