"""Every row of a partner moves when partners are merged, and back when that is undone: none is forgotten."""

from django.apps import apps

from partners.models import Partner, Person
from partners.services import merge_parts
from tests.architecture.test_models import foreign_keys, our_models

#: Models with a reference to a partner or a person that no part moves, with the reason.
EXEMPT = {
    "partners.Signatory": "it says something of a person, and goes where the person goes",
    "enablement.StepProgress": "it belongs to a walk, and goes where the walk goes; people stay who they are",
    "enablement.StepProof": "as above",
    "enablement.StepAnswers": "as above",
    "enablement.StepReminder": "as above",
}


def test_every_model_with_a_reference_to_partners_moves_or_says_why_not() -> None:
    moved = {model._meta.label for part in merge_parts.parts() for model in part.models}
    needed = {
        model._meta.label
        for model in our_models()
        if any(key.related_model in {Partner, Person} for key in foreign_keys(model))
    }

    missing = sorted(needed - moved - set(EXEMPT))
    assert not missing, f"Say in services/merge_rules.py of the app how these move, or why not, here: {missing}"


def test_the_list_of_exempt_models_has_no_stale_entries() -> None:
    moved = {model._meta.label for part in merge_parts.parts() for model in part.models}

    assert not set(EXEMPT) & moved
    assert all(apps.get_model(label) for label in EXEMPT)


def test_parts_have_words_for_people() -> None:
    assert [part.key for part in merge_parts.parts() if not part.is_derived and not str(part.label)] == []
