"""The vendor's pages of categories."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.models import User
from accounts.permissions import Permission
from criteria.fields import RuleKind
from partners.forms.categories import CategoryForm, NewCategoryForm
from partners.models import Category, MembershipState
from partners.queries import categories as reads
from partners.queries import differences
from partners.queries import memberships as membership_reads
from partners.services import categories
from partners.views.vendor import definitions
from partners.views.vendor.definitions import Pages

PAGE_SIZE = 50
PAGES = Pages(
    noun="category",
    kind=RuleKind.CATEGORY,
    model=Category,
    permission=Permission.MANAGE_CATEGORIES,
    list_name="vendor:category-list",
    list_label=gettext_lazy("Categories"),
    what=lambda _category: _("Category"),
    form=CategoryForm,
    edit=lambda category, **given: categories.edit(category=category, **given),
    retire=lambda category, **given: categories.retire(category=category, **given),
    retire_text=gettext_lazy(
        "A retired category takes no new members and is no longer shown to partners. Its versions and the history of"
        " its members stay readable. It can be retired once no partner is in it and no criteria name it."
    ),
    restore=lambda category, **given: categories.restore(category=category, **given),
)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def category_list(request: HttpRequest) -> HttpResponse:
    """List all categories with their members, state and drafts."""
    rows = reads.category_rows(request.user)
    context = {
        "rows": [row for row in rows if row.category.retired_at is None],
        "retired": [row for row in rows if row.category.retired_at is not None],
        "waiting": membership_reads.waiting_for(request.user).count(),
        "may_edit": allowed(request.user, Permission.MANAGE_CATEGORIES),
    }
    return render(request, "partners/vendor/categories/list.html", context)


@vendor_view(Permission.MANAGE_CATEGORIES)
@require_http_methods(["GET", "HEAD", "POST"])
def category_create(request: HttpRequest) -> HttpResponse:
    """Make a category with its first draft."""

    def create(form: NewCategoryForm) -> Category:
        own = {name: form.cleaned_data[name] for name in ("key", "name")}
        owner = request.user if isinstance(request.user, User) else None
        return categories.create(**own, **form.text_changes, owner=owner, by=request.user, at=timezone.now())

    return definitions.create_page(
        request,
        NewCategoryForm(request.POST or None),
        create=create,
        title=_("New category"),
        trail=PAGES.above(),
        after=lambda made: PAGES.url("detail", made),
    )


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def category_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show what a category says, in force and drafted."""
    category = PAGES.get(public_id)
    counts = reads.state_counts(category, request.user)
    states = [(MembershipState(state), n) for state, n in counts.items() if state != MembershipState.ENDED]
    context = PAGES.context(request, category) | {"trail": PAGES.above(), "states": states}
    return render(request, "partners/vendor/categories/detail.html", context | tabs_of(category, "detail", counts))


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def category_members(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """List the partners in a category, by state."""
    category = PAGES.get(public_id)
    state = request.GET.get("state", "")
    counts = reads.state_counts(category, request.user)
    page = Paginator(reads.members(category, request.user, state=state), PAGE_SIZE).get_page(request.GET.get("page"))
    context = PAGES.context(request, category, in_words=False) | {
        "trail": PAGES.above(),
        "page": page,
        "rows": [(one, differences.of(one)) for one in page],
        "state": state,
        "differs": reads.DIFFERS,
        "states": [(value, label, counts[value]) for value, label in MembershipState.choices],
        "query": f"state={state}" if state in {*counts, reads.DIFFERS} else "",
    }
    return render(request, "partners/vendor/categories/members.html", context | tabs_of(category, "members", counts))


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def category_versions(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """List what was ever published of a category."""
    category = PAGES.get(public_id)
    extra = tabs_of(category, "versions", reads.state_counts(category, request.user))
    return definitions.versions_page(
        request, PAGES, category, rows=reads.versions_with_members(category), extra=extra | {"counts_stays": True}
    )


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def category_version(request: HttpRequest, public_id: UUID, number: int) -> HttpResponse:
    """Read one version of a category, and who was in it while it held."""
    return definitions.version_page(
        request,
        PAGES,
        PAGES.get(public_id),
        number,
        members=lambda version: reads.members_under(version, request.user),
    )


@vendor_view(Permission.MANAGE_CATEGORIES)
@require_http_methods(["GET", "HEAD", "POST"])
def category_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Edit the draft of a category."""
    return definitions.edit_page(request, PAGES, PAGES.get(public_id))


@vendor_view(Permission.MANAGE_CATEGORIES)
@require_http_methods(["GET", "HEAD", "POST"])
def category_publish(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Publish the draft of a category."""
    return definitions.publish_page(request, PAGES, PAGES.get(public_id))


@vendor_view(Permission.MANAGE_CATEGORIES)
@require_http_methods(["GET", "HEAD", "POST"])
def category_discard(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Throw the draft of a category away."""
    return definitions.discard_page(request, PAGES, PAGES.get(public_id))


@vendor_view(Permission.MANAGE_CATEGORIES)
@require_http_methods(["GET", "HEAD", "POST"])
def category_retire(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a category out of use, or say what still needs it."""
    return definitions.retire_page(request, PAGES, PAGES.get(public_id))


@vendor_view(Permission.MANAGE_CATEGORIES)
@require_POST
def category_restore(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take it back into use."""
    return definitions.restore_page(request, PAGES, PAGES.get(public_id))


@vendor_view(Permission.MANAGE_CATEGORIES)
@require_POST
def category_unplan(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take the plan to publish its draft back."""
    return definitions.unplan_page(request, PAGES, PAGES.get(public_id))


@vendor_view(Permission.MANAGE_CATEGORIES)
@require_http_methods(["GET", "HEAD", "POST"])
def category_languages(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Write its texts in another language."""
    return definitions.languages_page(request, PAGES, PAGES.get(public_id))


def tabs_of(category: Category, current: str, counts: dict[str, int]) -> dict[str, Any]:
    """Return the tabs of a category's pages."""
    open_ones = sum(n for state, n in counts.items() if state != MembershipState.ENDED)
    labels = [
        ("detail", _("Definition"), None),
        ("members", _("Members"), open_ones),
        ("regions", _("In regions"), None),
        ("versions", _("Versions"), None),
    ]
    return {
        "tabs": [
            {
                "label": label,
                "url": reverse(f"vendor:category-{verb}", args=[category.public_id]),
                "current": verb == current,
                "count": count,
            }
            for verb, label, count in labels
        ]
    }
