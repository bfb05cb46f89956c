"""Writes plays for the gaps of the program's metrics, gives some to partners, and starts one for a segment."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from core.models import Program
from core.periods import today
from partners.models import Partner
from scorecards.models import Play
from scorecards.queries.prescriptions import standing_of
from scorecards.services import plays, prescriptions, segment_plays
from segmentation.models import Classification, Segment

#: Name, objective, what the partner does, what we do, effort in days, metrics, order.
PLAYS: Sequence[tuple[str, str, str, str, int, list[str], int]] = (
    (
        "One named customer a month",
        "The next two quarters have names, not hopes.",
        "Sit down with us for an hour and write down one customer for each of the next six months, with the reason why they should buy.",
        "Bring the list of their installed base and the offers that are open.",
        1, ["revenue", "momentum"], 10,
    ),
    (
        "Six weeks, two hundred names",
        "Fresh opportunities from a campaign both sides run.",
        "Choose two hundred contacts, send the two letters we wrote, and call whoever opened them.",
        "Give the letters, the landing page and a colleague for the first ten calls.",
        12, ["pipeline"], 20,
    ),
    (
        "A restore test as the door opener",
        "Small contracts that close within weeks.",
        "Offer three customers a restore test at a fixed price; write down what was found.",
        "Join the first test and give the report template.",
        4, ["momentum", "breadth", "service"], 30,
    ),
    (
        "One more certified colleague",
        "Somebody else there can do it, too.",
        "Name a colleague, book the next associate course and set the day of the examination.",
        "Pay the examination and answer questions in the week before.",
        2, ["certified"], 10,
    ),
    (
        "Ten minutes of product news a week",
        "They know what is new before their customers ask.",
        "Put ten minutes into everybody's calendar on Mondays and read the news here together.",
        "Tell them on Mondays which three things matter to them.",
        1, ["engagement"], 10,
    ),
)  # fmt: skip
GIVEN_PARTNERS = 9


def write(*, by: User, at: datetime) -> None:
    """Write the library, and what became of it at the first partners with gaps."""
    for play in _library(by, at):
        plays.publish(play=play, by=by, at=at)
    _give(by, at)
    _start(by, at)


def _library(by: User, at: datetime) -> list[Play]:
    return [
        plays.create(
            by=by, at=at, name=name, objective=objective, partner_does=theirs, vendor_does=ours,
            effort=days, effort_unit="days", metric_keys=keys, position=position,
        )
        for name, objective, theirs, ours, days, keys, position in PLAYS
    ]  # fmt: skip


def _give(by: User, at: datetime) -> None:
    """Of the first partners with gaps: most have something in work, one has done it, one said no."""
    day = today(at=at, zone=Program.current().zone)
    looked_after = Partner.objects.filter(assignments__ends_at__isnull=True, status="active").distinct()
    for number, partner in enumerate(looked_after.order_by("pk")[:GIVEN_PARTNERS]):
        manager = partner.assignments.open().order_by("pk").select_related("user")[0].user
        for proposal in standing_of(partner, at=at).best[:1]:
            metric = proposal.row.metric
            what: dict[str, Any] = {
                "partner": partner, "play": proposal.play, "scorecard": proposal.scorecard,
                "metric_key": metric.key, "metric_name": metric.name, "by": manager,
            }  # fmt: skip
            if number == GIVEN_PARTNERS - 1:
                prescriptions.decline(
                    **what, at=at, reason="They asked for another quarter: two of five people are away."
                )
                continue
            begun = at - timedelta(days=3 * number)
            given = prescriptions.accept(
                **what, at=begun, worth=proposal.row.worth, due_on=day + timedelta(days=7 + number)
            )
            if number == 0:
                prescriptions.finish(
                    prescription=given, by=manager, at=at, note="Done together on the telephone, in an hour."
                )


def _start(by: User, at: datetime) -> None:
    """Start a play for the largest segment that is not everybody."""
    total = Partner.objects.count()
    sizes = {
        segment: Classification.objects.filter(segment_ids__contains=[segment.pk]).count()
        for segment in Segment.objects.filter(is_audience=False, retired_at__isnull=True).order_by("pk")
    }
    fitting = {segment: size for segment, size in sizes.items() if 0 < size <= total // 4}
    if not fitting:
        return
    segment = max(fitting, key=lambda one: (fitting[one], -one.pk))
    one = segment_plays.create(
        segment=segment, by=by, at=at, name="A rhythm for the middle", objective="Partners who hear from us regularly, and come back.",
        field_key="score", support_level="named", cadence="monthly", plays=Play.objects.filter(metric_keys__contains=["engagement"]),
        treatment="A call in the first week of each month, prepared by what changed on their scorecard.",
        incentives="The first deal registered after the call earns two points more.",
    )  # fmt: skip
    segment_plays.start(segment_play=one, by=by, at=at)
