"""Tells `accounts.access` for which partner a user acts, and in which role."""

from accounts.access import register_partner_lookup
from accounts.models import User
from accounts.roles import PartnerRole
from partners.models import Person


@register_partner_lookup
def partner_standing(user: User) -> tuple[Person, PartnerRole] | None:
    """Return the user's person, with its partner, and role; None once the person has left."""
    person = Person.objects.select_related("partner__region").filter(user=user, left_at__isnull=True).first()
    if person is None:
        return None
    if person.is_admin:
        return person, PartnerRole.ADMIN
    return person, PartnerRole.ASSESSOR if person.may_assess else PartnerRole.USER
