"""The formula editor of a measure: blocks at the left, what they come to at the right.

It works as the rule editor does: every button posts the whole form, with or without JavaScript, and whatever is posted
is kept in the draft at once, finished or not. Only publishing asks whether it is sound.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import vendor_view
from accounts.permissions import Permission
from core.models import DefinitionVersion
from core.refusals import Refusal
from core.services import versions
from criteria import checks
from criteria.fields import Catalog, RuleKind, registry
from partners.models import Partner
from partners.services import publications
from segmentation.forms import formula_acts, formula_form, formula_rows, rule_form, rule_options
from segmentation.models import Measure
from segmentation.queries import worth
from segmentation.queries.measures import words_of
from segmentation.services import drafts

TRIED_CHOICES = 20


@vendor_view(Permission.MANAGE_MEASURES)
@require_http_methods(["GET", "HEAD", "POST"])
def measure_formula(request: HttpRequest, public_id: str) -> HttpResponse:
    """Write the formula of a measure's draft, with what it comes to shown while typing."""
    measure = get_object_or_404(Measure, public_id=public_id, retired_at__isnull=True)
    catalog = registry.catalog()
    if request.method != "POST":
        return _answer(request, Editor.opened(measure, catalog))
    editor = Editor.posted(measure, catalog, request.POST)
    is_typing = "X-Changed-Field" in request.headers
    act = "" if is_typing else request.POST.get("act", "")
    if act == "publish":
        return _publish(request, editor)
    if act == "discard":
        return _discard(request, editor)
    _act(request, editor, act)
    if act == "later" and not (editor.conflict or editor.refused):
        return _leave(request, editor.publish_page)
    return _answer(request, editor, is_typing=is_typing, status=409 if editor.conflict else 200)


@dataclass
class Editor:
    """A formula being written. `seen` is the stamp of the text the writer had before them."""

    measure: Measure
    catalog: Catalog
    document: formula_form.Document
    seen: str
    layout: str = ""
    focus: str = ""
    saved: str = ""
    note: str = ""
    conflict: versions.Conflict | None = None
    refused: list[str] = field(default_factory=list)

    @classmethod
    def opened(cls, measure: Measure, catalog: Catalog) -> "Editor":
        """Return the draft's formula, else the published one, else a block to choose."""
        version = drafts.current(measure)
        return cls(measure, catalog, _formula_of(version), drafts.stamp(version))

    @classmethod
    def posted(cls, measure: Measure, catalog: Catalog, data: Any) -> "Editor":
        """Return what a form sent."""
        editor = cls(measure, catalog, formula_form.read(data, catalog), data.get("seen", ""))
        editor.layout, editor.note = data.get("layout", ""), data.get("note", "")[:500]
        return editor

    @property
    def stored(self) -> Mapping[str, Any]:
        """The document as the draft keeps it: while nothing is chosen, nothing is written."""
        return drafts.NOTHING_YET if self.document == formula_form.NOTHING else self.document

    def stands(self, version: DefinitionVersion | None, *, saved: str = "") -> None:
        """Take a version for what the writer has before them from now on."""
        self.seen, self.saved, self.conflict = drafts.stamp(version), saved, None

    def shows(self, version: DefinitionVersion | None, *, saved: str = "") -> None:
        """Show a version's formula instead of the one that was posted."""
        self.document = _formula_of(version)
        self.stands(version, saved=saved)

    @property
    def home(self) -> str:
        """The page of the measure."""
        return reverse("vendor:measure-detail", args=[self.measure.public_id])

    @property
    def publish_page(self) -> str:
        """The page that plans the draft for a day."""
        return reverse("vendor:measure-publish", args=[self.measure.public_id])


def _formula_of(version: DefinitionVersion | None) -> formula_form.Document:
    document = drafts.criteria_of(version)
    return dict(formula_form.NOTHING) if document == drafts.NOTHING_YET else document


# --- what is posted


def _act(request: HttpRequest, editor: Editor, act: str) -> None:
    """Do what a button says and keep the draft."""
    given: dict[str, Any] = {"definition": editor.measure, "by": request.user, "at": timezone.now()}
    if act == "theirs":
        version = drafts.give_way(mine=dict(editor.stored), **given)
        editor.shows(version, saved=_("These are theirs. Undo brings back yours."))
        return
    if act == "mine":
        editor.seen = request.POST.get("theirs", "")
    elif act and act not in {"save", "preview", "undo", "redo", "later"}:
        done = formula_acts.apply(editor.document, act, editor.catalog)
        editor.document, editor.focus = done.document, done.focus
    if not _keep(editor, given):
        return
    if act in {"undo", "redo"}:
        step = drafts.undo if act == "undo" else drafts.redo
        editor.shows(step(**given), saved=_("Saved just now"))
    elif act == "save" and not request.headers.get("HX-Request"):
        messages.success(request, _("Draft saved. Nothing changes for partners until you publish it."))


def _keep(editor: Editor, given: dict[str, Any]) -> bool:
    """Keep what was posted in the draft, unless somebody else wrote meanwhile."""
    try:
        version = drafts.save(criteria=dict(editor.stored), seen=editor.seen, **given)
    except versions.Conflict as conflict:
        editor.conflict = conflict
        return False
    except Refusal as refusal:
        editor.refused.append(str(refusal))
        return False
    is_draft = version is not None and version.state == "draft"
    editor.stands(version, saved=_("Saved just now") if is_draft else "")
    return True


def _publish(request: HttpRequest, editor: Editor) -> HttpResponse:
    try:
        drafts.publish(
            kind=RuleKind.MEASURE,
            definition=editor.measure,
            criteria=editor.document,
            seen=editor.seen,
            note=editor.note,
            by=request.user,
            at=timezone.now(),
        )
    except versions.Conflict as conflict:
        editor.conflict = conflict
        return _answer(request, editor, status=409)
    except Refusal as refusal:
        editor.refused.append(str(refusal))
        return _answer(request, editor, status=409)
    except ValidationError as error:
        unfinished = checks.check_formula(editor.document, editor.catalog)
        editor.refused += [_("Some blocks are not finished. They are marked below.")] if unfinished else error.messages
        return _answer(request, editor, status=422)
    messages.success(request, _("Published. Whatever asks for this measure is worked out anew within seconds."))
    return _leave(request, editor.home)


def _discard(request: HttpRequest, editor: Editor) -> HttpResponse:
    draft = versions.existing_draft_of(editor.measure)
    if draft is not None and versions.published_of(editor.measure) is not None:
        versions.discard(version=draft, by=request.user, at=timezone.now())
        messages.success(request, _("The draft is discarded."))
    return _leave(request, editor.home)


def _leave(request: HttpRequest, address: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


# --- rendering


def _answer(request: HttpRequest, editor: Editor, *, is_typing: bool = False, status: int = 200) -> HttpResponse:
    """Return the page, or with htmx only the parts that changed.

    While somebody types, the controls stay as they are, unless other ones are needed.
    """
    context = _context(request, editor)
    if not request.headers.get("HX-Request"):
        return render(request, "segmentation/vendor/measures/formula.html", context, status=status)
    same_controls = is_typing and context["layout"] == editor.layout
    name = "_typed" if same_controls else "_changed"
    response = render(request, f"segmentation/vendor/measures/{name}.html", context)
    if same_controls:
        response["HX-Reswap"] = "none"
    return response


def _context(request: HttpRequest, editor: Editor) -> dict[str, Any]:
    problems = checks.check_formula(editor.document, editor.catalog)
    tree = formula_rows.rows(editor.document, editor.catalog, problems)
    texts = drafts.texts(editor.measure)
    version = texts.current
    can_undo, can_redo = drafts.steps(version)
    return {
        **_tried(request, editor, tree),
        "editor": editor,
        "measure": editor.measure,
        "tree": tree,
        "blocks": list(tree.flat),
        "layout": formula_rows.layout(tree),
        "published": texts.published,
        "is_draft": version is not None and version.state == "draft",
        "plan": publications.plan_of(texts.draft),
        "version": version,
        "can_undo": can_undo,
        "can_redo": can_redo,
        "sentences": _both_texts(editor) if editor.conflict else None,
        "act_focus": editor.focus,
        "preview": worth.preview_of(
            editor.document,
            problems,
            measure=editor.measure,
            visible=Partner.objects.visible_to(request.user),
            at=timezone.now(),
        ),
        **controls(editor.catalog),
    }


def controls(catalog: Catalog) -> dict[str, Any]:
    """Return what the controls of figures and conditions offer, the same for all of them."""
    return {
        "windows": [(key, str(label)) for key, label in rule_options.WINDOW_LABELS.items()],
        "units": [(unit, _(unit)) for unit in rule_form.UNITS],
        "periods": [(period, _(period.replace("_", " "))) for period in rule_form.PERIODS],
        "area_options": rule_options.area_options(),
        "picker_options": rule_options.options_html(rule_options.picker_options(catalog)),
        "block_options": rule_options.options_html(formula_rows.picker_options(catalog, inner=True)),
    }


def _tried(request: HttpRequest, editor: Editor, tree: formula_rows.BlockRow) -> dict[str, Any]:
    """Return the partner whose value is shown and others to choose from, and note at each block what it comes to."""
    visible = Partner.objects.visible_to(request.user)
    text, chosen = request.POST.get("find", "").strip(), request.POST.get("partner", "")
    found = visible.matching(text) if text else visible.order_by("pk")
    choices = sorted(found[:TRIED_CHOICES], key=lambda partner: partner.name.casefold())
    partner = next((one for one in choices if str(one.public_id) == chosen), next(iter(choices), None))
    if partner is not None:
        values = worth.parts_of_value(
            {row.pointer: row.document for row in tree.flat},
            measure=editor.measure,
            partner=partner,
            catalog=editor.catalog,
            visible=visible,
            at=timezone.now(),
        )
        for row in tree.flat:
            row.now = values.get(row.pointer, "")
    return {"tried": partner, "choices": choices, "find": text}


def _both_texts(editor: Editor) -> dict[str, str]:
    theirs = drafts.current(editor.measure)
    return {
        "theirs": words_of(_formula_of(theirs)),
        "mine": words_of(editor.document),
        "stamp": drafts.stamp(theirs),
    }
