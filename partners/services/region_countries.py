"""Which countries lie in which region: organisations there that apply belong to it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core import audit, countries
from partners.models import Region, RegionCountry
from partners.services import cleaning, regions


def name_countries(*, region: Region, codes: Iterable[str], by: Any, at: datetime) -> bool:
    """Say which countries lie in a region. Refused for a country that lies in another one. Returns whether that is new.

    Only new applications are asked about it: partners keep their region.
    """
    wanted = sorted({_known(code) for code in codes})
    with audit.action("region.name_countries", by=by):
        regions.lock_tree()
        there = set(RegionCountry.objects.filter(region=region).values_list("country", flat=True))
        if there == set(wanted):
            return False
        elsewhere = RegionCountry.objects.filter(country__in=wanted).exclude(region=region).select_related("region")
        if taken := [f"{countries.name_of(one.country)} ({one.region})" for one in elsewhere.order_by("country")]:
            words = _("These lie in another region: %(names)s. Take them out there first.")
            raise ValidationError(
                {"countries": cleaning.refusal(words % {"names": ", ".join(taken)}, "already_exists")}
            )
        RegionCountry.objects.filter(region=region).exclude(country__in=wanted).delete()
        RegionCountry.objects.bulk_create(
            RegionCountry(region=region, country=code) for code in wanted if code not in there
        )
    return True


def _known(name: str) -> str:
    code = countries.code_of(name)
    if code is None:
        words = _("“%(name)s” is no country we know. Give its name or its two letters.")
        raise ValidationError({"countries": cleaning.refusal(words % {"name": name[:60]}, "unknown_choice")})
    return code
