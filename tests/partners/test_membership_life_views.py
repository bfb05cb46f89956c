"""Pages of both sides: suggestions, differences, flags, reviews, the rules; few queries however much there is."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from core.models import Program
from partners.models import CategoryMembership, Flag, MembershipPolicy, MembershipReview, MembershipState, Partner
from partners.services import categories, flags, memberships, review_clocks, suggestions
from tests.factories.partners import CategoryMembershipFactory, FlagFactory, MembershipReviewFactory, PartnerFactory

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12
CRITERIA = {"combinator": "and", "not": False, "rules": [{"field": "employees", "operator": ">=", "value": 10}]}


@pytest.fixture
def msp(victor, now):
    return categories.define(key="msp", name="MSP", by=victor, at=now, criteria=CRITERIA, meaning="Runs it for others.")


@pytest.fixture
def reseller(victor, now):
    return categories.define(key="var", name="Reseller", by=victor, at=now)


@pytest.fixture
def suggestion(pinewood, msp, now):
    Partner.objects.filter(pk=pinewood.pk).update(employees=40)
    suggestions.suggest(partner_id=pinewood.pk, category_ids=[msp.pk], at=now)
    return CategoryMembership.objects.get()


@pytest.fixture
def membership(pinewood, msp, victor, now):
    Partner.objects.filter(pk=pinewood.pk).update(employees=40)
    return memberships.assign(partner=pinewood, category=msp, by=victor, at=now)


@pytest.fixture
def review(membership, now):
    CategoryMembership.objects.filter(pk=membership.pk).update(next_review_on=(now + timedelta(days=9)).date())
    review_clocks.open_due(at=now)
    return MembershipReview.objects.get()


@pytest.fixture
def flag(membership, paula, now):
    return flags.send(subject=membership, by=paula, at=now, reason="wrong", text="We only resell", from_partner=True)


def vendor(name, *things):
    return reverse(f"vendor:{name}", args=[one.public_id for one in things])


def own(name, *things):
    return reverse(f"partner:{name}", args=[one.public_id for one in things])


# --- suggestions


def test_a_partner_reads_why_something_is_suggested_and_says_yes(client_of, suggestion, paula, now):
    client = client_of(paula)
    page = client.get(own("suggestion-list")).text
    assert "MSP" in page
    assert "You have: 40" in page

    client.post(own("suggestion-accept", suggestion))

    suggestion.refresh_from_db()
    assert suggestion.state == MembershipState.SELF_DECLARED


def test_a_partner_says_no_and_reads_its_reason_again(client_of, suggestion, paula, now):
    client = client_of(paula)
    assert client.post(own("suggestion-refuse", suggestion), {"reason": ""}).status_code == 422

    client.post(own("suggestion-refuse", suggestion), {"reason": "We stopped hosting"})

    assert "We stopped hosting" in client.get(own("suggestion-list")).text
    assert "refused on 18 March by Paula Park" in client.get(own("category-detail", suggestion.category)).text


def test_who_may_not_answer_for_the_partner_only_reads(client_of, suggestion, pete, olga, now):
    assert "Your partner admin can answer this" in client_of(pete).get(own("suggestion-list")).text
    assert client_of(pete).post(own("suggestion-accept", suggestion)).status_code == 403
    assert client_of(olga).post(own("suggestion-accept", suggestion)).status_code == 404
    assert client_of(olga).post(own("suggestion-refuse", suggestion), {"reason": "No"}).status_code == 404


# --- differences


def test_both_sides_see_where_words_and_data_differ(client_of, pinewood, msp, paula, vera, vincent, now):
    declared = memberships.declare(partner=pinewood, category=msp, by=paula, at=now)
    suggestions.follow_eligibility(eligible={pinewood.pk: []}, at=now)

    queue = reverse("vendor:membership-differences")
    words = "Declared, does not fulfil the criteria"
    assert words in client_of(vera).get(queue).text
    assert words not in client_of(vincent).get(queue).text
    assert words not in client_of(vera).get(f"{queue}?kind=lapsed").text
    assert words in client_of(vera).get(vendor("partner-memberships-panel", pinewood)).text
    assert words in client_of(vera).get(vendor("membership-detail", declared)).text
    assert "your data do not show it yet" in client_of(paula).get(own("category-detail", msp)).text


def test_the_queue_may_be_ordered_by_revenue(client_of, msp, victor, now):
    for name, revenue in (("Small", 1), ("Large", 9)):
        partner = PartnerFactory(name=name, annual_revenue=revenue)
        CategoryMembershipFactory(partner=partner, category=msp, criteria_hold=False, criteria_since=now)

    page = client_of(victor).get(reverse("vendor:membership-differences") + "?order=weight").text

    assert page.index("Large") < page.index("Small")


# --- one membership


def test_the_whole_life_of_a_membership_is_read_on_both_sides(client_of, membership, review, flag, vera, paula, now):
    flags.accept(flag=flag, by=vera, at=now, reply="Right", action="end")

    for page in (
        client_of(vera).get(vendor("membership-detail", membership)).text,
        client_of(paula).get(own("category-detail", membership.category)).text,
    ):
        for words in ("In the category", "Review opened", "Flagged: It does not fit", "Flag: accepted", "Ended"):
            assert words in page


def test_a_manager_moves_a_membership_to_grace(client_of, membership, vera, now):
    page = vendor("membership-grace", membership)
    assert client_of(vera).post(page, {"reason": ""}).status_code == 422

    client_of(vera).post(page, {"reason": "Two people short"})

    membership.refresh_from_db()
    assert membership.state == MembershipState.GRACE


# --- flags


def test_a_partner_flags_a_membership_and_reads_the_answer(client_of, membership, reseller, pete, vera, now):
    page = own("category-flag", membership.category)
    assert "Another category fits better" in client_of(pete).get(page).text

    sent = {"about": "membership", "reason": "other_fits", "suggested": reseller.pk, "text": "We only resell"}
    client_of(pete).post(page, sent)
    flag = Flag.objects.get()
    answer = {"reply": "You are right", "action": "reassign", "category": reseller.pk, "act": "accept"}
    client_of(vera).post(vendor("flag-answer", flag), answer)

    assert "You are right" in client_of(pete).get(own("flag-detail", flag)).text
    assert CategoryMembership.objects.open().get().category == reseller


def test_a_partner_flags_definitions_and_takes_it_back(client_of, msp, pete, now):
    client = client_of(pete)
    client.post(own("category-flag", msp), {"reason": "unclear", "text": "Is hosting a service?"})
    flag = Flag.objects.get()

    client.post(own("flag-withdraw", flag))

    flag.refresh_from_db()
    assert (flag.about, flag.state) == ("category", "withdrawn")
    assert "Withdrawn" in client.get(own("flag-list")).text


def test_an_answer_without_words_keeps_what_was_chosen(client_of, flag, vera, now):
    answer = client_of(vera).post(vendor("flag-answer", flag), {"reply": "", "action": "end", "act": "accept"})

    assert answer.status_code == 422
    assert re.search(r'<input[^>]*value="end"[^>]*checked', answer.text)


def test_what_fails_behind_an_answer_is_said_at_its_field(client_of, flag, vera, now):
    answer = client_of(vera).post(
        vendor("flag-answer", flag), {"reply": "Yes", "action": "reassign", "category": "", "act": "accept"}
    )

    assert answer.status_code == 422
    assert "Choose the category that fits" in answer.text


def test_a_definition_is_answered_by_its_owner_or_an_admin(client_of, msp, pinewood, vera, victor, paula, now):
    flag = flags.send(subject=msp, by=paula, at=now, reason="unclear", text="Hm?", partner=pinewood, from_partner=True)
    said = {"reply": "It is", "act": "decline"}

    assert client_of(vera).post(vendor("flag-answer", flag), said).status_code == 422
    assert client_of(victor).post(vendor("flag-answer", flag), said).status_code == 302


def test_the_queue_is_narrowed_to_mine_late_and_a_definition(client_of, vera, flag, msp, victor, now):
    FlagFactory(category=msp, owner=victor, text="Late one", due_on=now.date() - timedelta(days=1))
    queue = reverse("vendor:flag-list")

    def shown(user, query):
        page = client_of(user).get(queue + query).text
        return ["We only resell" in page, "Late one" in page]

    assert shown(victor, "") == [True, True]
    assert shown(victor, "?show=mine") == [False, True]
    assert shown(victor, "?show=late") == [False, True]
    assert shown(victor, "?definition=category:msp") == [True, True]
    assert shown(victor, "?definition=category:var") == [False, False]
    assert shown(vera, "") == [True, False]


def test_statistics_say_which_definitions_confuse_people(client_of, flag, msp, victor, now):
    for number in range(3):
        one = FlagFactory(category=msp, sent_by=None, sent_at=now - timedelta(days=5), text=str(number))
        flags.decline(flag=one, by=victor, at=now, reply="It is") if number else None

    page = client_of(victor).get(reverse("vendor:flag-statistics")).text

    assert "I do not understand the definition · 3" in page
    assert "0%" in page


def test_statistics_of_flags_are_of_a_chosen_time(client_of, flag, victor, now):
    client, address = client_of(victor), reverse("vendor:flag-statistics")

    assert "No flags were sent in this time." in client.get(address + "?until=2020-01-01").text
    assert client.get(address + "?since=2020-01-01").context["lines"]
    for wrong in ("since=soon", "since=2030-02-01&until=2030-01-01", "until=9999-12-31"):
        assert client.get(f"{address}?{wrong}").status_code == 422


def test_a_flag_goes_to_a_colleague(client_of, flag, vera, victor, now):
    client_of(vera).post(vendor("flag-give", flag), {"owner": victor.public_id})

    flag.refresh_from_db()
    assert flag.owner == victor


@pytest.mark.parametrize("name", ["flag-detail", "flag-withdraw"])
def test_another_partner_finds_no_flag_of_ours(client_of, flag, olga, name):
    client = client_of(olga)
    answer = client.post(own(name, flag)) if name.endswith("withdraw") else client.get(own(name, flag))

    assert answer.status_code == 404


def test_a_manager_of_others_finds_no_flag_of_ours(client_of, flag, vincent):
    assert client_of(vincent).get(vendor("flag-detail", flag)).status_code == 404
    assert client_of(vincent).post(vendor("flag-answer", flag), {"reply": "No"}).status_code == 404


# --- reviews


def test_a_partner_changes_what_its_profile_says_and_confirms_with_it(client_of, review, paula, now):
    client = client_of(paula)
    page = client.get(own("membership-review-detail", review)).text
    assert "Employees" in page

    client.post(own("membership-review-profile", review), {"employees": "55", "before": "{}"})

    review.refresh_from_db()
    assert (review.answer, review.found["criteria"]["clauses"][0]["value"]) == ("updated", 55)
    assert Partner.objects.get(pk=review.membership.partner_id).employees == 55


def test_a_mistake_in_the_profile_is_said_at_its_field_and_nothing_is_lost(client_of, review, paula, now):
    answer = client_of(paula).post(own("membership-review-profile", review), {"employees": "many", "before": "{}"})

    review.refresh_from_db()
    assert (answer.status_code, review.answer) == (422, "")
    assert 'value="many"' in answer.text


def test_a_review_is_read_in_the_readers_language(client_of, msp, review, victor, paula, now):
    Program.current()
    Program.objects.update(languages=[{"code": "de", "name": "Deutsch"}])
    Program.forget()
    words = {"de": {"name": "Betreiber", "meaning": "Betreibt es für **andere**."}}
    draft = categories.draft_of(category=msp, by=victor, at=now)
    categories.save_draft(version=draft, by=victor, at=now, changes={"translations": words})
    categories.publish(version=draft, by=victor, at=now)
    paula.reading_language = "de"
    paula.save(update_fields=["reading_language"])
    client = client_of(paula)

    page = client.get(own("membership-review-detail", review)).text
    assert "Does Betreiber still describe you?" in page
    assert "<strong>andere</strong>" in page
    assert "Runs it for others." in client.get(own("membership-review-detail", review) + "?language=en").text


@pytest.mark.parametrize(("act", "answer"), [("confirm", "confirmed"), ("no_longer", "no_longer")])
def test_a_partner_answers_with_one_press(client_of, review, paula, act, answer, now):
    client_of(paula).post(own("membership-review-answer", review), {"act": act, "reply": "So it is"})

    review.refresh_from_db()
    assert (review.answer, review.statement) == (answer, "So it is")


def test_a_seller_reads_and_another_partner_finds_nothing(client_of, review, pete, olga, now):
    assert "Your partner admin answers this" in client_of(pete).get(own("membership-review-detail", review)).text
    assert client_of(pete).post(own("membership-review-answer", review)).status_code == 403
    assert client_of(olga).get(own("membership-review-detail", review)).status_code == 404
    assert client_of(olga).post(own("membership-review-answer", review)).status_code == 404


def test_a_reviewer_sees_then_and_now_and_decides_with_one_press(client_of, review, pinewood, vera, now):
    Partner.objects.filter(pk=pinewood.pk).update(employees=3)
    page = client_of(vera).get(vendor("membership-review-detail", review)).text
    assert "No longer" in page
    assert "Accept the differences and renew" in page

    client_of(vera).post(vendor("membership-review-decide", review), {"verdict": "renewed"})

    review.refresh_from_db()
    assert (review.state, review.differs) == ("decided", True)
    assert client_of(vera).get(vendor("membership-review-detail", review)).status_code == 200


def test_a_condition_needs_words_and_keeps_the_page(client_of, review, vera, now):
    answer = client_of(vera).post(vendor("membership-review-decide", review), {"verdict": "condition", "reply": ""})

    assert answer.status_code == 422
    assert "Say why: the partner reads it" in answer.text


def test_fifty_without_differences_are_renewed_at_once(client_of, msp, victor, now):
    for number in range(50):
        partner = PartnerFactory(employees=3 if number == 7 else 30)
        CategoryMembershipFactory(partner=partner, category=msp, next_review_on=now.date())
    review_clocks.open_due(at=now)
    client = client_of(victor)
    page = client.get(reverse("vendor:membership-review-list") + "?show=same").text
    ids = [str(one.public_id) for one in MembershipReview.objects.all() if str(one.public_id) in page]

    client.post(reverse("vendor:membership-review-renew"), {"review": ids})

    assert len(ids) == 49
    assert list(MembershipReview.objects.exclude(state="decided").values_list("differs", flat=True)) == [True]


def test_a_manager_renews_none_of_somebody_elses(client_of, review, vincent, now):
    client_of(vincent).post(reverse("vendor:membership-review-renew"), {"review": [str(review.public_id)]})

    review.refresh_from_db()
    assert review.state == "asked"
    assert client_of(vincent).get(vendor("membership-review-detail", review)).status_code == 404


@pytest.mark.parametrize("by", ["week", "month"])
def test_the_calendar_shows_what_comes_due(client_of, membership, vera, vincent, by, now):
    CategoryMembership.objects.filter(pk=membership.pk).update(next_review_on=(now + timedelta(days=20)).date())
    calendar = reverse("vendor:membership-review-calendar") + f"?by={by}"

    assert "MSP · 1" in client_of(vera).get(calendar).text
    assert "Nothing comes due" in client_of(vincent).get(calendar).text


# --- the rules


def test_a_program_admin_sets_the_rules(client_of, victor, vera, now):
    page = reverse("vendor:membership-rules")
    changes = {
        "grace_days": "60",
        "grace_sources": ["rule"],
        "grace_notice_days": "7, 21",
        "review_lead_days": "20",
        "review_reminder_days": "5",
        "review_escalate_days": "3",
        "flag_due_days": "4",
    }
    client_of(victor).post(page, changes)

    policy = MembershipPolicy.current()
    assert (policy.grace_days, policy.grace_notice_days, policy.grace_sources) == (60, [21, 7], ["rule"])
    assert client_of(victor).post(page, {**changes, "grace_notice_days": "soon"}).status_code == 422
    assert client_of(vera).get(page).status_code == 403


# --- however much there is


@pytest.fixture
def plenty(msp, victor, paula, membership, review, flag, now):
    """Thirty of everything, all for the program admin; some for Pinewood."""
    for number in range(30):
        partner = PartnerFactory(name=f"Partner {number}")
        one = CategoryMembershipFactory(partner=partner, category=msp, criteria_hold=False, criteria_since=now)
        MembershipReviewFactory(membership=one)
        FlagFactory(about="membership", membership=one, category=msp, partner=partner, text=str(number))


PAGES = [
    ("victor", "vendor:membership-list"),
    ("victor", "vendor:membership-differences"),
    ("victor", "vendor:membership-review-list"),
    ("victor", "vendor:membership-review-calendar"),
    ("victor", "vendor:flag-list"),
    ("victor", "vendor:flag-statistics"),
    ("victor", "vendor:membership-rules"),
    ("paula", "partner:suggestion-list"),
    ("paula", "partner:membership-review-list"),
    ("paula", "partner:flag-list"),
    ("paula", "partner:category-list"),
]


@pytest.mark.parametrize(("who", "name"), PAGES)
def test_lists_ask_few_queries(client_of, plenty, who, name, request, django_assert_max_num_queries):
    client = client_of(request.getfixturevalue(who))
    client.get(reverse(name))

    with django_assert_max_num_queries(MOST_QUERIES):
        assert client.get(reverse(name)).status_code == 200


def test_details_ask_few_queries(
    client_of, plenty, membership, review, flag, vera, paula, django_assert_max_num_queries
):
    pages = [
        (vera, vendor("membership-detail", membership)),
        (vera, vendor("membership-review-detail", review)),
        (vera, vendor("flag-detail", flag)),
        (paula, own("category-detail", membership.category)),
        (paula, own("membership-review-detail", review)),
        (paula, own("flag-detail", flag)),
    ]
    for user, page in pages:
        client = client_of(user)
        client.get(page)
        with django_assert_max_num_queries(MOST_QUERIES):
            assert client.get(page).status_code == 200
