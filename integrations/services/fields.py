"""What the columns of a file can be: their fields, how cells are read, and what people call them."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from integrations.models import ImportResource
from partners.models import AttributeDefinition, AttributeKind
from partners.profile_fields import PROFILE_FIELDS, Shape


class Kind(StrEnum):
    """How a column's cells are read."""

    TEXT = "text"
    COUNTRY = "country"
    REGION = "region"
    LIST = "list"
    LANGUAGES = "languages"
    WHOLE = "whole"
    NUMBER = "number"
    OWN_MONEY = "own_money"
    MONEY = "money"
    CURRENCY = "currency"
    DAY = "day"
    YES_NO = "yes_no"
    CHOICE = "choice"


NUMERIC = frozenset({Kind.WHOLE, Kind.NUMBER, Kind.OWN_MONEY, Kind.MONEY})


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a column can be. `words` maps what cells say to the value that is kept, for choices."""

    key: str
    label: str | Promise
    kind: Kind = Kind.TEXT
    names: tuple[str, ...] = ()
    words: Mapping[str, str] | None = None


STATUSES = {
    "prospect": "prospect", "lead": "prospect", "candidate": "prospect", "pending": "prospect", "applied": "prospect",
    "interessent": "prospect", "active": "active", "aktiv": "active", "approved": "active", "live": "active",
    "suspended": "suspended", "on hold": "suspended", "gesperrt": "suspended", "ended": "ended", "inactive": "ended",
    "inaktiv": "ended", "terminated": "ended", "former": "ended", "closed": "ended", "beendet": "ended",
}  # fmt: skip
STAGES = {
    "open": "open", "prospecting": "open", "qualification": "open", "qualified": "open", "needs analysis": "open",
    "value proposition": "open", "proposal": "open", "proposal/price quote": "open", "negotiation": "open",
    "negotiation/review": "open", "discovery": "open", "in progress": "open", "offen": "open", "angebot": "open",
    "verhandlung": "open", "won": "won", "closed won": "won", "gewonnen": "won", "ordered": "won", "auftrag": "won",
    "lost": "lost", "closed lost": "lost", "verloren": "lost", "cancelled": "lost", "abgesagt": "lost",
}  # fmt: skip
ROLES = {
    "refer": "refer", "referral": "refer", "referrer": "refer", "sales agent": "refer", "agent": "refer",
    "vermittler": "refer", "handelsvertreter": "refer", "resell": "resell", "reseller": "resell", "var": "resell",
    "dealer": "resell", "händler": "resell", "wiederverkäufer": "resell", "service": "service",
    "implementation": "service", "service center": "service", "installation": "service", "servicepartner": "service",
    "manage": "manage", "managed service": "manage", "msp": "manage", "distribute": "distribute",
    "distributor": "distribute", "distribution": "distribute", "großhändler": "distribute", "influence": "influence",
    "influencer": "influence", "advisor": "influence", "consultant": "influence",
}  # fmt: skip
FUNCTIONS = {
    "executive": "executive", "management": "executive", "c-level": "executive", "owner": "executive",
    "geschäftsführung": "executive", "sales": "sales", "vertrieb": "sales", "account management": "sales",
    "marketing": "marketing", "technical": "technical", "engineering": "technical", "it": "technical",
    "technik": "technical", "presales": "technical", "support": "technical", "service": "technical",
    "operations": "operations", "finance": "operations", "logistics": "operations", "einkauf": "operations",
    "purchasing": "operations", "hr": "operations",
}  # fmt: skip
LANGUAGE_CODES = {
    "english": "en", "german": "de", "deutsch": "de", "french": "fr", "français": "fr", "spanish": "es",
    "español": "es",
    "italian": "it", "italiano": "it", "portuguese": "pt", "dutch": "nl", "nederlands": "nl", "polish": "pl",
    "polski": "pl", "czech": "cs", "swedish": "sv", "danish": "da", "norwegian": "no", "finnish": "fi", "turkish": "tr",
    "arabic": "ar", "hebrew": "he", "japanese": "ja", "chinese": "zh", "mandarin": "zh", "korean": "ko", "hindi": "hi",
    "romanian": "ro", "hungarian": "hu", "greek": "el", "ukrainian": "uk", "russian": "ru", "englisch": "en",
    "französisch": "fr", "italienisch": "it", "spanisch": "es", "polnisch": "pl", "tschechisch": "cs",
}  # fmt: skip

PARTNER = (
    Field(
        "partner.external_id",
        _("Partner: id in the source"),
        Kind.TEXT,
        (
            "partner id",
            "partner account id",
            "account id",
            "reseller id",
            "partner nr",
            "partner number",
            "partnernummer",
            "partner external id",
        ),
    ),
    Field(
        "partner.domain",
        _("Partner: domain or website"),
        Kind.TEXT,
        ("partner domain", "partner website", "account website", "company domain", "company website"),
    ),
    Field(
        "partner.name",
        _("Partner: exact name"),
        Kind.TEXT,
        (
            "partner",
            "partner name",
            "partner account",
            "partner account name",
            "account name",
            "company",
            "company name",
            "firma",
            "reseller",
        ),
    ),
)

#: What files call the fields of a partner's profile.
PROFILE_NAMES: dict[str, tuple[str, ...]] = {
    "name": (
        "account name",
        "partner name",
        "company",
        "company name",
        "partner",
        "firma",
        "firmenname",
        "organisation",
        "organization",
    ),
    "legal_name": ("legal entity", "registered name", "firmierung"),
    "domain": ("company domain", "company domain name", "web domain", "e-mail domain"),
    "tax_id": ("vat", "vat id", "vat number", "tax number", "ust-idnr", "ust-id", "ein"),
    "status": ("partner status", "account status", "state of partnership"),
    "country": ("billing country", "country/region", "country code", "land", "staat", "billing country code"),
    "region": ("sales region", "territory", "vertriebsregion", "gebiet"),
    "city": ("billing city", "town", "ort", "stadt"),
    "latitude": ("lat", "billing latitude", "geo latitude", "breitengrad"),
    "longitude": ("lon", "lng", "billing longitude", "geo longitude", "längengrad"),
    "employees": ("number of employees", "headcount", "staff", "mitarbeiter", "mitarbeiterzahl", "company size"),
    "annual_revenue": ("revenue", "turnover", "umsatz", "jahresumsatz"),
    "founded_year": ("year founded", "year started", "founded", "gegründet"),
    "industries": ("industry", "vertical", "verticals", "branche", "branchen"),
    "languages": ("language", "sprachen", "sprache"),
    "selling_motions": ("selling motion", "partner type", "type", "business model"),
    "capabilities": ("services", "skills", "leistungen", "competencies"),
    "product_lines": ("product line", "products", "produktlinien", "sortiment"),
    "target_markets": ("target market", "market segment", "zielmärkte"),
    "business_units": ("business unit", "geschäftsbereich"),
    "locations": ("location", "offices", "standorte"),
    "resources": ("resource", "equipment", "ressourcen"),
    "joined_on": ("partner since", "joined", "start date", "onboarded", "created date", "vertrag seit", "partner seit"),
    "description": ("about", "notes", "beschreibung"),
}
PROFILE_KINDS = {
    **dict.fromkeys((Shape.TEXT, Shape.LINES, Shape.DOMAIN), Kind.TEXT),
    Shape.LIST: Kind.LIST,
    Shape.LANGUAGES: Kind.LANGUAGES,
    Shape.WHOLE: Kind.WHOLE,
    Shape.MONEY: Kind.OWN_MONEY,
    Shape.DEGREES: Kind.NUMBER,
    Shape.DAY: Kind.DAY,
    Shape.STATUS: Kind.CHOICE,
    Shape.COUNTRY: Kind.COUNTRY,
    Shape.REGION: Kind.REGION,
}


def _profile() -> Iterator[Field]:
    """Yield the fields of the profile; websites and the parent come in columns of another kind."""
    for one in PROFILE_FIELDS:
        if one.shape in PROFILE_KINDS:
            words = STATUSES if one.shape is Shape.STATUS else None
            yield Field(one.name, one.label, PROFILE_KINDS[one.shape], PROFILE_NAMES.get(one.name, ()), words)


FIELDS: dict[str, tuple[Field, ...]] = {
    ImportResource.PARTNERS: (
        Field(
            "external_id",
            _("Id in the source"),
            Kind.TEXT,
            (
                "id",
                "account id",
                "partner id",
                "external id",
                "record id",
                "company id",
                "partner number",
                "partnernummer",
                "kundennummer",
                "partner nr",
            ),
        ),
        *_profile(),
        Field("website", _("Website"), Kind.TEXT, ("web site", "url", "homepage", "web", "webseite", "internet")),
        Field(
            "parent.external_id",
            _("Parent: id in the source"),
            Kind.TEXT,
            ("parent account id", "parent id", "parent company id"),
        ),
    ),
    ImportResource.PEOPLE: (
        Field(
            "external_id",
            _("Id in the source"),
            Kind.TEXT,
            ("id", "contact id", "person id", "external id", "kontakt-id"),
        ),
        *PARTNER,
        Field("name", _("Name"), Kind.TEXT, ("full name", "contact name", "contact")),
        Field("first_name", _("First name"), Kind.TEXT, ("given name", "vorname")),
        Field("last_name", _("Last name"), Kind.TEXT, ("surname", "family name", "nachname")),
        Field("email", _("E-mail address"), Kind.TEXT, ("email", "e-mail", "mail", "email address")),
        Field("phone", _("Phone"), Kind.TEXT, ("telephone", "mobile", "business phone", "telefon")),
        Field("job_title", _("Job title"), Kind.TEXT, ("title", "position", "role title", "berufsbezeichnung")),
        Field(
            "job_function",
            _("Job function"),
            Kind.CHOICE,
            ("department", "function", "abteilung", "funktion"),
            FUNCTIONS,
        ),
        Field("language", _("Language"), Kind.LANGUAGES, ("preferred language", "sprache", "language code")),
        Field(
            "is_admin", _("Partner admin"), Kind.YES_NO, ("admin", "portal admin", "primary contact", "hauptkontakt")
        ),
    ),
    ImportResource.DEALS: (
        Field(
            "external_id",
            _("Id in the source"),
            Kind.TEXT,
            ("id", "opportunity id", "deal id", "external id", "order number", "auftragsnummer", "order id"),
        ),
        Field(
            "name", _("Name"), Kind.TEXT, ("opportunity name", "deal name", "opportunity", "deal", "projekt", "project")
        ),
        *PARTNER,
        Field("role", _("Partner's role"), Kind.CHOICE, ("partner role", "role", "rolle"), ROLES),
        Field(
            "split_percent", _("Partner's share in percent"), Kind.NUMBER, ("split", "share", "partner share", "anteil")
        ),
        Field(
            "customer.name",
            _("End customer: name"),
            Kind.TEXT,
            ("customer", "customer name", "end customer", "end customer name", "end user", "endkunde", "kunde"),
        ),
        Field(
            "customer.domain",
            _("End customer: domain"),
            Kind.TEXT,
            ("customer domain", "customer website", "end customer domain", "end customer website"),
        ),
        Field(
            "customer.country",
            _("End customer: country"),
            Kind.COUNTRY,
            ("customer country", "end customer country", "land", "country", "endkunde land"),
        ),
        Field(
            "customer.industry",
            _("End customer: industry"),
            Kind.TEXT,
            ("customer industry", "end customer industry", "industry", "branche"),
        ),
        Field(
            "amount", _("Amount"), Kind.MONEY, ("value", "deal value", "total", "betrag", "auftragswert", "order value")
        ),
        Field(
            "currency",
            _("Currency"),
            Kind.CURRENCY,
            ("currency code", "amount currency", "währung", "opportunity currency"),
        ),
        Field("stage", _("Stage"), Kind.CHOICE, ("deal stage", "status", "phase", "opportunity stage"), STAGES),
        Field(
            "close_on",
            _("Close date: expected while open, then the day it closed"),
            Kind.DAY,
            ("close date", "abschlussdatum", "closing date"),
        ),
        Field(
            "opened_on",
            _("Opened on"),
            Kind.DAY,
            ("created date", "created", "open date", "created on", "angelegt am", "angelegt"),
        ),
        Field(
            "expected_close_on",
            _("Expected to close on"),
            Kind.DAY,
            ("expected close date", "expected close", "forecast date", "erwarteter abschluss"),
        ),
        Field("closed_on", _("Closed on"), Kind.DAY, ("closed date", "won date", "order date", "auftragsdatum")),
        Field("products", _("Products"), Kind.LIST, ("product", "product name", "produkte", "produkt", "artikel")),
    ),
    ImportResource.CERTIFICATIONS: (
        Field(
            "person.external_id", _("Person: id in the source"), Kind.TEXT, ("contact id", "person id", "kontakt-id")
        ),
        Field(
            "email",
            _("Person: e-mail address"),
            Kind.TEXT,
            ("email", "e-mail", "mail", "contact email", "email address", "person email", "learner email"),
        ),
        *PARTNER,
        Field(
            "certification",
            _("Certification: key or name"),
            Kind.TEXT,
            ("certification name", "certificate", "certificate name", "exam", "course", "zertifikat", "zertifizierung"),
        ),
        Field(
            "earned_on",
            _("Earned on"),
            Kind.DAY,
            (
                "date earned",
                "earned",
                "completion date",
                "completed on",
                "issue date",
                "issued on",
                "passed on",
                "bestanden am",
                "date",
            ),
        ),
        Field(
            "expires_on",
            _("Expires on"),
            Kind.DAY,
            ("expiry date", "expiration date", "valid until", "expires", "gültig bis", "expiry"),
        ),
        Field(
            "reference",
            _("Number or address of the certificate"),
            Kind.TEXT,
            ("certificate number", "certificate id", "certificate url", "credential id", "zertifikatsnummer"),
        ),
    ),
}

ATTRIBUTE_KINDS = {
    AttributeKind.TEXT: Kind.TEXT,
    AttributeKind.NUMBER: Kind.NUMBER,
    AttributeKind.CHOICE: Kind.TEXT,
    AttributeKind.MULTI_CHOICE: Kind.LIST,
    AttributeKind.DATE: Kind.DAY,
    AttributeKind.YES_NO: Kind.YES_NO,
}


def of(resource: str) -> dict[str, Field]:
    """Return the fields a column can be, by key; partners have the program's own attributes too."""
    fields = {field.key: field for field in FIELDS[resource]}
    if resource == ImportResource.PARTNERS:
        for attribute in AttributeDefinition.objects.filter(retired_at__isnull=True).order_by("position", "key"):
            key = f"attributes.{attribute.key}"
            words = {choice.casefold(): choice for choice in attribute.choices} or None
            kind = (
                Kind.CHOICE
                if attribute.kind == AttributeKind.CHOICE
                else ATTRIBUTE_KINDS[AttributeKind(attribute.kind)]
            )
            fields[key] = Field(key, attribute.label, kind, (attribute.key,), words)
    return fields


def plain(name: str) -> str:
    """Return a column's name without case, accents and punctuation, for comparing."""
    letters = unicodedata.normalize("NFKD", name.casefold().replace("ß", "ss"))
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^0-9a-z/]+", " ", letters).split())
