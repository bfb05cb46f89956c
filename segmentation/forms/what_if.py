"""Values as somebody imagines them: one control for each value that decides a rule."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.forms import dress
from criteria.checks.values import LARGEST
from criteria.fields import Kind
from criteria.tree import MAX_LIST, MAX_TEXT
from segmentation.queries.what_if import Question

YES_NO = (("", _("As it is")), ("yes", _("Yes")), ("no", _("No")))
PLACES = 6


class WhatIfForm(forms.Form):
    """A control for each value. What is left as it is, is not imagined otherwise."""

    def __init__(self, *args: Any, questions: Sequence[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            control = _control(question)
            control.label = f"{question.label} ({question.unit})" if question.unit else question.label
            control.help_text = gettext("Asked: %(what)s") % {"what": " · ".join(question.asked)}
            self.fields[question.name] = control
            self.initial[question.name] = _initial(question)
        for field in self.fields.values():
            dress(field)

    @property
    def substitutes(self) -> dict[str, Any]:
        """The values that differ from what is, by what the engine knows them by, as the database would hold them."""
        found = {}
        for question in self.questions:
            if self.fields[question.name].has_changed(self.initial[question.name], self._typed(question)):
                found[question.key] = _stored(question, self.cleaned_data[question.name])
        return found

    def _typed(self, question: Question) -> Any:
        return self[question.name].data


def _control(question: Question) -> forms.Field:
    match question.kind:
        case Kind.NUMBER | Kind.MONEY:
            return forms.DecimalField(
                required=False,
                min_value=-LARGEST,
                max_value=LARGEST,
                decimal_places=PLACES,
                widget=forms.NumberInput(attrs={"step": "any"}),
            )
        case Kind.DATE | Kind.MOMENT:
            return forms.DateField(required=False, widget=forms.DateInput)
        case Kind.YES_NO | Kind.RULES:
            return forms.ChoiceField(required=False, choices=YES_NO)
        case Kind.CHOICE if question.choices:
            return forms.ChoiceField(required=False, choices=[("", "–"), *_choices(question)])
        case Kind.MULTI if question.choices:
            return forms.MultipleChoiceField(required=False, choices=_choices(question))
        case _:
            return forms.CharField(required=False, max_length=MAX_TEXT)


def _choices(question: Question) -> list[tuple[str, str]]:
    return [(choice.value, str(choice.label)) for choice in question.choices[:MAX_LIST]]


def _initial(question: Question) -> Any:
    """Return a value of the database as its control shows it."""
    value = question.value
    by_stored = {choice.parameter: choice.value for choice in question.choices}
    match question.kind:
        case Kind.YES_NO | Kind.RULES:
            return "" if value is None else "yes" if value else "no"
        case Kind.MULTI if question.choices:
            return [by_stored[one] for one in value or () if one in by_stored]
        case Kind.MULTI:
            return ", ".join(str(one) for one in value or ())
        case Kind.CHOICE if question.choices:
            return by_stored.get(value, "")
        case Kind.NUMBER | Kind.MONEY:
            return None if value is None else _plain(Decimal(str(value)))
        case Kind.DATE | Kind.MOMENT:
            return value if isinstance(value, date) else None
        case _:
            return value or ""


def _plain(number: Decimal) -> Decimal:
    rounded = round(number, PLACES)
    return rounded.quantize(Decimal(1)) if rounded == rounded.to_integral_value() else rounded.normalize()


def _stored(question: Question, value: Any) -> Any:
    """Return what was typed as the database would hold it; nothing for a control that was emptied."""
    parameters = {choice.value: choice.parameter for choice in question.choices}
    match question.kind:
        case Kind.YES_NO | Kind.RULES:
            return {"yes": True, "no": False}.get(value)
        case Kind.MULTI if question.choices:
            return [parameters[one] for one in value]
        case Kind.MULTI:
            return [text.strip() for text in value.split(",") if text.strip()]
        case Kind.CHOICE if question.choices:
            return parameters.get(value)
        case _:
            return value
