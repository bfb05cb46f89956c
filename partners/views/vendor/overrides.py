"""The vendor's pages of what categories and tiers say and ask in single regions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core.models import VersionState
from partners.forms.overrides import (
    CategoryOverrideForm,
    NewCategoryOverrideForm,
    NewTierOverrideForm,
    TierOverrideForm,
)
from partners.models import CategoryOverride, Region, TierOverride
from partners.queries import categories as category_reads
from partners.queries import overrides as reads
from partners.queries import texts
from partners.querysets import granted_regions
from partners.services import overrides
from partners.views.vendor import categories, definitions, tiers
from partners.views.vendor.definitions import Pages, Trail


@dataclass(frozen=True, kw_only=True)
class OverridePages(Pages):
    """The shared pages for overrides of one kind of definition, which stand below the pages of that."""

    subjects: Pages
    new_form: Callable[..., Any]

    @property
    def criteria_kind(self) -> str:
        """What the criteria editor calls them."""
        return f"{self.kind}-override"

    def get(self, public_id: Any) -> Any:
        """Return the override, or answer 404."""
        rows = self.model._default_manager.select_related("region", self.kind.value)
        return get_object_or_404(rows, public_id=public_id)

    def get_writable(self, request: HttpRequest, public_id: Any) -> Any:
        """Return the override if the reader may write it, or answer 404: other regions' texts are read elsewhere."""
        rows = self.model._default_manager.select_related("region", self.kind.value)
        return get_object_or_404(rows.editable_by(request.user, self.permission), public_id=public_id)  # type: ignore[attr-defined]

    def may_edit(self, request: HttpRequest, definition: Any) -> bool:
        """Whether the reader may write it: program admins any, regional ones those of their regions."""
        writable = self.model._default_manager.editable_by(request.user, self.permission)  # type: ignore[attr-defined]
        return definition.retired_at is None and writable.filter(pk=definition.pk).exists()

    def above(self, definition: Any = None) -> Trail:
        """Return the way to an override: the category or tier, and its regions."""
        subject = definition.subject
        return [*self.subjects.trail(subject), (_("In regions"), self.subjects.url("regions", subject))]

    def publish_lead(self, definition: Any) -> str:
        """Return what publishing means here."""
        return _(
            "What is published holds at once for every partner in %(region)s and below, unless a nearer region says"
            " something else. It is never changed afterwards."
        ) % {"region": definition.region}

    def publish(self, **given: Any) -> bool:
        """Publish a draft."""
        return overrides.publish(for_readers=True, **given)


def _pages(subjects: Pages, noun: str, model: Any, form: Any, new_form: Any) -> OverridePages:
    return OverridePages(
        noun=noun,
        kind=subjects.kind,
        model=model,
        permission=subjects.permission,
        list_name=subjects.list_name,
        list_label=subjects.list_label,
        what=lambda override: subjects.what(override.subject),
        form=form,
        edit=lambda override, own, **given: overrides.edit(override=override, **given),
        retire=lambda override, **given: overrides.retire(override=override, **given),
        retire_text=gettext_lazy(
            "The region inherits everything again, at once: words, benefits and criteria. What was published stays"
            " readable."
        ),
        subjects=subjects,
        new_form=new_form,
    )


CATEGORIES = _pages(
    categories.PAGES, "category-override", CategoryOverride, CategoryOverrideForm, NewCategoryOverrideForm
)
TIERS = _pages(tiers.PAGES, "tier-override", TierOverride, TierOverrideForm, NewTierOverrideForm)


# --- of categories


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def category_regions(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """List the regions in which a category says or asks something else."""
    category = categories.PAGES.get(public_id)
    tabs = categories.tabs_of(category, "regions", category_reads.state_counts(category, request.user))
    return render(request, "partners/vendor/categories/regions.html", _regions(request, CATEGORIES, category) | tabs)


@vendor_view(Permission.MANAGE_CATEGORIES, Permission.EDIT_REGIONAL_TEXTS)
@require_http_methods(["GET", "HEAD", "POST"])
def category_override_create(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say something else of a category in a region."""
    return _create(request, CATEGORIES, categories.PAGES.get(public_id))


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def category_override_detail(request: HttpRequest, category_override: UUID) -> HttpResponse:
    """Show what a category says in a region, and what it inherits there."""
    return _detail(request, CATEGORIES, category_override)


@vendor_view(Permission.MANAGE_CATEGORIES, Permission.EDIT_REGIONAL_TEXTS)
@require_http_methods(["GET", "HEAD", "POST"])
def category_override_edit(request: HttpRequest, category_override: UUID) -> HttpResponse:
    """Edit the draft."""
    return definitions.edit_page(request, CATEGORIES, CATEGORIES.get_writable(request, category_override))


@vendor_view(Permission.MANAGE_CATEGORIES, Permission.EDIT_REGIONAL_TEXTS)
@require_http_methods(["GET", "HEAD", "POST"])
def category_override_publish(request: HttpRequest, category_override: UUID) -> HttpResponse:
    """Publish the draft."""
    return definitions.publish_page(request, CATEGORIES, CATEGORIES.get_writable(request, category_override))


@vendor_view(Permission.MANAGE_CATEGORIES, Permission.EDIT_REGIONAL_TEXTS)
@require_http_methods(["GET", "HEAD", "POST"])
def category_override_discard(request: HttpRequest, category_override: UUID) -> HttpResponse:
    """Throw the draft away."""
    return definitions.discard_page(request, CATEGORIES, CATEGORIES.get_writable(request, category_override))


@vendor_view(Permission.MANAGE_CATEGORIES, Permission.EDIT_REGIONAL_TEXTS)
@require_http_methods(["GET", "HEAD", "POST"])
def category_override_retire(request: HttpRequest, category_override: UUID) -> HttpResponse:
    """End what is special in a region."""
    return definitions.retire_page(request, CATEGORIES, CATEGORIES.get_writable(request, category_override))


@vendor_view(Permission.MANAGE_CATEGORIES, Permission.EDIT_REGIONAL_TEXTS)
@require_POST
def category_override_unplan(request: HttpRequest, category_override: UUID) -> HttpResponse:
    """Take the plan to publish the draft back."""
    return definitions.unplan_page(request, CATEGORIES, CATEGORIES.get_writable(request, category_override))


@vendor_view(Permission.MANAGE_CATEGORIES, Permission.EDIT_REGIONAL_TEXTS)
@require_http_methods(["GET", "HEAD", "POST"])
def category_override_languages(request: HttpRequest, category_override: UUID) -> HttpResponse:
    """Write the texts in another language."""
    return definitions.languages_page(request, CATEGORIES, CATEGORIES.get_writable(request, category_override))


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def category_override_versions(request: HttpRequest, category_override: UUID) -> HttpResponse:
    """List what was ever published."""
    return definitions.versions_page(request, CATEGORIES, CATEGORIES.get(category_override))


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def category_override_version(request: HttpRequest, category_override: UUID, number: int) -> HttpResponse:
    """Read one version."""
    return definitions.version_page(request, CATEGORIES, CATEGORIES.get(category_override), number)


# --- of tiers


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def tier_regions(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """List the regions in which a tier gives or asks something else."""
    return render(request, "partners/vendor/tiers/regions.html", _regions(request, TIERS, tiers.PAGES.get(public_id)))


@vendor_view(Permission.MANAGE_TIERS, Permission.EDIT_REGIONAL_TEXTS)
@require_http_methods(["GET", "HEAD", "POST"])
def tier_override_create(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say something else of a tier in a region."""
    return _create(request, TIERS, tiers.PAGES.get(public_id))


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def tier_override_detail(request: HttpRequest, tier_override: UUID) -> HttpResponse:
    """Show what a tier gives and asks in a region, and what it inherits there."""
    return _detail(request, TIERS, tier_override)


@vendor_view(Permission.MANAGE_TIERS, Permission.EDIT_REGIONAL_TEXTS)
@require_http_methods(["GET", "HEAD", "POST"])
def tier_override_edit(request: HttpRequest, tier_override: UUID) -> HttpResponse:
    """Edit the draft."""
    return definitions.edit_page(request, TIERS, TIERS.get_writable(request, tier_override))


@vendor_view(Permission.MANAGE_TIERS, Permission.EDIT_REGIONAL_TEXTS)
@require_http_methods(["GET", "HEAD", "POST"])
def tier_override_publish(request: HttpRequest, tier_override: UUID) -> HttpResponse:
    """Publish the draft."""
    return definitions.publish_page(request, TIERS, TIERS.get_writable(request, tier_override))


@vendor_view(Permission.MANAGE_TIERS, Permission.EDIT_REGIONAL_TEXTS)
@require_http_methods(["GET", "HEAD", "POST"])
def tier_override_discard(request: HttpRequest, tier_override: UUID) -> HttpResponse:
    """Throw the draft away."""
    return definitions.discard_page(request, TIERS, TIERS.get_writable(request, tier_override))


@vendor_view(Permission.MANAGE_TIERS, Permission.EDIT_REGIONAL_TEXTS)
@require_http_methods(["GET", "HEAD", "POST"])
def tier_override_retire(request: HttpRequest, tier_override: UUID) -> HttpResponse:
    """End what is special in a region."""
    return definitions.retire_page(request, TIERS, TIERS.get_writable(request, tier_override))


@vendor_view(Permission.MANAGE_TIERS, Permission.EDIT_REGIONAL_TEXTS)
@require_POST
def tier_override_unplan(request: HttpRequest, tier_override: UUID) -> HttpResponse:
    """Take the plan to publish the draft back."""
    return definitions.unplan_page(request, TIERS, TIERS.get_writable(request, tier_override))


@vendor_view(Permission.MANAGE_TIERS, Permission.EDIT_REGIONAL_TEXTS)
@require_http_methods(["GET", "HEAD", "POST"])
def tier_override_languages(request: HttpRequest, tier_override: UUID) -> HttpResponse:
    """Write the texts in another language."""
    return definitions.languages_page(request, TIERS, TIERS.get_writable(request, tier_override))


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def tier_override_versions(request: HttpRequest, tier_override: UUID) -> HttpResponse:
    """List what was ever published."""
    return definitions.versions_page(request, TIERS, TIERS.get(tier_override))


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def tier_override_version(request: HttpRequest, tier_override: UUID, number: int) -> HttpResponse:
    """Read one version."""
    return definitions.version_page(request, TIERS, TIERS.get(tier_override), number)


# --- what both share


def _regions(request: HttpRequest, pages: OverridePages, subject: Any) -> dict[str, Any]:
    rows = []
    for one in reads.of_definition(subject):
        current = list(one.versions.all())
        published, draft = (texts.of_state(current, state) for state in (VersionState.PUBLISHED, VersionState.DRAFT))
        shown = published or draft
        own = reads.own_labels(shown) if shown else []
        rows.append(
            {"override": one, "published": published, "draft": draft, "own": own, "url": pages.url("detail", one)}
        )
    context = pages.subjects.context(request, subject, in_words=False)
    may_add = subject.retired_at is None and (
        allowed(request.user, pages.permission) or allowed(request.user, Permission.EDIT_REGIONAL_TEXTS)
    )
    return context | {
        "may_add": may_add,
        "trail": pages.subjects.above(subject),
        "rows": rows,
        "create_url": pages.url("create", subject),
        "has_regions": Region.objects.exists(),
        "may_add_regions": allowed(request.user, Permission.MANAGE_REGIONS),
    }


def _regions_to_write_for(request: HttpRequest, pages: OverridePages) -> Any:
    """Return the regions a reader may make texts for; None where that is all."""
    return None if allowed(request.user, pages.permission) else granted_regions(request.user)


def _create(request: HttpRequest, pages: OverridePages, subject: Any) -> HttpResponse:
    def create(form: Any) -> Any:
        return overrides.create(
            subject=subject,
            region=form.cleaned_data["region"],
            by=request.user,
            at=timezone.now(),
            **form.text_changes,
        )

    return definitions.create_page(
        request,
        pages.new_form(request.POST or None, subject=subject, regions=_regions_to_write_for(request, pages)),
        create=create,
        title=_("%(name)s in a region") % {"name": subject},
        trail=[*pages.subjects.trail(subject), (_("In regions"), pages.subjects.url("regions", subject))],
        after=lambda made: pages.url("detail", made),
    )


def _detail(request: HttpRequest, pages: OverridePages, public_id: UUID) -> HttpResponse:
    override = pages.get(public_id)
    context = pages.context(request, override)
    shown = context["published"] or context["draft"]
    edited = context["draft"] or shown
    above = reads.inherited(override)
    context |= {
        "trail": pages.above(override),
        "shown": shown,
        "texts": reads.texts_of(shown, above) if shown else [],
        "above": above,
        "inherited_criteria": texts.criteria_in_words(above.version.criteria) if above else "",
        "may_edit_criteria": context["may_edit"] and edited is not None and edited.overrides_criteria,
        "versions_url": pages.url("versions", override),
        "criteria_page": f"vendor:{pages.noun}-criteria",
    }
    return render(request, "partners/vendor/overrides/detail.html", context)
