"""Pages of how partners move: policy, reviews, approvals, overrides, invitations, and the evidence behind each."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from partners.models import ManualOverride, TierInvitation, TierMove, TierProposal, TierReview
from partners.queries import tier_policies
from partners.services import tier_reviews
from tests.partners.tier_ladders import grow, held, ladder, work

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12
APRIL = datetime(2030, 4, 1, 12, tzinfo=UTC)


def url(name, *things):
    return reverse(f"vendor:{name}", args=[thing.public_id for thing in things])


@pytest.fixture
def track(victor, now):
    return ladder(by=victor, at=now, upward="by_approval", downward="at_once", grace_days=30)


def policy_of(track, **changes):
    """Return what the form of a policy posts."""
    values = {name: getattr(track, name) for name in track.policy_fields}
    for name in ("notice_days", "up_dates", "down_dates"):
        values[name] = ",".join(map(str, values[name]))
    flags = {name for name in ("any_day_counts", "reviews_wait") if not values[name]}
    return {name: value for name, value in (values | changes).items() if value is not None and name not in flags}


def test_an_admin_says_how_partners_move_and_reads_it_back(client_of, track, victor, now):
    client = client_of(victor)
    posted = policy_of(track, upward="at_review", downward="at_review", down_calendar="dates", down_dates="01-01")

    answer = client.post(url("track-policy", track), posted)

    track.refresh_from_db()
    assert answer.status_code == 302
    assert (track.upward, track.downward, track.down_dates) == ("at_review", "at_review", ["01-01"])
    page = client.get(url("track-policy", track)).content.decode()
    assert "They fall after 30 days of grace, which begin at the review of 1 January, to the best tier" in page


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"up_calendar": "dates", "up_dates": ""}, "up_dates"),
        ({"up_dates": "13-01"}, "up_dates"),
        ({"grace_days": "9999"}, "grace_days"),
        ({"down_months": "0"}, "down_months"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused_at_its_field(client_of, track, victor, now, changes, field):
    answer = client_of(victor).post(url("track-policy", track), policy_of(track, **changes))

    assert answer.status_code == 422
    assert field in answer.context["form"].errors


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ({}, "Partners rise at once, to the best tier whose requirements they meet."),
        ({}, "They never fall: a tier once reached is kept."),
        ({"upward": "at_review"}, "Partners rise at the review of 1 January, 1 April, 1 July or 1 October."),
        ({"upward": "by_approval"}, "Partners rise when somebody approves it: who meets the requirements waits"),
        ({"downward": "at_once", "grace_days": 0}, "as soon as they no longer meet the requirements, to the best tier"),
        ({"downward": "at_review", "down_calendar": "anniversary"}, "on the anniversary of the day it got its tier"),
        ({"downward": "at_once", "minimum_stay_months": 12}, "kept until the anniversary of the day it was reached"),
        ({"upward": "at_review", "most_rungs_up": 1}, "By one tier at most."),
        ({"upward": "at_review", "any_day_counts": True}, "on any day since the review before"),
    ],
)
def test_a_policy_is_read_back_in_plain_words(victor, now, policy, words):
    track = ladder(by=victor, at=now, **policy)

    assert words in " ".join(tier_policies.in_words(track))


def test_a_manager_sees_who_waits_and_only_an_admin_approves(client_of, track, pinewood, vera, vincent, victor, now):
    grow(pinewood, 60, at=now)
    waiting = TierProposal.objects.get()
    posted = {"proposal": str(waiting.public_id)}

    assert "Pinewood" in client_of(vera).get(reverse("vendor:tier-approvals")).content.decode()
    assert "Pinewood" not in client_of(vincent).get(reverse("vendor:tier-approvals")).content.decode()
    assert client_of(vera).post(reverse("vendor:tier-approve"), posted).status_code == 403
    assert client_of(victor).post(reverse("vendor:tier-approve"), posted).status_code == 302

    assert held(pinewood) == "gold"


def test_a_decline_needs_a_reason_which_the_partner_reads(client_of, track, pinewood, paula, victor, now):
    grow(pinewood, 60, at=now)
    client, page = client_of(victor), url("tier-decline", TierProposal.objects.get())

    assert client.post(page, {"reason": ""}).status_code == 422
    client.post(page, {"reason": "Your contract is being renewed"})
    work(now)

    assert "Your contract is being renewed" in client_of(paula).get(reverse("partner:tier-detail")).content.decode()
    assert paula.notifications.filter(detail__contains="being renewed").exists()


@pytest.fixture
def review(pinewood, oakhurst, victor, now):
    ladder(by=victor, at=now, upward="at_review", reviews_wait=True)
    for partner in (pinewood, oakhurst):
        grow(partner, 60, at=now)
    tier_reviews.open_due(at=APRIL)
    work(APRIL)
    return TierReview.objects.get()


def test_a_review_is_looked_at_excepted_and_carried_out(client_of, review, pinewood, oakhurst, victor):
    client, page, decide = client_of(victor), url("tier-review", review), url("tier-review-decide", review)
    outcome = review.outcomes.get(partner=pinewood)

    unreasoned = client.post(decide, {"act": "exempt", "outcome": str(outcome.public_id), "reason": ""})
    assert unreasoned.status_code == 422
    assert f'value="{outcome.public_id}" checked' in unreasoned.content.decode()
    unchosen = client.post(decide, {"act": "exempt", "reason": "Audit pending"})
    assert unchosen.status_code == 422
    assert "Audit pending</textarea>" in unchosen.content.decode()
    assert not review.outcomes.filter(exempted_at__isnull=False).exists()
    excepted = {"act": "exempt", "outcome": str(outcome.public_id), "reason": "Audit pending"}
    assert client.post(f"{decide}?outcome=rises", excepted)["Location"] == f"{page}?outcome=rises"
    assert "Exception: Audit pending" in client.get(page).content.decode()
    client.post(decide, {"act": "execute"})

    assert (held(pinewood), held(oakhurst)) == ("", "gold")


def test_only_an_admin_decides_a_review_and_a_manager_sees_its_own(client_of, review, vera, erin):
    page = url("tier-review", review)

    assert client_of(vera).post(url("tier-review-decide", review), {"act": "execute"}).status_code == 403
    shown = client_of(vera).get(page).content.decode()
    assert "Pinewood" in shown
    assert "Oakhurst" not in shown
    assert "Carry out" not in client_of(erin).get(page).content.decode()


def test_an_admin_overrides_and_ends_it(client_of, track, pinewood, paula, victor, now):
    client = client_of(victor)
    page = reverse("vendor:manual-override-begin", args=[pinewood.public_id, track.public_id])
    gold = track.tiers.get(key="gold")
    posted = {"kind": "give", "tier": gold.pk, "last_day_on": "2030-12-31", "reason": "Merger", "wording": "Welcome"}

    assert client.post(page, posted | {"last_day_on": "2020-01-01"}).status_code == 422
    assert client.post(page, posted).status_code == 302
    assert held(pinewood) == "gold"
    shown = client_of(paula).get(reverse("partner:tier-detail")).content.decode()
    assert "We give you Gold until" in shown
    assert "Welcome" in shown
    assert "Merger" not in shown

    client.post(url("manual-override-end", ManualOverride.objects.get()), {"reason": "Done"})
    assert held(pinewood) == ""


def test_a_manager_invites_and_the_criteria_hear_of_it(client_of, track, pinewood, vera, vincent, now):
    gold = track.tiers.get(key="gold")
    page = reverse("vendor:tier-invite", args=[pinewood.public_id, track.public_id])
    posted = {"tier": gold.pk, "last_day_on": "2030-12-31", "message": "Join us"}

    assert client_of(vincent).post(page, posted).status_code == 404
    assert client_of(vera).post(page, posted).status_code == 302
    invitation = TierInvitation.objects.get()
    assert (invitation.invited_by, invitation.message) == (vera, "Join us")

    client_of(vera).post(url("tier-withdraw", invitation))
    invitation.refresh_from_db()
    assert invitation.ends_at == now


def test_a_partner_in_grace_reads_until_when_and_what_keeps_it(client_of, pinewood, paula, victor, now):
    ladder(by=victor, at=now, downward="at_once", grace_days=30)
    grow(pinewood, 60, at=now)
    grow(pinewood, 20, at=now)
    work(now)

    page = client_of(paula).get(reverse("partner:tier-detail")).content.decode()

    assert "You no longer meet what Gold asks, and keep it until 17" in page
    told = paula.notifications.order_by("pk").last()
    assert (
        told.text == "Solution partners: you stay Gold until 17 April 2030, and longer if you meet again what it asks."
    )
    assert "30 people more" in told.detail


def test_the_evidence_of_a_move_has_the_values_of_its_day(client_of, track, pinewood, victor, vera, vincent, now):
    grow(pinewood, 60, at=now)
    waiting = TierProposal.objects.get()
    client_of(victor).post(reverse("vendor:tier-approve"), {"proposal": str(waiting.public_id)})
    grow(pinewood, 500, at=now + timedelta(days=1))

    page = url("tier-move", TierMove.objects.get(kind="promoted"))

    assert "60" in client_of(vera).get(page).content.decode()
    assert client_of(vincent).get(page).status_code == 404
    assert "60" in client_of(vera).get(url("tier-proposal", waiting)).content.decode()


@pytest.mark.parametrize("name", ["track-list", "tier-review-list", "tier-approvals"])
def test_lists_keep_to_few_queries(client_of, review, victor, name, django_assert_max_num_queries):
    client = client_of(victor)

    with django_assert_max_num_queries(MOST_QUERIES):
        assert client.get(reverse(f"vendor:{name}")).status_code == 200


def test_pages_of_one_track_keep_to_few_queries(
    client_of, review, pinewood, paula, victor, django_assert_max_num_queries
):
    client, partner = client_of(victor), client_of(paula)

    with django_assert_max_num_queries(MOST_QUERIES):
        client.get(url("tier-review", review))
    with django_assert_max_num_queries(MOST_QUERIES):
        client.get(url("track-policy", review.track))
    with django_assert_max_num_queries(MOST_QUERIES):
        client.get(url("partner-tiers-panel", pinewood))
    with django_assert_max_num_queries(MOST_QUERIES):
        partner.get(reverse("partner:tier-detail"))
