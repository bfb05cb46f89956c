"""What criteria may ask about how we are in touch with a partner, and what it has agreed to."""

from django.utils.translation import gettext_lazy as _

from criteria.fields import Choice, Collection, Field, Join, Kind, registry
from partners.models import Agreement, TouchKind

RELATIONSHIP = _("Relationship")


def touch_kinds() -> list[Choice]:
    """Return the kinds of touches."""
    return [Choice(str(value), label) for value, label in TouchKind.choices]


def agreement_choices() -> list[Choice]:
    """Return the agreements by name."""
    return [Choice(one.key, one.name, one.pk) for one in Agreement.objects.order_by("position", "name")]


registry.add_joins(
    Join(
        "last_touch",
        "LEFT JOIN (SELECT touch.partner_id, max(touch.happened_at) AS at FROM partners_touch touch"
        " WHERE {scope:touch.partner_id} GROUP BY touch.partner_id) last_touch ON last_touch.partner_id = p.id",
    ),
    Join(
        "agreed",
        "LEFT JOIN (SELECT acceptance.partner_id, array_agg(DISTINCT acceptance.agreement_id) AS ids"
        " FROM partners_acceptance acceptance"
        " JOIN partners_agreement agreement ON agreement.id = acceptance.agreement_id"
        " WHERE acceptance.number >= agreement.required_number"
        " AND (acceptance.ends_on IS NULL OR acceptance.ends_on > %(today)s) AND {scope:acceptance.partner_id}"
        " GROUP BY acceptance.partner_id) agreed ON agreed.partner_id = p.id",
    ),
)
registry.add_fields(
    Field(
        "agreements.valid",
        _("Agreements in force"),
        Kind.MULTI,
        "agreed.ids",
        join="agreed",
        choices=agreement_choices,
        description=_("Agreements the partner has accepted in a text that still counts, and that have not run out."),
        example="partner-agreement",
        group=RELATIONSHIP,
        from_clock=True,
    ),
    Field(
        "days_since_touch",
        _("Days since the last touch"),
        Kind.NUMBER,
        "(%(today)s - (last_touch.at AT TIME ZONE %(zone)s)::date)",
        join="last_touch",
        description=_(
            "Days since somebody at the vendor last called, met or wrote to the partner, or noted something."
        ),
        example="30",
        unit=_("days"),
        group=RELATIONSHIP,
        from_clock=True,
    ),
)
registry.add_collections(
    Collection(
        "touches",
        _("Touches"),
        source="partners_touch touch",
        partner_id="touch.partner_id",
        record_id="touch.id",
        name="touch.kind",
        day="happened_at",
        description=_("Calls, meetings, e-mails, notes and feedback that the vendor's people logged."),
        fields=(
            Field(
                "kind",
                _("Kind"),
                Kind.CHOICE,
                "touch.kind",
                choices=touch_kinds,
                description=_("How somebody was in touch."),
                example="meeting",
            ),
            Field(
                "happened_at",
                _("When"),
                Kind.MOMENT,
                "touch.happened_at",
                description=_("When it happened."),
                example="2026-03-01",
            ),
            Field(
                "minutes",
                _("Minutes"),
                Kind.NUMBER,
                "touch.minutes",
                description=_("How long it took."),
                example="30",
                unit=_("min"),
            ),
        ),
    )
)
