"""What a version may hold in other languages."""

import pytest
from django.core.exceptions import ValidationError

from core.models import Program
from core.models.program import validate_languages
from core.services import program, translations, versions
from partners.services import categories

TEXTS = ("meaning", "benefits")


def test_empty_texts_and_languages_are_left_out():
    given = {"de": {"meaning": " Betreibt IT. ", "benefits": " "}, "fr": {"meaning": ""}}

    assert translations.cleaned(given, translatable=TEXTS) == {"de": {"meaning": "Betreibt IT."}}


def test_the_definitions_name_may_be_translated():
    assert translations.cleaned({"de": {"name": "Händler"}}, translatable=()) == {"de": {"name": "Händler"}}


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        {"de": "text"},
        {"de": {"criteria": "x"}},
        {"de": {"meaning": 5}},
        {"de": {"meaning": "x" * 20_001}},
        {"no language": {"meaning": "x"}},
    ],
)
def test_any_other_shape_is_refused(wrong):
    with pytest.raises(ValidationError):
        translations.cleaned(wrong, translatable=TEXTS)


@pytest.mark.django_db
def test_a_draft_keeps_clean_translations_and_refuses_others(victor, now):
    draft = versions.draft_of(
        definition=categories.define(key="msp", name="MSP", meaning="Runs IT.", by=victor, at=now), by=victor, at=now
    )

    versions.save_draft(version=draft, by=victor, at=now, changes={"translations": {"de": {"meaning": " Hallo "}}})
    assert draft.translations == {"de": {"meaning": "Hallo"}}
    with pytest.raises(ValidationError):
        versions.save_draft(version=draft, by=victor, at=now, changes={"translations": {"de": {"meaning": "\x00"}}})


@pytest.mark.django_db
def test_the_program_says_its_languages(victor, now):
    listed = [{"code": "de", "name": "Deutsch"}, {"code": "en", "name": "English"}]
    program.update(by=victor, at=now, changes={"languages": listed})

    assert Program.current().further_languages == {"de": "Deutsch"}


@pytest.mark.parametrize(
    "wrong",
    [
        "de",
        ["de"],
        [{"code": "de"}],
        [{"code": "Deutsch!", "name": "Deutsch"}],
        [{"code": "de", "name": " "}],
        [{"code": "de", "name": "Deutsch"}] * 2,
    ],
)
def test_a_list_of_languages_has_codes_and_names_each_once(wrong):
    with pytest.raises(ValidationError):
        validate_languages(wrong)
