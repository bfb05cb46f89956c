"""How long the program's clocks and sweeps take over everybody: tier review, duplicates, assignment rules, reminders.

python -m benchmarks.program     (PARTNERS=10000; run by `NAMES=program make bench`)
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone

from accounts.roles import VendorRole
from benchmarks._crowd import forget_the_rest, print_seconds, run_everything, stand_ready, timed
from core.models import OutboxMessage
from partners.models import (
    Assignment,
    DuplicateCheck,
    DuplicatePair,
    Partner,
    TierHolding,
    TierReview,
    TierReviewState,
    TierTrack,
)
from partners.services import agreements, duplicates, tier_reviews, tiers
from portal.seed.rules import all_of, field
from segmentation.services import assignment_rules, segments

MANAGERS = 10
#: Every partner's first person signs in, so that there is somebody to remind.
USERS = """
WITH made AS (
    INSERT INTO accounts_user (password, email, name, role, is_active, language, timezone, reading_language)
    SELECT '', email, name, '', true, 'en', 'UTC', '' FROM partners_person WHERE is_admin AND user_id IS NULL
    RETURNING id, email
)
UPDATE partners_person person SET user_id = made.id FROM made WHERE made.email = person.email"""


#: The crowd's names differ by a number alone, which makes everybody look like everybody. Real names are unlike each
#: other, but for one partner in fifty that goes by nearly the name of the one before it.
NAMES = """
WITH named AS (
    SELECT id, id % 50 = 0 AS twin, translate(md5((id - (id % 50 = 0)::int)::text), '0123456789', 'aeiouaeiou') AS said
    FROM partners_partner
)
UPDATE partners_partner partner SET legal_name = '',
    name = initcap(left(said, 7)) || ' ' || initcap(right(said, 6)) || CASE WHEN twin THEN ' GmbH' ELSE '' END
FROM named WHERE named.id = partner.id"""


def main() -> None:
    """Measure and print each, and a second time where nothing is left to do."""
    at = timezone.now()
    stand_ready(at)
    _bench_review(at)
    _bench_duplicates()
    _bench_assignments(at)
    _bench_reminders(at)


def _bench_review(at: datetime) -> None:
    """Prepare a review of everybody on a ladder of three, and carry it out."""
    rungs: list[dict[str, Any]] = [
        {"key": key, "name": key.title(), "criteria": all_of(field("employees", ">=", number))}
        for key, number in (("silver", 20), ("gold", 200), ("platinum", 600))
    ]
    track = TierTrack.objects.filter(key="bench").first()
    if track is None:
        track = tiers.define_track(
            key="bench",
            name="Bench",
            tiers=rungs,
            by=None,
            at=at,
            upward="at_review",
            downward="at_review",
            reviews_wait=True,
        )
        run_everything(at)
    review = TierReview.objects.create(track=track, day=at.date(), raises=True, lowers=True, since_on=at.date())
    print_seconds("tier-review", timed(lambda: _until(review, TierReviewState.PREPARING, at)), step="prepare")
    review.refresh_from_db()
    if review.state == TierReviewState.WAITING:
        took = timed(lambda: _carried_out(review, at))
        print_seconds(
            "tier-review", took, step="carry-out", holders=TierHolding.objects.open().filter(track=track).count()
        )
    forget_the_rest()


def _until(review: TierReview, state: str, at: datetime) -> None:
    while TierReview.objects.get(pk=review.pk).state == state and tier_reviews.continue_one(at=at):
        pass


def _carried_out(review: TierReview, at: datetime) -> None:
    tier_reviews.execute(review=review, by=None, at=at)
    while tier_reviews.continue_one(at=at):
        pass


def _bench_duplicates() -> None:
    """Compare everybody with everybody."""
    with connection.cursor() as cursor:
        cursor.execute(NAMES)
    forget_the_rest()
    DuplicateCheck.objects.bulk_create(
        [DuplicateCheck(partner_id=pk) for pk in Partner.objects.values_list("pk", flat=True)], batch_size=5_000
    )
    print_seconds("duplicates", timed(lambda: _drain(duplicates.check_some)), pairs=DuplicatePair.objects.count())


def _bench_assignments(at: datetime) -> None:
    """Give everybody to one of ten managers, and look again when all is as it should be."""
    for number in range(MANAGERS):
        manager = get_user_model().objects.create(
            email=f"m{number}@bench.example", name=f"M{number}", role=VendorRole.CAM
        )
        rule = assignment_rules.create(name=f"Tenth {number}", manager=manager, by=None, at=at)
        draft = segments.draft_of(segment=rule.segment, by=None, at=at)
        criteria = all_of(field("employees", ">=", 1 if number == MANAGERS - 1 else 900 - 90 * number))
        segments.save_draft(version=draft, by=None, at=at, changes={"criteria": criteria})
        segments.publish(version=draft, by=None, at=at)
        assignment_rules.update(rule=rule, by=None, at=at, changes={"is_on": True})
    run_everything(at)
    Assignment.objects.all().delete()

    def apply() -> int:
        return assignment_rules.apply(partner_ids=None, by=None, at=at)

    print_seconds("assignment-rules", timed(apply), step="everybody-moves")
    print_seconds("assignment-rules", timed(apply), step="nobody-moves")
    print_seconds("assignment-rules", timed(assignment_rules.plan), step="preview")


def _bench_reminders(at: datetime) -> None:
    """Tell everybody of an agreement, and look again an hour later."""
    with connection.cursor() as cursor:
        cursor.execute(USERS)
    made = agreements.create(key="bench", name="Bench terms", by=None, at=at, text="Be kind.")
    agreements.publish(version=made.versions.get(), by=None, at=at)
    OutboxMessage.objects.all().delete()
    for step in ("first-hour", "an-hour-later"):
        print_seconds("agreement-reminders", timed(lambda: agreements.review(at=at)), step=step)


def _drain(work: Callable[[], int]) -> None:
    while work():
        pass


if __name__ == "__main__":
    main()
