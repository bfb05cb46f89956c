"""Forms of categories."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partners.forms.definitions import DefinitionForm, KeyMixin
from partners.models import CategoryVersion
from partners.models.categories import CATEGORY_TEXTS


class CategoryForm(DefinitionForm):
    """The texts of a category."""

    own_fields = ("name", "owner", "position")

    owner = forms.ModelChoiceField(
        label=_("Owner"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody in particular"),
        help_text=_("Who answers for the definition, and hears when a planned publication fails. Changed at once."),
    )
    position = forms.IntegerField(
        label=_("Place in the list"), min_value=0, max_value=10_000, help_text=_("Smaller numbers come first.")
    )

    class Meta:
        model = CategoryVersion
        fields = (*CATEGORY_TEXTS, "review_interval_months", "grace_days")
        help_texts = {
            "meaning": _("One or two plain sentences. Partners read them in the glossary. Needed before publishing."),
            "examples": _("Partners one would recognise in it. Begin lines with a hyphen to make a list."),
            "counter_examples": _("Partners one could take for it that are not."),
            "objective": _("What the program wants to reach with this category."),
            "eligibility": _("Who may be in it, in words, beyond what the criteria check."),
            "requirements": _("What a partner has to bring, beyond the criteria."),
            "benefits": _("What a partner gets."),
            "incentives": _("What pays off for a partner: commissions, rebates, funds."),
            "obligations": _("What a partner commits to."),
            "training": _("What its people learn, and until when."),
            "co_selling": _("How you and the partner sell together: who leads, who is called when."),
            "deal_terms": _("How deals are registered, and how long they are protected."),
            "marketing_kit": _("What there is for a partner's own marketing, and where."),
            "contacts": _("Whom a partner asks about what."),
            "review_interval_months": _(
                "A new interval counts for each member from its next review or decision on; days that are set stay."
            ),
            "grace_days": _(
                "Left empty, as long as for every category. 0: nothing happens when criteria cease to hold. A new"
                " length counts for each member from its next review or decision on; grace that has begun"
                " keeps its last day."
            ),
        }

    field_order: tuple[str, ...] = ("name", *Meta.fields, "owner", "position")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "owner" in self.fields:
            owner: Any = self.fields["owner"]
            owner.queryset = User.objects.exclude(role="").filter(is_active=True).order_by("name", "pk")


class NewCategoryForm(KeyMixin, CategoryForm):
    """A new category. Whoever makes it owns it until somebody else does."""

    owner = None  # type: ignore[assignment]
    position = None  # type: ignore[assignment]
    field_order: tuple[str, ...] = ("name", "key", *CategoryForm.Meta.fields)
