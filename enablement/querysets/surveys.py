"""Surveys, their rounds, and who answered."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef

from enablement.querysets.audiences import AudienceQuerySet, meant_for
from partners.querysets import PartnerOwnedQuerySet, own_partner_ids

if TYPE_CHECKING:
    from datetime import date


class SurveyQuerySet(AudienceQuerySet):
    """Surveys. A partner that answered keeps seeing one after leaving its audience."""

    def asked_of(self, user: Any) -> Self:
        """Those that a person of a partner may answer: who left the audience reads, and answers no more."""
        return self.visible_to(user).filter(meant_for(own_partner_ids(user)))

    def _meant_for(self, partner_ids: Any) -> Self:
        from django.apps import apps  # noqa: PLC0415 - models are loaded after querysets

        responses = apps.get_model("enablement", "SurveyResponse").objects
        answered = responses.filter(round__survey=OuterRef("pk"), partner_id__in=partner_ids)
        return self.published().filter(meant_for(partner_ids) | Exists(answered))


class SurveyRoundQuerySet(models.QuerySet[Any]):
    """Rounds."""

    def open_on(self, day: "date") -> Self:
        """Those that take answers on a day of the program."""
        return self.filter(closed_at=None, opens_on__lte=day, last_day_on__gte=day, survey__retired_at=None)


class SurveyResponseQuerySet(PartnerOwnedQuerySet):
    """Responses."""

    def handed_in(self) -> Self:
        """Those that are more than begun."""
        return self.filter(handed_in_at__isnull=False)


class SurveyActionQuerySet(models.QuerySet[Any]):
    """Actions that follow from surveys."""

    def visible_to(self, user: Any) -> Self:
        """Those a person works on: everybody's at the vendor; at a partner what it was invited to."""
        if not user.is_authenticated:
            return self.none()
        if user.is_vendor:
            return self
        return self.filter(guests__partner__in=own_partner_ids(user)).distinct()
