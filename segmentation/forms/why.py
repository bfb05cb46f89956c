"""Which partner, and which rule: what somebody wants explained."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.forms import FieldPicker, HubForm
from criteria.fields import RuleKind
from partners.models import Partner
from segmentation import queries

SHOWN_MATCHES = 10


class RulePicker(HubForm):
    """Choose a rule that is in use. `picked` is its kind and definition once the form is valid.

    Where there are more rules than a list can hold, they are narrowed down by `find`; the only one found is meant.
    """

    find = forms.CharField(label=_("Part of its name"), max_length=100, required=False)
    rule = forms.ChoiceField(label=_("In what"), choices=(), required=False, widget=FieldPicker)

    def __init__(
        self,
        *args: Any,
        kinds: Collection[RuleKind] = tuple(queries.DEFINITIONS),
        published: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        given = self.data or self.initial
        text = str(given.get("find") or "").strip()[:100]
        choices = queries.rule_choices(kinds, published=published, named=text)
        self.listed = [choice for _group, group in choices for choice, _name in group]
        if not text and all(len(group) < queries.MOST_CHOICES for _name, group in choices):
            del self.fields["find"]
        self.named = queries.rule_named(str(given.get("rule") or ""), kinds)
        if self.named is not None and given["rule"] not in self.listed:
            choices.append((str(_("Chosen")), [(given["rule"], queries.name_of(self.named[1]))]))
        self.fields["rule"].choices = [("", _("Choose …")), *choices]  # type: ignore[attr-defined]

    def clean_rule(self) -> str:
        """Take the only rule of that name, where none was chosen from the list."""
        chosen: str = self.cleaned_data["rule"]
        if chosen:
            return chosen
        if self.cleaned_data.get("find") and len(self.listed) == 1:
            return self.listed[0]
        if self.cleaned_data.get("find"):
            several = _("Several have this in their name. Choose one of them.")
            raise forms.ValidationError(several if self.listed else _("No rule has this in its name."))
        raise forms.ValidationError(_("This field is required."), code="required")

    @property
    def picked(self) -> tuple[RuleKind, Any]:
        """The kind and the definition that were chosen."""
        kind, _sign, public_id = self.cleaned_data["rule"].partition(":")
        return RuleKind(kind), queries.DEFINITIONS[RuleKind(kind)]._default_manager.get(public_id=public_id)


class WhyForm(RulePicker):
    """Choose a partner and a rule. A partner is searched for by name, among those in sight.

    `found` is the one partner that is meant; `matches` are those it could be.
    """

    q = forms.CharField(label=_("Which partner"), max_length=200, required=False)
    partner = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    field_order = ("q", "find", "rule", "partner")

    def __init__(self, *args: Any, visible: QuerySet[Partner], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.visible = visible
        self.found: Partner | None = None
        self.matches: list[Partner] = []
        given = self.data or self.initial
        named = self._named(str(given.get("partner", "")))
        # A name that was typed over the one of the partner chosen before is a new search.
        if named is not None and str(given.get("q") or named).strip() == str(named):
            self.found = named
            self.initial["q"] = str(named)

    def clean(self) -> dict[str, Any]:
        """Find the partner: the one that was named, or the only one whose name fits."""
        cleaned = super().clean() or {}
        text = str(cleaned.get("q") or "").strip()
        if self.found is None and text:
            same = list(self.visible.filter(name__iexact=text).order_by("id")[:2])
            self.matches = list(self.visible.matching(text).order_by("name", "id")[:SHOWN_MATCHES])  # type: ignore[attr-defined]
            only = same if len(same) == 1 else self.matches
            if len(only) == 1:
                self.found = only[0]
            elif not self.matches:
                self.add_error("q", _("No partner you see has this name."))
        elif self.found is None:
            self.add_error("q", _("Type a name, or part of it."))
        return cleaned

    def _named(self, public_id: str) -> Partner | None:
        try:
            return self.visible.filter(public_id=UUID(public_id)).first()
        except ValueError:
            return None
