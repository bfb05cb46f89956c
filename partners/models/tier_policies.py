"""What a tier track says about moving: when partners rise and fall, grace, reviews, and how long a tier is kept."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Program
from partners.tier_policy import Calendar, CalendarKind, Downward, Upward

MOST_GRACE_DAYS = 730
MOST_MONTHS = 60
MONTH_AND_DAY = RegexValidator(
    r"\A(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\Z", _("Write month and day as MM-DD, such as 07-01.")
)


def default_notice_days() -> list[int]:
    """Return how many days before the end of a grace period partners hear of it, unless a track says otherwise."""
    return [60, 30, 7, 1]


def default_review_dates() -> list[str]:
    """Return the days of review of a track that names none: the beginning of the year."""
    return ["01-01"]


def _dates(label: Any) -> ArrayField:
    return ArrayField(
        models.CharField(max_length=5, validators=[MONTH_AND_DAY]), verbose_name=label, default=default_review_dates
    )


def _months(label: Any) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(
        label, default=3, validators=[MinValueValidator(1), MaxValueValidator(MOST_MONTHS)]
    )


class TierPolicy(models.Model):
    """The part of a track that says how partners move on it. Changes hold from now on; the audit trail keeps them."""

    upward = models.CharField(_("partners rise"), max_length=12, choices=Upward, default=Upward.AT_ONCE)
    downward = models.CharField(_("partners fall"), max_length=12, choices=Downward, default=Downward.NEVER)
    grace_days = models.PositiveSmallIntegerField(
        _("days of grace"), default=90, validators=[MaxValueValidator(MOST_GRACE_DAYS)]
    )
    notice_days = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("notices before grace ends, in days"),
        default=default_notice_days,
        blank=True,
    )
    up_calendar = models.CharField(
        _("reviews that raise"), max_length=12, choices=CalendarKind, default=CalendarKind.MONTHS
    )
    up_dates = _dates(_("days of reviews that raise"))
    up_months = _months(_("months between reviews that raise"))
    down_calendar = models.CharField(
        _("reviews that lower"), max_length=12, choices=CalendarKind, default=CalendarKind.MONTHS
    )
    down_dates = _dates(_("days of reviews that lower"))
    down_months = _months(_("months between reviews that lower"))
    any_day_counts = models.BooleanField(
        _("at a review any day since the last one counts"),
        default=False,
        help_text=_("Otherwise the figures of the day of the review decide."),
    )
    minimum_stay_months = models.PositiveSmallIntegerField(
        _("months a tier is kept at least"), default=0, validators=[MaxValueValidator(MOST_MONTHS)]
    )
    most_rungs_up = models.PositiveSmallIntegerField(
        _("tiers up at most, at one review"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    most_rungs_down = models.PositiveSmallIntegerField(
        _("tiers down at most, at one time"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    reviews_wait = models.BooleanField(
        _("somebody looks at each review before it holds"),
        default=False,
        help_text=_("Otherwise a review is carried out on its day."),
    )
    policy_changed_on = models.DateField(null=True, editable=False)

    #: The names of the fields that make the policy.
    policy_fields: ClassVar[tuple[str, ...]] = (
        "upward", "downward", "grace_days", "notice_days", "up_calendar", "up_dates", "up_months", "down_calendar",
        "down_dates", "down_months", "any_day_counts", "minimum_stay_months", "most_rungs_up", "most_rungs_down",
        "reviews_wait",
    )  # fmt: skip

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Bring lists into order, and refuse review calendars without a day."""
        super().clean()
        self.notice_days = sorted(set(self.notice_days), reverse=True)
        for way in ("up", "down"):
            dates = sorted(set(getattr(self, f"{way}_dates")))
            setattr(self, f"{way}_dates", dates)
            if getattr(self, f"{way}_calendar") == CalendarKind.DATES and not dates:
                raise ValidationError({f"{way}_dates": ValidationError(_("Name at least one day."), code="required")})

    @property
    def raising(self) -> Calendar:
        """When reviews raise partners."""
        return self._calendar("up")

    @property
    def lowering(self) -> Calendar:
        """When reviews lower partners."""
        return self._calendar("down")

    @property
    def reviews_raise(self) -> bool:
        """Whether partners rise at reviews."""
        return self.upward == Upward.AT_REVIEW

    @property
    def reviews_lower(self) -> bool:
        """Whether partners fall at reviews."""
        return self.downward == Downward.AT_REVIEW

    def _calendar(self, way: str) -> Calendar:
        kind, dates, months = (getattr(self, f"{way}_{name}") for name in ("calendar", "dates", "months"))
        return Calendar(kind, tuple(dates), months, Program.current().fiscal_year_start_month)


def policy_constraints(name: str) -> list[models.BaseConstraint]:
    """Return what holds for every policy: known words, and numbers that make sense."""
    return [
        models.CheckConstraint(condition=models.Q(upward__in=Upward.values), name=f"{name}_upward_known"),
        models.CheckConstraint(condition=models.Q(downward__in=Downward.values), name=f"{name}_downward_known"),
        models.CheckConstraint(
            condition=models.Q(up_calendar__in=CalendarKind.values, down_calendar__in=CalendarKind.values),
            name=f"{name}_calendars_known",
        ),
        models.CheckConstraint(
            condition=models.Q(up_months__range=(1, MOST_MONTHS), down_months__range=(1, MOST_MONTHS)),
            name=f"{name}_review_months",
        ),
        models.CheckConstraint(
            condition=models.Q(grace_days__lte=MOST_GRACE_DAYS, minimum_stay_months__lte=MOST_MONTHS),
            name=f"{name}_grace_and_stay",
        ),
        models.CheckConstraint(
            condition=(models.Q(most_rungs_up__isnull=True) | models.Q(most_rungs_up__gte=1))
            & (models.Q(most_rungs_down__isnull=True) | models.Q(most_rungs_down__gte=1)),
            name=f"{name}_rungs",
        ),
    ]
