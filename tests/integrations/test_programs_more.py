"""What documents hold beyond rules: translations, countries, owners, the application form, planned publications."""

import copy
from datetime import date, datetime
from typing import Any

import pytest
from django.db import transaction

from accounts.models import User
from core.models import Program, VersionState
from core.services import translations, versions
from integrations.services import programs
from integrations.services.programs import Action, Plan
from partners.models import ApplicationQuestion, Category, PlannedPublication, Region, TierTrack
from partners.services import application_questions, publications, regions

pytestmark = pytest.mark.django_db
Document = dict[str, Any]
EVERYBODY: Document = {"combinator": "and", "not": False, "rules": []}


@pytest.fixture
def document() -> Document:
    """A program in two languages, with a form and plans."""
    return {
        "format": "partner-program/1",
        "program": {
            "language": "en",
            "languages": [{"code": "de", "name": "Deutsch"}],
            "applications_open": True,
            "applications_welcome": "Come in.",
            "applications_answer_hours": 24,
            "applications_final_days": 30,
        },
        "regions": [
            {"key": "dach", "name": "DACH", "countries": ["DE", "AT"]},
            {"key": "nordics", "name": "Nordics", "countries": ["SE"]},
        ],
        "attributes": [{"key": "hours", "label": "Hours", "kind": "text"}],
        "categories": [
            {
                "key": "msp",
                "name": "Provider",
                "meaning": "Runs IT.",
                "criteria": EVERYBODY,
                "owner": "victor@vendor.example",
                "translations": {"de": {"name": "Dienstleister", "meaning": "Betreibt IT."}},
            }
        ],
        "life_stages": [
            {"key": "here", "name": "Here", "meaning": "Sells.", "translations": {"de": {"name": "Im Geschäft"}}}
        ],
        "tracks": [
            {
                "key": "main",
                "name": "Main",
                "names": {"de": "Hauptweg"},
                "tiers": [{"key": "gold", "name": "Gold", "translations": {"de": {"name": "Goldklasse"}}}],
            }
        ],
        "overrides": [
            {
                "kind": "category",
                "key": "msp",
                "region": "dach",
                "benefits": "Bread.",
                "grace_days": 90,
                "review_interval_months": 6,
                "translations": {"de": {"benefits": "Brot."}},
            }
        ],
        "questions": [
            {"key": "employees", "text": "How many are you?", "goes_to": "profile", "profile_field": "employees"},
            {"key": "hours", "text": "When are you there?", "goes_to": "attribute", "attribute": "hours"},
            {
                "key": "why",
                "text": "Why us?",
                "help_text": "Say it.",
                "goes_to": "nowhere",
                "kind": "choice",
                "choices": ["Money", "Love"],
                "categories": ["msp"],
                "is_required": True,
                "position": 7,
            },
        ],
        "planned": [
            {
                "kind": "category",
                "key": "msp",
                "publish_on": "2030-05-01",
                "tell_ahead_days": 14,
                "note": "Clearer.",
                "meaning": "Runs IT for others.",
            },
            {"kind": "tier", "key": "main.gold", "publish_on": "2030-06-01", "benefits": "More."},
            {"kind": "life_stage", "key": "here", "publish_on": "2030-07-01", "next_step": "Sell more."},
        ],
    }


def import_it(document: Document, by: User, at: datetime, **options: Any) -> Plan:
    found = programs.plan(document, by=by, at=at, **options)
    assert found.faults == []
    return programs.apply(found, by=by, at=at)


def faults_of(document: Document, by: User, at: datetime) -> dict[str, str]:
    return {fault.pointer: fault.code for fault in programs.plan(document, by=by, at=at).faults}


def test_everything_comes_in(document: Document, victor: User, now: datetime) -> None:
    import_it(document, victor, now)

    msp = Category.objects.get()
    published = versions.published_of(msp)
    assert msp.owner == victor
    assert published.translations == {"de": {"name": "Dienstleister", "meaning": "Betreibt IT."}}
    assert translations.old_in(published, "de") == []
    assert TierTrack.objects.get().names == {"de": "Hauptweg"}
    assert Program.current().further_languages == {"de": "Deutsch"}
    dach = Region.objects.get(key="dach")
    assert sorted(dach.countries.values_list("country", flat=True)) == ["AT", "DE"]
    why = ApplicationQuestion.objects.get(key="why")
    assert (why.kind, why.choices, why.category_ids, why.position) == ("choice", ["Money", "Love"], [msp.pk], 7)
    plan = PlannedPublication.objects.get(kind="category")
    assert (plan.publish_on, plan.tell_ahead_days) == (date(2030, 5, 1), 14)
    assert publications.draft_of(plan).meaning == "Runs IT for others."
    assert published.meaning == "Runs IT."


def test_exporting_importing_into_an_empty_portal_and_exporting_is_the_same(
    document: Document, victor: User, now: datetime
) -> None:
    with transaction.atomic():
        import_it(document, victor, now)
        exported = programs.printed(programs.document())
        transaction.set_rollback(True)
    Program.forget()
    assert not Category.objects.exists()

    import_it(programs.read(exported.encode()), victor, now)

    assert programs.printed(programs.document()) == exported
    assert '"publish_on": "2030-05-01"' in exported


def test_the_second_import_changes_nothing(document: Document, victor: User, now: datetime) -> None:
    import_it(document, victor, now)
    count = PlannedPublication.objects.count()

    again = programs.plan(document, by=victor, at=now)

    assert again.faults == []
    assert again.changes_nothing
    assert programs.plan(programs.document(), by=victor, at=now).changes_nothing
    assert PlannedPublication.objects.count() == count


def test_a_dry_run_tells_what_would_change_and_keeps_nothing(document: Document, victor: User, now: datetime) -> None:
    import_it(document, victor, now)
    other = copy.deepcopy(document)
    other["categories"][0]["translations"]["de"]["meaning"] = "Betreibt IT für andere."
    other["questions"][0]["text"] = "How many people work for you?"
    other["planned"][1]["publish_on"] = "2030-08-01"
    other["program"]["applications_welcome"] = "Welcome."

    found = programs.plan(other, by=victor, at=now)

    assert found.faults == []
    changed = {step.pointer: [one.member for one in step.changes] for step in found.steps if step.changes}
    assert changed == {
        "/program": ["applications_welcome"],
        "/categories/0": ["translations"],
        "/questions/0": ["text"],
        "/planned/1": ["publish_on"],
    }
    (anew,) = [step for step in found.steps if step.pointer == "/planned/0"]
    assert "Planned anew" in anew.notes[0]
    assert versions.published_of(Category.objects.get()).translations["de"]["meaning"] == "Betreibt IT."


def test_a_new_published_text_keeps_what_is_planned_beside_it(document: Document, victor: User, now: datetime) -> None:
    import_it(document, victor, now)
    other = copy.deepcopy(document)
    other["categories"][0]["benefits"] = "Leads."

    import_it(other, victor, now)

    plan = next(one for one in programs.document()["planned"] if one["kind"] == "category")
    assert (plan["meaning"], plan["publish_on"]) == ("Runs IT for others.", "2030-05-01")
    assert versions.published_of(Category.objects.get()).benefits == "Leads."


def test_an_owner_whom_nobody_knows_is_left_out_and_told(document: Document, victor: User, now: datetime) -> None:
    document["categories"][0]["owner"] = "nobody@elsewhere.example"

    done = import_it(document, victor, now)

    assert Category.objects.get().owner is None
    (step,) = [step for step in done.steps if step.section == "categories"]
    assert "nobody@elsewhere.example" in step.notes[0]
    assert programs.plan(document, by=victor, at=now).changes_nothing


def test_people_of_partners_own_no_categories(document: Document, victor: User, paula: User, now: datetime) -> None:
    document["categories"][0]["owner"] = paula.email

    import_it(document, victor, now)

    assert Category.objects.get().owner is None


def test_a_country_comes_over_from_a_region_that_the_document_names(
    document: Document, victor: User, now: datetime
) -> None:
    import_it(document, victor, now)
    document["regions"] = [
        {"key": "dach", "name": "DACH", "countries": ["DE", "AT", "SE"]},
        {"key": "nordics", "name": "Nordics", "countries": []},
    ]

    import_it(document, victor, now)

    assert [one["countries"] for one in programs.document()["regions"]] == [["AT", "DE", "SE"], []]


def test_a_country_of_a_region_that_the_document_leaves_out_is_a_fault(
    document: Document, victor: User, now: datetime
) -> None:
    from_before = regions.create(name="Alps", by=victor, at=now)
    from_before.countries.create(country="AT")

    assert faults_of(document, victor, now) == {"/regions/0/countries": "already_exists"}


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        (("categories", 0, "translations"), {"de": {"taste": "x"}}, "/categories/0/translations/de/taste"),
        (("categories", 0, "translations"), {"no code!": {}}, "/categories/0/translations/no code!"),
        (("tracks", 0, "names"), {"de": 5}, "/tracks/0/names/de"),
        (("regions", 0, "countries"), ["DE", "Atlantis"], "/regions/0/countries/1"),
        (("program", "languages"), [{"code": "de"}], "/program/languages/0"),
        (("questions", 0, "profile_field"), "taste", "/questions/0/profile_field"),
        (("questions", 1, "attribute"), "taste", "/questions/1/attribute"),
        (("questions", 2, "categories"), ["taste"], "/questions/2/categories"),
        (("planned", 0, "publish_on"), "2020-01-01", "/planned/0/publish_on"),
        (("planned", 0, "key"), "taste", "/planned/0/key"),
        (("planned", 1, "next_step"), "x", "/planned/1/next_step"),
        (("planned", 0, "meaning"), "Runs IT.", "/planned/0"),
    ],
)
def test_faults_are_named_by_their_place(
    path: tuple[Any, ...], value: Any, fault: str, document: Document, victor: User, now: datetime
) -> None:
    at: Any = document
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value

    assert list(faults_of(document, victor, now)) == [fault]


def test_where_an_answer_goes_stays(document: Document, victor: User, now: datetime) -> None:
    import_it(document, victor, now)
    document["questions"][2]["kind"] = "text"

    assert "/questions/2/kind" in faults_of(document, victor, now)


def test_a_retired_question_is_refused(document: Document, victor: User, now: datetime) -> None:
    import_it(document, victor, now)
    application_questions.retire(question=ApplicationQuestion.objects.get(key="why"), by=victor, at=now)

    assert faults_of(document, victor, now) == {"/questions/2/key": "retired"}


def test_where_drafts_are_left_nothing_is_planned(document: Document, victor: User, now: datetime) -> None:
    done = import_it(document, victor, now, publish=False)

    assert not PlannedPublication.objects.exists()
    assert {step.action for step in done.steps if step.section == "planned"} == {Action.UNCHANGED}
    assert all("Left out" in step.notes[0] for step in done.steps if step.section == "planned")
    assert Category.objects.get().versions.get().state == VersionState.DRAFT
