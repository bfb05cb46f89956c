"""Forms of categories."""

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.forms.definitions import DefinitionForm, KeyMixin
from partners.models import CategoryVersion


class CategoryForm(DefinitionForm):
    """The texts of a category."""

    position = forms.IntegerField(
        label=_("Place in the list"), min_value=0, max_value=10_000, help_text=_("Smaller numbers come first.")
    )

    class Meta:
        model = CategoryVersion
        fields = (
            "meaning",
            "examples",
            "counter_examples",
            "objective",
            "requirements",
            "benefits",
            "obligations",
            "review_interval_months",
        )
        help_texts = {
            "meaning": _("One or two plain sentences. Partners read them in the glossary."),
            "examples": _("Partners one would recognise in it."),
            "counter_examples": _("Partners one could take for it that are not."),
            "objective": _("What the program wants to reach with this category."),
            "requirements": _("What a partner has to bring, beyond the criteria."),
            "benefits": _("What a partner gets."),
            "obligations": _("What a partner commits to."),
        }

    field_order: tuple[str, ...] = ("name", *Meta.fields, "position")


class NewCategoryForm(KeyMixin, CategoryForm):
    """A new category."""

    position = None  # type: ignore[assignment]
    field_order: tuple[str, ...] = ("name", "key", *CategoryForm.Meta.fields)
