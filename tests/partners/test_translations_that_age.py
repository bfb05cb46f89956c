"""A translation is possibly old once its original changed after it; people write it anew or say that it holds."""

import pytest
from django.urls import reverse

from core.models import Program
from core.services import program, translations, versions
from partners.models import CategoryVersion, RegionGrant
from partners.queries import texts
from partners.queries import translations as reads
from partners.services import categories, definitions, overrides, tiers
from tests.factories.partners import RegionFactory

pytestmark = pytest.mark.django_db
GERMAN = {"de": {"name": "Dienstleister", "meaning": "Betreibt IT."}}


@pytest.fixture
def msp(victor, now):
    """A category with a German name and meaning, published."""
    program.update(by=victor, at=now, changes={"languages": [{"code": "de", "name": "Deutsch"}]})
    return categories.define(key="msp", name="MSP", meaning="Runs IT.", translations=GERMAN, by=victor, at=now)


def edited(msp, victor, now, **changes):
    draft = versions.draft_of(definition=msp, by=victor, at=now)
    versions.save_draft(version=draft, by=victor, at=now, changes=changes)
    return draft


def old(version):
    return translations.old_in(version, "de")


def test_a_new_translation_is_not_old(msp):
    assert old(versions.published_of(msp)) == []


def test_a_changed_original_makes_its_translation_possibly_old(msp, victor, now):
    draft = edited(msp, victor, now, meaning="Runs IT for others.")

    assert old(draft) == ["meaning"]


def test_a_new_name_makes_the_translated_name_possibly_old(msp, victor, now):
    categories.update(category=msp, by=victor, at=now, changes={"name": "Managed Service Provider"})

    assert old(versions.published_of(msp)) == ["name"]


def test_an_original_that_is_as_it_was_asks_for_nothing(msp, victor, now):
    edited(msp, victor, now, meaning="Runs IT for others.")

    assert old(edited(msp, victor, now, meaning="Runs IT.")) == []


def test_both_written_at_once_belong_together(msp, victor, now):
    german = {"de": {**GERMAN["de"], "meaning": "Betreibt IT für andere."}}

    assert old(edited(msp, victor, now, meaning="Runs IT for others.", translations=german)) == []


def test_it_stays_old_in_the_next_version_until_somebody_looks(msp, victor, now):
    draft = edited(msp, victor, now, meaning="Runs IT for others.")
    definitions.publish(kind="category", version=draft, by=victor, at=now)

    assert old(versions.draft_of(definition=msp, by=victor, at=now)) == ["meaning"]


def test_a_translation_from_before_this_was_noted_counts_as_of_the_original_then(msp, victor, now):
    draft = versions.draft_of(definition=msp, by=victor, at=now)
    CategoryVersion.objects.filter(pk=draft.pk).update(translated_from={})

    assert old(edited(msp, victor, now, benefits="Leads.")) == []
    assert old(edited(msp, victor, now, meaning="Runs IT for others.")) == ["meaning"]


def test_said_to_hold_still_it_is_not_old_and_that_can_be_published_alone(msp, victor, now):
    draft = edited(msp, victor, now, meaning="Runs IT for others.")
    definitions.publish(kind="category", version=draft, by=victor, at=now)
    published, draft = draft, versions.draft_of(definition=msp, by=victor, at=now)

    given = {"version": draft, "language": "de", "names": ["meaning"], "by": victor, "at": now}
    assert versions.confirm_translations(**given)
    assert not versions.confirm_translations(**given)

    assert old(draft) == []
    assert [(one.label, one.after) for one in texts.changes_of(published, draft)] == [
        ("Definition · de", "Still says the same")
    ]
    assert definitions.publish(kind="category", version=draft, by=victor, at=now)


def test_nothing_changed_is_not_published(msp, victor, now):
    draft = versions.draft_of(definition=msp, by=victor, at=now)

    with pytest.raises(versions.NothingChanged):
        definitions.publish(kind="category", version=draft, by=victor, at=now)


def test_the_language_page_offers_to_say_so(msp, victor, now, client_of):
    draft = edited(msp, victor, now, meaning="Runs IT for others.")
    page = reverse("vendor:category-languages", args=[msp.public_id]) + "?language=de"
    client = client_of(victor)

    assert "The original changed after this was translated" in client.get(page).content.decode()
    draft.refresh_from_db()
    typed = {**GERMAN["de"], "still_meaning": "on", "language": "de", "expected": draft.version}
    assert client.post(page, typed).status_code == 302

    draft.refresh_from_db()
    assert old(draft) == []
    assert draft.translations == GERMAN


def test_the_list_tells_what_is_old_and_what_is_missing(msp, victor, now, client_of):
    edited(msp, victor, now, meaning="Runs IT for others.", benefits="Leads.")
    tiers.create_track(key="main", name="Main", by=victor, at=now)
    page = reverse("vendor:translation-list")

    work = reads.work(user=victor)
    assert [one.name for one in reads.kept(work, "old")] == ["MSP"]
    assert [one.name for one in reads.kept(work, "missing")] == ["MSP", "Main"]
    shown = client_of(victor).get(page, {"show": "old"}).content.decode()
    assert "To look at again" in shown
    assert reverse("vendor:category-languages", args=[msp.public_id]) in shown
    assert "Main" not in shown.split("<main")[1].split("translations")[-1]


def test_the_list_has_an_empty_state_and_few_queries(victor, client_of, django_assert_max_num_queries):
    client = client_of(victor)
    assert "no further languages" in client.get(reverse("vendor:translation-list")).content.decode()

    with django_assert_max_num_queries(12):
        client.get(reverse("vendor:translation-list"))


def test_regional_admins_read_of_their_regions_texts_alone(msp, victor, rita, now, client_of):
    emea, elsewhere = RegionGrant.objects.get(user=rita).region, RegionFactory(name="Elsewhere")
    for region in (emea, elsewhere):
        overrides.create(subject=msp, region=region, by=victor, at=now, meaning="Runs IT here.")

    shown = client_of(rita).get(reverse("vendor:translation-list"))

    assert shown.status_code == 200
    names = {one.name for one in reads.work(user=rita)}
    assert names == {one.name for one in reads.work(user=victor) if "EMEA" in one.name}
    assert len(names) == 1


def test_executives_do_not_translate(erin, client_of):
    assert client_of(erin).get(reverse("vendor:translation-list")).status_code == 403


# --- tracks


def test_a_track_has_names_in_other_languages(msp, victor, paula, now, client_of):
    track = tiers.create_track(key="main", name="Main track", by=victor, at=now)
    page = reverse("vendor:track-edit", args=[track.public_id])
    client = client_of(victor)

    assert "Name in Deutsch" in client.get(page).content.decode()
    assert client.post(page, {"name": "Main track", "name_de": "Hauptweg"}).status_code == 302
    track.refresh_from_db()
    assert track.names == {"de": "Hauptweg"}

    everybody = {"combinator": "and", "not": False, "rules": []}
    definitions.define(
        make=lambda: tiers.create(track=track, key="gold", name="Gold", criteria=everybody, by=victor, at=now),
        kind="tier", by=victor, at=now,
    )  # fmt: skip
    paula.reading_language = "de"
    paula.save(update_fields=["reading_language"])
    for name in ("partner:tier-detail", "partner:home", "partner:glossary"):
        shown = client_of(paula).get(reverse(name)).content.decode()
        assert "Hauptweg" in shown, name
        assert "Main track" not in shown, name
    assert Program.current().further_languages == {"de": "Deutsch"}
