"""What people say, do and agree to beside the records: conversations, touches, agreements, specializations, references."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile

from accounts.models import User
from core.services import versions
from deals.models import Product
from deals.services import references
from enablement.services import specializations
from partners.models import Agreement, Assignment, CameBy, Partner, Person, Signers, Touch, TouchKind, Way
from partners.services import agreements, conversations, touches
from portal.seed.lot import Lot

#: Who speaks ("cam" or "admin" of the partner), how many hours ago, how it came, and what was said.
TALKS: Sequence[Sequence[tuple[str, int, str, str]]] = (
    (
        ("cam", 190, "portal", "I have looked at your pipeline for the quarter. **Two renewals** carry most of it: shall we go through them on Thursday?"),
        ("partner", 172, "email", "Thursday at ten suits us. Could you bring somebody from the security team? Our customer asks about the new audit log."),
        ("cam", 168, "portal", "Done. Here is what I would like to leave with:\n\n- who speaks to whom at the customer\n- what is missing for the offer\n- whether you need a demo system"),
        ("partner", 20, "portal", "The offer is out. One open point: may we name you as a reference contact?"),
    ),
    (
        ("partner", 96, "portal", "Two of our engineers passed the exam last week, but the page still shows one. Do we have to do anything?"),
        ("cam", 92, "portal", "Congratulations to both. The second result came in last night, you should see it now."),
        ("partner", 90, "email", "We see it, thank you."),
    ),
    (
        ("cam", 60, "portal", "Welcome. The first steps are on your home page; most partners do them within two weeks. Write here whenever something is unclear."),
    ),
)  # fmt: skip
NOTE = "They compare us with another vendor for the service desk. Decision maker is the head of operations, not IT."
CALLS = (
    (TouchKind.CALL, 20, "Went through the open deals. Two slip into next quarter, budget is not the reason.", "Send the price list for next year"),
    (TouchKind.MEETING, 60, "Quarterly meeting: growth plan agreed, they want two more people certified.", ""),
    (TouchKind.FEEDBACK, 30, "Quotes take too long when hardware is part of the deal. Would like a template.", "Ask pricing about a template"),
    (TouchKind.EMAIL, 10, "Sent the slides for their customer event.", ""),
    (TouchKind.NOTE, 5, "New head of sales starts next month.", "Invite the new head of sales"),
)  # fmt: skip
NEXT_STEP_WITHIN, LATE_AT_MOST = timedelta(days=21), timedelta(days=2)
PARTNER_AGREEMENT = """# Partner agreement

1. You sell and serve in your own name and at your own risk.
2. Prices and discounts are those of your tier on the day of the order.
3. Either side may end this agreement with three months' notice.
"""
CONDUCT = """# Code of conduct

We win by being useful. No gifts that would embarrass us in the newspaper, no talk with competitors about prices, no
promises that the product does not keep.
"""
DATA = """# Processing of personal data

You process personal data of customers only as they tell you, keep it in the countries they named, and tell us of a
breach within one day.
"""


@dataclass(frozen=True)
class Speakers:
    """Whom a partner's records are about, and who looks after it."""

    partner: Partner
    cam: User
    people: Sequence[Person]

    @property
    def first(self) -> Person:
        """The partner's admin, else somebody there."""
        return next((one for one in self.people if one.is_admin), self.people[0])


def write(key: str, *, by: User, at: datetime) -> None:
    """Write it for every partner that somebody looks after and where somebody signs in; calls for the others too."""
    looked_after = Assignment.objects.open().filter(partner__status__in=("active", "prospect"))
    managers = dict(looked_after.values_list("partner_id", "user_id"))
    signing = Person.objects.filter(user__isnull=False, left_at__isnull=True).select_related("user")
    people: dict[int, list[Person]] = {}
    for one in signing.order_by("pk"):
        people.setdefault(one.partner_id, []).append(one)
    users = User.objects.in_bulk(set(managers.values()))
    _write_agreements(by=by, at=at)
    for number, partner in enumerate(Partner.objects.filter(pk__in=managers).order_by("pk")):
        lot = Lot(key, "talk", partner.domain)
        cam = users[managers[partner.pk]]
        if number < 90 or partner.pk in people:
            _write_touches(partner, cam, lot, at=at)
        if partner.pk in people:
            spoken = Speakers(partner, cam, people[partner.pk])
            _write_talk(spoken, TALKS[number % len(TALKS)], at=at)
            _accept(spoken, at=at, skip_last=bool(number % 2))
            _write_references(spoken, at=at)


def _write_talk(who: Speakers, talk: Sequence[tuple[str, int, str, str]], *, at: datetime) -> None:
    thread = conversations.thread_of(subject=who.partner, by=who.cam, at=at)
    for number, (side, hours, how, text) in enumerate(talk):
        user = who.cam if side == "cam" else who.first.user
        moment = at - timedelta(hours=hours)
        file = [ContentFile(b"Customer;Point;Who\nHarbour Bank;Demo system;Marcus\n", "open-points.csv")]
        conversations.post(
            thread=thread,
            by=user,
            at=moment,
            text=text,
            files=file if how == "portal" and number == 2 else [],
            came_by=CameBy(how),
            once_key=f"seed:{number}",
        )
        if number == 0 and len(talk) > 3:
            conversations.post(thread=thread, by=who.cam, at=moment, text=NOTE, is_internal=True, once_key="seed:note")


def _write_touches(partner: Partner, cam: User, lot: Lot, *, at: datetime) -> None:
    for number in range(lot.randint(1, 4)):
        kind, minutes, note, step = lot.choice(CALLS)
        happened = at - timedelta(days=lot.randint(2, 50) + number * 45, hours=lot.randint(0, 6))
        touch: Touch = touches.log(
            partner=partner,
            by=cam,
            at=at,
            kind=kind,
            happened_at=happened,
            minutes=minutes,
            note=note,
            next_step=step,
            next_on=(happened + NEXT_STEP_WITHIN).date() if step else None,
            is_shared=kind == TouchKind.MEETING,
        )
        if step and happened + NEXT_STEP_WITHIN < at - LATE_AT_MOST:
            touches.finish_step(touch=touch, by=cam, at=at)


def _write_agreements(*, by: User, at: datetime) -> None:
    began = at - timedelta(days=500)
    wanted: Sequence[tuple[str, str, str, Mapping[str, Any]]] = (
        ("partner-agreement", "Partner agreement", PARTNER_AGREEMENT, {"way": Way.SIGNATURE, "valid_months": 24, "notice_days": [60, 30, 7]}),
        ("code-of-conduct", "Code of conduct", CONDUCT, {"valid_months": 12, "notice_days": [30, 7]}),
        ("data-processing", "Processing of personal data", DATA, {"signers": Signers.ADMINS, "notice_days": []}),
    )  # fmt: skip
    for position, (key, name, text, terms) in enumerate(wanted):
        made = agreements.create(key=key, name=name, position=position, by=by, at=began, text=text, **terms)
        agreements.publish(version=versions.draft_of(definition=made, by=by, at=began), by=by, at=began)
    data = Agreement.objects.get(key="data-processing")
    agreements.edit(agreement=data, by=by, at=at, changes={"text": DATA + "\nYou name your own processors to us.\n"})
    conduct = Agreement.objects.get(key="code-of-conduct")
    newer = {"text": CONDUCT + "\nAnd nobody is asked to break it.\n", "note": "Nobody is asked to break it"}
    agreements.edit(agreement=conduct, by=by, at=began, changes=newer)
    later = at - timedelta(days=360)
    agreements.publish(version=versions.draft_of(definition=conduct, by=by, at=later), by=by, at=later)


def _accept(who: Speakers, *, at: datetime, skip_last: bool) -> None:
    """Let the partner's admin accept: the first for good, the second so that it runs out soon, the third perhaps."""
    if not who.first.is_admin:
        return
    for key, days in (("partner-agreement", 400), ("code-of-conduct", 345), ("data-processing", 90)):
        if key == "data-processing" and skip_last:
            continue
        agreement = Agreement.objects.get(key=key)
        version = versions.published_of(agreement)
        if version is not None:
            agreements.accept(
                version=version,
                person=who.first,
                at=at - timedelta(days=days),
                text_hash=agreements.hash_of(version),
                signed_name=who.first.name,
                from_address="192.0.2.10",
            )


def _write_references(who: Speakers, *, at: datetime) -> None:
    products = list(Product.objects.order_by("pk")[:2])
    told = (("Harbour Logistics", "Fleet and device management"), ("St. Anne Clinics", "Secure workplace"))
    for number, (customer, project) in enumerate(told):
        made = references.submit(
            partner=who.partner,
            by=who.first.user,
            at=at - timedelta(days=40 - number * 30),
            customer_name=customer,
            project=project,
            summary="Planned, rolled out and handed over to the customer's own team within four months.",
            product=products[number] if number < len(products) else None,
            year=at.year - 1,
            contact="Head of operations, through us",
            contact_may_be_asked=number == 0,
        )
        if number == 0:
            references.decide(
                reference=made, by=who.cam, at=at - timedelta(days=30), is_valid=True, decision="Spoke to the customer."
            )


def write_specializations(*, by: User, at: datetime) -> None:
    """Define three specializations; who fulfils them gets them with the next verdicts."""
    certified = {
        "collection": "certifications",
        "aggregate": "count_distinct",
        "of": "person",
        "where": {"combinator": "and", "not": False, "rules": [{"field": "valid", "operator": "is_true"}]},
    }
    referenced = {
        "collection": "references",
        "aggregate": "count",
        "where": {"combinator": "and", "not": False, "rules": [{"field": "counts", "operator": "is_true"}]},
        "operator": ">=",
        "value": 1,
    }
    wanted: Sequence[tuple[str, str, Sequence[Any], Mapping[str, Any]]] = (
        ("Certified practice", "service", [certified | {"operator": ">=", "value": 2}], {"valid_months": 12}),
        ("Proven delivery", "service", [certified | {"operator": ">=", "value": 1}, referenced], {"valid_months": 12, "needs_approval": True}),
        ("Expert team", "product", [certified | {"operator": ">=", "value": 5}, referenced], {}),
    )  # fmt: skip
    for name, kind, rules, terms in wanted:
        specializations.create(
            by=by,
            at=at,
            name=name,
            public_name=name,
            kind=kind,
            meaning="Shows customers that the people and the projects are there.",
            requirements="Have your people certified, and name a customer who may speak of the project.",
            criteria={"combinator": "and", "not": False, "rules": rules},
            **terms,
        )
