"""Flags: somebody says that a membership, a category or a tier seems wrong, and gets an answer."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from partners.models.categories import Category
from partners.models.memberships import CategoryMembership
from partners.models.partners import Partner
from partners.models.tiers import Tier
from partners.querysets import FlagQuerySet


class FlagAbout(models.TextChoices):
    """What a flag is about."""

    MEMBERSHIP = "membership", _("A membership")
    CATEGORY = "category", _("The definition of a category")
    TIER = "tier", _("The definition of a tier")


class FlagReason(models.TextChoices):
    """Why somebody flags something."""

    WRONG = "wrong", _("It does not fit")
    OTHER_FITS = "other_fits", _("Another category fits better")
    DATA = "data", _("It rests on data that are wrong or old")
    UNCLEAR = "unclear", _("I do not understand the definition")
    UNFAIR = "unfair", _("What it asks is not right")
    OTHER = "other", _("Something else")


class FlagState(models.TextChoices):
    """Where a flag is in its life."""

    OPEN = "open", _("Open")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class FlagAction(models.TextChoices):
    """What accepting a flag did."""

    NOTED = "noted", _("Nothing else; it is noted")
    CONFIRM = "confirm", _("The membership was confirmed")
    END = "end", _("The membership was ended")
    REASSIGN = "reassign", _("The partner was put into another category")


@tracked()
class Flag(Record):
    """What somebody says seems wrong. About a membership, `category` is the one it is in."""

    about = models.CharField(max_length=10, choices=FlagAbout)
    membership = models.ForeignKey(CategoryMembership, null=True, on_delete=models.PROTECT, related_name="flags")
    category = models.ForeignKey(Category, null=True, on_delete=models.PROTECT, related_name="flags")
    tier = models.ForeignKey(Tier, null=True, on_delete=models.PROTECT, related_name="flags")
    partner = models.ForeignKey(Partner, null=True, on_delete=models.PROTECT, related_name="flags")
    from_partner = models.BooleanField(help_text=_("Whether somebody at the partner sent it."))
    reason = models.CharField(max_length=10, choices=FlagReason)
    text = models.CharField(max_length=2000)
    suggested = models.ForeignKey(Category, null=True, on_delete=models.PROTECT, related_name="+")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    escalated_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=FlagState, default=FlagState.OPEN)
    action = models.CharField(max_length=10, choices=FlagAction, blank=True)
    reply = models.CharField(max_length=2000, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = FlagQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(
                    about=FlagAbout.MEMBERSHIP,
                    membership__isnull=False,
                    category__isnull=False,
                    tier__isnull=True,
                    partner__isnull=False,
                )
                | models.Q(about=FlagAbout.CATEGORY, membership__isnull=True, category__isnull=False, tier__isnull=True)
                | models.Q(about=FlagAbout.TIER, membership__isnull=True, category__isnull=True, tier__isnull=False),
                name="flag_about_one_thing",
            ),
            models.CheckConstraint(
                condition=models.Q(from_partner=False) | models.Q(partner__isnull=False), name="flag_of_partner_has_one"
            ),
            models.CheckConstraint(
                condition=models.Q(state=FlagState.OPEN, decided_at__isnull=True)
                | ~models.Q(state=FlagState.OPEN) & models.Q(decided_at__isnull=False),
                name="flag_open_or_decided",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[FlagState.ACCEPTED, FlagState.DECLINED]) | ~models.Q(reply=""),
                name="flag_decided_has_reply",
            ),
            models.UniqueConstraint(
                fields=["sent_by", "about", "membership", "category", "tier"],
                condition=models.Q(state=FlagState.OPEN, sent_by__isnull=False),
                nulls_distinct=False,
                name="flag_one_open_each",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_on"], condition=models.Q(state=FlagState.OPEN), name="flag_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.get_about_display()}: {self.subject}"

    @property
    def subject(self) -> Any:
        """The membership, category or tier it is about."""
        return getattr(self, self.about)

    @property
    def definition(self) -> Category | Tier:
        """The definition that it says something about."""
        found: Category | Tier | None = self.tier or self.category
        assert found is not None
        return found

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.state == FlagState.OPEN
