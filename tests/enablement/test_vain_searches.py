"""What partners look for in vain: counted by words and day, told to those who may see the partner, forgotten."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from accounts.roles import VendorRole
from enablement.models import Activity, VainSearch
from enablement.queries import vain_searches as reads
from enablement.services import vain_searches
from partners.services import merging
from tests.factories.accounts import VendorUserFactory
from tests.factories.enablement import ActivityFactory, AssetFactory, VainSearchFactory
from tests.factories.partners import AssignmentFactory, PartnerFactory

pytestmark = pytest.mark.django_db


def counted() -> dict[str, int]:
    return dict(VainSearch.objects.order_by("text").values_list("text", "times"))


# --- counting


def test_the_same_words_on_one_day_are_one_row(pinewood, now):
    for minutes in (0, 5, 10):
        vain_searches.note(partner=pinewood, text="kubernetes", at=now + timedelta(minutes=minutes))

    row = VainSearch.objects.get()
    assert (row.text, row.times, row.day, row.last_at) == ("kubernetes", 3, now.date(), now + timedelta(minutes=10))


def test_the_day_is_that_of_the_program(pinewood, program):
    program.timezone = "Asia/Tokyo"
    program.save()

    vain_searches.note(partner=pinewood, text="kubernetes", at=datetime(2030, 3, 18, 15, 30, tzinfo=UTC))

    assert VainSearch.objects.get().day == date(2030, 3, 19)


def test_who_goes_on_typing_means_one_search(pinewood, now):
    for seconds, text in enumerate(("kuber", "kubernet", "kubernetes", "kubernetes back", "kubernetes backup")):
        vain_searches.note(partner=pinewood, text=text, at=now + timedelta(seconds=seconds))

    assert counted() == {"kubernetes backup": 1}


def test_who_takes_letters_away_looks_for_what_stood_there(pinewood, now):
    vain_searches.note(partner=pinewood, text="kubernetes", at=now)
    vain_searches.note(partner=pinewood, text="kubern", at=now + timedelta(seconds=3))

    assert counted() == {"kubernetes": 1}


def test_the_same_again_within_a_minute_is_one_search(pinewood, now):
    for seconds in (0, 2, 59):
        vain_searches.note(partner=pinewood, text="kubernetes", at=now + timedelta(seconds=seconds))

    assert counted() == {"kubernetes": 1}


def test_what_was_looked_for_before_is_not_taken_back_by_typing_on(pinewood, now):
    vain_searches.note(partner=pinewood, text="kubernetes", at=now - timedelta(hours=1))
    vain_searches.note(partner=pinewood, text="kubernetes", at=now)
    for seconds, text in enumerate(("kubernetes b", "kubernetes back", "kubernetes backup"), start=2):
        vain_searches.note(partner=pinewood, text=text, at=now + timedelta(seconds=seconds))

    assert counted() == {"kubernetes": 1, "kubernetes backup": 1}


def test_other_partners_and_later_minutes_are_searches_of_their_own(pinewood, oakhurst, now):
    vain_searches.note(partner=pinewood, text="kuber", at=now)
    vain_searches.note(partner=oakhurst, text="kubernetes", at=now)
    vain_searches.note(partner=pinewood, text="kubernetes", at=now + timedelta(minutes=2))

    assert sorted(VainSearch.objects.values_list("text", flat=True)) == ["kuber", "kubernetes", "kubernetes"]


def test_it_is_forgotten_after_a_year(pinewood, now):
    VainSearchFactory(partner=pinewood, last_at=now - timedelta(days=366))
    kept = VainSearchFactory(partner=pinewood, last_at=now - timedelta(days=365))

    assert vain_searches.forget_old(at=now) == 1
    assert VainSearch.objects.get() == kept


def test_where_two_partners_become_one_searches_are_added_up(pinewood, oakhurst, victor, now):
    ours = VainSearchFactory(partner=pinewood, text="kubernetes", times=2, last_at=now - timedelta(hours=1))
    VainSearchFactory(partner=oakhurst, text="kubernetes", times=3, last_at=now)
    VainSearchFactory(partner=oakhurst, text="margins", last_at=now)
    for partner, times in ((pinewood, 1), (oakhurst, 4)):
        ActivityFactory(partner=partner, person=None, asset=None, kind="view", day=now.date(), times=times)

    made = merging.merge(survivor=pinewood, merged=oakhurst, by=victor, at=now)

    assert counted() == {"kubernetes": 5, "margins": 1}
    assert set(VainSearch.objects.values_list("partner", flat=True)) == {pinewood.pk}
    ours.refresh_from_db()
    assert ours.last_at == now
    assert Activity.objects.get(partner=pinewood).times == 5
    merging.undo(merge=made, by=victor, at=now)
    ours.refresh_from_db()
    assert (ours.times, ours.last_at) == (2, now - timedelta(hours=1))
    assert Activity.objects.get(partner=pinewood).times == 1


# --- searching


@pytest.fixture
def guide(pinewood):
    """The one thing in the library."""
    return AssetFactory(title="Backup guide")


@pytest.mark.parametrize(
    ("asked", "is_counted"),
    [
        ("q=Kubernetes", True),
        ("q=  KUBERNETES%21 ", True),
        ("q=backup", False),
        ("q=kubernetes&line=Cloud", False),
        ("q=kubernetes&shelf=favourites", False),
        ("q=...", False),
        ("q=", False),
        ("line=Cloud", False),
    ],
)
def test_a_search_of_the_whole_library_that_finds_nothing_is_counted(guide, pete, client_of, asked, is_counted):
    answer = client_of(pete).get(f"{reverse('partner:asset-list')}?{asked}")

    assert answer.status_code == 200
    assert counted() == ({"kubernetes": 1} if is_counted else {})


def test_titles_proposed_while_typing_are_not_searches(guide, pete, client_of):
    client_of(pete).get(reverse("partner:asset-suggest"), {"q": "kubernetes"})

    assert counted() == {}


def test_where_nothing_at_all_may_be_seen_nothing_is_looked_for_in_vain(pete, client_of):
    client_of(pete).get(reverse("partner:asset-list"), {"q": "kubernetes"})

    assert counted() == {}


def test_whoever_finds_nothing_can_ask_for_it(guide, pete, client_of):
    client = client_of(pete)
    page = client.get(reverse("partner:asset-list"), {"q": "kubernetes & co"})

    begun = "I looked for “kubernetes &amp; co” in the library"
    where = reverse("partner:conversation-detail", args=["partner", pete.person.partner.public_id])
    assert f"{where}?text=I%20looked%20for%20%E2%80%9Ckubernetes%20%26%20co" in page.text
    assert begun in client.get(where, {"text": "I looked for “kubernetes & co” in the library"}).text


# --- telling


def test_what_most_partners_want_comes_first(pinewood, oakhurst, victor, now):
    for partner in (pinewood, oakhurst):
        VainSearchFactory(partner=partner, text="kubernetes", last_at=now)
    VainSearchFactory(partner=pinewood, text="margins", times=9, last_at=now - timedelta(days=2))
    VainSearchFactory(partner=pinewood, text="long ago", last_at=now - timedelta(days=90))

    rows = list(reads.looked_for(victor, at=now))

    assert [(row["text"], row["partners"], row["times"], row["last_on"]) for row in rows] == [
        ("kubernetes", 2, 2, now.date()),
        ("margins", 1, 9, now.date() - timedelta(days=2)),
    ]


def test_those_who_looked_last_are_named(victor, now):
    partners = [PartnerFactory(name=f"Partner {number}") for number in range(5)]
    for hours, partner in enumerate(partners):
        VainSearchFactory(partner=partner, text="kubernetes", last_at=now - timedelta(hours=hours))

    assert reads.who(victor, ["kubernetes", "unheard of"], at=now) == {"kubernetes": partners[:3], "unheard of": []}


def test_a_manager_is_told_of_the_partners_they_see(pinewood, oakhurst, now):
    vera = VendorUserFactory(role=VendorRole.CAM)
    AssignmentFactory(partner=pinewood, user=vera)
    VainSearchFactory(partner=pinewood, text="kubernetes", last_at=now)
    VainSearchFactory(partner=oakhurst, text="kubernetes", times=4, last_at=now)
    VainSearchFactory(partner=oakhurst, text="secret plan", last_at=now)

    assert [(row["text"], row["times"]) for row in reads.looked_for(vera, at=now)] == [("kubernetes", 1)]
    assert reads.who(vera, ["kubernetes", "secret plan"], at=now) == {"kubernetes": [pinewood], "secret plan": []}


def test_the_page_says_who_and_what_to_do(pinewood, victor, client_of):
    VainSearchFactory(partner=pinewood, text="kubernetes & co", times=2)
    client = client_of(victor)

    page = client.get(reverse("vendor:content-searches"))

    assert "kubernetes &amp; co" in page.text
    assert pinewood.name in page.text
    assert f"{reverse('vendor:asset-list')}?q=kubernetes%20%26%20co" in page.text
    assert f"{reverse('vendor:asset-create')}?title=kubernetes%20%26%20co" in page.text
    draft = client.get(reverse("vendor:asset-create"), {"title": "kubernetes & co"})
    assert 'value="kubernetes &amp; co"' in draft.text


def test_who_may_not_write_content_is_not_offered_to(pinewood, client_of):
    VainSearchFactory(partner=pinewood, text="kubernetes")

    page = client_of(VendorUserFactory(role=VendorRole.EXECUTIVE)).get(reverse("vendor:content-searches"))

    assert "kubernetes" in page.text
    assert reverse("vendor:asset-create") not in page.text


def test_an_empty_page_says_so(victor, client_of):
    assert "they found something" in client_of(victor).get(reverse("vendor:content-searches")).text


def test_a_partners_page_tells_what_was_looked_for(pinewood, oakhurst, victor, now, client_of):
    VainSearchFactory(partner=pinewood, text="kubernetes", times=2)
    VainSearchFactory(partner=oakhurst, text="secret plan")

    panel = client_of(victor).get(reverse("vendor:partner-enablement-panel", args=[pinewood.public_id]))

    assert "kubernetes" in panel.text
    assert "secret plan" not in panel.text


def test_partners_have_no_door_to_it(pete, client_of):
    assert client_of(pete).get(reverse("vendor:content-searches")).status_code in (403, 404)
