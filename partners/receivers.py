"""What partners does on hearing others, and with its own follow-ups."""

from core.services import outbox
from partners.services import memberships, notices, tiers

outbox.handler(tiers.TIER_CHANGED)(notices.tier_changed)
outbox.handler(memberships.MEMBERSHIP_CHANGED)(notices.membership_changed)
