"""The rule editor: one page for the criteria of segments, categories, tiers and life stages.

Every button posts the whole form, so that the page works without JavaScript; with it only the tree or the preview is
exchanged. What was typed is never lost: a conflict or a fault brings back the same page.
"""

import json
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core.refusals import Refusal
from core.services import versions
from criteria import checks
from criteria.fields import Catalog, RuleKind, registry
from criteria.tree import CriteriaError, Problem, parse
from partners.models import Partner, Region
from partners.services import definitions
from segmentation import engine, queries
from segmentation.forms import rule_form, rule_rows

PERMISSIONS = {
    RuleKind.SEGMENT: Permission.MANAGE_SEGMENTS,
    RuleKind.CATEGORY: Permission.MANAGE_CATEGORIES,
    RuleKind.TIER: Permission.MANAGE_TIERS,
    RuleKind.STAGE: Permission.MANAGE_LIFE_STAGES,
}
HOMES = {
    RuleKind.SEGMENT: "vendor:segment-detail",
    RuleKind.CATEGORY: "vendor:category-detail",
    RuleKind.TIER: "vendor:tier-detail",
    RuleKind.STAGE: "vendor:life-stage-detail",
}


@vendor_view(*PERMISSIONS.values())
@require_http_methods(["GET", "HEAD", "POST"])
def criteria_edit(request: HttpRequest, kind: str, public_id: str) -> HttpResponse:
    """Edit the criteria of a definition's draft, with what they pick shown while typing."""
    rule_kind, definition = _definition(request, kind, public_id)
    catalog = registry.catalog()
    if request.method != "POST":
        return _page(request, Editor.opened(rule_kind, definition, catalog))
    editor = Editor(
        rule_kind, definition, catalog, rule_form.read(request.POST, catalog), request.POST.get("expected", "")
    )
    # While somebody types, the form itself asks for a preview: a button pressed just before is not its act.
    act = "" if request.headers.get("HX-Trigger") == "rule-form" else request.POST.get("act", "")
    if act in {"save", "publish"}:
        return _save(request, editor, publish=act == "publish")
    if act == "discard":
        return _discard(request, editor)
    if act and act != "preview":
        editor.document = rule_form.apply(editor.document, act, catalog)
        return _tree_or_page(request, editor)
    changed = request.headers.get("HX-Trigger-Name", "") or request.headers.get("X-Changed-Field", "")
    if act == "" and changed.endswith(rule_form.REDRAWS):
        return _tree_or_page(request, editor)
    if request.headers.get("HX-Request"):
        return _preview_alone(request, editor)
    return _page(request, editor)


@dataclass
class Editor:
    """A document being edited, and for which definition. `expected` is the row version of the draft that was opened."""

    kind: RuleKind
    definition: Any
    catalog: Catalog
    document: rule_form.Document
    expected: str = ""

    @classmethod
    def opened(cls, kind: RuleKind, definition: Any, catalog: Catalog) -> "Editor":
        """Return the draft's criteria, else the published ones, else an empty group."""
        draft = versions.existing_draft_of(definition)
        version = draft or versions.published_of(definition)
        criteria = (version.criteria if version else None) or {"combinator": "and", "not": False, "rules": []}
        return cls(kind, definition, catalog, criteria, str(draft.version) if draft else "")

    @property
    def problems(self) -> list[Problem]:
        """What keeps the document from being published."""
        return checks.check(json.loads(json.dumps(self.document)), self.catalog)

    @property
    def home(self) -> str:
        """The page of the definition."""
        return reverse(HOMES[self.kind], args=[self.definition.public_id])


def _save(request: HttpRequest, editor: Editor, *, publish: bool) -> HttpResponse:
    problems = editor.problems
    if publish and problems:
        messages.error(request, _("Some rules are not finished. They are marked below."))
        return _page(request, editor, status=422)
    at = timezone.now()
    try:
        draft = versions.draft_of(definition=editor.definition, by=request.user, at=at)
        versions.save_draft(
            version=draft,
            by=request.user,
            at=at,
            changes={"criteria": editor.document},
            expected=int(editor.expected) if editor.expected.isdigit() else None,
        )
        if publish:
            definitions.publish(kind=editor.kind, version=draft, by=request.user, at=at)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _page(request, editor, status=409)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return _page(request, editor, status=422)
    if publish:
        messages.success(request, _("Published. Partners move in and out within seconds."))
        return redirect(editor.home)
    messages.success(request, _("Draft saved. Nothing changes for partners until you publish it."))
    return redirect("vendor:criteria-edit", editor.kind.value, editor.definition.public_id)


def _discard(request: HttpRequest, editor: Editor) -> HttpResponse:
    draft = versions.existing_draft_of(editor.definition)
    if draft is not None and versions.published_of(editor.definition) is not None:
        versions.discard(version=draft, by=request.user, at=timezone.now())
        messages.success(request, _("The draft is discarded."))
    return redirect(editor.home)


# --- rendering


def _context(request: HttpRequest, editor: Editor) -> dict[str, Any]:
    problems = editor.problems
    return {
        "editor": editor,
        "definition": editor.definition,
        "kind": editor.kind.value,
        "tree": rule_rows.rows(editor.document, editor.catalog, problems),
        "windows": [(key, _(label)) for key, label in rule_rows.WINDOW_LABELS.items()],
        "units": [(unit, _(unit)) for unit in rule_form.UNITS],
        "periods": [(period, _(period.replace("_", " "))) for period in rule_form.PERIODS],
        "preview": _preview(request, editor, problems),
        "home": editor.home,
        "published": versions.published_of(editor.definition),
    }


def _preview(request: HttpRequest, editor: Editor, problems: list[Problem]) -> dict[str, Any]:
    """Return what the finished rules pick; unfinished ones are left out and counted."""
    visible = Partner.objects.visible_to(request.user)
    document, left_out = rule_form.pruned(editor.document, problems)
    try:
        match = engine.preview(parse(document), at=timezone.now(), visible=visible)
    except CriteriaError as error:
        return {"error": str(error), "left_out": left_out}
    names = dict(Region.objects.filter(pk__in=[pk for pk, _n in match.regions if pk]).values_list("id", "name"))
    partners = {one.pk: one for one in visible.filter(pk__in=match.sample).select_related("region")}
    return {
        "match": match,
        "left_out": left_out,
        "sentence": queries.sentence_of(document),
        "regions": [(names.get(pk or 0, _("No region")), n) for pk, n in match.regions[:6]],
        "top": max((n for _pk, n in match.regions), default=1),
        "sample": [partners[pk] for pk in match.sample if pk in partners],
        "everybody": not document["rules"],
    }


def _page(request: HttpRequest, editor: Editor, status: int = 200) -> HttpResponse:
    return render(request, "segmentation/vendor/criteria/edit.html", _context(request, editor), status=status)


def _tree_or_page(request: HttpRequest, editor: Editor) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        return _page(request, editor)
    return render(request, "segmentation/vendor/criteria/_changed.html", _context(request, editor))


def _preview_alone(request: HttpRequest, editor: Editor) -> HttpResponse:
    response = render(request, "segmentation/vendor/criteria/_preview_oob.html", _context(request, editor))
    response["HX-Reswap"] = "none"
    return response


def _definition(request: HttpRequest, kind: str, public_id: str) -> tuple[RuleKind, Any]:
    try:
        rule_kind = RuleKind(kind)
    except ValueError:
        raise Http404 from None
    if not allowed(request.user, PERMISSIONS[rule_kind]):
        raise PermissionDenied(_("Your role does not include these criteria. A program admin can change that."))
    return rule_kind, get_object_or_404(queries.DEFINITIONS[rule_kind], public_id=public_id)
