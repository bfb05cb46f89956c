"""Who may do what: role → permissions, with a sentence each."""

from functools import cache

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P


class VendorRole(models.TextChoices):
    """What a person does at the vendor."""

    CAM = "cam", _("Channel account manager")
    PROGRAM_ADMIN = "program_admin", _("Program admin")
    EXECUTIVE = "executive", _("Executive")
    REGIONAL_ADMIN = "regional_admin", _("Regional program admin")


class PartnerRole(models.TextChoices):
    """What a person does in the portal for a partner."""

    USER = "partner_user", _("Partner user")
    ASSESSOR = "partner_assessor", _("Partner user who assesses")
    ADMIN = "partner_admin", _("Partner admin")


PARTNER_PERMISSIONS = frozenset({P.USE_PARTNER_PORTAL, P.EDIT_OWN_PROFILE, P.MANAGE_OWN_PEOPLE, P.SELF_ASSESS})
VENDOR_PERMISSIONS = frozenset(P) - PARTNER_PERMISSIONS

ROLES: dict[str, frozenset[P]] = {
    # Looks after the partners assigned to them, sees the definitions they are judged by, lets new ones in.
    VendorRole.CAM: frozenset(
        {
            P.VIEW_PARTNERS,
            P.EDIT_PARTNERS,
            P.VIEW_CONVERSATIONS,
            P.REVIEW_APPLICATIONS,
            P.VIEW_DEFINITIONS,
            P.VIEW_SEGMENTS,
            P.VIEW_DEALS,
            P.VIEW_SCORECARDS,
            P.EDIT_PLANS,
            P.ASSESS,
        }
    ),
    # Owns definitions, content and imports, and sees every partner.
    VendorRole.PROGRAM_ADMIN: VENDOR_PERMISSIONS,
    # Reads figures and records, changes nothing. What people write to each other is not for reports.
    VendorRole.EXECUTIVE: frozenset(
        {
            P.VIEW_PARTNERS,
            P.VIEW_ALL_PARTNERS,
            P.VIEW_DEFINITIONS,
            P.VIEW_SEGMENTS,
            P.VIEW_DEALS,
            P.VIEW_SCORECARDS,
            P.VIEW_INSIGHT,
        }
    ),
    # Owns what categories and tiers say in the regions granted to them, and looks after the partners there.
    VendorRole.REGIONAL_ADMIN: frozenset(
        {
            P.VIEW_PARTNERS,
            P.EDIT_PARTNERS,
            P.VIEW_CONVERSATIONS,
            P.VIEW_REGION_PARTNERS,
            P.REVIEW_APPLICATIONS,
            P.EDIT_REGIONAL_TEXTS,
            P.VIEW_DEFINITIONS,
            P.VIEW_SEGMENTS,
            P.VIEW_DEALS,
            P.VIEW_SCORECARDS,
            P.EDIT_PLANS,
            P.ASSESS,
        }
    ),
    # Sees what is for their organisation.
    PartnerRole.USER: frozenset({P.USE_PARTNER_PORTAL}),
    # Also answers for the organisation what scorecards ask of it.
    PartnerRole.ASSESSOR: frozenset({P.USE_PARTNER_PORTAL, P.SELF_ASSESS}),
    # Also edits the organisation's profile and invites its people.
    PartnerRole.ADMIN: PARTNER_PERMISSIONS,
}


@cache
def permissions_of(role: str) -> frozenset[P]:
    """Return what a role may do; nothing for an unknown one."""
    return ROLES.get(role, frozenset())
