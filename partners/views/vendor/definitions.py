"""What the vendor's pages of categories, tiers and life stages share: edit, publish, discard, read an old version."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.access import allowed
from accounts.permissions import Permission
from core.models import DefinitionVersion, Program, VersionState
from core.services import translations, versions
from criteria.fields import RuleKind, registry
from partners.forms.definitions import DefinitionForm, PublishForm, TranslationForm, add_refusal
from partners.queries import languages, texts
from partners.services import definitions, publications

Trail = list[tuple[str, str]]
PAGE_SIZE = 50


@dataclass(frozen=True, kw_only=True)
class DraftPages:
    """How the pages that publish, plan and restore look for one kind of definition.

    Their addresses are named `<noun>-<verb>`; `writing` is the verb of the page where the draft is written.
    """

    noun: str
    kind: RuleKind
    model: type[models.Model]
    permission: Permission
    list_name: str
    list_label: str | Promise
    #: What a definition of this kind is, and of what; names alone ("Gold") do not tell.
    what: Callable[[Any], str]
    writing: str = "edit"
    #: How it is taken back into use, where that can be.
    restore: Callable[..., bool] | None = None

    @property
    def criteria_kind(self) -> str:
        """What the criteria editor calls definitions of this kind."""
        return str(self.kind)

    def url(self, verb: str, definition: Any, *further: Any) -> str:
        """Return the address of a page of a definition."""
        return reverse(f"vendor:{self.noun}-{verb}", args=[definition.public_id, *further])

    def writing_url(self, definition: Any) -> str:
        """Return the address where the draft is written."""
        return self.url(self.writing, definition)

    def draft_urls(self, definition: Any) -> dict[str, str]:
        """Return where a draft is published, thrown away, and its plan taken back."""
        return {f"{verb}_url": self.url(verb, definition) for verb in ("publish", "discard", "unplan")}

    def get(self, public_id: Any) -> Any:
        """Return the definition, or answer 404."""
        return get_object_or_404(self.model, public_id=public_id)

    def above(self, definition: Any = None) -> Trail:
        """Return the way to a definition: the list."""
        return [(str(self.list_label), reverse(self.list_name))]

    def trail(self, definition: Any) -> Trail:
        """Return the way to a page of a definition."""
        return [*self.above(definition), (str(definition), self.url("detail", definition))]

    def publish_lead(self, definition: Any) -> str:
        """Return what publishing means."""
        return _("What is published holds at once, for every partner, and is never changed afterwards.")

    def publish(self, **given: Any) -> bool:
        """Publish a draft."""
        return definitions.publish(kind=self.kind, for_readers=True, **given)

    def changes(self, published: Any, draft: Any) -> list[texts.Change]:
        """Return what publishing the draft would change, text by text."""
        return texts.changes_of(published, draft)

    def impact_url(self, definition: Any) -> str:
        """Return the panel that counts who would come and go, where an app above serves one."""
        try:
            return reverse("vendor:definition-impact-panel", args=[self.criteria_kind, definition.public_id])
        except NoReverseMatch:
            return ""

    def may_edit(self, request: HttpRequest, definition: Any) -> bool:
        """Whether the reader may write this definition."""
        return allowed(request.user, self.permission) and getattr(definition, "retired_at", None) is None


@dataclass(frozen=True, kw_only=True)
class Pages(DraftPages):
    """How all pages look for a kind of definition with texts for readers: categories, tiers, life stages."""

    form: type[DefinitionForm]
    edit: Callable[..., list[str]]
    retire: Callable[..., bool]
    #: What becomes of those who have it, for the page that asks for confirmation.
    retire_text: str | Promise

    def context(self, request: HttpRequest, definition: Any, *, in_words: bool = True) -> dict[str, Any]:
        """Return what every page of a definition shows, and its criteria in words where they are shown."""
        current = list(definition.versions.exclude(state=VersionState.SUPERSEDED))
        published = texts.of_state(current, VersionState.PUBLISHED)
        draft = texts.of_state(current, VersionState.DRAFT)
        catalog = registry.catalog() if in_words else None
        shown = published or draft
        may_edit = self.may_edit(request, definition)
        return {
            "definition": definition,
            "published": published,
            "draft": draft,
            "criteria": texts.criteria_of(published, catalog) if in_words and published else "",
            "draft_criteria": texts.criteria_of(draft, catalog) if in_words and draft else "",
            "may_edit": may_edit,
            "may_flag": allowed(request.user, Permission.EDIT_PARTNERS),
            "may_restore": self.restore is not None
            and definition.retired_at is not None
            and allowed(request.user, self.permission),
            "plan": publications.plan_of(draft),
            "said": texts.texts_for_readers(shown) if shown is not None else [],
            "completeness": languages.completeness(draft or shown) if shown is not None else [],
            "kind": self.criteria_kind,
            "over": self.what(definition),
            "detail_url": self.url("detail", definition),
            "edit_url": self.url("edit", definition),
            **self.draft_urls(definition),
            "retire_url": self.url("retire", definition),
            "languages_url": self.url("languages", definition) if may_edit else "",
            "restore_url": self.url("restore", definition) if self.restore is not None else "",
        }


def edit_page(request: HttpRequest, pages: Pages, definition: Any) -> HttpResponse:
    """Edit the texts of the draft. Looking makes no draft; saving does."""
    published, draft = versions.published_of(definition), versions.existing_draft_of(definition)
    form = pages.form(
        request.POST or None, instance=_copy(definition, draft or published), definition=definition, draft=draft
    )
    if request.method == "POST" and form.is_valid() and _saved(request, pages, definition, form):
        return redirect(pages.url("detail", definition))
    context = {
        "form": form,
        "definition": definition,
        "over": pages.what(definition),
        "trail": pages.trail(definition),
        "has_published": published is not None,
        "cancel_url": pages.url("detail", definition),
    }
    return render(request, "partners/vendor/definitions/edit.html", context, status=_status(form))


def publish_page(request: HttpRequest, pages: DraftPages, definition: Any) -> HttpResponse:
    """Show what a draft changes, and publish it."""
    draft = versions.existing_draft_of(definition)
    if draft is None:
        messages.info(request, _("There is no draft to publish."))
        return redirect(pages.url("detail", definition))
    plan = publications.plan_of(draft)
    planned = {"publish_on": plan.publish_on, "tell_ahead_days": plan.tell_ahead_days} if plan else {}
    form = PublishForm(request.POST or None, initial={"note": draft.note, **planned})
    if request.method == "POST" and form.is_valid() and _published(request, pages, draft, form):
        return redirect(pages.url("detail", definition))
    published = versions.published_of(definition)
    completeness = languages.completeness(draft)
    context = {
        "form": form,
        "definition": definition,
        "draft": draft,
        "published": published,
        "changes": pages.changes(published, draft),
        "plan": plan,
        "completeness": completeness,
        "unsaid": texts.unsaid(draft),
        "impact_url": pages.impact_url(definition),
        "edit_url": pages.writing_url(definition),
        "languages_url": pages.url("languages", definition) if completeness else "",
        "lead": pages.publish_lead(definition),
        "over": pages.what(definition),
        "trail": pages.trail(definition),
        "cancel_url": pages.url("detail", definition),
    }
    return render(request, "partners/vendor/definitions/publish.html", context, status=_status(form))


def discard_page(request: HttpRequest, pages: DraftPages, definition: Any) -> HttpResponse:
    """Ask whether to throw the draft away, and do it."""
    draft = versions.existing_draft_of(definition)
    if request.method == "POST":
        if draft is not None:
            versions.discard(version=draft, by=request.user, at=timezone.now())
            messages.success(request, _("The draft was discarded."))
        return redirect(pages.url("detail", definition))
    context = {
        "definition": definition,
        "draft": draft,
        "over": pages.what(definition),
        "trail": pages.trail(definition),
        "cancel_url": pages.url("detail", definition),
    }
    return render(request, "partners/vendor/definitions/discard.html", context)


def retire_page(request: HttpRequest, pages: Pages, definition: Any) -> HttpResponse:
    """Ask whether to take a definition out of use, and do it, or say what still needs it."""
    refusal = None
    above = pages.above(definition)
    if request.method == "POST":
        try:
            pages.retire(definition, by=request.user, at=timezone.now())
        except ValidationError as error:
            refusal = error
        else:
            messages.success(request, _("%(name)s is retired.") % {"name": definition})
            return redirect(above[-1][1])
    context = {
        "definition": definition,
        "text": pages.retire_text,
        "refusal": refusal,
        "over": pages.what(definition),
        "trail": pages.trail(definition),
        "cancel_url": pages.url("detail", definition),
    }
    return render(request, "partners/vendor/definitions/retire.html", context, status=422 if refusal else 200)


def versions_page(
    request: HttpRequest, pages: Pages, definition: Any, *, rows: Any = None, extra: dict[str, Any] | None = None
) -> HttpResponse:
    """List what was ever published."""
    if rows is None:
        rows = definition.versions.exclude(state=VersionState.DRAFT).select_related("published_by").order_by("-number")
    entries = [(row, pages.url("version", definition, row.number)) for row in rows]
    context = (
        pages.context(request, definition, in_words=False)
        | {"entries": entries, "trail": pages.above(definition)}
        | (extra or {})
    )
    return render(request, "partners/vendor/definitions/versions.html", context)


def version_page(
    request: HttpRequest, pages: Pages, definition: Any, number: int, *, members: Callable[[Any], Any] | None = None
) -> HttpResponse:
    """Read one version as it was published; with `members`, who was in the definition while it held."""
    version = (
        definition.versions.filter(number=number)
        .exclude(state=VersionState.DRAFT)
        .select_related("published_by")
        .first()
    )
    if version is None:
        raise Http404
    context = {
        "definition": definition,
        "version": version,
        "texts": texts.texts_of(version),
        "page": Paginator(members(version), PAGE_SIZE).get_page(request.GET.get("page")) if members else None,
        "over": pages.what(definition),
        "trail": [*pages.trail(definition), (_("Versions"), pages.url("versions", definition))],
    }
    return render(request, "partners/vendor/definitions/version.html", context)


def create_page(
    request: HttpRequest,
    form: Any,
    *,
    create: Callable[[Any], Any],
    title: str,
    trail: Trail,
    after: Callable[[Any], str],
) -> HttpResponse:
    """Ask for a new definition, make it with `create`, and go to where `after` says."""
    if request.method == "POST" and form.is_valid():
        try:
            made = create(form)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("%(name)s was made.") % {"name": made})
            return redirect(after(made))
    context = {"form": form, "title": title, "trail": trail, "cancel_url": trail[-1][1]}
    return render(request, "partners/vendor/definitions/create.html", context, status=_status(form))


def _copy(definition: Any, version: DefinitionVersion | None) -> Any:
    """Return a version in memory with the texts to begin from, so that a form never touches the real one."""
    model = definition.versions.model
    copied = {name: getattr(version, name) for name in versions.texts_of(model)} if version else {}
    return model(**copied)


def _saved(request: HttpRequest, pages: Pages, definition: Any, form: DefinitionForm) -> bool:
    try:
        changed = pages.edit(
            definition,
            by=request.user,
            at=timezone.now(),
            own=form.own_changes,
            texts=form.text_changes,
            expected=form.cleaned_data["expected"],
        )
    except ValidationError as refusal:
        add_refusal(form, refusal)
        return False
    messages.success(request, _("Saved.") if changed else _("Nothing changed."))
    return True


def unplan_page(request: HttpRequest, pages: DraftPages, definition: Any) -> HttpResponse:
    """Take the plan to publish the draft back."""
    plan = publications.plan_of(versions.existing_draft_of(definition))
    if plan is not None and publications.unplan(plan=plan, by=request.user, at=timezone.now()):
        messages.success(request, _("The plan is taken back. The draft stays."))
    return redirect(pages.url("detail", definition))


def restore_page(request: HttpRequest, pages: DraftPages, definition: Any) -> HttpResponse:
    """Take a retired definition back into use, or say why that cannot be."""
    if pages.restore is None:
        raise Http404
    try:
        if pages.restore(definition, by=request.user, at=timezone.now()):
            messages.success(request, _("%(name)s is in use again.") % {"name": definition})
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(pages.url("detail", definition))


def languages_page(request: HttpRequest, pages: Pages, definition: Any) -> HttpResponse:
    """Write the texts in another language beside the original; saved into the draft."""
    published, draft = versions.published_of(definition), versions.existing_draft_of(definition)
    version = draft or published
    known = Program.current().further_languages
    asked = request.POST.get("language") or request.GET.get("language") or next(iter(known), "")
    context = {
        "definition": definition,
        "over": pages.what(definition),
        "trail": pages.trail(definition),
        "completeness": languages.completeness(version) if version is not None else [],
        "cancel_url": pages.url("detail", definition),
        "here": pages.url("languages", definition),
        "language": asked,
        "language_name": known.get(asked, ""),
        "may_set_languages": allowed(request.user, Permission.MANAGE_PROGRAM),
    }
    if version is None or asked not in known:
        return render(request, "partners/vendor/definitions/languages.html", context)
    form = TranslationForm(request.POST or None, version=version, language=asked, draft=draft)
    if request.method == "POST" and form.is_valid() and _translated(request, pages, definition, version, form, asked):
        return redirect(f"{pages.url('languages', definition)}?language={asked}")
    original = {name: getattr(version, name, "") or str(definition) for name in form.names}
    context |= {"form": form, "rows": [(form[name], original[name], form.still(name)) for name in form.names]}
    return render(request, "partners/vendor/definitions/languages.html", context, status=_status(form))


def _translated(
    request: HttpRequest, pages: Pages, definition: Any, version: Any, form: TranslationForm, language: str
) -> bool:
    said = {**version.translations, language: form.texts}
    who: dict[str, Any] = {"by": request.user, "at": timezone.now()}
    try:
        with transaction.atomic():
            changed = bool(
                pages.edit(
                    definition,
                    own={},
                    texts={"translations": translations.cleaned(said, translatable=version.translatable)},
                    expected=form.cleaned_data["expected"],
                    **who,
                )
            )
            if form.confirmed:
                draft = versions.draft_of(definition=definition, **who)
                changed |= versions.confirm_translations(version=draft, language=language, names=form.confirmed, **who)
    except ValidationError as refusal:
        add_refusal(form, refusal)
        return False
    messages.success(request, _("Saved in the draft.") if changed else _("Nothing changed."))
    return True


def _published(request: HttpRequest, pages: DraftPages, draft: DefinitionVersion, form: PublishForm) -> bool:
    expected = request.POST.get("expected", "")
    given: dict[str, Any] = {
        "version": draft,
        "by": request.user,
        "at": timezone.now(),
        "note": form.cleaned_data["note"],
        "expected": int(expected) if expected.isdigit() else None,
    }
    is_plan = request.POST.get("act") == "plan"
    if is_plan and form.cleaned_data["publish_on"] is None:
        form.add_error("publish_on", _("Choose the day from which it is to hold."))
        return False
    try:
        if is_plan:
            asked = {name: form.cleaned_data[name] for name in ("publish_on", "tell_ahead_days")}
            plan = publications.plan(**given, **asked)
            messages.success(request, _("It is planned for %(day)s.") % {"day": date_format(plan.publish_on)})
            return True
        pages.publish(**given)
    except ValidationError as refusal:
        _say_refusal(form, refusal, draft)
        return False
    messages.success(request, _("Version %(number)s is published.") % {"number": draft.number})
    return True


def _say_refusal(form: PublishForm, refusal: ValidationError, draft: DefinitionVersion) -> None:
    """Show a refusal; one about a text of the draft names the text, for the form has no field of it."""
    if not hasattr(refusal, "error_dict"):
        form.add_error(None, refusal)
        return
    for name, errors in refusal.error_dict.items():
        if name in form.fields:
            form.add_error(name, errors)
        else:
            label = texts.label_of_text(draft, name)
            form.add_error(None, [f"{label}: {message}" for error in errors for message in error.messages])


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200
