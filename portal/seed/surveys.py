"""Writes surveys as they are run: a pulse every quarter, an anonymous one with replies, a question of the week."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from accounts.models import User
from core.models import Program
from core.periods import add_months, today
from enablement.models import CutBy, Enrollment, Journey, Survey, SurveyActionState, SurveyRound
from enablement.services import survey_actions, survey_answers, survey_questions, survey_rounds, surveys
from partners.models import Partner, PartnerStatus, Person
from portal.seed.lot import Lot

MOST_PEOPLE = 60
#: Nine months and some days ago the pulse was asked first: the fourth of four quarterly rounds is open.
PULSE_BEGAN_DAYS = 280
PULSE_ROUNDS, PULSE_MONTHS = 4, 3
UNNAMED_BEGAN_DAYS = 75

PULSE: Sequence[Mapping[str, Any]] = (
    {"kind": "nps", "text": "How likely are you to recommend working with us to another company like yours?",
     "is_required": True},
    {"kind": "text", "text": "What went wrong, and what would have helped?", "low_only": True},
    {"kind": "scale", "text": "How quickly do you get what you need for an offer?", "points": 5,
     "low": "Far too slowly", "high": "At once", "is_required": True},
    {"kind": "ranking", "text": "What should we work on first?",
     "choices": ["Quicker quotes", "More leads", "Better training", "A simpler portal"]},
)  # fmt: skip
UNNAMED: Sequence[Mapping[str, Any]] = (
    {"kind": "scale", "text": "My partner manager knows our business.", "points": 5, "low": "Not at all",
     "high": "Very well", "is_required": True},
    {"kind": "single", "text": "How often would you like to talk?", "is_required": True,
     "choices": ["Every week", "Every month", "Every quarter", "When there is something"]},
    {"kind": "text", "text": "What should your partner manager do differently?"},
)  # fmt: skip
QUESTION: Mapping[str, Any] = {
    "kind": "single", "text": "What should the next live session be about?", "is_required": True,
    "choices": ["What is new in the product", "Winning against the usual competitors", "Pricing and quotes",
                "Security questions of customers"],
}  # fmt: skip
FIRST_WEEKS: Sequence[Mapping[str, Any]] = (
    {"kind": "nps", "text": "After your first weeks: how likely are you to recommend working with us?",
     "is_required": True},
    {"kind": "single", "text": "What took you longest?", "is_required": True,
     "choices": ["Finding the right person", "The contract", "The first course", "The first offer", "Nothing"]},
    {"kind": "text", "text": "What would you have liked to know on the first day?"},
)  # fmt: skip
WRONG = (
    "Quotes with hardware take a week. A template would help.",
    "Nobody answered our question about the licence for three days.",
    "We lost a deal that we had registered, and learned why only later.",
    "The training is good, yet too long for people who sell.",
)
DIFFERENTLY = (
    "Come with two ideas instead of asking how things are.",
    "Tell us about price changes before our customers do.",
    "Nothing, it works well.",
    "Bring an engineer once a quarter.",
    "Answer on the same day, even if it is only to say when.",
    "Look at our pipeline before the call.",
)


def write(key: str, *, by: User, at: datetime) -> None:
    """Write three surveys with what people answered, and what followed from it."""
    lot = Lot(key, "surveys")
    people = _people()
    pulse = _pulse(people, lot, by=by, at=at)
    unnamed = _unnamed(people, lot, by=by, at=at)
    question = _survey(
        "question-of-the-week", "What would you like to hear about?", [QUESTION], by=by, at=at - timedelta(days=3),
        open_days=21, summary="One question, and the next live session is about what most of you choose.",
    )  # fmt: skip
    _answer(question, people[3::4], lot, at=at - timedelta(days=1))
    _first_weeks(lot, at=at)
    _follow_up(pulse, unnamed, by=by, at=at)


def write_first_weeks(*, by: User, at: datetime) -> None:
    """Write what the onboarding journey asks at its end, for the partners it is for."""
    journey = Journey.objects.filter(key="onboarding").first()
    if journey is not None:
        _survey(
            "first-weeks", "Your first weeks with us", FIRST_WEEKS, by=by, at=at - timedelta(days=6), open_days=80,
            repeats_months=3, audience=journey.audience, summary="Three questions at the end of your onboarding.",
        )  # fmt: skip


def _pulse(people: Sequence[Person], lot: Lot, *, by: User, at: datetime) -> Survey:
    """Ask every quarter, with a round that is open now; a few colleagues noted what they heard in person."""
    began = at - timedelta(days=PULSE_BEGAN_DAYS)
    pulse = _survey(
        "quarterly-pulse", "How are we doing?", PULSE, by=by, at=began, repeats_months=PULSE_MONTHS, open_days=21,
        summary="Four questions every quarter. We read all of it, and tell you what we change.",
    )  # fmt: skip
    opened, zone = began, Program.current().zone
    for round_number in range(PULSE_ROUNDS):
        if round_number:
            survey_rounds.keep(at=opened + timedelta(days=30))
            next_day = add_months(today(at=opened, zone=zone), PULSE_MONTHS)
            opened = datetime.combine(next_day, survey_rounds.MORNING, tzinfo=zone)
            survey_rounds.keep(at=opened)
        _answer(pulse, lot.some(people, len(people) // 2, len(people) * 3 // 4), lot, better=round_number * 0.5,
                at=min(opened + timedelta(days=4), at))  # fmt: skip
    for person, text in zip(lot.some(people, 3, 3), WRONG, strict=False):
        survey_actions.note_feedback(
            survey=pulse, partner=person.partner, person=person, by=by, at=at, text=text,
            heard_on=(at - timedelta(days=lot.randint(5, 60))).date(),
        )  # fmt: skip
    return pulse


def _first_weeks(lot: Lot, *, at: datetime) -> None:
    """Let every other partner answer whose walk asks for it: that does the step."""
    asked = Survey.objects.filter(key="first-weeks").first()
    if asked is None:
        return
    walks = Enrollment.objects.filter(journey_version__steps__survey=asked, state="active").order_by("partner__name")
    partners = list(walks.values_list("partner", flat=True))[1::2]
    people = Person.objects.filter(partner__in=partners, left_at__isnull=True).order_by("partner", "email")
    _answer(asked, list(people.distinct("partner").select_related("partner", "user")), lot, at=at - timedelta(days=1))


def _unnamed(people: Sequence[Person], lot: Lot, *, by: User, at: datetime) -> Survey:
    began = at - timedelta(days=UNNAMED_BEGAN_DAYS)
    unnamed = _survey(
        "partner-managers", "Working with your partner manager", UNNAMED, by=by, at=began, is_anonymous=True,
        cut_by=CutBy.REGION, summary="Anonymous: we learn what is said, and never by whom.",
    )  # fmt: skip
    _answer(unnamed, lot.some(people, len(people) * 2 // 3, len(people) - 1), lot, at=began + timedelta(days=5))
    survey_rounds.close_open_one(survey=unnamed, at=began + timedelta(days=15))
    return unnamed


def _survey(
    key: str, name: str, questions: Sequence[Mapping[str, Any]], *, by: User, at: datetime, **fields: Any
) -> Survey:
    survey = surveys.create(key=key, name=name, by=by, at=at, **fields)
    for one in questions:
        said = dict(one)
        if said.pop("low_only", False):
            first = survey.versions.get().questions[0]["key"]
            said["shown_if"] = {"question": first, "is": [str(number) for number in range(7)]}
        survey_questions.add(survey=survey, by=by, at=at, **said)
    surveys.publish(survey=survey, by=by, at=at)
    return survey


def _answer(survey: Survey, people: Sequence[Person], lot: Lot, *, at: datetime, better: float = 0) -> None:
    opened = SurveyRound.objects.select_related("survey", "survey_version").get(survey=survey, closed_at=None)
    for person in people:
        answers = {one["key"]: _said(one, lot, better) for one in opened.survey_version.questions}
        survey_answers.hand_in(survey_round=opened, person=person, by=person.user, at=at, answers=answers)


def _said(question: Mapping[str, Any], lot: Lot, better: float) -> Any:
    kind = question["kind"]
    if kind == "nps":
        return min(10, int(lot.choice((3, 5, 6, 7, 8, 8, 9, 9, 10)) + better))
    if kind == "scale":
        return lot.choice((2, 3, 3, 4, 4, 5))
    if kind == "single":
        return lot.choice(question["choices"])["key"]
    if kind == "ranking":
        return sorted((one["key"] for one in question["choices"]), key=lambda _key: lot.random())
    if question.get("shown_if"):
        return lot.choice(WRONG)
    return lot.choice(DIFFERENTLY) if lot.happens(0.6) else ""


def _follow_up(pulse: Survey, unnamed: Survey, *, by: User, at: datetime) -> None:
    """Make actions of what was said: one replied to, one under way with partners, one late, one replied anonymously."""
    replied = survey_actions.begin(
        survey=pulse, by=by, at=at - timedelta(days=80), owner=by, title="A template for quotes with hardware",
        heard="Quotes take too long when hardware is part of the deal.", due_on=(at - timedelta(days=30)).date(),
    )  # fmt: skip
    survey_actions.reply(
        survey_action=replied, by=by, at=at - timedelta(days=32),
        text="There is a template in the library now. Quotes made with it are checked within a day.",
    )  # fmt: skip
    together = survey_actions.begin(
        survey=pulse, by=by, at=at - timedelta(days=20), owner=by, title="Say why a registered deal was declined",
        heard="You learn too late, and not why, when a registration does not hold.", due_on=(at + timedelta(days=25)).date(),
    )  # fmt: skip
    survey_actions.update(
        survey_action=together, by=by, at=at - timedelta(days=15), changes={"state": SurveyActionState.DOING}
    )
    signing = (
        Partner.objects.filter(people__user__isnull=False, status=PartnerStatus.ACTIVE).distinct().order_by("name")
    )
    survey_actions.invite(survey_action=together, partners=signing[:3], by=by, at=at - timedelta(days=14))
    survey_actions.begin(
        survey=pulse, by=by, at=at - timedelta(days=70), owner=by, title="Shorter courses for people who sell",
        heard="The training is good, yet too long for sellers.", due_on=(at - timedelta(days=6)).date(),
    )  # fmt: skip
    early = survey_actions.begin(
        survey=unnamed, by=by, at=at - timedelta(days=50), owner=by, title="Price changes reach you first",
        heard="Some of you heard of new prices from your own customers.", due_on=(at - timedelta(days=10)).date(),
    )  # fmt: skip
    survey_actions.reply(
        survey_action=early, by=by, at=at - timedelta(days=12),
        text="From this quarter on you read price changes here ten working days before anybody else does.",
    )  # fmt: skip


def _people() -> list[Person]:
    """Return those who sign in to the demo, then others."""
    here = Person.objects.filter(left_at__isnull=True, partner__status=PartnerStatus.ACTIVE)
    known = here.select_related("partner", "user").order_by(F("user").asc(nulls_last=True), "partner__name", "email")
    return list(known[:MOST_PEOPLE])
