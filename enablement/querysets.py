"""Chainable filters of enablement. An audience is a segment; no audience means every partner.

Among the partners' people it may be narrowed to functions, languages and certifications (`fitting_people`). Pages,
search, the API, downloads and enrollment all ask here.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQuery, SearchRank, TrigramWordSimilarity
from django.db import models
from django.db.models import (
    BooleanField,
    CharField,
    Count,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils import timezone

from core.models import Program
from core.periods import today
from partners.queries import agreements
from partners.querysets import PartnerOwnedQuerySet, own_partner_ids
from segmentation.models import Classification

if TYPE_CHECKING:
    from partners.models import Partner

MAX_SEARCH_WORDS = 8


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


def fitting_people(of: Callable[[str], Any]) -> models.QuerySet[Any]:
    """Return the people at partners whom something concerns. `of` gives its columns: `OuterRef`, or plain values."""
    from django.apps import apps  # noqa: PLC0415 - models are loaded after querysets

    people = apps.get_model("partners", "Person").objects.filter(left_at__isnull=True)
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
        return self._meant_for(own_partner_ids(user)).filter(Exists(fitting_people(OuterRef).filter(user=user)))

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


class AssetQuerySet(AudienceQuerySet):
    """Assets. Partners see none while an agreement that opens the library is not accepted."""

    def _meant_for(self, partner_ids: Any) -> Self:
        closed = agreements.closing(partner_ids, agreements.Gate.CONTENT, agreements.program_day())
        return super()._meant_for(partner_ids).filter(~Exists(closed))

    def matching(self, text: str) -> Self:
        """Assets that have every word of the text, or one much like it in the title. The best rank highest."""
        words = ["".join(filter(str.isalnum, word)) for word in text.split()]
        words = [word for word in words if word][:MAX_SEARCH_WORDS]
        if not words:
            return (self.none() if text.strip() else self).annotate(rank=Value(0.0))
        found = self
        for word in words:
            found = found.filter(Q(words=_beginning(word)) | Q(title__trigram_word_similar=word))
        query = _beginning(words[0])
        for word in words[1:]:
            query |= _beginning(word)
        return found.annotate(rank=SearchRank(F("words"), query) + TrigramWordSimilarity(" ".join(words), "title"))


def _beginning(word: str) -> SearchQuery:
    """Words that begin so."""
    return SearchQuery(f"'{word}':*", config="simple", search_type="raw")


class JourneyQuerySet(AudienceQuerySet):
    """Journeys. Who is on one keeps seeing it after leaving its audience."""

    def _meant_for(self, partner_ids: Any) -> Self:
        from django.apps import apps  # noqa: PLC0415 - models are loaded after querysets

        enrollments = apps.get_model("enablement", "Enrollment").objects
        on_it = enrollments.filter(journey=OuterRef("pk"), partner_id__in=partner_ids)
        return self.published().filter(meant_for(partner_ids) | Exists(on_it))


class QuizQuerySet(AudienceQuerySet):
    """Quizzes. One at the end of courses is only for those who see one of the courses."""

    def visible_to(self, user: Any) -> Self:
        """What the person may see, with or without a course around it."""
        from django.apps import apps  # noqa: PLC0415 - models are loaded after querysets

        seen = super().visible_to(user)
        if not user.is_authenticated or user.is_vendor:
            return seen
        courses = apps.get_model("enablement", "Course").objects
        around = courses.visible_to(user).filter(quiz=OuterRef("pk"))
        return seen.filter(~Exists(courses.filter(quiz=OuterRef("pk"))) | Exists(around))


class EnrollmentQuerySet(PartnerOwnedQuerySet):
    """Enrollments."""

    def with_progress(self) -> Self:
        """Add `steps_total` and `steps_done`, on the version each walk is on and of the steps the partner walks."""
        from django.apps import apps  # noqa: PLC0415 - models are loaded after querysets

        steps = apps.get_model("enablement", "JourneyStep").objects.filter(journey_version=OuterRef("journey_version"))
        done = apps.get_model("enablement", "StepProgress").objects.filter(enrollment=OuterRef("pk"))
        return self.annotate(
            steps_total=_number_of(steps.filter(_walked()), "journey_version"),
            steps_done=_number_of(done.filter(_walked("step__")), "enrollment"),
        )


def _walked(prefix: str = "") -> Q:
    """Return the condition that a step is for everybody, or for a segment that holds for the partner of the query
    around.
    """
    held = Classification.objects.filter(partner=OuterRef(OuterRef("partner")))
    return Q(**{f"{prefix}only_for": None}) | Q(
        Exists(held.filter(IsOneOf(OuterRef(f"{prefix}only_for"), F("segment_ids"))))
    )


def _number_of(rows: models.QuerySet[Any], path: str) -> Coalesce:
    counted = rows.order_by().values(path).annotate(rows=Count("pk")).values("rows")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


class PersonOwnedQuerySet(PartnerOwnedQuerySet):
    """Rows that belong to a person of a partner."""

    partner_path = "person__partner"


class QuestionQuerySet(models.QuerySet[Any]):
    """Questions of pools."""

    def in_use(self) -> Self:
        """Those that are still asked."""
        return self.filter(retired_at__isnull=True)


class LessonQuerySet(models.QuerySet[Any]):
    """Lessons of courses."""

    def open_to(self, user: Any) -> Self:
        """Lessons with a text of their own, and those whose asset the person may see."""
        from django.apps import apps  # noqa: PLC0415 - models are loaded after querysets

        assets = apps.get_model("enablement", "Asset").objects.visible_to(user)
        return self.filter(Q(asset__isnull=True) | Q(asset__in=assets.values("pk")))


class HeldQuerySet(PersonOwnedQuerySet):
    """Certifications people and companies hold."""

    partner_path = "partner"

    def of_people_here(self) -> Self:
        """Held by people who have not left their partner, or by the company, and not revoked."""
        return self.filter(Q(for_company=True) | Q(person__left_at__isnull=True), revoked_at__isnull=True)

    def valid_on(self, day: Any) -> Self:
        """Not expired on a day, not revoked, and not of a certification whose credit has ended."""
        ended = Q(certification__credit_until_on__isnull=False, certification__credit_until_on__lte=day)
        return self.filter(Q(expires_on__isnull=True) | Q(expires_on__gt=day), ~ended, revoked_at__isnull=True)

    def not_renewed(self) -> Self:
        """Of which there is no newer one."""
        theirs = Q(person=OuterRef("person")) | Q(for_company=True, partner=OuterRef("partner"))
        newer = self.model._default_manager.filter(theirs, certification=OuterRef("certification"), revoked_at=None)
        return self.filter(~Exists(newer.filter(earned_on__gt=OuterRef("earned_on"))))

    def expiring(self, *, after: Any, until: Any) -> Self:
        """Valid on the first day and no longer on the last, soonest first."""
        return self.filter(expires_on__gt=after, expires_on__lte=until).order_by(F("expires_on"), "pk")
