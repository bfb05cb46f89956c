"""The rule editor: one page for the criteria of segments, categories, tiers and life stages.

Every button posts the whole form, so that the page works without JavaScript; with it only what changed is exchanged.
Whatever is posted is kept in the draft at once, finished or not. Only publishing asks whether it is sound.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core.models import DefinitionVersion
from core.refusals import Refusal
from core.services import versions
from criteria import checks
from criteria.fields import Catalog, RuleKind, registry
from criteria.tree import Problem
from partners.models import Category, CategoryOverride, LifeStage, Partner, Tier, TierOverride
from partners.services import publications
from segmentation import engine, queries
from segmentation.forms import rule_acts, rule_drawing, rule_form, rule_options, rule_rows
from segmentation.models import Segment
from segmentation.queries import previews
from segmentation.services import drafts


@dataclass(frozen=True)
class Subject:
    """A kind of definition that has criteria: which rules they are, who may write them, and where its page is.

    Criteria that are no rule of the book (`rule` is None) are published with the rest of their definition elsewhere.
    """

    rule: RuleKind | None
    model: type[Any]
    permission: Permission
    home: str
    label: str | Promise = ""

    @property
    def kind_label(self) -> str:
        """What definitions of this kind are called."""
        return queries.kind_label(self.rule.value) if self.rule else str(self.label)


SUBJECTS = {
    "segment": Subject(RuleKind.SEGMENT, Segment, Permission.MANAGE_SEGMENTS, "segment-detail"),
    "category": Subject(RuleKind.CATEGORY, Category, Permission.MANAGE_CATEGORIES, "category-detail"),
    "tier": Subject(RuleKind.TIER, Tier, Permission.MANAGE_TIERS, "tier-detail"),
    "stage": Subject(RuleKind.STAGE, LifeStage, Permission.MANAGE_LIFE_STAGES, "life-stage-detail"),
    "category-override": Subject(
        RuleKind.CATEGORY, CategoryOverride, Permission.MANAGE_CATEGORIES, "category-override-detail"
    ),
    "tier-override": Subject(RuleKind.TIER, TierOverride, Permission.MANAGE_TIERS, "tier-override-detail"),
}
#: The page asks for the exact count by itself, after an estimate: nothing is written then.
EXACT = "exact"
#: Asked for by a button of its own, because it looks at all partners several times: nothing is written either.
PAST = "past"


@vendor_view(*{subject.permission: None for subject in SUBJECTS.values()})
@require_http_methods(["GET", "HEAD", "POST"])
def criteria_edit(request: HttpRequest, kind: str, public_id: str) -> HttpResponse:
    """Edit the criteria of a definition's draft, with what they pick shown while typing."""
    return edit_page(request, *_definition(request, kind, public_id))


@vendor_view(Permission.MANAGE_CATEGORIES, Permission.EDIT_REGIONAL_TEXTS)
@require_http_methods(["GET", "HEAD", "POST"])
def category_override_criteria(request: HttpRequest, category_override: str) -> HttpResponse:
    """Edit what a category asks in a region."""
    return edit_page(request, *_regional(request, "category-override", category_override))


@vendor_view(Permission.MANAGE_TIERS, Permission.EDIT_REGIONAL_TEXTS)
@require_http_methods(["GET", "HEAD", "POST"])
def tier_override_criteria(request: HttpRequest, tier_override: str) -> HttpResponse:
    """Edit what a tier asks in a region."""
    return edit_page(request, *_regional(request, "tier-override", tier_override))


def edit_page(request: HttpRequest, subject: "Subject", definition: Any) -> HttpResponse:
    """Edit the criteria of one definition; whoever calls it has asked whether the reader may."""
    catalog = registry.catalog()
    if request.method != "POST":
        return _page(request, Editor.opened(subject, definition, catalog))
    editor = Editor.posted(subject, definition, catalog, request.POST)
    act = "" if _is_typing(request) else request.POST.get("act", "")
    if act == EXACT:
        return _answer(request, editor, thorough=True)
    if act == PAST:
        return _over_time(request, editor)
    if act == "publish" and subject.rule is not None:
        return _publish(request, editor, subject.rule)
    if act == "discard" and subject.rule is not None:
        return _discard(request, editor)
    _act(request, editor, act)
    if act == "later" and subject.rule is not None and not (editor.conflict or editor.refused):
        return _leave(request, editor.publish_page)
    return _answer(request, editor, thorough=False)


@dataclass
class Editor:
    """A document being edited, and for which definition. `seen` is the stamp of the text the writer had before them."""

    subject: Subject
    definition: Any
    catalog: Catalog
    document: rule_form.Document
    seen: str
    layout: str = ""
    focus: str = ""
    saved: str = ""
    note: str = ""
    conflict: versions.Conflict | None = None
    refused: list[str] = field(default_factory=list)

    @classmethod
    def opened(cls, subject: Subject, definition: Any, catalog: Catalog) -> "Editor":
        """Return the draft's criteria, else the published ones, else an empty group."""
        texts = drafts.texts(definition)
        document = rule_form.as_group(drafts.criteria_of(texts.current))
        editor = cls(subject, definition, catalog, document, drafts.stamp(texts.current))
        editor.texts = texts
        return editor

    @classmethod
    def posted(cls, subject: Subject, definition: Any, catalog: Catalog, data: Any) -> "Editor":
        """Return what a form sent."""
        editor = cls(subject, definition, catalog, rule_form.read(data, catalog), data.get("seen", ""))
        editor.layout, editor.note = data.get("layout", ""), data.get("note", "")[:500]
        return editor

    @cached_property
    def texts(self) -> drafts.Texts:
        """The draft and what is published, as they stand in the database."""
        return drafts.texts(self.definition)

    def stands(self, version: DefinitionVersion | None, *, saved: str = "") -> None:
        """Take a version for what the writer has before them from now on."""
        self.__dict__.pop("texts", None)
        self.seen, self.saved, self.conflict = drafts.stamp(version), saved, None

    def shows(self, version: DefinitionVersion | None, *, saved: str = "") -> None:
        """Show a version's criteria instead of those that were posted."""
        self.document = rule_form.as_group(drafts.criteria_of(version))
        self.stands(version, saved=saved)

    @property
    def home(self) -> str:
        """The page of the definition."""
        return reverse(f"vendor:{self.subject.home}", args=[self.definition.public_id])

    @property
    def publish_page(self) -> str:
        """The page that plans the draft for a day."""
        return reverse(f"vendor:{self.subject.home.removesuffix('-detail')}-publish", args=[self.definition.public_id])


# --- what is posted


def _act(request: HttpRequest, editor: Editor, act: str) -> None:
    """Do what a button says and keep the draft."""
    given = {"definition": editor.definition, "by": request.user, "at": timezone.now()}
    if act == "theirs":
        editor.shows(
            drafts.give_way(mine=editor.document, **given), saved=_("These are theirs. Undo brings back yours.")
        )
        return
    if act == "mine":
        editor.seen = request.POST.get("theirs", "")
    elif act and act not in {"save", "preview", "undo", "redo", "later"}:
        done = rule_acts.apply(editor.document, act, editor.catalog)
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
        version = drafts.save(criteria=editor.document, seen=editor.seen, **given)
    except versions.Conflict as conflict:
        editor.conflict = conflict
        return False
    except Refusal as refusal:
        editor.refused.append(str(refusal))
        return False
    is_draft = version is not None and version.state == "draft"
    editor.stands(version, saved=_("Saved just now") if is_draft else "")
    return True


def _publish(request: HttpRequest, editor: Editor, rule: RuleKind) -> HttpResponse:
    try:
        drafts.publish(
            kind=rule,
            definition=editor.definition,
            criteria=editor.document,
            seen=editor.seen,
            note=editor.note,
            by=request.user,
            at=timezone.now(),
        )
    except versions.Conflict as conflict:
        editor.conflict = conflict
        return _answer(request, editor, thorough=False, status=409)
    except Refusal as refusal:
        editor.refused.append(str(refusal))
        return _answer(request, editor, thorough=False, status=409)
    except ValidationError as error:
        unfinished = checks.check(editor.document, editor.catalog)
        editor.refused += [_("Some rules are not finished. They are marked below.")] if unfinished else error.messages
        return _answer(request, editor, thorough=False, status=422)
    messages.success(request, _("Published. Partners move in and out within seconds."))
    return _leave(request, editor.home)


def _discard(request: HttpRequest, editor: Editor) -> HttpResponse:
    draft = versions.existing_draft_of(editor.definition)
    if draft is not None and versions.published_of(editor.definition) is not None:
        versions.discard(version=draft, by=request.user, at=timezone.now())
        messages.success(request, _("The draft is discarded."))
    return _leave(request, editor.home)


def _leave(request: HttpRequest, address: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def _is_typing(request: HttpRequest) -> bool:
    """Whether the form asks by itself: a button pressed just before is not its act then."""
    return "X-Changed-Field" in request.headers


# --- rendering


def _answer(request: HttpRequest, editor: Editor, *, thorough: bool, status: int = 200) -> HttpResponse:
    """Return the page, or with htmx only the parts that changed.

    While somebody types, the controls stay as they are, unless other ones are needed.
    """
    if not request.headers.get("HX-Request"):
        return _page(request, editor, thorough=thorough, status=status)
    context = _context(request, editor, thorough=thorough)
    if thorough:
        return render(request, "segmentation/vendor/criteria/_counted.html", context)
    same_controls = _is_typing(request) and context["layout"] == editor.layout and not editor.focus
    name = "_typed" if same_controls else "_changed"
    response = render(request, f"segmentation/vendor/criteria/{name}.html", context)
    if same_controls or context["quick"]:
        response["HX-Reswap"] = "none"
    return response


def _over_time(request: HttpRequest, editor: Editor) -> HttpResponse:
    """Return how the draft and what is published compare at the end of past quarters, alone to htmx."""
    draft, _odd = _draft(editor, checks.check(editor.document, editor.catalog))
    visible = previews.concerned(draft, Partner.objects.visible_to(request.user))
    past = {"past": previews.over_time(draft, visible=visible, at=timezone.now()), "past_asked": True}
    if request.headers.get("HX-Request"):
        return render(request, "segmentation/vendor/criteria/_past_quarters.html", past)
    context = _context(request, editor, thorough=True) | past
    return render(request, "segmentation/vendor/criteria/edit.html", context)


def _draft(editor: Editor, problems: list[Problem]) -> tuple[previews.Draft, rule_form.Sound]:
    """Return the finished rules as a draft, and what leads from them back to their places in the document."""
    sound = rule_form.pruned(editor.document, problems)
    return (
        previews.Draft(
            editor.subject.rule, editor.definition, sound.document, sound.left_out, published=editor.texts.published
        ),
        sound,
    )


def _page(request: HttpRequest, editor: Editor, *, thorough: bool = False, status: int = 200) -> HttpResponse:
    context = _context(request, editor, thorough=thorough)
    if editor.conflict is not None and status == 200:
        status = 409
    return render(request, "segmentation/vendor/criteria/edit.html", context, status=status)


def _context(request: HttpRequest, editor: Editor, *, thorough: bool) -> dict[str, Any]:
    problems = checks.check(editor.document, editor.catalog)
    draft, sound = _draft(editor, problems)
    texts = editor.texts
    shown = _preview(request, draft, thorough=thorough)
    odd = sound.put_back(shown["impact"].cautions if shown["impact"] else previews.proved(draft))
    tree = rule_drawing.rows(editor.document, editor.catalog, problems, odd, focus=editor.focus)
    version = texts.current
    can_undo, can_redo = drafts.steps(version)
    return {
        **shown,
        "editor": editor,
        "cautions": [one for one in odd if not one.path],
        "definition": editor.definition,
        "kind_label": editor.subject.kind_label,
        "publishes": editor.subject.rule is not None,
        "tree": tree,
        "layout": rule_rows.layout(tree),
        "windows": [(key, str(label)) for key, label in rule_options.WINDOW_LABELS.items()],
        "units": [(unit, _(unit)) for unit in rule_form.UNITS],
        "periods": [(period, _(period.replace("_", " "))) for period in rule_form.PERIODS],
        "area_options": rule_options.area_options(),
        "picker_options": rule_options.options_html(rule_options.picker_options(editor.catalog)),
        "home": editor.home,
        "published": texts.published,
        "is_draft": version is not None and version.state == "draft",
        "plan": publications.plan_of(texts.draft) if editor.subject.rule else None,
        "version": version,
        "can_undo": can_undo,
        "can_redo": can_redo,
        "sentences": _both_texts(editor) if editor.conflict else None,
        "act_focus": editor.focus,
        "quick": bool(request.headers.get("HX-Request")) and request.POST.get("quick") == "1",
    }


def _preview(request: HttpRequest, draft: previews.Draft, *, thorough: bool) -> dict[str, Any]:
    """Return whom a draft picks and what publishing it would change.

    Where there are many partners an estimate comes at once, and the page then asks for everything else.
    """
    visible, at = previews.concerned(draft, Partner.objects.visible_to(request.user)), timezone.now()
    if thorough or not engine.is_large(visible):
        preview, impact = previews.weighed(draft, visible=visible, at=at)
        return {"preview": preview, "impact": impact, "counts_on": False}
    preview = previews.preview(draft, visible=visible, at=at, exact=False)
    return {"preview": preview, "impact": None, "counts_on": preview.match is not None}


def _both_texts(editor: Editor) -> dict[str, str]:
    theirs = drafts.current(editor.definition)
    return {
        "theirs": queries.sentence_of(drafts.criteria_of(theirs)),
        "mine": queries.sentence_of(editor.document),
        "stamp": drafts.stamp(theirs),
    }


def _definition(request: HttpRequest, kind: str, public_id: str) -> tuple[Subject, Any]:
    if kind not in SUBJECTS:
        raise Http404
    subject = SUBJECTS[kind]
    if not allowed(request.user, subject.permission):
        raise PermissionDenied(_("Your role does not include these criteria. A program admin can change that."))
    return subject, get_object_or_404(subject.model, public_id=public_id)


def _regional(request: HttpRequest, kind: str, public_id: str) -> tuple[Subject, Any]:
    subject = SUBJECTS[kind]
    writable = subject.model.objects.editable_by(request.user, subject.permission)
    return subject, get_object_or_404(writable, public_id=public_id)
