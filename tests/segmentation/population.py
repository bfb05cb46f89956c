"""Some dozens of partners with awkward data: blanks, duplicates, odd letters, days at the edges of periods."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from enablement.models import Event
from partners.models import Partner, Person
from tests.factories.accounts import UserFactory, VendorUserFactory
from tests.factories.deals import (
    CustomerFactory,
    CustomerReferenceFactory,
    DealFactory,
    DealLineFactory,
    DealParticipantFactory,
    ProductFactory,
)
from tests.factories.enablement import (
    ActivityFactory,
    AdoptionFactory,
    EventFactory,
    EventRegistrationFactory,
    HeldSpecializationFactory,
    ProcessFactory,
    SpecializationFactory,
)
from tests.factories.journeys import EnrollmentFactory, JourneyFactory, version_of
from tests.factories.learning import (
    CertificationFactory,
    CourseFactory,
    CourseProgressFactory,
    HeldCertificationFactory,
    HeldSkillFactory,
    QuizFactory,
    QuizStandingFactory,
    SkillEvidenceFactory,
    SkillFactory,
)
from tests.factories.partners import (
    AcceptanceFactory,
    AgreementVersionFactory,
    AssignmentFactory,
    AttributeDefinitionFactory,
    CategoryFactory,
    CategoryMembershipFactory,
    PartnerFactory,
    PersonFactory,
    RegionFactory,
    TierFactory,
    TierHoldingFactory,
    TierInvitationFactory,
    TierTrackFactory,
    TouchFactory,
)
from tests.factories.scorecards import ScorecardFactory, ScoreFactory
from tests.factories.surveys import SurveyFactory, SurveyResponseFactory, SurveyRoundFactory
from tests.segmentation.kinds import LISTS

Thing = TypeVar("Thing")

TEXTS = ("Ash", "ash ltd", "DE", "at", "100%", "a_b", r"back\slash", "O'Hara", "MÜNCHEN", "münchen", "e", "%(today)s")
TAGS = ("Cloud", "Retail", "Health", "it's", "50%")
COUNTRIES = ("DE", "AT", "US", "")
GRADES = ("A", "B", "it's")
CERTIFICATIONS = (("first", "associate", ""), ("second", "professional", "Cloud"), ("third", "expert", "Data"))
#: Munich, Sydney, the date line, and a place exactly on a circle's middle.
PLACES = ((None, None), ("48.137000", "11.575000"), ("-33.900000", "151.200000"), ("0", "180"), ("52.52", "13.405"))
OFFSETS = (-730, -366, -365, -91, -31, -30, -29, -7, -6, -1, 0, 1, 6, 7, 30, 365)


class Population:
    """Makes everything from one seed, so that a failure can be run again."""

    def __init__(self, seed: int, *, at: datetime, zone: ZoneInfo) -> None:
        self.random = random.Random(seed)
        self.relations = random.Random(f"relations {seed}")
        self.seats = random.Random(f"seats {seed}")
        self.answers = random.Random(f"answers {seed}")
        self.abilities = random.Random(f"skills {seed}")
        self.at = at
        self.zone = zone
        self.today = at.astimezone(zone).date()

    def make(self, size: int) -> None:
        """Write so many partners with all that belongs to them."""
        self.users = [VendorUserFactory() for _ in range(2)]
        emea = RegionFactory(key="emea")
        dach = RegionFactory(key="dach", parent=emea)
        self.regions = [None, emea, dach, RegionFactory(key="apac")]
        self.categories = [CategoryFactory(key=key) for key in ("msp", "var")]
        self.certifications = [
            CertificationFactory(key=key, level=level, product_line=line)
            for key, level, line in (
                ("first", "associate", ""),
                ("second", "professional", "Cloud"),
                ("third", "expert", "Data"),
            )
        ]
        self.courses = [CourseFactory(key=key) for key in ("basics", "migration")]
        self.quizzes = [
            QuizFactory(
                key=key,
                measures=measures,
                purpose="assessment" if measures else "check",
                pass_percent=0 if measures else 70,
            )
            for key, measures in (("check", ""), ("savvy", "tech_savviness"), ("knowing", "product_knowledge"))
        ]
        self.products = [
            ProductFactory(key=key, line=line) for key, line in (("backup", "Cloud"), ("disk", ""), ("lake", "Data"))
        ]
        self.customers = [
            CustomerFactory(name=name, industry=industry, country=country)
            for name, industry, country in (("Acme", "Retail", "DE"), ("acme 2", "", ""), ("O'Hara", "it's", "US"))
        ]
        self.ladders = [TierTrackFactory(key=key) for key in ("solution", "service")]
        self.rungs = [TierFactory(track=ladder, key=key) for ladder in self.ladders for key in ("silver", "gold")]
        self.journeys = [JourneyFactory(key=key) for key in ("onboarding", "selling")]
        self.scorecards = [ScorecardFactory(key="main", is_main=True), ScorecardFactory(key="other")]
        self._attributes()
        partners = [self._partner(number) for number in range(size)]
        for partner in partners:
            self._belongings(partner, partners)
        for number in range(size * 2):
            self._deal(number, partners)
        self.agreements = [AgreementVersionFactory(published=True, definition__key=key) for key in ("nda", "terms")]
        self.specializations = [SpecializationFactory(key=key) for key in ("cloud-move", "zero-trust")]
        for partner in partners:
            self._relations(partner)
        self._events()
        self._surveys()
        self._skills()

    def resize(self) -> None:
        """Let half of the partners grow or shrink, so that they enter and leave rules."""
        for partner in Partner.objects.order_by("pk"):
            if self.random.random() < 0.5:
                employees = self.random.choice((None, 0, 2, 3, 10, 100))
                Partner.objects.filter(pk=partner.pk).update(employees=employees)

    def remember_changes(self) -> None:
        """Say of some values since when they are what they are, which the database alone would say of today."""
        columns = ["name", "city", "employees", "region_id", "parent_id", "latitude", "longitude", "industries"]
        columns += ["joined_on", "last_active_at", "attribute.points", "attribute.badges"]
        for partner in Partner.objects.order_by("pk"):
            moments = {column: self._moment().isoformat() for column in columns if self.random.random() < 0.6}
            Partner.objects.filter(pk=partner.pk).update(changed_at=moments)

    @staticmethod
    def _attributes() -> None:
        for key, kind, choices in (
            ("motto", "text", []),
            ("points", "number", []),
            ("grade", "choice", GRADES),
            ("badges", "multi_choice", GRADES),
            ("signed_on", "date", []),
            ("has_lab", "yes_no", []),
        ):
            AttributeDefinitionFactory(key=key, kind=kind, choices=list(choices))

    def _partner(self, number: int) -> Partner:
        pick = self.random.choice
        latitude, longitude = pick(PLACES)
        values = {
            "motto": pick(TEXTS),
            "points": pick((0, 3, 12.5, -1)),
            "grade": pick(GRADES),
            "badges": self._some(GRADES),
            "signed_on": self._day().isoformat(),
            "has_lab": pick((True, False)),
        }
        return PartnerFactory(
            name=pick(TEXTS),
            domain=pick(("", f"p{number}.example")),
            latitude=latitude,
            longitude=longitude,
            attributes={key: value for key, value in values.items() if self.random.random() < 0.7},
            **{key: self._some(TAGS) for key in LISTS if key != "industries"},
            country=pick(COUNTRIES),
            city=pick(("", *TEXTS)),
            status=pick(("prospect", "active", "ended")),
            region=pick(self.regions),
            industries=self._some(TAGS),
            employees=pick((None, 0, 1, 2, 3, 10, 100)),
            annual_revenue=pick((None, Decimal("12.50"), Decimal(100), Decimal("2500.50"))),
            founded_year=pick((None, 10, 1999)),
            joined_on=pick((None, self._day(), self._day(), date(2024, 2, 29), self.today - timedelta(days=1096))),
            last_active_at=pick((None, self._moment())),
        )

    def _belongings(self, partner: Partner, partners: Sequence[Partner]) -> None:
        pick, often = self.random.choice, self.random.random
        if often() < 0.3 and (above := pick(partners)).pk < partner.pk:  # only upwards, so that no ring is made
            Partner.objects.filter(pk=partner.pk).update(parent=above)
        if often() < 0.5:
            ended = self.at if often() < 0.4 else None
            AssignmentFactory(partner=partner, user=pick(self.users), ends_at=ended)
        for category in self._some(self.categories):
            state = pick(("active", "grace", "suggested", "ended"))
            CategoryMembershipFactory(
                partner=partner,
                category=category,
                state=state,
                source=pick(("declared", "assigned", "rule")),
                is_primary=category.key == "msp" and state != "ended",
                starts_at=self.at - timedelta(days=pick((1, 30, 400))),
                ends_at=self.at if state == "ended" else None,
                grace_ends_on=self.today if state == "grace" else None,
            )
        for ladder in self._some(self.ladders):
            rung = pick([each for each in self.rungs if each.track == ladder])
            started = self.at - timedelta(days=pick((1, 30, 400)))
            grace = {"state": "grace", "grace_began_at": self.at, "grace_ends_on": self.at.date()}
            more = grace if partner.pk % 3 == 0 else {}
            TierHoldingFactory(partner=partner, tier=rung, starts_at=started, ends_at=pick((None, self.at)), **more)
            if partner.pk % 2:
                over = self.at if partner.pk % 5 == 0 else None
                TierInvitationFactory(partner=partner, tier=rung, starts_at=started, ends_at=over)
        for journey in self._some(self.journeys):
            EnrollmentFactory(
                partner=partner,
                journey=journey,
                journey_version=version_of(journey),
                state=pick(("active", "completed")),
                started_at=self._moment(),
                completed_at=pick((None, self._moment())),
            )
        for scorecard in self._some(self.scorecards):
            ScoreFactory(partner=partner, scorecard=scorecard, day=self.today, value=pick((0, 10, 50, 100)))
            ScoreFactory(
                partner=partner, scorecard=scorecard, day=self.today - timedelta(days=1), value=7, is_current=False
            )
        for _ in range(self.random.randrange(4)):
            person = PersonFactory(
                partner=partner,
                user=UserFactory() if often() < 0.3 else None,
                job_function=pick(("", "sales", "technical")),
                job_title=pick(("", *TEXTS)),
                language=pick(("", "de", "en")),
                is_admin=often() < 0.3,
                left_at=self.at if often() < 0.2 else None,
            )
            for day in {self._day() for _ in range(pick((0, 1, 3)))}:
                ActivityFactory(person=person, kind=pick(("view", "download")), day=day, times=pick((1, 2, 10)))
            self._learn(person)
            for certification in self._some(self.certifications):
                earned = self._day()
                expires = pick((None, earned + timedelta(days=1), self.today, self.today + timedelta(days=1)))
                expires = None if expires and expires <= earned else expires
                HeldCertificationFactory(
                    person=person, certification=certification, earned_on=earned, expires_on=expires
                )

    def _learn(self, person: Any) -> None:
        """Courses and quizzes, by the lot of relations: others keep what they drew."""
        pick, often = self.relations.choice, self.relations.random
        for course in self.courses:
            if often() < 0.3:
                done = self.at if often() < 0.5 else None
                CourseProgressFactory(person=person, course=course, started_at=self.at, completed_at=done)
        for quiz in self.quizzes:
            if often() < 0.3:
                day = self.today + timedelta(days=pick(OFFSETS))
                last = pick((0, 40, 75, 100))
                QuizStandingFactory(
                    person=person, quiz=quiz, last_percent=last, best_percent=max(last, 60), taken_on=day,
                    passed_at=self.at if last > 50 else None,
                )  # fmt: skip

    def _events(self) -> None:
        """Events on days around today, one of them called off, and who has a seat or waits for one."""
        pick, often = self.seats.choice, self.seats.random
        people = list(Person.objects.order_by("pk"))
        for number, kind in enumerate(("training", "webinar", "change", "training")):
            begins = datetime.combine(
                self.today + timedelta(days=pick(OFFSETS)), time(pick((0, 12, 22)), 30), self.zone
            )
            event = EventFactory(kind=kind, starts_at=begins.astimezone(UTC))
            for person in people:
                if often() < 0.3:
                    state = pick(("registered", "registered", "waiting", "cancelled"))
                    was_there = pick((None, True, False)) if state == "registered" else None
                    EventRegistrationFactory(event=event, person=person, state=state, attended=was_there)
            if number == 3:
                Event.objects.filter(pk=event.pk).update(cancelled_at=self.at)

    def _surveys(self) -> None:
        """Three surveys, one of them anonymous: who handed in, who only began, who was asked nothing to count."""
        pick, often = self.answers.choice, self.answers.random
        people = list(Person.objects.order_by("pk"))
        for key, is_anonymous in (("pulse", False), ("launch", False), ("candid", True)):
            asked = SurveyRoundFactory(survey=SurveyFactory(key=key), is_anonymous=is_anonymous)
            for person in people:
                if often() >= 0.3:
                    continue
                said = {"nps": pick((0, 6, 9, 10))} if often() < 0.7 else {"why": "No idea."}
                day = self.today + timedelta(days=pick(OFFSETS))
                handed_in = datetime.combine(day, time(pick((0, 12, 23)), 30), self.zone).astimezone(UTC)
                is_begun = not is_anonymous and often() < 0.2
                SurveyResponseFactory(
                    round=asked, person=person, answers={} if is_anonymous or is_begun else said,
                    handed_in_at=None if is_begun else handed_in,
                )  # fmt: skip

    def _skills(self) -> None:
        """Skills that people say they have, that are confirmed, and that certificates and courses prove; processes."""
        pick, often = self.abilities.choice, self.abilities.random
        day = lambda: self.today + timedelta(days=pick(OFFSETS))  # noqa: E731
        skills = [SkillFactory(key=f"skill-{number}", valid_months=pick((None, 1, 12))) for number in range(3)]
        for certification in self.certifications:
            SkillEvidenceFactory(skill=pick(skills), certification=certification, level=pick((1, 2, 3, 4)))
        for course in self.courses:
            SkillEvidenceFactory(skill=pick(skills), certification=None, course=course, level=pick((1, 2, 3, 4)))
        for person in Person.objects.order_by("pk"):
            for skill in skills:
                for source in ("told", "confirmed"):
                    if often() < 0.3:
                        since = day()
                        ended = self.at if often() < 0.2 else None
                        HeldSkillFactory(
                            person=person, skill=skill, source=source, level=pick((1, 2, 3, 4)), since_on=since,
                            expires_on=skill.expiry(since), ended_at=ended,
                        )  # fmt: skip
        processes = [ProcessFactory(key=f"process-{number}") for number in range(2)]
        for partner in Partner.objects.order_by("pk"):
            for process in processes:
                if often() < 0.5:
                    AdoptionFactory(
                        partner=partner, process=process, source=pick(("told", "confirmed")), since_on=day(),
                        state=pick(("not_started", "partly", "adopted")), ended_at=pick((None, None, self.at)),
                    )  # fmt: skip

    def _relations(self, partner: Partner) -> None:
        """Touches, agreements, specializations and references, by a lot of their own."""
        pick, often = self.relations.choice, self.relations.random
        days = lambda: self.today + timedelta(days=pick(OFFSETS))  # noqa: E731
        for _ in range(pick((0, 1, 3))):
            happened = datetime.combine(days(), time(pick((0, 12, 23)), 30), self.zone).astimezone(UTC)
            TouchFactory(
                partner=partner,
                kind=pick(("call", "meeting", "note")),
                happened_at=happened,
                minutes=pick((None, 1, 30)),
                logged_by=self.users[0],
            )
        for version in self.agreements:
            if often() < 0.5:
                AcceptanceFactory(
                    agreement_version=version,
                    person__partner=partner,
                    person__left_at=self.at,
                    ends_on=pick((None, days())),
                )
        for specialization in self.specializations:
            if often() < 0.4:
                over = self.at if often() < 0.3 else None
                HeldSpecializationFactory(
                    partner=partner,
                    specialization=specialization,
                    state="withdrawn" if over else pick(("active", "pending")),
                    ends_at=over,
                )
        for _ in range(pick((0, 1, 2))):
            state = pick(("submitted", "validated", "declined"))
            CustomerReferenceFactory(
                partner=partner,
                product=pick((None, *self.products)),
                state=state,
                year=pick((2020, 2029)),
                visibility=pick(("vendor", "public")),
                decided_at=None if state == "submitted" else self.at - timedelta(days=pick((1, 40))),
                expires_on=pick((None, days())),
            )

    def _deal(self, number: int, partners: Sequence[Partner]) -> None:
        pick = self.random.choice
        stage = pick(("open", "won", "won", "lost"))
        deal = DealFactory(
            name=f"Deal {number}",
            customer=pick(self.customers),
            stage=stage,
            amount=pick((0, 1, 50, 100, 1000, Decimal("2500.50"))),
            opened_on=self._day(),
            expected_close_on=pick((None, self._day())),
            closed_on=None if stage == "open" else self._day(),
        )
        for product in self._some(self.products):
            DealLineFactory(deal=deal, product=product)
        for partner in {pick(partners), pick(partners)}:
            for role in self.random.sample(["refer", "resell", "manage"], k=pick((1, 1, 2))):
                split = pick((0, 50, Decimal("33.33"), 100))
                DealParticipantFactory(deal=deal, partner=partner, role=role, split_percent=split)

    def _some(self, things: Sequence[Thing]) -> list[Thing]:
        return self.random.sample(list(things), k=self.random.randrange(len(things) + 1))

    def _day(self) -> date:
        return self.today + timedelta(days=self.random.choice(OFFSETS))

    def _moment(self) -> datetime:
        """Return a moment beside midnight in the program's zone, which is another day in UTC."""
        hour = self.random.choice((time(0, 0), time(0, 1), time(12, 0), time(23, 59)))
        return datetime.combine(self._day(), hour, self.zone).astimezone(UTC)


def with_everything(partners: QuerySet[Partner]) -> list[Any]:
    """Return partners with all that belongs to them, in a few queries."""
    return list(
        partners.select_related("region__parent__parent", "classification").prefetch_related(
            "activities",
            "assignments__user",
            "enrollments__journey",
            "memberships__category",
            "scores__scorecard",
            "tier_holdings__tier__track__tiers",
            "tier_invitations__tier__track",
            "people__certifications__certification",
            "people__courses__course__proves__skill",
            "people__skills__skill",
            "people__certifications__certification__proves__skill",
            "adoptions__process",
            "people__event_registrations__event",
            "people__quiz_standings__quiz",
            "survey_responses__round__survey_version",
            "survey_responses__round__survey",
            "acceptances__agreement",
            "touches",
            "specializations__specialization",
            "references__product",
            "deal_participations__deal__customer",
            "deal_participations__deal__lines__product",
        )
    )
