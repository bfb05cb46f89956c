"""What criteria may ask about categories, memberships and tiers held."""

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from criteria.fields import Choice, Collection, Field, Join, Kind, registry
from partners.models import Category, MembershipSource, MembershipState, Tier

CLASSIFICATION = _("Categories and tiers")


def category_choices() -> list[Choice]:
    """Return the categories, retired ones last."""
    rows = Category.objects.order_by(F("retired_at").asc(nulls_first=True), "position", "pk").values_list(
        "key", "name", "pk"
    )
    return [Choice(key, name, pk) for key, name, pk in rows]


def tier_choices() -> list[Choice]:
    """Return the tiers of all ladders, each as `track.tier`."""
    rows = Tier.objects.select_related("track").order_by("track__position", "track_id", "rank")
    return [Choice(f"{tier.track.key}.{tier.key}", f"{tier.track.name}: {tier.name}", tier.pk) for tier in rows]


def state_choices() -> list[Choice]:
    """Return the states of a membership."""
    return [Choice(str(value), label) for value, label in MembershipState.choices]


def source_choices() -> list[Choice]:
    """Return who may have said that a partner is in a category."""
    return [Choice(str(value), label) for value, label in MembershipSource.choices]


registry.add_joins(
    Join(
        "held_categories",
        "LEFT JOIN (SELECT m.partner_id, array_agg(m.category_id) AS ids,"
        " max(m.category_id) FILTER (WHERE m.is_primary) AS primary_id"
        " FROM partners_categorymembership m"
        " WHERE m.ends_at IS NULL AND m.state IN ('active', 'grace') AND {scope:m.partner_id}"
        " GROUP BY m.partner_id) held_categories ON held_categories.partner_id = p.id",
    ),
    Join(
        "held_tiers",
        "LEFT JOIN (SELECT h.partner_id, array_agg(below.id) AS ids"
        " FROM partners_tierholding h"
        " JOIN partners_tier held ON held.id = h.tier_id"
        " JOIN partners_tier below ON below.track_id = held.track_id AND below.rank <= held.rank"
        " WHERE h.ends_at IS NULL AND {scope:h.partner_id}"
        " GROUP BY h.partner_id) held_tiers ON held_tiers.partner_id = p.id",
    ),
    Join(
        "graced_tiers",
        "LEFT JOIN (SELECT h.partner_id, array_agg(h.tier_id) AS ids FROM partners_tierholding h"
        " WHERE h.ends_at IS NULL AND h.state = 'grace' AND {scope:h.partner_id}"
        " GROUP BY h.partner_id) graced_tiers ON graced_tiers.partner_id = p.id",
    ),
    Join(
        "tier_invitations",
        "LEFT JOIN (SELECT i.partner_id, array_agg(i.tier_id) AS ids FROM partners_tierinvitation i"
        " WHERE i.ends_at IS NULL AND {scope:i.partner_id}"
        " GROUP BY i.partner_id) tier_invitations ON tier_invitations.partner_id = p.id",
    ),
)

registry.add_fields(
    Field(
        "categories",
        _("Categories"),
        Kind.MULTI,
        "held_categories.ids",
        join="held_categories",
        choices=category_choices,
        description=_("Categories the partner holds now. Suggested and declared ones do not count yet."),
        example="msp",
        group=CLASSIFICATION,
    ),
    Field(
        "primary_category",
        _("Primary category"),
        Kind.CHOICE,
        "held_categories.primary_id",
        join="held_categories",
        choices=category_choices,
        description=_("The category that describes the partner best."),
        example="msp",
        group=CLASSIFICATION,
    ),
    Field(
        "tiers",
        _("Tier"),
        Kind.MULTI,
        "held_tiers.ids",
        join="held_tiers",
        choices=tier_choices,
        description=_("A tier the partner holds now, or a higher one on the same ladder."),
        example="solution.gold",
        group=CLASSIFICATION,
    ),
    Field(
        "tiers_in_grace",
        _("Tier in grace"),
        Kind.MULTI,
        "graced_tiers.ids",
        join="graced_tiers",
        choices=tier_choices,
        description=_("A tier the partner holds though it no longer meets what it asks."),
        example="solution.gold",
        group=CLASSIFICATION,
    ),
    Field(
        "tier_invitations",
        _("Invited to the tier"),
        Kind.MULTI,
        "tier_invitations.ids",
        join="tier_invitations",
        choices=tier_choices,
        description=_("A tier to which a channel account manager or program admin invited the partner."),
        example="solution.gold",
        group=CLASSIFICATION,
    ),
)

registry.add_collections(
    Collection(
        "memberships",
        _("Category memberships"),
        source="partners_categorymembership m JOIN partners_category mc ON mc.id = m.category_id",
        partner_id="m.partner_id",
        record_id="m.id",
        name="mc.name",
        day="began",
        description=_("Stays in categories, past ones included."),
        fields=(
            Field(
                "category",
                _("Category"),
                Kind.CHOICE,
                "m.category_id",
                choices=category_choices,
                description=_("The category."),
                example="msp",
            ),
            Field(
                "state",
                _("State"),
                Kind.CHOICE,
                "m.state",
                choices=state_choices,
                description=_("Where the membership is in its life."),
                example="active",
            ),
            Field(
                "source",
                _("Source"),
                Kind.CHOICE,
                "m.source",
                choices=source_choices,
                description=_("Who said that the partner is in the category."),
                example="declared",
            ),
            Field(
                "primary",
                _("Primary"),
                Kind.YES_NO,
                "m.is_primary",
                description=_("Whether it is the category that describes the partner best."),
                example="true",
            ),
            Field(
                "began",
                _("Began"),
                Kind.MOMENT,
                "m.starts_at",
                description=_("When the stay began."),
                example="2026-01-31",
            ),
            Field(
                "ended",
                _("Ended"),
                Kind.MOMENT,
                "m.ends_at",
                description=_("When the stay ended; empty while it goes on."),
                example="2026-12-31",
            ),
        ),
    ),
    Collection(
        "tiers_held",
        _("Tiers held"),
        source="partners_tierholding h JOIN partners_tier ht ON ht.id = h.tier_id",
        partner_id="h.partner_id",
        record_id="h.id",
        name="ht.name",
        day="began",
        description=_("Periods in which the partner held a tier, past ones included."),
        fields=(
            Field(
                "tier",
                _("Tier"),
                Kind.CHOICE,
                "h.tier_id",
                choices=tier_choices,
                description=_("Exactly this tier, not a higher one."),
                example="solution.gold",
            ),
            Field(
                "began",
                _("Began"),
                Kind.MOMENT,
                "h.starts_at",
                description=_("When the partner got the tier."),
                example="2026-01-31",
            ),
            Field(
                "ended",
                _("Ended"),
                Kind.MOMENT,
                "h.ends_at",
                description=_("When the partner lost or changed it; empty while it goes on."),
                example="2026-12-31",
            ),
        ),
    ),
)
