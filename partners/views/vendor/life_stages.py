"""The vendor's pages of life stages."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from criteria.fields import RuleKind
from partners.forms.life_stages import LifeStageForm, NewLifeStageForm
from partners.models import LifeStage, Partner
from partners.queries import life_stages as reads
from partners.services import life_stages
from partners.views.vendor import definitions
from partners.views.vendor.definitions import Pages

PAGE_SIZE = 50
PAGES = Pages(
    noun="life-stage",
    kind=RuleKind.STAGE,
    model=LifeStage,
    permission=Permission.MANAGE_LIFE_STAGES,
    list_name="vendor:life-stage-list",
    list_label=gettext_lazy("Life stages"),
    what=lambda _stage: _("Life stage"),
    form=LifeStageForm,
    edit=lambda stage, **given: life_stages.edit(stage=stage, **given),
    retire=lambda stage, **given: life_stages.retire(stage=stage, **given),
    retire_text=gettext_lazy(
        "Partners in a retired life stage move within seconds to the first other stage whose criteria hold, or to none;"
        " their history keeps it. It can be retired once no criteria name it."
    ),
    restore=lambda stage, **given: life_stages.restore(stage=stage, **given),
)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def life_stage_list(request: HttpRequest) -> HttpResponse:
    """List the life stages with their criteria in words and the partners in each."""
    context = {
        "rows": reads.stage_rows(request.user),
        "may_edit": allowed(request.user, Permission.MANAGE_LIFE_STAGES),
    }
    return render(request, "partners/vendor/life_stages/list.html", context)


@vendor_view(Permission.MANAGE_LIFE_STAGES)
@require_http_methods(["GET", "HEAD", "POST"])
def life_stage_create(request: HttpRequest) -> HttpResponse:
    """Make a life stage with its first draft."""

    def create(form: NewLifeStageForm) -> LifeStage:
        own = {name: form.cleaned_data[name] for name in ("key", "name")}
        return life_stages.create(**own, **form.text_changes, by=request.user, at=timezone.now())

    return definitions.create_page(
        request,
        NewLifeStageForm(request.POST or None),
        create=create,
        title=_("New life stage"),
        trail=PAGES.above(),
        after=lambda made: PAGES.url("detail", made),
    )


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def life_stage_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a life stage and who is in it."""
    stage = PAGES.get(public_id)
    page = Paginator(reads.partners_in(stage, request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    context = PAGES.context(request, stage) | {
        "trail": PAGES.above(),
        "page": page,
        "versions_url": PAGES.url("versions", stage),
    }
    return render(request, "partners/vendor/life_stages/detail.html", context)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def life_stage_versions(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """List what was ever published of a life stage."""
    return definitions.versions_page(request, PAGES, PAGES.get(public_id))


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def life_stage_version(request: HttpRequest, public_id: UUID, number: int) -> HttpResponse:
    """Read one version of a life stage."""
    return definitions.version_page(request, PAGES, PAGES.get(public_id), number)


@vendor_view(Permission.MANAGE_LIFE_STAGES)
@require_http_methods(["GET", "HEAD", "POST"])
def life_stage_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Edit the draft of a life stage."""
    return definitions.edit_page(request, PAGES, PAGES.get(public_id))


@vendor_view(Permission.MANAGE_LIFE_STAGES)
@require_http_methods(["GET", "HEAD", "POST"])
def life_stage_publish(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Publish the draft of a life stage."""
    return definitions.publish_page(request, PAGES, PAGES.get(public_id))


@vendor_view(Permission.MANAGE_LIFE_STAGES)
@require_http_methods(["GET", "HEAD", "POST"])
def life_stage_discard(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Throw the draft of a life stage away."""
    return definitions.discard_page(request, PAGES, PAGES.get(public_id))


@vendor_view(Permission.MANAGE_LIFE_STAGES)
@require_http_methods(["GET", "HEAD", "POST"])
def life_stage_retire(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a life stage out of use, or say what still needs it."""
    return definitions.retire_page(request, PAGES, PAGES.get(public_id))


@vendor_view(Permission.MANAGE_LIFE_STAGES)
@require_POST
def life_stage_restore(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take it back into use."""
    return definitions.restore_page(request, PAGES, PAGES.get(public_id))


@vendor_view(Permission.MANAGE_LIFE_STAGES)
@require_POST
def life_stage_unplan(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take the plan to publish its draft back."""
    return definitions.unplan_page(request, PAGES, PAGES.get(public_id))


@vendor_view(Permission.MANAGE_LIFE_STAGES)
@require_http_methods(["GET", "HEAD", "POST"])
def life_stage_languages(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Write its texts in another language."""
    return definitions.languages_page(request, PAGES, PAGES.get(public_id))


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def partner_life_stage_panel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show on a partner's page which stage it is in, and the ones before."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)
    standing = reads.standing_of(partner)
    context = {
        "partner": partner,
        "standing": standing,
        "days": standing.days(timezone.now()),
        "history": reads.history(partner, request.user)[:20],
    }
    return render(request, "partners/vendor/life_stages/_partner.html", context)
