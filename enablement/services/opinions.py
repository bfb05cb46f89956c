"""What people think of assets: favourites and stars."""

from datetime import datetime

from django.utils.translation import gettext as _

from core.refusals import Refusal
from enablement.models import Asset, AssetOpinion
from enablement.models.opinions import MOST_STARS
from partners.models import Person


def keep(*, person: Person, asset: Asset, at: datetime, is_favourite: bool) -> bool:
    """Keep an asset among a person's favourites, or no longer. Returns whether that is new."""
    if not is_favourite:
        kept = AssetOpinion.objects.filter(person=person, asset=asset, favourite_at__isnull=False)
        return bool(kept.update(favourite_at=None))
    opinion, is_new = AssetOpinion.objects.get_or_create(person=person, asset=asset, defaults={"favourite_at": at})
    return is_new or bool(AssetOpinion.objects.filter(pk=opinion.pk, favourite_at__isnull=True).update(favourite_at=at))


def rate(*, person: Person, asset: Asset, at: datetime, stars: int, comment: str = "") -> bool:
    """Give an asset stars, and say what would make it better. Returns whether the person had said otherwise."""
    if not 1 <= stars <= MOST_STARS:
        raise Refusal({"stars": _("Give one to five stars.")})
    comment = comment.replace("\0", "").strip()
    if len(comment) > 500:
        raise Refusal({"comment": _("Say it in 500 characters.")})
    said = {"stars": stars, "comment": comment, "rated_at": at}
    opinion, is_new = AssetOpinion.objects.get_or_create(person=person, asset=asset, defaults=said)
    if is_new or (opinion.stars, opinion.comment) == (stars, comment):
        return is_new
    AssetOpinion.objects.filter(pk=opinion.pk).update(**said)
    return True
