"""Pages of categories: what admins define, what everybody reads, what partners say of themselves."""

import pytest
from django.urls import reverse

from core.services import versions
from partners.models import Category, CategoryMembership, MembershipState
from partners.services import categories, memberships, suggestions
from tests.factories.partners import CategoryMembershipFactory

pytestmark = pytest.mark.django_db
MSPS = {"combinator": "and", "rules": [{"field": "categories", "operator": "any_of", "value": ["var"]}]}
TEXTS = {
    "name": "Managed Service Provider",
    "meaning": "Runs it for others",
    "review_interval_months": "6",
    "position": "1",
}
MOST_QUERIES = 12


@pytest.fixture
def var(victor, now):
    return categories.define(key="var", name="Value-Added Reseller", meaning="Resells", by=victor, at=now)


@pytest.fixture
def msp(var, victor, now):
    return categories.define(
        key="msp",
        name="Managed Service Provider",
        meaning="Runs it for others",
        benefits="A margin",
        criteria=MSPS,
        by=victor,
        at=now,
    )


def url(name, category, **further):
    return reverse(f"vendor:category-{name}", kwargs={"public_id": category.public_id, **further})


def own_url(name, category):
    return reverse(f"partner:category-{name}", args=[category.public_id])


def test_the_list_shows_members_state_and_drafts(client_of, msp, pinewood, vera, victor, now):
    memberships.assign(partner=pinewood, category=msp, by=victor, at=now)
    categories.edit(category=msp, own={}, texts={"meaning": "Other"}, expected=None, by=victor, at=now)

    page = client_of(vera).get(reverse("vendor:category-list"))

    row = next(row for row in page.context["rows"] if row.category == msp)
    assert (row.members, bool(row.published), bool(row.draft)) == (1, True, True)
    assert "New category" not in page.content.decode()


@pytest.mark.parametrize("name", ["detail", "members", "versions"])
def test_those_who_see_definitions_read_a_category(name, client_of, msp, vera, victor, erin):
    for reader in (vera, victor, erin):
        assert client_of(reader).get(url(name, msp)).status_code == 200


def test_the_criteria_are_read_back_in_words(client_of, msp, vera):
    page = client_of(vera).get(url("detail", msp)).content.decode()

    assert "categories" in page
    assert "Value-Added Reseller" in page


@pytest.mark.parametrize("name", ["edit", "publish", "discard", "retire"])
def test_only_program_admins_change_a_category(name, client_of, msp, vera, erin, paula):
    for reader in (vera, erin, paula):
        assert client_of(reader).get(url(name, msp)).status_code == 403


def test_an_admin_makes_a_category_with_a_draft(client_of, victor, now):
    answer = client_of(victor).post(reverse("vendor:category-create"), TEXTS)

    category = Category.objects.get()
    assert answer.headers["Location"] == url("detail", category)
    assert category.key == "managed-service-provider"
    assert versions.existing_draft_of(category).meaning == "Runs it for others"
    assert versions.published_of(category) is None


def test_a_key_that_is_taken_is_refused_at_its_field(client_of, var, victor, now):
    answer = client_of(victor).post(reverse("vendor:category-create"), TEXTS | {"key": "var"})

    assert answer.status_code == 422
    assert "key" in answer.context["form"].errors


def test_looking_at_the_editor_makes_no_draft(client_of, msp, victor, now):
    client_of(victor).get(url("edit", msp))

    assert versions.existing_draft_of(msp) is None


def test_an_admin_edits_looks_at_what_changes_and_publishes(client_of, msp, victor, now):
    client = client_of(victor)
    client.post(url("edit", msp), TEXTS | {"meaning": "Runs it, and watches it"})

    page = client.get(url("publish", msp))
    changes = {change.label: (change.before, change.after) for change in page.context["changes"]}
    assert changes["Definition"] == ("Runs it for others", "Runs it, and watches it")

    expected = page.context["draft"].version
    client.post(url("publish", msp), {"note": "Watching belongs to it", "expected": expected})

    published = versions.published_of(msp)
    assert (published.number, published.note) == (2, "Watching belongs to it")
    assert "Runs it for others" in client.get(url("version", msp, number=1)).content.decode()


def test_whoever_edits_an_older_draft_keeps_their_words_and_is_told(client_of, msp, victor, vera, now):
    client = client_of(victor)
    read = client.get(url("edit", msp)).context["form"]["expected"].value() or ""
    categories.edit(category=msp, own={}, texts={"meaning": "Vera's words"}, expected=None, by=vera, at=now)

    answer = client.post(url("edit", msp), TEXTS | {"meaning": "Victor's words", "expected": read})

    assert answer.status_code == 422
    assert "Vera Vance saved this draft" in answer.content.decode()
    assert "Victor&#x27;s words" in answer.content.decode()


def test_nobody_publishes_words_they_have_not_read(client_of, msp, victor, vera, now):
    categories.edit(category=msp, own={}, texts={"meaning": "First"}, expected=None, by=victor, at=now)
    draft = versions.existing_draft_of(msp)
    categories.save_draft(version=draft, by=vera, at=now, changes={"meaning": "Second"})

    answer = client_of(victor).post(url("publish", msp), {"note": "", "expected": draft.version - 1})

    assert answer.status_code == 422
    assert versions.published_of(msp).number == 1


def test_a_draft_with_broken_criteria_says_what_is_wrong(client_of, msp, victor, now):
    broken = {"combinator": "and", "rules": [{"field": "colour", "operator": "equals", "value": "red"}]}
    categories.edit(category=msp, own={}, texts={"criteria": broken}, expected=None, by=victor, at=now)

    answer = client_of(victor).post(url("publish", msp), {"note": ""})

    assert answer.status_code == 422
    assert "/rules/0" in answer.content.decode()


def test_a_draft_is_discarded_after_asking(client_of, msp, victor, now):
    categories.edit(category=msp, own={}, texts={"meaning": "Other"}, expected=None, by=victor, at=now)
    client = client_of(victor)

    assert client.get(url("discard", msp)).status_code == 200
    assert versions.existing_draft_of(msp) is not None
    client.post(url("discard", msp))
    assert versions.existing_draft_of(msp) is None


def test_a_category_in_use_is_kept_and_the_page_says_why(client_of, var, msp, victor, now):
    answer = client_of(victor).post(url("retire", var))

    assert answer.status_code == 422
    assert "still in use: Managed Service Provider" in answer.content.decode()


def test_a_category_nobody_uses_is_retired(client_of, msp, victor, now):
    client_of(victor).post(url("retire", msp))

    msp.refresh_from_db()
    assert msp.retired_at == now


def test_a_manager_sees_only_members_they_look_after(client_of, msp, vera, vincent, victor, pinewood, now):
    memberships.assign(partner=pinewood, category=msp, by=victor, at=now)

    assert "Pinewood" in client_of(vera).get(url("members", msp)).content.decode()
    assert "Pinewood" not in client_of(vincent).get(url("members", msp)).content.decode()


def test_members_are_filtered_by_state(client_of, msp, vera, victor, pinewood, now):
    suggestions.suggest(partner_id=pinewood.pk, category_ids=[msp.pk], at=now)

    def listed(state):
        return len(client_of(vera).get(url("members", msp), {"state": state}).context["page"].object_list)

    assert (listed(""), listed("suggested"), listed("active"), listed("nonsense")) == (1, 1, 0, 1)


# --- the partner's side


def test_a_partner_reads_the_glossary_with_its_own_first(client_of, var, msp, pinewood, pete, victor, now):
    memberships.assign(partner=pinewood, category=msp, by=victor, at=now)

    page = client_of(pete).get(reverse("partner:category-list"))

    assert [one.category for one in page.context["mine"]] == [msp]
    assert [one.category for one in page.context["others"]] == [var]


def test_a_draft_is_not_for_partners(client_of, pete, victor, now):
    draft_only = categories.create(key="isv", name="ISV", by=victor, at=now)

    assert client_of(pete).get(own_url("detail", draft_only)).status_code == 404
    assert "ISV" not in client_of(pete).get(reverse("partner:category-list")).content.decode()


def test_a_partner_admin_declares_a_category_with_proof(client_of, msp, pinewood, paula, now):
    client = client_of(paula)

    client.post(own_url("declare", msp), {"statement": "Forty contracts"})

    membership = CategoryMembership.objects.get()
    assert (membership.state, membership.partner) == (MembershipState.PENDING, pinewood)
    assert "Pending review" in client.get(own_url("detail", msp)).content.decode()


def test_declaring_without_proof_leaves_it_open_to_hand_in_later(client_of, msp, paula, now):
    client = client_of(paula)

    client.post(own_url("declare", msp), {"statement": ""})
    assert CategoryMembership.objects.get().state == MembershipState.SELF_DECLARED

    client.post(own_url("declare", msp), {"statement": "Forty contracts"})
    assert CategoryMembership.objects.get().state == MembershipState.PENDING


def test_a_seller_reads_but_does_not_declare(client_of, msp, pete, now):
    page = client_of(pete).get(own_url("detail", msp))

    assert page.status_code == 200
    assert "Yes, we do this" not in page.content.decode()
    assert client_of(pete).post(own_url("declare", msp), {}).status_code == 403


def test_declaring_needs_a_post(client_of, msp, paula, now):
    assert client_of(paula).get(own_url("declare", msp)).status_code == 405


def test_another_partner_sees_nothing_of_a_membership(client_of, msp, pinewood, paula, olga, now):
    client_of(paula).post(own_url("declare", msp), {"statement": "Forty contracts at Pinewood"})

    page = client_of(olga).get(own_url("detail", msp))

    assert page.context["membership"] is None
    assert "Forty contracts" not in page.content.decode()


def test_vendor_people_have_no_partner_pages(client_of, msp, victor):
    assert client_of(victor).get(reverse("partner:category-list")).status_code == 403


# --- queries


@pytest.mark.parametrize("name", ["detail", "members", "versions", "edit", "publish"])
def test_vendor_pages_stay_within_their_queries(name, client_of, msp, victor, now, django_assert_max_num_queries):
    CategoryMembershipFactory.create_batch(20, category=msp)
    categories.edit(category=msp, own={}, texts={"meaning": "Other"}, expected=None, by=victor, at=now)
    client = client_of(victor)
    client.get(url(name, msp))

    with django_assert_max_num_queries(MOST_QUERIES):
        assert client.get(url(name, msp)).status_code == 200


def test_lists_stay_within_their_queries(client_of, var, msp, victor, pete, now, django_assert_max_num_queries):
    for number in range(10):
        categories.define(key=f"more-{number}", name=f"More {number}", by=victor, at=now)

    for reader, page in ((victor, reverse("vendor:category-list")), (pete, reverse("partner:category-list"))):
        client = client_of(reader)
        client.get(page)
        with django_assert_max_num_queries(MOST_QUERIES):
            client.get(page)


def test_the_partners_page_stays_within_its_queries(client_of, msp, pete, django_assert_max_num_queries):
    client = client_of(pete)
    client.get(own_url("detail", msp))

    with django_assert_max_num_queries(MOST_QUERIES):
        client.get(own_url("detail", msp))
