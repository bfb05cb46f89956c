"""The fields of a partner's profile: the one list that forms, cleaning, pages, criteria, the API and files read.

A new field is a column in `models/partners.py` with its migration, and a line here. Each room knows what to do with a
*shape*; what only one room has to say (why a partner is asked for it, what files call it) stands there, by name.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _


class Shape(StrEnum):
    """What kind of value a field holds, which decides how it is typed, checked, stored and shown."""

    TEXT = "text"
    LINES = "lines"
    LIST = "list"
    WEB_ADDRESSES = "web_addresses"
    LANGUAGES = "languages"
    WHOLE = "whole"
    MONEY = "money"
    DEGREES = "degrees"
    DAY = "day"
    STATUS = "status"
    COUNTRY = "country"
    DOMAIN = "domain"
    REGION = "region"
    PARTNER = "partner"


class Group(StrEnum):
    """Where a field stands on forms."""

    WHO = "who"
    WHERE = "where"
    ORGANISATION = "organisation"
    OFFER = "offer"


@dataclass(frozen=True, slots=True)
class ProfileField:
    """One field. `length` limits a text or each text of a list, `low` and `high` a number.

    Partner people write those that are `own`; the rest is the vendor's. With an `example` criteria may ask about it.
    """

    name: str
    label: Any
    shape: Shape
    group: Group
    length: int = 0
    low: int = 0
    high: int = 0
    required: bool = False
    own: bool = False
    help_text: Any = ""
    description: Any = ""
    example: str = ""
    unit: Any = ""


PROFILE_FIELDS: tuple[ProfileField, ...] = (
    ProfileField(
        "name", _("Name"), Shape.TEXT, Group.WHO, length=200, required=True,
        description=_("The name the partner goes by."), example="Pinewood",
    ),
    ProfileField("legal_name", _("Legal name"), Shape.TEXT, Group.WHO, length=200),
    ProfileField(
        "domain", _("Domain"), Shape.DOMAIN, Group.WHO,
        help_text=_("Such as pinewood.example. No two partners share one."),
        description=_("The domain of the partner's e-mail and web site."), example="pinewood.example",
    ),
    ProfileField("tax_id", _("Tax id"), Shape.TEXT, Group.WHO, length=40),
    ProfileField(
        "status", _("Status"), Shape.STATUS, Group.WHO,
        description=_("Whether the organisation is with us."), example="active",
    ),
    ProfileField(
        "joined_on", _("Partner since"), Shape.DAY, Group.WHO,
        description=_("The day the partnership began."), example="2025-06-01",
    ),
    ProfileField("parent", _("Belongs to"), Shape.PARTNER, Group.WHO),
    ProfileField(
        "country", _("Country"), Shape.COUNTRY, Group.WHERE, help_text=_("Two letters, such as DE."),
        description=_("Two letters, ISO 3166, of the head office."), example="DE",
    ),
    ProfileField(
        "region", _("Region"), Shape.REGION, Group.WHERE,
        description=_("The sales region or any region above it: a partner in Bavaria is in Germany too."),
        example="emea",
    ),
    ProfileField(
        "city", _("City"), Shape.TEXT, Group.WHERE, length=120, own=True,
        description=_("The city of the head office."), example="Hamburg",
    ),
    ProfileField(
        "latitude", _("Latitude"), Shape.DEGREES, Group.WHERE, high=90, own=True,
        help_text=_("Degrees north of the equator, such as 48.1374; south is negative."),
    ),
    ProfileField(
        "longitude", _("Longitude"), Shape.DEGREES, Group.WHERE, high=180, own=True,
        help_text=_("Degrees east of Greenwich, such as 11.5755; west is negative."),
    ),
    ProfileField(
        "locations", _("Other locations"), Shape.LIST, Group.WHERE, length=120, own=True,
        help_text=_("Further cities, with commas between them."),
        description=_("Further places where the partner has people."), example="Hamburg",
    ),
    ProfileField(
        "description", _("Description"), Shape.LINES, Group.ORGANISATION, length=4000, own=True,
        help_text=_("What the organisation does, in a few sentences."),
    ),
    ProfileField("websites", _("Web sites"), Shape.WEB_ADDRESSES, Group.ORGANISATION, length=300, own=True),
    ProfileField(
        "employees", _("Employees"), Shape.WHOLE, Group.ORGANISATION, high=5_000_000, own=True,
        description=_("How many people work there."), example="120", unit=_("people"),
    ),
    ProfileField(
        "annual_revenue", _("Annual revenue"), Shape.MONEY, Group.ORGANISATION, own=True,
        help_text=_("In the program's currency."),
        description=_("What the partner sells in a year, in the program's currency."), example="5000000",
    ),
    ProfileField(
        "founded_year", _("Founded in"), Shape.WHOLE, Group.ORGANISATION, low=1500, high=2200, own=True,
        description=_("The year the organisation was founded."), example="2009",
    ),
    ProfileField(
        "industries", _("Industries"), Shape.LIST, Group.OFFER, length=80, own=True,
        description=_("Industries the partner sells to."), example="Healthcare",
    ),
    ProfileField(
        "languages", _("Languages"), Shape.LANGUAGES, Group.OFFER, length=12, own=True,
        help_text=_("Codes with commas between them, such as en, pt-BR."),
        description=_("Languages the partner works in."), example="de",
    ),
    ProfileField(
        "selling_motions", _("Selling motions"), Shape.LIST, Group.OFFER, length=80, own=True,
        description=_("How the partner sells, such as resale or referral."), example="Resale",
    ),
    ProfileField(
        "capabilities", _("Capabilities"), Shape.LIST, Group.OFFER, length=80, own=True,
        description=_("What the partner can do for customers."), example="Implementation",
    ),
    ProfileField(
        "product_lines", _("Product lines"), Shape.LIST, Group.OFFER, length=80, own=True,
        description=_("Product lines the partner works with."), example="Cloud",
    ),
    ProfileField(
        "target_markets", _("Target markets"), Shape.LIST, Group.OFFER, length=80, own=True,
        description=_("Markets the partner addresses."), example="Mid-market",
    ),
    ProfileField(
        "business_units", _("Business units"), Shape.LIST, Group.OFFER, length=80, own=True,
        help_text=_("Parts of the organisation that work with us."),
        description=_("Parts of the organisation that work with us."), example="Public sector",
    ),
    ProfileField(
        "resources", _("Resources"), Shape.LIST, Group.OFFER, length=120, own=True,
        help_text=_("What there is to work with, such as a demo lab."),
        description=_("What the partner has to work with."), example="Demo lab",
    ),
)  # fmt: skip

BY_NAME = {one.name: one for one in PROFILE_FIELDS}
#: Where the partner is on a map: both are known, or neither.
PLACE = ("latitude", "longitude")
