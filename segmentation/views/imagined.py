"""What both sides' what-if pages do: choose a rule, show its values, and tell what would follow of others."""

from collections.abc import Callable, Collection
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from criteria.explain import Explanation
from criteria.fields import RuleKind
from partners.models import Partner
from segmentation import queries
from segmentation.forms.what_if import WhatIfForm
from segmentation.forms.why import RulePicker

Veil = Callable[[Explanation], Explanation]


def imagine(
    request: HttpRequest, *, partner: Partner, kinds: Collection[RuleKind], veil: Veil = lambda one: one
) -> dict[str, Any]:
    """Return what the page shows. The rule stands in the address; the values come from the form.

    `kinds` are those of which the reader may know, `veil` hides clauses that are not for them.
    """
    picker = RulePicker(request.GET or None, kinds=kinds, published=True)
    context: dict[str, Any] = {"picker": picker, "refused": False}
    if not picker.is_bound or not picker.is_valid():
        return context | {"refused": picker.is_bound and bool(picker.errors)}
    kind, definition = picker.picked
    at = timezone.now()
    now = queries.why(partner=partner, kind=kind, definition=definition, at=at)
    context |= {"kind": kind, "definition": definition, "now": now, "rule_name": queries.name_of(definition)}
    if now.explanation is None or now.asked is None:
        return context
    found = queries.questions(veil(now.explanation))
    form = WhatIfForm(request.POST if request.method == "POST" else None, questions=found.asked)
    context |= {"form": form, "fixed": found.fixed}
    if not form.is_bound:
        return context
    if not form.is_valid():
        return context | {"refused": True}
    substitutes = form.substitutes
    if not substitutes:
        return context | {"nothing": _("Everything is as it is now. Change a value to see what would follow.")}
    outcome = queries.outcome(partner=partner, criteria=now.asked.criteria, substitutes=substitutes, at=at, kinds=kinds)
    after = veil(outcome.explanation) if outcome.explanation is not None else None
    return context | {"outcome": outcome, "after": after, "refused": bool(outcome.error)}
