"""What partners does on hearing others, and with its own follow-ups."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.dispatch import receiver
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.services import outbox
from core.signals import program_changing
from criteria.fields import RuleKind
from partners.models import (
    CategoryMembership,
    CategoryOverrideVersion,
    CategoryVersion,
    Flag,
    LifeStageVersion,
    Merge,
    Partner,
    PartnerApplication,
    TierOverrideVersion,
    TierVersion,
)
from partners.services import (
    agreements,
    application_approvals,
    application_reviews,
    applications,
    applications_notices,
    conversation_mail,
    conversations,
    definitions,
    flag_notices,
    flags,
    grace,
    leave_covers,
    manager_notices,
    membership_notices,
    merge_notices,
    merge_parts,
    merge_rules,
    merge_rules_of_tiers,
    merging,
    notices,
    overrides,
    publication_notices,
    publications,
    review_notices,
    reviews,
    secondary_assignments,
    stays,
    tier_days,
    tier_invitations,
    tier_moves,
    tier_notices,
    tier_proposals,
    tier_reviews,
    tiers,
)

outbox.handler(tier_moves.TIER_CHANGED)(tier_notices.tier_changed)
outbox.handler(tier_days.GRACE_ENDS_SOON)(tier_notices.grace_ends_soon)
outbox.handler(tier_days.OVERRIDES_END_SOON)(tier_notices.overrides_end_soon)
outbox.handler(tiers.POLICY_CHANGED)(tier_days.policy_changed)
outbox.handler(tier_invitations.INVITED)(tier_notices.tier_invited)
outbox.handler(tier_proposals.PROPOSED)(tier_notices.tier_proposed)
outbox.handler(tier_proposals.DECLINED)(tier_notices.tier_declined)
outbox.handler(tier_reviews.REVIEW_WAITS)(tier_notices.review_waits)
outbox.handler(stays.MEMBERSHIP_CHANGED)(notices.membership_changed)
outbox.handler(grace.GRACE_NOTICE)(membership_notices.grace_runs_out)
outbox.handler(reviews.REVIEW_CHANGED)(review_notices.review_changed)
outbox.handler(flags.FLAG_CHANGED)(flag_notices.flag_changed)
outbox.handler(conversations.MESSAGE_WAITS)(conversation_mail.send_what_waits)
outbox.handler(conversations.MENTIONED)(conversation_mail.tell_mentioned)
outbox.handler(agreements.PUBLISHED)(agreements.ask_audience)

conversations.register("partner", Partner, gettext_lazy("Conversation"), partners_of=lambda partner: [partner])
conversations.register(
    "membership",
    CategoryMembership,
    gettext_lazy("Category"),
    vendor_page="vendor:membership-detail",
)
conversations.register(
    "flag",
    Flag,
    gettext_lazy("Flag"),
    partners_of=lambda flag: [flag.partner] if flag.from_partner else [],
    vendor_page="vendor:flag-detail",
    partner_page="partner:flag-detail",
    colleagues=lambda flag: [flag.owner] if flag.owner else [],
)

outbox.handler(definitions.DEFINITION_PUBLISHED)(publication_notices.definition_published)
outbox.handler(publication_notices.PARTNERS_TOLD)(publication_notices.partners_told)
outbox.handler(publications.TELL_AHEAD)(publication_notices.tell_ahead)
outbox.handler(publications.TAKEN_BACK)(publication_notices.taken_back)
outbox.handler(publications.PLAN_ENDED)(publication_notices.plan_ended)

for _noun, _kind, _model in (
    ("category", RuleKind.CATEGORY, CategoryVersion),
    ("tier", RuleKind.TIER, TierVersion),
    ("life-stage", RuleKind.STAGE, LifeStageVersion),
):
    _publish = partial(definitions.publish, kind=_kind)
    publications.register(_kind.value, model=_model, publish=_publish, page=f"vendor:{_noun}-detail")
publications.register(
    "category-override",
    model=CategoryOverrideVersion,
    publish=overrides.publish,
    page="vendor:category-override-detail",
)
publications.register(
    "tier-override", model=TierOverrideVersion, publish=overrides.publish, page="vendor:tier-override-detail"
)
conversations.register(
    "merge",
    Merge,
    gettext_lazy("Merged partner"),
    partners_of=lambda merge: [merge.survivor],
    select_related=("survivor",),
)

outbox.handler(merging.MERGED)(merge_notices.merged)
merge_parts.register(*merge_rules.PARTS, *merge_rules_of_tiers.PARTS)

outbox.handler(secondary_assignments.ADDED)(manager_notices.secondary_added)
outbox.handler(leave_covers.ARRANGED)(manager_notices.cover_arranged)

outbox.handler(applications.LINK)(applications_notices.link_asked)
outbox.handler(applications.PROOF_ASKED)(applications_notices.proof_asked)
outbox.handler(applications.LEFT_ALONE)(applications_notices.left_alone)
outbox.handler(applications.SUBMITTED)(applications_notices.submitted)
outbox.handler(applications.WITHDRAWN)(applications_notices.withdrawn)
outbox.handler(application_reviews.ASKED)(applications_notices.asked)
outbox.handler(application_reviews.DECLINED)(applications_notices.declined)
outbox.handler(application_reviews.REOPENED)(applications_notices.reopened)
outbox.handler(application_reviews.ASSIGNED)(applications_notices.assigned)
outbox.handler(application_reviews.LATE)(applications_notices.late)
outbox.handler(application_approvals.APPROVED)(applications_notices.approved)

conversations.register(
    "application",
    PartnerApplication,
    gettext_lazy("Application"),
    partners_of=lambda application: [],
    vendor_page="vendor:application-detail",
    open_to_partners=False,
    colleagues=applications_notices.concerned,
    outsiders=applications_notices.applicant,
    select_related=("reviewer",),
)


@receiver(program_changing)
def keep_the_currency_of_revenue(changes: Mapping[str, Any], **_sent: Any) -> None:
    """Refuse another currency of the program while partners' revenue is kept in the present one."""
    if "currency" in changes and Partner.objects.filter(annual_revenue__isnull=False).exists():
        message = _("Partners' revenue is kept in the present currency; it cannot be changed any more.")
        raise ValidationError({"currency": ValidationError(message, code="in_use")})
