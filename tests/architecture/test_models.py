"""What holds for every model: the order of apps, visibility, factories, names, integrity."""

import importlib
import inspect
import pkgutil
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import models
from factory.django import DjangoModelFactory

import tests.factories
from core.models import DefinitionVersion
from partners.models import Partner, Person

#: From the floor up. Foreign keys point down or stay.
ORDER = [
    "core",
    "accounts",
    "partners",
    "segmentation",
    "deals",
    "enablement",
    "scorecards",
    "insight",
    "integrations",
    "portal",
]
OUR_APPS = [config.label for config in apps.get_app_configs() if config.label in ORDER]
#: Rows of a partner that only the machine reads; nobody is shown a list of them.
NOBODY_IS_SHOWN = {
    "segmentation.StalePartner": "a queue",
    "segmentation.SegmentPin": "read through its segment, on the vendor's pages",
    "enablement.StepProgress": "read through the enrollment it belongs to",
}


def our_models() -> list[type[models.Model]]:
    """Return the project's models, without the audit trail's tables."""
    return [
        model
        for model in apps.get_models()
        if model._meta.app_label in ORDER and not hasattr(model, "pgh_tracked_model")
    ]


def foreign_keys(model: type[models.Model]) -> list[Any]:
    """Return the model's own references to other records."""
    return [field for field in model._meta.get_fields() if field.concrete and field.is_relation]


def test_every_app_of_ours_has_its_place_in_the_order() -> None:
    root = Path(apps.get_app_config("core").path).parent
    ours = {config.label for config in apps.get_app_configs() if Path(config.path).parent == root}

    assert {"core", "portal"} <= ours <= set(ORDER)


def test_foreign_keys_point_down_the_order() -> None:
    wrong = [
        f"{model._meta.label}.{key.name} → {key.related_model._meta.label}"
        for model in our_models()
        for key in foreign_keys(model)
        if key.related_model._meta.app_label in ORDER
        and ORDER.index(key.related_model._meta.app_label) > ORDER.index(model._meta.app_label)
    ]

    assert not wrong


def test_every_row_of_a_partner_has_visible_to() -> None:
    wrong = []
    for model in our_models():
        to_partner = {key.related_model for key in foreign_keys(model)} & {Partner, Person}
        shown = model is Partner or (to_partner and model._meta.label not in NOBODY_IS_SHOWN)
        if shown and not hasattr(model._default_manager.all(), "visible_to"):
            wrong.append(model._meta.label)

    assert not wrong, f"Give them a queryset with visible_to(user): {wrong}"


def test_the_list_of_rows_nobody_is_shown_has_no_stale_entries() -> None:
    without = {one._meta.label for one in our_models() if not hasattr(one._default_manager.all(), "visible_to")}

    assert set(NOBODY_IS_SHOWN) <= without


def test_every_model_has_a_factory() -> None:
    made = {made._meta.model for made in factories() if made._meta.model is not None}
    missing = [model._meta.label for model in our_models() if model not in made]

    assert not missing, f"Write a factory in tests/factories/: {missing}"


def factories() -> list[Any]:
    """Return every factory there is."""
    modules = [
        importlib.import_module(f"tests.factories.{found.name}")
        for found in pkgutil.iter_modules(tests.factories.__path__)
    ]
    return [
        member
        for module in modules
        for _name, member in inspect.getmembers(module, inspect.isclass)
        if issubclass(member, DjangoModelFactory) and not member._meta.abstract
    ]


def test_moments_end_in_at_and_days_in_on() -> None:
    wrong = []
    for model in our_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.DateTimeField) and field.name not in {"last_login", "at"}:
                if not field.name.endswith(("_at", "_since")):
                    wrong.append(f"{model._meta.label}.{field.name}")
            elif (
                isinstance(field, models.DateField)
                and not isinstance(field, models.DateTimeField)
                and field.name not in {"day"}
                and not field.name.endswith("_on")
            ):
                wrong.append(f"{model._meta.label}.{field.name}")

    assert not wrong


def test_periods_cannot_end_before_they_start() -> None:
    wrong = []
    for model in our_models():
        names = {field.name for field in model._meta.concrete_fields}
        if {"starts_at", "ends_at"} <= names:
            checks = [one for one in model._meta.constraints if isinstance(one, models.CheckConstraint)]
            if not any("ends_at" in str(check.condition) for check in checks):
                wrong.append(model._meta.label)

    assert not wrong, f"Add a check that ends_at is not before starts_at: {wrong}"


def test_no_model_has_a_hidden_order() -> None:
    assert not [model._meta.label for model in our_models() if model._meta.ordering]


def test_every_definition_has_one_draft_and_one_published_version_at_most() -> None:
    wrong = []
    for model in our_models():
        if issubclass(model, DefinitionVersion):
            names = {constraint.name for constraint in model._meta.constraints}
            if not any(name.endswith("_one_draft") for name in names) or not any(
                name.endswith("_one_published") for name in names
            ):
                wrong.append(model._meta.label)

    assert not wrong


def test_every_model_says_what_it_is() -> None:
    assert not [model._meta.label for model in our_models() if "(" in (model.__doc__ or "(")[: len(model.__name__) + 1]]
