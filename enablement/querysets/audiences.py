"""Things that are for everybody, or for an audience: a segment of partners, and certain people there.

Pages, search, the API, downloads and enrollment all ask here.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import BooleanField, CharField, Exists, F, Func, OuterRef, Q, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils import timezone

from core.models import Program
from core.periods import today
from partners.querysets import own_partner_ids
from segmentation.models import Classification

if TYPE_CHECKING:
    from partners.models import Partner


class IsEmpty(Func):
    """Whether an array has nothing in it."""

    function = "cardinality"
    template = "(%(function)s(%(expressions)s) = 0)"
    output_field = BooleanField()


class IsOneOf(Func):
    """`a = ANY(array)`: the array is read once per statement, and the comparison can use an index."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    arity = 2
    output_field = BooleanField()


def meant_for(partner_ids: Any) -> Q:
    """Return the condition that the audience is everybody, or a segment that holds for one of the partners."""
    held = Classification.objects.filter(partner_id__in=partner_ids)
    segments = ArraySubquery(held.values_list(Func("segment_ids", function="unnest"), flat=True))
    return Q(audience__isnull=True) | Q(IsOneOf(F("audience_id"), segments))


def _people() -> Any:
    from django.apps import apps  # noqa: PLC0415 - models are loaded after querysets

    return apps.get_model("partners", "Person").objects


def fitting_people(of: Callable[[str], Any]) -> models.QuerySet[Any]:
    """Return the people at partners whom something concerns. `of` gives its columns: `OuterRef`, or plain values."""
    from django.apps import apps  # noqa: PLC0415 - models are loaded after querysets

    people = _people().filter(left_at__isnull=True)
    day = today(at=timezone.now(), zone=Program.current().zone)
    valid = apps.get_model("enablement", "HeldCertification").objects.valid_on(day).filter(earned_on__lte=day)
    asked = of("for_certifications")
    asked = OuterRef(asked) if isinstance(asked, OuterRef) else asked  # it stands one query further in
    held = valid.filter(IsOneOf(F("certification_id"), asked), person=OuterRef("pk"))
    spoken = Coalesce(NullIf(F("language"), Value("")), F("user__language"))
    base = Func(spoken, Value("-"), Value(1), function="split_part", output_field=CharField())
    return people.filter(
        Q(IsEmpty(of("for_functions"))) | Q(IsOneOf(F("job_function"), of("for_functions"))),
        Q(IsEmpty(of("for_languages"))) | Q(IsOneOf(base, of("for_languages"))),
        Q(IsEmpty(of("for_certifications"))) | Q(Exists(held)),
    )


def people_reached(thing: Any) -> models.QuerySet[Any]:
    """Return the people of partners whom an asset or journey is for, once it is published."""
    people = fitting_people(lambda name: Cast(Value(getattr(thing, name)), thing._meta.get_field(name)))
    if getattr(thing, "admins_only", False):
        people = people.filter(is_admin=True)
    if thing.audience_id is None:
        return people
    inside = Classification.objects.filter(segment_ids__contains=[thing.audience_id])
    return people.filter(partner__in=inside.values("partner_id"))


class AudienceQuerySet(models.QuerySet[Any]):
    """Things that are for everybody, or for the partners of an audience."""

    def visible_to(self, user: Any) -> Self:
        """What the person may see: everything at the vendor, what is published for their partner elsewhere."""
        if not user.is_authenticated:
            return self.none()
        if user.is_vendor:
            return self
        works_there = _people().filter(user=user, left_at__isnull=True)
        for_everybody = Q(
            for_functions=[], for_languages=[], for_certifications=[]
        )  # the common case, and the cheap one
        fits = for_everybody | Q(Exists(fitting_people(OuterRef).filter(user=user)))
        return self._meant_for(own_partner_ids(user)).filter(Exists(works_there)).filter(fits)

    def for_partner(self, partner: "Partner") -> Self:
        """What is published for one partner, whoever there may see it."""
        return self._meant_for([partner.pk])

    def published(self) -> Self:
        """What is published now."""
        return self.filter(published_at__isnull=False, retired_at__isnull=True)

    def narrowed(self) -> Self:
        """What is not for everybody at the partners of its audience."""
        return self.exclude(for_functions=[], for_languages=[], for_certifications=[])

    def in_state(self, state: str) -> Self:
        """Drafts, what is published, or what is retired."""
        if state == "retired":
            return self.filter(retired_at__isnull=False)
        return self.filter(retired_at__isnull=True, published_at__isnull=state == "draft")

    def _meant_for(self, partner_ids: Any) -> Self:
        return self.published().filter(meant_for(partner_ids))
